"""How foreign tables are to be read: the caller's choices, checked before any row.

The currency may also be said by the tables themselves. It is settled here, over all of
them at once, since it decides how many decimals an amount keeps.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo

from attrs import evolve, field, frozen

from custseg.attributes import attribute_fields, customers_with
from custseg.contract import TABLES, Columns, Field, Kind, TableSpec
from custseg.errors import CurrencyMismatch, Problem, SettingError, did_you_mean
from custseg.intake.dates import check_zone
from custseg.intake.identifiers import encode
from custseg.intake.raw import RawTable
from custseg.money import check_currency, decimals_of
from custseg.quality.kinds import KINDS
from custseg.quality.treatments import Treatments

__all__ = [
    "Settings",
    "check_named",
    "check_settings",
    "hangs_on_every_column",
    "with_currency_of",
    "with_found_currency",
]


@frozen(kw_only=True)
class Settings:
    """How foreign tables are to be read.

    Parameters
    ----------
    columns : Columns
    currency : str or None
        The ledger's currency; None until a column or a policy says.
    decimals : int
        Of the currency.
    zone : tzinfo or None
    date_format : str or None
    treatments : Treatments
    only : collection of str or None
        Names of the optional columns to read; required ones are always read. None
        reads all that are there.
    outlined : collection of str
        Tables of which only who is in them, since when, and for how much is read.
    further : tuple of Field
        Columns of the customers beside those of the contract.

    Examples
    --------
    >>> Settings().decimals
    2
    """

    columns: Columns = field(factory=Columns)
    currency: str | None = None
    decimals: int = 2
    zone: tzinfo | None = None
    date_format: str | None = None
    treatments: Treatments = field(factory=Treatments)
    only: Collection[str] | None = None
    outlined: Collection[str] = ()
    further: tuple[Field, ...] = ()

    def spec(self, table: str) -> TableSpec:
        """Return a table as it is to be read."""
        return customers_with(self.further) if table == "customers" else TABLES[table]

    def wants(self, spec: TableSpec, one: Field) -> bool:
        """Say whether a column is to be read where it is there."""
        decides = one.name in {"customer_id", spec.day, "currency"}
        if spec.name in self.outlined:
            return decides or (one.required and one.kind is Kind.MONEY)
        wanted = self.only is None or one.name in self.only
        return wanted or one.required or decides


_OWN_NAMES = Columns()
_AS_A_RULE = Treatments()
_ALL_NAMES = tuple(dict.fromkeys(n for spec in TABLES.values() for n in spec.names()))


def hangs_on_every_column(quality: object) -> bool:
    """Say whether rows may stay or go by what any column says, asked for or not.

    As a rule they do not: what such columns show is kept, and lines that differ in
    nothing else count once.

    Parameters
    ----------
    quality : Treatments or None

    Examples
    --------
    >>> hangs_on_every_column(Treatments(unparseable_date="drop"))
    False
    >>> hangs_on_every_column(Treatments(conflicting_line="keep"))
    True
    """
    if not isinstance(quality, Treatments):
        return False
    return any(KINDS[code].any_column for code in quality.changed())


def check_settings(
    *,
    columns: Columns | None = None,
    currency: str | None = None,
    time_zone: str | None = None,
    date_format: str | None = None,
    quality: Treatments | None = None,
    only: Collection[str] | None = None,
    outlined: Collection[str] = (),
    attributes: Mapping[str, str] | None = None,
    assumed: str | None = None,
) -> Settings:
    """Check the arguments of the ledger's doors.

    Parameters
    ----------
    columns, currency, time_zone, date_format, quality, only, attributes
        As the doors of the ledger take them.
    outlined : collection of str
        Tables to read in outline, as :class:`Settings` has it.
    assumed : str or None
        The currency whose decimals are taken where nobody says one.

    Returns
    -------
    Settings

    Raises
    ------
    SettingError
        When a currency or time zone is unknown, a date format cannot be used, a name in
        ``only`` is not in the contract, an attribute cannot be one, identical rows are
        to be treated although only some columns are read, or an argument is of the
        wrong kind.

    Examples
    --------
    >>> check_settings(currency="JPY").decimals
    0
    """
    if columns is not None and not isinstance(columns, Columns):
        raise _wrong("columns", columns, "Columns(customer_id='CustomerID', ...)")
    if quality is not None and not isinstance(quality, Treatments):
        raise _wrong("quality", quality, "Treatments(missing_customer='refuse', ...)")
    treatments = _AS_A_RULE if quality is None else quality
    further = attribute_fields(attributes)
    _check_only(only, treatments, [one.name for one in further])
    _check_format(date_format)
    code = None if currency is None else check_currency(currency)
    stated = code or assumed
    return Settings(
        columns=_OWN_NAMES if columns is None else columns,
        currency=code,
        decimals=2 if stated is None else decimals_of(stated),
        zone=check_zone(time_zone),
        date_format=date_format,
        treatments=treatments,
        only=only,
        outlined=outlined,
        further=further,
    )


def _wrong(argument: str, got: object, allowed: str) -> SettingError:
    return SettingError(
        Problem(
            "an argument is of the wrong kind",
            where=argument,
            got=f"a {type(got).__name__}",
            allowed=allowed,
        )
    )


def _check_only(
    only: Collection[str] | None, treatments: Treatments, further: Collection[str]
) -> None:
    if only is None:
        return
    if treatments.identical_row != "keep":
        raise SettingError(
            Problem(
                "rows can be compared only in all of their columns",
                where="only",
                got=f"some columns, and Treatments(identical_row="
                f"{treatments.identical_row!r})",
                hint="leave out only=..., or keep identical rows",
            )
        )
    if isinstance(only, str):
        raise _wrong("only", only, "a set or list of column names")
    unknown = [name for name in only if name not in {*_ALL_NAMES, *further}]
    if unknown:
        raise SettingError(
            *(
                Problem(
                    "the contract has no column of this name",
                    where="only",
                    got=repr(name),
                    hint=did_you_mean(str(name), _ALL_NAMES)
                    or "use the canonical names, not those of the table",
                )
                for name in unknown
            )
        )


def _check_format(form: str | None) -> None:
    if form is None:
        return
    if not isinstance(form, str):
        raise _wrong("date_format", form, "a strptime form such as '%d/%m/%Y'")
    read = None
    with suppress(ValueError):
        # The calendar of 2015 is that of 2026: only the year itself tells them apart.
        written, before = (
            datetime(year, 11, 23, tzinfo=UTC).strftime(form) for year in (2026, 2015)
        )
        if written != before:  # to read days without a year is deprecated
            read = datetime.strptime(written, form)  # noqa: DTZ007 - no moment
    if read is None or (read.year, read.month, read.day) != (2026, 11, 23):
        raise SettingError(
            Problem(
                "this form does not tell the day",
                where="date_format",
                got=repr(form),
                allowed="a strptime form with year, month and day, such as '%d/%m/%Y'",
            )
        )


def check_named(raw: Mapping[str, RawTable], columns: Columns) -> None:
    """Refuse names of columns that no table has.

    Raises
    ------
    SettingError
        With one problem for each such name.
    """
    named = {name for table in raw.values() for name in table.names}
    lost = [name for name in columns.values() if name not in named]
    if lost:
        raise SettingError(
            *(
                Problem(
                    "no table has a column of this name",
                    where="columns",
                    got=repr(name),
                    allowed=", ".join(sorted(named)[:30]),
                    hint=did_you_mean(name, named)
                    or "leave out what stands in tables that are not given",
                )
                for name in lost
            )
        )


def with_found_currency(raw: Mapping[str, RawTable], settings: Settings) -> Settings:
    """Let the currency columns speak where the caller did not.

    Parameters
    ----------
    raw : mapping of str to RawTable
    settings : Settings

    Returns
    -------
    Settings
        With the currency that all tables agree on; unchanged where the caller named
        one, or where no table does.

    Raises
    ------
    CurrencyMismatch
        When the tables hold amounts in several currencies.
    SettingError
        When a code is not one of ISO 4217.
    """
    if settings.currency is not None:
        return settings
    theirs = settings.columns.theirs("currency")
    met: dict[str, list[str]] = {}
    for name, table in raw.items():
        if "currency" in TABLES[name].names() and table.names.count(theirs) == 1:
            for code in encode(table.read_words(theirs)).texts().tolist():
                check_currency(code, where=f"{name}.{theirs}")
                met.setdefault(code, []).append(name)
    return with_currency_of(met, theirs, settings)


def with_currency_of(
    met: Mapping[str, Collection[str]], theirs: str, settings: Settings
) -> Settings:
    """Take the one currency that tables were met in.

    Parameters
    ----------
    met : mapping of str to collection of str
        The tables in which each code stands.
    theirs : str
        What the column is called.
    settings : Settings

    Raises
    ------
    CurrencyMismatch
        When there are several.
    """
    if len(met) > 1:
        tables = sorted({name for names in met.values() for name in names})
        raise CurrencyMismatch(
            Problem(
                "amounts in several currencies cannot be added",
                where=", ".join(f"{name}.{theirs}" for name in tables),
                got=", ".join(sorted(met)),
                hint="convert them first, or name one with currency=... and drop the "
                "rest with quality=Treatments(other_currency='drop')",
            )
        )
    for code in met:
        return evolve(settings, currency=code, decimals=decimals_of(code))
    return settings
