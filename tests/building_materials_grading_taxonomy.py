"""Every row of the checklist that grading in building materials answers, worked out.

Each row has its name, a customer who gets the label, one a step away who gets another,
and one of whom something is missing, so that the label is UNKNOWN and says what. Rows
that are numbers and no labels stand in :mod:`building_materials_grading_facts`.

Whom they compare with is the trade on credit of :mod:`building_materials_world`: S =
100 i, so that pct(S) >= .5 from 1,100, >= .8 from 1,700, >= .95 from 2,000; ABC, of
21,000 in all, A from 900 and B from 500 (as in :mod:`company_taxonomy`); profit 40 i,
in the lower half under 440; the usual order 1,050.
"""

from __future__ import annotations

from datetime import date

from building_materials_world import (
    Client,
    bill,
    client,
    cost,
    event,
    intent,
    on_dates,
    project,
)
from company_taxonomy import FEW, Row
from company_world import ago, line, on_days

TRADE, SALES, NOBODY = "trade", "sales", "nobody"
"""The trade on credit; the same with nothing but sales; and nobody to learn from."""

_NOTHING = client()


def _client(one) -> Client:
    return one if isinstance(one, Client) else client(one)


def _row(name, family, code, gets, misses, instead, lacks, fact, *, in_world=""):  # noqa: PLR0917 - a row
    """Return a row; sales alone are made a customer."""
    made = [_client(one) for one in (gets, misses)]
    lacks = None if lacks is None else _client(lacks)
    return Row(name, family, code, *made, instead, lacks, fact, TRADE, in_world)


def _learned(name, family, code, gets, misses, instead, fact):  # noqa: PLR0917 - a row
    """Return a row that rests on the others: nineteen customers teach nothing."""
    return _row(name, family, code, gets, misses, instead, gets, fact, in_world=FEW)


def _type(name, family, code, gets, misses, instead):  # noqa: PLR0917 - a row
    """Return a row that rests on the declared type."""
    made = [client(type=said) for said in (gets, misses)]
    return _row(name, family, code, *made, instead, _NOTHING, "declared_type")


def _certain(name, family, code, gets, misses, instead):  # noqa: PLR0917 - a row
    """Return a row of which nothing can be missing."""
    return _row(name, family, code, gets, misses, instead, None, "")


def spent(amount, days_ago=10, **more):
    """Return one order."""
    return [line(amount, days_ago=days_ago, **more)]


def in_blocks(last, *earlier):
    """Return a sale in the middle of the last 90 days and of each 90 before them."""
    amounts = enumerate((last, *earlier))
    return [line(a, days_ago=45 + 90 * k, order=f"o{k}") for k, a in amounts]


_QUARTERS = ("2025-07-15", "2025-10-15", "2026-01-15", "2026-04-15")


def in_quarters(*amounts):
    """Return a sale in each of the last whole quarters, the latest last."""
    days = _QUARTERS[-len(amounts) :]
    pairs = zip(days, amounts, strict=True)
    return [one for day, amount in pairs for one in on_dates(day, amount=amount)]


def _project(ends):
    """Return whose project runs from the first day of the year."""
    days = {"starts_on": date(2026, 1, 1), "ends_on": ends}
    return client(projects=[project(**days)])


def planning(spend, wallet, **more):
    """Return who plans a project of half a million and speaks of growing.

    Known are 65 points: the plan 30 x .5 of a million, the intent 15, three years as a
    customer 10, and 10 x (1 - S / wallet). Of a wallet of 2.5 S that is 15 + 15 + 10 +
    6 = 46, or 70.8 of 100; of 2 S it is 45, or 69.2.
    """
    sales = [*spent(spend), *spent(1, 1095, order="first")]
    books = {"projects": [project(500_000)], "interactions": [intent(10)]}
    return client(sales, annual_purchases=wallet, **books, **more)


def profiting(cost_of_goods, **more):
    """Return who buys for 1,700 and owed 1,000 on 292 days of the year.

    On average that is 800 a day, which costs 64 at 8 % a year; 20 of service and 10 of
    rebate come beside. Goods at 1,166 leave 534 - 94 = 440, at 1,166.01 less.
    """
    sales = spent(1700, cost=cost_of_goods)
    # issued 295 days ago and paid 3 days ago: 292 ends of days
    owed = [bill(1000, 265, (3, 1000))]
    said = {"costs": [cost("service", 20), cost("rebate", 10)], **more}
    return client(sales, owes=owed, **said)


