"""Every row of the checklist that the policy of frozen goods answers, worked by hand.

The world of frozen goods has twenty customers, i = 1 .. 20, as of t = 2026-06-30.
Customer i placed one order of 100 i, 10 i days before t: i cartons, of which 40 i went
on 水产, 40 i on 猪肉 and 20 i on 水饺. Before the year each bought on four more days,
390, 420, 450 and 480 days before that one. So in the year up to t

    S = AOV = 100 i,  Q = i,  n = d = 1,  R = 10 i,

and the mid-rank percentile of the i-th is (i - .5) / 20: at least .8 from i = 17
(.825), at least .5 from i = 11 (.525), and more than .5 from there on. The usual gap is
30 days.

The usual shares are .4, .4 and .2. All three categories are common: 20 of 20 buy them.
The lift of a customer with n orders and the share s of its leading category of the
usual share q is ((n s + 5 q) / (n + 5)) / q.

What is taken over from the company policy has its examples here too: a base that
changes must not change this trade unseen.
"""

from __future__ import annotations

from company_taxonomy import Row
from company_world import Case, bought, case, line, on_days, transaction

WORLD, FEW, MONEY = "frozen", "few", "money"
"""The world above, the same with one customer too few, and that of money."""


def frozen_reference(n=20):
    """Return the sales of the first n customers of the world of frozen goods."""
    rows = []
    for i in range(1, n + 1):
        basket = (("水产", 40 * i, i), ("猪肉", 40 * i, 0), ("水饺", 20 * i, 0))
        for category, amount, cartons in basket:
            more = {"category": category, "quantity": cartons}
            sale = line(amount, days_ago=10 * i, order=f"f{i}", **more)
            rows.append(transaction(f"f{i:02}", sale))
        for back in (390, 420, 450, 480):
            more = {"category": "水产", "quantity": 0}
            sale = line(1, days_ago=10 * i + back, order=f"f{i}-{back}", **more)
            rows.append(transaction(f"f{i:02}", sale))
    return rows


def orders(amount, count):
    """Return so many orders of one amount, one a day."""
    return [line(amount, days_ago=k, order=f"o{k}") for k in range(count)]


def cartons(quantity):
    """Return one sale of so many cartons."""
    return [line(10, quantity=quantity)]


def split(top, rest, *, kind="水产", count=5):
    """Return orders whose goods are split between a category and another."""
    return [
        line(amount, days_ago=k, order=f"o{k}", category=category)
        for k in range(count)
        for category, amount in ((kind, top), ("水饺", rest))
        if amount
    ]


def three(top):
    """Return one order in three categories, 100.00 in all."""
    shares = {"水产": top, "猪肉": 20, "水饺": 80 - top}
    return [line(amount, category=name) for name, amount in shares.items()]


def _declared(name, family, code, gets, misses, instead):  # noqa: PLR0917 - a row
    """Return a row that rests on the declared type."""
    got, missed = case(type=gets), case(type=misses)
    return Row(name, family, code, got, missed, instead, case(), "declared_type", WORLD)


def _learned(name, family, code, gets, misses, instead, fact):  # noqa: PLR0917 - a row
    """Return a row that rests on a percentile: nineteen customers teach none."""
    lacks = Case(gets.sales)
    return Row(name, family, code, gets, misses, instead, lacks, fact, WORLD, FEW)


def _goods(name, family, code, gets, misses, instead, lacks, fact):  # noqa: PLR0917 - a row
    """Return a row that rests on the goods on the lines of sale."""
    made = [case(lines) for lines in (gets, misses, lacks)]
    return Row(name, family, code, *made[:2], instead, made[2], fact, WORLD)


def _certain(name, family, code, gets, misses, instead):  # noqa: PLR0917 - a row
    """Return a row of which nothing can be missing."""
    return Row(name, family, code, case(gets), case(misses), instead, None, "", WORLD)


_AOV = "average_order_value"
_MONTHLY = range(0, 360, 30)
_CHINA = {"country": "中国"}

