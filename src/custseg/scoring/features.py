"""What a feature is, and the facts of a day that features are computed from.

A :class:`Feature` is defined once: its code, unit, titles, formula in words, what it
needs, and one function. :class:`Facts` is a ledger seen on one day: nothing after that
day is visible through it. A feature that is asked for twice is computed once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from typing import Any, Literal, TypeVar

import numpy as np
from attrs import Factory, evolve, field, frozen
from numpy.typing import NDArray

from custseg.errors import Problem, UnknownFeature, did_you_mean
from custseg.events import EventTable, bisect_days
from custseg.labels import Title
from custseg.ledger import Ledger
from custseg.periods import DISTANT_PAST, FiscalCalendar, Window, WindowKind
from custseg.scoring.readings import Groups, Readings
from custseg.seller import Seller
from custseg.table import Array, Column, Table
from custseg.units import Unit

__all__ = ["Catalogue", "Facts", "Feature", "Span"]

_T = TypeVar("_T")

Span = tuple[NDArray[np.int64], NDArray[np.int64]]
"""First position and one past the last, for each customer."""

_LEAST: Mapping[Unit, float] = {Unit.COUNT: 0, Unit.DAYS: 0}
"""From where units count in which nothing can be below zero."""


@frozen(kw_only=True)
class Feature:
    """One thing measured from a customer's history.

    Parameters
    ----------
    code : str
        Its name in policies and results.
    unit : Unit
    title : Title
    formula : str
        What is computed, in words and symbols, with the source where there is one.
    needs : tuple of str
        Columns of the input contract, as ``table.column``. A feature whose table or
        column is missing is unknown for everybody.
    compute : callable
        From the facts and a window to a column over all customers of the ledger.
    windowed : bool
        Whether the window matters; else the feature looks at the whole history.
    missing : tuple of Title
        For whom it is unknown although its columns are there and a policy was fitted,
        cause by cause, in the form that :mod:`custseg.scoring.unknowns` describes.
    better : {"higher", "lower", ""}
        In which direction it is good for the seller; "" where that depends.
    lever : {"raise", "lower", "both", ""}
        Which way buyer and seller together can still move it; "" where nobody can,
        as with the past. Advice on what would change a label keeps to these.
    least, most : float or None
        The least and the most that it can be brought to, as a column holds it: nobody
        pays more than all on time. Advice names nothing beyond. None where there is no
        such bound; counts and days begin at 0 where nothing else is said.
    either : bool
        Whether one of the columns it needs is enough; else it takes all of them.
    sited : bool
        Whether it looks from where the seller is, and is unknown while nobody says so.
    also : tuple of str
        Columns that it reads where they are there, and can do without.
    together : tuple of Feature
        What it takes of each of several customers; none of them windowed. Only a
        feature that names some may look at other customers, and it is measured over
        the whole ledger at once.
    references : tuple of str
        The tables learned from all customers that it compares with, by the names in
        :data:`custseg.scoring.references.REFERENCES`.
    daily : {"anew", "same", "older"}
        What becomes of it from day to day, while no row enters or leaves the windows
        that it looks at and no day comes that it awaits: nothing, one day more, or
        nobody can say and it is measured anew.
    spans : callable or None
        From a window to the windows that it looks at, where these are others.
    awaits : tuple of str
        Columns with days, as ``table.column``, that mean another thing once the day
        has come.
    words : str
        The column by whose words it goes, as ``table.column``, where groups of them can
        stand for the words; its ``compute`` then takes ``groups`` as well.
    groups : callable or None
        The groups that stand for the words (:meth:`over`).
    """

    code: str
    unit: Unit
    title: Title
    formula: str
    needs: tuple[str, ...]
    compute: Callable[[Facts, Window], Column] = field(repr=False)
    windowed: bool = False
    missing: tuple[Title, ...] = ()
    better: Literal["higher", "lower", ""] = ""
    lever: Literal["raise", "lower", "both", ""] = ""
    least: float | None = field(
        default=Factory(lambda self: _LEAST.get(self.unit), takes_self=True)
    )
    most: float | None = None
    either: bool = False
    sited: bool = False
    also: tuple[str, ...] = ()
    together: tuple[Feature, ...] = field(default=(), repr=False)
    references: tuple[str, ...] = ()
    daily: Literal["anew", "same", "older"] = "anew"
    spans: Callable[[Window], tuple[Window, ...]] | None = field(
        default=None, repr=False
    )
    awaits: tuple[str, ...] = ()
    words: str = ""
    groups: Groups | None = None

    def over(self, groups: Groups) -> Feature:
        """Return the same of groups of words in place of the words themselves.

        Parameters
        ----------
        groups : callable
            From a word to its group, or None; only for a feature that has ``words``.
            Equal ones find the same groups.
        """
        compute: Callable[..., Column] = self.compute
        return evolve(self, compute=partial(compute, groups=groups), groups=groups)

    def looks_at(self, window: Window) -> tuple[Window, ...]:
        """Return the windows whose rows decide, when it is asked for one."""
        if self.spans is not None:
            return self.spans(window)
        return (window if self.windowed else Window(WindowKind.LIFETIME),)

    @property
    def reads(self) -> tuple[str, ...]:
        """All columns that it looks at, as ``table.column``."""
        return (*self.needs, *self.also)


@frozen
class Catalogue(Mapping[str, Feature]):
    """Features by their codes.

    Examples
    --------
    >>> Catalogue(())
    Catalogue(features=())
    """

    features: tuple[Feature, ...]
    _by_code: Mapping[str, Feature] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        by_code = {feature.code: feature for feature in self.features}
        object.__setattr__(self, "_by_code", by_code)

    def __getitem__(self, code: str) -> Feature:
        try:
            return self._by_code[code]
        except KeyError:
            raise UnknownFeature(
                Problem(
                    f"the catalogue has no feature '{code}'",
                    hint=did_you_mean(code, self._by_code)
                    or "see the reference page of features",
                )
            ) from None

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code)

    def __len__(self) -> int:
        return len(self.features)


@frozen(eq=False)
class Facts:
    """A ledger as it stood at the end of one day.

    Parameters
    ----------
    ledger : Ledger
    as_of : int
        Days since 1970-01-01; later events are invisible.
    fiscal : FiscalCalendar
        For fiscal windows.
    seller : Seller or None
        Where the seller is, for features of place.
    references : mapping of str to object
        Tables learned from all customers, such as prices within a category; features
        that compare with others read them and nothing else of others.
    readings : Readings
        What the words of text columns mean; parts of one ledger share it.
    is_part : bool
        Whether other customers stand in other ledgers; all that is looked at together
        stands in this one.
    others : mapping of str to Column
        By the code of a feature that looks at several customers: its one value for the
        one customer of the ledger, measured when the others were there.

    Notes
    -----
    Columns are over all customers of the ledger, in its order. :attr:`population`
    tells who of them was known on that day.
    """

    ledger: Ledger
    as_of: int
    fiscal: FiscalCalendar = field(factory=FiscalCalendar)
    seller: Seller | None = None
    references: Mapping[str, Any] = field(factory=dict, repr=False)
    readings: Readings = field(factory=Readings, repr=False)
    is_part: bool = False
    others: Mapping[str, Column] = field(factory=dict, repr=False)
    _columns: dict[tuple[str, Groups | None, Window | None], Column] = field(
        factory=dict, init=False, repr=False
    )
    _found: dict[Hashable, Any] = field(factory=dict, init=False, repr=False)

    @property
    def n(self) -> int:
        """How many customers the ledger has."""
        return self.ledger.n_customers

    def has(self, column: str) -> bool:
        """Say whether the ledger holds a column, named ``table.column``."""
        table, name = column.split(".")
        given = self.ledger.tables.given  # not sorted only to be asked for its columns
        if table not in given:
            return False
        return (
            name == "customer_id"
            or name in {"date", "valid_from"}
            or name in given[table].names
        )

    def measure(self, feature: Feature, window: Window) -> Column:
        """Return a feature over all customers of the ledger.

        Parameters
        ----------
        feature : Feature
        window : Window
            Without meaning for a feature that is not windowed.
        """
        over = window if feature.windowed else None
        key = (feature.code, feature.groups, over)
        if key not in self._columns:
            if feature.code in self.others:
                once = np.zeros(self.n, dtype=np.int64)
                self._columns[key] = self.others[feature.code].take(once)
            elif self.can_measure(feature):
                self._columns[key] = feature.compute(self, window)
            else:
                self._columns[key] = self.unknown(feature.unit)
        return self._columns[key]

    def remember(self, feature: Feature, column: Column) -> None:
        """Take a feature that is not windowed as measured already, in parts."""
        self._columns[feature.code, feature.groups, None] = column

    def can_measure(self, feature: Feature) -> bool:
        """Say whether the columns are there that a feature needs."""
        enough = any if feature.either else all
        return enough(map(self.has, feature.needs))

    def unknown(self, unit: Unit) -> Column:
        """Return a column of which nothing is known."""
        none = self.once("nothing known", lambda: _alike(np.False_, self.n))
        if unit is Unit.FLAG:
            return Column(none, unit, none)
        numbers = self.once("no numbers", lambda: _alike(np.int64(0), self.n))
        return Column(numbers, unit, none)

    def population(self) -> NDArray[np.bool_]:
        """Return who was known on the day, shape (n_customers,).

        A customer belongs to it who was registered by then (or of whom nobody said
        when), or who has an event by then. A payment is known by the invoice it pays:
        before that is issued, nobody can tell whose it is.
        """
        known = np.zeros(self.n, dtype=np.bool_)
        for name, table in self.ledger.tables.items():
            if name == "payments":
                continue
            seen = self.until(table) > table.offsets[:-1]
            if name == "customers" and "registered_on" in table.columns:
                registered = self.latest("customers", "registered_on")
                seen &= ~registered.is_known() | (registered.values <= self.as_of)
            known |= seen
        return known

    def until(self, table: EventTable) -> NDArray[np.int64]:
        """Return one past the last visible row of each customer in a table."""
        return self.once(
            ("until", id(table)),
            lambda: _first_after(table.day, table.offsets, self.as_of),
        )

    def latest(self, table: str, column: str) -> Column:
        """Return what the last visible row of each customer says in a column."""
        events = self.ledger.tables[table]
        stop = self.until(events)
        there = stop > events.offsets[:-1]
        one = events.columns[column]
        if not len(events):
            return self.unknown(one.unit)
        at = np.where(there, stop - 1, 0)
        return Column(one.values[at], one.unit, one.is_known()[at] & there, one.words)

    def days(self, window: Window) -> Span:
        """Return each customer's days in a window, as positions in the history."""
        after, through = self._bounds(window)
        return self.days_by(after), self.days_by(through)

    def purchases(self, window: Window) -> Span:
        """Return each customer's days with a sale in a window."""
        after, through = self._bounds(window)
        return self._purchases_by(after), self._purchases_by(through)

    def days_by(self, day: int) -> NDArray[np.int64]:
        """Return, for each customer, one past the last position up to a day."""
        history, limit = self.ledger.history, min(day, self.as_of)
        return self.once(
            ("days", limit), lambda: _first_after(history.day, history.offsets, limit)
        )

    def _purchases_by(self, day: int) -> NDArray[np.int64]:
        """Return, for each customer, one past the last purchase up to a day."""
        before = self.ledger.history.running_purchases
        return self.once(("purchases", day), lambda: before[self.days_by(day)])

    def rows(self, table: str, window: Window) -> Span:
        """Return each customer's rows of any table in a window."""
        events = self.ledger.tables[table]

        def edge(limit: int) -> NDArray[np.int64]:
            return self.once(
                (table, limit), lambda: _first_after(events.day, events.offsets, limit)
            )

        after, through = self._bounds(window)
        return edge(after), edge(through)

    def _bounds(self, window: Window) -> tuple[int, int]:
        """Return the last day before a window, and its last visible day."""
        after, through = window.bounds(self.as_of, fiscal=self.fiscal)
        return after, max(after, min(through, self.as_of))

    def once(self, key: Hashable, compute: Callable[[], _T]) -> _T:
        """Return what several features need, worked out when first asked for.

        Parameters
        ----------
        key : hashable
            Names it among all that is kept here.
        compute : callable
            Without arguments.
        """
        if key not in self._found:
            self._found[key] = compute()
        found: _T = self._found[key]
        return found

    def total(self, column: str, window: Window, *, sign: int = 0) -> NDArray[np.int64]:
        """Return the exact sum of a sales column in a window, for each customer.

        Parameters
        ----------
        column : str
        window : Window
        sign : {0, 1, -1}
            All lines, sale lines only, or return lines only.
        """
        low, high = self.days(window)
        sums = self.ledger.history.running_sum(column, sign=sign)
        return sums[high] - sums[low]

    def table(self, columns: Mapping[str, Column]) -> Table:
        """Return columns over the ledger as a table over the population."""
        here = self.population()
        whole = Table(self.ledger.book, columns)
        return whole if here.all() else whole.take(here)


def _first_after(
    day: NDArray[np.int32], offsets: NDArray[np.int64], limit: int
) -> NDArray[np.int64]:
    """Find where each customer's later days begin, at once where that is plain."""
    if limit <= DISTANT_PAST or not len(day):
        return offsets[:-1]
    if int(day.max()) <= limit:
        return offsets[1:]
    return bisect_days(day, offsets, limit)


def _alike(value: np.generic, n: int) -> Array:
    """Return one value laid out as many; it takes no room."""
    return np.broadcast_to(value, n)
