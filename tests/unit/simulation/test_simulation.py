"""What a simulation shows, against the small past that was worked by hand."""

import numpy as np
import pytest

from custseg.errors import SettingError
from custseg.simulation.simulating import simulate
from small_past import CLOSED, DATES, TEXT, ledger, shop


@pytest.fixture(scope="module")
def past():
    """The shop's policy on four first days of a month."""
    book = ledger(customers=CLOSED)
    return simulate(book, shop().fit(book, as_of="2026-01-31"), dates=DATES)


def test_the_tiers_are_those_worked_out_by_hand(past):
    """Newcomers come in when they are known, and not before."""
    frame = past.to_pandas(all_customers=True)
    held = frame.pivot_table(
        index="customer_id",
        columns="date",
        values="after",
        aggfunc="first",
        observed=True,
    ).astype(object)
    assert held.loc["x"].tolist() == ["A", "B", "A", "A"]
    assert held.loc["y"].tolist() == ["B", "B", "C", "B"]
    assert held.loc["z"].isna().tolist() == [True, True, False, False]
    assert held.loc["z"].tolist()[2:] == ["A", "B"]


def test_decisions_are_rows_with_reasons(past):
    """One row per policy, date and customer; codes, dates and scores."""
    frame = past.to_pandas()
    assert [*frame] == [
        *("policy", "date", "customer_id", "before", "after"),
        *("action", "reason", "score"),
    ]
    y = frame[frame["customer_id"] == "y"].astype({"before": str, "after": str})
    rows = y[["before", "after", "action", "score"]].values.tolist()
    assert rows == [
        ["NONE", "B", "FIRST", 40.0],
        ["B", "B", "HELD", 40.0],
        ["B", "C", "DOWN", 0.0],
        ["C", "B", "UP", 40.0],
    ]
    assert set(frame["policy"]) == {"shop"}
    assert frame["date"].iloc[0] == np.datetime64("2026-02-01")


def test_titles_in_both_languages(past):
    """Tiers, actions and reasons; none yet has a title too."""
    zh = past.to_pandas(language="zh").iloc[0]
    assert (zh["原等级"], zh["现等级"], zh["处理"]) == ("未定级", "甲", "首次定级")
    en = past.to_pandas(language="en").iloc[0]
    assert (en["Tier before"], en["Tier after"], en["Action"]) == (
        "No tier",
        "Top",
        "First tier",
    )


def test_who_is_not_asked_is_left_out_unless_wanted():
    """With quarterly reviews, most months are nobody's."""
    book = ledger()
    quarterly = shop(TEXT.replace('"monthly"', '"quarterly"'))
    past = simulate(book, quarterly.fit(book, as_of="2026-01-31"), dates=DATES)
    asked = past.to_pandas()
    # x and y on their first day and on 1 April; z joins on that day.
    counts = asked.groupby("date").size()
    by_day = dict(zip(counts.index.astype(str), counts, strict=True))
    assert by_day == {"2026-02-01": 2, "2026-04-01": 3}
    assert len(past.to_pandas(all_customers=True)) == 2 + 2 + 3 + 3


def test_counts_per_tier(past):
    """Who holds it, who came into it, what they bought and buy."""
    rows = past.counts().set_index(["date", "tier"])
    top = rows.loc[("2026-04-01", "A")]
    assert top[["customers", "first", "risen", "fallen"]].tolist() == [2, 1, 1, 0]
    assert (top["spend"], top["following"]) == (440.0, 140.0)
    assert top["following_share"] == pytest.approx(140 / 142)
    low = rows.loc[("2026-04-01", "C")]
    assert low[["customers", "first", "risen", "fallen"]].tolist() == [1, 0, 0, 1]
    assert rows.loc["2026-05-01"]["following"].isna().all()
    assert rows.loc["2026-05-01"]["following_share"].isna().all()


def test_summary_per_date(past):
    """Moves, those undone, and what the movers are worth."""
    frame = past.summary()
    assert frame["customers"].tolist() == [2, 2, 3, 3]
    assert frame["firsts"].tolist() == [2, 0, 1, 0]
    assert frame["ups"].tolist() == [0, 0, 1, 1]
    assert frame["downs"].tolist() == [0, 1, 1, 1]
    # x's fall in March and y's in April were taken back.
    assert frame["undone"].tolist() == [0, 1, 1, 0]
    assert frame["up_spend"].tolist() == [0.0, 0.0, 40.0, 2.0]
    assert frame["down_spend"].tolist() == [0.0, 20.0, 0.0, 100.0]
    assert frame["alerts"].tolist() == [0, 0, 0, 0]


