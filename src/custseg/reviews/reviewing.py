"""How a review is made: what was held, who earns what, and what is decided.

A review rests on the journal as it was before this very review was recorded, so that it
can be made again: see :func:`base_of`.

Limits: where reviews follow the anniversary of joining and registrations are not told,
a sale that comes late may be earlier than the first. The period is then another one,
and a review made again is refused as a conflict, with corrections, too.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.journal.chain import Head
from custseg.journal.entries import ERASURE, Held
from custseg.journal.journal import Journal
from custseg.periods import to_date
from custseg.results import Result
from custseg.reviews.entries import Recording
from custseg.reviews.remembering import memory_of
from custseg.reviews.review import Review
from custseg.reviews.reviewed import Reviewed
from custseg.rules.outcome import Standing
from custseg.rules.tiers.deciding import decide
from custseg.scoring.features import Facts
from custseg.scoring.purchases import LIFETIME
from custseg.table import Array

__all__ = ["base_of", "joined_days", "make_review"]

_RUNS = frozenset({"review", "trigger"})
"""What a run records; overrides are recorded by hand."""


def make_review(
    result: Result,
    standing: Standing | None,
    *,
    joined: Array,
    on: int,
    journal: Journal,
    policy: str,
    fitted: str,
) -> Review:
    """Decide on the tiers of everybody in a result, on what a journal remembers.

    Parameters
    ----------
    result : Result
        Of a policy that grades.
    standing : Standing or None
        Of the same customers; None where the policy grades nobody.
    joined : int32 array, shape (n_customers,)
        The days on which they joined; see :func:`joined_days`.
    on : int
        The day of the run.
    journal : Journal
    policy, fitted : str
        Digests.

    Raises
    ------
    SettingError
        When the policy grades nobody or lacks a tier that is held, or the journal has
        decisions of later days.
    """
    grading, grade = result.plan.policy.grading, result.outcome.grade
    if grading is None or grade is None or standing is None:
        raise SettingError(
            Problem(
                "the policy has no tiers to review",
                got=result.plan.policy.code,
                hint="add a [grading] to the policy",
            )
        )
    base, held = base_of(journal, on)
    tiers = tuple(tier.code for tier in grading.tiers)
    before = memory_of(result.customer_ids, held, tiers)
    run = decide(
        grading,
        grading.schedule(result.plan.policy.basis.fiscal),
        standing,
        before,
        on=on,
        joined=joined,
        pools=result.plan.policy.acting.pools,
    )
    reviewed = Reviewed(
        result=result,
        grade=grade,
        standing=standing,
        before=before,
        run=run,
        grading=grading,
        on=on,
    )
    day = to_date(on)
    triggered = frozenset(
        one.customer
        for one in journal.read(kind="trigger", since=day, until=day)
        if one.customer is not None
    )
    return Review(reviewed, journal, Recording(base, policy, fitted, triggered))


def base_of(journal: Journal, on: int) -> tuple[Head, Mapping[str, Held]]:
    """Return the head that a run on a day rests on, and what was held there.

    That is the end of the journal; or, where a run of that day is recorded already, the
    place before it, so that the run can be made again.

    Parameters
    ----------
    journal : Journal
    on : int

    Raises
    ------
    SettingError
        When the journal has decisions of later days, and none of this run.
    """
    headers = [one for one in journal.store.headers() if one.kind != ERASURE]
    today = [one for one in headers if one.valid_day == on and one.kind in _RUNS]
    last = max((one.valid_day for one in headers), default=on)
    if last > on and not today:
        raise SettingError(
            Problem(
                "the journal has decisions of later days already",
                where="on",
                got=str(to_date(on)),
                allowed=f"{to_date(last)} or later",
                hint="simulate to see what would have been on a past day",
            )
        )
    if not today:
        return journal.head(), journal.state(as_of=to_date(on))
    first = min(today, key=lambda one: one.number)
    number = first.number
    head = Head(number - 1, first.previous.hex()) if number > 1 else Head()
    return head, journal.state(as_of=to_date(on), before=number)


def joined_days(facts: Facts) -> NDArray[np.int32]:
    """Return the day on which each customer of a ledger joined.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    int32 array, shape (n_customers,)
        The day of registration where it is past, else that of the first sale, else the
        day of the facts; never a later one. A return is no sale.
    """
    joined = np.full(facts.n, facts.as_of, dtype=np.int32)
    start, stop = facts.purchases(LIFETIME)
    bought = stop > start
    joined[bought] = facts.ledger.history.purchase_day[start[bought]]
    if facts.has("customers.registered_on"):
        registered = facts.latest("customers", "registered_on")
        past = registered.is_known() & (registered.values <= facts.as_of)
        joined[past] = registered.values[past]
    return joined