def paying(on_time, *, rating=100, open_bill=0, late=(), **more):
    """Return who paid so much of 700.00 on the day, and the rest ten days later.

    Its credit score is 35 x on_time / 700, 20 without anything overdue, 15 with no more
    than half of the limit of 1,000 in use, 15 without bad debt, 10 after three years
    and 5 with the best rating: 65 + on_time / 20.
    """
    owed = [bill(700, 100, (100, on_time), (90, 700 - on_time)), *late]
    if open_bill:
        owed.append(bill(open_bill, -10))
    said = {"credit_limit": 1000, "external_rating": rating, **more}
    return client(said.pop("sales", on_days(10, 1095)), owes=owed, **said)


def dealing(on_time, spend=2000, cities=5):
    """Return a dealer with nothing planned, a customer for three years.

    Scale: cities of 5. History: .5 pct(S) + .25 x .5 + .25 x .975, as it bought on one
    day in the year, ten days ago. Potential: nothing but 10 of the 55 points known.
    """
    sales = [*spent(spend), *spent(1, 1095, order="first")]
    books = {"projects": [], "interactions": [], "costs": [], "events": []}
    more = {"type": "经销商", "cities_covered": cities, **books}
    return paying(on_time, sales=sales, **more)


TYPE = (
    _type("工程类 PROJECT", "type", "PROJECT", "施工总包", "施工队", "END_USER"),
    _row("大型地产商 KEY_DEVELOPER", "type", "KEY_DEVELOPER",
         client(type="地产", developer_rank=100),
         client(type="地产", developer_rank=101), "PROJECT", _NOTHING, "declared_type"),
    _row("大型地产商（按采购额）KEY_DEVELOPER", "type", "KEY_DEVELOPER",
         client(spent(10_000_000), type="地产"),
         client(spent(9_999_999.99), type="地产"), "PROJECT", _NOTHING,
         "declared_type"),
    _type("经销商 DEALER", "type", "DEALER", "建材经销商", "建筑公司", "PROJECT"),
    _type("终端类 END_USER", "type", "END_USER", "家装业主", "门店", "DEALER"),
    _type("C端业主 HOMEOWNER", "end_user", "HOMEOWNER", "业主", "装修公司",
          "DECORATOR"),
    _type("装修公司 DECORATOR", "end_user", "DECORATOR", "装修公司", "装修队", "CREW"),
    _type("零散工程队 CREW", "end_user", "CREW", "零散工程队", "工程", "NOT_END_USER"),
    _type("小B端 SMALL_BUSINESS", "end_user", "SMALL_BUSINESS", "小B端", "业主",
          "HOMEOWNER"),
    # twelve months are 364 days from the first to the last
    _row("长期项目 LONG_TERM", "long_term_project", "YES", _project(date(2026, 12, 31)),
         _project(date(2026, 12, 30)), "NO", client(projects=[project()]),
         "longest_project_days"),
    _row("战略合作 STRATEGIC_PARTNER", "strategic_partner", "YES",
         client(flags={"strategic_partner"}), client(flags={"key_account"}), "NO",
         client(flags={"strategic_partner"}), "is_strategic_partner", in_world=SALES),
)  # fmt: skip
SCALE = (
    _learned("采购规模 LARGE", "procurement_scale", "LARGE", spent(1700),
             spent(1699.99), "MEDIUM", "pct(spend) >= 0.8"),
    _learned("采购规模 MEDIUM", "procurement_scale", "MEDIUM", spent(1100),
             spent(1099.99), "SMALL", "pct(spend) >= 0.8"),
    _learned("采购规模 SMALL", "procurement_scale", "SMALL", (), spent(1100), "MEDIUM",
             "pct(spend) >= 0.8"),
    _row("区域覆盖 MANY_PLACES", "delivery_coverage", "MANY_PLACES",
         client(cities_covered=5), client(cities_covered=4), "SEVERAL_PLACES",
         spent(10), "ship_to_places"),
    _row("区域覆盖 SEVERAL_PLACES", "delivery_coverage", "SEVERAL_PLACES",
         client(cities_covered=2), client(cities_covered=1), "ONE_PLACE", spent(10),
         "ship_to_places"),
    _row("区域覆盖 ONE_PLACE", "delivery_coverage", "ONE_PLACE",
         spent(10, ship_to="佛山"), (), "NO_PLACE", spent(10), "ship_to_places"),
    _certain("战略级 STRATEGIC", "scale_class", "STRATEGIC", spent(10_000_000.01),
             spent(10_000_000), "KEY"),
    _certain("重点级 KEY", "scale_class", "KEY", spent(2_000_000),
             spent(1_999_999.99), "GENERAL"),
    _certain("一般级 GENERAL", "scale_class", "GENERAL", spent(1_999_999.99),
             spent(2_000_000), "KEY"),
)  # fmt: skip
_USUAL = "median(average_order_value)"
VALUE = (
    # 36 and 12 usual orders of 1,050 in three years
    _learned("高价值 HIGH", "value", "HIGH", spent(37_800, 1094),
             spent(37_799.99, 1094), "MEDIUM", _USUAL),
    _learned("中等价值 MEDIUM", "value", "MEDIUM", spent(12_600, 1094),
             spent(12_600, 1095), "LOW", _USUAL),
    _learned("低价值 LOW", "value", "LOW", spent(12_599.99), spent(12_600), "MEDIUM",
             _USUAL),
    _learned("大客户 KEY_ACCOUNT", "key_account", "YES", spent(2000), spent(1999.99),
             "NO", "pct(spend) >= 0.95"),
    _row("高额低利 HIGH_REVENUE_LOW_PROFIT", "high_revenue_low_profit", "YES",
         profiting(1166.01), profiting(1166), "NO",
         client(spent(1700, cost=1200), owes=[]), "service_cost"),
    *(
        _row(f"ABC 分类 {code}", "abc", code, gets, misses, instead, spent(900),
             "share_above(spend) < 0.8", in_world=NOBODY)
        for code, gets, misses, instead in (
            ("ABC_A", spent(900), spent(899.99), "ABC_B"),
            ("ABC_B", spent(500), spent(499.99), "ABC_C"),
            ("ABC_C", spent(499.99), spent(500), "ABC_B"),
        )
    ),
    *(
        _row(f"价值 x 潜力 {code}", "grid", code, gets, misses, instead,
             client(on_days(10, 1095), annual_purchases=20), "planned_project_value")
        for code, gets, misses, instead in (
            ("STAR", planning(1100, 2750), planning(1100, 2200), "MAINSTAY"),
            ("MAINSTAY", planning(1100, 2200), planning(1000, 2000), "BASIC"),
            ("PROMISING", planning(1000, 2500), planning(1000, 2000), "BASIC"),
            ("BASIC", planning(1000, 2000), planning(1000, 2500), "PROMISING"),
        )
    ),
)  # fmt: skip
BEHAVIOUR = (
    _certain("中频 REGULAR", "frequency", "REGULAR", on_days(1, 2, 3, 4),
             on_days(1, 2, 3), "INFREQUENT"),
    _type("长周期 LONG_CYCLE", "long_cycle", "YES", "业主", "装修公司", "NO"),
    _row("长周期（间隔）LONG_CYCLE", "long_cycle", "YES",
         client(on_days(10, 740), type="工程"), client(on_days(10, 739), type="工程"),
         "NO", on_days(10, 739), "declared_type"),
    # Earlier blocks 100, 80, 120, 100, the last of them a year before: median 100, MAD
    # 10, so z = (200 - 100) / 14.826 = 6.7; three blocks tell no z.
    _row("采购翻倍 SURGE", "momentum", "SURGE", in_blocks(200, 100, 80, 120, 100),
         in_blocks(199.99, 100, 80, 120, 100), "STEADY", in_blocks(200, 100, 80, 120),
         "recent_change_spread"),
    _row("采购骤降 DROP", "momentum", "DROP", in_blocks(50, 100, 80, 120, 100),
         in_blocks(50.01, 100, 80, 120, 100), "STEADY", in_blocks(50, 100, 80, 120),
         "recent_change_spread"),
    # slope 10 of a mean of 100; 9.995 of 99.9925; three quarters tell no trend
    _row("采购趋势 RISING", "trend", "RISING", in_quarters(85, 95, 105, 115),
         in_quarters(85, 95, 105, 114.97), "STABLE", in_quarters(85, 95, 105),
         "quarterly_trend"),
    _row("采购趋势 STABLE", "trend", "STABLE", in_quarters(100, 100, 100, 100),
         in_quarters(115, 105, 95, 85), "FALLING", in_quarters(100, 100, 100),
         "quarterly_trend"),
    _row("采购趋势 FALLING", "trend", "FALLING", in_quarters(115, 105, 95, 85),
         in_quarters(115, 105, 95, 85.03), "STABLE", in_quarters(115, 105, 95),
         "quarterly_trend"),
    _row("关联销售 CROSS_SELL", "cross_sell", "YES", spent(10, category="瓷砖"),
         [*spent(10, category="瓷砖"), *spent(10, category="水泥")], "NO", spent(10),
         "category_gap"),
)  # fmt: skip
_AGE = (_NOTHING, "account_age_days")
LIFECYCLE = (
    _row("活跃 ACTIVE", "lifecycle", "ACTIVE", on_days(180, 300), on_days(181, 300),
         "COOLING", *_AGE),
    _row("冷却 COOLING", "lifecycle", "COOLING", on_days(365, 400), on_days(366, 400),
         "DORMANT", *_AGE),
    _row("沉睡 DORMANT", "lifecycle", "DORMANT", on_days(366, 400), on_days(365, 400),
         "COOLING", *_AGE),
    _row("重新激活 REACTIVATED", "lifecycle", "REACTIVATED", on_days(89, 455),
         on_days(89, 454), "ACTIVE", *_AGE),
)  # fmt: skip


