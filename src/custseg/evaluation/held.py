"""Which tier each customer had on a day: as a journal says, or as a replay gives it.

Where tiers are kept in a journal, those were the tiers that people worked with, and
they are evaluated. Without one, the past is replayed, and what is evaluated is what the
policy would have given.

The method: of a journal, what holds on the day is taken, with the decisions of that
day; they rest on facts up to the day before. Beside it the journal is asked what it
knew by the end of that day (in UTC). A replay is that of
:func:`custseg.simulation.simulating.simulate`, over the days of the evaluation and
further days of review.

Limits: a journal that was filled or corrected later holds tiers that nobody could know
on the day; it is counted how many. A replay begins with the first day evaluated, so on
that day everybody gets a first tier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.evaluation.spans import Span
from custseg.fitted import FittedPolicy
from custseg.journal.entries import Held
from custseg.journal.journal import Journal, check_journal
from custseg.labels import Title
from custseg.ledger import Ledger
from custseg.measuring import check_same_currency, currency_of
from custseg.periods import to_date
from custseg.simulation.replayed import grading_of
from custseg.simulation.simulating import simulate

__all__ = ["Graded", "journalled", "replayed"]

Policies = FittedPolicy | Sequence[FittedPolicy] | Mapping[str, FittedPolicy]


@frozen(eq=False)
class Graded:
    """The tiers of one policy on the days of an evaluation.

    Parameters
    ----------
    name : str
    fitted : FittedPolicy
    tiers : tuple of int8 array, shape (n_customers,)
        One for each day; 0 is the highest, -1 is none.
    """

    name: str
    fitted: FittedPolicy
    tiers: tuple[NDArray[np.int8], ...]


def replayed(
    ledger: Ledger, policies: Policies, spans: Sequence[Span], reviews: Iterable[int]
) -> tuple[list[Graded], tuple[Title, ...]]:
    """Return the tiers that policies would have given.

    Parameters
    ----------
    ledger : Ledger
    policies : FittedPolicy, sequence of them, or mapping of str to FittedPolicy
    spans : sequence of Span, rising
    reviews : iterable of int
        Further days on which the replay reviews; those after the last are passed over.

    Returns
    -------
    graded : list of Graded
    remarks : tuple of Title
        What the replay knew of the future all the same.

    Raises
    ------
    CurrencyMismatch, SettingError
        As :func:`custseg.simulation.simulating.simulate` does.
    """
    ons = {span.on for span in spans}
    every = sorted(ons.union(on for on in reviews if on < spans[-1].on))
    past = simulate(ledger, policies, dates=[to_date(on) for on in every])
    graded = []
    for one in past.replays:
        tiers = []
        for day, look in zip(past.days, one.looks, strict=True):
            if day.on not in ons:
                continue
            tier = np.full(ledger.n_customers, -1, dtype=np.int8)
            tier[day.rows] = look.after
            tiers.append(tier)
        graded.append(Graded(one.name, one.fitted, tuple(tiers)))
    return graded, past.remarks


def journalled(
    ledger: Ledger, policies: Policies, spans: Sequence[Span], journal: Journal
) -> tuple[list[Graded], tuple[Title, ...]]:
    """Return the tiers that a journal says were held.

    Parameters
    ----------
    ledger : Ledger
    policies : FittedPolicy, or one in a sequence or mapping
        The policy that the journal is of.
    spans : sequence of Span, rising
    journal : Journal

    Returns
    -------
    graded : list of Graded
        Of one.
    remarks : tuple of Title
        What was recorded after its day, and whom the ledger does not know.

    Raises
    ------
    CurrencyMismatch
        When the ledger is in another currency than the policy was fitted in.
    SettingError
        When it is no journal, there are several policies, the policy grades nobody, or
        somebody holds a tier that it does not have.
    """
    check_journal(journal)
    name, fitted = _only(policies)
    codes = tuple(tier.code for tier in grading_of(fitted).tiers)
    check_same_currency(currency_of(ledger, fitted.tree)[0], fitted.currency)
    tiers = []
    late = 0
    strange: set[str] = set()
    known = set(ledger.customer_ids.tolist())
    for span in spans:
        held = journal.state(as_of=to_date(span.on))
        midnight = dt.datetime.combine(to_date(span.on + 1), dt.time(), tzinfo=dt.UTC)
        then = journal.state(as_of=to_date(span.on), known_at=midnight)
        late += sum(
            customer not in then or then[customer].tier != one.tier
            for customer, one in held.items()
        )
        strange |= held.keys() - known
        tiers.append(_places(ledger, held, codes))
    return [Graded(name, fitted, tuple(tiers))], tuple(_remarks(late, len(strange)))


def _only(policies: Policies) -> tuple[str, FittedPolicy]:
    given: object = policies
    if isinstance(given, Mapping):
        some = [(str(name), one) for name, one in given.items()]
    else:
        several = isinstance(given, Sequence) and not isinstance(given, str)
        listed: list[object] = list(given) if several else [given]  # type: ignore[call-overload]
        some = [("", one) for one in listed]
    if len(some) != 1 or not isinstance(some[0][1], FittedPolicy):
        raise SettingError(
            Problem(
                "a journal is of one policy",
                where="policies",
                got=f"{len(some)} of them"
                if len(some) != 1
                else f"a {type(some[0][1]).__name__}",
                allowed="one fitted policy",
                hint="leave the journal out to replay several policies",
            )
        )
    name, fitted = some[0]
    return name or fitted.tree.code, fitted


def _places(
    ledger: Ledger, held: Mapping[str, Held], codes: Sequence[str]
) -> NDArray[np.int8]:
    place: dict[str | None, int] = {code: at for at, code in enumerate(codes)}
    place[None] = -1
    unknown = {one.tier for one in held.values()} - place.keys()
    if unknown:
        raise SettingError(
            Problem(
                "the journal speaks of a tier that the policy does not have",
                where="journal",
                got=", ".join(sorted(map(str, unknown))),
                allowed=", ".join(codes),
                hint="evaluate with the policy that the journal is of",
            )
        )
    tier = np.full(ledger.n_customers, -1, dtype=np.int8)
    for row, customer in enumerate(ledger.customer_ids.tolist()):
        if customer in held:
            tier[row] = place[held[customer].tier]
    return tier


def _remarks(late: int, strange: int) -> Iterable[Title]:
    if late:
        yield Title(
            zh=f"日志中有 {late:,} 个等级是在相应日期之后记录或更正的，"
            "其中可能含有当日尚不可知的信息",
            en=f"tiers that were recorded or corrected after their day: {late:,}; "
            "they may rest on what nobody could know then",
        )
    if strange:
        yield Title(
            zh=f"日志中有 {strange:,} 个客户不在数据中，未计入",
            en="customers of the journal whom the ledger does not know, left out: "
            f"{strange:,}",
        )