TYPE = (
    _declared("零售客户 RETAILER", "type", "RETAILER", "连锁超市", "批发市场",
              "WHOLESALE"),
    _declared("批发客户 WHOLESALE", "type", "WHOLESALE", "食品经销商", "零售商",
              "RETAILER"),
    _declared("餐饮客户 CATERING", "type", "CATERING", "餐饮连锁", "学校", "OTHER"),
    # Inferred: the average order is under 1,100, the first above .5, twelve times or
    # more; or 1,700 or more, the first of .8, up to twelve times. Else nobody can tell.
    _learned("零售客户, inferred", "type", "RETAILER", case(orders(1099.99, 12)),
             case(orders(1100, 12)), "UNKNOWN", f"pct({_AOV}) > 0.5"),
    _learned("批发客户, inferred", "type", "WHOLESALE", case(orders(1700, 12)),
             case(orders(1700, 13)), "UNKNOWN", f"pct({_AOV}) >= 0.8"),
    _learned("inferred 标记", "type_inferred", "YES", case(orders(1000, 12)),
             case(orders(1000, 12), type="零售"), "NO", f"pct({_AOV}) > 0.5"),
)  # fmt: skip
OUTLET = (
    _declared("超市 SUPERMARKET", "outlet", "SUPERMARKET", "大卖场", "小超市",
              "CONVENIENCE_STORE"),
    _declared("便利店 CONVENIENCE_STORE", "outlet", "CONVENIENCE_STORE",
              "Convenience store", "Department store", "OTHER"),
    _declared("农贸市场 WET_MARKET", "outlet", "WET_MARKET", "农贸市场", "农贸批发市场",
              "WHOLESALE_MARKET"),
    _declared("批发市场 WHOLESALE_MARKET", "outlet", "WHOLESALE_MARKET", "批发市场",
              "批发商", "OTHER"),
    _declared("食品经销商 FOOD_DISTRIBUTOR", "outlet", "FOOD_DISTRIBUTOR",
              "Food distributor", "Food service", "OTHER"),
)  # fmt: skip
SCALE = (
    _learned("采购规模 LARGE", "procurement_scale", "LARGE", case(bought(1700, 1, 10)),
             case(bought(1699.99, 1, 10)), "MEDIUM", "pct(spend) >= 0.8"),
    _learned("采购规模 MEDIUM", "procurement_scale", "MEDIUM",
             case(bought(1100, 1, 10)), case(bought(1099.99, 1, 10)), "SMALL",
             "pct(spend) >= 0.8"),
    _learned("采购规模 SMALL", "procurement_scale", "SMALL", case(),
             case(bought(1100, 1, 10)), "MEDIUM", "pct(spend) >= 0.8"),
)  # fmt: skip
PLACE = (
    Row("本地客户 LOCAL", "place", "LOCAL",
        case(city="佛山市", province="广东省", **_CHINA),
        case(city="广州市", province="广东省", **_CHINA),
        "NON_LOCAL", case(**_CHINA), "distance_km", WORLD),
    Row("外地客户 NON_LOCAL", "place", "NON_LOCAL",
        # 0.450 degrees of a meridian are 50.04 km, 0.449 are 49.93
        case(latitude=23.450, longitude=113.0, **_CHINA),
        case(latitude=23.449, longitude=113.0, **_CHINA),
        "LOCAL", case(city="广州"), "is_abroad", WORLD),
)  # fmt: skip
BEHAVIOUR = (
    _certain("频繁购买 FREQUENT", "frequency", "FREQUENT", on_days(*range(12)),
             on_days(*range(11)), "REGULAR"),
    _certain("低频购买 INFREQUENT", "frequency", "INFREQUENT", on_days(0, 1, 2),
             on_days(0, 1, 2, 3), "REGULAR"),
    # twelve days, 30 apart, and one 366 days ago; tenure 365 is not over a year
    _certain("忠实客户 LOYAL", "loyal", "YES", on_days(*_MONTHLY, 366),
             on_days(*_MONTHLY, 365), "NO"),
    _learned("大量购买 LARGE_VOLUME", "volume", "LARGE_VOLUME", case(cartons(17)),
             case(cartons(16.99)), "MEDIUM_VOLUME", "pct(quantity) >= 0.8"),
    _learned("中量购买 MEDIUM_VOLUME", "volume", "MEDIUM_VOLUME", case(cartons(11)),
             case(cartons(10)), "SMALL_VOLUME", "pct(quantity) >= 0.8"),
    _learned("小量购买 SMALL_VOLUME", "volume", "SMALL_VOLUME", case(cartons(10)),
             case(cartons(11)), "MEDIUM_VOLUME", "pct(quantity) >= 0.8"),
    _goods("单一品类 SINGLE_CATEGORY", "breadth", "SINGLE_CATEGORY", split(90, 10),
           split(89, 11), "FEW_CATEGORIES", on_days(10), "top_category_share"),
    _goods("多品类 MULTI_CATEGORY", "breadth", "MULTI_CATEGORY", three(69), three(70),
           "FEW_CATEGORIES", on_days(10), "top_category_share"),
)  # fmt: skip
PREFERENCE = (
    # five orders: (5 x .8 + 5 x .4) / 10 = .6, .6 / .4 = 1.5; with .79 it is 1.4875
    _goods("产品偏好 PRODUCT_PREFERENCE", "product_preference", "SEAFOOD",
           split(80, 20), split(79, 21), "NONE", on_days(10), "top_category_lift"),
    # of the three common categories one is missing, or none
    _goods("关联销售 CROSS_SELL", "cross_sell", "YES", split(60, 40), three(50), "NO",
           on_days(10), "category_gap"),
)  # fmt: skip
LIFECYCLE = (
    Row("新客户 NEW", "lifecycle", "NEW", case(on_days(90, 3)), case(on_days(91, 3)),
        "ACTIVE", case(), "account_age_days", WORLD),
)  # fmt: skip
GRADING = (
    # the world of money: 50 x .775 + 25 x .825 + 25 x .825 = 80; with 16 orders 78.75
    Row("A核心", "tier", "A", case(bought(1600, 17, 40)), case(bought(1600, 16, 40)),
        "B", case(bought(1600, 17, 40)), "pct(spend)", MONEY, FEW),
    # 50 x .575 + 25 x .625 + 25 x .625 = 60; with 12 orders 58.75
    Row("B重点", "tier", "B", case(bought(1200, 13, 80)), case(bought(1200, 12, 80)),
        "C", case(bought(1200, 13, 80)), "pct(spend)", MONEY, FEW),
    Row("C一般", "tier", "C", case(), case(bought(1200, 13, 80)), "B", case(),
        "pct(spend)", MONEY, FEW),
)  # fmt: skip

