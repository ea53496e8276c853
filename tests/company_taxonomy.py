"""Every row of the checklist that the company policy answers, as a worked example.

Each row has its name, a customer who gets the label, one a step away who gets another,
and one of whom something is missing, so that the label is UNKNOWN and says what. What
the customers compare with stands in :mod:`company_world`, and so do the cuts used here:

    world of money: pct(S) >= .8 from 1,700, >= .5 from 1,100; pct(n) >= .5 from 11
    world of goods: pct(S) >= .8 from 270 (i = 17); pct(price of a TILE) = (i - .5) / 20

Some labels need nothing but orders and their days, which no table of sales is without:
they are never UNKNOWN, and their rows say so.
"""

from __future__ import annotations

from attrs import frozen

from company_world import Case, ago, bought, case, line, on_days

MONEY, GOODS, FEW = "money", "goods", "few"
"""The two worlds, and the world of money with one customer too few to learn from."""


@frozen
class Row:
    """One row of the checklist, or one label of it.

    Parameters
    ----------
    name : str
        As the checklist has it.
    family, code : str
        The label that stands for it.
    gets, misses : Case
        Who gets the label, and who gets ``instead``.
    lacks : Case or None
        Of whom something is missing; None where nothing can be.
    fact : str
        What is missing: a feature of the catalogue, or what was not learned.
    world : str
    in_world : str
        Where ``lacks`` is looked at.
    """

    name: str
    family: str
    code: str
    gets: Case
    misses: Case
    instead: str
    lacks: Case | None
    fact: str = ""
    world: str = MONEY
    in_world: str = ""


def _declared(name, family, code, gets, misses, instead, field, fact=""):  # noqa: PLR0917 - a row
    """Return a row that rests on one declared field."""
    got, missed = case(**{field: gets}), case(**{field: misses})
    return Row(name, family, code, got, missed, instead, case(), fact or field)


def _learned(name, family, code, gets, misses, instead, fact):  # noqa: PLR0917 - a row
    """Return a row that rests on a percentile: nineteen customers teach none."""
    return Row(name, family, code, gets, misses, instead, gets, fact, in_world=FEW)


def _goods(name, family, code, gets, misses, instead, lacks, fact):  # noqa: PLR0917 - a row
    """Return a row that rests on the goods on the lines of sale."""
    made = [case(lines) for lines in (gets, misses, lacks)]
    return Row(name, family, code, *made[:2], instead, made[2], fact, world=GOODS)


def _certain(name, family, code, gets, misses, instead):  # noqa: PLR0917 - a row
    """Return a row of which nothing can be missing."""
    return Row(name, family, code, case(gets), case(misses), instead, None)


def _split(top, rest, column="category", **more):
    """Return sales of two kinds in three orders, 100.00 in all."""
    return [
        line(top, order="o1", **{column: "TILE"}, **more),
        line(rest - 1, order="o2", **{column: "PAINT"}, **more),
        line(1, order="o3", **{column: "PAINT"}, **more),
    ]


def _three(top):
    """Return sales in three categories, 100.00 in all."""
    shares = {"TILE": top, "PAINT": 20, "PIPE": 80 - top}
    return [line(amount, category=name) for name, amount in shares.items()]


def _tile(price):
    """Return one TILE at a price."""
    return [line(price, category="TILE", quantity=1)]


def _grown(days_ago):
    """Return who buys 130 for 50 a year before, in TILE and PAINT but not in PIPE.

    Growth 80 / 50 = 1.6: 15.5 / 20 = .775. Gap 1/3: .7. With R = 100 (9.5 / 20 = .475)
    the potential is 50 * .775 + 30 * .7 + 20 * .525 = 38.75 + 21 + 10.5 = 70.25; with
    R = 110 (.525) it is 38.75 + 21 + 9.5 = 69.25.
    """
    return [
        line(30, days_ago=days_ago, category="TILE", quantity=1),
        line(100, days_ago=days_ago, category="PAINT", quantity=1),
        line(50, days_ago=days_ago + 365, order="before"),
    ]


_MONTHLY = range(0, 360, 30)
"""Twelve days in the year, 30 days apart, the last today."""

_AT = {"latitude": 23.0, "longitude": 113.0}
_CHINA = {"country": "中国"}
_PCT = "pct(spend) >= 0.8"

