"""The tables that features compare with: learned from all customers, once, and frozen.

A feature such as the price position needs to know what others paid. Were others looked
up whenever it is measured, a customer's label would move because somebody else bought;
and a customer alone could not be measured at all. So each table is learned when a
policy is fitted, over the members of its reference in its window, kept with what else
the policy learned, and read from there ever after.

A new table is one class with ``survey``, ``learn``, ``to_data`` and ``from_data``, and
one line here; a feature names it in ``Feature.references``. Many customers are surveyed
in parts, and what is learned does not depend on how they are divided: the parts may be
of several ledgers, each with words of its own.
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
from custseg.scoring.pairs import CATEGORY_PAIRS, CategoryPairs
from custseg.scoring.peers import CATEGORY_BUYERS, CategoryBuyers
from custseg.scoring.preference import CATEGORY_SHARES, CategoryShares
from custseg.scoring.prices import (
    CATEGORY_PRICES,
    PRODUCT_PRICES,
    CategoryPrices,
    ProductPrices,
)

__all__ = ["REFERENCES", "ReferenceTable", "learn_references", "survey_references"]


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
    CATEGORY_PAIRS: CategoryPairs,
    CATEGORY_PRICES: CategoryPrices,
    CATEGORY_SHARES: CategoryShares,
    PRODUCT_PRICES: ProductPrices,
}
"""Every table by its name."""


def survey_references(
    names: Iterable[str],
    parts: Sequence[tuple[Facts, NDArray[np.bool_]]],
    window: Window,
) -> tuple[tuple[Any, ...], ...]:
    """Ask the members of a reference for what some tables are learned from.

    Parameters
    ----------
    names : iterable of str
        Keys of :data:`REFERENCES`.
    parts : sequence of (Facts, bool array)
        Of the day of the fit: facts of different customers, and who of them are
        members.
    window : Window

    Returns
    -------
    tuple of tuples
        For each part, what its members tell to each table, in the order of
        :data:`REFERENCES`.
    """
    kinds = _kinds(names)

    def survey(part: tuple[Facts, NDArray[np.bool_]]) -> tuple[Any, ...]:
        facts, members = evolve(part[0]), part[1]  # what is found on the way is let go
        return tuple(kind.survey(facts, window, members) for kind in kinds.values())

    if len(parts) == 1:
        return (survey(parts[0]),)
    with ThreadPoolExecutor(max_workers=2) as pool:  # numpy lets others run
        return tuple(pool.map(survey, parts))


def learn_references(
    names: Iterable[str], surveys: Sequence[tuple[Any, ...]], *, minimum: int
) -> dict[str, ReferenceTable]:
    """Learn some tables from what the members of a reference told.

    Parameters
    ----------
    names : iterable of str
        Keys of :data:`REFERENCES`.
    surveys : sequence of tuples
        As :func:`survey_references` gives them, in any order, of parts of one ledger or
        of several.
    minimum : int

    Returns
    -------
    dict of str to ReferenceTable
        In the order of :data:`REFERENCES`.
    """
    return {
        name: kind.learn([one[at] for one in surveys], minimum)
        for at, (name, kind) in enumerate(_kinds(names).items())
    }


def _kinds(names: Iterable[str]) -> dict[str, type[ReferenceTable]]:
    wanted = set(names)
    return {name: kind for name, kind in REFERENCES.items() if name in wanted}
