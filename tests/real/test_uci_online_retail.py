"""UCI Online Retail, whole: a British wholesaler of gifts, December 2010 to 2011.

Everything is worked out a second time here, with plain pandas and Python integers, and
must agree to the penny. Facts about the file are those that its publisher and the
project's list of data sets state: 541,909 rows, 4,372 customers, 135,080 rows without a
customer, 9,747,747.934 pounds in all (Daqing Chen, UCI Machine Learning Repository,
data set 352).
"""

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pandas as pd
import pytest

import custseg as cs

pytestmark = pytest.mark.real

AS_OF = pd.Timestamp("2011-12-10")
CENT = Decimal("0.01")

SEGMENTS = {
    (5, 5): "CHAMPIONS", (5, 4): "CHAMPIONS", (5, 3): "LOYAL",
    (5, 2): "POTENTIAL_LOYALIST", (5, 1): "NEW",
    (4, 5): "CHAMPIONS", (4, 4): "CHAMPIONS", (4, 3): "LOYAL",
    (4, 2): "POTENTIAL_LOYALIST", (4, 1): "PROMISING",
    (3, 5): "LOYAL", (3, 4): "LOYAL", (3, 3): "NEED_ATTENTION",
    (3, 2): "ABOUT_TO_SLEEP", (3, 1): "ABOUT_TO_SLEEP",
    (2, 5): "AT_RISK", (2, 4): "AT_RISK", (2, 3): "AT_RISK",
    (2, 2): "HIBERNATING", (2, 1): "HIBERNATING",
    (1, 5): "CANT_LOSE", (1, 4): "CANT_LOSE", (1, 3): "AT_RISK",
    (1, 2): "LOST", (1, 1): "LOST",
}  # fmt: skip


@pytest.fixture(scope="module")
def lines(data_dir):
    """The file as it is, and the amount of each line."""
    frame = pd.read_parquet(data_dir / "uci_online_retail.parquet")
    return frame.assign(amount=frame["Quantity"] * frame["UnitPrice"])


@pytest.fixture(scope="module")
def result(lines):
    """The segmentation of the whole file."""
    return cs.segment(
        lines,
        as_of="2011-12-10",
        columns=cs.Columns(
            customer_id="CustomerID",
            date="InvoiceDate",
            order_id="InvoiceNo",
            quantity="Quantity",
        ),
        currency="GBP",
    )


def pence(amounts):
    """Return amounts in pence, half to even, by way of their decimal spelling."""
    distinct = {one: Decimal(repr(one)) for one in set(amounts.tolist())}
    exact = {
        one: int(value.quantize(CENT, ROUND_HALF_EVEN) * 100)
        for one, value in distinct.items()
    }
    return amounts.map(exact).astype("int64")


@pytest.fixture(scope="module")
def expected(lines):
    """Facts per customer, worked out with plain pandas."""
    known = lines[lines["CustomerID"].notna()]
    known = pd.DataFrame(
        {
            "customer": known["CustomerID"].astype("int64").astype(str),
            "day": known["InvoiceDate"].dt.normalize(),
            "order": known["InvoiceNo"].astype(str),
            "pence": pence(known["amount"]),
            "units": known["Quantity"].astype("int64"),
        }
    )
    year = known[known["day"] > AS_OF - pd.Timedelta(days=365)]
    sales, sales_in_year = known[known["pence"] > 0], year[year["pence"] > 0]
    by = "customer"
    facts = pd.DataFrame(index=pd.Index(sorted(known[by].unique()), name=by))
    facts["spend"] = year.groupby(by)["pence"].sum()
    early = known[known["day"] <= AS_OF - pd.Timedelta(days=365)]
    facts["before"] = early.groupby(by)["pence"].sum()  # the file begins 9 days earlier
    facts["units"] = year.groupby(by)["units"].sum()
    facts["orders"] = sales_in_year.groupby(by)["order"].nunique()
    facts["days"] = sales_in_year.groupby(by)["day"].nunique()
    facts = facts.fillna(0).astype("int64")
    facts["ever"] = sales.groupby(by)["order"].nunique()
    last, first = sales.groupby(by)["day"].max(), sales.groupby(by)["day"].min()
    facts["recency"] = (AS_OF - last).dt.days
    facts["tenure"] = (AS_OF - first).dt.days
    return facts


