"""Events from outside: counted in a window, dated, in either language."""

from datetime import date

import pytest

import custseg as cs
from custseg.periods import Window, as_day
from custseg.policy import Policy
from custseg.rules.files.loader import policy_from_text
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.spellings import EVENT_KINDS

TODAY = date(2026, 6, 30)
SALES = {
    "customer_id": ["a", "b", "c"],
    "date": ["2026-06-01"] * 3,
    "amount": [9.0] * 3,
}
NEWS = [
    ("a", "2025-06-30", "default", 5),  # the day before the year begins
    ("a", "2025-07-01", "DEFAULT", 3),
    ("a", "2026-06-20", "暴雷", None),
    ("a", "2026-07-01", "default", 9),  # tomorrow
    ("a", "2026-06-25", "strategy change", 1),
    ("b", "2026-06-30", "资金链断裂", 2.5),
    ("b", "2024-06-30", "资金链危机", 4),
    ("b", "2026-06-29", "Strategy-Change", None),
    ("b", "2026-06-28", " 战略转型 ", None),
    ("b", "2026-01-01", "new_region", None),
    ("b", "2026-02-01", "新区域", None),
    ("b", "2020-02-29", "破产", None),
    ("b", "2020-03-01", "Bankruptcy", None),
    ("b", "2026-06-30", "fire", None),
]


def facts_of(news, sales=SALES):
    """Return what is known on the day."""
    names = ("customer_id", "date", "kind", "severity")
    columns = dict(zip(names, map(list, zip(*news, strict=True)), strict=False))
    ledger = cs.Ledger.from_frames(sales, events=columns, currency="CNY")
    return Facts(ledger, as_day(TODAY))


@pytest.fixture(scope="module")
def facts():
    """The news of a, b and c, of whom nothing is heard."""
    return facts_of(NEWS)


def told(facts, code, window="365 days"):
    """Return a feature of each customer; None where it is unknown."""
    column = facts.measure(CATALOGUE[code], Window.parse(window))
    pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
    return [value if known else None for value, known in pairs]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("defaults", [2, 0, 0]),
        ("insolvencies", [0, 0, 0]),
        ("distress_events", [0, 1, 0]),
        ("strategy_changes", [1, 2, 0]),
        ("new_region_events", [0, 2, 0]),
        ("days_since_default", [10, None, None]),
        ("days_since_insolvency", [None, 2312, None]),
        ("days_since_distress", [None, 0, None]),
        ("days_since_strategy_change", [5, 1, None]),
        ("days_since_new_region", [None, 149, None]),
        ("worst_event_severity", [3.0, 2.5, None]),
    ],
)
def test_outside(facts, code, expected):
    """Each feature on the news above."""
    assert told(facts, code) == expected


def test_the_window_decides_what_counts(facts):
    """Over the whole history all that has happened, and nothing of tomorrow."""
    assert told(facts, "defaults", "lifetime") == [3, 0, 0]
    assert told(facts, "defaults", "10 days") == [0, 0, 0]
    assert told(facts, "defaults", "11 days") == [1, 0, 0]
    assert told(facts, "insolvencies", "lifetime") == [0, 2, 0]
    assert told(facts, "worst_event_severity", "lifetime") == [5.0, 4.0, None]


def test_a_severity_may_be_below_zero():
    """The scale is the sender's; nought is not the lowest for everybody."""
    news = [("fire", -2), ("fire", -7), ("fire", None)]
    facts = facts_of([("a", "2026-06-01", *one) for one in news])
    assert told(facts, "worst_event_severity") == [-2.0, None, None]


@pytest.mark.parametrize(
    "code", [code for code in CATALOGUE if "events.kind" in CATALOGUE[code].needs]
)
def test_without_a_table_of_events_nothing_is_known(code):
    """No news, or nobody who reads the papers: that cannot be told."""
    facts = Facts(cs.Ledger.from_frames(SALES), as_day(TODAY))
    assert told(facts, code) == [None] * 3


def test_a_table_without_severities_leaves_the_kinds_known():
    """What a table does not say is unknown, and no more than that."""
    facts = facts_of([row[:3] for row in NEWS])
    assert told(facts, "worst_event_severity") == [None] * 3
    assert told(facts, "defaults") == [2, 0, 0]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("default", "defaults"),
        ("insolvency", "insolvencies"),
        ("distress", "distress_events"),
        ("strategy_change", "strategy_changes"),
        ("new_region", "new_region_events"),
    ],
)
def test_each_spelling_of_a_kind_counts(kind, code):
    """As many events as there are spellings, and a word more that is none."""
    news = [("a", "2026-06-01", word) for word in (*EVENT_KINDS[kind], "fire")]
    assert told(facts_of(news), code) == [len(news) - 1, 0, 0]


def test_every_kind_of_event_can_be_asked_for():
    """Whatever the spellings tell apart is counted and dated."""
    silent = [one for one in EVENT_KINDS if f"days_since_{one}" not in CATALOGUE]
    assert silent == [], "add it to scoring/outside.py"


POLICY = """
schema = 1

[about]
code = "news"
version = "1"
title = { zh = "事件", en = "News" }

[basis]
window = "365 days"
reference = { members = "orders >= 1", minimum = 1 }

[families.counted]
title = { zh = "计数", en = "Counted" }

[[families.counted.labels]]
code = "YES"
title = { zh = "是", en = "Yes" }
when = "defaults >= 1"

[[families.counted.labels]]
code = "NO"
title = { zh = "否", en = "No" }

[families.dated]
title = { zh = "日期", en = "Dated" }

[[families.dated.labels]]
code = "YES"
title = { zh = "是", en = "Yes" }
when = "known(days_since_default) and days_since_default < 365 days"

[[families.dated.labels]]
code = "NO"
title = { zh = "否", en = "No" }
"""


@pytest.mark.parametrize(
    ("events", "counted"),
    [(True, ["YES", "NO", "NO"]), (False, ["UNKNOWN"] * 3)],
)
def test_no_default_is_no_and_no_table_is_unknown(events, counted):
    """Counts tell a customer without events from a seller without news."""
    ledger = facts_of(NEWS).ledger if events else cs.Ledger.from_frames(SALES)
    fitted = Policy(policy_from_text(POLICY)).fit(ledger, as_of=TODAY)
    frame = fitted.classify(ledger, as_of=TODAY).to_pandas()
    assert frame["counted"].tolist() == counted
    assert frame["dated"].tolist() == (["YES", "NO", "NO"] if events else ["NO"] * 3)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (None, (None, None)),
        ([], (0, None)),
        ([cs.Event("x", date(2026, 6, 20), "违约")], (1, 10)),
        ([cs.Event("x", date(2026, 7, 1), "default")], (0, None)),
    ],
)
def test_one_customers_news(facts, events, expected):
    """Given beside the sales; an empty list says that there was none."""
    features = ("defaults", "days_since_default")
    fitted = Policy(policy_from_text(POLICY)).fit(
        facts.ledger, as_of=TODAY, features=features
    )
    one = fitted.classify_one(
        cs.Customer("x"), [], as_of=TODAY, events=events, features=features
    )
    assert tuple(one.feature(code) for code in features) == expected
