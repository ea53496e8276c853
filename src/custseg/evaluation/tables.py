"""The tables of an evaluation: per tier and day, and before against after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from custseg.evaluation.contrast import Change
from custseg.evaluation.lines import Line
from custseg.framing import headed
from custseg.labels import Language, Title, title_or_code
from custseg.money import QUANTITY_EXPONENT, to_major
from custseg.periods import to_date

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HEADINGS", "changes_frame", "lines_frame"]

HEADINGS: Final[Mapping[str, Title]] = {
    "policy": Title("规则", "Policy"),
    "date": Title("日期", "Date"),
    "tier": Title("等级", "Tier"),
    "customers": Title("客户数", "Customers"),
    "spend_before": Title("前期净采购额", "Net spend before"),
    "spend": Title("后期净采购额", "Net spend after"),
    "growth": Title("增长率", "Growth"),
    "share_before": Title("前期采购额占比", "Share of spend before"),
    "share": Title("后期采购额占比", "Share of spend after"),
    "had_bought": Title("曾采购客户数", "Had bought"),
    "bought_again": Title("复购客户数", "Bought again"),
    "retention": Title("复购率", "Share who bought again"),
    "retention_low": Title("复购率下限", "Its lower limit"),
    "retention_high": Title("复购率上限", "Its upper limit"),
    "margin_before": Title("前期毛利", "Margin before"),
    "margin": Title("后期毛利", "Margin after"),
    "margin_customers": Title("毛利已知客户数", "Customers with a margin"),
    "service_cost_before": Title("前期服务成本", "Cost of service before"),
    "service_cost": Title("后期服务成本", "Cost of service after"),
    "effort": Title("投入", "Effort"),
    "return_on_effort": Title("单位投入回报", "Return on effort"),
    "complaints": Title("投诉次数", "Complaints"),
    "complaint_rate_before": Title("前期投诉率", "Complaints per order before"),
    "complaint_rate": Title("后期投诉率", "Complaints per order after"),
    "measure": Title("指标", "Measure"),
    "before": Title("前期", "Before"),
    "after": Title("后期", "After"),
    "difference": Title("差额", "Difference"),
    "change": Title("变化", "Change"),
    "change_earlier": Title("对照日变化", "Change around the earlier day"),
    "beyond": Title("超出对照日", "Beyond the earlier day"),
}
"""What the columns are called."""

_WHOLE = ("customers", "had_bought", "bought_again", "margin_customers")


def lines_frame(
    lines: Iterable[Line],
    *,
    decimals: int,
    confidence: float,
    language: Language | None,
) -> pd.DataFrame:
    """Return one row per policy, day and tier.

    Parameters
    ----------
    lines : iterable of Line
    decimals : int
        Of the currency.
    confidence : float, between 0 and 1
    language : {"zh", "en"} or None
        Titles in place of codes, headings too.
    """
    rows = [_row(line, decimals, confidence, language) for line in lines]
    return _frame(rows, _LINE_NAMES, language)


_LINE_NAMES = tuple(HEADINGS)[: tuple(HEADINGS).index("measure")]


def _row(
    line: Line, decimals: int, confidence: float, language: Language | None
) -> tuple[Any, ...]:
    before, after = line.before, line.after
    low, high = line.interval(confidence) or (None, None)
    worth = line.worth
    return (
        line.policy,
        _date(line.on),
        title_or_code(line.title, line.tier, language),
        line.customers,
        _major(None if before is None else before.spend, decimals),
        _major(after.spend, decimals),
        line.growth,
        line.share_before,
        line.share,
        line.had_bought,
        line.bought_again,
        line.retention,
        low,
        high,
        _major(None if before is None else before.margin, decimals),
        _major(after.margin, decimals),
        after.costed,
        _major(None if before is None else before.service_cost, decimals),
        _major(after.service_cost, decimals),
        _major(None if worth is None else worth.effort, QUANTITY_EXPONENT),
        line.return_on_effort(decimals),
        after.complaints,
        None if before is None else before.complaint_rate,
        after.complaint_rate,
    )


def changes_frame(
    changes: Iterable[Change],
    *,
    decimals: int,
    language: Language | None,
    against: bool,
) -> pd.DataFrame:
    """Return one row per policy, tier and measure.

    Parameters
    ----------
    changes : iterable of Change
    decimals : int
        Of the currency.
    language : {"zh", "en"} or None
        Titles in place of codes, headings too.
    against : bool
        Whether an earlier day is put against the day.
    """
    names = ["policy", "date", "tier", "measure", "before", "after", "difference"]
    names += ["change", *(("change_earlier", "beyond") if against else ())]
    rows = []
    for one in changes:
        places = decimals if one.measure.is_money else 0
        amounts = (one.before, one.after, one.difference)
        row = (
            one.line.policy,
            _date(one.line.on),
            title_or_code(one.line.title, one.line.tier, language),
            title_or_code(one.measure.title, one.measure.code, language),
            *(_major(amount, places) for amount in amounts),
            one.change,
            *((one.earlier, one.beyond) if against else ()),
        )
        rows.append(row)
    return _frame(rows, names, language)


def _major(minor: float | None, decimals: int) -> float | None:
    return None if minor is None else float(to_major(np.array(minor), decimals))


def _date(day: int) -> Any:
    return np.datetime64(to_date(day), "s")


def _frame(
    rows: Sequence[tuple[Any, ...]], names: Sequence[str], language: Language | None
) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy

    kinds = {"policy": "str", "date": "datetime64[s]", "tier": "str", "measure": "str"}
    kinds |= dict.fromkeys(_WHOLE, "int64")
    kinds |= {"complaints": "Int64"}
    columns: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [[]] * 99
    frame = pd.DataFrame(
        {
            name: pd.Series(list(column), dtype=kinds.get(name, "float64"))
            for name, column in zip(names, columns, strict=False)
        }
    )
    if language is None:
        return frame
    own = {name: title.of(language) for name, title in HEADINGS.items()}
    return headed(frame.rename(columns=own), language)