ROWS: tuple[Row, ...] = (
    *TYPE, *OUTLET, *SCALE, *PLACE, *BEHAVIOUR, *PREFERENCE, *LIFECYCLE, *GRADING,
)  # fmt: skip

CHECKLIST = frozenset(
    {
        "零售客户 RETAILER", "批发客户 WHOLESALE", "餐饮客户 CATERING",
        "零售客户, inferred", "批发客户, inferred", "inferred 标记",
        "超市 SUPERMARKET", "便利店 CONVENIENCE_STORE", "农贸市场 WET_MARKET",
        "批发市场 WHOLESALE_MARKET", "食品经销商 FOOD_DISTRIBUTOR",
        "采购规模 LARGE", "采购规模 MEDIUM", "采购规模 SMALL",
        "本地客户 LOCAL", "外地客户 NON_LOCAL",
        "频繁购买 FREQUENT", "低频购买 INFREQUENT", "忠实客户 LOYAL",
        "大量购买 LARGE_VOLUME", "中量购买 MEDIUM_VOLUME", "小量购买 SMALL_VOLUME",
        "单一品类 SINGLE_CATEGORY", "多品类 MULTI_CATEGORY",
        "产品偏好 PRODUCT_PREFERENCE", "关联销售 CROSS_SELL",
        "新客户 NEW", "A核心", "B重点", "C一般",
    }
)  # fmt: skip
"""The rows of the checklist for frozen goods, by name; the sub-types by theirs.

Periodic review, customer profile and data quality are no labels and have tests of their
own, and so have the ranking of what to cross-sell, satisfaction and the evaluation of a
grading.
"""

OTHERS = (
    ("type", "OTHER", case(type="学校")),
    ("type_inferred", "NO", case()),
    ("outlet", "OTHER", case(type="餐厅")),
    ("place", "INTERNATIONAL", case(country="Vietnam")),
    ("breadth", "FEW_CATEGORIES", case(split(60, 40))),
    ("loyal", "NO", case(on_days(10))),
    ("product_preference", "MEAT", case(split(90, 10, kind="猪肉"))),
    ("cross_sell", "NO", case()),
    ("frequency", "NEVER", case()),
    ("frequency", "ONE_TIME", case(on_days(91))),
    ("frequency", "NONE_IN_WINDOW", case(on_days(400, 430))),
)
"""Who gets the labels that no row is named after, in the world of frozen goods."""
