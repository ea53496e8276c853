"""Rows of the checklist for grading that are numbers: each worked out by hand.

Each row has its name, the fact that stands for it, a customer and what the fact is, one
a step away of whom it is something else, and one of whom it is not known. The world is
the trade on credit of :mod:`building_materials_world`.
"""

from __future__ import annotations

from datetime import date

from attrs import frozen

from building_materials_grading_taxonomy import (
    dealing,
    in_quarters,
    paying,
    planning,
    profiting,
    spent,
)
from building_materials_world import Client, bill, client, event, intent, project
from company_world import line, on_days


@frozen
class Fact:
    """One row of the checklist that is a number.

    Parameters
    ----------
    name : str
        As the checklist has it.
    feature : str
        What stands for it: a feature of the catalogue, or a score of the policy.
    gets : tuple of Client and number
        Of whom it is so much.
    misses : tuple of Client and number
        Of whom it is something else, a step away.
    lacks : Client or None
        Of whom it is not known; None where it always is.
    family : str
        The label that is open for want of it, whose explanation says so; empty where no
        label of the policy rests on it.
    fact : str
        What is named there, where it is not the feature itself.
    """

    name: str
    feature: str
    gets: tuple[Client, float]
    misses: tuple[Client, float]
    lacks: Client | None
    family: str = ""
    fact: str = ""


def _owes(*bills, **more):
    return client(owes=list(bills), **more)


def _partly(paid):
    """Return who owed 400 and 600 in the year, and paid so much of the 600 on time."""
    return _owes(bill(400, 50, (50, 400)), bill(600, 40, (40, paid), (30, 600 - paid)))


def _lost(amount):
    """Return of whom so much of 1,000.00 was written off a hundred days ago."""
    more = {"written_off_on": "2026-03-22", "written_off_amount": amount}
    return _owes(bill(1000, 500, **more))


def _settled_but(amount, credit_limit=1000):
    """Return who paid 1,000.00 long ago but for so much, which was written off."""
    more = {"written_off_on": "2026-03-22", "written_off_amount": amount}
    paid = (500, 1000 - amount)
    return _owes(bill(1000, 500, paid, **more), credit_limit=credit_limit)


def _open(amount, **more):
    """Return who owes so much of 400.00 that were invoiced within the year."""
    return _owes(bill(400, -10, (5, 400 - amount)), **more)


def _developer(rank):
    """Return a developer with five millions, one order of a million, and half a year.

    100 x (40 x .5 + 20 x 1 + 20 x 182 / 364 + 20 x (1 - (rank - 1) / 100)) / 100.
    """
    sales = [line(1_000_000, order=f"o{k}") for k in range(5)]
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 7, 2)}
    told = {} if rank is None else {"developer_rank": rank}
    return client(sales, type="开发商", projects=[project(**days)], **told)


def _decorator(starts):
    told = {} if starts is None else {"annual_projects": starts}
    return client(type="装修公司", **told)


def _dealer(**covers):
    return client(type="经销商", **covers)


def _plans(value=None, *, interactions=(), **more):
    """Return who has been here for three years and planned a project."""
    sales = more.pop("sales", on_days(10, 1095))
    projects = [] if value is None else [project(value)]
    books = {"projects": projects, "interactions": list(interactions)}
    return client(sales, **books, **more)


def _two(now, before):
    """Return purchases of two categories, three years apart."""
    return [*spent(10, category=now), *spent(10, 1095, category=before)]


def _outside(kind, days_ago):
    return client(events=[event(kind, days_ago)])


_NOTHING = client()
_ONE = client(on_days(10))

