"""What a customer prefers: how far its leading category stands out among its peers.

That a buyer of frozen goods spends half on seafood says little where everybody does. A
preference is a share above the usual one, and the lift says by how many times. The
usual share is the mean of the shares that the members of a policy's reference had when
it was fitted; every member counts alike, the largest too.

Few orders prove little. The customer's share is drawn towards the usual one as if that
had been seen in five more orders, so a first order seldom makes a preference.

The shares of the members are taken in steps of 2**-40 and added up as whole numbers, so
what is learned does not depend on the order of the customers.

Limits: only the leading category is looked at, the first in text order where several
lead. In a category that no member bought there is nothing to compare with. A reference
has to stay under eight million members.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.rounding import rounded
from custseg.scoring.baskets import Baskets, baskets
from custseg.scoring.features import Facts, Feature
from custseg.scoring.peers import places_of, united
from custseg.scoring.purchases import FEATURES as PURCHASES
from custseg.scoring.unknowns import NO_SALE, untold
from custseg.table import Column
from custseg.units import Unit

__all__ = ["CATEGORY_SHARES", "FEATURES", "CategoryShares", "Steps"]

CATEGORY_SHARES = "category_shares"

_PRIOR_ORDERS = 5
"""How many orders the usual share weighs."""

_STEPS = 1 << 40

_ORDERS = next(one for one in PURCHASES if one.code == "orders")


@frozen(eq=False)
class Steps:
    """The shares of the categories, added up over some members.

    Parameters
    ----------
    words : tuple of str
        The categories, in text order.
    members : int
        Members who bought and whose categories are known.
    sums : int64 array, shape (n_words,)
        In steps of 2**-40.
    """

    words: tuple[str, ...]
    members: int
    sums: NDArray[np.int64]


@frozen
class CategoryShares:
    """What part of their spend the members of a reference put into each category.

    Parameters
    ----------
    members : int
        Members with a sale in the window whose categories are known.
    shares : mapping of str to float
        The mean share of each category that one of them bought, in text order; empty
        where the members were too few.

    Examples
    --------
    >>> usual = CategoryShares(20, {"MEAT": 0.75, "SEAFOOD": 0.25})
    >>> usual.of(("FRUIT", "SEAFOOD")).tolist()
    [0.0, 0.25]
    """

    members: int = 0
    shares: Mapping[str, float] = field(factory=dict)

    @classmethod
    def survey(
        cls, facts: Facts, window: Window, members: NDArray[np.bool_]
    ) -> Steps | None:
        """Add up the shares of some customers.

        Parameters
        ----------
        facts : Facts
        window : Window
        members : bool array, shape (n_customers,)
        """
        if not facts.has("sales.category"):
            return None
        found = baskets(facts, "category", window)
        asked = members & found.is_told() & (found.told > 0)
        here = asked[found.owner]
        code, owner = found.code[here], found.owner[here]
        steps = np.rint(found.amount[here] / found.told[owner] * _STEPS)
        sums = np.zeros(len(found.words), dtype=np.int64)
        np.add.at(sums, code, steps.astype(np.int64))
        return Steps(found.words, int(np.count_nonzero(asked)), sums)

    @classmethod
    def learn(cls, surveys: Sequence[Steps | None], minimum: int) -> Self:
        """Take the mean over different customers.

        Parameters
        ----------
        surveys : sequence of Steps or None
            Of different customers, of one ledger or of several.
        minimum : int
            With fewer members who bought and whose categories are known nothing is
            learned.
        """
        there = [one for one in surveys if one is not None]
        n = sum(one.members for one in there)
        if n < max(1, minimum):
            return cls(n)
        words, places = united([one.words for one in there])
        # Whole numbers of any size: those of eight million members leave 64 bits.
        sums = np.zeros(len(words), dtype=object)
        for one, place in zip(there, places, strict=True):
            sums[place] += one.sums
        shares = sums.astype(np.float64) / float(n * _STEPS)
        pairs = zip(words, shares.tolist(), strict=True)
        return cls(n, {word: share for word, share in pairs if share > 0})

    def of(self, words: tuple[str, ...]) -> NDArray[np.float64]:
        """Return the usual share of each word of a vocabulary in text order."""
        usual = np.zeros(len(words))
        shares = tuple(self.shares.values())
        for at, place in places_of(tuple(self.shares), words):
            usual[at] = shares[place]
        return usual

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"members": self.members, "shares": dict(self.shares)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return what :meth:`to_data` wrote."""
        return cls(data["members"], dict(data["shares"]))


def _top_category_lift(facts: Facts, window: Window) -> Column:
    learned: CategoryShares | None = facts.references.get(CATEGORY_SHARES)
    if learned is None or not learned.shares:
        return facts.unknown(Unit.NUMBER)
    found = baskets(facts, "category", window)
    usual = np.zeros(facts.n)
    leads = _leaders(found)
    usual[found.owner[leads]] = learned.of(found.words)[found.code[leads]]
    known = (usual > 0) & found.is_told()
    share = found.largest() / np.where(known, found.told, 1)
    orders = facts.measure(_ORDERS, window).values
    drawn = (orders * share + _PRIOR_ORDERS * usual) / (orders + _PRIOR_ORDERS)
    lift = rounded(drawn / np.where(known, usual, 1.0))
    return Column(lift, Unit.NUMBER, None if known.all() else known)


def _leaders(found: Baskets) -> NDArray[np.int64]:
    """Return the group of the largest sum of each customer; of equal ones the first."""
    largest = np.flatnonzero(found.amount == found.largest()[found.owner])
    _, first = np.unique(found.owner[largest], return_index=True)
    return largest[first]


FEATURES = (
    Feature(
        code="top_category_lift",
        unit=Unit.NUMBER,
        title=Title(zh="最大品类偏好倍数", en="Lift of the leading category"),
        formula="p / q; q the mean share of that category among the reference when "
        "the policy was fitted, p = (orders x top_category_share + 5 q) / (orders + 5)",
        needs=("sales.amount", "sales.category"),
        compute=_top_category_lift,
        windowed=True,
        missing=(
            NO_SALE,
            Title(
                zh="参照客户无人购买该品类",
                en="where nobody of the reference bought the category",
            ),
            untold("品类", "category"),
        ),
        lever="both",
        references=(CATEGORY_SHARES,),
        least=0,
        daily="same",
    ),
)