def _due(days):
    return client(owes=[bill(100, days)])


def _open(amount):
    return client(owes=[bill(amount, -10)], credit_limit=1000)


def _late(now, before):
    """Return who is so many days late, and was so many half a year before."""
    return client(owes=[bill(100, now), bill(100, 183 + before, (182, 100))])


_DPD = (_NOTHING, "max_days_past_due")
_CREDIT = (client(on_days(10), owes=[]), "on_time_share")
"""Of whom 30 of the 100 points are known: 20 of days overdue, 10 of its time here."""
_NONE_LATE = {"late": (bill(1, 90),), "rating": 0, "open_bill": 1000}
"""Nothing of 20, 5 and 15 points: 25 + 35 x on_time / 701."""

RISK = (
    *(
        _row(f"逾期区间 {code}", "overdue", code, _due(gets), _due(misses), instead,
             *_DPD)
        for code, gets, misses, instead in (
            ("CURRENT", 0, 1, "DPD_1_30"),
            ("DPD_1_30", 30, 31, "DPD_31_60"),
            ("DPD_31_60", 60, 61, "DPD_61_90"),
            ("DPD_61_90", 90, 91, "DPD_OVER_90"),
            ("DPD_OVER_90", 91, 90, "DPD_61_90"),
        )
    ),
    _row("付款延迟 PAYMENT_DELAY", "payment_delay", "YES", _late(15, 6), _late(14, 6),
         "NO", *_DPD),
    # ten days worse than half a year before, and nine
    _row("付款延迟（恶化）PAYMENT_DELAY", "payment_delay", "YES", _late(12, 2),
         _late(12, 3), "NO", *_DPD),
    _row("授信占用 BREACH", "limit", "BREACH", _open(1000), _open(999.99), "WARNING",
         client(owes=[]), "utilisation"),
    _row("授信占用 WARNING", "limit", "WARNING", _open(800), _open(799.99), "WITHIN",
         client(owes=[]), "utilisation"),
    _row("授信占用 WITHIN", "limit", "WITHIN", _open(799.99), _open(800), "WARNING",
         client(owes=[]), "utilisation"),
    # 65 + 301 / 20 = 80.05 and 65 + 299 / 20 = 79.95
    _row("信用 LOW", "credit_risk", "LOW", paying(301), paying(299), "MEDIUM",
         *_CREDIT),
    _row("信用 MEDIUM", "credit_risk", "MEDIUM", paying(299), paying(301), "LOW",
         *_CREDIT),
    # no rating points, and the limit all in use: 45 + 299 / 20 = 59.95, 45 + 301 / 20
    _row("信用 HIGH", "credit_risk", "HIGH", paying(299, rating=0, open_bill=1000),
         paying(301, rating=0, open_bill=1000), "MEDIUM", *_CREDIT),
    # 25 + 35 x 299 / 701 = 39.93, 25 + 35 x 301 / 701 = 40.03
    _row("信用 CRITICAL", "credit_risk", "CRITICAL", paying(299, **_NONE_LATE),
         paying(301, **_NONE_LATE), "HIGH", *_CREDIT),
    # 35 x 700 / 701, 0 of 20, and the rest: 79.95 a day before
    _row("信用 CRITICAL（逾期）", "credit_risk", "CRITICAL",
         paying(700, late=(bill(1, 91),)), paying(700, late=(bill(1, 90),)), "MEDIUM",
         *_CREDIT),
    _row("信用 CRITICAL（违约）", "credit_risk", "CRITICAL",
         paying(700, events=[event("违约", 364)]),
         paying(700, events=[event("违约", 365)]), "LOW", *_CREDIT),
    _row("信用 CRITICAL（破产）", "credit_risk", "CRITICAL",
         paying(700, events=[event("insolvency", 1094)]),
         paying(700, events=[event("insolvency", 1095)]), "LOW", *_CREDIT),
    _row("行业敏感 INDUSTRY_SENSITIVITY", "sensitive_industry", "YES",
         client(industry="E5012"), client(industry="F5165"), "NO", _NOTHING,
         "industry"),
    # .9 x .3 less: 2,739,726.02 x .73 = 1,999,999.99, a fen more 2,000,000.00
    _row("情景冲击 SHOCK", "falls_under_shock", "YES",
         client(spent(2_739_726.02), industry="房地产"),
         client(spent(2_739_726.03), industry="房地产"), "NO", spent(2_739_726.02),
         "industry"),
    # standard deviations of 51 and 50, of a mean of 100
    _row("合作稳定性 UNSTABLE", "partnership", "UNSTABLE",
         in_quarters(49, 151, 49, 151), in_quarters(50, 150, 50, 150), "STABLE",
         in_quarters(50, 150, 50), "stability"),
    _row("合作稳定性 STABLE", "partnership", "STABLE",
         client(in_quarters(100, 100, 100, 100), supplier_switches=1),
         client(in_quarters(100, 100, 100, 100), supplier_switches=2), "UNSTABLE",
         in_quarters(100, 100, 100), "stability"),
    # of twenty prices 100 is at .075 and 150 at .125: 125 is at .1
    _row("压价 PRICE_PRESSURE", "price_pressure", "YES",
         spent(125, product="瓷砖", quantity=1),
         spent(125.01, product="瓷砖", quantity=1), "NO", spent(125, product="瓷砖"),
         "net_price_position"),
)  # fmt: skip
_BARE = (spent(2000), "declared_type")
"""With nothing but sales 40 of 100 points of the grade are known."""
GRADING = (
    # 25 + 45 x .85625 + 15 x 10 / 55 = 66.2585, and .15 x (65 + on_time / 20) of risk:
    # 533 gives 80.006, 531 gives 79.991
    _row("A核心", "tier", "A", dealing(533), dealing(531), "B", *_BARE),
    # 25 x .6 + 45 x .60625 + 15 x 10 / 55 = 45.0085: 699 gives 60.001, 697 59.986
    _row("B重点", "tier", "B", dealing(699, 1000, 3), dealing(697, 1000, 3), "C",
         *_BARE),
    _row("C普通", "tier", "C", dealing(697, 1000, 3), dealing(699, 1000, 3), "B",
         *_BARE),
)  # fmt: skip

