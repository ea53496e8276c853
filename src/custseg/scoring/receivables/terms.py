"""What was agreed with a customer, or is said of it: limit, terms, orders, rating.

All of it is declared in the table of customers; what changes carries a ``valid_from``,
and a past day sees what held then. Nothing is imputed.

Limits: a number that makes no sense, such as terms under zero days or a rating over
100, is unknown, not pulled into range.
"""

from __future__ import annotations

import numpy as np

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.declared import declared_from, declared_whole
from custseg.scoring.features import Facts, Feature
from custseg.scoring.unknowns import BELOW_ZERO, NOT_DECLARED
from custseg.table import Column
from custseg.units import Unit

__all__ = ["CREDIT_LIMIT", "FEATURES", "OPEN_ORDERS"]

_BEST_RATING = 100
"""Ratings are on a scale of 0 to 100."""


def _money(column: str, facts: Facts) -> Column:
    said = declared_from(facts, column, 0)
    if said.known is None:
        return said
    return Column(np.where(said.known, said.values, 0), Unit.MONEY, said.known)


def _credit_limit(facts: Facts, _: Window) -> Column:
    return _money("credit_limit", facts)


def _open_orders(facts: Facts, _: Window) -> Column:
    return _money("open_orders", facts)


def _terms_days(facts: Facts, _: Window) -> Column:
    return declared_whole(facts, "terms_days", Unit.DAYS)


def _external_rating(facts: Facts, _: Window) -> Column:
    said = facts.latest("customers", "external_rating")
    known = said.is_known() & (said.values >= 0) & (said.values <= _BEST_RATING)
    values = np.where(known, said.values, 0.0)
    return Column(values, Unit.NUMBER, None if known.all() else known)


CREDIT_LIMIT = Feature(
    code="credit_limit",
    unit=Unit.MONEY,
    title=Title(zh="信用额度", en="Credit limit"),
    formula="credit_limit, as declared",
    needs=("customers.credit_limit",),
    compute=_credit_limit,
    missing=(NOT_DECLARED, BELOW_ZERO),
    better="higher",
    lever="raise",
    least=0,
)

OPEN_ORDERS = Feature(
    code="open_orders",
    unit=Unit.MONEY,
    title=Title(zh="未开票订单金额", en="Open orders"),
    formula="open_orders, as declared: ordered and not yet invoiced",
    needs=("customers.open_orders",),
    compute=_open_orders,
    missing=(NOT_DECLARED, BELOW_ZERO),
    lever="both",
    least=0,
)

FEATURES = (
    CREDIT_LIMIT,
    OPEN_ORDERS,
    Feature(
        code="terms_days",
        unit=Unit.DAYS,
        title=Title(zh="账期天数", en="Payment terms"),
        formula="terms_days, as declared, to the nearest whole day",
        needs=("customers.terms_days",),
        compute=_terms_days,
        missing=(NOT_DECLARED, BELOW_ZERO),
        lever="both",
    ),
    Feature(
        code="external_rating",
        unit=Unit.NUMBER,
        title=Title(zh="外部评级", en="External rating"),
        formula="external_rating, as declared, from 0 to 100",
        needs=("customers.external_rating",),
        compute=_external_rating,
        missing=(
            NOT_DECLARED,
            Title(zh="不在 0 到 100 之间", en="where it is not within 0 and 100"),
        ),
        better="higher",
        least=0,
        most=100,
    ),
)
