import numpy as np

from custseg.ledger import Ledger

NAMES = "customer_id date amount order_id"


def history_of(*rows, names=NAMES, **more):
    """Return the history of sales given as texts with blanks between; - is None."""
    split = [[None if x == "-" else x for x in row.split()] for row in rows]
    columns = dict(zip(names.split(), zip(*split, strict=True), strict=True))
    return Ledger.from_frames({**columns, **more}).history


def test_purchases_are_days_with_a_sale():
    """The first sale line of a day stands for it; a return or a zero is no purchase."""
    history = history_of(
        "a 2026-01-01 5 o",
        "a 2026-01-01 6 o",
        "a 2026-01-03 -2 -",
        "b 2026-01-03 0 -",
        "c 2026-01-03 1 -",
        "c 2026-01-05 -1 -",
        "c 2026-01-05 2 -",
    )
    assert history.offsets.tolist() == [0, 3, 4, 7]
    assert history.day.tolist() == [20454] * 2 + [20456] * 3 + [20458] * 2
    assert history.purchase_days.tolist() == [0, 4, 6]
    assert history.purchase_offsets.tolist() == [0, 1, 1, 3]
    assert history.purchase_day.tolist() == [20454, 20456, 20458]


def test_running_sums_are_exact_and_by_sign():
    """Differences of them are sums over lines."""
    history = history_of(
        "a 2026-01-01 5 o",
        "a 2026-01-01 -6 o",
        "a 2026-01-03 2 o",
        "b 2026-01-03 1 o",
        quantity=[1, 2, None, 4],
    )
    assert history.running_sum("amount").tolist() == [0, 500, -100, 100, 200]
    assert history.running_sum("amount", sign=1).tolist() == [0, 500, 500, 700, 800]
    assert history.running_sum("amount", sign=-1).tolist() == [0, 0, *[-600] * 3]
    assert history.running_sum("quantity").tolist() == [0, 1e4, 3e4, 3e4, 7e4]
    assert history.running_unknown("quantity").tolist() == [0, 0, 0, 1, 1]
    assert history.running_sum("amount") is history.running_sum("amount")


def test_an_order_of_several_days_opens_once_and_reopens():
    """Order o1 has lines on three days; o2 interleaves with it on the first."""
    history = history_of(
        "a 2026-01-01 1 o1",
        "a 2026-01-01 1 o2",
        "a 2026-01-01 1 o1",
        "a 2026-01-02 1 o1",
        "a 2026-01-03 -1 o1",
        "a 2026-01-04 1 o1",
        "b 2026-01-04 1 o1",
    )
    assert history.running_orders.tolist() == [0, 1, 2, 2, 3, 3, 4, 5]
    later, before = history.repeat_openings
    assert later.tolist() == [3, 5]
    assert before.tolist() == [0, 3]


def test_an_order_number_that_falls_is_no_second_opening():
    """Nor is the same number with another customer."""
    history = history_of(
        "a 2026-01-01 1 o9",
        "a 2026-01-02 1 o1",
        "b 2026-01-02 1 o9",
        "b 2026-01-02 1 o1",
    )
    assert history.running_orders.tolist() == [0, 1, 2, 3, 4]
    assert [len(part) for part in history.repeat_openings] == [0, 0]


def test_lines_without_an_order_make_one_order_a_day():
    """Beside the orders that are named."""
    history = history_of(
        "a 2026-01-01 1 -",
        "a 2026-01-01 1 o",
        "a 2026-01-01 1 -",
        "a 2026-01-02 1 -",
        "b 2026-01-02 1 -",
    )
    assert history.running_orders.tolist() == [0, 1, 2, 2, 3, 4]
    assert [len(part) for part in history.repeat_openings] == [0, 0]


def test_without_order_ids_a_day_with_a_sale_is_an_order():
    """A day of returns is none."""
    history = history_of(
        "a 2026-01-01 1",
        "a 2026-01-01 2",
        "a 2026-01-02 -1",
        names="customer_id date amount",
    )
    assert history.running_orders.tolist() == [0, 1, 1, 1]
    assert [len(part) for part in history.repeat_openings] == [0, 0]


def test_an_empty_history_has_no_day():
    """Every array has its shape all the same."""
    history = Ledger.from_records().history
    for array in (history.day, history.purchase_days):
        assert len(array) == 0
    for array in (history.offsets, history.purchase_offsets, history.running_orders):
        assert array.tolist() == [0]
    assert history.running_sum("amount").tolist() == [0]
    assert np.array(history.repeat_openings).shape == (2, 0)
