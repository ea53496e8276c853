"""Sentences of explanations that text and pages share, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from custseg.labels import Language, Title
from custseg.rules.explaining.answers import Origin
from custseg.rules.explaining.graded import Grade, PartGrade
from custseg.rules.explaining.scored import Found, Scored
from custseg.rules.explaining.terms import Fact, Learnt, Missing, Setting
from custseg.rules.expression import FittedCut
from custseg.rules.policy import Playbook
from custseg.wording import say_number, with_code

__all__ = [
    "WORDS",
    "YES",
    "found_in_words",
    "label_in_words",
    "learnt_in_words",
    "listed",
    "missing_in_words",
    "named",
    "origin_in_words",
    "part_in_words",
    "playbook_in_words",
    "scored_in_words",
    "setting_in_words",
    "source_in",
    "standing_in_words",
]

_EN: Final = {
    "customer": "Customer {} as of {}",
    "gist": "In short: {}",
    "policy": "Policy {} {} ({}), digest {}; learned on {}, digest {}",
    "because": "because: ",
    "and": "and: ",
    "besides": "besides: ",
    "others": "none of the labels before it fits",
    "lowest": "the lowest, since no tier above it is earned",
    "own": "a classifier of one's own, which has no conditions to tell",
    "not": "not {}: ",
    "open": "cannot tell {}: ",
    "open yes": "cannot tell Yes: ",
    "missing": "missing: ",
    "to do": "to do: ",
    "owner": "owner: {}",
    "channel": "by {}",
    "every": "every {} days",
    "within": "answer within {} hours",
    "tier": "Tier",
    "score": "score {} of 100, with {} of the weight known",
    "no score": "no score: only {} of the weight is known, and {} is asked for",
    "card": "by the card: {}",
    "part": "weight {}, {} points, which bring {}",
    "no part": "weight {}, points unknown",
    "short": "{} points short of {} (from {})",
    "above": "{} points above the bar of {} (from {})",
    "caps": "closed above {} by the gate {}: ",
    "gate holds": "the gate {} holds, and takes nothing away: ",
    "gate open": "the gate {} is open: ",
    "scores": "Scores",
    "lookups": "Lookups",
    "thresholds": "Thresholds of the policy",
    "learned": "Learned on {} from customers with {}",
    "steps": "{} of {}: {} {}",
    "left out": "{}, as the steps are not for this customer",
    "unknown": "unknown",
    "both": " and ",
    "entry": "{}; {} '{}' matches the entry '{}'",
    "same entry": "{}; {} is '{}'",
    "no entry": "{}; {} '{}' matches no entry",
    "nothing": "{}; {} is unknown",
    "since": "since {}",
    "nobody": "nobody reaches it",
    "all": "too few customers to learn it",
    "title": "{} ({})",
    "list": ", ",
    "stop": "; ",
    "is": ": ",
    "dash": " - ",
    "parts": "parts: ",
    "brief part": "{} {} (weight {})",
    "brief no part": "{} unknown",
    "capped": "it would be {}, but the gate {} closes it: ",
    "more": "{} and {} more",
    "brief score": "score {} of 100",
    "brief when": "unknown {}",
    "brief few": "too few customers to compare with",
    "brief unsited": "it is not said where the seller is",
    "brief absent": "not in the data",
    "brief no entry": "no entry matches",
    "family": "Family",
    "label": "Label",
    "why": "Why",
    "before": "Labels before it",
    "weight": "Weight",
    "points": "Points",
    "brings": "Brings",
    "formula": "Formula",
    "facts": "Facts",
    "value": "Value",
    "how": "How it came about",
    "source": "Source",
    "total": "Score",
    "code": "Code",
}
_ZH: Final = {
    "customer": "客户 {}，截至 {}",
    "gist": "结论：{}",
    "policy": "规则 {} {}（{}），摘要 {}；学得于 {}，摘要 {}",
    "because": "依据：",
    "and": "且：",
    "besides": "另外：",
    "others": "前面各类都不符合",
    "lowest": "最低一级，上面各级都未达到",
    "own": "自带的分类器，没有可说明的条件",
    "not": "不是{}：",
    "open": "无法判断是否{}：",
    "open yes": "无法判断：",
    "missing": "缺少：",
    "to do": "应做：",
    "owner": "负责人：{}",
    "channel": "方式：{}",
    "every": "每 {} 天一次",
    "within": "{} 小时内答复",
    "tier": "应得等级",
    "score": "得分 {}（满分 100），已知权重 {}",
    "no score": "没有得分：已知权重只有 {}，要求至少 {}",
    "card": "所用权重：{}",
    "part": "权重 {}，{} 分，贡献 {} 分",
    "no part": "权重 {}，分数未知",
    "short": "距{}还差 {} 分（{} 分起）",
    "above": "高出{}的门槛 {} 分（{} 分起）",
    "caps": "关卡{1}将等级限制在{0}：",
    "gate holds": "关卡{}成立，但未降低等级：",
    "gate open": "关卡{}未触发：",
    "scores": "得分由来",
    "lookups": "查表",
    "thresholds": "规则中的门槛",
    "learned": "学得的数值（{}，参照客户：{}）",
    "steps": "{} 分（共 {} 档）：{} {}",
    "left out": "{} 分，该客户不参与分档",
    "unknown": "未知",
    "both": " 且 ",
    "entry": "{}；{}“{}”匹配条目“{}”",
    "same entry": "{}；{}为“{}”",
    "no entry": "{}；{}“{}”没有匹配的条目",
    "nothing": "{}；{}未知",
    "since": "自 {} 起",
    "nobody": "无人达到",
    "all": "参照客户太少，学不出来",
    "title": "{}（{}）",
    "list": "、",
    "stop": "；",
    "is": "：",
    "dash": "——",
    "parts": "各项得分：",
    "brief part": "{} {} 分（权重 {}）",
    "brief no part": "{} 未知",
    "capped": "本可达到{}，受关卡{}限制：",
    "more": "{0}等 {2} 项",
    "brief score": "得分 {}（满分 100）",
    "brief when": "{}",
    "brief few": "参照客户太少，无法比较",
    "brief unsited": "没有说明卖方在哪里",
    "brief absent": "数据中没有",
    "brief no entry": "没有匹配的条目",
    "family": "分类",
    "label": "标签",
    "why": "依据",
    "before": "排在前面的标签",
    "weight": "权重",
    "points": "分数",
    "brings": "贡献",
    "formula": "公式",
    "facts": "事实",
    "value": "取值",
    "how": "由来",
    "source": "出处",
    "total": "总分",
    "code": "代码",
}
YES: Final = Title(zh="是", en="Yes")
"""What the label of a family of yes or no is called: no name for a kind of customer."""

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {"en": _EN, "zh": _ZH}


def listed(items: Iterable[str], language: Language) -> str:
    """Return texts with commas between."""
    return WORDS[language]["list"].join(items)


def named(title: Title, language: Language) -> str:
    """Return a title as it stands inside a sentence: quoted in Chinese.

    Examples
    --------
    >>> named(Title(zh="是", en="Yes"), "zh"), named(Title(zh="是", en="Yes"), "en")
    ('“是”', 'Yes')
    """
    return f"“{title.zh}”" if language == "zh" else title.en


def origin_in_words(origin: Origin, language: Language) -> str:
    """Return which policy an answer was given under."""
    return WORDS[language]["policy"].format(
        origin.code,
        origin.version,
        origin.title.of(language),
        origin.policy_digest[:12],
        origin.fitted_on,
        origin.fitted_digest[:12],
    )


def label_in_words(title: Title, code: str, language: Language) -> str:
    """Return a label with its code, where the title does not begin with it."""
    return with_code(title.of(language), code, language)


def playbook_in_words(book: Playbook, language: Language) -> str:
    """Return what is owed: actions, and who does them, how and when."""
    words = WORDS[language]
    done = words["stop"].join(one.of(language) for one in book.actions)
    who = []
    if book.owner is not None:
        who.append(words["owner"].format(book.owner.of(language)))
    if book.channel is not None:
        who.append(words["channel"].format(book.channel.of(language)))
    if book.every_days is not None:
        who.append(words["every"].format(book.every_days))
    if book.respond_within_hours is not None:
        who.append(words["within"].format(book.respond_within_hours))
    return words["title"].format(done, words["stop"].join(who)) if who else done


def part_in_words(part: PartGrade, language: Language) -> str:
    """Return what a part brings into the score."""
    words, weight = WORDS[language], f"{part.weight.normalize():f}"
    if part.points is None or part.contribution is None:
        return words["no part"].format(weight)
    return words["part"].format(
        weight, say_number(part.points), say_number(part.contribution)
    )


def standing_in_words(grade: Grade, language: Language) -> list[str]:
    """Return how far the score is from the bar above, and from its own."""
    words, said = WORDS[language], []
    if grade.above is not None and grade.gap is not None and grade.gap > 0:
        title = named(grade.above.title, language)
        gap, bar = _points(grade.gap), f"{grade.above.entry:f}"
        order = (title, gap, bar) if language == "zh" else (gap, title, bar)
        said.append(words["short"].format(*order))
    if grade.earned is not None and grade.margin is not None and grade.margin >= 0:
        title = named(grade.earned.title, language)
        margin, bar = _points(grade.margin), f"{grade.earned.entry:f}"
        order = (title, margin, bar) if language == "zh" else (margin, title, bar)
        said.append(words["above"].format(*order))
    return said


def _points(number: float) -> str:
    """Return points to two decimals, more where they would be said to be none."""
    short = say_number(number)
    return say_number(number, 6) if short == "0" else short


def scored_in_words(scored: Scored, language: Language) -> str:
    """Return how a score came about."""
    note, words = scored.note, WORDS[language]
    said = note.term.say(scored.value, language)
    if scored.value is None:
        return words["unknown"]
    if scored.left_out:
        return words["left out"].format(said)
    facts = listed((fact.to_text(language) for fact in scored.facts), language)
    step, term = scored.step, note.term
    if step is None:
        return said if not facts else f"{said}{words['stop']}{facts}"
    under, over = ("≤", ">") if note.bins_are_lower else ("<", "≥")
    sides = [
        f"{sign} {term.speech.say(edge, note.input.unit, language)}"
        for sign, edge in ((over, step.low), (under, step.high))
        if edge is not None
    ]
    if note.input.term is None:
        shown = f"{note.expression} = "
        shown += term.speech.say(scored.input, note.input.unit, language)
    else:
        shown = Fact(note.input.term, scored.input).to_text(language)
    steps = (step.points, step.of, shown, words["both"].join(sides))
    told = words["steps"].format(*steps).strip()
    beside = facts if note.input.term is None else ""
    return f"{told}{words['stop']}{beside}" if beside else told


def found_in_words(found: Found, language: Language) -> str:
    """Return what a lookup found, and by which entry."""
    words, of = WORDS[language], found.of.term.title.of(language)
    said = found.note.term.say(found.value, language)
    if found.of.value is None:
        return words["nothing"].format(said, of)
    text = found.of.term.say(found.of.value, language)
    entry = found.entry
    if entry is None:
        return words["no entry"].format(said, of, text)
    key = "same entry" if entry == found.of.value else "entry"
    return words[key].format(said, of, text, entry)


def source_in(language: Language, source: str) -> str:
    """Return a source, or nothing where a Chinese text would quote another language.

    Examples
    --------
    >>> source_in("zh", "default: the top fifth"), source_in("zh", "销售部 2026 年会议")
    ('', '销售部 2026 年会议')
    """
    if language == "zh" and not any("\u4e00" <= sign <= "\u9fff" for sign in source):
        return ""
    return source


def missing_in_words(several: Iterable[Missing], language: Language) -> list[str]:
    """Return what is missing, facts of which the same is said in one sentence."""
    groups: dict[str, list[str]] = {}
    for one in several:
        said = one.to_text(language)
        title = "" if one.term is None else one.term.spoken.of(language)
        groups.setdefault(said.removeprefix(title), []).append(title)
    return [listed(titles, language) + rest for rest, titles in groups.items()]


def setting_in_words(setting: Setting, language: Language) -> str:
    """Return a threshold's source, and since when it holds."""
    words = WORDS[language]
    source = source_in(language, setting.source)
    parts = [source] if source else []
    if setting.since is not None:
        parts.append(words["since"].format(setting.since))
    return words["stop"].join(parts)


def learnt_in_words(learnt: Learnt, language: Language) -> str:
    """Return the value of something learned."""
    words, term = WORDS[language], learnt.term
    if learnt.too_few:
        return words["all"]
    if learnt.value is None:
        return words["nobody"]
    said = term.speech.say(learnt.value, term.unit, language)
    sign = "≥ " if isinstance(learnt.node, FittedCut) else ""
    return f"{term.spoken.of(language)} {sign}{said}"
