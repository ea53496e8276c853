"""Every row of the checklist that the building-materials policy answers, worked out.

Each row has its name, a customer who gets the label, one a step away who gets another,
and one of whom something is missing, so that the label is UNKNOWN and says what. Whom
they compare with, and the cuts used here:

    yard (:mod:`building_materials_world`): pct(AOV) <= .5 under 1,100, >= .8 from
        1,700; each of eight categories is an eighth of what is usual
    world of money (:mod:`company_world`): S = 100 i, n = i; pct(S) >= .8 from 1,700, >=
        .5 from 1,100; pct(n) >= .8 from 17
    world of goods (likewise): what potential is made of
"""

from __future__ import annotations

from building_materials_world import on_dates
from company_taxonomy import FEW, GOODS, MONEY, Row
from company_world import Case, ago, bought, case, line, on_days

YARD = "yard"
"""The world of the yard; that of too few has nineteen of its customers."""


def _row(name, family, code, gets, misses, instead, lacks, fact):  # noqa: PLR0917 - a row
    """Return a row of the yard; sales alone are made a customer."""
    made = [one if isinstance(one, Case) else case(one) for one in (gets, misses)]
    if lacks is not None and not isinstance(lacks, Case):
        lacks = case(lacks)
    return Row(name, family, code, *made, instead, lacks, fact, world=YARD)


def _learned(name, family, code, gets, misses, instead, fact, *, world=MONEY):  # noqa: PLR0917
    """Return a row that rests on a percentile: nineteen customers teach none."""
    made = [one if isinstance(one, Case) else case(one) for one in (gets, misses)]
    return Row(name, family, code, *made, instead, made[0], fact, world, FEW)


def _orders(count, amount=10, *, days_ago=10):
    """Return so many orders on one day."""
    return [line(amount, days_ago=days_ago, order=f"o{at}") for at in range(count)]


def _half(shelf, amount=50):
    """Return 100.00 in one order: so much for one category, the rest for two others."""
    rest = (100 - amount) / 2
    goods = ((shelf, amount), ("吊顶灯", rest), ("家具", rest))
    return [line(part, category=name) for name, part in goods]


def _preferred(title, code, shelf):
    """Return a row of the leading category, of which an eighth is usual.

    p = (1 x share + 5 / 8) / 6, and p / (1 / 8) is 1.5 from a share of one half on;
    with .49 it is 1.487.
    """
    return _row(f"产品偏好 PRODUCT_PREFERENCE: {title}", "product_preference", code,
                _half(shelf), _half(shelf, 49), "NONE", [line(100)],
                "top_category_lift")  # fmt: skip


def _grown(days_ago):
    """Return who buys 130 for 50 a year before, in TILE and PAINT but not in PIPE.

    Growth 80 / 50 = 1.6: 15.5 / 20 = .775. Gap 1/3: .7. With R = 100 (9.5 / 20 = .475)
    the potential is 50 x .775 + 30 x .7 + 20 x .525 = 38.75 + 21 + 10.5 = 70.25; with
    R = 110 (.525) it is 38.75 + 21 + 9.5 = 69.25.
    """
    return [
        line(30, days_ago=days_ago, category="TILE", quantity=1),
        line(100, days_ago=days_ago, category="PAINT", quantity=1),
        line(50, days_ago=days_ago + 365, order="before"),
    ]


_FIRST = "2024-04-09"
"""Two whole years before the 24 months looked at begin, from July 2024."""


def april_july(april, july):
    """Return purchases on so many days of April and of July, in two years.

    With a in April and b in July, at a right angle, R1 = sqrt(a^2 + b^2) / n. Of six,
    5 and 1 give n R1^2 = 26/6 and p = .0131 x .517 = .007; 4 and 2 give 20/6 and
    p = .0357 x .784 = .028, which chance may do (Wilkie's series, module circular).
    On the doubled angle they cancel: 4/6 and 2/6, with p of .06 and .54.
    """
    days = [f"2025-04-{day:02}" for day in (3, 10)]
    days += [f"2026-04-{day:02}" for day in (3, 10, 17)]
    more = [f"{year}-07-{day:02}" for year, day in ((2024, 3), (2025, 10))]
    return on_dates(_FIRST, *days[-april:], *more[:july])


