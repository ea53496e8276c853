"""The story of one customer in a review, put together from what was decided.

What would bring a customer of a nurture pool to the tier above is tried out
(:mod:`custseg.whatif`), which takes up to a tenth of a second. So it is worked
out only for who is in a pool or waits for a place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from custseg.labels import Title
from custseg.periods import DISTANT_PAST, to_date
from custseg.reviews.acted import LOCK_TITLE, cleared
from custseg.reviews.reviewed import Reviewed
from custseg.rules.acts.acted_stories import ClearStory, PoolStory, Way
from custseg.rules.acts.pooling import PoolMove
from custseg.rules.grading import Tier
from custseg.rules.tiers.moves import Action, Reason
from custseg.rules.tiers.stories import Story
from custseg.table import Column

__all__ = ["story_of"]


def story_of(reviewed: Reviewed, at: int) -> Story:
    """Return the story of the customer in one row.

    Parameters
    ----------
    reviewed : Reviewed
    at : int
    """
    decisions, grading = reviewed.run.decisions, reviewed.grading
    state = decisions.state.row(at)
    held, after = int(decisions.before[at]), int(decisions.after[at])
    # Who rose is told the bar that was passed; everybody else, those of the tier held.
    judged = grading.tiers[after if held < 0 or after < held else held]
    above = grading.tiers[after - 1] if after > 0 else None
    action = Action(int(decisions.action[at]))
    confirmed, wanted = 0, 0
    if action is Action.PENDING_UP:
        confirmed, wanted = int(state["up_pending"]), grading.moves.confirm_up
    elif action is Action.PENDING_DOWN:
        confirmed, wanted = int(state["down_pending"]), grading.moves.confirm_down
    lock = int(state["locked_until"])
    return Story(
        customer_id=str(reviewed.customer_ids[at]),
        on=to_date(reviewed.on),
        facts_on=reviewed.result.date,
        before=None if held < 0 else grading.tiers[held].title,
        after=None if after < 0 else grading.tiers[after].title,
        action=action,
        reason=Reason(int(decisions.reason[at])),
        score=_number(reviewed.grade.score, at),
        coverage=_number(reviewed.grade.coverage, at),
        entry=None if judged.enter else judged.entry,
        hold=None if judged.stay else judged.hold_bar,
        next_tier=None if above is None else above.title,
        next_entry=_entry_bar(above),
        confirmed=confirmed,
        wanted=wanted,
        since=_day(int(state["since"])),
        locked_until=_day(lock) if lock >= reviewed.on else None,
        next_look=_day(int(reviewed.next_looks()[at])),
        gates=tuple(one.title for one, where in reviewed.caps() if _holds(where, at)),
        alerts=tuple(
            one.title for one in grading.triggers if reviewed.run.alerts[one.code][at]
        ),
        provisional=bool(state["provisional"]),
        pools=tuple(_pools(reviewed, at)),
        clean_out=_clean_out(reviewed, at),
    )


def _pools(reviewed: Reviewed, at: int) -> Iterator[PoolStory]:
    """Yield the story of each pool that has anything to do with the customer."""
    for pool in reviewed.result.plan.policy.acting.pools:
        run = reviewed.run.pools[pool.code]
        move = PoolMove(int(run.move[at]))
        if move is PoolMove.OUT:
            continue
        on = reviewed.on
        since = int((run.was_since if move.leaves else run.since)[at])
        until = None
        if pool.longest_days and not move.leaves and since > DISTANT_PAST:
            until = since + pool.longest_days
        place = pool.goal(reviewed.grading)
        goal, entitled = reviewed.grading.tiers[place], reviewed.grade.tier
        earned = bool(entitled.is_known()[at] and entitled.values[at] <= place)
        wants = not (earned or move.leaves)
        yield PoolStory(
            code=pool.code,
            title=pool.title,
            goal=goal.title,
            move=move,
            since=_day(since),
            stayed_days=on - since if since > DISTANT_PAST else 0,
            until=None if until is None else to_date(until),
            left_days=None if until is None else until - on,
            rank=int(run.rank[at]),
            places=pool.capacity,
            points=None if move.leaves else _points(reviewed, goal, at),
            earned=earned and not move.leaves,
            ways=_ways(reviewed, goal, at) if wants else (),
        )


def _points(reviewed: Reviewed, goal: Tier, at: int) -> float | None:
    """Return the points to the bar of a tier; None where it is none on the score."""
    bar, score = _entry_bar(goal), _number(reviewed.standing.score, at)
    if bar is None or score is None:
        return None
    return max(0.0, round(float(bar) - score, 6))


def _ways(reviewed: Reviewed, goal: Tier, at: int) -> tuple[Way, ...]:
    """Return which single facts, and which orders, lead to a tier."""
    from custseg.whatif.telling import Teller  # noqa: PLC0415 - heavy

    customer = str(reviewed.customer_ids[at])
    advice = reviewed.result.what_would_change(customer, "tier", to=goal.code)
    zh, en = (Teller(one, advice.currency, advice.decimals) for one in ("zh", "en"))
    ways = [
        Way(Title(zh=zh.change(one), en=en.change(one)), one.to_data(advice.decimals))
        for one in advice.changes
    ]
    ways += [
        Way(Title(zh=zh.orders(one), en=en.orders(one)), one.to_data(advice.decimals))
        for one in advice.orders
    ]
    return tuple(ways)


def _clean_out(reviewed: Reviewed, at: int) -> ClearStory | None:
    """Return what the clean-out says of the customer, if it says anything."""
    section = reviewed.result.plan.policy.acting.clean_out
    if section is None:
        return None
    found = cleared(reviewed)
    if found.rule[at] < 0:
        return None
    rule = section.rules[int(found.rule[at])]
    exempt = [one.title for one in section.exemptions if found.exempt[one.code][at]]
    if found.locked[at]:
        exempt.append(LOCK_TITLE)
    untold = [one.title for one in section.exemptions if found.untold[one.code][at]]
    return ClearStory(
        rule=rule.code, title=rule.title, exempt=tuple(exempt), untold=tuple(untold)
    )


def _entry_bar(tier: Tier | None) -> Decimal | None:
    return None if tier is None or tier.enter else tier.entry


def _number(column: Column, at: int) -> float | None:
    known = column.known is None or bool(column.known[at])
    return float(column.values[at]) if known else None


def _holds(column: Column, at: int) -> bool:
    return bool(column.values[at] and column.is_known()[at])


def _day(day: int) -> dt.date | None:
    return None if day == DISTANT_PAST else to_date(day)
