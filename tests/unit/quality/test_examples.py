"""What was odd is shown in the reader's language."""

import copy
import pickle

import pytest

from custseg.ledger import Ledger
from custseg.quality.examples import at_row, told


@pytest.mark.parametrize(
    ("row", "chinese"),
    [
        ("row 5", "第 5 行：空"),
        ("data row 12", "数据第 12 行：空"),
        ("May sales.csv data row 3", "May sales.csv 数据第 3 行：空"),
        ("row 1 data row 3", "row 1 数据第 3 行：空"),
        ("somewhere", "somewhere：空"),
    ],
)
def test_a_row_is_named_in_chinese(row, chinese):
    """Files keep their names, whatever they are called."""
    odd = at_row(row, "nothing")
    assert (odd, told(odd, "zh")) == (f"{row}: nothing", chinese)


def test_what_was_written_stays_as_it_is():
    """Only a missing value has a word of its own; the text 'nothing' is quoted."""
    odd = at_row("row 0", "'nothing'", "quantity")
    assert told(odd, "en") == "row 0: quantity 'nothing'"
    assert told(odd, "zh") == "第 0 行：quantity 'nothing'"
    assert told("a plain text", "zh") == "a plain text"


def test_an_example_is_copied_with_both_texts():
    """A report may be sent to another process."""
    odd = pickle.loads(pickle.dumps(at_row("row 5", "nothing")))  # noqa: S301 - our own
    assert told(odd, "zh") == told(copy.deepcopy(odd), "zh") == "第 5 行：空"


def test_a_report_in_chinese_has_chinese_examples():
    """Rows, customers and days; no half-width marks between Chinese words."""
    sales = {
        "customer_id": ["a", None, "a", "a"],
        "date": ["2026-06-01", "2026-06-01", "2026-06-01", "2026-06-02"],
        "amount": [5.0, 6.0, 5.0, -7.0],
        "returns_order_id": [None, None, None, "R"],
        "order_id": ["1", "2", "1", "3"],
    }
    ledger = Ledger.from_frames(sales, currency="CNY")
    assert ledger.quality("2026-06-30").to_text("zh") == (
        "sales：读入 4 行 = 使用 3 行 + 剔除 1 行\n"
        "  剔除 1：没有客户编号的行（第 1 行：空）\n"
        "  保留 1：完全相同的行（客户 'a'，2026-06-01）\n"
        "  保留 1：找不到原单的退货（客户 'a'，2026-06-02）\n"
        "最后一笔销售距评估日 29 天"
    )
