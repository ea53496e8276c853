"""Buyers with seasons of which the truth is known, made from a seed.

Half of them have one season a year and half two, half a year apart, in any month. A
season begins up to five days off its month and lasts 45 to 89 days; in one of twenty it
is left out. Spends are lognormal: between customers, from season to season, and from
purchase to purchase. Now and then they buy off season. Seven in ten are customers from
the first of three years on, the others have two.
"""

import datetime as dt

import numpy as np
from attrs import frozen

import custseg as cs
from custseg.periods import day_of

__all__ = ["AS_OF", "Buyers", "made"]

AS_OF = dt.date(2026, 2, 28)
_YEARS = range(2022, 2028)


@frozen(eq=False)
class Buyers:
    """Sales of the past and of the time to come, one row each."""

    customer: np.ndarray
    day: np.ndarray
    cents: np.ndarray

    def ledger(self, *, until=AS_OF):
        """Return what is known on a day."""
        seen = self.day <= day_of(until)
        names = np.array([f"c{n:04}" for n in range(int(self.customer.max()) + 1)])
        return cs.Ledger.from_frames(
            {
                "customer_id": names[self.customer[seen]],
                "date": self.day[seen].astype("datetime64[D]"),
                "amount": self.cents[seen] / 100,
            },
            currency="CNY",
        )

    def spent(self, customer_id, first, last):
        """Return what a customer spends from one day to another, both included."""
        own = self.customer == int(customer_id.removeprefix("c"))
        return self.cents[own & (self.day >= first) & (self.day <= last)].sum() / 100


def made(rng, n, *, common=0.0, dropout=0.0, growth=0.0):
    """Make customers.

    common is the standard deviation of what a year does to all of them alike (of the
    logarithm), dropout the share that stops for good in a year, from 2025 on, and
    growth what a season brings more than that of the year before.
    """
    year_is = dict(zip(_YEARS, _lognormal(rng, common, len(_YEARS)), strict=True))
    rows = [_sales(rng, year_is, dropout, growth) for _ in range(n)]
    owner = np.repeat(np.arange(n), [len(days) for days, _ in rows])
    days, cents = (np.concatenate(one) for one in zip(*rows, strict=True))
    return Buyers(owner, days, cents)


def _lognormal(rng, sigma, size):
    """Return factors of mean 1."""
    return np.exp(rng.normal(0.0, sigma, size) - sigma**2 / 2)


def _sales(rng, year_is, dropout, growth):
    seasons = int(rng.integers(1, 3))
    peak, span = int(rng.integers(12)), int(rng.integers(45, 90))
    level = np.exp(rng.normal(7.0, 1.0))
    begins = day_of(dt.date(2023 if rng.random() < 0.7 else 2024, 1, 1))
    begins += int(rng.integers(50))
    ends = np.inf
    if dropout:
        years = rng.exponential(-1.0 / np.log1p(-dropout))
        ends = day_of(dt.date(2025, 1, 1)) + 365 * years
    days, amounts = [], []
    for year in _YEARS:
        for half in range(seasons):
            first = day_of(dt.date(year, (peak + 6 * half) % 12 + 1, 1))
            first += int(rng.integers(-5, 6))
            k = int(rng.integers(3, 7)) if rng.random() < 0.95 else 0
            much = level * year_is[year] * (1 + growth) ** (year - 2023)
            much *= _lognormal(rng, 0.35, 1)
            days.append(first + rng.integers(0, span, k))
            amounts.append(much * _lognormal(rng, 0.5, k))
        k = int(rng.poisson(1.5))
        days.append(day_of(dt.date(year, 1, 1)) + rng.integers(0, 365, k))
        amounts.append(0.6 * level * _lognormal(rng, 0.5, k))
    day, amount = np.concatenate(days), np.concatenate(amounts)
    here = (day >= begins) & (day <= ends)
    cents = np.maximum(np.rint(amount[here] * 100), 1).astype(np.int64)
    return day[here], cents
