"""A small past, worked by hand: three customers, four months, bars on orders.

The score is twenty for each order of the month, A from 80 (held from 60), B from 40
(held from 20). Orders in January, February, March, April:

===  ==================  ======================================
x    4, 2, 4, 4          10.00 each; A, B, A, A
y    2, 2, 0, 2          1.00 each; B, B, C, B; closed on 20 April
z    none, none, 4, 1    100.00 each; known from 1 April: A, B
===  ==================  ======================================
"""

from custseg.ledger import Ledger
from custseg.policy import Policy
from custseg.rules.files.loader import policy_from_text

DATES = ("2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01")

BOOKS = {"x": (10, (4, 2, 4, 4)), "y": (1, (2, 2, 0, 2)), "z": (100, (0, 0, 4, 1))}

TEXT = """
schema = 1

[about]
code = "shop"
version = "1"
title = { zh = "店", en = "Shop" }

[basis]
window = "month to date"
reference = { members = "orders >= 1", minimum = 1 }

[families.size]
title = { zh = "规模", en = "Size" }
labels = [
  { code = "BIG", title = { zh = "大", en = "Big" }, when = "quantity >= 500" },
  { code = "SMALL", title = { zh = "小", en = "Small" } },
]

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

[grading.reviews]
every = "monthly"
"""


def shop(text=TEXT):
    """Return the policy."""
    return Policy(policy_from_text(text))


def sales(names="xyz"):
    """Return the sales of the four months, by columns."""
    rows = [
        (name, f"2026-{month:02}-{2 + number:02}", amount, f"{name}{month}{number}")
        for name in names
        for amount, months in [BOOKS[name]]
        for month, orders in enumerate(months, 1)
        for number in range(orders)
    ]
    heads = ("customer_id", "date", "amount", "order_id")
    return dict(zip(heads, map(list, zip(*rows, strict=True)), strict=True))


def ledger(*, customers=None, names="xyz"):
    """Return the sales of the four months, read."""
    return Ledger.from_frames(sales(names), customers=customers, currency="CNY")


CLOSED = {
    "customer_id": ["x", "y", "z"],
    "registered_on": ["2026-01-01", "2026-01-01", "2026-03-01"],
    "closed_on": [None, "2026-04-20", None],
}
