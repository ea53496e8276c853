"""Reviews of customers on a cluster: facts from Spark, decisions on the driver.

A journal is read and written by one machine, and pools and shares look at all customers
at once. So workers measure and label, and what a review has to know comes to the
driver; decisions are made there by the code that makes them in memory, and are the
same.

Limits: the driver holds a row of every feature that the policy uses for every customer,
about a kilobyte each. Which events would change a tier cannot be asked: the rows stay
with Spark.
"""

from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import numpy as np
from attrs import evolve

from custseg.adapters.spark.frames import check_frames, collected, mapped
from custseg.adapters.spark.gathering import gather
from custseg.adapters.spark.working import Reviewable, review_rows, reviewable_of
from custseg.asking import review_days
from custseg.contract import Columns
from custseg.errors import Problem, SettingError
from custseg.fitted import FittedPolicy
from custseg.intake.settings import check_settings, hangs_on_every_column
from custseg.journal.journal import Journal, check_journal
from custseg.partitioned.joining import id_order, one_outcome, one_standing
from custseg.partitioned.reading import wanted_columns
from custseg.partitioned.summing import one_account
from custseg.quality.treatments import Treatments
from custseg.reviews.review import Review
from custseg.reviews.reviewing import make_review
from custseg.stages import facts_of

__all__ = ["review"]


def review(
    fitted: FittedPolicy,
    sales: object,
    journal: Journal,
    *,
    on: date | str,
    as_of: date | str | None = None,
    customers: object = None,
    invoices: object = None,
    payments: object = None,
    interactions: object = None,
    feedback: object = None,
    projects: object = None,
    costs: object = None,
    events: object = None,
    columns: Columns | None = None,
    currency: str | None = None,
    time_zone: str | None = None,
    date_format: str | None = None,
    quality: Treatments | None = None,
    partitions: int | None = None,
) -> Review:
    """Decide on the tiers that customers hold, from frames of Spark and a journal.

    Parameters
    ----------
    fitted : FittedPolicy
    sales : DataFrame
    journal : Journal
        Opened on the driver.
    on : date or str
        The day of the run: decisions hold from then.
    as_of : date, str or None
        The last day whose events are seen; None is the day before the run.
    customers, invoices, payments, interactions, feedback : DataFrame or None
        Further tables of the input contract.
    projects, costs, events : DataFrame or None
        Likewise.
    columns, currency, time_zone, date_format, quality, partitions
        As in :func:`custseg.adapters.spark.segment`.

    Returns
    -------
    Review
        As :meth:`custseg.fitted.FittedPolicy.review` gives it; nothing is written
        before it is committed.

    Raises
    ------
    CustsegError
        When data, policy, journal or settings cannot be used; each kind says what to
        do.
    """
    if not isinstance(fitted, FittedPolicy):
        raise SettingError(
            Problem(
                "expected a fitted policy",
                where="fitted",
                got=f"a {type(fitted).__name__}",
                hint="segment(...).fitted is one, and so is load_fitted('policy.json')",
            )
        )
    check_journal(journal)
    day, seen = review_days(on, as_of)
    frames = check_frames(
        {
            "sales": sales,
            "customers": customers,
            "invoices": invoices,
            "payments": payments,
            "interactions": interactions,
            "feedback": feedback,
            "projects": projects,
            "costs": costs,
            "events": events,
        }
    )
    settings = check_settings(
        columns=columns,
        currency=currency,
        time_zone=time_zone,
        date_format=date_format,
        quality=quality,
        only=None if hangs_on_every_column(quality) else wanted_columns(fitted),
        attributes=fitted.tree.attributes,
    )
    rows = gather(
        frames, settings, fitted, day=seen, features=(), partitions=partitions
    )
    run = rows.run
    told = collected(mapped(rows.parcels, review_rows, run=run, door=rows.door))
    parts: list[Reviewable] = [reviewable_of(run, rows.nobody)]
    parts += [pickle.loads(one.payload) for one in told]  # noqa: S301 - of this run
    order = id_order([one.outcome.table for one in parts])
    outcome = one_outcome([one.outcome for one in parts], order)
    standings = [one.standing for one in parts if one.standing is not None]
    account = one_account([one.quality for one in parts])
    facts = facts_of(run, evolve(rows.nobody, report=account))
    joined: Any = np.concatenate([one.joined for one in parts])
    return make_review(
        fitted.result_of(facts, outcome),
        one_standing(standings, order) if standings else None,
        joined=joined[order],
        on=day,
        journal=journal,
        policy=fitted.policy_digest,
        fitted=fitted.digest,
    )