ROWS: tuple[Row, ...] = (
    *TYPE, *SCALE, *VALUE, *BEHAVIOUR, *LIFECYCLE, *RISK, *GRADING,
)  # fmt: skip

CHECKLIST = frozenset(
    {
        "工程类 PROJECT", "大型地产商 KEY_DEVELOPER",
        "大型地产商（按采购额）KEY_DEVELOPER", "经销商 DEALER", "终端类 END_USER",
        "C端业主 HOMEOWNER", "装修公司 DECORATOR", "零散工程队 CREW",
        "小B端 SMALL_BUSINESS", "长期项目 LONG_TERM", "战略合作 STRATEGIC_PARTNER",
        "采购规模 LARGE", "采购规模 MEDIUM", "采购规模 SMALL", "区域覆盖 MANY_PLACES",
        "区域覆盖 SEVERAL_PLACES", "区域覆盖 ONE_PLACE", "战略级 STRATEGIC",
        "重点级 KEY", "一般级 GENERAL", "高价值 HIGH", "中等价值 MEDIUM", "低价值 LOW",
        "大客户 KEY_ACCOUNT", "高额低利 HIGH_REVENUE_LOW_PROFIT", "ABC 分类 ABC_A",
        "ABC 分类 ABC_B", "ABC 分类 ABC_C", "价值 x 潜力 STAR", "价值 x 潜力 MAINSTAY",
        "价值 x 潜力 PROMISING", "价值 x 潜力 BASIC", "中频 REGULAR",
        "长周期 LONG_CYCLE", "长周期（间隔）LONG_CYCLE", "采购翻倍 SURGE",
        "采购骤降 DROP", "采购趋势 RISING", "采购趋势 STABLE", "采购趋势 FALLING",
        "关联销售 CROSS_SELL", "活跃 ACTIVE", "冷却 COOLING", "沉睡 DORMANT",
        "重新激活 REACTIVATED", "逾期区间 CURRENT", "逾期区间 DPD_1_30",
        "逾期区间 DPD_31_60", "逾期区间 DPD_61_90", "逾期区间 DPD_OVER_90",
        "付款延迟 PAYMENT_DELAY", "付款延迟（恶化）PAYMENT_DELAY", "授信占用 BREACH",
        "授信占用 WARNING", "授信占用 WITHIN", "信用 LOW", "信用 MEDIUM", "信用 HIGH",
        "信用 CRITICAL", "信用 CRITICAL（逾期）", "信用 CRITICAL（违约）",
        "信用 CRITICAL（破产）", "行业敏感 INDUSTRY_SENSITIVITY", "情景冲击 SHOCK",
        "合作稳定性 UNSTABLE", "合作稳定性 STABLE", "压价 PRICE_PRESSURE", "A核心",
        "B重点", "C普通",
    }
)  # fmt: skip
"""The rows of the checklist that are labels, by name.

What becomes of tiers from review to review is shown where reviews are tested.
"""

