"""Seasons of real customers, against plain pandas.

UCI Online Retail has 13 months, so its base has a profile and nobody a season.
Superstore (Tableau's sample, fictitious: 10,194 lines of 804 customers, 2019 to 2022)
has four years, the last of which tells what a forecast was worth.
"""

import numpy as np
import pandas as pd
import pytest

import custseg as cs
from custseg.forecasting import season_forecast
from custseg.periods import as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.purchases import LIFETIME
from custseg.seasons import season_profile

pytestmark = pytest.mark.real


def told(ledger, name, as_of):
    """Return a feature as a series by customer, without those it is unknown for."""
    column = Facts(ledger, as_day(as_of)).measure(CATALOGUE[name], LIFETIME)
    series = pd.Series(column.values, index=ledger.customer_ids)
    return series[column.is_known()]


@pytest.fixture(scope="module")
def retail(data_dir):
    """Online Retail, the lines with a customer, under canonical names."""
    frame = pd.read_parquet(data_dir / "uci_online_retail.parquet")
    frame = frame[frame["CustomerID"].notna()]
    return pd.DataFrame(
        {
            "customer_id": frame["CustomerID"].astype("int64").astype(str),
            "date": frame["InvoiceDate"].dt.normalize(),
            "amount": (frame["Quantity"] * frame["UnitPrice"]).round(2),
        }
    )


@pytest.fixture(scope="module")
def superstore(data_dir):
    """Superstore under canonical names."""
    frame = pd.read_parquet(data_dir / "superstore.parquet")
    return pd.DataFrame(
        {
            "customer_id": frame["Customer ID"].astype(str),
            "date": pd.to_datetime(frame["Order Date"]),
            "amount": frame["Sales"].round(2),
        }
    )


def test_online_retail_peaks_in_autumn(retail):
    """The gifts of a whole year, December 2010 to November 2011, by group sums."""
    ledger = cs.Ledger.from_frames(retail, currency="GBP")
    profile = season_profile(ledger, as_of="2011-12-10")
    assert profile.base_months == 12
    year = retail[retail["date"] < "2011-12-01"]
    spend = year.groupby(year["date"].dt.month)["amount"].sum()
    assert (profile.base_spend / 100).tolist() == pytest.approx(spend.tolist())
    sold = year[year["amount"] > 0].drop_duplicates(["customer_id", "date"])
    days = sold["date"].dt.month.value_counts().sort_index()
    assert profile.base_purchase_days.tolist() == days.tolist()
    for months in (profile.base_spend, profile.base_purchase_days):
        assert (np.sort(np.argsort(months)[-3:]) + 1).tolist() == [9, 10, 11]


def test_a_year_of_online_retail_makes_no_season(retail):
    """Every customer is unknown, and has a profile all the same."""
    ledger = cs.Ledger.from_frames(retail, currency="GBP")
    for name in ("season_months", "season_p", "peak_month", "next_season_spend"):
        assert told(ledger, name, "2011-12-10").empty
    profile = season_profile(ledger, as_of="2011-12-10")
    assert profile.months.max() == 12
    rows = profile.purchase_days.sum(axis=1)
    assert (rows[profile.months > 0] > 0).all()
    assert not rows[profile.months == 0].any()
    forecast = season_forecast(ledger, as_of="2011-12-10")
    assert (forecast.total.customers, forecast.total.expected) == (0, None)


def test_superstore_by_group_sums(superstore):
    """Purchase days and best months of every customer, over 36 or 24 months."""
    ledger = cs.Ledger.from_frames(superstore, currency="USD")
    lines = superstore.assign(month=superstore["date"].dt.to_period("M"))
    first = lines.groupby("customer_id")["month"].min()
    history = (pd.Period("2022-12", "M") - first).map(lambda gap: gap.n) + 1
    length = history.map(lambda months: 36 if months >= 36 else 24)[history >= 24]
    assert told(ledger, "season_months", "2022-12-31").to_dict() == length.to_dict()
    assert length.value_counts().to_dict().keys() == {36, 24}
    since = pd.Period("2023-01", "M") - length.reindex(lines["customer_id"]).to_numpy(
        dtype=float, na_value=1
    ).astype(int)
    judged = lines["customer_id"].isin(length.index) & (lines["month"] >= since)
    inside = lines[judged]
    days = inside.groupby("customer_id")["date"].nunique().reindex(length.index)
    ours = told(ledger, "season_purchase_days", "2022-12-31")
    assert ours.to_dict() == days.fillna(0).astype(int).to_dict()
    spend = inside.groupby(["customer_id", inside["date"].dt.month])["amount"].sum()
    best = spend.groupby(level=0).apply(lambda months: months.nlargest(3).sum())
    share = best / spend.groupby(level=0).sum()
    ours = told(ledger, "top_months_share", "2022-12-31")
    assert ours.index.tolist() == share.index.tolist()
    np.testing.assert_allclose(ours.to_numpy(), share.to_numpy(), rtol=0, atol=1e-8)


def test_the_last_year_of_superstore_was_about_as_expected(superstore):
    """Orders without true seasons: the best months of the past bring less again.

    Their plain mean was twice what came. Drawn to the average month by what chance
    could do, the sum of all customers is 20 % too high, and 82 % of the intervals of
    80 % hold.
    """
    ledger = cs.Ledger.from_frames(superstore, currency="USD")
    forecast = season_forecast(ledger, as_of="2021-12-31")
    table = forecast.to_pandas()
    table = table[table["past_seasons"] > 0].set_index("customer_id")
    lines = superstore.join(table[["starts_on", "ends_on"]], on="customer_id")
    came = lines[lines["date"].between(lines["starts_on"], lines["ends_on"])]
    actual = came.groupby("customer_id")["amount"].sum().reindex(table.index).fillna(0)
    known = forecast.past.count > 0
    means = forecast.past.spend[known].sum(axis=1) / forecast.past.count[known] / 100
    assert len(table) > 500
    assert means.sum() / actual.sum() == pytest.approx(2.07, abs=0.05)
    assert forecast.total.expected / actual.sum() == pytest.approx(1.2, abs=0.05)
    assert forecast.total.low <= actual.sum() <= forecast.total.high
    some = table[table["past_seasons"] >= 2]
    inside = actual[some.index].between(some["low"], some["high"])
    assert inside.mean() == pytest.approx(0.82, abs=0.03)
