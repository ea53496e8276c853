"""Share out an effort or a budget: among tiers by their shares, inside them by weight.

The sales force has so many visits in a quarter, and every one of them should go to
somebody. Four fifths go to the core customers, and among those in proportion to a
weight, yet none gets less than a floor or more than a cap.

The method: each tier gets its share by largest remainder. Inside a tier a level is
sought at which ``weight x level``, held between floor and cap, uses up what the tier
has; portions are rounded down, and what is left goes to the largest remainders. Ties go
to the larger weight, then to the customer who stands first. Everything is worked out in
whole numbers, so totals are exact.

Limits: weights are rounded to a millionth. A customer without weight gets the floor.
What a tier cannot give away, because nobody is in it or all are at their caps, is left
over; it does not go to another tier.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.rules.acts.allocation import Share
from custseg.table import Array

__all__ = ["allocate", "budgets", "shared_out"]

_MILLION = 10**6
_MOST = 2**63 - 1


def allocate(
    total: int,
    tiers: Array,
    weights: Array,
    rules: Sequence[Share],
    *,
    unit: int = 1,
) -> NDArray[np.int64]:
    """Share out a total among customers.

    Parameters
    ----------
    total : int, >= 0
        What there is to give.
    tiers : int array, shape (n_customers,)
        The number of each customer's tier, 0 for the first of the rules; -1 for none,
        who gets nothing.
    weights : float array, shape (n_customers,), >= 0
        Inside a tier each gets in proportion to it.
    rules : sequence of Share
        What each tier gets, in the order of their numbers.
    unit : int, >= 1
        The smallest portion; floors and caps are multiples of it.

    Returns
    -------
    int64 array, shape (n_customers,)
        What each gets, never more than the total together.

    Raises
    ------
    SettingError
        When the total is none, a weight is negative or not known, or the floors of a
        tier exceed what it has.

    Notes
    -----
    The order of customers decides only between equal weights, and then about one unit.

    Examples
    --------
    >>> from decimal import Decimal
    >>> rules = (Share("A", Decimal("0.8"), cap=5), Share("B", Decimal("0.2")))
    >>> allocate(10, np.array([0, 0, 1]), np.array([90.0, 30.0, 60.0]), rules).tolist()
    [5, 3, 2]
    """
    _check(total, tiers, weights, rules)
    given = np.zeros(len(tiers), dtype=np.int64)
    problems = []
    for number, (rule, budget) in enumerate(
        zip(rules, budgets(total // unit, rules), strict=True)
    ):
        here = np.flatnonzero(tiers == number)
        floor, cap = rule.floor // unit, rule.cap // unit if rule.cap else None
        if len(here) * floor > budget:
            problems.append(
                Problem(
                    f"the floors of tier {rule.tier} exceed what it has",
                    where="total",
                    got=f"{len(here):,} customers at {rule.floor:,} each, "
                    f"of {budget * unit:,}",
                    hint="raise the total or the share, or lower the floor",
                )
            )
            continue
        given[here] = shared_out(budget, weights[here], floor=floor, cap=cap)
    if problems:
        raise SettingError(*problems)
    return given * unit


def _check(total: object, tiers: Array, weights: Array, rules: Sequence[Share]) -> None:
    problems = []
    if isinstance(total, bool) or not isinstance(total, int | np.integer):
        problems.append(
            Problem("expected a whole number", where="total", got=repr(total))
        )
    elif not 0 <= total <= _MOST:
        problems.append(
            Problem("this cannot be shared out", where="total", got=str(total))
        )
    if len(tiers) != len(weights):
        got = f"{len(weights)} weights for {len(tiers)} customers"
        problems.append(
            Problem("expected a weight for each customer", where="weights", got=got)
        )
    if len(tiers) and not -1 <= tiers.min() <= tiers.max() < len(rules):
        problems.append(
            Problem(
                "there is no rule for a tier",
                where="tiers",
                got=f"{tiers.min()} to {tiers.max()}",
                allowed=f"-1 to {len(rules) - 1}",
            )
        )
    if not (np.isfinite(weights) & (np.asarray(weights) >= 0)).all():
        problems.append(
            Problem(
                "a weight is 0 or more",
                where="weights",
                hint="give 0 to whom nothing is known of",
            )
        )
    if problems:
        raise SettingError(*problems)


def budgets(total: int, rules: Sequence[Share]) -> tuple[int, ...]:
    """Return how many units each tier has, by largest remainder.

    Parameters
    ----------
    total : int, >= 0
    rules : sequence of Share
        What no tier has a share in stays where it is.

    Examples
    --------
    >>> from decimal import Decimal
    >>> budgets(11, (Share("A", Decimal("0.8")), Share("B", Decimal("0.2"))))
    (9, 2)
    """
    shares = [Fraction(one.share) for one in rules]
    shares.append(1 - sum(shares, Fraction(0)))
    quotas = [int(total * share) for share in shares]
    rests = [total * share - quota for share, quota in zip(shares, quotas, strict=True)]
    first = sorted(range(len(shares)), key=lambda at: -rests[at])
    for at in first[: int(total) - sum(quotas)]:
        quotas[at] += 1
    return tuple(quotas[:-1])


def shared_out(
    budget: int, weights: Array, *, floor: int = 0, cap: int | None = None
) -> NDArray[np.int64]:
    """Share out units by weight, each between a floor and a cap.

    Parameters
    ----------
    budget : int
        Not less than all floors together.
    weights : float array, shape (n,), >= 0
    floor : int
    cap : int or None

    Returns
    -------
    int64 array, shape (n,)

    Examples
    --------
    >>> shared_out(10, np.array([6.0, 3.0, 0.5]), floor=2).tolist()
    [5, 3, 2]
    """
    scaled = np.rint(np.asarray(weights, dtype=np.float64) * _MILLION)
    order = np.argsort(-scaled, kind="stable")  # the heaviest first
    heavy = [int(one) for one in scaled[order].tolist()]
    capped, level, end = _levelled(int(budget), heavy, floor, cap)
    units = np.full(len(heavy), floor, dtype=np.int64)
    units[:capped] = 0 if cap is None else cap
    if level is not None:
        units[capped:end] = _rounded(*level, heavy[capped:end])
    given = np.empty_like(units)
    given[order] = units
    return given


def _levelled(
    budget: int, heavy: list[int], floor: int, cap: int | None
) -> tuple[int, tuple[int, int] | None, int]:
    """Return how many stand at the cap, what the middle has, and where it ends.

    Whoever would be above the cap, or below the floor, is set there; the kind that is
    further out goes first, because it draws the level its way.
    """
    sums = [0, *accumulate(heavy)]
    rising = heavy[::-1]
    n = len(heavy)
    start, end = 0, n - bisect_right(rising, 0)
    while end > start:
        left = budget - (cap or 0) * start - floor * (n - end)
        whole = sums[end] - sums[start]
        # Weights from this one up reach the cap, up to that one stay at the floor.
        high = start
        if cap is not None and left > 0:
            high = max(start, n - bisect_left(rising, -(-cap * whole // left)))
        low = n - bisect_right(rising, floor * whole // left) if left > 0 else start
        low = min(end, max(low, high))
        high = min(high, end)
        over = left * (sums[high] - sums[start]) - (cap or 0) * (high - start) * whole
        under = floor * (end - low) * whole - left * (sums[end] - sums[low])
        if high == start and low == end:
            return start, (left, whole), end
        if over >= under:
            start = high
        if under >= over:
            end = low
    return start, None, end


def _rounded(left: int, whole: int, heavy: list[int]) -> list[int]:
    """Share out what is left by weight, in whole units that add up to it."""
    shares = [divmod(left * one, whole) for one in heavy]
    units = [quota for quota, _ in shares]
    most = sorted(range(len(heavy)), key=lambda at: -shares[at][1])
    for at in most[: left - sum(units)]:
        units[at] += 1
    return units
