"""How much is at stake with a customer, alone and with its group, against the limit.

The exposure is what would be lost if the customer failed today: what is open, less its
credits, and what it has ordered that is not invoiced yet. Where the agreed limit is
known, exposure over limit tells how much of it is used; over 1 the limit is broken.

Companies of one group fail together. So customers that name the same ``group_id`` are
added up, their exposures and their limits; who names none stands for itself, and who is
registered after the day looked at is not there yet.

The method: what a group owes needs the rows of other customers. These features are the
only ones that look at them: the exposure of each customer is measured first, and then
added up by group over the whole ledger.

Limits: a ledger that holds one customer of a group, and nobody else, cannot tell what
the group owes: unknown, rather than wrong. A ledger with only some of a group cannot
know that others are missing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import ratio
from custseg.scoring.receivables.book import SETTLED, WRITTEN_OFF
from custseg.scoring.receivables.outstanding import receivable_by
from custseg.scoring.receivables.terms import CREDIT_LIMIT, OPEN_ORDERS
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_GROUP = "customers.group_id"
_ORDERS = "customers.open_orders"


def _exposure(facts: Facts, window: Window) -> Column:
    orders = facts.measure(OPEN_ORDERS, window)
    ordered = np.where(orders.is_known(), orders.values, 0)
    return Column(receivable_by(facts, facts.as_of) + ordered, Unit.MONEY)


def _utilisation(facts: Facts, window: Window) -> Column:
    return _used(facts.measure(EXPOSURE, window), facts.measure(CREDIT_LIMIT, window))


def _used(exposure: Column, limit: Column) -> Column:
    """Return exposure over limit, unknown where either is, or the limit is zero."""
    known = exposure.is_known() & limit.is_known()
    return ratio(
        exposure.values, np.where(known, limit.values, 0), Unit.SHARE, positive=True
    )


def _by_group(facts: Facts, each: Column) -> Column:
    """Add up a column by group; unknown where nobody else of the group is there.

    Who is not yet a customer on the day brings neither limit nor orders.
    """
    if not facts.has(_GROUP):
        return each
    group = facts.latest("customers", "group_id")
    named = group.is_known()
    values = np.where(each.is_known(), each.values, 0)
    sums = np.zeros(int(group.values.max(initial=-1)) + 2, dtype=np.int64)
    code = np.where(named, group.values, -1)
    np.add.at(sums, code, values * facts.population())
    alone = facts.n == 1 and not facts.is_part
    known: NDArray[np.bool_] = np.where(named, not alone, each.is_known())
    return Column(
        np.where(named, sums[code], values), each.unit, None if known.all() else known
    )


def _group_exposure(facts: Facts, window: Window) -> Column:
    return _by_group(facts, facts.measure(EXPOSURE, window))


def _group_utilisation(facts: Facts, window: Window) -> Column:
    limit = _by_group(facts, facts.measure(CREDIT_LIMIT, window))
    return _used(_group_exposure(facts, window), limit)


EXPOSURE = Feature(
    code="exposure",
    unit=Unit.MONEY,
    title=Title(zh="信用敞口", en="Exposure"),
    formula="open_receivable + open_orders; open orders that nobody declared are 0",
    needs=SETTLED,
    also=(*WRITTEN_OFF, _ORDERS),
    compute=_exposure,
    better="lower",
    lever="lower",
)

_LIMITED = (*SETTLED, "customers.credit_limit")
_ALONE = Title(
    zh="属于某集团而数据中只有它一个客户",
    en="where it names a group and the ledger holds it alone",
)

FEATURES = (
    EXPOSURE,
    Feature(
        code="utilisation",
        unit=Unit.SHARE,
        title=Title(zh="授信占用率", en="Use of the credit limit"),
        formula="exposure / credit_limit",
        needs=_LIMITED,
        also=EXPOSURE.also,
        compute=_utilisation,
        missing=(Title(zh="没有大于零的信用额度", en="without a limit above zero"),),
        better="lower",
        lever="lower",
    ),
    Feature(
        code="group_exposure",
        unit=Unit.MONEY,
        title=Title(zh="集团信用敞口", en="Exposure of the group"),
        formula="sum of exposure over the customers with the same group_id; without "
        "one, the customer's own (classify_one takes the others as group=...)",
        needs=SETTLED,
        also=(*EXPOSURE.also, _GROUP),
        compute=_group_exposure,
        together=(EXPOSURE,),
        missing=(_ALONE,),
        better="lower",
        lever="lower",
    ),
    Feature(
        code="group_utilisation",
        unit=Unit.SHARE,
        title=Title(zh="集团授信占用率", en="Use of the group's credit limits"),
        formula="group_exposure / sum of credit_limit over the customers with the same "
        "group_id, limits that nobody declared left out",
        needs=_LIMITED,
        also=(*EXPOSURE.also, _GROUP),
        compute=_group_utilisation,
        together=(EXPOSURE, CREDIT_LIMIT),
        missing=(
            _ALONE,
            Title(
                zh="集团内没有大于零的信用额度",
                en="without a limit above zero in the group",
            ),
        ),
        better="lower",
        lever="lower",
    ),
)
