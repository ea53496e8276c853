"""The short way for a table of sales: read, gathered into runs, numbered and sorted.

It is taken where it surely leads to the same answers as the long way
(:mod:`custseg.intake.intake`): nothing but columns that can be summed, order ids and
words such as categories is wanted, no line has to be compared with another, and every
batch is plain (:mod:`custseg.intake.gathering.plain`). Else nothing has happened, and
the long way is taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from attrs import frozen

from custseg.contract import TABLES, Field, Kind
from custseg.events import EventTable
from custseg.intake.gathering.batches import Converter, Odd
from custseg.intake.gathering.gathered import Gathered
from custseg.intake.gathering.goods import settle_words
from custseg.intake.gathering.numbering import Orders, number_customers, number_orders
from custseg.intake.gathering.plain import NotPlain
from custseg.intake.gathering.runs import Part, Store
from custseg.intake.gathering.sorting import Sorted, sort_runs
from custseg.intake.intake import MOST_ROWS, choose, shower, unread
from custseg.intake.raw import RawTable, Stretch
from custseg.intake.settings import Settings
from custseg.money import FITS
from custseg.quality.kinds import KINDS
from custseg.quality.report import Finding
from custseg.table import Array, Column
from custseg.units import Unit
from custseg.within import Within

__all__ = ["WORTH_WAITING", "GatheredRows", "gather"]

WORTH_WAITING = 20_000
"""Sales lines from which sorting them is put off until somebody asks."""

_BATCH = 1 << 17
"""Lines read at a time: they stay near the core. With fewer, two threads spend their
time waiting for the interpreter."""

_KEPT_BYTES = 31 << 20
"""Just under the 32 MiB to which glibc lets this be learned."""

_SALES = TABLES["sales"]

_UNITS = {Kind.MONEY: Unit.MONEY, Kind.QUANTITY: Unit.QUANTITY}

_BESIDE = {"customer_id", "order_id", "date", "currency"}
"""Columns beside values and words."""

_COUNTED = ("rounded_amount", "assumed_currency", "zero_amount")

_JUDGED = (*_COUNTED, "identical_row", "orphan_return")
"""Oddities that are only counted here, and those for which lines are compared."""


@frozen(eq=False)
class GatheredRows:
    """A table of sales that went the short way.

    Parameters
    ----------
    sales : Gathered
    ids : array
        The sorted vocabulary of the customers.
    findings : tuple of Finding
    left_out : tuple of str
        Columns of the contract that were there and that nobody wanted.
    """

    sales: Gathered
    ids: Array
    findings: tuple[Finding, ...]
    left_out: tuple[str, ...]

    @property
    def rows_in(self) -> int:
        """How many rows came."""
        return self.sales.n_lines

    @property
    def rows_used(self) -> int:
        """How many rows are left: all of them."""
        return self.sales.n_lines


def gather(raw: RawTable, settings: Settings) -> GatheredRows | None:
    """Read a table of sales the short way.

    Parameters
    ----------
    raw : RawTable
    settings : Settings

    Returns
    -------
    GatheredRows or None
        None where the long way has to be taken.

    Raises
    ------
    MissingColumn, DataError
        When a required column is missing, or one occurs twice.
    """
    if not (raw.stretches and WORTH_WAITING <= raw.n_rows <= MOST_ROWS):
        return None
    fields = choose(_SALES, raw, settings)
    names = [settings.columns.theirs(one.name) for one in fields]
    full = [name for one, name in zip(fields, names, strict=True) if not _is_word(one)]
    lacking = any(one.lacks(name) for one in raw.stretches for name in full)
    if lacking or not _can_be_gathered(fields, settings):
        return None
    try:
        return _gathered(raw, fields, settings)
    except NotPlain:
        return None


def _can_be_gathered(fields: Sequence[Field], settings: Settings) -> bool:
    """Say whether only sums, orders and words are wanted, and no line is judged."""
    treatments = settings.treatments
    return all(treatments.of(kind) == "keep" for kind in _JUDGED) and all(
        one.kind in _UNITS or one.name in _BESIDE or _is_word(one) for one in fields
    )


def _is_word(one: Field) -> bool:
    return one.kind is Kind.TEXT and one.name not in _BESIDE


def _gathered(raw: RawTable, fields: list[Field], settings: Settings) -> GatheredRows:
    names = tuple(one.name for one in fields if one.kind in _UNITS)
    names = ("amount", *(name for name in names if name != "amount"))
    words = tuple(one.name for one in fields if _is_word(one))
    sizes = [stretch.n_rows for stretch in raw.stretches]
    _keep_freed_memory()
    store = Store.with_room(sizes, names, words)
    converters = [
        Converter(fields, settings, raw.number_text, part.first) for part in store.parts
    ]
    has_orders = any(one.name == "order_id" for one in fields)
    with ThreadPoolExecutor(max_workers=2) as pool:
        work = zip(raw.stretches, store.parts, converters, strict=True)
        for _ in pool.map(lambda one: _read(*one), work):
            pass
        _check(store, converters)
        store.close()
        naming = pool.submit(number_customers, store)
        orders = number_orders(store) if has_orders else None
        said = {name: _settled_words(store, converters, name) for name in words}
        customers = naming.result()
        done = sort_runs(
            store,
            customers.codes,
            len(customers.words),
            pool,
            n_sums=len(names) + has_orders,
            with_length=bool(words),
        )
    return GatheredRows(
        _as_table(store, done, orders, fields, said),
        customers.words,
        _findings(raw, converters, settings),
        unread(_SALES, raw, settings, fields),
    )


def _keep_freed_memory() -> None:
    """Let each batch work in the memory of the one before.

    The allocator of glibc gives freed memory back to the system, which clears it page
    by page when it is taken again, and that costs more than the work. It learns to keep
    memory from the largest block that was freed so far; others have no such habit.
    """
    np.empty(_KEPT_BYTES, dtype=np.uint8)


def _read(stretch: Stretch, part: Part, converter: Converter) -> None:
    """Gather the lines of one stretch."""
    theirs = converter.settings.columns.theirs
    names = [theirs(one.name) for one in converter.fields]
    encoded = {theirs(one.name) for one in converter.fields if _is_word(one)}
    for columns in stretch.walk(names, _BATCH, encoded):
        if len(columns[0]):
            part.add(converter.convert(columns))


def _check(store: Store, converters: Sequence[Converter]) -> None:
    """Make sure that stretches go together, and that no sum can leave 64 bits."""
    forms = [one.forms for one in converters if one.forms]
    if not forms or any(one != forms[0] for one in forms):
        raise NotPlain
    for name in store.names:
        largest = max(
            max(abs(int(values.max())), abs(int(values.min())))
            for part in store.parts
            if len(values := part.lines[name])
        )
        if largest * len(store.start) >= FITS:
            raise NotPlain


def _settled_words(store: Store, converters: Sequence[Converter], name: str) -> Column:
    stretches = [
        (one.vocabularies[name], part.words[name])
        for one, part in zip(converters, store.parts, strict=True)
    ]
    return settle_words(stretches, store.lines[name])


def _as_table(
    store: Store,
    done: Sorted,
    orders: Orders | None,
    fields: Sequence[Field],
    words: Mapping[str, Column],
) -> Gathered:
    units = {one.name: _UNITS[one.kind] for one in fields if one.kind in _UNITS}
    columns = {
        name: Column(values, units[name])
        for name, values in zip(store.names, done.sums, strict=False)
    }
    if orders is not None:
        columns["order_id"] = Column(done.sums[-1], Unit.TEXT)
    lines = {name: store.line_values(name) for name in store.names}
    within = None
    if words:
        of_lines = {name: Column(lines[name], units[name]) for name in store.names}
        within = Within(done.start, done.length, {**of_lines, **words})
    merged = EventTable(done.offsets, done.day, columns, within=within)
    kept = {name: (values,) for name, values in lines.items()}
    return Gathered(merged, done.start, kept, orders, len(store.start))


def _findings(
    raw: RawTable, converters: Sequence[Converter], settings: Settings
) -> tuple[Finding, ...]:
    """Report what was odd in passing, as the long way would."""
    show = shower(raw, settings.columns.theirs("amount"))
    found: dict[str, Odd] = {}
    for one in converters:
        for kind, odd in one.odd.items():
            found.setdefault(kind, Odd()).merge(odd)
    findings = [
        Finding(kind, _SALES.name, odd.rows, "keep", tuple(map(show, odd.first)))
        for kind, odd in found.items()
    ]
    if settings.currency is None:
        findings.append(Finding("assumed_currency", _SALES.name, raw.n_rows, "keep"))
    order = list(KINDS)
    return tuple(sorted(findings, key=lambda one: order.index(one.kind)))