TYPE = (
    _declared("个人 INDIVIDUAL", "type", "INDIVIDUAL", "个人", "个体工商户",
              "ENTERPRISE", "legal_form"),
    _declared("企业 ENTERPRISE", "type", "ENTERPRISE", "Limited company", "事业单位",
              "GOVERNMENT", "legal_form"),
    _declared("政府 GOVERNMENT", "type", "GOVERNMENT", "政府机关", "民办非企业单位",
              "OTHER", "legal_form"),
)  # fmt: skip
INDUSTRY = (
    # GB/T 4754: 13 to 43 are manufacturing, 44 is power supply
    _declared("制造业 MANUFACTURING", "sector", "MANUFACTURING", "C4360", "D4411",
              "OTHER", "industry"),
    # 52 is retail, 51 wholesale
    _declared("零售业 RETAIL_TRADE", "sector", "RETAIL_TRADE", "5211", "5165",
              "OTHER", "industry"),
    # NACE 45.2 is the repair of cars, 45.1 the sale of cars
    _declared("服务业 SERVICES", "sector", "SERVICES", "NACE 45.20", "NACE 45.11",
              "OTHER", "industry"),
    # ISIC 66 is auxiliary to finance, 68 real estate
    _declared("金融 FINANCE", "sector", "FINANCE", "ISIC Rev.4 K6612",
              "ISIC Rev.4 L6810", "SERVICES", "industry"),
)  # fmt: skip
SIZE = (
    _declared("小型 SMALL", "size", "SMALL", 49, 50, "MEDIUM", "employees",
              "annual_revenue"),
    _declared("中型 MEDIUM", "size", "MEDIUM", 249, 250, "LARGE", "employees",
              "annual_revenue"),
    _declared("大型 LARGE", "size", "LARGE", 250, 249, "MEDIUM", "employees",
              "annual_revenue"),
)  # fmt: skip
INCOME = (
    _declared("高收入 INCOME_HIGH", "income", "INCOME_HIGH", "高收入", "中高收入",
              "INCOME_MID", "income_band"),
    _declared("中收入 INCOME_MID", "income", "INCOME_MID", "medium", "low",
              "INCOME_LOW", "income_band"),
    _declared("低收入 INCOME_LOW", "income", "INCOME_LOW", "低", "未分档",
              "OTHER", "income_band"),
)  # fmt: skip
PLACE = (
    Row("本地客户 LOCAL", "place", "LOCAL",
        case(city="佛山市", province="广东省", **_CHINA),
        case(city="广州市", province="广东省", **_CHINA),
        "NON_LOCAL", case(**_CHINA), "distance_km"),
    Row("异地客户 NON_LOCAL", "place", "NON_LOCAL",
        # 0.450 degrees of a meridian are 50.04 km, 0.449 are 49.93
        case(**{**_AT, "latitude": 23.450}, **_CHINA),
        case(**{**_AT, "latitude": 23.449}, **_CHINA),
        "LOCAL", case(city="广州"), "is_abroad"),
    Row("国际客户 INTERNATIONAL", "place", "INTERNATIONAL",
        case(country="Vietnam"),
        # A place in China by its province, though no country is said, and far away
        case(province="Guangxi", city="Nanning"),
        "NON_LOCAL", case(city="Nanning"), "is_abroad"),
    Row("国内客户 DOMESTIC", "domestic", "YES",
        # Hong Kong is a part of China: no other country
        case(country="HK"), case(country="VN"), "NO", case(), "is_abroad"),
)  # fmt: skip
VALUE = (
    _learned("高价值 HIGH", "value", "HIGH", case(bought(1700, 1, 10)),
             case(bought(1699.99, 1, 10)), "MEDIUM", _PCT),
    _learned("中等价值 MEDIUM", "value", "MEDIUM", case(bought(1100, 1, 10)),
             case(bought(1099.99, 1, 10)), "LOW", _PCT),
    _learned("低价值 LOW", "value", "LOW", case(), case(bought(1100, 1, 10)), "MEDIUM",
             _PCT),
    _learned("重要客户 IMPORTANT", "importance", "IMPORTANT",
             case(bought(1700, 11, 10)), case(bought(1700, 10, 10)), "ORDINARY", _PCT),
    Row("潜力客户 HIGH_POTENTIAL", "importance", "HIGH_POTENTIAL", case(_grown(100)),
        case(_grown(110)), "MINOR", case(_grown(100)), _PCT, GOODS, FEW),
    _learned("普通客户 ORDINARY", "importance", "ORDINARY", case(bought(1100, 1, 10)),
             case(bought(1099.99, 20, 10)), "MINOR", _PCT),
    # (3, 3, 3); FM = floor((3 + 3 + 1) / 2) = 3; with (3, 4, 4) it is 4
    _learned("RFM", "rfm", "NEED_ATTENTION", case(bought(900, 9, 120)),
             case(bought(1300, 13, 120)), "LOYAL", "recency_score"),
)  # fmt: skip
BEHAVIOUR = (
    _certain("频繁购买 FREQUENT", "frequency", "FREQUENT", on_days(*range(12)),
             on_days(*range(11)), "REGULAR"),
    _certain("低频购买 INFREQUENT", "frequency", "INFREQUENT", on_days(0, 1, 2),
             on_days(0, 1, 2, 3), "REGULAR"),
    _certain("一次性客户 ONE_TIME", "frequency", "ONE_TIME", on_days(91), on_days(90),
             "INFREQUENT"),
    # twelve days, 30 apart, and one 366 days ago; tenure 365 is not over a year
    _certain("忠实客户 LOYAL", "loyal", "YES", on_days(*_MONTHLY, 366),
             on_days(*_MONTHLY, 365), "NO"),
    _goods("单一品类 SINGLE_CATEGORY", "breadth", "SINGLE_CATEGORY", _split(90, 10),
           _split(89, 11), "FEW_CATEGORIES", on_days(10), "top_category_share"),
    _goods("多品类 MULTI_CATEGORY", "breadth", "MULTI_CATEGORY", _three(69), _three(70),
           "FEW_CATEGORIES", on_days(10), "top_category_share"),
)  # fmt: skip
PREFERENCE = (
    # the 15th of twenty prices, 150, is at .725, the 16th, 160, at .775: 155 at .75
    _goods("高端 PREMIUM", "price_preference", "PREMIUM", _tile(155), _tile(154.9),
           "MIXED", [line(155, category="TILE")], "price_position"),
    # the 7th, 70, is at .325, the 8th, 80, at .375: 75 at .35
    _goods("性价比 VALUE_SEEKER", "price_preference", "VALUE_SEEKER", _tile(75),
           _tile(75.1), "MIXED", [line(75, quantity=1)], "price_position"),
    _goods("特定品牌 BRAND_LOYAL", "brand", "BRAND_LOYAL", _split(70, 30, "brand"),
           _split(69, 31, "brand"), "NOT_LOYAL", _split(70, 30), "top_brand_share"),
)  # fmt: skip
CONTACT = (
    # one of today is 1; of yesterday 2^(-1/30) = .977
    Row("浏览行为 ENGAGEMENT", "engaged", "ENGAGED", case(intents=[0]),
        case(intents=[1]), "NOT_ENGAGED", case(), "engagement"),
    # one of 30 days ago is 1/2, two of 60 days ago as well: the web comes first in text
    # order; two of 61 days ago are .489
    Row("浏览为主 ONLINE", "channel", "ONLINE",
        case(met=[(60, "web"), (60, "web"), (30, "wechat")]),
        case(met=[(61, "web"), (61, "web"), (30, "wechat")]), "SOCIAL",
        case(intents=[0]), "top_channel_kind"),
    # two by the web, three by two social ones; 微信小程序 is one of the web
    Row("社交为主 SOCIAL", "channel", "SOCIAL",
        case(met=[(0, "web"), (0, "web"), (0, "微信"), (0, "抖音"), (0, "抖音")]),
        case(met=[(0, "web"), (0, "web"), (0, "微信小程序"), (0, "抖音"), (0, "抖音")]),
        "ONLINE", case(intents=[0]), "top_channel_kind"),
    Row("人员联系为主 PERSONAL", "channel", "PERSONAL", case(met=[(0, "电话")]),
        case(met=[(0, "传单")]), "OTHER", case(intents=[0]), "top_channel_kind"),
)  # fmt: skip
LIFECYCLE = (
    Row("新客户 NEW", "lifecycle", "NEW", case(on_days(90, 3)), case(on_days(91, 3)),
        "ACTIVE", case(), "account_age_days"),
    # gaps 20 and 20: R > 40; without a sale ever there is no R
    Row("流失预警 CHURN_RISK", "churn_risk", "YES", case(on_days(41, 61, 81)),
        case(on_days(40, 60, 80)), "NO", case(), "days_since_last_sale"),
)  # fmt: skip
GRADING = (
    # 50 x .775 + 25 x .825 + 25 x .825 = 80; 50 x .775 + 25 x .775 + 25 x .825 = 78.75
    _learned("A核心", "tier", "A", case(bought(1600, 17, 40)),
             case(bought(1600, 16, 40)), "B", "pct(spend)"),
    # 50 x .575 + 25 x .625 + 25 x .625 = 60; with 12 orders 58.75
    _learned("B重点", "tier", "B", case(bought(1200, 13, 80)),
             case(bought(1200, 12, 80)), "C", "pct(spend)"),
    _learned("C普通", "tier", "C", case(), case(bought(1200, 13, 80)), "B",
             "pct(spend)"),
)  # fmt: skip

