"""The forecast of the next season: what each seasonal buyer will spend, and all do.

Goods for a season are bought before it, so somebody has to say in January what the
spring will take. A customer's next season is expected to bring about what the same
season brought in the mean of its last two or three years, and the sum over customers
what they bring together; each with an interval. The method, and why it says "about", is
:mod:`custseg.scoring.seasonality.expected`.

Who is seasonal, a policy says: its labels are handed over as ``customers``. Without
them everybody is taken who has any peak in the year, which is more than the seasonal.

Limits: no growth is carried on, and no customer is lost: how far that leads astray was
measured, see the explanation of seasons. Seasons of different customers begin in
different months, and the total adds each customer's next one; :meth:`by_start` keeps
them apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from custseg.asking import check_ledger, row_of
from custseg.errors import Problem, SettingError
from custseg.framing import as_dates
from custseg.ledger import Ledger
from custseg.measuring import divided
from custseg.money import to_major
from custseg.periods import DISTANT_PAST, as_day, to_date
from custseg.scoring.features import Facts
from custseg.scoring.seasonality.expected import PastSeasons, expected_sum
from custseg.scoring.seasonality.months import first_day_of
from custseg.scoring.seasonality.seasons import found_of, past_of
from custseg.table import Array, Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SeasonForecast", "SeasonTotal", "season_forecast"]


@frozen(kw_only=True)
class SeasonTotal:
    """What several customers together are expected to spend in their next season.

    Parameters
    ----------
    customers : int
        Of whom something is expected, be it nothing.
    expected : float or None
        The sum over these, major unit of the currency. None where nobody has a past
        season to tell it from; of no customers at all it is 0.
    low, high : float or None
        The interval; None where nobody has two past seasons to tell it from.
    """

    customers: int
    expected: float | None
    low: float | None
    high: float | None


@frozen(eq=False, kw_only=True, repr=False)
class SeasonForecast:
    """The next season of some customers.

    Parameters
    ----------
    customer_ids : object array of str, shape (n,)
        In text order.
    as_of : int
        Days since 1970-01-01; nothing later was looked at.
    level : float
        How often an interval is meant to hold what comes: 0.8 is four times in five.
    starts, ends : int64 arrays, shape (n,)
        First and last day of each customer's next season to begin; ``DISTANT_PAST``
        where no season is known.
    past : PastSeasons
    currency : str or None
    decimals : int

    Examples
    --------
    >>> from custseg.ledger import Ledger
    >>> days = [f"{year}-{month}-{day}" for year in (2023, 2024, 2025)
    ...         for month in ("03", "04") for day in ("05", "20")]
    >>> ledger = Ledger.from_frames({"customer_id": ["a"] * 12, "date": days,
    ...                              "amount": [90.0] * 4 + [100.0] * 4 + [110.0] * 4},
    ...                             currency="CNY")
    >>> forecast = season_forecast(ledger, as_of="2026-02-28")
    >>> forecast
    SeasonForecast(1 customer as of 2026-02-28: 370.23 CNY, 283.13 to 457.32 at 80 %)
    >>> forecast.by_start()[["customers", "expected"]].round(2).values.tolist()
    [[1.0, 370.23]]
    """

    customer_ids: Array
    as_of: int
    level: float
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    past: PastSeasons
    currency: str | None
    decimals: int

    def __len__(self) -> int:
        return len(self.customer_ids)

    @property
    def date(self) -> date:
        """The day that was looked at."""
        return to_date(self.as_of)

    @cached_property
    def expected(self) -> NDArray[np.float64]:
        """Expected spend, major unit, shape (n,); NaN without a past season."""
        return self._major(np.where(self.past.count > 0, self.past.expected(), np.nan))

    @cached_property
    def low(self) -> NDArray[np.float64]:
        """Where the interval begins, at least 0; NaN under two past seasons."""
        return np.maximum(self.expected - self._major(self.past.reach(self.level)), 0)

    @cached_property
    def high(self) -> NDArray[np.float64]:
        """Where the interval ends; NaN under two past seasons."""
        return self.expected + self._major(self.past.reach(self.level))

    @cached_property
    def total(self) -> SeasonTotal:
        """The sum over all customers of whom something is expected."""
        return self._total(np.arange(len(self)))

    def _total(self, rows: Array) -> SeasonTotal:
        past = self.past.of(rows[self.past.count[rows] > 0])
        if len(rows) and not len(past.count):
            return SeasonTotal(customers=0, expected=None, low=None, high=None)
        expected, reach = expected_sum(past, self.level)
        edges = [] if reach is None else [max(expected - reach, 0.0), expected + reach]
        told = self._major(np.array([expected, *edges])).tolist()
        return SeasonTotal(
            customers=len(past.count),
            expected=told[0],
            low=told[1] if edges else None,
            high=told[2] if edges else None,
        )

    def _major(self, minor: Array) -> NDArray[np.float64]:
        return to_major(minor, self.decimals)

    def by_start(self) -> pd.DataFrame:
        """Return the sums over customers whose next season begins on the same day.

        Returns
        -------
        pandas.DataFrame
            ``starts_on``, ``customers``, ``expected``, ``low``, ``high``, by day. The
            expected add up to the total; the intervals do not.
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        days = np.unique(self.starts[self.past.count > 0])
        sums = [self._total(np.flatnonzero(self.starts == day)) for day in days]
        return pd.DataFrame(
            {
                "starts_on": as_dates(days),
                "customers": np.array([one.customers for one in sums], dtype=np.int64),
                "expected": np.array([one.expected for one in sums], dtype=np.float64),
                "low": np.array([one.low for one in sums], dtype=np.float64),
                "high": np.array([one.high for one in sums], dtype=np.float64),
            }
        )

    def to_pandas(self) -> pd.DataFrame:
        """Return one row per customer, sorted by id.

        Returns
        -------
        pandas.DataFrame
            ``customer_id`` (text), ``starts_on`` and ``ends_on`` (NaT where no season
            is known), ``past_seasons`` (0 to 3), ``expected``, ``low``, ``high`` (major
            unit, NaN where not known).
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        return pd.DataFrame(
            {
                "customer_id": pd.array(self.customer_ids, dtype="str"),
                "starts_on": as_dates(self.starts),
                "ends_on": as_dates(self.ends),
                "past_seasons": self.past.count.copy(),
                "expected": self.expected.copy(),
                "low": self.low,
                "high": self.high,
            },
            copy=False,
        )

    def __repr__(self) -> str:
        n, total = len(self), self.total
        said = f"{n:,} customer{'' if n == 1 else 's'} as of {self.date}: "
        if total.expected is None:
            return f"SeasonForecast({said}unknown)"
        unit = f" {self.currency}" if self.currency else ""
        said += f"{total.expected:,.{self.decimals}f}{unit}"
        if total.low is not None:
            said += f", {total.low:,.{self.decimals}f} to "
            said += f"{total.high:,.{self.decimals}f} at {100 * self.level:g} %"
        if total.customers < n:
            said += f"; unknown of {n - total.customers:,}"
        return f"SeasonForecast({said})"


def season_forecast(
    ledger: Ledger,
    *,
    as_of: date | str,
    customers: Iterable[object] | None = None,
    level: float = 0.8,
) -> SeasonForecast:
    """Forecast what customers will spend in their next season.

    Parameters
    ----------
    ledger : Ledger
    as_of : date or str
        Nothing later is looked at. The next season is the first to begin after it.
    customers : iterable of ids, or None
        Those whom a policy calls seasonal; None takes everybody known on the day.
    level : float, over 0 and under 1
        Of the intervals.

    Returns
    -------
    SeasonForecast

    Raises
    ------
    UnknownCustomer
        When a customer is not known on the day.
    SettingError
        When it is no ledger, no day, no level, or one id in place of several.

    Notes
    -----
    Large ledgers are gone through in parts, two at a time. Nothing is random.

    Examples
    --------
    >>> sales = {"customer_id": ["a"] * 6, "amount": [300.0] * 6,
    ...          "date": [f"{y}-{m}-10" for y in (2023, 2024, 2025)
    ...                   for m in ("03", "04")]}
    >>> ledger = Ledger.from_frames(sales, currency="CNY")
    >>> season_forecast(ledger, as_of="2026-01-15").by_start().columns.tolist()
    ['starts_on', 'customers', 'expected', 'low', 'high']
    """
    check_ledger(ledger)
    day = as_day(as_of)
    _check(customers, level)
    merged = ledger.merged_for({"sales.amount"})
    with ThreadPoolExecutor(max_workers=2) as pool:
        parts = list(pool.map(lambda part: _looked_at(part, day), divided(merged)))
    here, starts, ends, *past = (
        np.concatenate(one) for one in zip(*parts, strict=True)
    )
    rows = np.flatnonzero(here)
    table = Table(ledger.book[rows])
    if customers is not None:
        asked = {row_of(c, table, of="forecast", day=to_date(day)) for c in customers}
        rows = rows[sorted(asked)]
    return SeasonForecast(
        customer_ids=Table(ledger.book[rows]).customers,
        as_of=day,
        level=float(level),
        starts=starts[rows],
        ends=ends[rows],
        past=PastSeasons(*past).of(rows),
        currency=ledger.currency,
        decimals=ledger.decimals,
    )


def _looked_at(ledger: Ledger, day: int) -> tuple[Array, ...]:
    facts = Facts(evolve(ledger), day)
    found, past = found_of(facts), past_of(facts)
    start = found.seasons.next_start(found.months.now)
    first = first_day_of(start)
    last = first_day_of(start + found.seasons.length) - 1
    known = found.seasons.known
    return (
        facts.population(),
        np.where(known, first, DISTANT_PAST),
        np.where(known, last, DISTANT_PAST),
        past.spend,
        past.count,
        past.usual,
        past.trust,
    )


def _check(customers: object, level: object) -> None:
    if isinstance(customers, str | bytes) or not (
        customers is None or isinstance(customers, Iterable)
    ):
        raise SettingError(
            Problem(
                "expected several ids",
                where="customers",
                got=repr(customers),
                hint=f"write [{customers!r}]",
            )
        )
    is_number = isinstance(level, int | float) and not isinstance(level, bool)
    if not (is_number and 0 < level < 1):  # type: ignore[operator]
        raise SettingError(
            Problem(
                "expected a level",
                where="level",
                got=repr(level),
                allowed="a number over 0 and under 1, such as 0.8",
            )
        )
