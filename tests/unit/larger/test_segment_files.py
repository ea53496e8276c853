"""Files in, files out: what can be said, and what is refused before a row is read."""

import numpy as np
import pandas as pd
import pytest

import custseg as cs
from custseg.adapters.larger.limits import Limit
from custseg.adapters.larger.segmenting import segment_files
from custseg.errors import CurrencyMismatch, DataError, SettingError

HOW = {"as_of": "2026-06-30"}


@pytest.fixture
def sales(tmp_path, monkeypatch):
    """A file of thirty customers, cut into three partitions."""
    monkeypatch.setattr(Limit, "partitions", lambda _limit, _rows: 3)
    frame = pd.DataFrame(
        {
            "customer_id": [f"C{one % 30:02}" for one in range(300)],
            "date": np.datetime64("2026-06-30") - np.arange(300),
            "amount": np.arange(300) + 0.5,
            "currency": "GBP",
        }
    )
    path = tmp_path / "sales.parquet"
    frame.to_parquet(path)
    return path


class Loyalty:
    """Whoever is known for more than a year."""

    code, labels, needs = "loyalty", ("YES", "NO"), ("tenure_days",)

    def fit(self, table):
        """Learn nothing."""
        self.seen = table.n_customers
        return self

    def classify(self, table):
        """Tell by the tenure."""
        return np.where(table["tenure_days"].values > 285, 0, 1)


def test_a_fitted_policy_classifies_and_learns_nothing(sales, tmp_path):
    """Labels and summary are those of memory, a classifier of one's own included."""
    frame = pd.read_parquet(sales).drop(columns="currency")
    frame.to_parquet(sales)
    ledger = cs.Ledger.from_files(sales, currency="CNY")
    fitted = (
        cs.load_policy("company")
        .with_classifier(Loyalty())
        .fit(ledger, as_of="2026-05-31")
    )
    expected = fitted.classify(ledger, **HOW)
    result = segment_files(sales, **HOW, policy=fitted, out=tmp_path / "out")
    assert result.fitted is fitted
    assert str(result.summary) == str(expected.summary())
    pd.testing.assert_frame_equal(result.to_pandas(), expected.to_pandas())
    assert set(result.to_pandas()["loyalty"]) == {"YES", "NO"}
    assert repr(result) == "FilesResult(30 customers as of 2026-06-30, 3 files)"


def test_each_file_is_sorted_and_nobody_stands_in_two(sales, tmp_path):
    """The files together are all customers."""
    frame = pd.read_parquet(sales).drop(columns="currency")
    frame.to_parquet(sales)
    result = segment_files(sales, **HOW, currency="CNY", out=tmp_path / "out")
    ids = [pd.read_parquet(path)["customer_id"].tolist() for path in result.files]
    assert all(one == sorted(one) for one in ids)
    assert sorted(one for some in ids for one in some) == [
        f"C{one:02}" for one in range(30)
    ]


def test_the_currency_is_settled_over_all_rows(sales):
    """Partitions that each know one currency do not hide that there are two."""
    assert segment_files(sales, **HOW).fitted.currency == "GBP"
    frame = pd.read_parquet(sales)
    frame.loc[frame["customer_id"] == "C07", "currency"] = "CNY"
    frame.to_parquet(sales)
    for classify in (cs.segment, segment_files):
        with pytest.raises(CurrencyMismatch, match=r"several currencies.*got CNY, GBP"):
            classify(sales, **HOW)


def test_odd_rows_are_refused_as_in_memory(sales):
    """The treatment holds in every partition, and no row number is made up."""
    frame = pd.read_parquet(sales).drop(columns="currency")
    frame.loc[17, "customer_id"] = None
    frame.to_parquet(sales)
    quality = cs.Treatments(missing_customer="refuse")
    with pytest.raises(cs.QualityRefused, match="some row: nothing"):
        segment_files(sales, **HOW, currency="CNY", quality=quality)


