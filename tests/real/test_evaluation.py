"""Evaluation on two real shops: worked out again with plain pandas, and what it shows.

UCI Online Retail (4,372 customers, December 2010 to 9 December 2011) and CDNOW (23,570
customers who began in early 1997, to June 1998), graded by the packaged policy. The
numbers are those of the documentation; they are facts about the data and the packaged
rules. Where a rule is changed on purpose, they are measured anew.
"""

import pandas as pd
import pytest

import custseg as cs
from custseg.evaluation.evaluating import evaluate

pytestmark = pytest.mark.real

QUARTERS = ("1997-07-01", "1997-10-01", "1998-01-01", "1998-04-01")
MARCH_ON = ("2011-03-01", "2011-06-01", "2011-09-01")


@pytest.fixture(scope="module")
def retail(data_dir):
    """The sales of the wholesaler."""
    frame = pd.read_parquet(data_dir / "uci_online_retail.parquet")
    frame = frame[frame["CustomerID"].notna()]
    return pd.DataFrame(
        {
            "customer_id": frame["CustomerID"].astype("int64").astype(str),
            "date": frame["InvoiceDate"].dt.normalize(),
            "amount": frame["Quantity"] * frame["UnitPrice"],
            "order_id": frame["InvoiceNo"].astype(str),
        }
    )


@pytest.fixture(scope="module")
def cdnow(data_dir):
    """The sales of compact discs."""
    frame = pd.read_parquet(data_dir / "cdnow_master.parquet")
    frame = frame.rename(columns={"dollar_value": "amount"})
    return frame.assign(
        customer_id=frame["customer_id"].astype(str), date=pd.to_datetime(frame["date"])
    )[["customer_id", "date", "amount"]]


def graded(sales, currency, learned, dates, until):
    """Return ledger, fitted policy and evaluation, ninety days before and after."""
    ledger = cs.Ledger.from_frames(sales, currency=currency)
    fitted = cs.load_policy("company").fit(ledger, as_of=learned)
    found = evaluate(ledger, fitted, dates=dates, days=90, until=until)
    return ledger, fitted, found


@pytest.fixture(scope="module")
def retail_year(retail):
    """Three days of the wholesaler."""
    return graded(retail, "GBP", "2011-02-28", MARCH_ON, "2011-12-10")


@pytest.fixture(scope="module")
def cdnow_year(cdnow):
    """Four quarters of compact discs."""
    return graded(cdnow, "USD", "1997-06-30", QUARTERS, "1998-07-01")


def by_hand(sales, tiers, on):
    """Return spend before and after, and who bought again, by tier, with pandas."""
    on, days = pd.Timestamp(on), pd.Timedelta(days=90)
    lines = sales.assign(cents=(sales["amount"] * 100).round().astype("int64"))
    lines = lines.merge(tiers, on="customer_id")
    before = lines[(lines["date"] >= on - days) & (lines["date"] < on)]
    after = lines[(lines["date"] >= on) & (lines["date"] < on + days)]
    ever = lines[(lines["date"] < on) & (lines["cents"] > 0)]
    again = after[(after["cents"] > 0) & after["customer_id"].isin(ever["customer_id"])]
    return pd.DataFrame(
        {
            "customers": tiers.groupby("tier").size(),
            "before": before.groupby("tier")["cents"].sum(),
            "after": after.groupby("tier")["cents"].sum(),
            "had_bought": ever.groupby("tier")["customer_id"].nunique(),
            "again": again.groupby("tier")["customer_id"].nunique(),
        }
    )


@pytest.mark.parametrize(
    ("shop", "year", "on", "seen"),
    [
        ("retail", "retail_year", "2011-03-01", "2011-02-28"),
        ("cdnow", "cdnow_year", "1997-07-01", "1997-06-30"),
    ],
)
def test_the_first_day_agrees_with_pandas(shop, year, on, seen, request):
    """Entitled tiers of the day before, and sums of cents, to the cent."""
    sales = request.getfixturevalue(shop)
    ledger, fitted, found = request.getfixturevalue(year)
    result = fitted.classify(ledger, as_of=seen)
    tiers = pd.DataFrame(
        {"customer_id": result.customer_ids, "tier": result.labels("tier")}
    )
    expected = by_hand(sales, tiers, on)
    lines = [line for line in found.lines if str(found.dates[0]) == on]
    lines = [line for line in lines if line.on == lines[0].on and line.tier != "ALL"]
    assert [line.tier for line in lines] == expected.index.tolist() == ["A", "B", "C"]
    assert [line.customers for line in lines] == expected["customers"].tolist()
    assert [line.before.spend for line in lines] == expected["before"].tolist()
    assert [line.after.spend for line in lines] == expected["after"].tolist()
    assert [line.had_bought for line in lines] == expected["had_bought"].tolist()
    assert [line.bought_again for line in lines] == expected["again"].tolist()


def column(found, name, tier):
    """Return one figure of a tier, day by day."""
    frame = found.to_pandas(total=True)
    return frame.loc[frame["tier"] == tier, name].round(4).tolist()


def test_the_best_fall_back(cdnow_year):
    """Nobody was treated, yet A falls by 20.6 to 42.6 % each time; C multiplies."""
    found = cdnow_year[2]
    assert column(found, "growth", "A") == [-0.4259, -0.2058, -0.2685, -0.2779]
    assert column(found, "growth", "C") == [28.3882, 54.3458, 44.9895, 1.2931]
    assert column(found, "growth", "ALL") == [-0.1872, 0.0417, -0.1112, -0.1966]


def test_what_the_tiers_of_cdnow_held(cdnow_year):
    """A 62 to 78 % of what followed, with 16 to 24 % of the customers."""
    found = cdnow_year[2]
    assert column(found, "customers", "A") == [3707, 5051, 5579, 5089]
    assert column(found, "share_before", "A") == [0.8773, 0.9231, 0.9416, 0.868]
    assert column(found, "share", "A") == [0.6197, 0.7037, 0.775, 0.7802]
    assert column(found, "retention", "A") == [0.4869, 0.4466, 0.4275, 0.4121]
    assert column(found, "retention", "C") == [0.0951, 0.0746, 0.0559, 0.0431]


def test_seasons_of_the_wholesaler(retail_year):
    """After Christmas every tier falls; in autumn every tier rises."""
    found = retail_year[2]
    assert column(found, "growth", "A") == [-0.1565, -0.0165, 0.3124]
    assert column(found, "growth", "B") == [-0.3997, -0.1787, 0.2445]
    assert column(found, "growth", "C") == [-0.2588, -0.1257, 1.3294]
    assert column(found, "growth", "ALL") == [-0.2442, -0.0663, 0.4033]
    assert column(found, "share", "A") == [0.5776, 0.6722, 0.6803]
    assert column(found, "retention_low", "A") == [0.8979, 0.8259, 0.8395]
    assert "held 15.32 % – 32.29 %" in found.to_text()
