"""Work advice out: what would have to change for one label or tier of one customer.

Three questions are asked, each of the very road that gave the label. Which value of one
fact alone would move it? Which further orders would, with all that they bring? And if
the label is unknown: which fact is missing? What no answer leads to is said as well,
and which gates stand in the way of a tier.

With a day to come, time passes first: windows slide, and what they hold grows old.
"""

from __future__ import annotations

from datetime import date

from attrs import evolve

from custseg.errors import Problem, SettingError, UnknownFeature, did_you_mean
from custseg.labels import UNKNOWN, Title
from custseg.periods import as_day, to_date
from custseg.whatif.advice import Advice
from custseg.whatif.alone import changes_alone
from custseg.whatif.barring import barriers_to
from custseg.whatif.history import History, known_on, usual_order
from custseg.whatif.missing import lacking_facts
from custseg.whatif.orders import orders_ahead
from custseg.whatif.workings import Ground, Workings

__all__ = ["advise"]

_TIER = Title(zh="应得等级", en="Tier")


def advise(
    workings: Workings,
    customer_id: str,
    family: str,
    *,
    to: str | None = None,
    by: date | str | None = None,
) -> Advice:
    """Return what would have to change for one label or tier of one customer.

    Parameters
    ----------
    workings : Workings
    customer_id : str
        Of a customer known on the day looked at.
    family : str
        The code of a family that the policy has, or ``tier`` where it grades.
    to : str or None
        The label to reach; None asks for every other.
    by : date, str or None
        The day for which is asked; None is the day looked at.

    Returns
    -------
    Advice

    Raises
    ------
    UnknownFeature
        When the family has no such label.
    SettingError
        When the day is before the one looked at, or the label is no code.
    """
    since = workings.facts.as_of
    day = since if by is None else as_day(by, where="by")
    if day < since:
        raise SettingError(
            Problem(
                "the day asked for is before the day looked at",
                where="by",
                got=str(to_date(day)),
                allowed=f"{to_date(since)} or later",
            )
        )
    workings = workings.only(customer_id)
    ground = Ground(workings, family)
    _check_label(to, ground)
    ledger = known_on(workings.facts.ledger, since)
    table = workings.measured(ledger, day)
    first = int(ground.marks(table)[0, 0])
    label_by = UNKNOWN if first < 0 else ground.words[first]
    wanted = ground.words if to is None else (to,)
    advice = Advice(
        customer_id=customer_id,
        policy=workings.policy,
        as_of=to_date(since),
        by=to_date(day),
        family=family,
        family_title=_TIER if family == "tier" else _title_of(family, workings),
        label=workings.label(ledger, since, family),
        label_by=label_by,
        wanted=tuple(code for code in wanted if code != label_by),
        titles=_titles(ground),
        currency=workings.currency,
        decimals=workings.decimals,
    )
    if label_by == UNKNOWN:
        return evolve(advice, lacking=tuple(lacking_facts(table, ground)))
    if not advice.wanted:
        return advice
    basis = workings.plan.policy.basis
    sales = ledger.tables["sales"]
    pattern = usual_order(sales, basis.window, since, basis.fiscal)
    history = History(ledger, pattern)
    changes = changes_alone(table, ground)
    orders = orders_ahead(history, table, ground, since=since, by=day)
    return evolve(
        advice,
        barriers=barriers_to(advice.wanted, table, ground),
        changes=tuple(one for one in changes if one.moves_to in advice.wanted),
        orders=tuple(one for one in orders if one.moves_to in advice.wanted),
    )


def _check_label(to: object, ground: Ground) -> None:
    if to is None or to in ground.words:
        return
    allowed = ", ".join(ground.words)
    if not isinstance(to, str):
        raise SettingError(
            Problem(
                "expected the code of a label",
                where="to",
                got=f"a {type(to).__name__}",
                allowed=allowed,
            )
        )
    raise UnknownFeature(
        Problem(
            f"'{ground.family}' has no label '{to}'",
            where="to",
            allowed=allowed,
            hint=did_you_mean(to, ground.words),
        )
    )


def _title_of(family: str, workings: Workings) -> Title:
    return workings.titles.get(family, Title(zh=family, en=family))


def _titles(ground: Ground) -> dict[str, Title]:
    policy = ground.workings.plan.policy
    titles = {code: Title(zh=code, en=code) for code in ground.words}
    if ground.family == "tier" and policy.grading is not None:
        titles |= {tier.code: tier.title for tier in policy.grading.tiers}
    for one in policy.families:
        if one.code == ground.family:
            titles |= {rule.code: rule.title for rule in one.labels}
    return titles
