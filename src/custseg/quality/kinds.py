"""The kinds of oddity that data can show, and which treatments make sense for each.

``refuse`` raises an error that says where, ``drop`` leaves the rows out, ``keep`` uses
them. What a caller wants done is said in :mod:`custseg.quality.treatments`, which has
one argument for each kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from attrs import frozen

from custseg.errors import Problem, did_you_mean
from custseg.labels import Title

__all__ = ["KINDS", "OddKind", "Treatment", "no_such_kind"]

Treatment = Literal["refuse", "drop", "keep"]


@frozen
class OddKind:
    """A kind of oddity, and which treatments make sense for it.

    Parameters
    ----------
    code : str
    title : Title
    allowed : tuple of {"refuse", "drop", "keep"}
    default : {"refuse", "drop", "keep"}
    note : str
        What is behind it, and what the rows then count as.
    any_column : bool
        Whether it may show in columns that no policy asks for. Where a caller chooses
        what is done with it, a run has to read them all.
    beside : bool
        Whether it shows only beside other rows of its own or another table, so that it
        is looked for anew when two ledgers are joined.
    """

    code: str
    title: Title
    allowed: tuple[Treatment, ...]
    default: Treatment
    note: str
    any_column: bool = False
    beside: bool = False


def _kind(  # noqa: PLR0917 - a row of the table below
    code: str,
    zh: str,
    en: str,
    default: Treatment,
    allowed: str,
    note: str,
    *,
    any_column: bool = False,
    beside: bool = False,
) -> OddKind:
    chosen = tuple(t for t in get_args(Treatment) if t in allowed.split())
    title = Title(zh=zh, en=en)
    return OddKind(code, title, chosen, default, note, any_column, beside)


_ALL = (
    _kind(
        "missing_customer",
        "没有客户编号的行",
        "rows without a customer",
        "drop",
        "refuse drop",
        "null, empty or blank ids; nobody can be credited with the row",
    ),
    _kind(
        "unparseable_date",
        "无法识别的日期",
        "dates that cannot be read",
        "refuse",
        "refuse drop",
        "missing, or text in a form that is not known or not unambiguous",
    ),
    _kind(
        "implausible_date",
        "不合理的日期",
        "dates before 1970 or after 2100",
        "refuse",
        "refuse drop",
        "placeholders such as 1900-01-01 or 9999-12-31",
    ),
    _kind(
        "unparseable_amount",
        "无法识别的金额",
        "amounts that cannot be read",
        "refuse",
        "refuse drop",
        "missing, NaN, infinite, or text that is no plain number; thousands separators "
        "and currency signs are not guessed",
    ),
    _kind(
        "other_currency",
        "其他币种的行",
        "rows in another currency",
        "refuse",
        "refuse drop",
        "amounts of two currencies cannot be added without a table of rates",
    ),
    _kind(
        "unparseable_value",
        "无法识别的其他值",
        "other values that cannot be read",
        "keep",
        "refuse drop keep",
        "the row stays and the value counts as missing",
        any_column=True,
    ),
    _kind(
        "unknown_word",
        "无法理解的项目阶段或事件类型",
        "stages of projects and kinds of events in words that are not known",
        "keep",
        "refuse drop keep",
        "whether such a project is open is unknown; such an event counts only by its "
        "severity. The data contract lists the words that are known",
        any_column=True,
    ),
    _kind(
        "duplicate_line",
        "重复的订单行",
        "lines recorded twice",
        "drop",
        "refuse drop keep",
        "same customer, order and line, same content; one of them is used",
        beside=True,
    ),
    _kind(
        "conflicting_line",
        "相互矛盾的订单行",
        "lines recorded twice with different content",
        "refuse",
        "refuse drop keep",
        "same customer, order and line, other content, both sales or both returns of "
        "one day; drop uses the first of them by day and content",
        any_column=True,
        beside=True,
    ),
    _kind(
        "conflicting_customer",
        "同一日期有矛盾的客户资料",
        "customers described in two ways from one day on",
        "refuse",
        "refuse keep",
        "same customer and valid_from, other content; keep lets the last of them in "
        "the order of their content hold. Rows that are alike are harmless",
        any_column=True,
        beside=True,
    ),
    _kind(
        "orphan_payment",
        "找不到发票的付款",
        "payments of an unknown invoice",
        "drop",
        "refuse drop",
        "the invoice named is not among the invoices",
    ),
    _kind(
        "unnumbered_invoice",
        "没有发票编号的发票",
        "invoices without an id",
        "refuse",
        "refuse drop keep",
        "no payment can name it; kept, it stays open until it is written off",
    ),
    _kind(
        "missing_due_date",
        "没有到期日的发票",
        "invoices without a due date",
        "keep",
        "refuse drop keep",
        "open from the day of issue, and never overdue",
    ),
    _kind(
        "due_before_issue",
        "到期日早于开票日的发票",
        "invoices due before they were issued",
        "keep",
        "refuse drop keep",
        "counts as due on the day of issue",
    ),
    _kind(
        "negative_invoice",
        "金额为负的发票",
        "invoices under zero",
        "keep",
        "refuse drop keep",
        "a credit note: it lowers what is open, and covers what has been due longest",
    ),
    _kind(
        "undated_write_off",
        "没有日期的坏账核销",
        "write-offs without a date",
        "keep",
        "refuse drop keep",
        "the invoice stays as it is, since nobody says from when it was written off",
        any_column=True,
    ),
    _kind(
        "excess_write_off",
        "超出发票金额的坏账核销",
        "write-offs of more than the invoice, or under zero",
        "keep",
        "refuse drop keep",
        "what counts lies between nothing and what is open",
        any_column=True,
    ),
    _kind(
        "misdated_dispute",
        "日期矛盾的争议",
        "disputes resolved before they began, or without a beginning",
        "keep",
        "refuse drop keep",
        "the invoice counts as never disputed",
        any_column=True,
    ),
    _kind(
        "negative_payment",
        "金额为负的付款",
        "payments under zero",
        "keep",
        "refuse drop keep",
        "money paid back: the invoice is open again by so much",
    ),
    _kind(
        "duplicate_invoice",
        "重复的发票",
        "invoices recorded twice",
        "drop",
        "refuse drop",
        "same customer and id, same content; one of them is used",
        beside=True,
    ),
    _kind(
        "conflicting_invoice",
        "相互矛盾的发票",
        "invoices recorded twice with different content",
        "refuse",
        "refuse drop",
        "same customer and id, other content; drop uses the one with the most columns "
        "filled, of several such the first by day and content",
        any_column=True,
        beside=True,
    ),
    _kind(
        "duplicate_payment",
        "重复的付款",
        "payments recorded twice",
        "drop",
        "refuse drop keep",
        "same payment, invoice, day and amount; one of them is used",
        beside=True,
    ),
    _kind(
        "paid_before_issue",
        "开票之前的付款",
        "payments before the invoice was issued",
        "keep",
        "refuse keep",
        "counts from the day of issue",
        beside=True,
    ),
    _kind(
        "overpaid_invoice",
        "超额付款的发票",
        "invoices paid more than once, or beyond their amount",
        "keep",
        "refuse keep",
        "what is paid beyond the amount is a credit of the customer",
        beside=True,
    ),
    _kind(
        "long_dispute",
        "长期未决的争议",
        "disputes open for more than a year on the day looked at",
        "keep",
        "refuse keep",
        "while it is open the invoice is not late",
        any_column=True,
    ),
    _kind(
        "rounded_amount",
        "小数位过多的金额",
        "amounts with more decimals than the currency",
        "keep",
        "refuse drop keep",
        "rounded half to even to the currency's smallest unit",
    ),
    _kind(
        "trimmed_id",
        "带空格的客户编号",
        "customer ids with blanks at an end",
        "keep",
        "refuse keep",
        "compared without the blanks",
    ),
    _kind(
        "assumed_currency",
        "未注明币种的金额",
        "amounts without a currency",
        "keep",
        "refuse keep",
        "taken in the ledger's currency",
    ),
    _kind(
        "zero_amount",
        "金额为零的行",
        "lines with an amount of zero",
        "keep",
        "refuse drop keep",
        "neither a sale nor a return; they count for nothing",
    ),
    _kind(
        "identical_row",
        "完全相同的行",
        "identical rows without a line id",
        "keep",
        "refuse drop keep",
        "two of the same article on one order are common, so they are kept",
        any_column=True,
        beside=True,
    ),
    _kind(
        "orphan_return",
        "找不到原单的退货",
        "returns of no known sale",
        "keep",
        "refuse drop keep",
        "the order named is unknown, or the customer has no sale on or before that day",
        any_column=True,
        beside=True,
    ),
    _kind(
        "future_row",
        "评估日之后的行",
        "rows after the day looked at",
        "keep",
        "refuse keep",
        "invisible to every feature of that day",
    ),
)

KINDS: Mapping[str, OddKind] = {kind.code: kind for kind in _ALL}
"""Every kind of oddity by its code, in the order in which rows are judged."""


def no_such_kind(name: str, *, where: str = "") -> Problem:
    """Say that there is no such kind of oddity, and which was probably meant."""
    return Problem(
        "unknown kind",
        where=where,
        got=repr(name),
        allowed=", ".join(KINDS),
        hint=did_you_mean(name, KINDS) or _beginning(name),
    )


def _beginning(name: str) -> str:
    """Name the kinds that have a word in common: zero, for zero_amount."""
    near = [code for code in KINDS if name and name.casefold() in code.split("_")]
    return f"did you mean {' or '.join(map(repr, near))}?" if near else ""
