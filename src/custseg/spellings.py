"""Words that decide something, and the ways in which systems write them.

A project under way is ``running`` in one system, ``in progress`` in a second and 施工中
in a third; a customer that has stopped paying is in default, 违约 or 暴雷. What custseg
understands stands here and nowhere else: the features read it, the quality report
counts what is written otherwise, and the reference page of the input contract shows it.

The method: capitals make no difference, nor do blanks at either end; blanks and hyphens
within a word count as underscores. Then a word is one of the spellings below, or it is
not understood; nothing is guessed.

Limits: only words of which most sellers mean the same are listed. A word such as
delayed, 延期 or 变更 may stand for a project that goes on and for one that does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = [
    "EVENT_KINDS",
    "EXPANSION",
    "OPEN_STAGES",
    "READ_IN_FULL",
    "STAGES",
    "meant",
    "plain",
]

Spellings = Mapping[str, tuple[str, ...]]

STAGES: Final[Spellings] = {
    "planned": (
        *("planned", "plan", "planning", "proposed", "scheduled", "upcoming"),
        *("not_started", "pending", "approved"),
        *("规划", "规划中", "计划", "计划中", "拟建", "待建", "筹备", "筹备中"),
        *("立项", "已立项", "设计", "设计中", "未开工", "待开工"),
    ),
    "tender": (
        *("tender", "tendering", "in_tender", "bid", "bidding", "quoted"),
        *("negotiation", "negotiating"),
        *("招标", "招标中", "投标", "投标中", "议标", "报价", "报价中"),
        *("洽谈", "洽谈中", "谈判", "谈判中", "跟进", "跟进中"),
    ),
    "won": (
        *("won", "closed_won", "awarded", "contracted", "signed"),
        *("中标", "已中标", "定标", "已定标", "赢单", "成交", "已成交"),
        *("签约", "已签约", "签订合同", "合同签订", "已签合同"),
    ),
    "running": (
        *("running", "ongoing", "on_going", "active", "open", "in_progress"),
        *("under_way", "underway", "started", "construction"),
        *("under_construction", "in_construction", "executing", "in_execution"),
        *("在建", "在建中", "建设中", "进行", "进行中", "正在进行", "在施", "施工"),
        *("施工中", "在施工", "正在施工", "实施中", "执行中", "开工", "已开工"),
        *("启动", "已启动", "装修", "装修中"),
    ),
    "paused": (
        *("paused", "on_hold", "suspended", "halted", "stopped", "stalled"),
        *("停工", "已停工", "停建", "缓建", "暂停", "已暂停", "搁置", "已搁置"),
        *("中止", "已中止", "烂尾"),
    ),
    "done": (
        *("done", "finished", "complete", "completed", "closed", "ended"),
        *("delivered", "handed_over"),
        *("完工", "已完工", "竣工", "已竣工", "完成", "已完成", "结束", "已结束"),
        *("交付", "已交付", "验收", "已验收", "结案", "已结案", "关闭", "已关闭"),
    ),
    "lost": (
        *("lost", "closed_lost", "cancelled", "canceled", "abandoned", "aborted"),
        *("withdrawn", "rejected"),
        *("未中标", "落标", "失标", "丢标", "流标", "废标", "丢单", "输单", "失单"),
        *("取消", "已取消", "放弃", "已放弃", "终止", "已终止", "作废", "已作废"),
    ),
}
"""How far a project is, from the first stage to the last.

One that is lost was won by others or given up.
"""

OPEN_STAGES: Final = ("planned", "tender", "won", "running")
"""Those in which a project is under way; in all others it is over, or stands still."""

EVENT_KINDS: Final[Spellings] = {
    "default": (
        *("default", "defaulted", "in_default", "payment_default", "debt_default"),
        *("违约", "已违约", "债务违约", "暴雷", "爆雷"),
    ),
    "insolvency": (
        *("insolvency", "insolvent", "bankruptcy", "bankrupt"),
        *("破产", "已破产", "破产重整", "破产清算", "资不抵债"),
    ),
    "distress": (
        *("distress", "financial_distress", "liquidity_crisis", "cash_crisis"),
        *("资金链危机", "资金链断裂", "资金链紧张", "资金危机", "流动性危机"),
    ),
    "strategy_change": (
        *("strategy_change", "change_of_strategy", "strategic_change"),
        *("战略转型", "战略调整", "业务转型"),
    ),
    "new_region": (
        *("new_region", "new_regions", "region_entry"),
        *("新区域", "进入新区域", "开拓新区域"),
    ),
}
"""What may happen to a customer outside the seller's books."""

EXPANSION: Final = (
    *("expansion", "expand", "expanding", "expansion_plan"),
    *("扩张", "扩张意向", "扩张计划", "扩店", "扩店意向", "扩店计划", "开新店"),
)
"""An interaction in which plans to grow came up."""

READ_IN_FULL: Final[Mapping[tuple[str, str], Spellings]] = {
    ("projects", "stage"): STAGES,
    ("events", "kind"): EVENT_KINDS,
}
"""The columns, by table and name, of which every word should be understood."""


def plain(word: str) -> str:
    """Return a word as it stands among the spellings.

    Examples
    --------
    >>> plain(" On-Hold"), plain("Strategy  change")
    ('on_hold', 'strategy_change')
    """
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())


def meant(word: str, spellings: Spellings) -> str | None:
    """Return what a word means, None where it is not understood.

    Parameters
    ----------
    word : str
        As a system writes it.
    spellings : mapping of str to tuple of str
        The spellings of each meaning.

    Examples
    --------
    >>> meant("施工中", STAGES), meant("In Progress", STAGES), meant("延期", STAGES)
    ('running', 'running', None)
    """
    written = plain(word)
    return next((code for code, some in spellings.items() if written in some), None)
