"""The year of each customer, month by month, for looking at.

Twelve numbers a customer, of purchase days and of spend, say more about a season than
any one figure; and they can be shown long before there are two years to test. So a
profile is given to everybody who has bought: of the last 36 whole months, else the last
24, else the last 12 or as many as there are since the first sale.

Limits: under 24 months a profile describes and proves nothing: with one year behind it,
growth looks like a season in autumn.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from custseg.asking import check_ledger
from custseg.errors import Problem, SettingError
from custseg.ledger import Ledger
from custseg.measuring import divided
from custseg.money import to_major
from custseg.periods import as_day
from custseg.scoring.features import Facts
from custseg.scoring.seasonality.months import (
    SPAN,
    by_calendar,
    latest,
    month_of,
    months_of,
)
from custseg.table import Array, Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SeasonProfile", "season_profile"]

_NAMES = tuple(f"{month:02}" for month in range(1, 13))


@frozen(eq=False, kw_only=True)
class SeasonProfile:
    """Purchase days and spend by calendar month.

    Parameters
    ----------
    customer_ids : object array of str, shape (n,)
        In text order: everybody known on the day.
    months : int64 array, shape (n,)
        How many whole months each row is of: 36, 24, 12 or fewer; 0 without a sale in a
        whole month.
    purchase_days : int64 array, shape (n, 12)
        Days with a sale, in January to December.
    spend : int64 array, shape (n, 12)
        Net, in minor units.
    base_months : int
        How many whole months the rows of the whole base are of.
    base_purchase_days, base_spend : int64 arrays, shape (12,)
        All customers taken together as if they were one.
    decimals : int
        Of the currency.

    Examples
    --------
    >>> ledger = Ledger.from_frames({"customer_id": ["a", "a", "b"],
    ...     "date": ["2025-09-10", "2025-10-12", "2026-03-05"],
    ...     "amount": [900.0, 100.0, 50.0]}, currency="CNY")
    >>> profile = season_profile(ledger, as_of="2026-06-30")
    >>> profile.months.tolist()
    [10, 4]
    >>> profile.to_pandas("spend")[["customer_id", "03", "09", "10"]].values.tolist()
    [['a', 0.0, 900.0, 100.0], ['b', 50.0, 0.0, 0.0]]
    """

    customer_ids: Array = field(repr=False)
    months: NDArray[np.int64] = field(repr=False)
    purchase_days: NDArray[np.int64] = field(repr=False)
    spend: NDArray[np.int64] = field(repr=False)
    base_months: int
    base_purchase_days: NDArray[np.int64]
    base_spend: NDArray[np.int64]
    decimals: int = field(repr=False)

    def __len__(self) -> int:
        return len(self.customer_ids)

    def to_pandas(
        self, of: Literal["purchase_days", "spend"] = "purchase_days"
    ) -> pd.DataFrame:
        """Return one row per customer, sorted by id.

        Parameters
        ----------
        of : {"purchase_days", "spend"}

        Returns
        -------
        pandas.DataFrame
            ``customer_id`` (text), ``months``, then ``01`` to ``12``: int64 days, or
            float64 in the major unit.

        Raises
        ------
        SettingError
            When it is neither of the two.
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        if of not in {"purchase_days", "spend"}:
            raise SettingError(
                Problem(
                    "a profile is of one of two things",
                    where="of",
                    got=repr(of),
                    allowed="'purchase_days' or 'spend'",
                )
            )
        values = self.purchase_days.copy()
        if of == "spend":
            values = to_major(self.spend, self.decimals)
        return pd.DataFrame(
            {
                "customer_id": pd.array(self.customer_ids, dtype="str"),
                "months": self.months.copy(),
                **{name: values[:, at] for at, name in enumerate(_NAMES)},
            },
            copy=False,
        )


def season_profile(ledger: Ledger, *, as_of: date | str) -> SeasonProfile:
    """Return the monthly profile of every customer, and of all together.

    Parameters
    ----------
    ledger : Ledger
    as_of : date or str
        Nothing later is looked at.

    Returns
    -------
    SeasonProfile

    Raises
    ------
    SettingError
        When it is no ledger, or no day.

    Examples
    --------
    >>> sales = {"customer_id": ["a", "a", "a"], "amount": [300.0, 100.0, 200.0],
    ...          "date": ["2025-03-10", "2025-03-20", "2025-09-10"]}
    >>> ledger = Ledger.from_frames(sales, currency="CNY")
    >>> season_profile(ledger, as_of="2026-01-15").base_purchase_days.tolist()
    [0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    """
    check_ledger(ledger)
    day = as_day(as_of)
    merged = ledger.merged_for({"sales.amount"})
    parts = [_looked_at(part, day) for part in divided(merged)]
    here, months, days, spend = (
        np.concatenate(one) for one in zip(*(rows for rows, _ in parts), strict=True)
    )
    oldest, all_days, all_spend = zip(*(whole for _, whole in parts), strict=True)
    base = _covered(np.array([max(oldest)]))
    last = int(month_of(day + 1)) - 1
    return SeasonProfile(
        customer_ids=Table(ledger.book[here]).customers,
        months=months[here],
        purchase_days=days[here],
        spend=spend[here],
        base_months=int(base[0]),
        base_purchase_days=_profile(np.sum(all_days, axis=0), base, last)[0],
        base_spend=_profile(np.sum(all_spend, axis=0), base, last)[0],
        decimals=ledger.decimals,
    )


def _looked_at(
    ledger: Ledger, day: int
) -> tuple[tuple[Array, ...], tuple[int, Array, Array]]:
    """Return the rows of some customers, and what the whole base needs of them."""
    facts = Facts(evolve(ledger), day)
    found = months_of(facts)
    grids = (found.purchases, found.spend)
    covered = _covered(found.history)
    days, spend = (_profile(grid, covered, found.last) for grid in grids)
    all_days, all_spend = (grid.sum(axis=0, keepdims=True) for grid in grids)
    oldest = int(found.history.max(initial=0))
    return (facts.population(), covered, days, spend), (oldest, all_days, all_spend)


def _profile(values: Array, months: Array, last: int) -> Array:
    return by_calendar(latest(values, months), last)


def _covered(history: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many months a profile is of, that many or more being known."""
    whole = np.where(history >= 12, history // 12 * 12, history)
    covered: NDArray[np.int64] = np.minimum(whole, SPAN)
    return covered
