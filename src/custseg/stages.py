"""The stages of a run: survey, measure, learn, label; whole or over partitions.

Labels need cuts, cuts need the features of every customer, and some features need what
all customers paid. So a run goes over the customers in stages, and between two stages
only little is known of all of them. Where the ledger fits into memory there is one
partition and the stages follow each other at once; where it does not, each stage goes
over partitions of disjoint customers. The stages are the same functions, so the answers
are the same bits.

Limits: all rows of a customer must stand in one partition, where groups of companies
are looked at those of a whole group; and every partition must have the same tables and
columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen

from custseg.errors import CurrencyMismatch, DataError, Problem
from custseg.fitted import FittedPolicy
from custseg.ledger import Ledger
from custseg.measuring import (
    Wanted,
    check_currency,
    compared_with,
    currency_of,
    divided,
    extra_features,
    features_measured,
    measured,
)
from custseg.periods import to_date
from custseg.recorded import recorded_columns
from custseg.rules.classifier import Classifier
from custseg.rules.outcome import Outcome
from custseg.rules.pipeline import members, work_out
from custseg.rules.policy import PolicyTree
from custseg.rules.teaching import Lesson, has_learned, learn_lessons, lesson_values
from custseg.scoring.features import Facts, Feature
from custseg.scoring.references import learn_references, survey_references
from custseg.table import Array, Table

__all__ = [
    "Run",
    "Survey",
    "begun",
    "compares",
    "facts_of",
    "is_taught",
    "label",
    "looks_at_groups",
    "measure",
    "survey",
    "tell",
    "with_lessons",
    "with_surveys",
]


@frozen(kw_only=True)
class Run:
    """A run over some customers: what is asked, and what was learned so far.

    Parameters
    ----------
    fitted : FittedPolicy
        In a run that fits, what was learned so far; its classifiers are not fitted yet.
    day : int
        The day looked at, days since 1970-01-01.
    features : tuple of str
        Asked for beside those that are needed.
    fits : bool
        Whether the policy is being fitted.
    is_parted : bool
        Whether it goes over several partitions.
    """

    fitted: FittedPolicy
    day: int
    features: tuple[str, ...] = ()
    fits: bool = True
    is_parted: bool = False

    @property
    def extra(self) -> Wanted:
        """The features to measure beside those of the plan."""
        fitted = self.fitted
        extra = extra_features(fitted.tree, fitted.classifiers, self.features)
        if not self.fits:
            return extra
        # What reviews watch is learned now, with all the rest.
        watched = {name: (one, over) for name, one, over in fitted.plan.watched}
        return {**extra, **watched}


@frozen(eq=False)
class Survey:
    """What some customers tell of their ledger and of what features compare with.

    Parameters
    ----------
    recorded : frozenset of str
        The columns of their ledger that an answer can depend on.
    currency : str
    told : tuple of tuples
        For each part of the ledger, what it tells to each table of
        :data:`custseg.scoring.references.REFERENCES` that is asked for.
    """

    recorded: frozenset[str]
    currency: str
    told: tuple[tuple[Any, ...], ...]


def begun(
    tree: PolicyTree,
    classifiers: Sequence[Classifier],
    ledger: Ledger,
    *,
    day: int,
    features: Sequence[str] = (),
    is_parted: bool = False,
) -> Run:
    """Begin a run that fits a policy.

    Parameters
    ----------
    tree : PolicyTree
    classifiers : sequence of Classifier
        The user's own.
    ledger : Ledger
        Of some of the customers; its currency is that of all.
    day : int
    features : sequence of str
    is_parted : bool
        Whether the run goes over several partitions.

    Raises
    ------
    CurrencyMismatch
        When the policy names amounts of money in another currency.
    UnknownFeature
        When a feature is neither in the catalogue nor in the policy.
    """
    currency, decimals = currency_of(ledger, tree)
    fitted = FittedPolicy(
        tree=tree,
        fitted_on=to_date(day),
        currency=currency,
        decimals=decimals,
        classifiers=tuple(classifiers),
    )
    check_currency(fitted.plan, currency)
    extra_features(tree, classifiers, features)  # refuses unknown names at once
    names = tuple(features)
    return Run(fitted=fitted, day=day, features=names, is_parted=is_parted)


def facts_of(run: Run, ledger: Ledger) -> Facts:
    """Return what a ledger tells on the day of a run."""
    return evolve(run.fitted.facts(ledger, run.day), is_part=run.is_parted)


def looks_at_groups(run: Run, ledger: Ledger) -> bool:
    """Say whether customers of one group have to stand in one partition.

    Parameters
    ----------
    run : Run
    ledger : Ledger
        Of any of the customers, or of none: only its columns are looked at.
    """
    facts = facts_of(run, ledger)
    together = [one for one in _features(run) if one.together]
    return facts.has("customers.group_id") and any(map(facts.can_measure, together))


def survey(run: Run, ledger: Ledger) -> Survey:
    """Ask some customers for what features compare with.

    Parameters
    ----------
    run : Run
        One that fits, as :func:`begun` gave it.
    ledger : Ledger
        Of some of the customers.
    """
    recorded = recorded_columns(ledger)
    currency = currency_of(ledger, run.fitted.tree)[0]
    return Survey(recorded, currency, _told(run, facts_of(run, ledger)))


def compares(run: Run, ledger: Ledger) -> bool:
    """Say whether a run has to survey before it measures.

    Parameters
    ----------
    run : Run
    ledger : Ledger
        Of any of the customers, or of none: only its columns are looked at.
    """
    facts = facts_of(run, ledger)
    comparing = [one for one in _features(run) if one.references]
    return run.fits and any(map(facts.can_measure, comparing))


def _features(run: Run) -> list[Feature]:
    plan = run.fitted.plan
    features = [one for _, one, _ in (*plan.features, *plan.watched)]
    return features + [one for one, _ in run.extra.values()]


def _told(run: Run, facts: Facts) -> tuple[tuple[Any, ...], ...]:
    plan = run.fitted.plan
    names = compared_with(plan, run.extra)
    if not names:
        return ()
    window = plan.policy.basis.window
    needs = {need for one in _features(run) for need in one.needs}
    facts = evolve(facts, ledger=facts.ledger.merged_for(needs))
    if not compares(run, facts.ledger):
        nobody = np.zeros(facts.n, dtype=np.bool_)  # from nothing nothing is learned
        return survey_references(names, [(facts, nobody)], window)
    asked = {
        name: (feature, over)
        for name, feature, over in plan.features
        if name in plan.reference.names
    }
    table = features_measured(facts, asked)
    inside = facts.population()
    inside[inside] = members(run.fitted.compiled, table)
    parts, start = [], 0
    for ledger in divided(facts.ledger):
        stop = start + ledger.n_customers
        parts.append((evolve(facts, ledger=ledger), inside[start:stop]))
        start = stop
    return survey_references(names, parts, window)


def with_surveys(run: Run, surveys: Sequence[Survey]) -> Run:
    """Learn what features compare with, from all customers.

    Parameters
    ----------
    run : Run
        One that fits.
    surveys : sequence of Survey
        One for each partition, in any order.

    Raises
    ------
    DataError
        When the partitions have different columns.
    CurrencyMismatch
        When they are in different currencies.
    """
    _check_alike(run, surveys)
    plan = run.fitted.plan
    references = learn_references(
        compared_with(plan, run.extra),
        [told for one in surveys for told in one.told],
        minimum=plan.policy.basis.reference.minimum,
    )
    learned = evolve(run.fitted.learned, references=references)
    recorded = surveys[0].recorded
    return evolve(run, fitted=evolve(run.fitted, learned=learned, recorded=recorded))


def _check_alike(run: Run, surveys: Sequence[Survey]) -> None:
    first = surveys[0]
    for one in surveys:
        if one.recorded != first.recorded:
            odd = ", ".join(sorted(one.recorded ^ first.recorded))
            raise DataError(
                Problem(
                    "the partitions have different columns",
                    got=f"{odd} in some only",
                    hint="give every partition all tables and columns, empty if need "
                    "be",
                )
            )
    currencies = {run.fitted.currency, *(one.currency for one in surveys)}
    if len(currencies) > 1:
        raise CurrencyMismatch(
            Problem(
                "amounts in several currencies cannot be added",
                got=", ".join(sorted(currencies)),
                hint="convert them first",
            )
        )


def measure(run: Run, ledger: Ledger) -> Table:
    """Measure the features of some customers.

    Parameters
    ----------
    run : Run
        In one that fits, with what :func:`with_surveys` learned.
    ledger : Ledger

    Returns
    -------
    Table
        One row for each customer known on the day.
    """
    return measured(facts_of(run, ledger), run.fitted.plan, run.extra)


def is_taught(run: Run) -> bool:
    """Say whether all is known that labels need."""
    return has_learned(run.fitted.compiled, run.fitted.learned)


def tell(run: Run, table: Table) -> dict[Lesson, Array]:
    """Return what some customers have to say to the lessons that are open.

    Parameters
    ----------
    run : Run
    table : Table
        What :func:`measure` gave.

    Returns
    -------
    dict of Lesson to array, shape (n_members_known,)
        The same lessons in every partition: which are open depends on the run alone.
        The values of one column over the members of the reference; none is missing.
    """
    return lesson_values(run.fitted.compiled, run.fitted.learned, table)


def with_lessons(
    run: Run, lessons: Sequence[Lesson], values_of: Callable[[Lesson], Array]
) -> Run:
    """Learn from what all customers had to say.

    Parameters
    ----------
    run : Run
    lessons : sequence of Lesson
        The open ones, as :func:`tell` gives them.
    values_of : callable
        From a lesson to the values of all partitions, joined in any order. It is asked
        for one at a time.

    Returns
    -------
    Run
        Other lessons may be open now: see :func:`is_taught`.
    """
    fitted = run.fitted
    learned = learn_lessons(fitted.compiled, fitted.learned, lessons, values_of)
    return evolve(run, fitted=evolve(fitted, learned=learned))


def label(run: Run, table: Table) -> Outcome:
    """Give some customers their scores, labels and tiers.

    Parameters
    ----------
    run : Run
        With all that labels need.
    table : Table
        What :func:`measure` gave.
    """
    fitted = run.fitted
    return work_out(fitted.compiled, fitted.learned, table, fitted.classifiers)
