"""Breadth, brands, prices, gaps and trends of real customers, against plain pandas.

Superstore (Tableau's sample, fictitious: 10,194 lines of 804 customers, 2019 to 2022),
with its sub-categories as categories and the first word of a product's name as brand;
and UCI Online Retail with its 4,000 stock codes as categories.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

import custseg as cs

pytestmark = pytest.mark.real

AS_OF = pd.Timestamp("2022-12-31")
FEATURES = (
    "categories",
    "top_category",
    "top_category_share",
    "category_breadth",
    "category_gap",
    "brands",
    "top_brand",
    "top_brand_share",
    "price_position",
    "quarterly_trend",
)


def cents(amounts):
    """Return amounts in cents, half to even, by way of their decimal spelling."""
    exact = (Decimal(repr(one)) * 100 for one in amounts.tolist())
    whole = [int(one.quantize(Decimal(1), ROUND_HALF_EVEN)) for one in exact]
    return pd.Series(whole, index=amounts.index)


@pytest.fixture(scope="module")
def lines(data_dir):
    """The lines under canonical names, in cents."""
    frame = pd.read_parquet(data_dir / "superstore.parquet")
    return pd.DataFrame(
        {
            "customer_id": frame["Customer ID"].astype(str),
            "date": pd.to_datetime(frame["Order Date"]),
            "amount": frame["Sales"],
            "cents": cents(frame["Sales"]),
            "order_id": frame["Order ID"],
            "quantity": frame["Quantity"].astype("int64"),
            "category": frame["Sub-Category"].astype(str),
            "brand": frame["Product Name"].str.split().str[0].astype(str),
        }
    )


@pytest.fixture(scope="module")
def result(lines):
    """Every feature of every customer."""
    sales = lines.drop(columns="cents")
    return cs.segment(sales, as_of="2022-12-31", currency="USD", features=FEATURES)


@pytest.fixture(scope="module")
def year(lines):
    """The sale lines of the last 365 days; the file has no returns."""
    assert (lines["cents"] > 0).all()
    return lines[lines["date"] > AS_OF - pd.Timedelta(days=365)]


def told(result, name):
    """Return a feature as a series by customer, without those it is unknown for."""
    column = result.worked_out(name)
    values = column.values
    if column.words:
        values = np.array(column.words, dtype=object)[values]
    series = pd.Series(values, index=result.customer_ids)
    return series[column.is_known()]


def agree(ours, theirs):
    """Check that two series hold the same customers and numbers."""
    theirs = theirs.sort_index()
    assert ours.index.tolist() == theirs.index.tolist()
    np.testing.assert_allclose(ours.to_numpy(), theirs.to_numpy(), rtol=0, atol=2e-9)


def entropy_breadth(spend):
    """Return the effective number of words from sums by customer and word."""
    share = spend / spend.groupby(level=0).transform("sum")
    return np.exp(-(share * np.log(share)).groupby(level=0).sum())


@pytest.mark.parametrize(
    ("word", "count"), [("category", "categories"), ("brand", "brands")]
)
def test_words(result, year, lines, word, count):
    """How many, the leading one and its share, by group sums."""
    spend = year.groupby(["customer_id", word])["cents"].sum()
    everybody = sorted(lines["customer_id"].unique())
    counts = year.groupby("customer_id")[word].nunique().reindex(everybody)
    agree(told(result, count), counts.fillna(0))
    most = spend.groupby(level=0).max()
    agree(told(result, f"top_{word}_share"), most / spend.groupby(level=0).sum())
    leads = spend[spend == most.reindex(spend.index, level=0)].reset_index()
    first = leads.sort_values(word).groupby("customer_id")[word].first().sort_index()
    assert told(result, f"top_{word}").to_dict() == first.to_dict()


def test_breadth(result, year):
    """The effective number of sub-categories."""
    spend = year.groupby(["customer_id", "category"])["cents"].sum()
    agree(told(result, "category_breadth"), entropy_breadth(spend))


def test_price_position(result, year):
    """Average ranks of the unit prices within each sub-category, weighted by cents."""
    priced = year.assign(price=year["cents"] / year["quantity"])
    by = priced.groupby("category")["price"]
    assert by.nunique().max() <= 1001  # so every rank is kept
    share = (by.rank(method="average") - 0.5) / by.transform("size")
    weighted = (share * priced["cents"]).groupby(priced["customer_id"]).sum()
    total = priced.groupby("customer_id")["cents"].sum()
    agree(told(result, "price_position"), weighted / total)


def test_category_gap(result, year, lines):
    """Of what two in five buyers buy, the part that a customer does not."""
    bought = pd.crosstab(year["customer_id"], year["category"]) > 0
    common = bought.columns[bought.mean() >= 0.4]
    assert 2 <= len(common) < 17
    everybody = sorted(lines["customer_id"].unique())
    bought = bought.reindex(everybody, fill_value=False)
    agree(told(result, "category_gap"), 1 - bought[common].mean(axis=1))


def test_quarterly_trend(result, lines):
    """Every pair of the last eight calendar quarters, from that of the first sale."""
    quarter = lines["date"].dt.to_period("Q")
    last = pd.period_range(end="2022Q4", periods=8, freq="Q")
    spend = lines.pivot_table(
        index="customer_id", columns=quarter, values="cents", aggfunc="sum"
    ).reindex(columns=last)
    first = quarter.groupby(lines["customer_id"]).min()
    expected = {}
    for name, row in spend.fillna(0).iterrows():
        own = row[last >= first[name]].to_numpy()
        pairs = list(combinations(range(len(own)), 2))
        if len(own) >= 4 and own.sum() > 0:
            slopes = [(own[j] - own[i]) / (j - i) for i, j in pairs]
            expected[name] = np.median(slopes) / own.mean()
    assert len(expected) > 700
    agree(told(result, "quarterly_trend"), pd.Series(expected))


def test_thousands_of_categories(data_dir):
    """Stock codes of Online Retail as categories, all 4,372 customers."""
    frame = pd.read_parquet(data_dir / "uci_online_retail.parquet")
    frame = frame[frame["CustomerID"].notna()]
    sales = pd.DataFrame(
        {
            "customer_id": frame["CustomerID"].astype("int64").astype(str),
            "date": frame["InvoiceDate"].dt.normalize(),
            "amount": frame["Quantity"] * frame["UnitPrice"],
            "category": frame["StockCode"].astype(str),
        }
    )
    asked = ("categories", "top_category_share", "category_breadth")
    result = cs.segment(sales, as_of="2011-12-10", currency="GBP", features=asked)
    sales["pence"] = sales["amount"].map(
        {
            one: int((Decimal(repr(one)) * 100).quantize(Decimal(1), ROUND_HALF_EVEN))
            for one in sales["amount"].unique().tolist()
        }
    )
    after = pd.Timestamp("2011-12-10") - pd.Timedelta(days=365)
    year = sales[(sales["date"] > after) & (sales["pence"] > 0)]
    spend = year.groupby(["customer_id", "category"])["pence"].sum()
    counts = (
        spend.groupby(level=0).size().reindex(sorted(sales["customer_id"].unique()))
    )
    agree(told(result, "categories"), counts.fillna(0))
    total = spend.groupby(level=0).sum()
    agree(told(result, "top_category_share"), spend.groupby(level=0).max() / total)
    agree(told(result, "category_breadth"), entropy_breadth(spend))
