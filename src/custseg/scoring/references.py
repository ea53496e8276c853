"""The tables that features compare with: learned from all customers, once, and frozen.

A feature such as the price position needs to know what others paid. Were others looked
up whenever it is measured, a customer's label would move because somebody else bought;
and a customer alone could not be measured at all. So each table is learned when a
policy is fitted, over the members of its reference in its window, kept with what else
the policy learned, and read from there ever after.

A new table is one class with ``learn``, ``to_data`` and ``from_data``, and one line
here; a feature names it in ``Feature.references``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from custseg.periods import Window
from custseg.scoring.features import Facts
from custseg.scoring.peers import CATEGORY_BUYERS, CategoryBuyers
from custseg.scoring.preference import CATEGORY_SHARES, CategoryShares
from custseg.scoring.prices import CATEGORY_PRICES, CategoryPrices

__all__ = ["REFERENCES", "ReferenceTable", "learn_references"]


class ReferenceTable(Protocol):
    """Something learned from many customers that a feature of one compares with."""

    @classmethod
    def learn(
        cls, facts: Facts, window: Window, members: NDArray[np.bool_], minimum: int
    ) -> Self:
        """Learn it from the members, as far as they are not fewer than the minimum."""
        ...

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        ...

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return what :meth:`to_data` wrote."""
        ...


REFERENCES: Mapping[str, type[ReferenceTable]] = {
    CATEGORY_BUYERS: CategoryBuyers,
    CATEGORY_PRICES: CategoryPrices,
    CATEGORY_SHARES: CategoryShares,
}
"""Every table by its name."""


def learn_references(
    names: Iterable[str],
    facts: Facts,
    window: Window,
    members: NDArray[np.bool_],
    *,
    minimum: int,
) -> dict[str, ReferenceTable]:
    """Learn some tables from the members of a reference.

    Parameters
    ----------
    names : iterable of str
        Keys of :data:`REFERENCES`.
    facts : Facts
        Of the day of the fit, over all customers.
    window : Window
    members : bool array, shape (n_customers,)
    minimum : int

    Returns
    -------
    dict of str to ReferenceTable
        In the order of :data:`REFERENCES`.
    """
    wanted = set(names)
    return {
        name: kind.learn(facts, window, members, minimum)
        for name, kind in REFERENCES.items()
        if name in wanted
    }