PAYMENT = (
    # 400 + 300 of 1,000; 400 + 200
    Fact("付款及时性 ON_TIME_RATE", "on_time_share", (_partly(300), 0.7),
         (_partly(200), 0.6), _owes(bill(100, -1)), "credit_risk"),
    # 600 - 300 came ten days late: 3,000 of 1,000; 600 - 200: 4,000
    Fact("付款延迟 DAYS_LATE", "average_days_late", (_partly(300), 3.0),
         (_partly(200), 4.0), _owes(bill(100, -1))),
    Fact("付款延迟 MAX_DPD", "max_days_past_due",
         (_owes(bill(100, 31), bill(1, 45)), 45),
         (_owes(bill(100, 31), bill(0.99, 45)), 31), _NOTHING, "overdue"),
    Fact("坏账率 BAD_DEBT_RATE", "bad_debts", (_lost(50), 0.05), (_lost(40), 0.04),
         _owes(), "credit_risk"),
    Fact("账期 TERMS_DAYS", "terms_days", (client(terms_days=60), 60),
         (client(terms_days=0), 0), _NOTHING),
    # 100 of 400 are 365 / 4 days
    Fact("账期 DSO", "days_sales_outstanding", (_open(100), 91.25), (_open(200), 182.5),
         _owes(bill(100, 400))),
    # 800 a day at 8 %; with a day more 802.74, to the fen
    Fact("账期 CREDIT_COST", "credit_cost", (profiting(1000), 64.0),
         (client(owes=[bill(1000, 266, (3, 1000))]), 64.2192), _NOTHING),
    Fact("授信占用 EXPOSURE", "exposure", (_open(100, open_orders=50), 150.0),
         (_open(100), 100.0), _NOTHING),
    Fact("授信占用 UTILISATION", "utilisation",
         (_open(100, open_orders=50, credit_limit=200), 0.75),
         (_open(100, credit_limit=200), 0.5), _open(100), "limit"),
)  # fmt: skip
CREDIT = (
    # 35 x 350 / 700 + 65, and a rating of 60 in place of 100
    Fact("信用评分 CREDIT_SCORE", "credit_score", (paying(350), 82.5),
         (paying(350, rating=60), 80.5), client(on_days(10), owes=[]), "credit_risk",
         "on_time_share"),
    # 20 + 15 + 15 of the 50 points that are known; of half of the limit over half 7.5
    Fact("信用评分（已知一半）CREDIT_SCORE", "credit_score",
         (_open(100, credit_limit=1000), 100.0), (_open(300, credit_limit=400), 85.0),
         _open(100), "credit_risk", "utilisation"),
    # 20 + 15 + 15 x .6 of 50, where two fifths of what may be lost are lost
    Fact("信用评分（坏账）CREDIT_SCORE", "credit_score", (_settled_but(20), 88.0),
         (_settled_but(30), 82.0), _settled_but(20, credit_limit=None), "credit_risk",
         "utilisation"),
    Fact("行业波动敏感度 INDUSTRY_SENSITIVITY", "industry_sensitivity",
         (client(industry="K7010"), 0.9), (client(industry="E4710"), 0.8), _NOTHING,
         "sensitive_industry", "industry"),
    # deviations of 50 and 40 of a mean of 100
    Fact("合作稳定性 STABILITY", "stability",
         (client(in_quarters(50, 150, 50, 150)), 0.5),
         (client(in_quarters(60, 140, 60, 140)), 0.6),
         client(in_quarters(50, 150, 50)), "partnership"),
    Fact("暴雷 DEFAULT", "recent_defaults", (_outside("暴雷", 364), 1),
         (_outside("暴雷", 365), 0), _NOTHING),
    Fact("资金链危机 DISTRESS", "distress_events", (_outside("distress", 364), 1),
         (_outside("distress", 365), 0), _NOTHING),
    Fact("战略转型 STRATEGY_CHANGE", "strategy_changes",
         (_outside("Strategy change", 364), 1), (_outside("Strategy change", 365), 0),
         _NOTHING),
    Fact("新区域 NEW_REGION", "new_region_events", (_outside("新区域", 364), 1),
         (_outside("新区域", 365), 0), _NOTHING),
)  # fmt: skip
WORTH = (
    # 1,700 - 1,166 - 64 - 20 - 10
    Fact("利润贡献 PROFIT", "profit", (profiting(1166), 440.0),
         (profiting(1166.01), 439.99), client(spent(1700, cost=1), owes=[]),
         "high_revenue_low_profit", "service_cost"),
    # 340 of 1,700; 170
    Fact("利润率 PROFIT_RATE", "profit_rate", (profiting(1266), 0.2),
         (profiting(1436), 0.1), client(owes=[], costs=[])),
)  # fmt: skip
GRADE = (
    Fact("规模：工程 SCALE", "project_scale", (_developer(1), 70.0),
         # 20 x .5 less for the 51st
         (_developer(51), 60.0), None),
    # (40 x .5 + 20 + 10) of 80: no rank is on record
    Fact("规模：工程（无排名）SCALE", "scale", (_developer(None), 62.5),
         (_developer(51), 60.0), client(), "tier", "declared_type"),
    # (1 + .5) / 2; more than full marks are full marks
    Fact("规模：经销商 SCALE", "scale",
         (_dealer(cities_covered=9, warehouse_m2=500), 75.0),
         (_dealer(cities_covered=5, warehouse_m2=400), 70.0), _dealer(), "tier",
         "cities_covered"),
    Fact("规模：终端（小B端）SCALE", "scale", (_decorator(10), 50.0),
         (_decorator(9), 45.0), _decorator(None), "tier", "annual_projects"),
    Fact("规模：终端（业主）SCALE", "scale",
         (client(type="业主", flags={"whole_house"}), 100.0),
         (client(type="业主"), 40.0), client(), "tier", "declared_type"),
    # .5 x .975 + .25 x .5 + .25 x .975; of the 19th .925
    Fact("历史合作 HISTORY", "collaboration", (client(spent(2000)), 85.625),
         (client(spent(1900)), 83.125), None),
    # 46 and 45 of 65 points, as planning() says
    Fact("潜力指标 POTENTIAL", "potential_score", (planning(1000, 2500), 4600 / 65),
         (planning(1000, 2000), 4500 / 65), _ONE, "grid", "planned_project_value"),
    Fact("潜力：项目计划 PLAN", "potential_score", (_plans(1_000_000), 4000 / 55),
         (_plans(500_000), 2500 / 55), _ONE, "grid", "planned_project_value"),
    Fact("潜力：扩张意向 EXPANSION", "potential_score",
         (_plans(interactions=[intent(364)]), 2500 / 55),
         (_plans(interactions=[intent(365)]), 1000 / 55), _ONE, "grid",
         "expansion_intents"),
    # a category that it had not bought before is 15 points of 70
    Fact("潜力：产品拓展 EXTENSION", "potential_score",
         (_plans(sales=_two("瓷砖", "水泥")), 2500 / 70),
         (_plans(sales=_two("瓷砖", "瓷砖")), 1000 / 70), _ONE, "grid",
         "planned_project_value"),
    # from 100 to 1,100 is 10 times more: the 11th of twenty, .525 of 20 points
    Fact("潜力：增长 GROWTH", "potential_score",
         (_plans(sales=[*spent(1100), *spent(100, 400), *spent(1, 1095)]),
          (1000 + 2000 * 0.525) / 75),
         (_plans(sales=[*spent(1000), *spent(100, 400), *spent(1, 1095)]),
          (1000 + 2000 * 0.475) / 75), _ONE, "grid", "spend_change_share"),
    # 219 days are a fifth of three years
    Fact("潜力：合作年限 TENURE", "potential_score", (_plans(), 1000 / 55),
         (_plans(sales=on_days(10, 219)), 200 / 55), _ONE, "grid",
         "planned_project_value"),
    # of a wallet of 20 it has 10, of 40 a quarter: 5 and 7.5 of 10 points
    Fact("潜力：钱包份额 WALLET", "potential_score",
         (_plans(annual_purchases=20), 1500 / 65),
         (_plans(annual_purchases=40), 1750 / 65), _ONE, "grid", "share_of_wallet"),
    # 25 + 45 x .85625 + 15 x 10 / 55 + 15 x .9165; with 531 .9155
    Fact("多维评估 SCORE", "score", (dealing(533), 80.006023),
         (dealing(531), 79.991023), _ONE, "tier", "declared_type"),
)  # fmt: skip

