"""The parts of advice in words, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from custseg.labels import Language
from custseg.units import Unit
from custseg.whatif.parts import Change, Lacking, Orders
from custseg.wording import say, say_number

__all__ = ["WORDS", "Teller"]

_FEW: Final = 3
"""Orders up to which each day is named."""


@frozen
class Teller:
    """Tells parts of advice in one language.

    Parameters
    ----------
    language : {"zh", "en"}
    currency : str or None
    decimals : int

    Examples
    --------
    >>> from custseg.labels import Title
    >>> change = Change(feature="spend", title=Title(zh="净采购额", en="Net spend"),
    ...                 unit=Unit.MONEY, now=100, then=20100, moves_to="HIGH")
    >>> Teller("en", "CNY", 2).change(change)
    'Net spend: 200.00 CNY more (from 1.00 CNY to 201.00 CNY)'
    >>> Teller("zh", "CNY", 2).change(change)
    '净采购额：增加 200.00 CNY（由 1.00 CNY 增至 201.00 CNY）'
    """

    language: Language
    currency: str | None
    decimals: int

    def change(self, one: Change) -> str:
        """Return a change of one fact as a line."""
        words = WORDS[self.language]
        title = one.title.of(self.language)
        now, then = self._said(one.now, one.unit), self._said(one.then, one.unit)
        if one.unit is Unit.FLAG:
            return words["flag"].format(title, then, now)
        up = one.then > one.now
        form = "more" if up else "less"
        if not up and one.unit in {Unit.COUNT, Unit.DAYS}:
            form = "fewer"
        return words[form].format(title, self._difference(one), now, then)

    def orders(self, one: Orders) -> str:
        """Return further orders as a line."""
        words = WORDS[self.language]
        amount = self._said(one.amounts[0], Unit.MONEY)
        days = [day.isoformat() for day in one.days]
        if not one.usual:
            least = one.amounts[0] == 1
            return words["any_order" if least else "order"].format(amount, days[0])
        if len(set(days)) == 1:
            when = words["same_day"].format(days[0])
        elif len(days) <= _FEW:
            first, last = words["comma"].join(days[:-1]), days[-1]
            when = words["on"].format(words["and"].format(first, last))
        else:
            when = words["spread"].format(days[0], days[-1])
        return words["orders"].format(len(days), amount, when)

    def lacking(self, one: Lacking) -> str:
        """Return a missing fact as a line."""
        words = WORDS[self.language]
        title = one.title.of(self.language)
        if not one.columns:
            return words["unlearned"].format(title)
        columns = words["comma"].join(one.columns)
        if one.when is None:
            return words["column"].format(title, columns)
        return words["lacking"].format(title, one.when.of(self.language), columns)

    def _said(self, value: object, unit: Unit) -> str:
        return say(
            value, unit, self.language, currency=self.currency, decimals=self.decimals
        )

    def _difference(self, one: Change) -> str:
        size = abs(one.by_how_much)
        if one.unit is Unit.SHARE:
            return WORDS[self.language]["points"].format(say_number(100 * size))
        return self._said(size, one.unit)


WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "head": "Customer {} as of {}, policy {}",
        "is": "{}: {}",
        "will_be": "On {}, if nothing happens until then: {}",
        "to": "To {}:",
        "alone": "by one fact, with all else as it is:",
        "by_orders": "by orders, with all that they bring:",
        "nothing": "Nothing has to change.",
        "barred": "In the way of {} stands the gate {}: while it holds, the most is {};"
        " if no gate held, it would be {}.",
        "none": "No single act leads to: {}",
        "one_of": "It is unknown; to tell it, one of these is needed:",
        "all_of": "It is unknown; to tell it, these are needed:",
        "flag": "{}: {} (now {})",
        "more": "{}: {} more (from {} to {})",
        "less": "{}: {} less (from {} to {})",
        "fewer": "{}: {} fewer (from {} to {})",
        "points": "{} percentage points",
        "order": "an order of {} on {}",
        "any_order": "any order on {1}, however small",
        "orders": "{} orders of the usual size, {} each, {}",
        "same_day": "all on {}",
        "on": "on {}",
        "and": "{} and {}",
        "spread": "spread evenly from {} to {}",
        "comma": ", ",
        "list": "; ",
        "lacking": "{}: unknown {} (it comes from {})",
        "column": "{}: it comes from {}",
        "unlearned": "{}: too few customers to learn it from",
    },
    "zh": {
        "head": "客户 {}，截至 {}，规则 {}",
        "is": "{}：{}",
        "will_be": "到 {}，其间若无新的往来：{}",
        "to": "变为“{}”：",
        "alone": "只改变一项，其余不变：",
        "by_orders": "再下订单（连同订单带来的一切变化）：",
        "nothing": "无需任何改变。",
        "barred": "因关卡“{1}”不能成为：{0}。它成立时最高为“{2}”；"
        "若没有关卡，则为“{3}”。",
        "none": "没有哪一项单独的行动能变为：{}",
        "one_of": "目前无法判断；知道以下任一项即可：",
        "all_of": "目前无法判断；需要知道以下各项：",
        "flag": "{}：{}（现为{}）",
        "more": "{}：增加 {}（由 {} 增至 {}）",
        "less": "{}：减少 {}（由 {} 减至 {}）",
        "fewer": "{}：减少 {}（由 {} 减至 {}）",
        "points": "{} 个百分点",
        "order": "{1} 再下一单，金额 {0}",
        "any_order": "{1} 再下一单，金额不限",
        "orders": "再下 {} 单，每单如平常 {}，{}",
        "same_day": "都在 {}",
        "on": "分别在 {}",
        "and": "{} 和 {}",
        "spread": "从 {} 到 {} 均匀分布",
        "comma": "、",
        "list": "；",
        "lacking": "{}：{}时未知（来自 {}）",
        "column": "{}：来自 {}",
        "unlearned": "{}：参照客户太少，没有学得",
    },
}
"""The words of each language."""
