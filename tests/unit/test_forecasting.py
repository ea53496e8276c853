"""The forecast of the next season, for each customer and in total, by hand."""

import math

import numpy as np
import pandas as pd
import pytest

import custseg as cs
from custseg.errors import SettingError, UnknownCustomer
from custseg.forecasting import season_forecast
from custseg.scoring.seasonality.expected import (
    PastSeasons,
    expected_sum,
    student_t,
)

# t of 80 % on both sides: 3.078 with one degree of freedom, 1.886 with two (any table).
T1, T2 = math.tan(0.4 * math.pi), 0.8 * math.sqrt(2 / 0.36)


def springs(name, amounts, month=3):
    """Return sales of one customer: so much in each last year, in three portions."""
    return [
        cs.Transaction(name, f"{2025 - back}-{month:02}-{day:02}", much / 4)
        for back, much in enumerate(amounts)
        for day in (3, 9, 15, 21)
    ]


def ledger_of(*customers):
    """Put customers into a ledger."""
    lines = [line for sales in customers for line in sales]
    frame = {
        "customer_id": [line.customer_id for line in lines],
        "date": [line.date for line in lines],
        "amount": [line.amount for line in lines],
    }
    return cs.Ledger.from_frames(frame, currency="CNY")


# Twelve days in one month: n R^2 is 12, so 1/12 of the season is drawn to an average
# month: of 900 in 36 months 25, of 4500 in 36 months 125.
A = springs("a", [300, 200, 400])
B = springs("b", [1000, 2000, 1500])
OF_A = (11 * 300 + 25) / 12
OF_B = (11 * 1500 + 125) / 12
# Eight days: 1/8; of 120 in 24 months 5.
OF_C = (7 * 60 + 5) / 8
C = [cs.Transaction("c", "2024-02-05", 1), *springs("c", [80, 40], month=6)]
ONCE = [
    cs.Transaction("once", "2026-01-05", 100),
    cs.Transaction("later", "2026-03-05", 100),
]


def sure(spend, count):
    """Return past seasons that are more than chance."""
    n = len(count)
    return PastSeasons(np.array(spend), np.array(count), np.zeros(n), np.ones(n))


def test_one_customer():
    """Three springs of 300, 200 and 400: near 300, give or take t 100 root 4/3."""
    forecast = season_forecast(ledger_of(A), as_of="2026-02-28")
    row = forecast.to_pandas().iloc[0]
    assert row[["customer_id", "past_seasons"]].tolist() == ["a", 3]
    assert row["expected"] == pytest.approx(OF_A)
    reach = T2 * 100 * math.sqrt(4 / 3)
    assert row["low"] == pytest.approx(OF_A - reach)
    assert row["high"] == pytest.approx(OF_A + reach)
    assert (row["starts_on"], row["ends_on"]) == (
        pd.Timestamp("2026-03-01"),
        pd.Timestamp("2026-03-31"),
    )


def test_two_seasons_have_one_degree_of_freedom():
    """80 and 40: near 60, give or take t 28.28 root 3/2; spend is not under 0."""
    forecast = season_forecast(ledger_of(C), as_of="2026-05-31")
    row = forecast.to_pandas().iloc[0]
    reach = T1 * math.sqrt(2 * 20**2) * math.sqrt(3 / 2)
    assert reach > 60
    assert row[["past_seasons", "expected", "low"]].tolist() == [2, OF_C, 0.0]
    assert row["high"] == pytest.approx(OF_C + reach)


def test_the_total_counts_years_not_customers():
    """Sums of the years 1300, 2200, 1900: give or take t 458.3 root 4/3."""
    total = season_forecast(ledger_of(A, B), as_of="2026-02-28").total
    reach = T2 * math.sqrt((500**2 + 400**2 + 100**2) / 2) * math.sqrt(4 / 3)
    assert total.customers == 2
    assert total.expected == pytest.approx(OF_A + OF_B)
    assert total.low == pytest.approx(OF_A + OF_B - reach)
    assert total.high == pytest.approx(OF_A + OF_B + reach)


def test_those_with_three_seasons_speak_for_the_others():
    """They hold nearly all; what the other one spends varies in proportion."""
    total = season_forecast(ledger_of(A, B, C), as_of="2026-02-28").total
    reach = T2 * math.sqrt((500**2 + 400**2 + 100**2) / 2) * math.sqrt(4 / 3)
    whole, theirs = OF_A + OF_B + OF_C, OF_A + OF_B
    assert total.customers == 3
    assert total.expected == pytest.approx(whole)
    assert total.high - whole == pytest.approx(reach * whole / theirs)


def test_where_few_have_three_seasons_two_are_asked_of_all():
    """100 of 700 have three; the last two years were 800 and 640."""
    past = sure([[120, 120, 60], [680, 520, 0]], [3, 2])
    expected, reach = expected_sum(past, 0.8)
    assert expected == 700.0
    assert reach == pytest.approx(T1 * math.sqrt(2 * 80**2) * math.sqrt(3 / 2))


def test_one_past_season_tells_no_interval():
    """It is expected again, and nobody can say how surely."""
    past = sure([[70, 0, 0]], [1])
    assert expected_sum(past, 0.8) == (70.0, None)
    assert np.isnan(past.reach(0.8)).all()


