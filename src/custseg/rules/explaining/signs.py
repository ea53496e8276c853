"""The small words and signs of which phrases are made, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from custseg.labels import Language

__all__ = ["ARITHMETIC", "OPPOSITE", "SIGNS", "WORDS"]

SIGNS: Final = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "<": "<", ">": ">"}
OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
ARITHMETIC: Final = {"+": "+", "-": "−", "*": "×", "/": "÷"}

_EN: Final = {
    "is": ": ",
    "and": " and ",
    "or": " or ",
    "list": ", ",
    "open": " (",
    "close": ")",
    "stop": ", ",
    "asked": "; asked for ",
    "not": "not ",
    "denied": "not ",
    "in": ", one of ",
    "not in": ", none of ",
    "known": " is known: ",
    "unknown": " is unknown",
    "otherwise": " (where unknown: ",
    "counts": ")",
    "taken": "; where unknown: ",
    "left": "(",
    "right": ")",
    "first": "the first known of ",
    "min": "the least of ",
    "max": "the greatest of ",
    "abs": "the size of ",
    "floor": "the whole part of ",
    "if": "if ",
    "then": ", then ",
    "else": ", else ",
    "cut pct": "percentile {} of the reference",
    "cut share_above": "where those above hold {} of the total",
    "setting": "",
    "cannot": "cannot tell whether ",
    "asks pct": "percentile {} {}",
    "asks share_above": "share of those above {} {}",
    "nobody": "; nobody in the reference reaches ",
    "few": ", which too few customers were there to learn",
}
_ZH: Final = {
    "is": " ",
    "and": "且",
    "or": "或",
    "list": "、",
    "open": "（",
    "close": "）",
    "stop": "，",
    "asked": "；要求 ",
    "not": "不是 ",
    "denied": "不是",
    "in": "，属于 ",
    "not in": "，不属于 ",
    "known": "已知：",
    "unknown": "未知",
    "otherwise": "（未知时视为 ",
    "counts": "）",
    "taken": "；未知时视为 ",
    "left": "（",
    "right": "）",
    "first": "首个已知值",
    "min": "最小值",
    "max": "最大值",
    "abs": "绝对值",
    "floor": "取整",
    "if": "若 ",
    "then": "，则 ",
    "else": "，否则 ",
    "cut pct": "参照客户的第 {} 百分位",
    "cut share_above": "高于此值者合占总额的 {}",
    "setting": "门槛 ",
    "cannot": "无法判断是否 ",
    "asks pct": "百分位 {} {}",
    "asks share_above": "高于此客户者的总额占比 {} {}",
    "nobody": "；参照客户中无人达到",
    "few": "，但参照客户太少，学不出来",
}
WORDS: Final[Mapping[Language, Mapping[str, str]]] = {"en": _EN, "zh": _ZH}
