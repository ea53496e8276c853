"""Six customers graded on one day, and what they did in the 30 days around it.

The day is 2 March 2026: the period before is 31 January to 1 March, the one after 2 to
31 March. The score is twenty for each order of the period before, A from 80, B from 40.

===  =======================  ==========================  =======  ======  =======
who  before                   after                       margin   cost    effort
===  =======================  ==========================  =======  ======  =======
a    4 orders of 100, so A    3 orders of 100, cost 60    120      20      10
b    5 orders of 20, so A     none                        0        none    10
c    2 orders of 50, so B     2 orders of 75, cost 30     90       15      5
d    2 of 25, -10, so B       1 order of 50, cost gone    unknown  8       5
e    none since January, C    1 order of 5, cost 1        4        1       1
f    registered only, so C    none                        0        none    none
===  =======================  ==========================  =======  ======  =======

g comes on 10 March and spends 45. c complains before, a after. In April a buys again.
"""

from custseg.ledger import Ledger
from custseg.policy import Policy
from custseg.rules.files.loader import policy_from_text

ON = "2026-03-02"
DAYS = 30
UNTIL = "2026-04-01"

TEXT = """
schema = 1

[about]
code = "shop"
version = "1"
title = { zh = "店", en = "Shop" }

[basis]
window = "30 days"
reference = { members = "orders >= 1", minimum = 1 }

[grading]
title = { zh = "得分", en = "Score" }

[[grading.parts]]
code = "orders"
title = { zh = "订单", en = "Orders" }
weight = 100
score = "min(orders * 20, 100)"

[[grading.tiers]]
code = "A"
title = { zh = "甲", en = "Top" }
entry = 80
hold = 60

[[grading.tiers]]
code = "B"
title = { zh = "乙", en = "Middle" }
entry = 40
hold = 20

[[grading.tiers]]
code = "C"
title = { zh = "丙", en = "Low" }

[grading.moves]
confirm_down = 1
dwell_days = 0
"""

ALLOCATION = """
[allocation]
title = { zh = "拜访", en = "Visits" }
shares = [
  { tier = "A", share = 0.8 },
  { tier = "B", share = 0.2 },
]
"""

_SALES = [
    *(("a", f"2026-02-{day:02}", 100.0, 60.0) for day in (1, 8, 15, 22)),
    *(("a", f"2026-03-{day:02}", 100.0, 60.0) for day in (2, 9, 16)),
    *(("b", f"2026-02-{day:02}", 20.0, 5.0) for day in (2, 4, 6, 8, 10)),
    *(("c", f"2026-02-{day:02}", 50.0, 20.0) for day in (3, 13)),
    *(("c", f"2026-03-{day:02}", 75.0, 30.0) for day in (3, 13)),
    *(("d", day, 25.0, 10.0) for day in ("2026-01-31", "2026-03-01")),
    ("d", "2026-02-20", -10.0, -4.0),
    ("d", "2026-03-20", 50.0, None),
    ("e", "2026-01-05", 10.0, 3.0),
    ("e", "2026-03-31", 5.0, 1.0),
    ("g", "2026-03-10", 45.0, 20.0),
    ("a", "2026-04-01", 999.0, 1.0),
]

_COSTS = [
    ("a", "2026-01-20", "service", 7.0),
    ("a", "2026-03-05", "service", 20.0),
    ("a", "2026-03-06", "rebate", 50.0),
    ("c", "2026-03-05", "service", 15.0),
    ("d", "2026-03-31", "service", 8.0),
    ("e", "2026-03-02", "service", 1.0),
    ("e", "2026-04-01", "service", 70.0),
]

_FEEDBACK = [
    ("e", "2026-01-10", 5.0, None),
    ("c", "2026-02-10", None, "late"),
    ("a", "2026-03-16", None, "broken"),
]

EFFORT = {
    "customer_id": ["a", "b", "c", "d", "e", "x"],
    "effort": [10, 10, 5, 5, 1, 3],
}


def columns(names, rows):
    """Return rows as columns."""
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def ledger(*, sales=tuple(_SALES), closed=None, **without):
    """Return the six and the one who comes later.

    Parameters
    ----------
    sales : rows
    closed : mapping of customer to day, or None
    without : flags
        ``costs=False`` leaves a table out.
    """
    tables = {
        "customers": {
            "customer_id": ["f"],
            "registered_on": ["2026-02-01"],
        },
        "costs": columns(("customer_id", "date", "kind", "amount"), _COSTS),
        "feedback": columns(("customer_id", "date", "csat", "complaint"), _FEEDBACK),
    }
    if closed:
        ids = sorted({"f", *closed})
        tables["customers"] = {
            "customer_id": ids,
            "registered_on": ["2026-02-01"] * len(ids),
            "closed_on": [closed.get(one) for one in ids],
        }
    for name, wanted in without.items():
        if not wanted:
            del tables[name]
    names = ("customer_id", "date", "amount", "cost")
    return Ledger.from_frames(columns(names, sales), currency="CNY", **tables)


def fitted(text=TEXT):
    """Return the policy, fitted on the day before."""
    return Policy(policy_from_text(text)).fit(ledger(), as_of="2026-03-01")