def test_sums_by_the_day_a_season_begins():
    """March and June apart; expected adds up to the total."""
    forecast = season_forecast(ledger_of(A, B, C), as_of="2026-02-28")
    table = forecast.by_start()
    assert table["starts_on"].astype(str).str[:10].tolist() == [
        "2026-03-01",
        "2026-06-01",
    ]
    assert table["customers"].tolist() == [2, 1]
    assert table["expected"].tolist() == pytest.approx([OF_A + OF_B, OF_C])
    assert table["expected"].sum() == pytest.approx(forecast.total.expected)


def test_only_those_asked_for():
    """In text order, once each, in any spelling of an id."""
    ledger = ledger_of(A, B, C)
    forecast = season_forecast(ledger, as_of="2026-02-28", customers=["c", " a ", "a"])
    assert forecast.customer_ids.tolist() == ["a", "c"]
    assert forecast.total.expected == pytest.approx(OF_A + OF_C)
    nobody = season_forecast(ledger, as_of="2026-02-28", customers=[])
    assert (len(nobody), nobody.total.expected, nobody.total.low) == (0, 0.0, None)
    assert len(nobody.to_pandas()) == len(nobody.by_start()) == 0


def test_who_has_no_season_is_listed_without_numbers():
    """Known on the day, with a history too short; who comes later is not listed."""
    forecast = season_forecast(ledger_of(A, ONCE), as_of="2026-02-28")
    table = forecast.to_pandas().set_index("customer_id")
    assert table.index.tolist() == ["a", "once"]
    assert table.loc["once", "past_seasons"] == 0
    columns = ["starts_on", "ends_on", "expected", "low", "high"]
    assert table.loc["once", columns].isna().all()
    assert forecast.total.customers == 1


def test_it_says_what_it_expects():
    """In one line, also where there is no interval and no currency."""
    said = repr(season_forecast(ledger_of(A), as_of="2026-02-28", level=0.5))
    assert said == (
        "SeasonForecast(1 customer as of 2026-02-28: 277.08 CNY, "
        "182.80 to 371.36 at 50 %)"  # t is 0.8165: 94.28
    )
    short = cs.Ledger.from_frames(
        {"customer_id": ["x"], "date": ["2026-01-01"], "amount": [1.0]}
    )
    said = repr(season_forecast(short, as_of="2026-02-28"))
    assert said == "SeasonForecast(1 customer as of 2026-02-28: unknown)"


def test_what_is_unknown_of_everybody_is_unknown_in_total():
    """With no past season of anybody nothing is expected, which is not a sum of 0."""
    forecast = season_forecast(ledger_of(ONCE), as_of="2026-02-28")
    total = forecast.total
    assert (total.customers, total.expected, total.low, total.high) == (0, *3 * [None])
    assert len(forecast.by_start()) == 0


def test_it_says_of_how_many_it_knows_nothing():
    """The sum is of one customer, 300.00, 200.00 and 400.00; of the other unknown."""
    said = repr(season_forecast(ledger_of(A, ONCE), as_of="2026-02-28", level=0.5))
    assert said == (
        "SeasonForecast(2 customers as of 2026-02-28: 277.08 CNY, "
        "182.80 to 371.36 at 50 %; unknown of 1)"
    )


def test_nobody_is_expected_to_spend_nothing():
    """Nobody was asked for, so nothing is unknown of anybody."""
    nobody = season_forecast(ledger_of(A), as_of="2026-02-28", customers=[])
    assert repr(nobody) == "SeasonForecast(0 customers as of 2026-02-28: 0.00 CNY)"


@pytest.mark.parametrize(
    ("level", "one", "two"),
    [
        (0.8, 3.078, 1.886),
        (0.9, 6.314, 2.920),
        (0.95, 12.706, 4.303),
        (0.5, 1.0, 0.816),
    ],
)
def test_student_t(level, one, two):
    """The values of every printed table of Student's t."""
    assert student_t(level, 1) == pytest.approx(one, abs=5e-4)
    assert student_t(level, 2) == pytest.approx(two, abs=5e-4)


def test_an_unknown_customer_is_refused():
    """Also one of whom nothing is known yet on the day."""
    ledger = ledger_of(A, ONCE)
    with pytest.raises(UnknownCustomer, match="the forecast has no such customer"):
        season_forecast(ledger, as_of="2026-02-28", customers=["later"])


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (
            {"customers": "a"},
            r"customers: expected several ids; got 'a'; write \['a'\]",
        ),
        ({"customers": 7}, r"customers: expected several ids; got 7; write \[7\]"),
        ({"level": 1}, "level: expected a level; got 1"),
        ({"level": 0.0}, "level: expected a level; got 0.0"),
        ({"level": True}, "level: expected a level; got True"),
        ({"level": "0.8"}, "level: expected a level; got '0.8'"),
        ({"as_of": "soon"}, "as_of: expected a calendar day"),
    ],
)
def test_wrong_arguments(how, words):
    """Each is told what it should be."""
    with pytest.raises(SettingError, match=words):
        season_forecast(ledger_of(A), **{"as_of": "2026-02-28", **how})


def test_a_frame_is_no_ledger():
    """The slip of a first day."""
    with pytest.raises(SettingError, match="ledger: expected a Ledger"):
        season_forecast({"customer_id": []}, as_of="2026-02-28")
