"""Engagement: contacts that fade by half in 30 days, worked by hand."""

from datetime import date, timedelta

import numpy as np
import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

TODAY = date(2026, 6, 30)
ENGAGEMENT = CATALOGUE["engagement"]
CHANNEL = CATALOGUE["top_channel"]
SALES = {"customer_id": ["a", "b"], "date": ["2026-06-01"] * 2, "amount": [9.0, 9.0]}


def ago(days):
    """Return the day so many days before the day looked at."""
    return TODAY - timedelta(days=days)


def engagement(contacts):
    """Return the engagement of each customer, from (customer, days ago, weight...)."""
    names = ("customer_id", "date", "weight")
    rows = [(who, ago(back), *weight) for who, back, *weight in contacts]
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=False))
    ledger = cs.Ledger.from_frames(SALES, interactions=columns, currency="CNY")
    column = Facts(ledger, as_day(TODAY)).measure(ENGAGEMENT, Window.parse("30 days"))
    assert column.known is None
    return column.values.tolist()


def test_a_contact_loses_half_in_30_days():
    """Today 1, after 30 days 1/2, after 60 a quarter: 1.75; nobody met b: 0."""
    assert engagement([("a", 0), ("a", 30), ("a", 60)]) == [1.75, 0.0]


def test_days_between_decay_as_well():
    """After 15 days 2^(-1/2) = 0.707106781 is left, to nine decimals."""
    assert engagement([("a", 15)]) == [0.707106781, 0.0]


def test_a_contact_each_month_tends_to_two_and_each_week_to_six_and_more():
    """The geometric sums 1 / (1 - 2^(-30/30)) = 2 and 1 / (1 - 2^(-7/30)) = 6.696."""
    monthly = [("a", 30 * k) for k in range(40)]
    weekly = [("b", 7 * k) for k in range(200)]
    assert engagement([*monthly, *weekly]) == pytest.approx([2, 6.696], abs=1e-3)


def test_what_comes_later_is_not_seen():
    """A contact of tomorrow does not count today."""
    assert engagement([("a", -1), ("b", 0)]) == [0.0, 1.0]


def test_weights_count():
    """4 of a month ago is 2; not said is 1; below zero is nothing."""
    assert engagement([("a", 30, 4), ("a", 0, None), ("b", 0, -3)]) == [3.0, 0.0]


def test_the_order_of_the_rows_decides_nothing():
    """A sum of floats the other way round differs in its last bits, and these stay."""
    rng = np.random.default_rng(5)
    weights = rng.random(300) * 1e8  # so large that sums are not rounded
    rows = [("a", 7, weight) for weight in weights.tolist()]
    shuffled = [rows[at] for at in rng.permutation(len(rows))]
    assert engagement(rows) == engagement(shuffled)


def test_without_contacts_on_record_nothing_is_known():
    """Nobody called, or nobody wrote it down: that cannot be told."""
    result = cs.segment(SALES, as_of=TODAY, currency="CNY", features=["engagement"])
    assert not result.worked_out("engagement").is_known().any()


def leading(rows, channel=CHANNEL):
    """Return the leading channel of each customer, from (customer, ago, channel...)."""
    names = ("customer_id", "date", "channel", "weight")
    rows = [(who, ago(back), *more) for who, back, *more in rows]
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=False))
    ledger = cs.Ledger.from_frames(SALES, interactions=columns, currency="CNY")
    found = Facts(ledger, as_day(TODAY)).measure(channel, Window.parse("30 days"))
    told = zip(found.values.tolist(), found.is_known().tolist(), strict=True)
    return [found.words[code] if known else None for code, known in told]


def test_the_channel_of_the_largest_sum_leads():
    """Two visits of 60 days ago are 1/2, as a call of 30: the first in text order."""
    visits = [("a", 60, "visit"), ("a", 60, "visit")]
    assert leading([*visits, ("a", 30, "call")]) == ["call", None]
    assert leading([*visits, ("a", 31, "call"), ("b", 9, "web")]) == ["visit", "web"]


def test_channels_of_a_kind_lead_together():
    """Two social ones outweigh the web; what is of no kind leads nowhere."""
    met = [("a", 0, "web"), ("a", 0, "web"), ("a", 0, "leaflet"), ("a", 0, "leaflet"),
           ("a", 0, "leaflet"), ("a", 0, "wechat"), ("a", 0, "wechat"),
           ("a", 1, "douyin"), ("a", 0, None), ("b", 0, "leaflet")]  # fmt: skip
    kinds = {"web": "ONLINE", "wechat": "SOCIAL", "douyin": "SOCIAL"}
    assert leading(met) == ["leaflet", "leaflet"]
    assert leading(met, CHANNEL.over(kinds.get)) == ["SOCIAL", None]
    assert leading(met[:-3] + met[-1:], CHANNEL.over(kinds.get)) == ["ONLINE", None]


def test_contacts_that_name_no_channel_or_come_later_lead_nowhere():
    """Nobody knows by which channel b was met, and tomorrow's visit is not seen."""
    met = [("a", 90, "web"), ("a", -1, "visit"), ("b", 0, None)]
    assert leading(met) == ["web", None]


def test_weights_count_for_the_leading_channel_too():
    """A visit that counts three times outweighs two mails."""
    met = [("a", 0, "mail", 1), ("a", 0, "mail", 1), ("a", 0, "visit", 3)]
    assert leading([*met, ("b", 0, "web", 0.1)]) == ["visit", "web"]


def test_no_channel_leads_where_no_contact_counts_any_more():
    """Of three years ago 2^(-36.5) is left, which is 0 to nine decimals.

    The two visits would be as much as the one call, and the text order decide.
    """
    old = [("a", 1095, "visit"), ("a", 1095, "visit"), ("a", 1095, "call")]
    assert leading([*old, ("b", 0, "web")]) == [None, "web"]
    assert leading([("a", 0, "mail", 0), ("b", 0, "web", 1)]) == [None, "web"]


@pytest.mark.parametrize(
    ("interactions", "expected"),
    [
        (None, None),
        ([], 0),
        ([cs.Interaction("x", ago(30))], 0.5),
        ([cs.Interaction("x", ago(30), weight=3)], 1.5),
    ],
)
@pytest.mark.parametrize("weighted", [True, False])
def test_one_customers_engagement(interactions, expected, weighted):
    """As among all: where weights are not recorded, a record's is not looked at."""
    contacts = {"customer_id": ["a"], "date": [ago(1)], "weight": [2]}
    if not weighted:
        del contacts["weight"]
        expected = 0.5 if expected == 1.5 else expected
    ledger = cs.Ledger.from_frames(SALES, interactions=contacts, currency="CNY")
    fitted = cs.load_policy("company").fit(ledger, as_of=TODAY, features=["engagement"])
    one = fitted.classify_one(
        cs.Customer("x"),
        [],
        as_of=TODAY,
        interactions=interactions,
        features=["engagement"],
    )
    assert one.feature("engagement") == expected