_AT = {"latitude": 23.0, "longitude": 113.0}
_CHINA = {"country": "中国"}
_PCT = "pct(spend) >= 0.8"

TYPE = (
    _row("零售客户 CONSUMER", "type", "CONSUMER", case(type="家装业主"),
         case(type="家装公司"), "WHOLESALE", case(), "declared_type"),
    _row("批发客户 WHOLESALE", "type", "WHOLESALE", case(type="零售商"),
         case(type="零售"), "CONSUMER", case(), "declared_type"),
    # twelve orders of 10.00, nobody said what it is
    _learned("零售客户（推断）CONSUMER", "type_inferred", "YES", case(_orders(12)),
             case(_orders(11)), "NO", "pct(average_order_value) > 0.5", world=YARD),
    # one order in the top fifth
    _learned("批发客户（推断）WHOLESALE", "type_inferred", "YES",
             case([line(1700)]), case([line(1699.99)]), "NO",
             "pct(average_order_value) >= 0.8", world=YARD),
)  # fmt: skip
SIZE = (
    _row("小型 SMALL", "size", "SMALL", case(employees=49), case(employees=50),
         "MEDIUM", case(), "annual_revenue"),
    _row("中型 MEDIUM", "size", "MEDIUM", case(employees=249), case(employees=250),
         "LARGE", case(), "annual_revenue"),
    _row("大型 LARGE", "size", "LARGE", case(employees=250), case(employees=249),
         "MEDIUM", case(), "annual_revenue"),
)  # fmt: skip
PLACE = (
    _row("本地客户 LOCAL", "place", "LOCAL",
         case(city="佛山市", province="广东省", **_CHINA),
         case(city="广州市", province="广东省", **_CHINA), "NON_LOCAL",
         case(**_CHINA), "distance_km"),
    # 0.450 degrees of a meridian are 50.04 km, 0.449 are 49.93
    _row("异地客户 NON_LOCAL", "place", "NON_LOCAL",
         case(**{**_AT, "latitude": 23.450}, **_CHINA),
         case(**{**_AT, "latitude": 23.449}, **_CHINA), "LOCAL",
         case(city="广州"), "is_abroad"),
)  # fmt: skip
VALUE = (
    # the amount is large, and it is often: 17 orders, not 16
    _learned("高价值 HIGH", "value", "HIGH", bought(1700, 17, 10),
             bought(1700, 16, 10), "MEDIUM", _PCT),
    _learned("中等价值 MEDIUM", "value", "MEDIUM", bought(1100, 1, 10),
             bought(1099.99, 20, 10), "LOW", _PCT),
    _learned("低价值 LOW", "value", "LOW", case(), bought(1100, 1, 10), "MEDIUM",
             _PCT),
    Row("潜力客户 HIGH_POTENTIAL", "high_potential", "YES", case(_grown(100)),
        case(_grown(110)), "NO", case(on_days(100)), "spend_change_share", GOODS),
)  # fmt: skip
BEHAVIOUR = (
    _row("频繁购买 FREQUENT", "frequency", "FREQUENT", on_days(*range(12)),
         on_days(*range(11)), "REGULAR", None, ""),
    _row("季节性购买 SEASONAL", "season", "SEASONAL", april_july(5, 1),
         april_july(4, 2), "NOT_SEASONAL", april_july(5, 0)[1:],
         "season_purchase_days"),
    _preferred("瓷砖石材", "TILES_AND_STONE", "大理石"),
    _preferred("卫浴洁具", "SANITARY", "马桶"),
    _preferred("涂料防水", "PAINT", "乳胶漆"),
    _preferred("板材地板", "BOARDS_AND_FLOORS", "地板"),
    _preferred("主体材料", "STRUCTURE", "水泥"),
    _preferred("管线五金", "PIPES_AND_WIRES", "电线"),
    _preferred("其他", "OTHER", "灯具"),
)  # fmt: skip
GRADING = (
    # 50 x .775 + 25 x .825 + 25 x .825 = 80; 50 x .775 + 25 x .775 + 25 x .825 = 78.75
    _learned("A核心", "tier", "A", bought(1600, 17, 40), bought(1600, 16, 40), "B",
             "pct(spend)"),
    # 50 x .575 + 25 x .625 + 25 x .625 = 60; with 12 orders 58.75
    _learned("B重点", "tier", "B", bought(1200, 13, 80), bought(1200, 12, 80), "C",
             "pct(spend)"),
    _learned("C普通", "tier", "C", case(), bought(1200, 13, 80), "B", "pct(spend)"),
)  # fmt: skip