def test_held_after_the_last_date(past):
    """How many hold each tier."""
    assert past.held() == past.held("shop") == {"A": 1, "B": 2, "C": 0}


def test_held_value_is_of_the_periods_that_follow(past):
    """Not of what was bought before; who is not known yet does not count."""
    # A: x 20 in February, x 40 and z 100 in April; B: y 2, x 40; C: y 2.
    share = past.held_value()
    assert share == pytest.approx({"A": 160 / 204, "B": 42 / 204, "C": 2 / 204})


def test_until_adds_the_period_behind_the_last_date():
    """And without sales in it, nothing changes."""
    book = ledger()
    fitted = shop().fit(book, as_of="2026-01-31")
    past = simulate(book, fitted, dates=DATES[:3], until="2026-04-03")
    # On 2 April x spends 10, y 1 and z 100.
    assert past.held_value() == pytest.approx(
        {"A": (20 + 110) / 173, "B": 42 / 173, "C": 1 / 173}
    )
    alone = simulate(book, fitted, dates=DATES[:1])
    assert alone.held_value() == {"A": None, "B": None, "C": None}
    quiet = simulate(book, fitted, dates=DATES[3:], until="2027-01-01")
    assert quiet.held_value() == {"A": None, "B": None, "C": None}
    assert quiet.counts()["following"].tolist() == [0.0, 0.0, 0.0]
    assert quiet.counts()["following_share"].isna().all()


def test_flapping(past):
    """Five moves; two undone; only x's fall has two reviews behind it."""
    found = past.flapping()
    assert (found.moves, found.undone) == (5, 2)
    assert (found.watched, found.undone_watched) == (1, 1)
    assert past.flap_rate() == 1.0
    assert past.flapping(within=1).undone == 2


def test_the_matrix_by_each_treatment_of_the_withdrawn(past):
    """Y is closed on 1 May, and where it goes must be said."""
    kept = past.matrix(withdrawn="column")
    assert kept.into == ("A", "B", "C", "WITHDRAWN")
    assert kept.counts.tolist() == [[1, 2, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1]]
    assert past.matrix().counts.tolist() == [[1, 2, 0], [1, 1, 1], [0, 0, 0]]
    absorbed = past.matrix(withdrawn="absorb")
    assert absorbed.grades[-1] == "WITHDRAWN"
    assert absorbed.counts[2].tolist() == [0, 0, 0, 1]


def test_expected_dwell(past):
    """Dates in a tier, on average; nobody began in C."""
    assert past.expected_dwell() == {"A": 1.5, "B": 1.5, "C": None}


def test_one_date_has_no_matrix():
    """It takes two to compare."""
    book = ledger()
    one = simulate(book, shop().fit(book, as_of="2026-01-31"), dates=DATES[:1])
    with pytest.raises(SettingError, match="compared on two or more days"):
        one.matrix()


def test_it_is_told_in_a_few_lines(past):
    """In both languages."""
    assert str(past) == (
        "4 dates, 2026-02-01 to 2026-05-01\n"
        "shop: A 1, B 2, C 0; 2 up, 3 down, 2 of them undone within two reviews\n"
        "  of the net spend that followed: A 78.43 %, B 20.59 %, C 0.98 %"
    )
    assert past.to_text("zh") == (
        "共 4 次复盘，2026-02-01 至 2026-05-01\n"
        "shop：A 1, B 2, C 0；升 2 次，降 3 次，其中两次复盘内撤回 2 次\n"
        "  其后各期净采购额占比：A 78.43 %, B 20.59 %, C 0.98 %"
    )
    assert past._repr_html_() == f"<pre>{past}</pre>"
    with pytest.raises(SettingError, match="unknown language"):
        past.to_text("fr")
    with pytest.raises(SettingError, match="unknown language"):
        past.to_pandas(language="fr")


def test_its_repr_says_what_was_gone_through(past):
    """One line."""
    said = "Simulation(shop, 4 dates from 2026-02-01 to 2026-05-01)"
    assert repr(past) == said


def test_a_policy_must_be_named_where_there_are_several():
    """And by a name that is there."""
    book = ledger()
    fitted = shop().fit(book, as_of="2026-01-31")
    past = simulate(book, {"one": fitted, "two": fitted}, dates=DATES)
    with pytest.raises(SettingError, match=r"say which policy .* allowed: one, two"):
        past.held()
    with pytest.raises(SettingError, match=r"no such policy; got 'tow'.*mean 'two'"):
        past.flapping("tow")
