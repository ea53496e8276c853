"""The story of one customer in a review, put together from what was decided."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from custseg.periods import DISTANT_PAST, to_date
from custseg.reviews.reviewed import Reviewed
from custseg.rules.grading import Tier
from custseg.rules.moves import Action, Reason
from custseg.rules.stories import Story
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
