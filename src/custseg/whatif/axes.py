"""The facts of one customer that somebody can act on, as axes of whole steps.

An axis counts in the smallest step that people speak of: a cent, an order, a day, a
ten-thousandth of a quantity or a hundredth of a per cent. Its grid holds every value
at which the verdict could turn, as far as the policy names or has learned one:
literals, cuts, edges, knots of percentiles, and the other facts of the same unit, with
which it may be compared. Powers of two around the present value and around zero fill
the wide spaces between.

No axis goes beyond what its fact can be brought to: nobody pays more than all on time.

Limits: facts in words are no axes, nor are facts that are unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from math import ceil, floor

import numpy as np
from attrs import field, frozen

from custseg.labels import Title
from custseg.money import decimals_kept
from custseg.rules.explaining.terms import over_window
from custseg.rules.expression import FittedCut, FittedValue, Number, walk
from custseg.rules.learned import key_of, scaled_edges
from custseg.rules.named_features import named_feature
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Feature
from custseg.table import Array, Column, Table
from custseg.units import Unit
from custseg.whatif.steps import Ints, powers
from custseg.whatif.workings import Ground

__all__ = ["Axis", "axes_of", "bounds_of", "feature_of", "points_of", "title_of"]

_FRACTIONS = {Unit.SHARE: 10_000, Unit.DAYS: 2, Unit.NUMBER: 100, Unit.SCORE: 100}
"""Steps in one, for facts that are no whole numbers: a hundredth of a per cent, half a
day, a hundredth."""

_MOST = {Unit.MONEY: 1 << 46, Unit.QUANTITY: 1 << 46, Unit.DAYS: 1 << 15}
"""How far from the present value to look, in steps; elsewhere a million."""

_FAR = 1 << 20


@frozen(eq=False)
class Axis:
    """One fact of one customer, to be varied.

    Parameters
    ----------
    name : str
        What the policy calls it.
    feature : Feature
    column : Column
        Its one value, which is known.
    points : tuple of float
        Values at which the verdict may turn, as columns hold them.
    """

    name: str
    feature: Feature
    column: Column
    points: tuple[float, ...] = field(repr=False)

    @property
    def fraction(self) -> int:
        """How many steps make one of what the column counts."""
        if self.column.values.dtype.kind != "f":
            return 1
        return _FRACTIONS.get(self.column.unit, 1)

    @property
    def now(self) -> float:
        """Where the customer stands, in steps."""
        value = float(self.column.values[0])
        near = value * self.fraction
        # What the law of comparison holds for equal is the same place.
        return float(round(near)) if abs(near - round(near)) < 1e-6 else near

    def values(self, at: Ints) -> Array:
        """Return positions as the column holds them."""
        kind = self.column.values.dtype
        if kind.kind == "f":
            return at / self.fraction
        return at.astype(kind)

    @cached_property
    def grid(self) -> Ints:
        """The positions to look at first, rising, on the sides that can be acted on."""
        if self.column.unit is Unit.FLAG:
            return self._within(np.array([0, 1], dtype=np.int64))
        far = _MOST.get(self.column.unit, _FAR)
        here = [floor(self.now), ceil(self.now)]
        steps = powers(far)
        near = [here[0] - steps, here[1] + steps, steps, -steps]
        # Far out floats have no neighbours at one step; nothing of a policy is there.
        known = [
            turn * self.fraction
            for turn in (*self.points, *bounds_of(self.feature))
            if abs(turn) * self.fraction < 1 << 52
        ]
        named = np.array([floor(one) for one in known], dtype=np.int64)
        # What is named may lie between two positions.
        return self._within(np.unique(np.concatenate([*near, named, named + 1])))

    def _within(self, grid: Ints) -> Ints:
        lever, far = self.feature.lever, _MOST.get(self.column.unit, _FAR)
        low = floor(self.now) if lever == "raise" else min(0, floor(self.now))
        high = ceil(self.now) if lever == "lower" else ceil(self.now) + far
        least, most = self.feature.least, self.feature.most
        # Who stands beyond a bound already can only be brought nearer to it.
        if least is not None:
            low = max(low, min(ceil(least * self.fraction), floor(self.now)))
        if most is not None:
            high = min(high, max(floor(most * self.fraction), ceil(self.now)))
        inside: Ints = grid[(grid >= low) & (grid <= high)]
        return inside


def bounds_of(feature: Feature) -> tuple[float, ...]:
    """Return the least and the most that a fact can be brought to, where there are."""
    return tuple(one for one in (feature.least, feature.most) if one is not None)


def feature_of(name: str, ground: Ground) -> Feature | None:
    """Return the feature behind a name; None for other names."""
    policy = ground.workings.plan.policy
    own = next((one for one in policy.features if one.code == name), None)
    return CATALOGUE.get(name) if own is None else named_feature(own, policy)


def title_of(name: str, feature: Feature, ground: Ground) -> Title:
    """Return what a fact is called, with its window where its title does not say it."""
    policy = ground.workings.plan.policy
    title = policy.titles().get(name, feature.title)
    says = any(one.code == name and one.says_window for one in policy.features)
    if says or not feature.windowed:
        return title
    return over_window(title, policy.basis.window)


def axes_of(table: Table, ground: Ground) -> list[Axis]:
    """Return the facts that can count for a label and can be acted on.

    Parameters
    ----------
    table : Table
        The features of one customer.
    ground : Ground
    """
    found = []
    for name, column in table.columns.items():
        feature = feature_of(name, ground)
        if feature is None or not feature.lever or name not in ground.names:
            continue
        if column.unit is Unit.TEXT or not column.is_known()[0]:
            continue
        points = tuple(points_of(name, column, table, ground))
        found.append(Axis(name, feature, column, points))
    return found


def points_of(
    name: str, column: Column, table: Table, ground: Ground
) -> Iterator[float]:
    """Yield the values at which a verdict may turn, as a column of the name has them.

    Parameters
    ----------
    name : str
    column : Column
    table : Table
        The features of the customer.
    ground : Ground
    """
    workings = ground.workings
    learned, decimals = workings.learned, workings.decimals
    yield 0.0
    for one in ground.expressions:
        for node in walk(one.node):
            if isinstance(node, Number):
                yield float(_scaled(node.value, column.unit, decimals))
            elif isinstance(node, FittedCut | FittedValue) and node.name == name:
                yield from _learned_points(node, ground)
    for planned in ground.scores:
        bins = planned.score.bins
        if bins is not None and bins.by == "edges":
            yield from _some(scaled_edges(bins, planned.checked.unit, decimals))
        elif bins is not None:
            yield from _some(learned.edges.get(planned.score.code, ()))
    for other, there in table.columns.items():
        if other != name and there.unit is column.unit and there.is_known()[0]:
            yield float(there.values[0])


def _learned_points(node: FittedCut | FittedValue, ground: Ground) -> Iterator[float]:
    learned, key = ground.workings.learned, key_of(node)
    if isinstance(node, FittedCut):
        yield from _some([learned.cuts.get(key)])
    elif key in learned.knots:
        yield from learned.knots[key].values.tolist()
    elif key in learned.medians:
        yield float(learned.medians[key])


def _some(values: Iterable[float | None]) -> Iterator[float]:
    yield from (float(value) for value in values if value is not None)


def _scaled(value: Decimal, unit: Unit, decimals: int) -> Decimal:
    return value.scaleb(decimals_kept(unit, decimals))
