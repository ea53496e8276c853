"""A small shop whose tiers can be worked out in the head.

Ten points for each order of the last year: A from 80 (held from 60), B from 50 (held
from 40). Reviews are monthly; a fall takes two in a row.
"""

from datetime import UTC, datetime

from custseg.ledger import Ledger
from custseg.policy import Policy
from custseg.rules.files.loader import policy_from_text

POLICY = """
schema = 1

[about]
code = "shop"
version = "1"
title = { zh = "店", en = "Shop" }

[basis]
window = "365 days"
reference = { members = "orders >= 1", minimum = 1 }

[grading]
title = { zh = "得分", en = "Score" }

[grading.moves]
confirm_down = 2
dwell_days = 0

[grading.reviews]
every = "monthly"

[[grading.parts]]
code = "money"
title = { zh = "订单", en = "Orders" }
weight = 100
score = "orders * 10"

[[grading.tiers]]
code = "A"
title = { zh = "甲级", en = "Tier A" }
entry = 80
hold = 60

[[grading.tiers]]
code = "B"
title = { zh = "乙级", en = "Tier B" }
entry = 50
hold = 40

[[grading.tiers]]
code = "C"
title = { zh = "丙级", en = "Tier C" }
"""

TRIGGERS = """
[[grading.triggers]]
code = "silence"
title = { zh = "长期沉默", en = "Long silence" }
when = "days_since_last_sale >= 100 days"
action = "demote"
to = "C"
severity = "critical"
cooldown_days = 60

[[grading.triggers]]
code = "returns"
title = { zh = "退货", en = "Returns" }
when = "return_share > 0.5"
"""


def ledger_of(**orders):
    """Return a ledger of orders of 10 on these days of 2025 and 2026."""
    rows = [(who, day, 10.0) for who, days in orders.items() for day in days]
    names = ("customer_id", "date", "amount")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return Ledger.from_frames(columns, currency="CNY")


def days(many, month="2026-01"):
    """Return the first days of a month."""
    return [f"{month}-{day:02d}" for day in range(1, many + 1)]


def at(month, day=1):
    """Return a moment in 2026."""
    return datetime(2026, month, day, 8, tzinfo=UTC)


def fitted_on(ledger, more=""):
    """Return the policy, fitted."""
    policy = Policy(policy_from_text(POLICY + more))
    return policy.fit(ledger, as_of="2026-01-31")


def held(journal):
    """Return the tier of each customer in the journal."""
    return {customer: one.tier for customer, one in journal.state().items()}
