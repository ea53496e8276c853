"""A run over the partitions of one machine, from ledgers to labels.

One partition is in memory at a time; its features go to disk. Policies that compare
with what others pay read every partition twice, all others once.

Limits: what is learned from is held in memory one column at a time, for all customers;
where prices are compared, those of one category at a time; and all that classifiers of
one's own need, where they have to be fitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

from attrs import evolve, frozen

from custseg.fitted import FittedPolicy
from custseg.ledger import Ledger
from custseg.measuring import check_compared, check_same_currency, currency_of
from custseg.partitioned.kept import Kept
from custseg.partitioned.own import (
    has_classifiers_to_fit,
    reference_of,
    with_classifiers,
)
from custseg.partitioned.summing import one_account
from custseg.periods import to_date
from custseg.policy import Policy
from custseg.quality.report import QualityReport
from custseg.rules.outcome import Outcome
from custseg.rules.teaching import Lesson
from custseg.stages import (
    Run,
    Survey,
    begun,
    compares,
    is_taught,
    label,
    measure,
    survey,
    tell,
    with_lessons,
    with_surveys,
)
from custseg.table import Array

__all__ = ["Measured", "Partitions", "begin", "labelled", "learned", "measured_all"]


class Partitions(Protocol):
    """Ledgers of disjoint customers, read when asked for."""

    def __len__(self) -> int: ...

    def ledger(self, at: int) -> Ledger:
        """Return the ledger of one partition."""
        ...


@frozen(eq=False)
class Measured:
    """A run whose features are measured.

    Parameters
    ----------
    run : Run
    customers : int
    quality : QualityReport
        The accounts of all partitions as one.
    """

    run: Run
    customers: int
    quality: QualityReport


def begin(
    policy: Policy | FittedPolicy,
    ledger: Ledger,
    *,
    day: int,
    features: Sequence[str] = (),
    is_parted: bool,
) -> Run:
    """Begin a run, and refuse at once what cannot be done.

    Parameters
    ----------
    policy : Policy or FittedPolicy
    ledger : Ledger
        Of the same tables and columns as every partition; it may be empty.
    day : int
    features : sequence of str
    is_parted : bool
        Whether there are several partitions.

    Raises
    ------
    SettingError
        When features compare with what a fitted policy did not learn.
    CurrencyMismatch, UnknownFeature
        As a fit in memory does.
    """
    if isinstance(policy, FittedPolicy):
        check_same_currency(currency_of(ledger, policy.tree)[0], policy.currency)
        names = tuple(features)
        run = Run(
            fitted=policy, day=day, features=names, fits=False, is_parted=is_parted
        )
        check_compared(run.extra, policy.learned.references)
        return run
    return begun(
        policy.tree,
        policy.classifiers,
        ledger,
        day=day,
        features=features,
        is_parted=is_parted,
    )


def measured_all(
    run: Run, partitions: Partitions, kept: Kept, *, step: Callable[[int], None]
) -> Measured:
    """Measure the features of every partition, and keep them.

    Parameters
    ----------
    run : Run
    partitions : Partitions
    kept : Kept
        Empty.
    step : callable
        Called with the customers met so far after every partition, and with 0 after
        a first reading where there are two.
    """
    surveys: list[Survey] = []
    places = range(len(partitions))
    compared = compares(run, partitions.ledger(0))
    if compared:
        for at in places:
            surveys.append(kept.aside(at, survey(run, partitions.ledger(at))))
            step(0)
        run = with_surveys(run, surveys)
        surveys.clear()
    customers, accounts = 0, []
    for at in places:
        ledger = partitions.ledger(at)
        if run.fits and not compared:
            surveys.append(survey(run, ledger))
        accounts.append(ledger.quality(to_date(run.day)))
        table = measure(run, ledger)
        del ledger
        customers += table.n_customers
        kept.keep(at, table)
        step(customers)
    if surveys:
        run = with_surveys(run, surveys)
    return Measured(run, customers, one_account(accounts))


def learned(measured: Measured, kept: Kept) -> Measured:
    """Learn all that labels need from the features that are kept."""
    run = measured.run
    while run.fits and not is_taught(run):
        lessons: list[Lesson] = []
        for at in range(len(kept)):
            told = tell(run, kept.table(at))
            lessons = list(told)
            kept.keep_told(at, told)
        places = {lesson: place for place, lesson in enumerate(lessons)}
        run = with_lessons(run, lessons, partial(_told, kept, places))
    if has_classifiers_to_fit(run):
        tables = [reference_of(run, kept.table(at)) for at in range(len(kept))]
        run = with_classifiers(run, tables)
    return evolve(measured, run=run)


def _told(kept: Kept, places: Mapping[Lesson, int], lesson: Lesson) -> Array:
    return kept.told(places[lesson])


def labelled(run: Run, kept: Kept) -> Iterator[Outcome]:
    """Yield the outcome of every partition."""
    for at in range(len(kept)):
        yield label(run, kept.table(at))
