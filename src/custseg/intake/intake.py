"""The ledger's door: a foreign table is read, judged row by row, and accounted for.

The columns that the contract knows are converted, two at a time where there is much.
Rows that cannot be used are refused or left out, as the caller chose. Columns that the
contract does not know - names, phones, addresses among them - are never read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.contract import Field, Kind, TableSpec
from custseg.errors import DataError, MissingColumn, Problem, nearest
from custseg.intake.conversion import Converted, convert, show
from custseg.intake.identifiers import Encoded, encode
from custseg.intake.judge import Oddity, judge
from custseg.intake.raw import RawColumn, RawTable
from custseg.intake.receivables import odd_rows
from custseg.intake.settings import Settings
from custseg.money import check_currency
from custseg.periods import DISTANT_PAST
from custseg.quality.examples import at_row
from custseg.quality.report import Finding
from custseg.spellings import READ_IN_FULL, meant
from custseg.table import Array, Column
from custseg.threads import two_at_a_time

__all__ = ["MOST_ROWS", "Rows", "choose", "shower", "take_in", "unread"]

MOST_ROWS = 2**31 - 1
"""Rows of a table that one ledger holds."""

_CUSTOMER = "customer_id"

_WORD = 4
"""Letters of a word that is looked for inside the names of columns."""

_MOST_NEAR = 4
"""Columns that are offered."""


@frozen(eq=False)
class Rows:
    """A table's usable rows in the order in which they came.

    Parameters
    ----------
    spec : TableSpec
    customers : Encoded
        Codes of -1 mark rows whose customer another table knows (payments).
    day : int32 array, shape (n_rows,)
    columns : dict of str to Column
        All other columns that were read.
    books : dict of str to array
        The sorted vocabularies of the id columns.
    rows_in : int
        How many rows came, before any was dropped.
    findings : tuple of Finding
    left_out : tuple of str
        Columns of the contract that were there and that nobody wanted.
    """

    spec: TableSpec
    customers: Encoded
    day: NDArray[np.int32]
    columns: dict[str, Column]
    books: dict[str, Array]
    rows_in: int
    findings: tuple[Finding, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def rows_used(self) -> int:
        """How many rows are left."""
        return len(self.day)

    @property
    def ids(self) -> Array:
        """The sorted vocabulary of the customers."""
        return self.customers.words


def take_in(spec: TableSpec, raw: RawTable, settings: Settings) -> Rows:
    """Read a foreign table as the contract understands it.

    Parameters
    ----------
    spec : TableSpec
    raw : RawTable
    settings : Settings

    Returns
    -------
    Rows

    Raises
    ------
    MissingColumn
        When a required column is missing, or a column that was named is not there.
    DataError
        When a column occurs twice.
    QualityRefused
        When rows are odd in a way that is to be refused.
    AmountOverflow
        When an amount does not fit 64 bits of minor units.
    """
    if raw.n_rows > MOST_ROWS:
        raise DataError(
            Problem(
                "the table has more rows than one ledger holds",
                where=spec.name,
                got=f"{raw.n_rows:,}",
                allowed=f"up to {MOST_ROWS:,}",
                hint="split it by customer",
            )
        )
    fields = choose(spec, raw, settings)

    def read_and_convert(one: Field) -> Converted | Encoded:
        of_few_words = one.kind in {Kind.TEXT, Kind.FLAGS}
        read = raw.read_words if of_few_words else raw.read
        column = read(settings.columns.theirs(one.name))
        where = f"{spec.name}.{one.name}"
        if one.name == _CUSTOMER:
            return encode(column, where=where)
        dates_rows = one.name == spec.day
        return convert(
            one,
            column,
            settings,
            dates_rows=dates_rows,
            where=where,
            number_text=raw.number_text,
        )

    done = _each(read_and_convert, fields, raw)
    ids = [one for one in done if isinstance(one, Encoded)]
    read = {
        field.name: one
        for field, one in zip(fields, done, strict=True)
        if isinstance(one, Converted)
    }
    customers = ids[0] if ids else _nobody(raw.n_rows)
    verdict = judge(
        spec.name,
        _oddities(spec, raw, settings, read, customers if ids else None),
        {
            "trimmed_id": customers.trimmed,
            "assumed_currency": _assumed(raw.n_rows, read, settings)
            if _has_currency(spec)
            else 0,
        },
        settings.treatments,
        date_format=settings.date_format,
    )
    read.pop("currency", None)
    dated = read.pop(spec.day, None)
    if dated is None:
        day = np.full(raw.n_rows, DISTANT_PAST, np.int32)
    else:
        day = dated.column.values
    columns = {name: one.column for name, one in read.items()}
    used = verdict.used
    if used is not None:
        customers = Encoded(customers.codes[used], customers.words, customers.trimmed)
        day = day[used]
        columns = {name: column.take(used) for name, column in columns.items()}
    books = {name: one.book for name, one in read.items() if one.book is not None}
    return Rows(
        spec,
        customers,
        day,
        columns,
        books,
        raw.n_rows,
        verdict.findings,
        unread(spec, raw, settings, fields),
    )


def unread(
    spec: TableSpec, raw: RawTable, settings: Settings, fields: list[Field]
) -> tuple[str, ...]:
    """Return the columns of the contract that are there and that nobody wanted."""
    chosen = {one.name for one in fields}
    return tuple(
        name
        for name in spec.names()
        if name not in chosen and settings.columns.theirs(name) in raw.names
    )


def _nobody(n: int) -> Encoded:
    return Encoded(np.full(n, -1, np.int32), np.empty(0, dtype=object))


def _has_currency(spec: TableSpec) -> bool:
    return "currency" in spec.names()


def _each(
    convert_one: Callable[[Field], Converted | Encoded],
    fields: list[Field],
    raw: RawTable,
) -> list[Converted | Encoded]:
    """Convert the columns, two at a time where there is much: numpy lets others run."""
    return two_at_a_time(convert_one, fields, n_rows=raw.n_rows)


def choose(spec: TableSpec, raw: RawTable, settings: Settings) -> list[Field]:
    """Pick the columns to read; ids first, since they take longest.

    Raises
    ------
    MissingColumn, DataError
        When a required column is missing, or one occurs twice.
    """
    twice: list[Problem] = []
    missing: list[Problem] = []
    chosen = []
    for one in spec.fields:
        theirs = settings.columns.theirs(one.name)
        times = raw.names.count(theirs)
        wanted = settings.wants(spec, one)
        if times == 1:
            if wanted:
                chosen.append(one)
        elif times > 1:
            twice.append(
                Problem(
                    "a column occurs more than once",
                    where=f"{spec.name}.{theirs}",
                    got=f"{times} columns of this name",
                    hint="rename or drop all but one",
                )
            )
        elif one.required and wanted:
            missing.append(_missing(spec, raw, one.name, theirs))
    if twice:
        raise DataError(*twice, *missing)
    if missing:
        raise MissingColumn(*missing)
    return sorted(chosen, key=lambda one: one.kind is not Kind.ID)


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _missing(spec: TableSpec, raw: RawTable, name: str, theirs: str) -> Problem:
    near = _nearest(name, theirs, raw.names)
    hint = "say what it is called with"
    if near:
        listed = " or ".join(f"'{one}'" for one in near)
        hint = f"did you mean {listed}? Then pass"
    # Between the date of an order and that of a shipment the user has to choose.
    named = repr(near[0]) if len(near) == 1 else "..."
    hint += f" columns=Columns({name}={named})"
    if theirs != name:
        hint += "; a name given with Columns holds for every table"
    return Problem(
        f"the {spec.name} table has no column '{theirs}'",
        where=f"{spec.name}.{name}",
        got="columns " + (", ".join(raw.names[:30]) or "none at all"),
        hint=hint,
    )


def _nearest(name: str, theirs: str, names: Sequence[str]) -> Sequence[str]:
    """Return the columns that may be meant: alike, with the word in them, or near."""
    word = _plain(theirs)
    for one in names:
        if _plain(one) == word:
            return [one]
    if name in names:
        return [name]
    holding = [one for one in names if len(word) >= _WORD and word in _plain(one)]
    # A near word begins alike: 'country' is no 'amount'.
    return holding[:_MOST_NEAR] or nearest(
        theirs, (one for one in names if _plain(one)[:1] == word[:1])
    )


def _oddities(
    spec: TableSpec,
    raw: RawTable,
    settings: Settings,
    read: dict[str, Converted],
    customers: Encoded | None,
) -> list[Oddity]:
    """List what is odd in each column; nothing is decided yet."""

    def odd(kind: str, rows: NDArray[np.bool_], name: str) -> Oddity:
        which = name if kind == "unparseable_value" else ""
        shown = shower(raw, settings.columns.theirs(name), which)
        return Oddity(kind, rows, f"{spec.name}.{name}", shown)

    found = [
        odd(kind, rows, name)
        for name, one in read.items()
        for kind, rows in one.odd.items()
    ]
    if customers is not None:
        nobody = customers.codes < 0
        if nobody.any():
            found.append(odd("missing_customer", nobody, _CUSTOMER))
    if "currency" in read:
        foreign = _foreign(read["currency"].column, spec, settings)
        if foreign.any():
            found.append(odd("other_currency", foreign, "currency"))
    if spec.name == "sales":
        amount = read["amount"]
        zero = amount.column.values == 0
        if zero.any():
            bad = amount.odd.get("unparseable_amount")
            found.append(
                odd("zero_amount", zero if bad is None else zero & ~bad, "amount")
            )
    found += [
        odd(kind, rows, name)
        for kind, rows, name in (*odd_rows(spec.name, read), *_unknown(spec, read))
        if rows.any()
    ]
    return found


def _unknown(
    spec: TableSpec, read: dict[str, Converted]
) -> Iterator[tuple[str, NDArray[np.bool_], str]]:
    """Find the rows with a word that should be understood and is not."""
    for (table, name), spellings in READ_IN_FULL.items():
        if table == spec.name and name in read:
            texts = read[name].column
            unknown = [meant(word, spellings) is None for word in texts.words]
            # No word at all has the code -1, and so the last place.
            yield "unknown_word", np.array([*unknown, False])[texts.values], name


def shower(raw: RawTable, theirs: str, which: str = "") -> Callable[[int], str]:
    """Return what shows a value of a column by its row.

    Parameters
    ----------
    raw : RawTable
    theirs : str
        The column's name in that table.
    which : str
        What to call it, where the kind of oddity does not tell it.
    """
    columns: list[RawColumn] = []  # read again, and only if there is one to show

    def shown(row: int) -> str:
        if not columns:
            columns.append(raw.read(theirs))
        return at_row(raw.row_name(row), show(columns[0], row), which)

    return shown


def _foreign(column: Column, spec: TableSpec, settings: Settings) -> NDArray[np.bool_]:
    """Say which rows are in another currency than the ledger's."""
    for word in column.words:
        check_currency(word, where=f"{spec.name}.currency")
    ours = settings.currency
    other = np.array([ours is not None and w != ours for w in column.words] + [False])
    return other[column.values]


def _assumed(n: int, read: dict[str, Converted], settings: Settings) -> int:
    """Count the amounts whose currency nobody said."""
    if "currency" in read:
        known = read["currency"].column.known
        return 0 if known is None else int((~known).sum())
    return n if settings.currency is None else 0