FACTS: tuple[Fact, ...] = (*PAYMENT, *CREDIT, *WORTH, *GRADE)

CHECKLIST = frozenset(
    {
        "付款及时性 ON_TIME_RATE", "付款延迟 DAYS_LATE", "付款延迟 MAX_DPD",
        "坏账率 BAD_DEBT_RATE", "账期 TERMS_DAYS", "账期 DSO", "账期 CREDIT_COST",
        "授信占用 EXPOSURE", "授信占用 UTILISATION", "信用评分 CREDIT_SCORE",
        "信用评分（已知一半）CREDIT_SCORE", "信用评分（坏账）CREDIT_SCORE",
        "行业波动敏感度 INDUSTRY_SENSITIVITY", "合作稳定性 STABILITY", "暴雷 DEFAULT",
        "资金链危机 DISTRESS", "战略转型 STRATEGY_CHANGE", "新区域 NEW_REGION",
        "利润贡献 PROFIT", "利润率 PROFIT_RATE", "规模：工程 SCALE",
        "规模：工程（无排名）SCALE", "规模：经销商 SCALE", "规模：终端（小B端）SCALE",
        "规模：终端（业主）SCALE", "历史合作 HISTORY", "潜力指标 POTENTIAL",
        "潜力：项目计划 PLAN", "潜力：扩张意向 EXPANSION", "潜力：产品拓展 EXTENSION",
        "潜力：增长 GROWTH", "潜力：合作年限 TENURE", "潜力：钱包份额 WALLET",
        "多维评估 SCORE",
    }
)  # fmt: skip
"""The rows of the checklist that are numbers, by name."""
