"""Drops and surges of the last 90 days, worked by hand, up to their very edges."""

from datetime import date, timedelta

import pytest

import custseg as cs
from custseg.periods import FiscalCalendar, Window, as_day
from custseg.policy import Policy
from custseg.rules.files.loader import policy_from_text
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

TODAY = date(2026, 6, 30)

# The last block holds the sales of 0 to 89 days ago, the one before those of 90 to 179,
# and so on; the same 90 days a year before are those of 365 to 454 days ago, in the
# fourth and fifth earlier block.
BLOCKS = "90 days"


def sales_of(spends, customer="x"):
    """Return sales and returns from (days ago, amount)."""
    return [
        cs.Transaction(customer, TODAY - timedelta(days=back), amount)
        for back, amount in spends
    ]


def told(code, spends, window=BLOCKS, as_of=TODAY, **more):
    """Return a feature of one customer; None where it is unknown."""
    ledger = cs.Ledger.from_records([], sales_of(spends), currency="CNY")
    facts = Facts(ledger, as_day(as_of), **more)
    column = facts.measure(CATALOGUE[code], Window.parse(window))
    return column.values[0].item() if column.is_known()[0] else None


def blocks(last, *earlier):
    """Return a sale in the last block and in each of those before, the latest first.

    None lies in the days of a year before.
    """
    ago = [100, 190, 280, 362, 460, 550, 640, 730]
    return [(0, last), *zip(ago, earlier, strict=False)]


@pytest.mark.parametrize(
    ("spends", "expected"),
    [
        ([(0, 50), (365, 100)], -0.5),
        ([(89, 200), (454, 100)], 1.0),
        ([(100, 100), (400, 100)], -1.0),
        ([(0, 90), (10, -30), (365, 70), (454, 50)], -0.5),  # returns are netted
        ([(0, 1), (365, 0.01)], 99.0),  # a cent is enough of a base
        # more came back in the block of a year before than was bought
        ([(0, 100), (100, 70), (390, -80), (400, 50)], None),
        ([(10, 300)], None),  # new: there is nothing before
        ([(-1, 300), (95, 100)], -1.0),  # tomorrow's surge is not seen
    ],
)
def test_change_on_the_year_before(spends, expected):
    """The last 90 days against the same 90 days, minus 1."""
    assert told("momentum_change", spends) == expected


@pytest.mark.parametrize(
    ("spends", "expected"),
    [
        ([(0, 300), (90, 100)], 2.0),
        # blocks of 100 and 200: their median is 150
        ([(0, 300), (90, 100), (180, 200)], 1.0),
        # 364 and 455 days ago are not the year before, nor is a return
        ([(0, 200), (100, 10), (190, 30), (280, 50), (364, 70)], 4.0),
        ([(0, 90), (100, 60), (200, 60), (300, 60), (400, -1), (460, 60)], 0.5),
        # blocks of 0, 0, 0 and 100
        ([(0, 200), (364, 100)], None),
        # ten to eighty in eight blocks: the median is 45; 9000 lies before them
        ([*blocks(90, 10, 20, 30, 40, 50, 60, 70, 80), (820, 9000)], 1.0),
    ],
)
def test_change_on_the_median_where_there_was_no_sale_a_year_before(spends, expected):
    """Else the median of the earlier blocks, from that of the first sale."""
    assert told("momentum_change", spends) == expected


@pytest.mark.parametrize(
    ("spends", "expected"),
    [
        # median 110; distances 30, 10, 10, 30: MAD 20; 90 / 29.652
        (blocks(200, 100, 120, 80, 140), 90 / 29.652),
        # median 110; distances 40, 10, 10, 30, 0: MAD 10
        (blocks(40, 150, 100, 120, 80, 110), -70 / 14.826),
        (blocks(200, 100, 120, 80), None),  # three are too few
        (blocks(200, 100, 100, 100, 80), None),  # MAD 0
        # silence after the first sale counts: blocks 0, 0, 60, 100; median 30,
        # distances 30, 30, 30, 70
        ([(0, 30), (280, 60), (362, 100)], 0.0),
    ],
)
def test_z(spends, expected):
    """The distance from the median in units of 1.4826 MAD."""
    found = told("momentum_z", spends)
    assert found == (expected if expected is None else pytest.approx(expected))


def test_one_odd_project_does_not_hide_the_next():
    """Of 100, 110, 90, 100, 5000 the median is 100 and the MAD 10."""
    spends = blocks(200, 100, 110, 90, 100, 5000)
    assert told("momentum_z", spends) == pytest.approx(100 / 14.826)


def test_earlier_orders_are_those_before_the_window():
    """An order with a line before and one within is an earlier one, and counts once."""
    rows = {
        "customer_id": ["x"] * 6,
        "date": [TODAY - timedelta(days=n) for n in (89, 90, 90, 200, 300, 300)],
        "amount": [1.0, 1.0, 2.0, 3.0, -3.0, 4.0],
        "order_id": ["1", "1", "2", "2", "r", "3"],
    }
    facts = Facts(cs.Ledger.from_frames(rows), as_day(TODAY))
    orders = [
        facts.measure(CATALOGUE["earlier_orders"], Window.parse(window)).values.tolist()
        for window in (BLOCKS, "91 days", "300 days", "301 days", "lifetime")
    ]
    assert orders == [[3], [2], [1], [0], [0]]


