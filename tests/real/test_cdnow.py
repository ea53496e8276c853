"""CDNOW: 23,570 buyers of compact discs who began in early 1997 (Fader and Hardie).

Segmented as of the last day of the log, through a frame, a CSV file and the command
line, and checked against plain pandas. The log has 69,659 rows, 80 of them with a value
of zero (in the project's list of data sets).
"""

import csv

import numpy as np
import pandas as pd
import pytest

import custseg as cs
from custseg import cli

pytestmark = pytest.mark.real

AS_OF = pd.Timestamp("1998-06-30")
NAMES = {"amount": "dollar_value", "quantity": "number_of_cds"}


@pytest.fixture(scope="module")
def log(data_dir):
    """The log as it is."""
    return pd.read_parquet(data_dir / "cdnow_master.parquet")


@pytest.fixture(scope="module")
def result(log):
    """The segmentation of the whole log."""
    return cs.segment(
        log, as_of="1998-06-30", columns=cs.Columns(**NAMES), currency="USD"
    )


@pytest.fixture(scope="module")
def expected(log):
    """Facts per customer, worked out with plain pandas."""
    rows = pd.DataFrame(
        {
            "customer": log["customer_id"].astype(str),
            "day": pd.to_datetime(log["date"]),
            "cents": (log["dollar_value"] * 100).round().astype("int64"),
        }
    )
    year = rows[rows["day"] > AS_OF - pd.Timedelta(days=365)]
    sales = rows[rows["cents"] > 0]
    facts = pd.DataFrame(index=sorted(rows["customer"].unique()))
    facts["spend"] = year.groupby("customer")["cents"].sum()
    facts["days"] = year[year["cents"] > 0].groupby("customer")["day"].nunique()
    facts = facts.fillna(0).astype("int64")
    facts["recency"] = (AS_OF - sales.groupby("customer")["day"].max()).dt.days
    gaps = sales.drop_duplicates(["customer", "day"]).sort_values(["customer", "day"])
    gap = gaps.groupby("customer")["day"].diff().dt.days
    facts["gap"] = gap.groupby(gaps["customer"]).median()
    facts["visits"] = gaps.groupby("customer").size()
    return facts


def test_the_log_is_the_published_one(log):
    """Rows, customers and zero values are those that are stated."""
    assert len(log) == 69_659
    assert log["customer_id"].nunique() == 23_570
    assert (log["dollar_value"] == 0).sum() == 80


def test_the_account_of_the_rows_closes(result):
    """All rows are used; zeros are told, and so are identical rows, which are kept."""
    report = result.quality
    assert (report.rows_in["sales"], report.rows_used["sales"]) == (69_659, 69_659)
    assert report.closes()
    assert report.count("zero_amount") == 80
    assert report.count("identical_row") == 255


def test_features_agree(result, expected):
    """Spend, orders, days, recency and median gap of every customer."""
    table = result.outcome.table
    assert result.customer_ids.tolist() == expected.index.tolist()
    np.testing.assert_array_equal(table["spend"].values, expected["spend"])
    # Without order ids a day's sales are one order.
    np.testing.assert_array_equal(table["orders"].values, expected["days"])
    np.testing.assert_array_equal(table["purchase_days"].values, expected["days"])
    recency, gap = table["days_since_last_sale"], table["median_gap_days"]
    np.testing.assert_array_equal(recency.is_known(), expected["recency"].notna())
    known = recency.is_known()
    np.testing.assert_array_equal(recency.values[known], expected.loc[known, "recency"])
    np.testing.assert_array_equal(gap.is_known(), expected["visits"] >= 3)
    known = gap.is_known()
    np.testing.assert_array_equal(gap.values[known], expected.loc[known, "gap"])


def test_scores_agree_with_average_ranks(result, expected):
    """The frequency score is that of average ranks: many ties, one score for each."""
    buyers = expected["days"] >= 1
    twice = (2 * expected["days"][buyers].rank(method="average") - 1).astype("int64")
    score = (1 + 5 * twice // (2 * int(buyers.sum()))).clip(upper=5)
    score = score.reindex(expected.index).fillna(1).astype("int64")
    found = result.outcome.table["frequency_score"].values
    np.testing.assert_array_equal(found, score)


def test_churn_agrees(result, expected):
    """Nobody has churned: the log is 545 days long, and two years are asked for."""
    labels = result.labels("lifecycle")
    dormant = (expected["recency"] > 365).to_numpy()
    np.testing.assert_array_equal(labels == "DORMANT", dormant)
    assert not (labels == "CHURNED").any()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_command_line_gives_the_same(  # noqa: PLR0917
    log, result, expected, tmp_path, capsys, language
):
    """A CSV file through the command line: same labels and totals, files that open."""
    file = tmp_path / "cdnow.csv"
    log.to_csv(file, index=False)
    columns = [f"--column={name}={theirs}" for name, theirs in NAMES.items()]
    status = cli.main(
        [
            str(file),
            "--as-of=1998-06-30",
            "--currency=USD",
            *columns,
            f"--out={tmp_path / 'out'}",
            f"--language={language}",
        ]
    )
    said = capsys.readouterr().out
    assert status == 0
    assert "23,570" in said
    with (tmp_path / "out" / "customers.csv").open(encoding="utf-8-sig") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["customer_id"] for row in rows] == expected.index.tolist()
    assert [row["rfm"] for row in rows] == result.labels("rfm").tolist()
    cents = [round(float(row["spend"]) * 100) for row in rows]
    assert cents == expected["spend"].tolist()
    with (tmp_path / "out" / "summary.csv").open(encoding="utf-8-sig") as opened:
        tiers = [row for row in csv.DictReader(opened) if row["family"] == "tier"]
    assert sum(int(row["customers"]) for row in tiers) == 23_570
    total = sum(round(float(row["spend"]) * 100) for row in tiers)
    assert total == expected["spend"].sum()
