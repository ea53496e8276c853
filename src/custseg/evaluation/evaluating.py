"""Evaluate a grading: what each of its tiers brought in the period after a day.

A year after customers were graded, somebody asks what came of it: did the top tier hold
the revenue that it was given the effort for, did its customers stay, what did they cost
and how often did they complain? A policy that is only proposed can be asked the same of
the past.

The method: on each day customers have the tiers of a journal, or those of a replay;
both rest on facts up to the day before. Their figures of the period that begins on the
day are put beside those of the period of the same length that ended before it. Only
customers known on the day count whose account was open, and only periods that the data
cover in full (:mod:`custseg.evaluation.spans`). The figures are features of the
catalogue, and their sums are sums of whole numbers.

Limits: an evaluation is no experiment (:mod:`custseg.evaluation.caveats`). A replay
does not know tiers that were set by hand; a journal does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.asking import check_ledger
from custseg.errors import Problem, SettingError
from custseg.evaluation.caveats import (
    FREED,
    NO_SERVICE_COST,
    caveats_of,
    left_out_of,
    newcomers,
)
from custseg.evaluation.effort import planned, read_efforts
from custseg.evaluation.evaluation import ALL, NONE, Evaluation
from custseg.evaluation.figures import Figures, figures, sums
from custseg.evaluation.held import Graded, Policies, journalled, replayed
from custseg.evaluation.lines import Line, Worth
from custseg.evaluation.spans import Span, checked_days, cover_of, covered
from custseg.journal.journal import Journal
from custseg.labels import Title
from custseg.ledger import Ledger
from custseg.measuring import currency_of
from custseg.periods import as_day, to_date
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.purchases import LIFETIME
from custseg.simulation.replayed import grading_of
from custseg.simulation.tables import NO_TIER

__all__ = ["evaluate"]

_EVERYBODY = Title(zh="全部客户", en="All")

Spent = Callable[[Graded, int, NDArray[np.bool_]], NDArray[np.int64]]
"""From a policy, the place of a day and who counts on it to each one's effort."""


def evaluate(
    ledger: Ledger,
    policies: Policies,
    *,
    dates: Iterable[dt.date | str],
    days: int,
    until: dt.date | str | None = None,
    journal: Journal | None = None,
    reviews: Iterable[dt.date | str] = (),
    effort: object = None,
) -> Evaluation:
    """Tell what customers of each tier did before some days and after them.

    Parameters
    ----------
    ledger : Ledger
    policies : FittedPolicy, sequence of them, or mapping of str to FittedPolicy
        As for :func:`custseg.simulation.simulating.simulate`; with a journal, the one
        that it is of.
    dates : iterable of date or str
        The days of the gradings, in any order. Tiers rest on facts up to the day
        before; the period after begins on the day.
    days : int, >= 1
        How long the period after a day is, and that before it. 365 leaves the seasons
        out of the comparison.
    until : date, str or None
        The day after the last that the data cover. None is the day after the last
        sale. Nothing from this day on is looked at.
    journal : Journal or None
        Where the tiers are kept that customers held. None replays the policies on the
        days, the first one first.
    reviews : iterable of date or str
        Further days on which the replay reviews and nothing is judged: with days a year
        apart, the quarters between. Not beside a journal.
    effort : int, frame or None
        What was spent on customers: a frame, or a mapping of column names to lists,
        with ``customer_id``, ``effort`` (>= 0) and perhaps ``date``, one of the days;
        or a total for each period that the policy's allocation shares out.

    Returns
    -------
    Evaluation
        With one line per policy, day and tier.

    Raises
    ------
    CurrencyMismatch
        When the ledger is in another currency than a policy was fitted in.
    DataError
        When the efforts cannot be read.
    SettingError
        When it is no ledger, a policy is not fitted or grades nobody, no period is
        covered, there are several policies or reviews beside a journal, the journal
        speaks of other tiers, or a policy without allocation is to share out an effort.

    Notes
    -----
    Days whose periods the data do not cover in full are left out, and named in the
    caveats. The cost is that of a simulation, and two periods of a few features a day.

    Examples
    --------
    >>> from custseg.demo import wholesaler
    >>> from custseg.policy import load_policy
    >>> ledger = Ledger.from_frames(wholesaler().sales, currency="CNY")
    >>> fitted = load_policy("company").fit(ledger, as_of="2025-06-30")
    >>> both = evaluate(ledger, fitted, dates=["2025-07-01", "2026-07-01"], days=365)
    >>> [(line.tier, line.customers, line.bought_again) for line in both.lines]
    [('A', 14, 14), ('B', 49, 46), ('C', 194, 120), ('ALL', 257, 180)]
    >>> both.dates_left_out
    (datetime.date(2026, 7, 1),)
    """
    check_ledger(ledger)
    length = checked_days(days)
    cover = cover_of(ledger, until)
    spans, left_out = covered(_listed(dates), length, cover)
    between = _reviews(reviews, journal)
    reviewed = 0
    if journal is None:
        reviewed = _reviewed(spans, between)
        graded, remarks = replayed(ledger, policies, spans, between)
    else:
        graded, remarks = journalled(ledger, policies, spans, journal)
    spent, said = _spending(effort, ledger, spans, left_out)
    lines: list[list[Line]] = [[] for _ in graded]
    strangers = []
    for at, span in enumerate(spans):
        seen = Facts(ledger, span.seen)
        before = None
        if cover.tells("sales", span.begins):
            before = figures(seen, span.window, cover)
        after = figures(Facts(ledger, span.last), span.window, cover)
        known, here = _open(seen)
        had_bought = seen.measure(CATALOGUE["orders"], LIFETIME).values > 0
        whole = int(after.spend.sum())
        strangers.append(int(after.spend[~known].sum()) / whole if whole > 0 else 0.0)
        day = _Day(span, here, had_bought, before, after)
        for own, one in zip(lines, graded, strict=True):
            effort_of = None if spent is None else spent(one, at, here)
            own.extend(_lines(one, one.tiers[at], day, effort_of))
    blind = [span.on for span in spans if not cover.tells("sales", span.begins)]
    every = tuple(line for own in lines for line in own)
    currency, decimals = currency_of(ledger, graded[0].fitted.tree)
    return Evaluation(
        lines=every,
        days=length,
        left_out=left_out,
        from_journal=journal is not None,
        currency=currency,
        decimals=decimals,
        caveats=(
            *caveats_of(spans, reviews=reviewed),
            *left_out_of(left_out, blind, length, cover),
            *newcomers(strangers),
            *remarks,
            *said,
            *_of_effort(every, graded, effort),
        ),
    )


