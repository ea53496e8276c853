"""Check a policy: all that is wrong with it, what is odd about it, what it holds.

An author wants to know before the next review whether the file will load, and what it
asks of the data. What would be refused is told with its line, and the exit status is 1;
remarks alone leave it at 0.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from custseg.attributes import attribute_fields, customers_with
from custseg.commands.saying import say
from custseg.contract import TABLES
from custseg.errors import PolicyError, Problem
from custseg.labels import Language
from custseg.policies import NAMES
from custseg.rules.acts.allocation import Allocation
from custseg.rules.acts.clean_out import CleanOut
from custseg.rules.acts.pools import Pool
from custseg.rules.files.loader import Inspected, inspect_policy
from custseg.rules.policy import PolicyTree
from custseg.units import Unit
from custseg.wording import say as say_value
from custseg.wording import say_window

__all__ = ["add_options", "run"]

_WIDTH: Final = 88
_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "refused": "{} would be refused: {} to mend.",
        "one": "one thing",
        "many": "{} things",
        "sound": "{} is sound: policy '{}', version {}, '{}'.",
        "bases": "Built on: {}",
        "window": "Measured over {}; percentiles compare with the customers for whom "
        "{}, at least {} of them.",
        "families": "Families and their labels",
        "tiers": "Score and tiers",
        "playbooks": "Playbooks: {}, for {}",
        "no playbooks": "Playbooks: none",
        "acting": "Pools, clean-out and allocation",
        "pool": "{}: of {} toward {}; enter {}; stay {}; {}, {}",
        "alike": "alike",
        "ever": "for as long as it holds",
        "days": "at most {:,} days",
        "any": "any number of places",
        "places": "places for {:,}",
        "proposes": "clean-out: {}",
        "exempt": "  exempt: {}",
        "by hand": "tiers set by hand",
        "shares": "allocation: {}; inside a tier by {}",
        "over": "{} to nobody",
        "each": "{} ({} each)",
        "least": "at least {:,}",
        "most": "at most {:,}",
        "freed": "  what the clean-out frees: to {}{}",
        "where": " where {}",
        "score": "the score",
        "precedence": "who is heard first where playbooks disagree: {}",
        "then": ", then ",
        "features": "Features used",
        "columns": "Columns of the input (* has to be there, without the others some "
        "answers are UNKNOWN)",
        "remarks": "Remarks",
        "none": ": none",
        "some": " ({})",
        "from": "{} from {}",
    },
    "zh": {
        "refused": "{} 不能使用：有{}要改。",
        "one": "一处",
        "many": " {} 处",
        "sound": "{} 没有错误：规则“{}”，版本 {}，《{}》。",
        "bases": "基于：{}",
        "window": "统计窗口 {}；百分位的参照客户：{}，至少 {} 个。",
        "families": "各类标签",
        "tiers": "得分与等级",
        "playbooks": "管理策略：{} 条，用于 {}",
        "no playbooks": "管理策略：无",
        "acting": "培育池、清理与分配",
        "pool": "{}：从 {} 到 {}；入池 {}；留池 {}；{}，{}",
        "alike": "同入池条件",
        "ever": "不限期",
        "days": "最长 {:,} 天",
        "any": "不限名额",
        "places": "名额 {:,}",
        "proposes": "清理：{}",
        "exempt": "  豁免：{}",
        "by hand": "人工调整的等级",
        "shares": "分配：{}；级内按{}",
        "over": "不分配 {}",
        "each": "{}（每户 {}）",
        "least": "至少 {:,}",
        "most": "至多 {:,}",
        "freed": "  清理所释放的：归 {}{}",
        "where": "，条件 {}",
        "score": "得分",
        "precedence": "管理策略冲突时的优先次序：{}",
        "then": "、",
        "features": "用到的指标",
        "columns": "输入的列（带 * 的必须有；其余没有时，有些结果是 UNKNOWN）",
        "remarks": "提示",
        "none": "：无",
        "some": "（{} 条）",
        "from": "{}：{} 分起",
    },
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add = parser.add_argument
    add("policy", help=f"a TOML file, or {', '.join(NAMES)}")
    add("--language", choices=("en", "zh"), default="en")


def run(options: argparse.Namespace) -> int:
    """Check one policy and say what was found.

    Returns
    -------
    int
        1 for a policy that would be refused, else 0.
    """
    language: Language = options.language
    words = _WORDS[language]
    try:
        inspected = inspect_policy(options.policy)
    except PolicyError as error:
        for line in _listed(error.problems):
            say(line)
        count = len(error.problems)
        many = words["one"] if count == 1 else words["many"].format(count)
        say(words["refused"].format(options.policy, many))
        return 1
    for line in _told(options.policy, inspected, language):
        say(line)
    return 0


def _listed(problems: Iterable[Problem]) -> Iterator[str]:
    for problem in problems:
        yield f"- {problem}".replace("\n", "\n  ")
    yield ""


def _told(name: str, inspected: Inspected, language: Language) -> Iterator[str]:
    words, policy = _WORDS[language], inspected.plan.policy
    about, reference = policy.about, policy.basis.reference
    title = about.title.of(language)
    yield words["sound"].format(name, about.code, about.version, title)
    if inspected.bases:
        yield words["bases"].format(", ".join(inspected.bases))
    window = say_window(policy.basis.window, language)
    yield words["window"].format(window, reference.members, reference.minimum)
    yield from ("", words["families"])
    for family in policy.families:
        codes = ", ".join(label.code for label in family.labels)
        yield from _wrapped(f"  {family.code}: ", codes)
    yield from _tiers(policy, words)
    yield ""
    yield from _wrapped("", _playbooks(policy, words))
    yield from _acting(policy, words)
    yield from ("", words["features"])
    yield from _wrapped("  ", ", ".join(_features(inspected)))
    yield from ("", words["columns"])
    for table, columns in _columns(inspected):
        yield from _wrapped(f"  {table}: ", ", ".join(columns))
    if inspected.remarks:
        some = words["some"].format(len(inspected.remarks))
        yield from ("", words["remarks"] + some)
        yield from list(_listed(inspected.remarks))[:-1]
    else:
        yield from ("", words["remarks"] + words["none"])


def _tiers(policy: PolicyTree, words: Mapping[str, str]) -> Iterator[str]:
    if policy.grading is None:
        return
    yield from ("", words["tiers"])
    parts = (f"{one.weight.normalize():f} {one.code}" for one in policy.grading.parts)
    yield from _wrapped("  score = ", " + ".join(parts))
    for card in policy.grading.cards:
        own = (f"{weight.normalize():f} {code}" for code, weight in card.weights)
        yield from _wrapped(f"  {card.code}: ", " + ".join(own))
    tiers = (
        one.code if one.entry is None else words["from"].format(one.code, one.entry)
        for one in policy.grading.tiers
    )
    yield from _wrapped("  tier: ", ", ".join(tiers))


def _acting(policy: PolicyTree, words: Mapping[str, str]) -> Iterator[str]:
    """Yield whom the policy brings on, whom it lets go, and who gets how much."""
    acting = policy.acting
    lines = [
        *(_pool(one, policy, words) for one in acting.pools),
        *_clean_out(acting.clean_out, words),
        *_allocation(acting.allocation, words),
    ]
    if acting.precedence:
        said = words["then"].join(acting.precedence)
        lines.append(words["precedence"].format(said))
    if lines:
        yield from ("", words["acting"])
    for line in lines:
        text = line.lstrip()
        first, _, rest = text.partition(" ")
        lead = " " * (2 + len(line) - len(text))
        yield from _wrapped(f"{lead}{first} ", rest)


def _pool(pool: Pool, policy: PolicyTree, words: Mapping[str, str]) -> str:
    assert policy.grading is not None  # noqa: S101 - checked when it was loaded
    days, places = pool.longest_days, pool.capacity
    return words["pool"].format(
        pool.code,
        pool.of,
        policy.grading.tiers[pool.goal(policy.grading)].code,
        _flow(pool.enter),
        _flow(pool.stay) or words["alike"],
        words["days"].format(days) if days else words["ever"],
        words["places"].format(places) if places else words["any"],
    )


def _flow(rule: str) -> str:
    """Return a condition or formula as one line; the file may break it."""
    return " ".join(rule.split())


def _clean_out(section: CleanOut | None, words: Mapping[str, str]) -> Iterator[str]:
    if section is None:
        return
    said = (
        f"{one.code} ({', '.join(one.of)}: {_flow(one.when)})" for one in section.rules
    )
    yield words["proposes"].format("; ".join(said))
    exempt = [f"{one.code} ({_flow(one.when)})" for one in section.exemptions]
    yield words["exempt"].format("; ".join([*exempt, words["by hand"]]))


def _allocation(section: Allocation | None, words: Mapping[str, str]) -> Iterator[str]:
    if section is None:
        return
    said = []
    for one in section.shares:
        bounds = [
            words[key].format(many)
            for key, many in (("least", one.floor), ("most", one.cap))
            if many
        ]
        share = f"{one.tier} {say_value(one.share, Unit.SHARE)}"
        each = words["each"].format(share, ", ".join(bounds))
        said.append(each if bounds else share)
    left = 1 - sum(one.share for one in section.shares)
    if left > 0:
        said.append(words["over"].format(say_value(left, Unit.SHARE)))
    yield words["shares"].format(", ".join(said), _flow(section.by) or words["score"])
    freed = section.freed_to
    if freed is not None:
        where = words["where"].format(_flow(freed.when)) if freed.when else ""
        yield words["freed"].format(freed.tier, where)


def _playbooks(policy: PolicyTree, words: Mapping[str, str]) -> str:
    """Return how many playbooks there are, and for which labels."""
    if not policy.playbooks:
        return words["no playbooks"]
    every = {one.code: {label.code for label in one.labels} for one in policy.families}
    if policy.grading is not None:
        every["tier"] = {one.code for one in policy.grading.tiers}
    owed: dict[str, list[str]] = {}
    for one in policy.playbooks:
        owed.setdefault(one.family, []).append(one.label)
    told = ", ".join(
        family if every[family] == set(labels) else f"{family} ({', '.join(labels)})"
        for family, labels in owed.items()
    )
    return words["playbooks"].format(len(policy.playbooks), told)


def _features(inspected: Inspected) -> list[str]:
    plan = inspected.plan
    return [name for name, _, _ in (*plan.features, *plan.watched)]


def _columns(inspected: Inspected) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield each table of the input with its columns that are needed or of use."""
    used = inspected.plan.columns
    own = attribute_fields(inspected.plan.policy.attributes)
    for table, spec in {**TABLES, "customers": customers_with(own)}.items():
        if table != "sales" and not any(one.startswith(f"{table}.") for one in used):
            continue
        columns = [
            f"{one.name}*" if one.required else one.name
            for one in spec.fields
            if one.required or f"{table}.{one.name}" in used
        ]
        yield table, columns


def _wrapped(head: str, text: str) -> Iterator[str]:
    """Yield a list in lines, each broken behind a comma or a plus sign."""
    line, indent = head, " " * min(len(head), 4) or "  "
    for word in text.split(" "):
        if len(line) + len(word) > _WIDTH and line.strip() and line != head:
            yield line.rstrip()
            line = indent
        line += f"{word} "
    yield line.rstrip()
