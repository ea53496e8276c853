"""What holds for every evaluation: it adds up, and knows no order and no later day."""

import datetime as dt
import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custseg as cs
from custseg.adapters.stores import open_journal
from custseg.evaluation.evaluating import evaluate
from custseg.journal.entries import Batch, Decision
from custseg.policy import Policy
from custseg.rules.files.loader import policy_from_text
from six_customers import DAYS, TEXT, UNTIL, columns

POLICY = Policy(policy_from_text(TEXT))
FIRST = dt.date(2026, 1, 1)
DATES = ("2026-02-01", "2026-02-20", "2026-03-02", "2026-03-03")
FEW = settings(max_examples=25)


def population(seed):
    """Return rows of sales, costs, feedback and effort of up to thirty customers."""
    rng = random.Random(seed)  # noqa: S311

    def day():
        return str(FIRST + dt.timedelta(days=rng.randrange(90)))

    names = [f"c{number}" for number in range(rng.randrange(1, 31))]
    sales = [("c0", "2026-01-01", 1.0, 1.0), ("c0", "2026-03-31", 1.0, 1.0)]
    costs, feedback = [], []
    for name in names:
        for _ in range(rng.choice([1, 2, 5, 12])):
            amount = rng.choice([rng.randrange(1, 9000), -rng.randrange(1, 500)]) / 100
            sales.append((name, day(), amount, rng.choice([None, amount / 2])))
        costs.append((name, day(), rng.choice(["service", "rebate"]), 1.25))
        feedback.append((name, day(), 4.0, rng.choice([None, "late"])))
    effort = {
        "customer_id": names,
        "effort": [rng.randrange(900) / 7 for _ in names],
    }
    rng.shuffle(sales)
    return sales, costs, feedback, effort


def ledger_of(sales, costs, feedback):
    """Return the ledger of rows."""
    return cs.Ledger.from_frames(
        columns(("customer_id", "date", "amount", "cost"), sales),
        costs=columns(("customer_id", "date", "kind", "amount"), costs),
        feedback=columns(("customer_id", "date", "csat", "complaint"), feedback),
        currency="CNY",
    )


def evaluated(rows, fitted=None):
    """Return the evaluation of four days, two of which half the data would cover."""
    *tables, effort = rows
    ledger = ledger_of(*tables)
    fitted = fitted or POLICY.fit(ledger, as_of="2026-01-31")
    return evaluate(
        ledger, fitted, dates=DATES, days=DAYS, until=UNTIL, effort=effort
    ), fitted


@FEW
@given(st.integers(0, 10**6))
def test_tiers_add_up_to_everybody(seed):
    """Customers, spend, orders, margin, costs, complaints and effort; shares to one."""
    found, _ = evaluated(population(seed))
    frame = found.to_pandas(total=True)
    for _, lines in frame.groupby("date"):
        tiers, whole = lines[lines["tier"] != "ALL"], lines[lines["tier"] == "ALL"]
        for name in ("customers", "had_bought", "bought_again", "margin_customers"):
            assert tiers[name].sum() == whole[name].sum()
        for name in ("spend_before", "spend", "service_cost", "effort", "margin"):
            assert tiers[name].sum() == pytest.approx(whole[name].sum(), abs=1e-9)
        if whole["share"].notna().all():
            assert tiers["share"].sum() == pytest.approx(1, abs=1e-12)
    assert str(found.dates_left_out[-1]) == "2026-03-03"


@FEW
@given(st.integers(0, 10**6))
def test_order_of_rows(seed):
    """Rows of every table the other way round: the same, bit for bit."""
    sales, costs, feedback, effort = population(seed)
    found, fitted = evaluated((sales, costs, feedback, effort))
    turned = {name: column[::-1] for name, column in effort.items()}
    other, _ = evaluated((sales[::-1], costs[::-1], feedback[::-1], turned), fitted)
    assert other.lines == found.lines
    assert other.to_text() == found.to_text()


@FEW
@given(st.integers(0, 10**6), st.integers(0, 60))
def test_later_events_change_nothing(seed, later):
    """Sales, costs and complaints from the end on, of old and new customers."""
    sales, costs, feedback, effort = population(seed)
    found, fitted = evaluated((sales, costs, feedback, effort))
    day = str(dt.date.fromisoformat(UNTIL) + dt.timedelta(days=later))
    more = (
        [*sales, ("c0", day, 700.0, None), ("later", day, 9.0, None)],
        [*costs, ("c0", day, "service", 70.0)],
        [*feedback, ("c0", day, None, "late")],
    )
    other, _ = evaluated((*more, effort), fitted)
    assert other.lines == found.lines
    assert other.to_text() == found.to_text()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_tiers_at_random_hold_their_share_of_the_customers(seed):
    """Of 4,000 customers three tiers drawn by lot: what they hold is what they are.

    One spends 1 to 100, evenly: the mean is 50.5, the standard deviation 28.9, 0.572 of
    it. Half of them buy, so the share of half the customers has a standard error of
    sqrt(1 / 4 / 2,000) x sqrt(1 + 0.572^2) = 0.0129; three of them are allowed. The
    part of 800 who buy again has one of sqrt(1 / 4 / 800) = 0.0177; four are allowed.
    """
    rng = np.random.default_rng(seed)
    n = 4000
    names = [f"c{number:04}" for number in range(n)]
    rows = [(name, "2026-01-10", 10.0, None) for name in names]
    again = rng.random(n) < 0.5
    spends = rng.integers(1, 101, n).tolist()
    rows += [
        (name, "2026-03-10", float(spend), None)
        for name, spend, buys in zip(names, spends, again, strict=True)
        if buys
    ]
    ledger = cs.Ledger.from_frames(
        columns(("customer_id", "date", "amount", "cost"), rows), currency="CNY"
    )
    tiers = rng.choice(["A", "B", "C"], n, p=[0.2, 0.3, 0.5]).tolist()
    journal = open_journal(":memory:")
    batch = Batch(
        "review",
        key="lot",
        valid_on="2026-02-01",
        based_on=journal.head(),
        decisions=[
            Decision(name, before=None, after=tier, action="FIRST")
            for name, tier in zip(names, tiers, strict=True)
        ],
    )
    journal.commit(batch, recorded_at=dt.datetime(2026, 2, 1, 9, tzinfo=dt.UTC))
    fitted = POLICY.fit(ledger, as_of="2026-01-31")
    found = evaluate(
        ledger, fitted, dates="2026-02-01", days=40, until="2026-04-01", journal=journal
    )
    frame = found.to_pandas().set_index("tier")
    people = frame["customers"] / n
    assert (frame["share"] - people).abs().max() < 3 * 0.0129
    assert (frame["retention"] - 0.5).abs().max() < 4 * 0.0177
    inside = (frame["retention_low"] <= again.mean()) & (
        again.mean() <= frame["retention_high"]
    )
    assert inside.sum() >= 2
    assert pd.isna(frame["growth"]).all()
