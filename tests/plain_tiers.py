"""One customer's tier, step by step, as one would explain it to a new colleague.

The transitions once more for a single customer, in plain Python and without any of the
library's code, so that the property tests have something to compare with. It is written
from the rules in words and is not meant to be fast.
"""

import dataclasses

__all__ = ["NEVER", "Facts", "Plain", "plain_step"]

NEVER = -(2**31)


@dataclasses.dataclass
class Plain:
    """What is remembered of one customer."""

    tier: int = -1
    since: int = NEVER
    up_pending: int = 0
    down_pending: int = 0
    counted: int = NEVER
    reviewed: int = NEVER
    grace_until: int = NEVER
    provisional: bool = False
    locked_until: int = NEVER
    lock_tier: int = -1
    next_due: int = NEVER

    def move(self, tier, on):
        """Change the tier, if it is another, and the day since when it is held."""
        if tier != self.tier:
            self.tier, self.since = tier, on

    def forget(self):
        """Begin to count confirmations anew."""
        self.up_pending = self.down_pending = 0


@dataclasses.dataclass
class Facts:
    """What a run says of one customer."""

    earned: int
    kept: int
    cap: int = 0
    cap_through_locks: int = 0
    due: bool = False
    fired: bool = False
    demote_to: int = 0
    passes_lock: bool = False
    period: int = 0
    next_due: tuple[int, ...] = ()
    rules: object = dataclasses.field(default=None, repr=False)
    on: int = 0


def plain_step(was, facts):
    """Return the customer after a run, and the name of the reason."""
    one = dataclasses.replace(was)
    again = facts.due and was.reviewed == facts.period
    periodic = facts.due and not again
    demote_to = facts.demote_to if facts.fired else 0
    if facts.on <= was.locked_until:
        why = while_locked(one, facts, demote_to, again)
    else:
        why = while_free(one, facts, demote_to, again)
    if periodic:
        one.reviewed = facts.period
    if periodic or one.tier != was.tier:
        one.next_due = facts.next_due[one.tier]
    return one, why


def while_locked(one, facts, demote_to, again):
    """Leave the customer alone, unless something is stronger than the lock."""
    gate, event = facts.cap_through_locks, demote_to if facts.passes_lock else 0
    if facts.rules.ceilings_pass_locks:
        gate, event = facts.cap, demote_to
    ceiling = max(facts.cap, demote_to)
    if max(gate, event) > one.tier:
        cut(one, ceiling, facts)
        one.locked_until, one.lock_tier = NEVER, -1
        return "RISK_EVENT_THROUGH_LOCK" if event > gate else "GATE_THROUGH_LOCK"
    if ceiling > one.tier:
        return "LOCK_BEFORE_CEILING"
    if facts.fired or (facts.due and not again):
        return "LOCK"
    return "PERIOD_REVIEWED" if again else "NOT_ASKED"


def while_free(one, facts, demote_to, again):
    """Do what the rules say, then see that no ceiling is passed."""
    ceiling = max(facts.cap, demote_to)
    if facts.fired or (facts.due and not again):
        had_none = one.tier == -1
        why = review(one, facts, ceiling)
        if had_none:
            return why
    else:
        why = "PERIOD_REVIEWED" if again else "NOT_ASKED"
    if one.tier != -1 and one.tier < ceiling:
        cut(one, ceiling, facts)
        return "RISK_EVENT" if demote_to > facts.cap else "GATE"
    return why


def cut(one, ceiling, facts):
    """Move down at once."""
    one.move(ceiling, facts.on)
    one.forget()
    one.counted = facts.period


def review(one, facts, ceiling):
    """Review one customer without a lock, and say why it comes out so."""
    if one.tier == -1:
        return give_first(one, facts, ceiling)
    if facts.earned == -1:
        return "ENTRY_UNKNOWN"
    if one.provisional:
        one.provisional = False
        one.forget()
        one.move(max(facts.earned, ceiling), facts.on)
        return "FACTS_ARRIVED"
    if max(facts.earned, ceiling) < one.tier:
        return rise(one, facts, ceiling)
    if facts.earned > one.tier and facts.kept > one.tier:
        return fall(one, facts)
    return stay(one, facts)


def give_first(one, facts, ceiling):
    """Give a first tier, the lowest where nothing is known."""
    days = facts.rules.minimum_membership_days
    if days > 0:
        one.grace_until = facts.on + days - 1
    if facts.earned == -1:
        one.move(facts.rules.tiers - 1, facts.on)
        one.provisional = True
        return "FIRST_UNKNOWN"
    one.move(max(facts.earned, ceiling), facts.on)
    return "FIRST_EARNED" if facts.earned >= ceiling else "FIRST_CAPPED"


def stay(one, facts):
    """Leave the tier; a good review ends whatever was pending."""
    one.forget()
    if facts.earned < one.tier:
        return "RISE_CAPPED"
    if facts.earned == one.tier:
        return "TIER_EARNED"
    return "HOLD_UNKNOWN" if facts.kept == -1 else "HOLD_BAR_MET"


def rise(one, facts, ceiling):
    """Count one period for a rise; move if that is enough and it is time."""
    rules, on = facts.rules, facts.on
    seen = count(one.up_pending, one.down_pending, one.counted, facts.period)
    one.forget()
    one.up_pending = min(seen, rules.up.confirmations)
    one.counted = facts.period
    if seen == 0:
        return "RISE_PERIOD_COUNTED"
    if seen < rules.up.confirmations:
        return "RISE_UNCONFIRMED"
    if on - one.since < rules.up.dwell_days:
        return "RISE_BEFORE_DWELL"
    goal, step = max(facts.earned, ceiling), rules.up.largest_step
    why = "ENTRY_BAR_MET" if goal == facts.earned else "ENTRY_BAR_MET_CAPPED"
    if step is not None and one.tier - goal > step:
        goal, why = one.tier - step, "ENTRY_BAR_MET_ONE_STEP"
    one.move(goal, on)
    one.forget()
    if rules.grace_days > 0:
        one.grace_until = max(one.grace_until, on + rules.grace_days - 1)
    return why


def fall(one, facts):
    """Count one period for a fall; move if that is enough and it is time."""
    rules, on = facts.rules, facts.on
    if on <= one.grace_until:
        one.forget()
        return "FALL_IN_GRACE"
    seen = count(one.down_pending, one.up_pending, one.counted, facts.period)
    one.forget()
    one.down_pending = min(seen, rules.down.confirmations)
    one.counted = facts.period
    if seen == 0:
        return "FALL_PERIOD_COUNTED"
    if seen < rules.down.confirmations:
        return "FALL_UNCONFIRMED"
    if on - one.since < rules.down.dwell_days:
        return "FALL_BEFORE_DWELL"
    goal, step = min(facts.kept, facts.earned), rules.down.largest_step
    why = "HOLD_BAR_MISSED"
    if step is not None and goal - one.tier > step:
        goal, why = one.tier + step, "HOLD_BAR_MISSED_ONE_STEP"
    one.move(goal, on)
    one.forget()
    return why


def count(same_way, other_way, counted, period):
    """Return how many periods speak for a move, this one included if it is new."""
    if counted < period or other_way > 0:
        return same_way + 1
    return same_way