def fifths(values, reference):
    """Return min(5, 1 + floor(5 pct)) by average ranks, in whole numbers."""
    twice = (2 * values[reference].rank(method="average") - 1).astype("int64")
    score = 1 + 5 * twice // (2 * int(reference.sum()))
    return score.clip(upper=5).reindex(values.index).fillna(1).astype("int64")


def test_the_file_is_the_published_one(lines):
    """Rows, customers and the sum of all amounts are the published figures."""
    assert len(lines) == 541_909
    assert lines["CustomerID"].nunique() == 4_372
    assert lines["amount"].sum() == pytest.approx(9_747_747.934, abs=1e-3)


def test_the_account_of_the_rows_closes(result, lines):
    """Every row is used or dropped; what is odd is counted, rounding too."""
    report = result.quality
    assert report.rows_in["sales"] == 541_909
    assert report.closes()
    assert report.count("missing_customer") == 135_080
    known = lines[lines["CustomerID"].notna()]
    longer = known["amount"].map(
        lambda one: -Decimal(repr(one)).as_tuple().exponent > 2
    )
    exact = known.loc[longer, "amount"]
    # More decimals than pence, not counting what floats leave behind the ninth.
    true = [one for one in exact if round(one, 2) != round(one, 9)]
    assert report.count("rounded_amount") == len(true)
    # 40 lines are worth nothing, and four of a tenth of a penny are rounded to it.
    assert (known["amount"] == 0).sum() == 40
    assert report.count("zero_amount") == (pence(known["amount"]) == 0).sum() == 44


def test_features_agree_to_the_penny(result, expected):
    """Spend, quantity, orders, days and recency of every customer."""
    table = result.outcome.table
    assert result.customer_ids.tolist() == expected.index.tolist()
    pairs = {
        "spend": "spend",
        "orders": "orders",
        "purchase_days": "days",
    }
    for name, theirs in pairs.items():
        assert table[name].known is None
        np.testing.assert_array_equal(table[name].values, expected[theirs])
    np.testing.assert_array_equal(table["quantity"].values, expected["units"] * 10_000)
    ever = expected["ever"].fillna(0).to_numpy()
    np.testing.assert_array_equal(table["lifetime_orders"].values, ever)
    for name, theirs in {
        "days_since_last_sale": "recency",
        "tenure_days": "tenure",
    }.items():
        known = table[name].is_known()
        np.testing.assert_array_equal(known, expected[theirs].notna())
        np.testing.assert_array_equal(
            table[name].values[known], expected.loc[known, theirs]
        )


@pytest.fixture(scope="module")
def scores(expected):
    """R, F and M of every customer."""
    buyers = expected["orders"] >= 1
    return pd.DataFrame(
        {
            "recency": fifths(-expected["recency"], buyers),
            "frequency": fifths(expected["orders"], buyers),
            "monetary": fifths(expected["spend"], buyers),
        }
    )


def test_rfm_scores_and_segments_agree(result, scores):
    """The scores of average ranks, and the segment that each pair of them names."""
    table = result.outcome.table
    for name in scores:
        np.testing.assert_array_equal(table[f"{name}_score"].values, scores[name])
    both = (scores["frequency"] + scores["monetary"] + 1) // 2
    named = [SEGMENTS[pair] for pair in zip(scores["recency"], both, strict=True)]
    assert result.labels("rfm").tolist() == named
    lines = {line.code: line.customers for line in result.summary()["rfm"].lines}
    counts = pd.Series(named).value_counts()
    assert {code: n for code, n in lines.items() if n} == counts.to_dict()


