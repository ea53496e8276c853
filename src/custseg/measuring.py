"""From a ledger to the table of features that a policy and its classifiers ask for.

Here a policy meets the data: which features over which windows, measured over all
customers, and whether amounts of money in both are in the same currency.

The customers of a ledger stand one after the other, so a large ledger is measured in
parts, two at a time: numpy lets threads run, and each customer's numbers are the same
integers in either company.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import TypeVar

import numpy as np
from attrs import evolve

from custseg.contract import TABLES
from custseg.errors import CurrencyMismatch, Problem, SettingError
from custseg.events import EventTable
from custseg.ledger import Ledger
from custseg.money import decimals_of
from custseg.periods import Window
from custseg.pieces import Pieces
from custseg.recorded import ALWAYS_READ
from custseg.rules.classifier import Classifier
from custseg.rules.expression import Number, walk
from custseg.rules.named_features import named_feature, window_of
from custseg.rules.plan import Plan
from custseg.rules.policy import PolicyTree
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts, Feature
from custseg.table import Column, Table
from custseg.units import Unit

__all__ = [
    "Wanted",
    "check_compared",
    "check_currency",
    "check_same_currency",
    "compared_with",
    "currency_of",
    "divided",
    "extra_features",
    "features_measured",
    "measured",
    "needed_columns",
    "tables_outlined",
    "tables_to_read",
]

T = TypeVar("T")

_WORTH_THREADS = 100_000
"""Sales from which a ledger is measured in parts."""

_PART = 200_000
"""Sales in a part: what is worked on then stays near the core, not in main memory."""

Wanted = Mapping[str, tuple[Feature, Window]]
"""Features and windows by the names that they have in the table."""


def extra_features(
    policy: PolicyTree, classifiers: Iterable[Classifier], asked: Iterable[str] = ()
) -> Wanted:
    """Return features beyond those of a policy's plan.

    Parameters
    ----------
    policy : PolicyTree
    classifiers : iterable of Classifier
        The user's own; scores among their needs are no features.
    asked : iterable of str
        Names of the catalogue or the policy.

    Raises
    ------
    UnknownFeature
        When a name is neither in the catalogue nor in the policy.
    """
    own = {one.code: one for one in policy.features}
    scores = {one.code for one in policy.scores}
    extra = {}
    for name in [*(n for one in classifiers for n in one.needs), *asked]:
        if name in own:
            one = own[name]
            extra[name] = (named_feature(one, policy), window_of(one, policy))
        elif name not in scores:
            extra[name] = (CATALOGUE[name], policy.basis.window)
    return extra


def needed_columns(plan: Plan, extra: Wanted) -> frozenset[str]:
    """Return the columns of the input contract to read, as ``table.column``."""
    needs = {need for feature, _ in extra.values() for need in feature.reads}
    return plan.columns | needs | ALWAYS_READ


def tables_outlined(needs: Collection[str], quality: object = None) -> frozenset[str]:
    """Return the tables of which a run reads only who is in them, and since when.

    Whoever has a row in a table belongs to the population, so no table can be passed
    over. Where nothing is asked of one, and no treatment of odd rows is chosen, the
    rest of its columns tells nothing.

    Parameters
    ----------
    needs : collection of str
        The columns that are asked for, as ``table.column``.
    quality : Treatments or None

    Examples
    --------
    >>> sorted({"costs", "invoices"} & tables_outlined({"costs.kind"}))
    ['invoices']
    """
    if quality is not None:
        return frozenset()
    asked = {"sales", *(need.partition(".")[0] for need in needs)}
    if "payments" in asked:
        asked.add("invoices")  # they say who paid
    return frozenset(TABLES) - asked


def tables_to_read(given: Mapping[str, T], outlined: Collection[str]) -> dict[str, T]:
    """Return the tables that a run has to read, if only in outline.

    Payments of which nothing is asked are left out altogether: who pays is known by
    the invoices.

    Parameters
    ----------
    given : mapping of str to table
        By the names of the input contract.
    outlined : collection of str
        See :func:`tables_outlined`.

    Examples
    --------
    >>> list(tables_to_read({"sales": 1, "payments": 2}, {"payments"}))
    ['sales']
    """
    passed_over = {"payments"} & {*outlined}
    return {name: one for name, one in given.items() if name not in passed_over}


def compared_with(plan: Plan, extra: Wanted) -> tuple[str, ...]:
    """Return the names of the learned tables that features compare with."""
    features = [one for _, one, _ in (*plan.features, *plan.watched)]
    features += [one for one, _ in extra.values()]
    return tuple(dict.fromkeys(name for one in features for name in one.references))


def check_compared(extra: Wanted, references: Collection[str]) -> None:
    """Refuse features whose comparison was not learned at the fit.

    Parameters
    ----------
    extra : mapping of str to (Feature, Window)
        Features beside those of the plan.
    references : collection of str
        Names of the tables that were learned.

    Raises
    ------
    SettingError
        When what one of them compares with was not learned.
    """
    lacking = [
        name
        for name, (feature, _) in extra.items()
        if any(one not in references for one in feature.references)
    ]
    if lacking:
        raise SettingError(
            Problem(
                "what these features compare with was not learned",
                where="features",
                got=", ".join(lacking),
                hint=f"fit the policy with features={lacking!r}",
            )
        )


def measured(facts: Facts, plan: Plan, extra: Wanted) -> Table:
    """Measure what a plan needs, and more, over the population of a day.

    Parameters
    ----------
    facts : Facts
    plan : Plan
    extra : mapping of str to (Feature, Window)

    Returns
    -------
    Table
        One row for each customer known on the day.
    """
    wanted = {name: (feature, window) for name, feature, window in plan.features}
    return features_measured(facts, wanted | dict(extra))


def features_measured(facts: Facts, wanted: Wanted) -> Table:
    """Measure some features over the population of a day.

    Parameters
    ----------
    facts : Facts
    wanted : mapping of str to (Feature, Window)

    Returns
    -------
    Table
        One row for each customer known on the day.
    """
    needs = {need for feature, _ in wanted.values() for need in feature.reads}
    facts = evolve(facts, ledger=facts.ledger.merged_for(needs))
    parts = list(divided(facts.ledger))
    if len(parts) == 1:
        return facts.table(_columns(facts, wanted))
    each = {
        f"{one.code} of each": (one, window)
        for feature, window in wanted.values()
        for one in feature.together
    }
    there = {
        name: (feature, window)
        for name, (feature, window) in {**wanted, **each}.items()
        if facts.can_measure(feature) and not feature.together
    }

    pieces, known = Pieces[str](facts.n), np.empty(facts.n, dtype=np.bool_)

    def measure(start: int, ledger: Ledger) -> None:
        # Of a ledger for the time being: what is worked out on the way goes with it.
        part = evolve(facts, ledger=evolve(ledger))
        for name, column in _columns(part, there).items():
            pieces.put(name, start, column)
        known[start : start + part.n] = part.population()

    starts = [0, *accumulate(part.n_customers for part in parts)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(measure, starts, parts))
    found = pieces.columns()
    for name in each.keys() & found.keys():
        facts.remember(each[name][0], found[name])
    columns = {
        name: found[name]
        if name in found
        else facts.measure(feature, window)
        if feature.together
        else facts.unknown(feature.unit)
        for name, (feature, window) in wanted.items()
    }
    whole = Table(facts.ledger.book, columns)
    return whole if known.all() else whole.take(known)


def _columns(facts: Facts, wanted: Wanted) -> dict[str, Column]:
    return {
        name: facts.measure(feature, window)
        for name, (feature, window) in wanted.items()
    }


def divided(ledger: Ledger) -> Iterator[Ledger]:
    """Yield the parts of a ledger, one after the other, without copying any row.

    Parameters
    ----------
    ledger : Ledger
        Of any size; a small one is one part.

    Yields
    ------
    Ledger
        About as many sales in each; a customer is never divided.
    """
    n = ledger.n_customers
    if len(ledger) < _WORTH_THREADS or n < 2:
        yield ledger
        return
    offsets = ledger.tables["sales"].offsets
    shares = np.linspace(0, len(ledger), max(2, len(ledger) // _PART) + 1)
    cuts = {0, *np.searchsorted(offsets, shares[1:-1]).tolist(), n}
    for start, stop in pairwise(sorted(cuts)):
        tables = {
            name: _rows_of(one, start, stop) for name, one in ledger.tables.items()
        }
        yield evolve(ledger, book=ledger.book[start:stop], tables=tables)


def _rows_of(events: EventTable, start: int, stop: int) -> EventTable:
    first, last = int(events.offsets[start]), int(events.offsets[stop])
    columns = {
        name: Column(
            one.values[first:last],
            one.unit,
            None if one.known is None else one.known[first:last],
            one.words,
        )
        for name, one in events.columns.items()
    }
    offsets = events.offsets[start : stop + 1] - first
    within = None if events.within is None else events.within.of(slice(first, last))
    return EventTable(offsets, events.day[first:last], columns, events.books, within)


def currency_of(ledger: Ledger, policy: PolicyTree) -> tuple[str, int]:
    """Return a ledger's currency and decimals; the policy's where none is said.

    Raises
    ------
    CurrencyMismatch
        When the amounts were read with other decimals than the policy's currency has.
    """
    currency = ledger.currency or policy.about.currency
    decimals = decimals_of(currency)
    if decimals != ledger.decimals:
        raise CurrencyMismatch(
            Problem(
                f"nobody said the currency of the ledger, and that of the policy, "
                f"{currency}, has {decimals} decimals",
                got=f"amounts read with {ledger.decimals}",
                hint=f"make the ledger with currency='{currency}' or its true currency",
            )
        )
    return currency, decimals


def check_currency(plan: Plan, currency: str) -> None:
    """Refuse to compare amounts of one currency with bars in another.

    Raises
    ------
    CurrencyMismatch
        When the policy names amounts of money in another currency than the ledger's.
        Percentiles and shares hold in any.
    """
    stated = plan.policy.about.currency
    if stated == currency:
        return
    amount = next(_stated_amounts(plan), None)
    if amount is not None:
        raise CurrencyMismatch(
            Problem(
                f"the policy names amounts in {stated}, the ledger is in {currency}",
                got=f"{amount:f}",
                hint=f"convert the ledger, or write the policy in {currency}: "
                "its amounts, and currency under [about]",
            )
        )


def check_same_currency(ledger: str, fitted: str) -> None:
    """Refuse to classify amounts in another currency than the policy learned in.

    Raises
    ------
    CurrencyMismatch
    """
    if ledger != fitted:
        raise CurrencyMismatch(
            Problem(
                "the ledger is in another currency than the policy was fitted in",
                got=f"{ledger} and {fitted}",
                hint="fit the policy on a ledger of this currency",
            )
        )


def _stated_amounts(plan: Plan) -> Iterator[Decimal]:
    for checked in plan.expressions:
        for node in walk(checked.node):
            if isinstance(node, Number) and node.unit is Unit.MONEY and node.value:
                yield node.value
    for one in plan.scores:
        if one.checked.unit is Unit.MONEY and one.score.bins is not None:
            yield from one.score.bins.at