def test_identical_rows_are_found_though_few_columns_are_needed(sales):
    """To drop them every column of the contract is read."""
    frame = pd.read_parquet(sales).drop(columns="currency")
    frame = pd.concat([frame, frame.iloc[:4]]).assign(brand="X")
    frame.to_parquet(sales)
    quality = cs.Treatments(identical_row="drop")
    result = segment_files(sales, **HOW, currency="CNY", quality=quality)
    assert result.quality.rows_used == {"sales": 300}


def test_lines_that_differ_in_what_nobody_asks_for_are_kept_if_so_chosen(sales):
    """Four lines are recorded twice, with another product; every column is read."""
    frame = pd.read_parquet(sales).drop(columns="currency").assign(line_id="1")
    frame["order_id"] = frame.index.astype(str)
    frame = pd.concat([frame.assign(product="X"), frame.iloc[:4].assign(product="Y")])
    frame.to_parquet(sales)
    quality = cs.Treatments(conflicting_line="keep")
    result = segment_files(sales, **HOW, currency="CNY", quality=quality)
    assert result.quality.rows_used == {"sales": 304}


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"memory_limit": "much"}, "no size of memory"),
        ({"spill": "nowhere"}, "spill: there is no such folder"),
        ({"out": __file__}, "this is a file, not a folder"),
        ({"unreadable": "ignore"}, "unreadable: no such choice"),
        ({"features": "spend"}, "features"),
        ({"columns": cs.Columns(amount="price")}, "no table has a column .*'price'"),
        ({"currency": "XXX"}, "XXX"),
    ],
)
def test_what_cannot_be_said(sales, how, said):
    """Each slip is told before a row is read."""
    with pytest.raises(SettingError, match=said):
        segment_files(sales, **{**HOW, **how})


def test_a_missing_column_is_told_before_a_row_is_read(sales, monkeypatch):
    """The heads of the files are enough."""
    monkeypatch.setattr(
        "custseg.adapters.larger.shuffling.Shuffler.shuffle",
        lambda *_, **__: pytest.fail("rows were read"),
    )
    pd.read_parquet(sales).rename(columns={"amount": "Amount"}).to_parquet(sales)
    with pytest.raises(cs.DataError, match=r"sales\.amount.*did you mean 'Amount'"):
        segment_files(sales, **HOW)


def test_a_fitted_seller_stays(sales):
    """Distances were learned from; another seller would need another fit."""
    policy = cs.load_policy("company")
    ledger = cs.Ledger.from_files(sales, currency="CNY", quality=KEEP)
    fitted = policy.fit(ledger, as_of="2026-06-30")
    seller = cs.Seller(country="CN", sites=[cs.Site(city="佛山", province="广东")])
    with pytest.raises(SettingError, match="keeps the seller"):
        segment_files(sales, **HOW, policy=fitted, seller=seller)


KEEP = cs.Treatments(other_currency="drop")


def test_without_a_folder_there_is_no_table(sales):
    """The summary is there, and it says how to get the rest."""
    pd.read_parquet(sales).drop(columns="currency").to_parquet(sales)
    result = segment_files(sales, **HOW, currency="CNY")
    assert result.summary["abc"].customers == 30
    with pytest.raises(SettingError, match="out='results'"):
        result.to_pandas()


@pytest.mark.parametrize("gone", [False, True])
def test_files_that_are_changed_meanwhile_are_refused(sales, tmp_path, gone):
    """They are read more than once, and nothing is written of two of them."""

    def change(done, _all):
        if done == 1 and gone:
            sales.unlink()
        elif done == 1:
            pd.read_parquet(sales)[::-1].to_parquet(sales, index=False)

    with pytest.raises(DataError, match=r"sales: the file was changed while.*parquet'"):
        segment_files(sales, **HOW, out=tmp_path / "out", on_progress=change)
    assert not (tmp_path / "out").exists()