def test_value_labels_agree(result, expected):
    """HIGH and MEDIUM by the mid-rank percentile of spend among buyers of the year."""
    buyers = expected["orders"] >= 1
    n = int(buyers.sum())
    twice = (2 * expected["spend"][buyers].rank() - 1).astype("int64")
    bars = {
        share: expected["spend"][buyers][twice * 10 >= share * 2 * n].min()
        for share in (8, 5)
    }
    spend = expected["spend"]
    named = np.where(
        spend >= bars[8], "HIGH", np.where(spend >= bars[5], "MEDIUM", "LOW")
    )
    assert result.labels("value").tolist() == named.tolist()


def midranks(values, reference):
    """Return the part of a reference with less, and half of that with the same."""
    of = np.sort(values[reference].dropna().to_numpy(dtype=float))
    less = np.searchsorted(of, values.to_numpy(dtype=float), side="left")
    most = np.searchsorted(of, values.to_numpy(dtype=float), side="right")
    return pd.Series((less + most) / (2 * len(of)), index=values.index)


def test_importance_agrees(result, expected):
    """Spend, orders, and a potential of growth and recency: the file has no categories.

    Who bought in the first nine days has a year before to grow from. The percentiles of
    the potential come from at most 1,001 frozen points, so within a tenth of a point of
    the bar either answer will do.
    """
    buyers = expected["orders"] >= 1
    spend, orders = expected["spend"], expected["orders"]
    before = expected["before"].where(expected["before"] > 0)
    growth = midranks((spend - before) / before, buyers)
    fresh = 1 - midranks(expected["recency"], buyers)
    potential = 100 * (50 * growth + 20 * fresh) / 70
    potential = potential.where(before.notna() & expected["recency"].notna())
    of_spend = midranks(spend, buyers)
    high, middle = of_spend >= 0.8, of_spend >= 0.5
    named = np.where(middle, "ORDINARY", "MINOR")
    named = np.where(~high & (potential >= 70), "HIGH_POTENTIAL", named)
    named = np.where(high & (midranks(orders, buyers) >= 0.5), "IMPORTANT", named)
    sure = ~((potential - 70).abs() < 0.1).to_numpy()
    assert sure.sum() > 4_360
    assert (named == "HIGH_POTENTIAL").sum() > 10
    assert result.labels("importance")[sure].tolist() == named[sure].tolist()


def test_abc_labels_agree(result, expected):
    """A and B by the share of the buyers' positive total held above each spend."""
    buyers = expected[(expected["orders"] >= 1) & (expected["spend"] > 0)]["spend"]
    total = int(buyers.sum())
    held = {value: int(buyers[buyers > value].sum()) for value in buyers.unique()}
    bar_a = min(value for value, above in held.items() if above * 100 < 80 * total)
    bar_b = min(value for value, above in held.items() if above * 100 < 95 * total)
    spend = expected["spend"]
    named = np.where(
        spend >= bar_a, "ABC_A", np.where(spend >= bar_b, "ABC_B", "ABC_C")
    )
    assert result.labels("abc").tolist() == named.tolist()


def test_frequency_labels_agree(result, expected):
    """The six labels of frequency, told with plain comparisons."""

    def label(row):
        if not row.ever > 0:
            return "NEVER"
        if row.ever == 1 and row.tenure > 90:
            return "ONE_TIME"
        bars = ((12, "FREQUENT"), (4, "REGULAR"), (1, "INFREQUENT"))
        return next((name for bar, name in bars if row.days >= bar), "NONE_IN_WINDOW")

    named = [label(row) for row in expected.itertuples()]
    assert result.labels("frequency").tolist() == named


def test_summary_holds_the_whole_spend(result, expected):
    """Customers and spend of every family add up to those of the file."""
    for family in result.summary().families:
        assert family.customers == 4_372
        assert family.spend == expected["spend"].sum()
