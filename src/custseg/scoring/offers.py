"""What to offer a customer next: what its peers buy, and it does not.

A category is worth an offer where many peers buy it, the customer bought none of it in
the window, and it goes with what the customer does buy. The candidates are ranked by
margin and lift: by the margin share of the category times the lift, both as learned
from the members of a policy's reference (:mod:`custseg.scoring.pairs`). Of the lifts
from the categories that the customer buys the largest counts.

A lift may not have been learned: too few peers bought the category, or all that the
customer buys. Then it is unknown and ranks like 1, so that margins decide. Where the
margin of a category is not known, it comes behind those where it is; between two such
the larger lift wins, then the share of the peers, then the first in text order. Where
neither is known, the list is one of shares.

Limits: the peers are the whole reference, not customers of one type. What is never
bought together may exclude each other: a lift says what is, not why.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.rounding import rounded
from custseg.scoring.baskets import Baskets, baskets
from custseg.scoring.features import Facts, Feature
from custseg.scoring.pairs import CATEGORY_PAIRS, CategoryPairs
from custseg.scoring.unknowns import FEW_COMMON_CATEGORIES, untold
from custseg.table import Column
from custseg.units import Unit

__all__ = ["COMMON_SHARE", "FEATURES", "Offers", "offers"]

COMMON_SHARE: Final = 0.4
"""Of the peers, who have to buy a category, where nobody says otherwise."""

Ints = NDArray[np.int64]


@frozen(eq=False)
class Offers:
    """Categories to offer, the best of each customer first.

    Parameters
    ----------
    owner : int64 array, shape (n_offers,)
        The customer of each; it never falls.
    rank : int64 array, shape (n_offers,)
        From 1.
    category : int64 array, shape (n_offers,)
        Among the learned categories.
    lift : float64 array, shape (n_offers,)
        NaN where it was not learned.
    """

    owner: Ints
    rank: Ints
    category: Ints
    lift: NDArray[np.float64]


def offers(
    facts: Facts,
    window: Window,
    learned: CategoryPairs,
    *,
    at_least: float = COMMON_SHARE,
    top: int,
) -> Offers:
    """Rank what could be offered to each customer.

    Parameters
    ----------
    facts : Facts
        Of sales with a category.
    window : Window
    learned : CategoryPairs
    at_least : float, 0 to 1
        The part of the peers who have to buy a category, to nine decimals.
    top : int, >= 1
        Offers for each customer, at most.

    Returns
    -------
    Offers
        None for a customer who buys all of that, or with too many sales of which the
        category is not known.
    """
    found = baskets(facts, "category", window)
    common = np.flatnonzero(learned.share_of_peers >= round(at_least, 9))
    if not len(common):
        none = np.empty(0, dtype=np.int64)
        return Offers(none, none, none, np.empty(0))
    lift, bought = _lifts(found, learned, common)
    margin = learned.margin_share[common]
    known = ~np.isnan(margin)
    strength = np.where(np.isnan(lift), 1.0, lift)
    worth = rounded(np.where(known, margin, 0.0) * strength)
    keys = (
        np.broadcast_to(-learned.share_of_peers[common], lift.shape),
        -strength,
        -worth,
        np.broadcast_to(~known, lift.shape),
        bought,
    )
    order = np.lexsort(keys, axis=-1)[:, :top]  # of equals, the first in text order
    open_ = ~np.take_along_axis(bought, order, axis=-1) & found.is_told()[:, None]
    owner, place = np.nonzero(open_)
    which = order[owner, place]
    return Offers(owner, place + 1, common[which], lift[owner, which])


def _lifts(
    found: Baskets, learned: CategoryPairs, common: Ints
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the lift of each common category for each customer, and who bought it."""
    n = len(found.total)
    lift = np.full((n, len(common)), np.nan)
    bought = np.zeros((n, len(common)), dtype=np.bool_)
    place = learned.places(found.words)[found.code]
    met = place >= 0
    owner, place = found.owner[met], place[met]
    column = _places_in(common, len(learned.words))
    among = column[place] >= 0
    bought[owner[among], column[place[among]]] = True
    pair = _places_in(learned.paired, len(learned.words))
    here, there = pair[place] >= 0, pair[common] >= 0
    owner, place = owner[here], pair[place[here]]
    if len(owner) and there.any():
        first = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
        lift[np.ix_(owner[first], there)] = np.maximum.reduceat(
            learned.lift[:, pair[common[there]]][place], first
        )
    return lift, bought


def _places_in(some: Ints, n: int) -> Ints:
    """Return where each of n words stands among some of them, -1 where it is none."""
    places = np.full(n, -1, dtype=np.int64)
    places[some] = np.arange(len(some))
    return places


def _next_category(facts: Facts, window: Window) -> Column:
    learned: CategoryPairs | None = facts.references.get(CATEGORY_PAIRS)
    if learned is None or not learned.words or not facts.has("sales.category"):
        return facts.unknown(Unit.TEXT)
    best = offers(facts, window, learned, top=1)
    code = np.full(facts.n, -1, dtype=np.int32)
    code[best.owner] = best.category
    return Column(code, Unit.TEXT, code >= 0, learned.words)


FEATURES = (
    Feature(
        code="next_category",
        unit=Unit.TEXT,
        title=Title(zh="优先推荐品类", en="Category to offer next"),
        formula="of the categories that at least 40 % of the reference bought and the "
        "customer did not in the window, the one with the largest margin share x lift, "
        "as learned when the policy was fitted; an unknown lift counts as 1",
        needs=("sales.amount", "sales.category"),
        also=("sales.cost",),
        compute=_next_category,
        windowed=True,
        missing=(
            FEW_COMMON_CATEGORIES,
            Title(zh="常购品类已全部购买", en="where it buys all of them"),
            untold("品类", "category"),
        ),
        references=(CATEGORY_PAIRS,),
    ),
)
