"""Every row of the checklist that the lighting policy answers, as a worked example.

Each row has its name, a customer who gets the label, one a step away who gets another,
and one of whom something is missing, so that the label is UNKNOWN and says what.

They compare with twenty customers, i = 1 .. 20, of the world of lamps,
:func:`lamps_reference`, as of 2026-06-30. Customer i bought once in the year, 10 i days
before, for 100 i: one order, half of it downlights (筒灯), half light sources (光源), i
pieces in all. So in the year

    S = AOV = 100 i,  n = d = 1,  Q = i,  R = 10 i,

and the mid-rank percentile of customer i is (i - .5) / 20: at least .5 from i = 11 (S
of 1,100), .8 from i = 17 (1,700), .95 from i = 20 (2,000). Both categories are bought
by all, and half of the spend is usual in each. Before the year each bought on four more
days, so that the usual gap is 30 days for everybody.

Tiers compare with the world of money of :mod:`company_world`, where n = i.
"""

from __future__ import annotations

from company_taxonomy import FEW, MONEY, Row
from company_world import Case, ago, bought, case, line, on_days, transaction

LAMPS = "lamps"
"""The world of lamps; that of too few has nineteen of its customers."""

_SPEND, _AOV = "pct(spend)", "pct(average_order_value)"


def lamps_reference(n: int = 20) -> list:
    """Return the sales of the first n customers of the world of lamps."""
    rows = []
    for i in range(1, n + 1):
        who = f"l{i:02}"
        for category, pieces in (("筒灯", i), ("光源", 0)):
            sale = _lamp(50 * i, category, days_ago=10 * i, quantity=pieces)
            rows.append(transaction(who, sale))
        for back in (390, 420, 450, 480):
            more = {"days_ago": 10 * i + back, "order": f"o{back}", "quantity": 0}
            rows.append(transaction(who, _lamp(1, "筒灯", **more)))
    return rows


def _lamp(amount, category, **more):
    return line(amount, **{"category": category, "ship_to": "佛山", **more})


def _row(name, family, code, gets, misses, instead, lacks, fact):  # noqa: PLR0917 - a row
    """Return a row of the world of lamps; sales alone are made a customer."""
    made = [one if isinstance(one, Case) else case(one) for one in (gets, misses)]
    if lacks is not None and not isinstance(lacks, Case):
        lacks = case(lacks)
    return Row(name, family, code, *made, instead, lacks, fact, world=LAMPS)


def _learned(name, family, code, gets, misses, instead, fact, *, world=LAMPS):  # noqa: PLR0917
    """Return a row that rests on a percentile: nineteen customers teach none."""
    made = [one if isinstance(one, Case) else case(one) for one in (gets, misses)]
    return Row(name, family, code, *made, instead, made[0], fact, world, FEW)


def _split(category, share, also=None, more=0):
    """Return 100.00: shares for one category or two, the rest for no application."""
    rest = [_lamp(more, also)] if also else []
    return [_lamp(share, category), *rest, _lamp(100 - share - more, "电缆")]


def _orders(count, *categories):
    """Return so many orders of 10.00 in each of some categories, on one day."""
    return [_lamp(10, one, order=f"o{at}") for at in range(count) for one in categories]


def _sent(*places):
    """Return one sale of 10.00 to each place."""
    return [line(10, order=f"o{at}", ship_to=one) for at, one in enumerate(places)]


def _in(province, **more):
    return case(province=province, **{"country": "中国", **more})


_NOWHERE = case(country="中国")
_UNTOLD = [line(10)]
"""One sale, of which neither category nor place is told."""