ROWS: tuple[Row, ...] = (*TYPE, *SIZE, *PLACE, *VALUE, *BEHAVIOUR, *GRADING)

CHECKLIST = frozenset(
    {
        "零售客户 CONSUMER", "批发客户 WHOLESALE",
        "零售客户（推断）CONSUMER", "批发客户（推断）WHOLESALE",
        "小型 SMALL", "中型 MEDIUM", "大型 LARGE",
        "本地客户 LOCAL", "异地客户 NON_LOCAL",
        "高价值 HIGH", "中等价值 MEDIUM", "低价值 LOW", "潜力客户 HIGH_POTENTIAL",
        "频繁购买 FREQUENT", "季节性购买 SEASONAL",
        *(
            f"产品偏好 PRODUCT_PREFERENCE: {one}"
            for one in ("瓷砖石材", "卫浴洁具", "涂料防水", "板材地板", "主体材料",
                        "管线五金", "其他")
        ),
        "A核心", "B重点", "C普通",
    }
)  # fmt: skip
"""The rows of the checklist for building materials, by name."""

OTHERS = (
    ("type", "OTHER", case(type="设计院")),
    ("type_inferred", "NO", case(_orders(12), type="家庭")),
    ("place", "INTERNATIONAL", case(country="Vietnam")),
    ("frequency", "NEVER", case()),
    ("frequency", "ONE_TIME", case(on_days(91))),
    ("frequency", "NONE_IN_WINDOW", case(on_days(400, 500))),
    ("frequency", "INFREQUENT", case(on_days(1, 2, 3))),
    ("lifecycle", "PROSPECT", case(registered_on=ago(179))),
    ("lifecycle", "NEVER_PURCHASED", case(registered_on=ago(180))),
    ("lifecycle", "CHURNED", case(on_days(731, 761, 791))),
    ("lifecycle", "NEW", case(on_days(90))),
    ("lifecycle", "REACTIVATED", case(on_days(10, 376))),
    ("lifecycle", "MATURE", case(on_days(180, 300, 366))),
    ("lifecycle", "ACTIVE", case(on_days(180, 300))),
    ("lifecycle", "COOLING", case(on_days(181, 300))),
    ("lifecycle", "DORMANT", case(on_days(366, 400))),
    # gaps 20 and 20: R > 40
    ("churn_risk", "YES", case(on_days(41, 61, 81))),
    ("churn_risk", "NO", case(on_days(40, 60, 80))),
    # two bursts, gaps 10, 10, 100, 10, 10: R > 20, and the fifth of five gaps is 100
    ("churn_risk", "NO", case(on_days(100, 110, 120, 220, 230, 240))),
    ("churn_risk", "YES", case(on_days(101, 111, 121, 221, 231, 241))),
)
"""Who gets the labels that no row is named after, in the yard."""