def test_blocks_may_be_quarters():
    """The last quarter is preceded by quarters, of the seller's year if so wished."""
    # In quarters of the calendar, by 2026-06-30: the last whole one is January to
    # March, of 80; before it 10, 20, 30, 40; a year before 40 as well.
    days = ["2026-03-31", "2025-12-31", "2025-07-01", "2025-04-01", "2025-03-31"]
    amounts = [80, 10, 20, 30, 40]
    spends = [
        ((TODAY - date.fromisoformat(day)).days, amount)
        for day, amount in zip(days, amounts, strict=True)
    ]
    assert told("momentum_change", spends, "last quarter") == 1.0
    # median 25, distances 15, 5, 5, 15: MAD 10
    expected = pytest.approx(55 / 14.826)
    assert told("momentum_z", spends, "last quarter") == expected
    # From February on: the last one to April 80; to January 10, to October 20, to July
    # 30, to April 40. A year before there is the sale of 1 April and that of 31 March.
    fiscal = FiscalCalendar(start_month=2)
    window = "last fiscal quarter"
    assert told("momentum_change", spends, window, fiscal=fiscal) == pytest.approx(
        80 / 70 - 1
    )
    # Blocks of 10, 20, 0 and 70: median 15, distances 5, 5, 15, 55: MAD 10
    assert told("momentum_z", spends, window, fiscal=fiscal) == pytest.approx(
        65 / 14.826
    )


@pytest.mark.parametrize(
    "window", ["lifetime", "90 days, a year earlier", "quarter to date"]
)
def test_windows_without_blocks_before_them_tell_nothing(window):
    """There a change would compare what is not alike."""
    spends = [
        (back + later, amount)
        for later in (0, 365)
        for back, amount in blocks(200, 100, 120, 80, 140)
    ]
    assert told("momentum_change", spends) is not None
    assert told("momentum_change", spends, window) is None
    assert told("momentum_z", spends, window) is None


POLICY = """
schema = 1

[about]
code = "alerts"
version = "1"
title = { zh = "预警", en = "Alerts" }

[basis]
window = "365 days"
reference = { members = "orders >= 1", minimum = 1 }

[features.change]
feature = "momentum_change"
window = "90 days"
title = { zh = "近 90 天变化", en = "Change of the last 90 days" }

[features.z]
feature = "momentum_z"
window = "90 days"
title = { zh = "近 90 天显著度", en = "Distance of the last 90 days" }

[features.orders_before]
feature = "earlier_orders"
window = "90 days"
title = { zh = "此前订单数", en = "Orders before" }

[families.momentum]
title = { zh = "采购异动", en = "Momentum" }

[[families.momentum.labels]]
code = "SURGE"
title = { zh = "翻倍", en = "Surge" }
when = "orders_before >= 3 and change >= 100% and abs(coalesce(z, 2)) >= 2"

[[families.momentum.labels]]
code = "DROP"
title = { zh = "骤降", en = "Drop" }
when = "orders_before >= 3 and change <= -50% and abs(coalesce(z, 2)) >= 2"

[[families.momentum.labels]]
code = "STEADY"
title = { zh = "平稳", en = "Steady" }
"""

# Earlier blocks of 100, 200, 100, 200: median 150, MAD 50, so z is 2 at 150 + 148.26.
UP = (100, 200, 100, 200)

LABELS = {
    # The change alone: equal blocks have a MAD of 0.
    "doubled": (blocks(200, 100, 100, 100, 100), "SURGE"),
    "nearly doubled": (blocks("199.99", 100, 100, 100, 100), "STEADY"),
    "halved": (blocks(50, 100, 100, 100, 100), "DROP"),
    "nearly halved": (blocks("50.01", 100, 100, 100, 100), "STEADY"),
    # Three blocks tell no z either; two orders are too few for a label.
    "three orders before": (blocks(200, 100, 100, 100), "SURGE"),
    "two orders before": (blocks(200, 100, 100), "STEADY"),
    # A year before there were 200, so with a z of 2 this is 49 % more and no surge.
    "not doubled": ([*blocks("298.26", *UP[:3]), (365, 200)], "STEADY"),
    # A year before there were 100 (364 days ago is later), so this is 198 % more.
    "z of two": ([*blocks("298.26", *UP[:3]), (365, 100), (364, 100)], "SURGE"),
    "z under two": ([*blocks("298.25", *UP[:3]), (365, 100), (364, 100)], "STEADY"),
    "z of minus two": (blocks("1.74", *UP), "DROP"),
    "not so far down": (blocks("1.75", *UP), "STEADY"),
}


def test_labels_at_their_edges():
    """Half, double and z = 2 belong to the label; a cent beside them does not."""
    sales = [
        one for name, (spends, _) in LABELS.items() for one in sales_of(spends, name)
    ]
    ledger = cs.Ledger.from_records([], sales, currency="CNY")
    policy = Policy(policy_from_text(POLICY))
    result = policy.fit(ledger, as_of=TODAY).classify(ledger, as_of=TODAY)
    frame = result.to_pandas()
    found = dict(zip(frame["customer_id"], frame["momentum"], strict=True))
    assert found == {name: label for name, (_, label) in LABELS.items()}
