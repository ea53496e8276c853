import numpy as np
import pytest

from custseg.contract import Columns
from custseg.errors import CurrencyMismatch, SettingError
from custseg.intake.raw import Objects, RawTable
from custseg.intake.settings import (
    Settings,
    check_named,
    check_settings,
    with_found_currency,
)
from custseg.quality.treatments import Treatments


def table(*codes):
    """Return a raw table with a column of currencies."""
    values = np.array([*codes, None], dtype=object)[:-1]
    return RawTable(("currency",), len(codes), lambda _: Objects(values))


def test_arguments_become_settings():
    """What is not given has its default."""
    settings = check_settings(currency="KWD", time_zone="Asia/Kuwait", only=["cost"])
    assert (settings.currency, settings.decimals) == ("KWD", 3)
    assert str(settings.zone) == "Asia/Kuwait"
    assert (settings.columns, settings.treatments) == (Columns(), Treatments())


@pytest.mark.parametrize(
    "form", ["%d/%m/%Y", "%d.%m.%y %H:%M", "%Y-%m-%dT%H:%M:%S%z", "%b %d %Y"]
)
def test_forms_that_tell_the_day_are_taken(form):
    """With a time, a zone or the name of the month."""
    assert check_settings(date_format=form).date_format == form


@pytest.mark.parametrize("form", ["", "%H:%M", "%Y-%m", "DD.MM.YYYY", "%!"])
def test_forms_that_do_not_are_refused(form):
    """Otherwise every row would be, without a word on why."""
    with pytest.raises(
        SettingError, match="date_format: this form does not tell the day"
    ):
        check_settings(date_format=form)


def test_all_wrong_names_of_only_are_told():
    """Names are the canonical ones."""
    with pytest.raises(SettingError, match="2 problems"):
        check_settings(only=["qty", "cost", "Kosten"])


def test_the_currency_is_that_of_all_tables():
    """A caller who named one is not asked again."""
    raw = {"sales": table("JPY", None), "invoices": table("JPY")}
    assert with_found_currency(raw, Settings()).decimals == 0
    assert with_found_currency({"sales": table(None)}, Settings()) == Settings()
    euro = Settings(currency="EUR")
    assert with_found_currency(raw, euro) is euro
    mixed = {"sales": table("JPY"), "invoices": table("EUR")}
    with pytest.raises(
        CurrencyMismatch, match=r"invoices.currency, sales.currency.*EUR, JPY"
    ):
        with_found_currency(mixed, Settings())


def test_a_table_without_money_is_not_asked():
    """Customers have no currency of their own in the contract."""
    raw = {"sales": table("JPY"), "customers": table("EUR")}
    assert with_found_currency(raw, Settings()).currency == "JPY"


@pytest.mark.parametrize("treatment", ["drop", "refuse"])
def test_identical_rows_need_all_columns(treatment):
    """Rows that differ only in a column that is not read would be thrown away."""
    quality = Treatments(identical_row=treatment)
    words = f"only: rows can be compared only in all.*identical_row='{treatment}'"
    with pytest.raises(SettingError, match=words):
        check_settings(only=["cost"], quality=quality)
    assert check_settings(quality=quality).treatments is quality


def test_a_column_of_a_table_that_is_not_given_is_told_apart_from_a_slip():
    """One Columns for all tables of a business is too much for a call with one."""
    raw = {"sales": table("CNY")}
    with pytest.raises(
        SettingError, match=r"got '到期日'; .*; leave out what stands in"
    ):
        check_named(raw, Columns(due_on="到期日"))
