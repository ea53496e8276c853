"""What further orders would do, replayed with all that they bring.

An order raises spend, orders and purchase days, and refreshes recency, all at once. So
it is written into the history, and the whole way from the events to the label is gone
again. Two kinds are tried: one order, of the least amount that is enough, and the
fewest orders of the customer's usual size. Both are told only if the same ledger with
the orders appended gives the label, and with a minor unit less, or an order less, does
not.

Orders of the usual size are spread evenly between the day looked at and the day asked
for, the last on that day; where the two are the same, all are on it.

Limits: where a label hangs on a place among prices, a single cent in between may give
it for less, since a unit price that equals another one shares its place: see
:mod:`custseg.whatif.steps`. What is told holds all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from custseg.periods import to_date
from custseg.table import Table
from custseg.units import Unit
from custseg.whatif.axes import points_of
from custseg.whatif.history import History
from custseg.whatif.parts import Orders
from custseg.whatif.steps import Ints, Turn, explore, powers
from custseg.whatif.workings import Ground

__all__ = ["orders_ahead", "spread"]

_MOST_AMOUNT = 1 << 46
_MOST_ORDERS = 60
_ROWS = 100_000
"""Rows of replayed histories that the first look may have."""

_LONG = 200
"""Rows of a history from which fewer positions are looked at, more often."""

_Maker = Callable[[int], tuple[list[int], list[int]]]
"""From a position on an axis to the days and amounts of orders."""


def orders_ahead(
    history: History, table: Table, ground: Ground, *, since: int, by: int
) -> list[Orders]:
    """Return the least further orders that give another label.

    Parameters
    ----------
    history : History
        What is known as of ``since``.
    table : Table
        The features as of ``by``, without further orders.
    ground : Ground
    since, by : int
        The day looked at, and the day asked for.

    Returns
    -------
    list of Orders
        At most one of each kind for each label.
    """
    label = int(ground.marks(table)[0, 0])
    replay = _Replay(history, ground, since, by)
    found = [*replay.one_order(table), *replay.usual_orders()]
    return [one for one in found if one.moves_to != ground.words[label]]


def spread(count: int, since: int, by: int) -> list[int]:
    """Return the days of some orders, evenly apart, the last on the last day.

    Examples
    --------
    >>> spread(3, 0, 90), spread(2, 5, 5)
    ([30, 60, 90], [5, 5])
    """
    return [by - (by - since) * (count - one) // count for one in range(1, count + 1)]


class _Replay:
    """Judges histories with further orders; holds what it needs for that."""

    def __init__(self, history: History, ground: Ground, since: int, by: int) -> None:
        self._history = history
        self._ground = ground
        self._since = since
        self._by = by

    def one_order(self, table: Table) -> Iterator[Orders]:
        """Yield the least single order for each label."""

        def judge(_: Ints, at: Ints) -> Ints:
            days = np.full((len(at), 1), self._by)
            return self._marks(days, at[:, None], np.ones_like(days, dtype=np.bool_))

        (walk,) = explore(judge, [self._grid(table)], parts=self._parts)
        for turn in walk.turns(0, up=True):
            if turn.label >= 0 and self._holds(turn, self._one):
                yield self._told(turn, self._one, usual=False)

    def usual_orders(self) -> Iterator[Orders]:
        """Yield the fewest orders of the usual size for each label, two or more."""
        pattern = self._history.pattern
        if pattern is None:
            return
        most = _MOST_ORDERS
        if not self._history.counts_orders:
            most = max(1, min(most, self._by - self._since))
        dates = np.full((most + 1, most), self._by)
        for count in range(1, most + 1):
            dates[count, :count] = spread(count, self._since, self._by)

        def judge(_: Ints, at: Ints) -> Ints:
            there = at[:, None] > np.arange(most)[None, :]
            amounts = np.full(there.shape, pattern.amount)
            return self._marks(dates[at], amounts, there)

        counts = np.arange(most + 1)
        if most * self._history.length > _ROWS:
            counts = np.append(powers(most), most)
        (walk,) = explore(judge, [np.unique(counts)], parts=self._parts)
        for turn in walk.turns(0, up=True):
            if turn.label >= 0 and turn.at > 1 and self._holds(turn, self._several):
                yield self._told(turn, self._several, usual=True)

    def _one(self, amount: int) -> tuple[list[int], list[int]]:
        return ([self._by], [amount]) if amount else ([], [])

    def _several(self, count: int) -> tuple[list[int], list[int]]:
        pattern = self._history.pattern
        amount = 0 if pattern is None else pattern.amount
        return spread(count, self._since, self._by), [amount] * count

    def _marks(self, days: Ints, amounts: Ints, there: NDArray[np.bool_]) -> Ints:
        ledger = self._history.with_orders(days, amounts, there)
        return self._ground.marks(self._ground.workings.measured(ledger, self._by))

    def _grid(self, table: Table) -> Ints:
        """Return the amounts to look at first: what facts in money may have to reach.

        An order adds to what was spent, or is looked at by itself.
        """
        named: list[float] = []
        for name, column in table.columns.items():
            if column.unit is not Unit.MONEY or name not in self._ground.names:
                continue
            points = np.array(list(points_of(name, column, table, self._ground)))
            named += points.tolist()
            if column.is_known()[0]:
                named += (points - float(column.values[0])).tolist()
        inside = np.array([one for one in named if 0 < one < _MOST_AMOUNT])
        turns = np.unique(np.floor(inside).astype(np.int64))
        room = max(8, _ROWS // (1 + self._history.length) // 2)
        turns = turns[:: 1 + len(turns) // room]
        wide = powers(_MOST_AMOUNT)[1:]
        if self._history.length * len(wide) > _ROWS:
            wide = wide[::3]
        every = np.concatenate([turns, turns + 1, wide])
        return np.unique(every[every > 0])

    @property
    def _parts(self) -> int:
        return 16 if self._history.length < _LONG else 4

    def _holds(self, turn: Turn, orders: _Maker) -> bool:
        """Say whether the plain way agrees: the label turns here, not a step before."""
        workings = self._ground.workings
        labels = []
        for place in (turn.at, turn.before):
            days, amounts = orders(place)
            ledger = self._history.ledger
            if days:
                ledger = self._history.appended(np.array(days), np.array(amounts))
            labels.append(workings.label(ledger, self._by, self._ground.family))
        wanted = self._ground.words[turn.label]
        return labels[0] == wanted and labels[1] != wanted

    def _told(self, turn: Turn, orders: _Maker, *, usual: bool) -> Orders:
        days, amounts = orders(turn.at)
        pattern = self._history.pattern
        return Orders(
            amounts=tuple(amounts),
            days=tuple(to_date(day) for day in days),
            usual=usual,
            like=None if pattern is None else to_date(pattern.day),
            moves_to=self._ground.words[turn.label],
        )
