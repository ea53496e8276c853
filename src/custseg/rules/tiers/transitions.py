"""The one step by which held tiers move: what was, what is earned, what is decided.

A segment says what today's facts say; a tier that followed them as closely would swing
with every order. So the tier *held* moves on terms: a rise when the entry bar is passed
at enough reviews, a fall when the hold bar is missed at enough reviews in a row, a step
at a time, not too soon after the last move, and not within the days of grace. Gates and
risk events do not wait: a ceiling moves whoever stands above it at once, past
confirmation, dwell, step and grace, but stops before a manual override unless it is
said to pass. Nothing that is not known moves anybody.

Method: :func:`step` is a pure function of arrays over customers. Each customer gets one
reason, and the reason names the action. No customer's answer depends on another's, on
the order of rows, or on anything that is not an argument.

Limits: where the bars lie, and the gates, are the policy's affair; so is what triggers.
A customer who leaves is not known here: it simply is not in the arrays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.periods import DISTANT_PAST, to_date
from custseg.rules.tiers.holding import NO_TIER, State, as_column
from custseg.rules.tiers.judging import (
    Inputs,
    Limits,
    Verdict,
    choose,
    judge,
    limits_of,
)
from custseg.rules.tiers.moves import ACTION_CODES, Reason
from custseg.rules.tiers.occasions import Ceiling, Due, Fired
from custseg.rules.tiers.transition_rules import Rules
from custseg.table import Array

__all__ = ["Decisions", "step"]

Codes = NDArray[np.int8]
Mask = NDArray[np.bool_]

_BLOCK = 1 << 15
"""Customers decided at a time, so few that what is worked out stays in the cache."""


@frozen(eq=False)
class Decisions:
    """What one run decided, one row per customer.

    Parameters
    ----------
    state : State
        The state after the run.
    before, after : int8 array, shape (n_customers,)
        The tier held before and after; -1 is none.
    action : int8 array, shape (n_customers,)
        Numbers of :class:`~custseg.rules.tiers.moves.Action`.
    reason : int8 array, shape (n_customers,)
        Numbers of :class:`~custseg.rules.tiers.moves.Reason`, also where nothing moved.
    """

    state: State
    before: Codes
    after: Codes
    action: Codes
    reason: Codes

    def __len__(self) -> int:
        return len(self.reason)

    @property
    def moved(self) -> Mask:
        """Whose tier is another one than before; first tiers included."""
        moved: Mask = self.before != self.after
        return moved


def step(
    state: State,
    *,
    earned: Array,
    kept: Array,
    cap: Ceiling,
    due: Due,
    fired: Fired,
    rules: Rules,
    on: int,
) -> Decisions:
    """Decide for every customer whether the tier held moves, and say why.

    Parameters
    ----------
    state : State
        The tiers held, n customers.
    earned : int8 array, shape (n_customers,)
        The highest tier whose entry condition holds; -1 where that is not known. Not
        known, a tier held is kept, and a first one is the lowest, provisionally.
    kept : int8 array, shape (n_customers,)
        The highest tier whose stay condition holds; -1 where that is not known. Whoever
        earns a tier also keeps it.
    cap : Ceiling
        The highest tier that gates and risk leave open. It acts also on customers of
        whom no review is asked.
    due : Due
        Who is reviewed in the ordinary course, for which period, and when next.
    fired : Fired
        Who is reviewed because a trigger fired, and who is moved down by it.
    rules : Rules
    on : int
        Day of the run; no tier may have begun after it.

    Returns
    -------
    Decisions

    Raises
    ------
    SettingError
        When lengths differ, a code is no tier of the rules, or the run is dated before
        a tier that is held already.

    Notes
    -----
    A run that is repeated with the same inputs on the state it left changes nothing. A
    periodic review of a period that was reviewed changes nothing whatever the inputs,
    save for ceilings. Confirmations count distinct periods: a triggered review counts
    for its period once, and a move uses its period up.

    During the dwell reviews count, so the move comes at the first review after it;
    within grace they do not. A lock that a ceiling passes is ended by it.

    Examples
    --------
    Two customers of tier B (1) fall under its hold bar at the review on 1 April 2026.
    For the first it is the second quarter in a row.

    >>> state = State.from_columns({
    ...     **State.fresh(2).columns(), "tier": [1, 1], "since": [20_000, 20_000],
    ...     "down_pending": [1, 0], "counted": [20_362, 20_362]})
    >>> decisions = step(
    ...     state, earned=[2, 2], kept=[2, 2], cap=Ceiling([0, 0]),
    ...     due=Due([True, True], 20_454, [20_635] * 3), fired=Fired.nobody(2),
    ...     rules=Rules(3), on=20_544)
    >>> decisions.after.tolist()
    [2, 1]
    >>> [Reason(code).name for code in decisions.reason]
    ['HOLD_BAR_MISSED', 'FALL_UNCONFIRMED']
    """
    n = len(state)
    given = Inputs(
        earned=as_column(earned, np.int8, where="earned", n=n),
        kept=as_column(kept, np.int8, where="kept", n=n),
        cap=cap,
        due=due,
        fired=fired,
        rules=rules,
        on=on,
    )
    _check(state, given)
    blocks = [slice(at, at + _BLOCK) for at in range(0, n, _BLOCK)]
    if len(blocks) < 2:
        return _decide(state, given)
    return _joined([_decide(state.take(rows), given.take(rows)) for rows in blocks])


def _decide(state: State, given: Inputs) -> Decisions:
    limits = limits_of(state, given)
    verdict = judge(state, given, limits)

    after = _by_rules(state.tier, given, verdict)
    # A ceiling comes last, so that nothing passes it but a lock.
    free = (state.tier >= 0) & (limits.ends_lock | ~limits.locked)
    capped = free & (limits.ceiling > after)
    after = choose(capped, limits.ceiling, after)

    reason = _latest(
        len(state),
        _ruling(state.tier, given, verdict),
        _limiting(state.tier, limits, verdict, capped),
    )
    new = _remember(state, given, verdict, after, capped=capped)
    return Decisions(new, state.tier, after, ACTION_CODES.take(reason), reason)


def _joined(parts: Sequence[Decisions]) -> Decisions:
    """Return the decisions of several blocks of customers as one."""
    columns = [part.state.columns() for part in parts]
    state = State(
        **{name: np.concatenate([one[name] for one in columns]) for name in columns[0]}
    )
    before, after, action, reason = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("before", "after", "action", "reason")
    )
    return Decisions(state, before, after, action, reason)


def _by_rules(held: Codes, given: Inputs, verdict: Verdict) -> Codes:
    """Return the tiers that the rules would have, ceilings on who stays apart."""
    goal, keeps, rules = verdict.goal, verdict.keeps, given.rules
    if rules.up.largest_step is not None:
        goal = np.maximum(goal, held - np.int8(rules.up.largest_step))
    if rules.down.largest_step is not None:
        keeps = np.minimum(keeps, held + np.int8(rules.down.largest_step))
    after = choose(verdict.up.moves, goal, held)
    after = choose(verdict.down.moves, keeps, after)
    first = np.maximum(verdict.goal, np.int8(rules.lowest) * (given.earned < 0))
    return choose(verdict.first | verdict.arrived, first, after)


def _latest(n: int, *voices: Iterator[tuple[Reason, Mask]]) -> Codes:
    """Return for each customer the last reason that is named for it."""
    spoken, rank = [Reason.NOT_ASKED], np.zeros(n, dtype=np.int8)
    mine = np.empty(n, dtype=np.int8)
    for which, where in chain(*voices):
        np.multiply(where, np.int8(len(spoken)), out=mine)
        np.maximum(rank, mine, out=rank)
        spoken.append(which)
    return np.array(spoken, dtype=np.int8).take(rank)


def _ruling(
    held: Codes, given: Inputs, verdict: Verdict
) -> Iterator[tuple[Reason, Mask]]:
    """Yield why the rules would have it so, and for whom; a later reason stands."""
    earned, rules = given.earned, given.rules
    answered, missed = verdict.answered, verdict.missed
    up, down = verdict.up, verdict.down
    yield Reason.PERIOD_REVIEWED, verdict.repeated & ~verdict.asked
    yield Reason.ENTRY_UNKNOWN, verdict.unknown
    yield Reason.TIER_EARNED, answered & (earned == held)
    yield Reason.RISE_CAPPED, answered & (earned < held)
    yield Reason.HOLD_BAR_MET, missed
    yield Reason.HOLD_UNKNOWN, missed & (given.kept < 0)
    yield Reason.RISE_BEFORE_DWELL, up.wanted
    yield Reason.RISE_UNCONFIRMED, up.unconfirmed
    yield Reason.RISE_PERIOD_COUNTED, up.wanted & (up.count == 0)
    yield Reason.ENTRY_BAR_MET, up.moves
    yield Reason.ENTRY_BAR_MET_CAPPED, up.moves & (verdict.goal > earned)
    if rules.up.largest_step is not None:
        too_far = held - verdict.goal > rules.up.largest_step
        yield Reason.ENTRY_BAR_MET_ONE_STEP, up.moves & too_far
    yield Reason.FALL_BEFORE_DWELL, down.wanted
    yield Reason.FALL_UNCONFIRMED, down.unconfirmed
    yield Reason.FALL_PERIOD_COUNTED, down.wanted & (down.count == 0)
    yield Reason.FALL_IN_GRACE, verdict.sheltered
    yield Reason.HOLD_BAR_MISSED, down.moves
    if rules.down.largest_step is not None:
        too_far = verdict.keeps - held > rules.down.largest_step
        yield Reason.HOLD_BAR_MISSED_ONE_STEP, down.moves & too_far
    yield Reason.FIRST_EARNED, verdict.first
    yield Reason.FIRST_CAPPED, verdict.first & (verdict.goal > earned)
    yield Reason.FIRST_UNKNOWN, verdict.first & (earned < 0)
    yield Reason.FACTS_ARRIVED, verdict.arrived


def _limiting(
    held: Codes, limits: Limits, verdict: Verdict, capped: Mask
) -> Iterator[tuple[Reason, Mask]]:
    """Yield what locks and ceilings did, and to whom; it stands over the rules."""
    locked = limits.locked
    yield Reason.LOCK, locked & verdict.asked
    yield Reason.LOCK_BEFORE_CEILING, locked & (limits.ceiling > held)
    yield Reason.GATE, capped
    yield Reason.RISK_EVENT, capped & limits.by_event
    yield Reason.GATE_THROUGH_LOCK, capped & locked
    yield Reason.RISK_EVENT_THROUGH_LOCK, capped & locked & limits.by_event


def _remember(
    state: State, given: Inputs, verdict: Verdict, after: Codes, *, capped: Mask
) -> State:
    """Return the state in which the run leaves the customers."""
    up, down, rules, on = verdict.up, verdict.down, given.rules, given.on
    due = given.due
    moved = after != state.tier
    # An answer other than "wait" ends the row of confirmations.
    settles = verdict.answered | verdict.first | verdict.arrived | capped
    rising = up.count * (up.wanted & ~up.moves)
    falling = down.count * (down.wanted & ~down.moves & ~capped)
    counts = up.wanted | down.wanted | capped
    unlocks = capped & (state.locked_until >= on)
    grace_until = state.grace_until
    if rules.grace_days:
        risen = np.maximum(grace_until, np.int32(on + rules.grace_days - 1))
        grace_until = choose(up.moves, risen, grace_until)
    if rules.minimum_membership_days:
        joined = np.int32(on + rules.minimum_membership_days - 1)
        grace_until = choose(verdict.first, joined, grace_until)
    unsure = verdict.first & (given.earned < 0)
    return State(
        tier=after,
        since=choose(moved, np.int32(on), state.since),
        up_pending=choose(settles, rising, state.up_pending),
        down_pending=choose(settles, falling, state.down_pending),
        counted=choose(counts, due.period, state.counted),
        reviewed=choose(verdict.reviewed, due.period, state.reviewed),
        grace_until=grace_until,
        provisional=(state.provisional & ~verdict.arrived) | unsure,
        locked_until=choose(unlocks, np.int32(DISTANT_PAST), state.locked_until),
        lock_tier=choose(unlocks, np.int8(NO_TIER), state.lock_tier),
        next_due=choose(verdict.reviewed | moved, due.after(after), state.next_due),
    )


def _check(state: State, given: Inputs) -> None:
    """Refuse what does not fit together; every problem is told."""
    n, rules, on = len(state), given.rules, given.on
    cap, due, fired = given.cap, given.due, given.fired
    problems = [
        Problem(
            "the run is about other customers than the state",
            where=name,
            got=f"{length} customers",
            allowed=f"{n}",
        )
        for name, length in (
            ("cap", len(cap.code)),
            ("due", len(due.review)),
            ("fired", len(fired.review)),
        )
        if length != n
    ]
    if due.tiers != rules.tiers:
        problems.append(
            Problem(
                "the next review must be stated for each tier",
                where="due.next_due",
                got=f"{due.tiers} tiers",
                allowed=f"{rules.tiers}",
            )
        )
    for name, codes, least in (
        ("state.tier", state.tier, NO_TIER),
        ("earned", given.earned, NO_TIER),
        ("kept", given.kept, NO_TIER),
        ("cap.code", cap.code, 0),
        ("cap.through_locks", cap.through_locks, 0),
        ("fired.demote_to", fired.demote_to, 0),
    ):
        if len(codes) and not least <= codes.min() <= codes.max() <= rules.lowest:
            wrong = codes[(codes < least) | (codes > rules.lowest)][0]
            problems.append(
                Problem(
                    "this is no tier of the rules",
                    where=name,
                    got=str(wrong),
                    allowed=f"{least} to {rules.lowest}",
                )
            )
    if n and state.since.max() > on:
        problems.append(
            Problem(
                "the run is dated before a tier that is held already",
                where="on",
                got=str(to_date(on)),
                allowed=f"{to_date(state.since.max())} or later",
                hint="to replay a past day, begin from the state of that day",
            )
        )
    if problems:
        raise SettingError(*problems)
