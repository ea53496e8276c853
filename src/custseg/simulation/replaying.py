"""The past, day by day: what policies would have decided on each of several days.

Each day sees the facts up to the day before it, and remembers what the days before it
decided. No journal is read, and nothing is written. A customer takes part from the
first day on which it is known.

The method: with all that a policy learned frozen, no customer's tier depends on
another's, so the customers are gone through in parts, two at a time. A part goes
through all the days at once: its sales are summed up once for them all, and what is
worked on stays near the core. Only where a tier or a pool has a capacity, or rests on
what a group of customers owes, does everybody go through together. Only what tiers and
pools rest on is worked out.

Limits: the facts that carry no date, such as an address, are those of today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from custseg.fitted import FittedPolicy
from custseg.ledger import Ledger
from custseg.measuring import divided
from custseg.reviews.reviewing import joined_days
from custseg.rules.acts.pools import Pool
from custseg.rules.compiling import Compiled, compile_plan
from custseg.rules.grading import Grading
from custseg.rules.narrowing import for_tiers
from custseg.rules.pipeline import work_out
from custseg.rules.plan import Plan
from custseg.rules.standing import stand
from custseg.rules.tiers.deciding import Memory, decide
from custseg.rules.tiers.schedule import Schedule
from custseg.scoring.features import Facts
from custseg.scoring.readings import Readings
from custseg.simulation.overriding import Act, between, by_hand, within
from custseg.simulation.replayed import Day, Look, grading_of
from custseg.table import Array, Column, Table
from custseg.units import Unit

__all__ = ["replay"]


def replay(
    ledger: Ledger,
    policies: Sequence[FittedPolicy],
    days: Sequence[int],
    *,
    until: int | None = None,
    acts: Sequence[Act] = (),
) -> tuple[tuple[Day, ...], tuple[tuple[Look, ...], ...]]:
    """Run policies on past days, each on what it remembers of the days before.

    Parameters
    ----------
    ledger : Ledger
    policies : sequence of FittedPolicy
        One or more, each with tiers.
    days : sequence of int, rising
        One or more.
    until : int or None
        The day before which the period behind the last day ends; None where nothing is
        known of that period.
    acts : sequence of Act, rising by day
        What was done by hand: on the day of a run before it.

    Returns
    -------
    days : tuple of Day
    looks : tuple of tuple of Look
        For each policy what it decided on each day.
    """
    ready = _made_ready(policies)
    needs = {need for one in ready for need in one.plan.columns}
    ledger = ledger.merged_for({"sales.amount", *needs})
    together = any(one.has_places for one in ready)
    together |= any(one.together for its in ready for _, one, _ in its.plan.features)
    some = [ledger] if together else divided(ledger)
    with ThreadPoolExecutor(max_workers=2) as pool:
        # What a part has summed up goes as soon as it is through.
        done = pool.map(
            lambda part: _through(part[0], ready, days, until, part[1]),
            _with_acts(some, acts),
        )
        parts = list(done)
    every = [
        _joined_day([(part.customers, part.days[at]) for part in parts])
        for at in range(len(days))
    ]
    looks = [
        tuple(
            _joined_look([part.looks[which][at] for part in parts])
            for at in range(len(days))
        )
        for which in range(len(ready))
    ]
    return tuple(every), tuple(looks)


def _with_acts(
    parts: Iterable[Ledger], acts: Sequence[Act]
) -> Iterator[tuple[Ledger, tuple[Act, ...]]]:
    """Yield parts of a ledger with what was done by hand to their customers."""
    start = 0
    for part in parts:
        stop = start + part.n_customers
        yield part, within(acts, start, stop)
        start = stop


@frozen(eq=False)
class _Ready:
    """A policy, and as much of it as its tiers rest on."""

    fitted: FittedPolicy
    plan: Plan
    compiled: Compiled
    grading: Grading
    schedule: Schedule
    sight: int
    """Policies to which every feature is the same share the facts of this number."""
    readings: Readings

    @property
    def joins(self) -> bool:
        """Whether reviews ask when a customer joined."""
        return any(one.cadence.personal for one in self.schedule.calendars)

    @property
    def pools(self) -> tuple[Pool, ...]:
        """The nurture pools of the policy."""
        return self.fitted.tree.acting.pools

    @property
    def has_places(self) -> bool:
        """Whether an answer about one customer can depend on others."""
        places = [one.capacity for one in self.grading.tiers]
        return any(places) or any(one.capacity for one in self.pools)

    def facts(self, ledger: Ledger, on: int) -> Facts:
        """Return what a run on a day sees."""
        return evolve(self.fitted.facts(ledger, on - 1), readings=self.readings)


@frozen(eq=False)
class _Part:
    """All that came of some of the customers."""

    customers: int
    days: list[Day]
    looks: list[list[Look]]


def _made_ready(policies: Sequence[FittedPolicy]) -> list[_Ready]:
    ready: list[_Ready] = []
    for fitted in policies:
        plan, grading = for_tiers(fitted.plan), grading_of(fitted)
        alike = [one for one in ready if _see_the_same(one.fitted, fitted)]
        ready.append(
            _Ready(
                fitted,
                plan,
                compile_plan(plan, fitted.decimals),
                grading,
                grading.schedule(fitted.tree.basis.fiscal),
                alike[0].sight if alike else len(ready),
                alike[0].readings if alike else Readings(),
            )
        )
    return ready


def _see_the_same(one: FittedPolicy, other: FittedPolicy) -> bool:
    """Tell whether every feature over every window is the same to two policies."""
    learned, theirs = one.learned.references, other.learned.references
    return (
        one.tree.basis.fiscal == other.tree.basis.fiscal
        and one.tree.seller == other.tree.seller
        and _own_columns(one) == _own_columns(other)
        and (learned is theirs or not (learned or theirs))
    )


def _own_columns(fitted: FittedPolicy) -> dict[str, tuple[str, Unit | None]]:
    """Return which columns of the customers a policy has given names to."""
    return {
        one.code: (one.attribute, one.unit)
        for one in fitted.tree.features
        if one.attribute is not None
    }


def _through(
    ledger: Ledger,
    policies: list[_Ready],
    days: Sequence[int],
    until: int | None,
    acts: Sequence[Act],
) -> _Part:
    """Take some customers through all the days."""
    part = _Part(ledger.n_customers, [], [[] for _ in policies])
    memories = [Memory.fresh(ledger.n_customers) for _ in policies]
    ends = [*days[1:], until]
    before = None
    for on, end in zip(days, ends, strict=True):
        done = tuple(between(acts, before, on))
        before = on
        seen: dict[int, Facts] = {}
        for one in policies:
            if one.sight not in seen:
                seen[one.sight] = one.facts(ledger, on)
        facts = seen[policies[0].sight]
        here = facts.population()
        part.days.append(_day(facts, here, on, end))
        for at, one in enumerate(policies):
            memory = memories[at]
            if done:
                tiers = [tier.code for tier in one.grading.tiers]
                memory = by_hand(memory, done, one.schedule, tiers)
            look, memories[at] = _look(one, seen[one.sight], here, memory, on)
            part.looks[at].append(look)
    return part


def _day(facts: Facts, here: NDArray[np.bool_], on: int, end: int | None) -> Day:
    closed = np.zeros(facts.n, dtype=np.bool_)
    if facts.has("customers.closed_on"):
        said = facts.latest("customers", "closed_on")
        closed = said.is_known() & (said.values <= facts.as_of)
    following = None
    if end is not None:
        sums = facts.ledger.history.running_sum("amount")
        later = evolve(facts, as_of=end - 1)
        bought = sums[later.days_by(end - 1)] - sums[facts.days_by(on - 1)]
        following = bought[here]
    return Day(on, np.flatnonzero(here).astype(np.int32), closed[here], following)


def _look(
    policy: _Ready, facts: Facts, here: NDArray[np.bool_], memory: Memory, on: int
) -> tuple[Look, Memory]:
    """Decide about some customers on one day; return also what is remembered then."""
    columns = {
        name: facts.measure(feature, window)
        for name, feature, window in policy.plan.features
    }
    table = Table(facts.ledger.book, columns)
    spend = facts.total("amount", policy.fitted.tree.basis.window)
    everybody = bool(here.all())
    if not everybody:
        table, spend = table.take(here), spend[here]
    learned = policy.fitted.learned
    outcome = work_out(policy.compiled, learned, table)
    run = decide(
        policy.grading,
        policy.schedule,
        stand(policy.compiled, learned, outcome),
        memory if everybody else memory.take(here),
        on=on,
        joined=joined_days(facts)[here] if policy.joins else None,
        pools=policy.pools,
    )
    grade, decided = outcome.grade, run.decisions
    assert grade is not None  # noqa: S101 - a policy with tiers gives a grade
    look = Look(
        decided.before,
        decided.after,
        decided.action,
        decided.reason,
        grade.score,
        spend,
        sum(int(alerts.sum()) for alerts in run.alerts.values()),
        {code: pool.move for code, pool in run.pools.items()},
    )
    return look, run.memory if everybody else memory.put(here, run.memory)


def _joined_day(parts: Sequence[tuple[int, Day]]) -> Day:
    """Return the customers of several parts, one after the other, as those of one."""
    starts = np.cumsum([0, *(customers for customers, _ in parts)])
    days = [day for _, day in parts]
    rows = [day.rows + start for day, start in zip(days, starts.tolist(), strict=False)]
    following = [day.following for day in days if day.following is not None]
    return Day(
        days[0].on,
        np.concatenate(rows),
        np.concatenate([day.closed for day in days]),
        np.concatenate(following) if following else None,
    )


def _joined_look(parts: Sequence[Look]) -> Look:
    def joined(name: str) -> Array:
        return np.concatenate([getattr(part, name) for part in parts])

    return Look(
        joined("before"),
        joined("after"),
        joined("action"),
        joined("reason"),
        _joined_column([part.score for part in parts]),
        joined("spend"),
        sum(part.alerts for part in parts),
        {
            code: np.concatenate([part.pools[code] for part in parts])
            for code in parts[0].pools
        },
    )


def _joined_column(parts: Sequence[Column]) -> Column:
    known = None
    if any(part.known is not None for part in parts):
        known = np.concatenate([part.is_known() for part in parts])
    values = np.concatenate([part.values for part in parts])
    return Column(values, parts[0].unit, known)
