"""The tables that features compare with: learned from all customers, once, and frozen.

A feature such as the price position needs to know what others paid. Were others looked
up whenever it is measured, a customer's label would move because somebody else bought;
and a customer alone could not be measured at all. So each table is learned when a
policy is fitted, over the members of its reference in its window, kept with what else
the policy learned, and read from there ever after.

A new table is one class with ``survey``, ``learn``, ``to_data`` and ``from_data``, and
one line here; a feature names it in ``Feature.references``. Many customers are surveyed
in parts, and what is learned does not depend on how they are divided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, Self

import numpy as np
from attrs import evolve
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
    def survey(cls, facts: Facts, window: Window, members: NDArray[np.bool_]) -> Any:
        """Gather what some members tell; None where the columns are not there."""
        ...

    @classmethod
    def learn(cls, surveys: Sequence[Any], minimum: int) -> Self:
        """Learn it from surveys, as far as there are not too few members."""
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
    parts: Sequence[tuple[Facts, NDArray[np.bool_]]],
    window: Window,
    *,
    minimum: int,
) -> dict[str, ReferenceTable]:
    """Learn some tables from the members of a reference.

    Parameters
    ----------
    names : iterable of str
        Keys of :data:`REFERENCES`.
    parts : sequence of (Facts, bool array)
        Of the day of the fit: facts of different customers of one ledger, and who of
        them are members.
    window : Window
    minimum : int

    Returns
    -------
    dict of str to ReferenceTable
        In the order of :data:`REFERENCES`.
    """
    wanted = set(names)
    kinds = {name: kind for name, kind in REFERENCES.items() if name in wanted}

    def survey(part: tuple[Facts, NDArray[np.bool_]]) -> list[Any]:
        facts, members = evolve(part[0]), part[1]  # what is found on the way is let go
        return [kind.survey(facts, window, members) for kind in kinds.values()]

    if len(parts) == 1:
        done = [survey(parts[0])]
    else:
        with ThreadPoolExecutor(max_workers=2) as pool:  # numpy lets others run
            done = list(pool.map(survey, parts))
    return {
        name: kind.learn([one[at] for one in done], minimum)
        for at, (name, kind) in enumerate(kinds.items())
    }