def _reviews(
    reviews: Iterable[dt.date | str], journal: Journal | None
) -> tuple[int, ...]:
    days = tuple(as_day(one, where="reviews") for one in _listed(reviews))
    if days and journal is not None:
        raise SettingError(
            Problem(
                "reviews are for a replay, and the tiers are those of the journal",
                where="reviews",
                got=", ".join(str(to_date(day)) for day in days[:3]),
                hint="leave out the one or the other",
            )
        )
    return days


def _reviewed(spans: Sequence[Span], between: Iterable[int]) -> int:
    """Count the days on which a replay reviewed."""
    every = {span.on for span in spans}
    return len(every.union(on for on in between if on < spans[-1].on))


def _listed(dates: Iterable[dt.date | str]) -> list[dt.date | str]:
    return [dates] if isinstance(dates, str | dt.date) else list(dates)


def _spending(
    effort: object, ledger: Ledger, spans: Sequence[Span], left_out: Sequence[int]
) -> tuple[Spent | None, tuple[Title, ...]]:
    """Return what tells the effort on each customer, and what has to be said of it."""
    if effort is None:
        return None, ()
    if isinstance(effort, int | np.integer):
        total = int(effort)

        def shared(one: Graded, at: int, here: NDArray[np.bool_]) -> NDArray[np.int64]:
            tiers = np.where(here, one.tiers[at], np.int8(-1))
            return planned(one.fitted, ledger, total, tiers, spans[at].on)

        return shared, ()
    efforts = read_efforts(effort, ledger, [*(span.on for span in spans), *left_out])
    strange = Title(
        zh=f"投入中有 {efforts.strange:,} 行的客户不在数据中，未计入",
        en="rows of effort on customers whom the ledger does not know, left out: "
        f"{efforts.strange:,}",
    )

    def recorded(_: Graded, at: int, __: NDArray[np.bool_]) -> NDArray[np.int64]:
        return efforts.on(spans[at].on)

    return recorded, (strange,) if efforts.strange else ()


def _open(facts: Facts) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return who is known, and who of them has an open account."""
    known = facts.population()
    if not facts.has("customers.closed_on"):
        return known, known
    closed = facts.latest("customers", "closed_on")
    return known, known & ~(closed.is_known() & (closed.values <= facts.as_of))


@frozen(eq=False)
class _Day:
    """A day, who counts on it, and what everybody did before it and after it."""

    span: Span
    here: NDArray[np.bool_]
    had_bought: NDArray[np.bool_]
    before: Figures | None
    after: Figures


def _lines(
    one: Graded,
    tier: NDArray[np.int8],
    day: _Day,
    effort: NDArray[np.int64] | None,
) -> Iterator[Line]:
    """Yield a line for each tier of a policy on a day, and one for everybody."""
    here, before, after = day.here, day.before, day.after
    tiers = grading_of(one.fitted).tiers
    groups = [
        (code.code, code.title, here & (tier == at)) for at, code in enumerate(tiers)
    ]
    without = here & (tier < 0)
    if without.any():
        groups.append((NONE, NO_TIER, without))
    groups.append((ALL, _EVERYBODY, here))
    again = day.had_bought & (after.orders > 0)
    whole_before = 0 if before is None else int(before.spend[here].sum())
    for code, title, rows in groups:
        yield Line(
            policy=one.name,
            on=day.span.on,
            tier=code,
            title=title,
            customers=int(rows.sum()),
            had_bought=int((rows & day.had_bought).sum()),
            bought_again=int((rows & again).sum()),
            before=None if before is None else sums(before, rows),
            after=sums(after, rows),
            whole_before=whole_before,
            whole_after=int(after.spend[here].sum()),
            worth=None if effort is None else _worth(after, rows, effort),
        )


def _worth(after: Figures, rows: NDArray[np.bool_], effort: NDArray[np.int64]) -> Worth:
    costed = rows & after.margin.is_known()
    earned = None
    if costed.any():
        earned = int(after.margin.values[costed].sum())
        if after.service_cost is not None:
            earned -= int(after.service_cost[costed].sum())
    return Worth(int(effort[rows].sum()), int(effort[costed].sum()), earned)


def _of_effort(
    lines: Sequence[Line], graded: Sequence[Graded], effort: object
) -> Iterator[Title]:
    """Yield what the return on effort leaves out."""
    backs = [line for line in lines if line.worth and line.worth.earned is not None]
    if any(line.after.service_cost is None for line in backs):
        yield NO_SERVICE_COST
    if isinstance(effort, int | np.integer):
        sections = [one.fitted.tree.acting.allocation for one in graded]
        if any(one is not None and one.freed_to is not None for one in sections):
            yield FREED
