"""The ledger's door: foreign columns are read, judged row by row, and accounted for.

Each column is converted by the kind that the contract gives it. Rows that cannot be
used are refused or left out, as the caller chose, each under exactly one kind, in the
order of :data:`custseg.quality.KINDS`. What is left is exact: whole days, whole minor
units, dense codes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import tzinfo
from typing import Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.contract import Columns, Field, Kind, TableSpec
from custseg.dates import read_days
from custseg.errors import (
    AmountOverflow,
    CurrencyMismatch,
    DataError,
    MissingColumn,
    Problem,
    QualityRefused,
    did_you_mean,
)
from custseg.identifiers import Encoded, encode
from custseg.money import QUANTITY_EXPONENT, Fixed, check_currency, to_fixed
from custseg.periods import DISTANT_PAST
from custseg.quality import KINDS, Finding, Treatments
from custseg.raw import Objects, RawColumn, RawTable, Texts, Values, Words
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = ["Rows", "Settings", "refusal", "take_in"]

_SHOWN = 3
"""Examples of each oddity that a report shows."""

_WORTH_THREADS = 200_000
"""Rows from which two columns are read at a time."""


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
        Optional columns to read; None reads all that are there.
    """

    columns: Columns = field(factory=Columns)
    currency: str | None = None
    decimals: int = 2
    zone: tzinfo | None = None
    date_format: str | None = None
    treatments: Treatments = field(factory=Treatments)
    only: Collection[str] | None = None


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
    currencies : tuple of str
        Distinct currency codes met.
    """

    spec: TableSpec
    customers: Encoded
    day: NDArray[np.int32]
    columns: dict[str, Column]
    books: dict[str, Array]
    rows_in: int
    findings: tuple[Finding, ...] = ()
    currencies: tuple[str, ...] = ()


@frozen(eq=False)
class _Read:
    """One converted column, and the rows of it that are odd, by kind."""

    column: Column | Encoded
    odd: tuple[tuple[str, NDArray[np.bool_]], ...] = ()
    book: Array | None = None


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
    fields = _chosen(spec, raw, settings)

    def convert(one: Field) -> _Read:
        return _convert(one, raw, spec, settings)

    read = dict(zip([f.name for f in fields], _each(convert, fields, raw), strict=True))
    customers = read.pop("customer_id", None)
    judge = _Judge(spec, raw, settings, read)
    if customers is None:
        codes = Encoded(np.full(raw.n_rows, -1, np.int32), np.empty(0, dtype=object))
    else:
        assert isinstance(customers.column, Encoded)
        codes = customers.column
        judge.see("missing_customer", codes.codes < 0, "customer_id")
        judge.note("trimmed_id", codes.trimmed)
    alive = judge.verdict()
    day = read.pop(spec.day, None)
    days = (
        np.full(raw.n_rows, DISTANT_PAST, np.int32) if day is None else _values(day)
    )
    columns = {}
    for name, one in read.items():
        assert isinstance(one.column, Column)
        columns[name] = one.column if alive is None else one.column.take(alive)
    kept = codes
    if alive is not None:
        kept = Encoded(codes.codes[alive], codes.words, codes.trimmed)
        days = days[alive]
    books = {name: one.book for name, one in read.items() if one.book is not None}
    return Rows(
        spec,
        kept,
        days,
        columns,
        books,
        raw.n_rows,
        judge.findings(),
        judge.currencies,
    )


def _values(read: _Read) -> Array:
    assert isinstance(read.column, Column)
    return read.column.values


def _each(
    convert: Callable[[Field], _Read], fields: list[Field], raw: RawTable
) -> list[_Read]:
    """Convert the columns, two at a time where there is much: numpy lets threads run."""
    if raw.n_rows < _WORTH_THREADS:
        return [convert(one) for one in fields]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(convert, fields))


def _chosen(spec: TableSpec, raw: RawTable, settings: Settings) -> list[Field]:
    """Pick the columns to read; ids first, since they take longest."""
    problems: list[Problem] = []
    chosen = []
    for one in spec.fields:
        theirs = settings.columns.theirs(one.name)
        times = raw.names.count(theirs)
        if times == 1:
            wanted = settings.only is None or one.name in settings.only
            if wanted or one.required or one.name in {spec.day, "currency"}:
                chosen.append(one)
        elif times > 1:
            problems.append(
                Problem(
                    "a column occurs more than once",
                    where=f"{spec.name}.{theirs}",
                    got=f"{times} columns of this name",
                    hint="rename or drop all but one",
                )
            )
        elif one.required and not (spec.name == "payments" and one.name == "customer_id"):
            problems.append(_missing(spec, raw, one.name, theirs))
    if problems:
        if any("more than once" in problem.what for problem in problems):
            raise DataError(*problems)
        raise MissingColumn(*problems)
    return sorted(chosen, key=lambda one: one.kind is not Kind.ID)


def _missing(spec: TableSpec, raw: RawTable, name: str, theirs: str) -> Problem:
    def plain(text: str) -> str:
        return "".join(c for c in text.casefold() if c.isalnum())

    near = [known for known in raw.names if plain(known) == plain(theirs)]
    hint = f"did you mean '{near[0]}'?" if near else did_you_mean(theirs, raw.names)
    if hint:
        found = hint.split("'")[1]
        hint += f" Then pass columns=Columns({name}='{found}')"
    else:
        hint = f"say what it is called with columns=Columns({name}=...)"
    return Problem(
        f"the {spec.name} table has no column '{theirs}'",
        where=f"{spec.name}.{name}",
        got="columns " + (", ".join(raw.names[:30]) or "none at all"),
        hint=hint,
    )


def _convert(one: Field, raw: RawTable, spec: TableSpec, settings: Settings) -> _Read:
    theirs = raw.read(settings.columns.theirs(one.name))
    where = f"{spec.name}.{one.name}"
    if one.name == "customer_id":
        return _Read(encode(theirs))
    if one.kind in {Kind.ID, Kind.TEXT}:
        coded = encode(theirs)
        known = coded.codes >= 0
        mask = None if known.all() else known
        if one.kind is Kind.ID:
            return _Read(Column(coded.codes, Unit.TEXT, mask), book=coded.words)
        words = tuple(coded.texts().tolist())
        return _Read(Column(coded.codes, Unit.TEXT, mask, words))
    if one.kind is Kind.DAY:
        return _days(one, theirs, spec, settings, where)
    if one.kind is Kind.FLAGS:
        return _Read(_flags(theirs))
    decimals = settings.decimals if one.kind is Kind.MONEY else QUANTITY_EXPONENT
    fixed = _fixed(theirs, decimals)
    if fixed.huge.any():
        row = int(np.flatnonzero(fixed.huge)[0])
        raise AmountOverflow(
            Problem(
                "the value is too large to count exactly",
                where=where,
                got=f"{_shown(theirs, row)} in row {row}",
                allowed=f"up to {2**62 // 10**decimals:,} in size",
            )
        )
    if one.name == "amount" and one.required:
        rounded = (("rounded_amount", fixed.rounded),) if fixed.rounded.any() else ()
        odd = (("unparseable_amount", fixed.bad), *rounded)
        return _Read(Column(fixed.units, Unit.MONEY), odd)
    missing = _absent(theirs)
    wrong = fixed.bad & ~missing
    known = ~fixed.bad
    mask = None if known.all() else known
    bad = (("unparseable_value", wrong),) if wrong.any() else ()
    if one.kind is Kind.NUMBER:
        # Ten-thousandths are exact for head counts, degrees and days alike.
        return _Read(Column(fixed.units / 10.0**decimals, Unit.NUMBER, mask), bad)
    unit = Unit.MONEY if one.kind is Kind.MONEY else Unit.QUANTITY
    return _Read(Column(fixed.units, unit, mask), bad)


def _days(
    one: Field, theirs: RawColumn, spec: TableSpec, settings: Settings, where: str
) -> _Read:
    read = read_days(
        theirs, zone=settings.zone, date_format=settings.date_format, where=where
    )
    if one.name == spec.day and one.required:
        unread = read.bad | read.missing
        odd = (("unparseable_date", unread), ("implausible_date", read.implausible))
        return _Read(Column(read.days, Unit.DAYS), odd)
    wrong = read.bad | read.implausible
    known = ~(wrong | read.missing)
    if one.name == spec.day:
        days = np.where(read.missing, np.int32(DISTANT_PAST), read.days)
        return _Read(Column(days, Unit.DAYS), (("unparseable_date", wrong),))
    bad = (("unparseable_value", wrong),) if wrong.any() else ()
    return _Read(Column(read.days, Unit.DAYS, None if known.all() else known), bad)


def _fixed(column: RawColumn, decimals: int) -> Fixed:
    if isinstance(column, Values):
        if column.values.dtype.kind in "Mb":
            bad = np.ones(len(column), dtype=np.bool_)
            none = np.zeros(len(column), dtype=np.bool_)
            return Fixed(np.zeros(len(column), np.int64), bad, none, none)
        return to_fixed(
            column.values, decimals, known=column.known, given=column.decimals
        )
    if isinstance(column, Objects):
        return to_fixed(column.values, decimals)
    if isinstance(column, Texts):
        coded = encode(column)
        codes, words = coded.codes, coded.texts()
    else:
        codes, words = column.codes, column.words
    of_word = to_fixed(np.append(words, None), decimals)  # each distinct text once
    at = np.where(codes < 0, len(words), codes)
    return Fixed(
        of_word.units[at], of_word.bad[at], of_word.huge[at], of_word.rounded[at]
    )


def _absent(column: RawColumn) -> NDArray[np.bool_]:
    """Say where nothing was given at all."""
    if isinstance(column, Values):
        if column.values.dtype.kind == "f":
            nan = np.isnan(column.values)
            return nan if column.known is None else nan | ~column.known
        if column.known is None:
            return np.zeros(len(column), dtype=np.bool_)
        return ~column.known
    return encode(column).codes < 0


def _flags(column: RawColumn) -> Column:
    """Keep sets of flags as texts with commas at both ends: ``,key_account,vip,``."""
    objects = column if isinstance(column, Objects) else None
    if objects is None and not isinstance(column, Values):
        objects = column.to_objects()
    items = [None] * len(column) if objects is None else objects.values.tolist()
    texts = np.empty(len(items), dtype=object)
    for row, item in enumerate(items):
        if item is None or item != item:  # noqa: PLR0124 - NaN
            texts[row] = ","
            continue
        parts = item.replace(";", ",").split(",") if isinstance(item, str) else item
        codes = sorted({str(part).strip() for part in parts} - {""})
        texts[row] = "," + "".join(f"{code}," for code in codes)
    coded = encode(Objects(texts))
    return Column(coded.codes, Unit.TEXT, None, tuple(coded.texts().tolist()))


def _shown(column: RawColumn, row: int) -> str:
    """Return one value as the reader would write it."""
    item: Any
    if isinstance(column, Texts):
        for chunk in column.chunks:
            if row < len(chunk):
                return repr(chunk.text(row))
            row -= len(chunk)
    if isinstance(column, Words):
        code = int(column.codes[row])
        item = None if code < 0 else column.words[code]
    elif isinstance(column, Values):
        known = column.known is None or bool(column.known[row])
        item = column.values[row] if known else None
    else:
        assert isinstance(column, Objects)
        item = column.values[row]
    if isinstance(item, np.datetime64 | np.floating | np.integer):
        item = str(item)
    text = repr(item)
    return text if len(text) <= 40 else text[:37] + "..."


class _Judge:
    """Counts what is odd, each dropped row under one kind, and refuses what must be."""

    def __init__(
        self,
        spec: TableSpec,
        raw: RawTable,
        settings: Settings,
        read: dict[str, _Read],
    ) -> None:
        self._spec = spec
        self._raw = raw
        self._settings = settings
        self._seen: list[tuple[str, NDArray[np.bool_], str]] = []
        self._noted: list[Finding] = []
        self._found: list[Finding] = []
        self.currencies: tuple[str, ...] = ()
        for name, one in read.items():
            for kind, odd in one.odd:
                self.see(kind, odd, name)
        if spec["amount"].kind is Kind.MONEY if "amount" in spec.names() else False:
            self._currencies(read.pop("currency", None))
        if spec.name == "sales" and "amount" in read:
            amount = read["amount"]
            bad = next(odd for kind, odd in amount.odd if kind == "unparseable_amount")
            self.see("zero_amount", (_values(amount) == 0) & ~bad, "amount")

    def see(self, kind: str, odd: NDArray[np.bool_], column: str) -> None:
        """Count rows of one kind."""
        if odd.any():
            self._seen.append((kind, odd, column))

    def note(self, kind: str, rows: int) -> None:
        """Count rows of a kind that is never dropped."""
        if rows:
            treatment = self._settings.treatments.of(kind)
            self._noted.append(Finding(kind, self._spec.name, rows, treatment))

    def _currencies(self, read: _Read | None) -> None:
        if read is None:
            if self._settings.currency is None and self._raw.n_rows:
                self.note("assumed_currency", self._raw.n_rows)
            return
        assert isinstance(read.column, Column)
        column = read.column
        words = column.words
        for word in words:
            check_currency(word, where=f"{self._spec.name}.currency")
        self.currencies = words
        self.note("assumed_currency", int((~column.is_known()).sum()))
        ours = self._settings.currency
        if ours is None and len(words) > 1:
            raise CurrencyMismatch(
                Problem(
                    "amounts in several currencies cannot be added",
                    where=f"{self._spec.name}.currency",
                    got=", ".join(words),
                    hint="convert them first, or name one with currency=... and drop "
                    "the rest with Treatments(other_currency='drop')",
                )
            )
        if ours is not None and any(word != ours for word in words):
            codes = [code for code, word in enumerate(words) if word != ours]
            other = np.isin(column.values, codes) & column.is_known()
            self.see("other_currency", other, "currency")

    def verdict(self) -> NDArray[np.bool_] | None:
        """Return which rows are used; None where all are.

        Raises
        ------
        QualityRefused
            With one problem for each kind that is to be refused.
        """
        order = list(KINDS)
        self._seen.sort(key=lambda one: order.index(one[0]))
        alive: NDArray[np.bool_] | None = None
        refused = [one for one in self._noted if one.treatment == "refuse"]
        where = {one.kind: self._spec.name for one in refused}
        for kind, odd, column in self._seen:
            left = odd if alive is None else odd & alive
            rows = int(left.sum())
            if not rows:
                continue
            treatment = self._settings.treatments.of(kind)
            finding = Finding(
                kind, self._spec.name, rows, treatment, self._examples(left, column)
            )
            self._found.append(finding)
            if treatment == "refuse":
                refused.append(finding)
                where[kind] = f"{self._spec.name}.{column}"
            elif treatment == "drop":
                alive = ~odd if alive is None else alive & ~odd
        if refused:
            raise QualityRefused(*(refusal(one, where[one.kind]) for one in refused))
        return alive

    def findings(self) -> tuple[Finding, ...]:
        """Return what was found, in the order of the kinds."""
        order = list(KINDS)
        every = [*self._found, *self._noted]
        return tuple(sorted(every, key=lambda one: order.index(one.kind)))

    def _examples(self, odd: NDArray[np.bool_], column: str) -> tuple[str, ...]:
        rows = np.flatnonzero(odd)[:_SHOWN].tolist()
        theirs = self._raw.read(self._settings.columns.theirs(column))
        return tuple(f"row {row}: {_shown(theirs, row)}" for row in rows)


def refusal(finding: Finding, where: str) -> Problem:
    """Say what to do about rows that are refused."""
    kind = KINDS[finding.kind]
    choices = [choice for choice in kind.allowed if choice != "refuse"]
    hint = " or ".join(f"Treatments({kind.code}='{choice}')" for choice in choices)
    form = "date_format='%d/%m/%Y' or the like, or " if "date" in kind.code else ""
    return Problem(
        f"{finding.rows:,} {kind.title.en} ({kind.note})",
        where=where,
        got="; ".join(finding.examples),
        hint=f"mend the data, or choose {form}quality={hint}",
    )
