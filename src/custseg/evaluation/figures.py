"""What customers did in a period, each figure worked out as a policy would.

The method: the features of the catalogue, measured over a window that is the period,
as of its last day. So spend, margin, cost of service and complaints are here what they
are everywhere, and nothing after the period is visible. Sums over customers are sums
of whole numbers.

Limits: a return counts on the day on which it came back, so a return of goods that were
sold before the day lowers what was spent after it.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.evaluation.spans import Cover
from custseg.periods import Window
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.table import Column

__all__ = ["Figures", "Sums", "figures", "sums"]


@frozen(eq=False)
class Figures:
    """What each customer of a ledger did in one period.

    Parameters
    ----------
    spend, orders : int64 arrays, shape (n_customers,)
        Net spend in minor units, and orders.
    margin : Column
        Known for whom every line in the period has a cost.
    service_cost, complaints : int64 arrays, shape (n_customers,), or None
        None where no table tells of the whole period.
    """

    spend: NDArray[np.int64]
    orders: NDArray[np.int64]
    margin: Column
    service_cost: NDArray[np.int64] | None
    complaints: NDArray[np.int64] | None


@frozen
class Sums:
    """What several customers did in one period, together.

    Parameters
    ----------
    spend, orders : int
    buyers : int
        Customers with an order.
    costed : int
        Customers of whom the margin is known.
    margin : int or None
        Of these; None where there are none.
    service_cost, complaints : int or None
        None where no table tells of the whole period.

    Examples
    --------
    >>> one = Sums(spend=900, orders=8, buyers=2, costed=0, margin=None,
    ...            service_cost=None, complaints=2)
    >>> one.complaint_rate
    0.25
    """

    spend: int
    orders: int
    buyers: int
    costed: int
    margin: int | None
    service_cost: int | None
    complaints: int | None

    @property
    def complaint_rate(self) -> float | None:
        """Complaints per order; None without orders, or where nothing is recorded."""
        if self.complaints is None or not self.orders:
            return None
        return self.complaints / self.orders


def figures(facts: Facts, window: Window, cover: Cover) -> Figures:
    """Measure one period.

    Parameters
    ----------
    facts : Facts
        Of the last day of the period.
    window : Window
        The period, as seen from that day.
    cover : Cover
    """
    begins = window.bounds(facts.as_of)[0] + 1

    def measured(code: str) -> Column:
        return facts.measure(CATALOGUE[code], window)

    def told(code: str, table: str) -> NDArray[np.int64] | None:
        feature = CATALOGUE[code]
        if not (cover.tells(table, begins) and facts.can_measure(feature)):
            return None
        values: NDArray[np.int64] = measured(code).values
        return values

    return Figures(
        measured("spend").values,
        measured("orders").values,
        measured("margin"),
        told("service_cost", "costs"),
        told("complaints", "feedback"),
    )


def sums(all_of_them: Figures, rows: NDArray[np.bool_]) -> Sums:
    """Add up some customers.

    Parameters
    ----------
    all_of_them : Figures
    rows : bool array, shape (n_customers,)
    """
    costed = rows & all_of_them.margin.is_known()
    known = bool(costed.any())
    return Sums(
        spend=int(all_of_them.spend[rows].sum()),
        orders=int(all_of_them.orders[rows].sum()),
        buyers=int((all_of_them.orders[rows] > 0).sum()),
        costed=int(costed.sum()),
        margin=int(all_of_them.margin.values[costed].sum()) if known else None,
        service_cost=_total(all_of_them.service_cost, rows),
        complaints=_total(all_of_them.complaints, rows),
    )


def _total(values: NDArray[np.int64] | None, rows: NDArray[np.bool_]) -> int | None:
    return None if values is None else int(values[rows].sum())
