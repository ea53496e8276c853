"""Check a policy: all that is wrong with it, what is odd about it, what it holds.

An author wants to know before the next review whether the file will load, and what it
asks of the data. What would be refused is told with its line, and the exit status is 1;
remarks alone leave it at 0.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from custseg.commands.saying import say
from custseg.contract import TABLES
from custseg.errors import PolicyError, Problem
from custseg.labels import Language
from custseg.policies import NAMES
from custseg.rules.loader import Inspected, inspect_policy
from custseg.rules.policy import PolicyTree
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
    tiers = (
        one.code if one.entry is None else words["from"].format(one.code, one.entry)
        for one in policy.grading.tiers
    )
    yield from _wrapped("  tier: ", ", ".join(tiers))


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
    for table, spec in TABLES.items():
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