SECTOR = (
    _row("家居 HOME", "sector", "HOME", _split("吸顶灯", 60), _split("吸顶灯", 59),
         "OTHER", _UNTOLD, "top_application_share"),
    _row("商业照明 COMMERCIAL_LIGHTING", "sector", "COMMERCIAL_LIGHTING",
         _split("筒灯 LED 9W", 35, "射灯", 25), _split("筒灯 LED 9W", 35, "射灯", 24),
         "OTHER", _UNTOLD, "top_application_share"),
    _row("工业照明 INDUSTRIAL_LIGHTING", "sector", "INDUSTRIAL_LIGHTING",
         _split("High bay 150 W", 60), _split("High bay 150 W", 59),
         "OTHER", _UNTOLD, "top_application_share"),
)  # fmt: skip
REGION = (
    _row("北方区 NORTH", "region", "NORTH", _in("山西省"), _in("河南"), "SOUTH",
         _NOWHERE, "province"),
    _row("南方区 SOUTH", "region", "SOUTH", _in("湖南"), _in("江西"), "EAST",
         _NOWHERE, "province"),
    _row("东部区 EAST", "region", "EAST", _in("CN-SD"), _in("河北省"), "NORTH",
         _NOWHERE, "province"),
    _row("西部区 WEST", "region", "WEST", _in("陕西"), _in("Shanxi"), "NORTH",
         _NOWHERE, "province"),
    # Hong Kong is no other country
    _row("海外 ABROAD", "region", "ABROAD", case(country="Vietnam"), case(country="HK"),
         "SOUTH", case(), "country"),
    _row("区域覆盖 COVERAGE", "delivery_coverage", "MANY_PLACES", _sent(*"ABCDE"),
         _sent(*"ABCDA"), "SEVERAL_PLACES", _UNTOLD, "ship_to_places"),
)  # fmt: skip
VALUE = (
    # the top twentieth
    _learned("VIP", "value", "VIP", bought(2000, 1, 10),
             [line(1999.99, quantity=0)], "ORDINARY", _SPEND),
    _learned("普通客户 ORDINARY", "value", "ORDINARY", [line(1100, quantity=0)],
             [line(1099.99, quantity=0)], "LOW", _SPEND),
    _learned("低价值 LOW", "value", "LOW", case(), [line(1100, quantity=0)],
             "ORDINARY", _SPEND),
    _learned("大客户 KEY_ACCOUNT", "key_account", "YES", bought(2000, 1, 10),
             bought(1999.99, 1, 10), "NO", _SPEND),
)  # fmt: skip
BEHAVIOUR = (
    _row("频繁购买 FREQUENT", "frequency", "FREQUENT", on_days(*range(12)),
         on_days(*range(11)), "REGULAR", None, ""),
    # orders of 10.00 are the smallest
    _learned("低频购买 INFREQUENT", "frequency", "INFREQUENT", on_days(0, 1, 2),
             on_days(0, 1, 2, 3), "REGULAR", _AOV),
    # three orders of 1,700 on three days
    _learned("低频高额 LOW_FREQUENCY_HIGH_VALUE", "frequency",
             "LOW_FREQUENCY_HIGH_VALUE",
             [line(1700, days_ago=back, order=f"o{back}") for back in (1, 2, 3)],
             [line(1699.99, days_ago=back, order=f"o{back}") for back in (1, 2, 3)],
             "INFREQUENT", _AOV),
    # all on one category of which half is usual: p = (n + 2.5) / (n + 5);
    # p / .5 is 1.5 for n = 5, and 13 / 9 for n = 4
    _row("产品偏好 PRODUCT_PREFERENCE", "product_preference", "YES",
         _orders(5, "筒灯"), _orders(4, "筒灯"), "NO", _UNTOLD, "top_category_lift"),
    _row("关联销售 CROSS_SELL", "cross_sell", "YES", _orders(1, "筒灯"),
         _orders(1, "筒灯", "光源"), "NO", _UNTOLD, "category_gap"),
    # one of today is 1; of yesterday 2^(-1/30) = .977
    _row("浏览行为 ENGAGEMENT", "engaged", "ENGAGED", case(intents=[0]),
         case(intents=[1]), "NOT_ENGAGED", case(), "engagement"),
    _row("浏览为主 ONLINE", "channel", "ONLINE", case(met=[(0, "官网")]),
         case(met=[(0, "小红书")]), "SOCIAL", case(intents=[0]), "top_channel_kind"),
    _row("社交为主 SOCIAL", "channel", "SOCIAL", case(met=[(0, "抖音")]),
         case(met=[(0, "visit")]), "PERSONAL", case(intents=[0]), "top_channel_kind"),
    _row("人员联系为主 PERSONAL", "channel", "PERSONAL", case(met=[(0, "展会")]),
         case(met=[(0, "?")]), "OTHER", case(intents=[0]), "top_channel_kind"),
)  # fmt: skip
LIFECYCLE = (
    _row("潜在客户 PROSPECT", "lifecycle", "PROSPECT", case(registered_on=ago(179)),
         case(registered_on=ago(180)), "NEVER_PURCHASED", case(), "account_age_days"),
    _row("注册未购买 NEVER_PURCHASED", "lifecycle", "NEVER_PURCHASED",
         case(registered_on=ago(400), intents=[180]),
         case(registered_on=ago(400), intents=[179]), "PROSPECT", case(),
         "account_age_days"),
    _row("新客户 NEW", "lifecycle", "NEW", on_days(90, 3), on_days(91, 3), "ACTIVE",
         case(), "account_age_days"),
    _row("成熟客户 MATURE", "lifecycle", "MATURE", on_days(180, 300, 366),
         on_days(180, 300, 365), "ACTIVE", case(), "account_age_days"),
    # the usual gap of 30 days, learned; nineteen teach none
    _learned("流失客户 CHURNED", "lifecycle", "CHURNED", on_days(731), on_days(730),
             "DORMANT", "median(median_gap_days)"),
    # gaps 20 and 20: R > 40; without a sale ever there is no R
    _row("流失预警 CHURN_RISK", "churn_risk", "YES", on_days(41, 61, 81),
         on_days(40, 60, 80), "NO", case(), "days_since_last_sale"),
)  # fmt: skip
GRADING = (
    # 50 x .775 + 25 x .825 + 25 x .825 = 80; 50 x .775 + 25 x .775 + 25 x .825 = 78.75
    _learned("VIP 级 A", "tier", "A", bought(1600, 17, 40), bought(1600, 16, 40), "B",
             _SPEND, world=MONEY),
    # 50 x .575 + 25 x .625 + 25 x .625 = 60; with 12 orders 58.75
    _learned("普通级 B", "tier", "B", bought(1200, 13, 80), bought(1200, 12, 80), "C",
             _SPEND, world=MONEY),
    _learned("低价值级 C", "tier", "C", case(), bought(1200, 13, 80), "B", _SPEND,
             world=MONEY),
)  # fmt: skip

