"""What to offer to whom: for each customer the categories that its peers buy.

The table is for the sales person: a few categories for each customer, the best first,
with the three numbers that speak for them. What peers buy, what goes with what and what
it earns was learned when the policy was fitted, so nobody's offers change because
others bought something. How they are ranked is said in :mod:`custseg.scoring.offers`.

Whoever misses a category that is common among the peers (the feature ``category_gap``)
gets a row, also where too few bought it for its lift to be known: then the share of
the peers has to speak for it.

Limits: with fewer customers in the reference than the policy's minimum nothing is
learned, and the table has no rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from custseg.asking import check_ids
from custseg.errors import Problem, SettingError
from custseg.framing import headed
from custseg.labels import Language
from custseg.languages import check_language
from custseg.ledger import Ledger
from custseg.measuring import divided
from custseg.results import CustomerResult, Result
from custseg.scoring.features import Facts
from custseg.scoring.offers import COMMON_SHARE, offers
from custseg.scoring.pairs import CATEGORY_PAIRS, CategoryPairs
from custseg.scoring.peers import CATEGORY_BUYERS, CategoryBuyers
from custseg.table import Array

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cross_sell"]

_NOTHING = {
    "customer_id": np.empty(0, dtype=object),
    "rank": np.empty(0, dtype=np.int64),
    "category": np.empty(0, dtype=object),
    "share_of_peers": np.empty(0),
    "lift": np.empty(0),
    "margin_share": np.empty(0),
}
"""The columns of the table, without a row."""


def cross_sell(
    result: Result | CustomerResult,
    customer_ids: Iterable[object] | None = None,
    *,
    top: int = 3,
    at_least: float = COMMON_SHARE,
    language: Language | None = None,
) -> pd.DataFrame:
    """Return the categories that peers buy and a customer does not, the best first.

    Parameters
    ----------
    result : Result or CustomerResult
        Of a policy that looks at ``category_gap``, whose fit learned who buys what; or
        worked out with the feature ``next_category``, which makes the fit learn what
        is bought together and what it earns too.
    customer_ids : iterable of ids, or None
        In the order wanted; None gives all customers of the result.
    top : int, >= 1
        Categories for each customer, at most.
    at_least : float, over 0 up to 1
        The part of the reference who have to buy a category, to nine decimals.
    language : {"zh", "en"} or None
        Of the headings; None gives the names that a program reads.

    Returns
    -------
    pandas.DataFrame
        ``customer_id``, ``rank`` from 1, ``category``, ``share_of_peers`` who buy it,
        ``lift`` given what the customer buys (1 is no more than others; NaN where it
        was not learned, with too few buyers or without ``next_category``) and
        ``margin_share`` of the category among the peers (NaN where no cost is known,
        or without ``next_category``). No row for who buys everything that is common.

    Raises
    ------
    UnknownCustomer
        When there is no such customer on that day.
    SettingError
        When it was not learned who buys what, or something is out of range.

    Examples
    --------
    >>> import custseg as cs
    >>> lines = [(f"c{n:02}", kind, 100, 60 if kind == "TAP" else 90)
    ...          for n in range(20) for kind in ("PIPE", "TAP", "TILE")]
    >>> lines += [("new", "PIPE", 100, 90)]
    >>> names = ("customer_id", "category", "amount", "cost")
    >>> sales = dict(zip(names, map(list, zip(*lines))))
    >>> sales["date"] = ["2026-06-01"] * len(lines)
    >>> result = cs.segment(sales, as_of="2026-06-30", currency="CNY",
    ...                     features=["next_category"])
    >>> table = cross_sell(result, ["new"])
    >>> table[["rank", "category", "margin_share"]].values.tolist()
    [[1, 'TAP', 0.4], [2, 'TILE', 0.1]]
    """
    if isinstance(result, CustomerResult):
        result = result.result
    if language is not None:
        check_language(language)
    _check_range(top, at_least)
    learned = _learned(result)
    import pandas as pd  # noqa: PLC0415 - heavy

    window = result.plan.policy.basis.window
    words = np.array(learned.words, dtype=object)
    found: dict[str, list[Array]] = {name: [none] for name, none in _NOTHING.items()}
    for ledger, names in _looked_at(result, customer_ids):
        facts = _facts(result, ledger)
        best = offers(facts, window, learned, at_least=at_least, top=top)
        ids = ledger.customer_ids.tolist()
        asked = np.array([one in names for one in ids], dtype=np.bool_)
        here = asked[best.owner]
        category = best.category[here]
        found["customer_id"].append(ledger.customer_ids[best.owner[here]])
        found["rank"].append(best.rank[here])
        found["category"].append(words[category])
        found["share_of_peers"].append(learned.share_of_peers[category])
        found["lift"].append(best.lift[here])
        found["margin_share"].append(learned.margin_share[category])
    frame = pd.DataFrame({name: np.concatenate(some) for name, some in found.items()})
    return headed(frame, language)


def _learned(result: Result) -> CategoryPairs:
    references = result.learned.references
    learned = references.get(CATEGORY_PAIRS)
    buyers = references.get(CATEGORY_BUYERS)
    if learned is None and isinstance(buyers, CategoryBuyers):
        learned = CategoryPairs.of_shares(buyers)
    if not isinstance(learned, CategoryPairs):
        raise SettingError(
            Problem(
                "it was not learned which categories are bought",
                where="cross_sell",
                hint="pass features=['next_category'] to segment, or to fit and "
                "classify",
            )
        )
    if "category" not in result.ledger.tables.given["sales"].names:
        raise SettingError(
            Problem(
                "the sales of the result have no category",
                where="cross_sell",
                hint="name the column that holds it: columns=cs.Columns(category=...)",
            )
        )
    return learned


def _check_range(top: object, at_least: Any) -> None:
    if isinstance(top, bool) or not isinstance(top, int) or top < 1:
        raise SettingError(
            Problem(
                "how many categories for each customer is no whole number above zero",
                where="top",
                got=repr(top),
                allowed="1, 2, 3, ...",
            )
        )
    is_number = isinstance(at_least, int | float) and not isinstance(at_least, bool)
    if not is_number or not 0 < at_least <= 1:
        raise SettingError(
            Problem(
                "the part of the peers is no share",
                where="at_least",
                got=repr(at_least),
                allowed="over 0, up to 1, such as 0.4",
            )
        )


def _facts(result: Result, ledger: Ledger) -> Facts:
    policy = result.plan.policy
    return Facts(ledger, result.as_of, policy.basis.fiscal, policy.seller)


def _looked_at(
    result: Result, customer_ids: Iterable[object] | None
) -> Iterator[tuple[Ledger, set[str]]]:
    """Yield ledgers, and who of their customers is asked about."""
    if customer_ids is None:
        names = set(result.customer_ids.tolist())
        for ledger in divided(result.ledger):
            yield ledger, names
        return
    check_ids(customer_ids)
    for name in [result.customer(one).customer_id for one in customer_ids]:
        yield result.ledger.only(name), {name}
