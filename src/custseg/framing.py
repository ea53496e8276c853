"""A column as a data frame holds it: money in the major unit, missing where unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Language, Title
from custseg.money import decimals_kept, to_major
from custseg.periods import DISTANT_PAST
from custseg.table import Array, Column
from custseg.units import Unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_dates", "as_floats", "categories", "framed", "headed"]


def framed(column: Column, decimals: int) -> Any:
    """Return an array that pandas takes as a column.

    Parameters
    ----------
    column : Column
    decimals : int
        Of the currency.

    Returns
    -------
    array, or pandas extension array
        Money and quantity are float64, NaN where unknown; whole numbers and flags are
        nullable only where something is unknown; text is object, None where unknown.

    Examples
    --------
    >>> framed(Column(np.array([1250, 0]), Unit.MONEY), 2).tolist()
    [12.5, 0.0]
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    if column.unit in {Unit.MONEY, Unit.QUANTITY} or column.values.dtype.kind == "f":
        return as_floats(column, decimals_kept(column.unit, decimals))
    if column.unit is Unit.TEXT:
        words = np.array([*column.words, None], dtype=object)
        return words[np.where(column.is_known(), column.values, len(column.words))]
    values = column.values.copy()  # the frame is the caller's to change
    if column.known is None:
        return values
    if values.dtype.kind == "b":
        return pd.arrays.BooleanArray(values, ~column.known)
    return pd.arrays.IntegerArray(values.astype(np.int64), ~column.known)


def as_floats(column: Column, decimals: int = 0) -> NDArray[np.float64]:
    """Return numbers as floats, NaN where they are unknown.

    Parameters
    ----------
    column : Column
    decimals : int
        Integers count units of 10**-decimals.

    Examples
    --------
    >>> orders = Column(np.array([7, 0]), Unit.COUNT, np.array([True, False]))
    >>> as_floats(orders).tolist()
    [7.0, nan]
    """
    values = column.values.astype(np.float64)
    if decimals:
        values = to_major(column.values, decimals)
    if column.known is not None:
        values = np.where(column.known, values, np.nan)
    return values


_HEADINGS = {
    "customer_id": Title(zh="客户编号", en="Customer"),
    "policy": Title(zh="规则", en="Policy"),
    "date": Title(zh="日期", en="Date"),
    "before": Title(zh="原等级", en="Tier before"),
    "after": Title(zh="现等级", en="Tier after"),
    "action": Title(zh="处理", en="Action"),
    "reason": Title(zh="原因", en="Reason"),
    "score": Title(zh="综合得分", en="Score"),
    "tier": Title(zh="等级", en="Tier"),
    "weight": Title(zh="权重", en="Weight"),
    "units": Title(zh="分得", en="Units"),
    "of_it_freed": Title(zh="其中清理所释放", en="Of it freed"),
    "cleaned_out": Title(zh="建议清理", en="Proposed for the clean-out"),
    "since": Title(zh="持有起始日", en="Held since"),
    "next_look": Title(zh="下次复盘日", en="Next look"),
    "alerts": Title(zh="预警", en="Alerts"),
    "note": Title(zh="文字理由", en="Reason in words"),
    "author": Title(zh="经办人", en="By"),
    "kind": Title(zh="种类", en="Kind"),
    "key": Title(zh="期次", en="Period"),
    "entry": Title(zh="序号", en="Entry"),
    "corrects": Title(zh="更正第几条", en="Corrects entry"),
    "recorded_at": Title(zh="写入时间", en="Recorded at"),
    "rank": Title(zh="排名", en="Rank"),
    "category": Title(zh="品类", en="Category"),
    "share_of_peers": Title(zh="同类客户购买占比", en="Share of peers"),
    "lift": Title(zh="关联提升度", en="Lift"),
    "margin_share": Title(zh="毛利率", en="Margin share"),
}


def headed(frame: pd.DataFrame, language: Language | None) -> pd.DataFrame:
    """Return a table with its headings in a language.

    Parameters
    ----------
    frame : pandas.DataFrame
    language : {"zh", "en"} or None
        None leaves the names that a program reads.

    Examples
    --------
    >>> import pandas as pd
    >>> list(headed(pd.DataFrame({"before": ["A"], "after": ["B"]}), "zh"))
    ['原等级', '现等级']
    """
    if language is None:
        return frame
    return frame.rename(
        columns={name: title.of(language) for name, title in _HEADINGS.items()}
    )


def categories(codes: Array, words: Sequence[str]) -> Any:
    """Return codes as categories of a data frame.

    Parameters
    ----------
    codes : int array
        Places in ``words``; -1 is the last of them.
    words : sequence of str

    Examples
    --------
    >>> list(categories(np.array([0, -1]), ["A", "B", "NONE"]))
    ['A', 'NONE']
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    at = np.where(codes < 0, len(words) - 1, codes)
    return pd.Categorical.from_codes(at, dtype=pd.CategoricalDtype(list(words)))


def as_dates(days: Array) -> Array:
    """Return days since 1970-01-01 as dates of a data frame; NaT for none.

    Parameters
    ----------
    days : int array
        ``DISTANT_PAST`` is none.

    Examples
    --------
    >>> [str(one) for one in as_dates(np.array([20_634, DISTANT_PAST]))]
    ['2026-06-30T00:00:00', 'NaT']
    """
    known = days > DISTANT_PAST
    dates = np.where(known, days, 0).astype("datetime64[D]").astype("datetime64[s]")
    dates[~known] = np.datetime64("NaT", "D")
    return dates