ROWS: tuple[Row, ...] = (
    *TYPE, *INDUSTRY, *SIZE, *INCOME, *PLACE, *VALUE, *BEHAVIOUR, *PREFERENCE,
    *CONTACT, *LIFECYCLE, *GRADING,
)  # fmt: skip

CHECKLIST = frozenset(
    {
        "个人 INDIVIDUAL", "企业 ENTERPRISE", "政府 GOVERNMENT",
        "制造业 MANUFACTURING", "零售业 RETAIL_TRADE", "服务业 SERVICES",
        "金融 FINANCE",
        "小型 SMALL", "中型 MEDIUM", "大型 LARGE",
        "高收入 INCOME_HIGH", "中收入 INCOME_MID", "低收入 INCOME_LOW",
        "本地客户 LOCAL", "异地客户 NON_LOCAL", "国内客户 DOMESTIC",
        "国际客户 INTERNATIONAL",
        "高价值 HIGH", "中等价值 MEDIUM", "低价值 LOW",
        "重要客户 IMPORTANT", "普通客户 ORDINARY", "潜力客户 HIGH_POTENTIAL", "RFM",
        "频繁购买 FREQUENT", "低频购买 INFREQUENT", "一次性客户 ONE_TIME",
        "忠实客户 LOYAL", "单一品类 SINGLE_CATEGORY", "多品类 MULTI_CATEGORY",
        "高端 PREMIUM", "性价比 VALUE_SEEKER", "特定品牌 BRAND_LOYAL",
        "浏览行为 ENGAGEMENT", "浏览为主 ONLINE", "社交为主 SOCIAL",
        "人员联系为主 PERSONAL",
        "新客户 NEW", "流失预警 CHURN_RISK",
        "A核心", "B重点", "C普通",
    }
)  # fmt: skip
"""The rows of the checklist for companies in general, by name.

Lifetime value and clustering are not here: they need models of their own.
"""

OTHERS = (
    ("type", "OTHER", case(legal_form="民办非企业单位")),
    ("sector", "OTHER", case(industry="A0111")),
    ("income", "OTHER", case(income_band="?")),
    ("domestic", "NO", case(country="US")),
    ("importance", "MINOR", case(bought(1, 1, 10))),
    ("breadth", "FEW_CATEGORIES", case(_split(60, 40))),  # wide, but of two only
    ("loyal", "NO", case(on_days(10))),
    ("price_preference", "MIXED", case(_tile(100))),
    ("brand", "NOT_LOYAL", case(_split(50, 50, "brand"))),
    ("engaged", "HIGHLY_ENGAGED", case(intents=[0] * 5)),
    ("engaged", "NOT_ENGAGED", case(intents=[])),
    ("channel", "OTHER", case(met=[(0, "传单")])),
    ("lifecycle", "PROSPECT", case(registered_on=ago(1))),
    ("lifecycle", "NEVER_PURCHASED", case(registered_on=ago(400))),
)
"""Who gets the labels that no row is named after, in the world of goods."""
