"""What the rules would have of each customer's tier, before a ceiling speaks.

The half of a transition that weighs: who is judged at all, who is above the entry bar
or under the hold bar, at how many periods in a row, and whether it is time. What comes
of it is put together in :mod:`custseg.rules.tiers.transitions`.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from custseg.rules.tiers.holding import State
from custseg.rules.tiers.occasions import Ceiling, Due, Fired
from custseg.rules.tiers.transition_rules import Rules, Terms
from custseg.table import Array

__all__ = ["Inputs", "Limits", "Side", "Verdict", "choose", "judge", "limits_of"]

Codes = NDArray[np.int8]
Mask = NDArray[np.bool_]


@frozen(eq=False, kw_only=True)
class Inputs:
    """What a run goes by beside the state: the arguments of a step."""

    earned: Codes
    kept: Codes
    cap: Ceiling
    due: Due
    fired: Fired
    rules: Rules
    on: int

    def take(self, rows: slice) -> Inputs:
        """Return the inputs of some customers only, without copying them."""
        return evolve(
            self,
            earned=self.earned[rows],
            kept=self.kept[rows],
            cap=self.cap.take(rows),
            due=self.due.take(rows),
            fired=self.fired.take(rows),
        )


@frozen(eq=False)
class Limits:
    """What gates, risk events and locks do to each customer.

    Parameters
    ----------
    ceiling : int8 array, shape (n_customers,)
        The highest tier left open, by gates and events together.
    locked : bool array, shape (n_customers,)
        Whose tier a person has fixed on the day.
    ends_lock : bool array, shape (n_customers,)
        Whose lock is ended by a ceiling that passes it.
    by_event : bool array, shape (n_customers,)
        Where an event reaches lower than the gates do.
    """

    ceiling: Codes
    locked: Mask
    ends_lock: Mask
    by_event: Mask


@frozen(eq=False)
class Side:
    """One direction: who is called to move in it, and who does.

    Parameters
    ----------
    wanted : bool array, shape (n_customers,)
        Who is called to move, and judged.
    count : int8 array, shape (n_customers,)
        Distinct periods in a row that call for the move, this one included. Read it
        only where ``wanted`` is true.
    unconfirmed : bool array, shape (n_customers,)
        Who is wanted at too few periods.
    moves : bool array, shape (n_customers,)
        Who moves: confirmed, and long enough in the tier.
    """

    wanted: Mask
    count: Codes
    unconfirmed: Mask
    moves: Mask


@frozen(eq=False)
class Verdict:
    """What the rules would have of each customer; masks of shape (n_customers,).

    Parameters
    ----------
    repeated : bool array
        Due, but the period has been reviewed before.
    reviewed : bool array
        Reviewed in the ordinary course.
    asked : bool array
        Reviewed at all.
    first : bool array
        Judged without a tier held.
    arrived : bool array
        Judged with a provisional tier, now that the facts are in.
    unknown : bool array
        Judged without knowing the tier earned, the first tier apart.
    answered : bool array
        Judged with a tier held that rests on facts, knowing what is earned.
    goal, keeps : int8 array
        The highest tier earned and open; the highest kept.
    missed : bool array
        Answered, and the tier held is not earned.
    sheltered : bool array
        Under the hold bar within the days of grace.
    up, down : Side
    """

    repeated: Mask
    reviewed: Mask
    asked: Mask
    first: Mask
    arrived: Mask
    unknown: Mask
    answered: Mask
    goal: Codes
    keeps: Codes
    missed: Mask
    sheltered: Mask
    up: Side
    down: Side


def choose(where: Mask, this: Array | np.generic, that: Array) -> Array:
    """Return ``this`` where it is so and ``that`` elsewhere, for whole numbers.

    As ``numpy.where`` for two arrays (or a number and an array) of one type, without a
    branch: a million flags in no order take it 4 ms, and bits a tenth of that.

    Examples
    --------
    >>> choose(np.array([True, False]), np.int8(5), np.array([1, -2], np.int8)).tolist()
    [5, -2]
    """
    lanes = np.negative(where.astype(that.dtype))  # all bits, or none
    chosen: Array = that ^ ((this ^ that) & lanes)
    return chosen


def limits_of(state: State, given: Inputs) -> Limits:
    """Work out what gates, risk events and locks do on the day."""
    cap, fired = given.cap, given.fired
    event = fired.demote_to * fired.review
    ceiling = np.maximum(cap.code, event)
    locked = state.locked_until >= given.on
    gate, strong = cap.code, event
    if not given.rules.ceilings_pass_locks:
        # Of a locked customer, only what passes locks counts towards ending the lock.
        gate = choose(locked, cap.through_locks, gate)
        strong = strong * (fired.passes_lock | ~locked)
    ends_lock = locked & (np.maximum(gate, strong) > state.tier)
    return Limits(ceiling, locked, ends_lock, strong > gate)


def judge(state: State, given: Inputs, limits: Limits) -> Verdict:
    """Weigh what is earned and kept against the tiers held."""
    held, earned, due = state.tier, given.earned, given.due
    rules, on = given.rules, given.on
    # A period is reviewed once, however often it is asked for.
    repeated = due.review & (state.reviewed >= due.period)
    reviewed = due.review & ~repeated
    asked = reviewed | given.fired.review
    judged = asked & ~limits.locked

    known, has = earned >= 0, held >= 0
    arrived = judged & has & state.provisional & known
    settled = judged & has & ~arrived
    answered = settled & known
    goal = np.maximum(earned, limits.ceiling)
    keeps = np.minimum(given.kept, earned)  # whoever earns a tier keeps it
    rises = answered & (goal < held)
    missed = answered & (earned > held)
    falls = missed & (keeps > held)
    sheltered = falls & (state.grace_until >= on)

    # A period counts once, and for one direction; a move uses it up.
    fresh = state.counted < due.period
    risen, fallen = state.up_pending, state.down_pending
    up = _side(rises, risen + (fresh | (fallen > 0)), state, rules.up, on)
    down = _side(
        falls & ~sheltered, fallen + (fresh | (risen > 0)), state, rules.down, on
    )
    return Verdict(
        repeated=repeated,
        reviewed=reviewed,
        asked=asked,
        first=judged & ~has,
        arrived=arrived,
        unknown=settled & ~known,
        answered=answered,
        goal=goal,
        keeps=keeps,
        missed=missed,
        sheltered=sheltered,
        up=up,
        down=down,
    )


def _side(wanted: Mask, count: Codes, state: State, terms: Terms, on: int) -> Side:
    # Counting further than is wanted says nothing, and would run over some day.
    count = np.minimum(count, np.int8(terms.confirmations))
    confirmed = wanted & (count == terms.confirmations)
    moves = confirmed & (state.since <= on - terms.dwell_days)
    return Side(wanted, count, wanted & ~confirmed, moves)