OTHERS = (
    ("type", "OTHER", client(type="学校")),
    ("frequency", "NEVER", _NOTHING),
    ("frequency", "ONE_TIME", client(on_days(91))),
    ("frequency", "NONE_IN_WINDOW", client(on_days(400, 500))),
    ("frequency", "FREQUENT", client(on_days(*range(12)))),
    ("lifecycle", "PROSPECT", client(registered_on=ago(1))),
    ("lifecycle", "NEVER_PURCHASED", client(registered_on=ago(400))),
    ("lifecycle", "CHURNED", client(on_days(731, 761, 791))),
    ("lifecycle", "NEW", client(on_days(90))),
    ("lifecycle", "MATURE", client(on_days(180, 300, 366))),
    ("churn_risk", "YES", client(on_days(41, 61, 81))),
    ("churn_risk", "NO", client(on_days(40, 60, 80))),
    # two bursts, gaps 10, 10, 100, 10, 10: R > 20, and the fifth of five gaps is 100
    ("churn_risk", "NO", client(on_days(100, 110, 120, 220, 230, 240))),
    ("churn_risk", "YES", client(on_days(101, 111, 121, 221, 231, 241))),
)
"""Who gets the labels that no row is named after.

What is preferred and who buys by seasons is as in the base, with its examples there.
"""