ROWS: tuple[Row, ...] = (
    *SECTOR, *REGION, *VALUE, *BEHAVIOUR, *LIFECYCLE, *GRADING,
)  # fmt: skip

CHECKLIST = frozenset(
    {
        "家居 HOME", "商业照明 COMMERCIAL_LIGHTING", "工业照明 INDUSTRIAL_LIGHTING",
        "北方区 NORTH", "南方区 SOUTH", "东部区 EAST", "西部区 WEST", "海外 ABROAD",
        "区域覆盖 COVERAGE",
        "VIP", "普通客户 ORDINARY", "低价值 LOW", "大客户 KEY_ACCOUNT",
        "频繁购买 FREQUENT", "低频购买 INFREQUENT",
        "低频高额 LOW_FREQUENCY_HIGH_VALUE", "产品偏好 PRODUCT_PREFERENCE",
        "关联销售 CROSS_SELL", "浏览行为 ENGAGEMENT",
        "浏览为主 ONLINE", "社交为主 SOCIAL", "人员联系为主 PERSONAL",
        "潜在客户 PROSPECT", "注册未购买 NEVER_PURCHASED", "新客户 NEW",
        "成熟客户 MATURE", "流失客户 CHURNED", "流失预警 CHURN_RISK",
        "VIP 级 A", "普通级 B", "低价值级 C",
    }
)  # fmt: skip
"""The rows of the checklist for lighting, by name.

Lifetime value is not here: it needs a model of purchases.
"""

OTHERS = (
    ("sector", "OTHER", case(_split("光源", 99))),
    ("delivery_coverage", "SEVERAL_PLACES", case(_sent("A", "B"))),
    ("delivery_coverage", "ONE_PLACE", case(_sent("A", "A"))),
    ("delivery_coverage", "NO_PLACE", case()),
    ("key_account", "NO", case()),
    ("product_preference", "NO", case(_orders(9, "筒灯", "光源"))),
    ("cross_sell", "NO", case()),
    ("engaged", "HIGHLY_ENGAGED", case(intents=[0] * 5)),
    ("engaged", "ENGAGED", case(intents=[0] * 4)),
    ("engaged", "NOT_ENGAGED", case(intents=[])),
    ("channel", "OTHER", case(met=[(0, "?")])),
    ("frequency", "NEVER", case()),
    ("frequency", "ONE_TIME", case(on_days(91))),
    ("frequency", "NONE_IN_WINDOW", case(on_days(400, 500))),
    ("frequency", "REGULAR", case(on_days(*range(11)))),
    ("lifecycle", "CHURNED", case(on_days(10), closed_on=ago(0))),
    ("lifecycle", "REACTIVATED", case(on_days(10, 376))),
    ("lifecycle", "ACTIVE", case(on_days(100, 130))),
    ("lifecycle", "COOLING", case(on_days(181))),
    ("lifecycle", "DORMANT", case(on_days(366))),
    ("churn_risk", "NO", case(on_days(366))),
    # two bursts, gaps 10, 10, 100, 10, 10: R > 20, and the fifth of five gaps is 100
    ("churn_risk", "NO", case(on_days(100, 110, 120, 220, 230, 240))),
    ("churn_risk", "YES", case(on_days(101, 111, 121, 221, 231, 241))),
)
"""Who gets the labels that no row is named after."""
