"""Try policies on the past: who would have held which tier, day by day.

Before a bar is raised, somebody asks who would lose the tier, what they are worth, and
whether the new rule would not take back next month what it gave this month. The data
know: each past day is gone through with what was known then, and nothing is written.

The method is :mod:`custseg.simulation.replaying`; what it gives is a
:class:`~custseg.simulation.simulation.Simulation`.

Limits: a policy that was fitted after the first of the days knows cuts from the future,
attributes without dates are those of today, whoever is described without a day counts
from the first day on, and overrides were set in view of the tiers that there were. The
simulation says so (:mod:`custseg.simulation.remarking`). It does not know what
customers would have done, had they been told of another tier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from custseg.asking import check_ledger
from custseg.errors import Problem, SettingError
from custseg.fitted import FittedPolicy
from custseg.journal.journal import Journal
from custseg.ledger import Ledger
from custseg.measuring import check_same_currency, currency_of
from custseg.periods import as_day, to_date
from custseg.simulation.overriding import Override, acts_of, check_tiers
from custseg.simulation.regrading import regrade
from custseg.simulation.remarking import done_by_hand, known_too_soon, not_covered
from custseg.simulation.replayed import Replay, grading_of
from custseg.simulation.replaying import replay
from custseg.simulation.simulation import Simulation

__all__ = ["simulate"]

Policies = FittedPolicy | Sequence[FittedPolicy] | Mapping[str, FittedPolicy]


def simulate(
    ledger: Ledger,
    policies: Policies,
    *,
    dates: Iterable[dt.date | str],
    until: dt.date | str | None = None,
    naive: bool = False,
    overrides: Journal | Iterable[Override] = (),
) -> Simulation:
    """Run policies on past days, each day with what was known then.

    Parameters
    ----------
    ledger : Ledger
    policies : FittedPolicy, sequence of them, or mapping of str to FittedPolicy
        A mapping gives the names by which the answers call them; else that is the
        policy's code, with version or number where codes are equal. Cuts stay as they
        were learned.
    dates : iterable of date or str, rising
        The days of the runs. Each sees the facts up to the day before, and begins with
        the tiers that the run before it left.
    until : date, str or None
        The day before which the period behind the last date ends. None leaves that
        period out of all that is said of following periods.
    naive : bool
        Show beside each policy what the same policy does when it is fitted anew on each
        date and everybody gets the tier entitled to; it is named ``"<name> naive"``.
    overrides : Journal or iterable of Override
        Tiers that were set by hand, to be replayed under each policy on their days: all
        that a journal holds, or these. Those of customers whom the ledger does not know
        are left out, which the simulation says. ``naive`` knows none.

    Returns
    -------
    Simulation

    Raises
    ------
    CurrencyMismatch
        When the ledger is in another currency than a policy was fitted in.
    SettingError
        When it is no ledger, a policy is not fitted or grades nobody, or the dates do
        not rise; or when an override is none, or into a tier that a policy lacks.

    Notes
    -----
    Who is reviewed on a date is the policy's affair: with quarterly reviews and monthly
    dates, two of three dates see only newcomers, gates and triggers. The cost of a date
    is that of the features that tiers rest on; ``naive`` costs a fit for each date.

    Examples
    --------
    >>> from custseg.demo import wholesaler
    >>> from custseg.policy import load_policy
    >>> ledger = Ledger.from_frames(wholesaler().sales, currency="CNY")
    >>> fitted = load_policy("company").fit(ledger, as_of="2025-06-30")
    >>> quarters = ["2025-07-01", "2025-10-01", "2026-01-01", "2026-04-01"]
    >>> past = simulate(ledger, fitted, dates=quarters, naive=True)
    >>> past.flapping("company").undone, past.flapping("company naive").undone
    (4, 58)
    """
    check_ledger(ledger)
    named = _named(policies)
    days = _days(dates, until)
    for fitted in named.values():
        grading_of(fitted)
        currency, decimals = currency_of(ledger, fitted.tree)
        check_same_currency(currency, fitted.currency)
    end = None if until is None else as_day(until, where="until")
    acts, strange = acts_of(overrides, ledger.book)
    for name, fitted in named.items():
        check_tiers(acts, [one.code for one in grading_of(fitted).tiers], name)
    every, looks = replay(ledger, tuple(named.values()), days, until=end, acts=acts)
    replays = []
    for (name, fitted), seen in zip(named.items(), looks, strict=True):
        replays.append(Replay(name, fitted, seen))
        if naive:
            afresh = regrade(ledger, fitted, every, seen)
            replays.append(Replay(f"{name} naive", fitted, afresh, afresh=True))
    _check_names([one.name for one in replays])
    return Simulation(
        book=ledger.book,
        days=every,
        replays=tuple(replays),
        currency=currency,
        decimals=decimals,
        remarks=(
            *known_too_soon(ledger, named, days[0]),
            *not_covered(ledger, named, days[0], end),
            *done_by_hand(acts, strange, days[-1]),
        ),
    )


def _named(policies: Policies) -> dict[str, FittedPolicy]:
    """Return the policies by the names that answers give them."""
    if isinstance(policies, Mapping):
        named = {str(name): fitted for name, fitted in policies.items()}
    else:
        given: Any = policies  # whatever it is: what is no fitted policy is told below
        several = isinstance(given, Iterable) and not isinstance(given, str)
        listed = list(given) if several else [given]
        _check_fitted(listed)
        codes = [one.tree.code for one in listed]
        if len(set(codes)) < len(codes):
            codes = [f"{one.tree.code} {one.tree.about.version}" for one in listed]
        if len(set(codes)) < len(codes):
            codes = [f"{code} ({number})" for number, code in enumerate(codes, 1)]
        named = dict(zip(codes, listed, strict=True))
    _check_fitted(named.values())
    return named


def _check_names(names: Sequence[str]) -> None:
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise SettingError(
            Problem(
                "two policies would have one name",
                where="policies",
                got=", ".join(map(repr, twice)),
                hint="choose other names",
            )
        )


def _check_fitted(policies: Iterable[object]) -> None:
    listed = list(policies)
    wrong = [one for one in listed if not isinstance(one, FittedPolicy)]
    if wrong or not listed:
        raise SettingError(
            Problem(
                "expected one or more fitted policies",
                where="policies",
                got=f"a {type(wrong[0]).__name__}" if wrong else "none",
                hint="write load_policy('company').fit(ledger, as_of=...)",
            )
        )


def _days(
    dates: Iterable[dt.date | str], until: dt.date | str | None
) -> tuple[int, ...]:
    if isinstance(dates, str | dt.date):
        dates = [dates]
    days = tuple(as_day(one, where="dates") for one in dates)
    if not days or any(later <= now for now, later in pairwise(days)):
        raise SettingError(
            Problem(
                "expected one or more days, each later than the one before",
                where="dates",
                got=", ".join(str(to_date(day)) for day in days) or "none",
            )
        )
    if until is not None and as_day(until, where="until") <= days[-1]:
        raise SettingError(
            Problem(
                "the period behind the last date ends before it begins",
                where="until",
                got=str(until),
                allowed=f"a day after {to_date(days[-1])}",
            )
        )
    return days
