"""The labels and tiers of the packaged policies, and what follows from them.

For each policy a small table of every family, of the score and its tiers, of gates and
triggers, of pools, the clean-out and the allocation, of the scores and of the features
under names of their own that conditions name, of the words that lookups tell, and of
the thresholds. Conditions and formulas are shown with the thresholds put in, as a
policy's plan holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from custseg.labels import Title
from custseg.policies import NAMES
from custseg.rules.acts.acting import Acting
from custseg.rules.acts.allocation import Allocation
from custseg.rules.acts.clean_out import CleanOut
from custseg.rules.expression import to_text
from custseg.rules.expression.scope import Checked
from custseg.rules.files.loader import load_tree
from custseg.rules.grading import Grading, Trigger
from custseg.rules.named_features import window_of
from custseg.rules.plan import Plan, PlannedFamily, PlannedScore, PlannedTiers
from custseg.rules.planning import make_plan
from custseg.rules.policy import Lookup, Match, PolicyTree
from custseg.scoring.catalogue import CATALOGUE
from custseg.units import Unit
from custseg.wording import say

__all__ = ["labels_lines"]

Table = Callable[..., str]
Row = tuple[object, ...]


def labels_lines(table: Table) -> Iterator[str]:
    """Yield the page, policy by policy.

    Parameters
    ----------
    table : callable
        From a header and rows to Markdown.
    """
    for name in NAMES:
        plan = make_plan(load_tree(name))
        yield from _about(plan.policy)
        for planned in plan.families:
            yield from _family(planned, table)
        if plan.policy.grading is not None:
            yield from _grading(plan.policy.grading, plan.tiers, table)
            yield from _acting(plan, table)
        yield from _scores(plan.scores, table)
        yield from _features(plan.policy, table)
        if plan.policy.lookups:
            yield "### Lookups · 对照表\n"
            yield (
                "From what is declared to the words of the policy; upper and lower "
                "case count as one, and `13..43` stands for 13, 14 and so on to 43. "
                "A text that matches nothing has the outcome of `all others`; where no "
                "line says so, it is unknown.\n"
            )
        for one in plan.policy.lookups:
            yield from _lookup(one, table)
        yield from _thresholds(plan.policy, table)


def _about(policy: PolicyTree) -> Iterator[str]:
    about = policy.about
    yield f"## `{about.code}`: {_both(about.title)}\n"
    yield (
        f"Version {about.version}. Features are measured over "
        f"{policy.basis.window}; percentiles compare with the customers for whom "
        f"`{policy.basis.reference.members}`.\n"
    )


def _family(planned: PlannedFamily, table: Table) -> Iterator[str]:
    family = planned.family
    yield f"### {_both(family.title)} (`{family.code}`)\n"
    yield from _source(family.source)
    rows = (
        (f"`{rule.code}`", _both(rule.title), _when(checked))
        for rule, checked in zip(family.labels, planned.conditions, strict=True)
    )
    yield table(("code", "label · 标签", "when; the first that holds wins"), rows)


def _grading(grading: Grading, tiers: PlannedTiers, table: Table) -> Iterator[str]:
    yield f"### {_both(grading.title)} (`score`, `tier`)\n"
    parts = (
        (f"`{one.code}`", _both(one.title), one.weight, f"`{one.score}`")
        for one in grading.parts
    )
    yield table(("part", "title · 组成", "weight", "points"), parts)
    cards = [
        (
            f"`{one.code}`",
            _both(one.title),
            _when(checked),
            ", ".join(f"{code} {weight:f}" for code, weight in one.weights),
        )
        for one, checked in zip(grading.cards, tiers.cards, strict=True)
    ]
    yield from _some(table, ("card", "title · 权重", "when", "weights"), cards)
    held = (
        (f"`{one.code}`", _both(one.title), _when(enter), _when(stay))
        for one, enter, stay in zip(
            grading.tiers, tiers.enters, tiers.stays, strict=True
        )
    )
    yield table(("tier", "title · 等级", "earned when", "kept when"), held)
    gates = [
        (f"`{one.code}`", _both(one.title), _when(checked), f"at most {one.cap}")
        for one, checked in zip(grading.gates, tiers.gates, strict=True)
    ]
    yield from _some(table, ("gate", "title · 关口", "when", "the tier is"), gates)
    triggers = [
        (f"`{one.code}`", _both(one.title), _when(checked), _acts(one), one.severity)
        for one, checked in zip(grading.triggers, tiers.triggers, strict=True)
    ]
    header = ("trigger", "title · 触发", "when", "what is done", "severity")
    yield from _some(table, header, triggers)
    yield from _moves(grading)


def _moves(grading: Grading) -> Iterator[str]:
    """Yield when tiers are reviewed, and how a held one follows what is earned."""
    reviews, moves = grading.reviews, grading.moves
    year = "the fiscal year" if reviews.fiscal else "the calendar year"
    yield f"Reviewed {reviews.every.value}, by {year}. {_sentence(reviews.source)}\n"
    steps = {"rise": moves.most_steps_up, "fall": moves.most_steps_down}
    far = [
        f"a {way} goes {n} tier{'s' * (n > 1)} at most" for way, n in steps.items() if n
    ]
    how_far = "; ".join(far) or "a move goes to the tier that is due"
    yield (
        f"A tier rises when it is earned at {_reviews(moves.confirm_up)}, and falls "
        f"when it is not kept at {_reviews(moves.confirm_down)}; it is held for "
        f"{moves.dwell_days} days at least; {how_far}. Gates and triggers that cap or "
        f"demote wait for none of this. {_sentence(moves.source)}\n"
    )


def _reviews(count: int) -> str:
    return "one review" if count == 1 else f"{count} reviews in a row"


def _sentence(source: str) -> str:
    return f"Source: {source.rstrip('.')}." if source else ""


def _acts(trigger: Trigger) -> str:
    """Return what a trigger does, and to which tier."""
    return f"{trigger.action} {trigger.to}".strip()


def _acting(plan: Plan, table: Table) -> Iterator[str]:
    """Yield whom the policy brings on, whom it lets go, and who gets how much."""
    acting = plan.policy.acting
    asked = dict(plan.tiers.questions)
    yield from _pools(plan, asked, table)
    if acting.clean_out is not None:
        yield from _clean_out(acting.clean_out, asked, table)
    if acting.allocation is not None:
        yield from _allocation(acting.allocation, asked, table)
    yield from _precedence(acting)


def _pools(plan: Plan, asked: dict[str, Checked], table: Table) -> Iterator[str]:
    grading = plan.policy.grading
    assert grading is not None  # noqa: S101 - checked when it was loaded
    rows = [
        (
            f"`{one.code}`",
            _both(one.title),
            f"{one.of} to {grading.tiers[one.goal(grading)].code}",
            _when(asked[one.key("enter")]),
            _when(asked[one.key("stay")]) if one.stay else "the same",
            f"{one.longest_days} days" if one.longest_days else "any time",
            one.capacity or "any number",
        )
        for one in plan.policy.acting.pools
    ]
    header = ("pool", "title · 培育池", "from, to", "enters when", "stays when")
    yield from _some(table, (*header, "at most", "places"), rows)


def _clean_out(
    section: CleanOut, asked: dict[str, Checked], table: Table
) -> Iterator[str]:
    yield f"### {_both(section.title)} (`clean_out`)\n"
    yield from _source(section.source)
    conditions = iter(asked[one.key] for one in section.questions())
    rules = [
        (f"`{one.code}`", _both(one.title), ", ".join(one.of), _when(next(conditions)))
        for one in section.rules
    ]
    header = ("rule", "what is proposed · 建议", "tiers", "when; the first that holds")
    yield table(header, rules)
    exempt = [
        (f"`{one.code}`", _both(one.title), _when(next(conditions)))
        for one in section.exemptions
    ]
    yield from _some(table, ("exemption", "reason · 豁免", "left out when"), exempt)


def _allocation(
    section: Allocation, asked: dict[str, Checked], table: Table
) -> Iterator[str]:
    yield f"### {_both(section.title)} (`allocation`)\n"
    yield from _source(section.source)
    by = _when(asked["allocation.by"]) if section.by else "the score"
    portions = f", in whole portions of {section.unit}" if section.unit != 1 else ""
    yield f"Inside a tier each gets in proportion to {by}{portions}.\n"
    rows = [
        (one.tier, say(one.share, Unit.SHARE), one.floor or "none", one.cap or "none")
        for one in section.shares
    ]
    left = 1 - sum((one.share for one in section.shares), Decimal(0))
    if left > 0:
        rows.append(("nobody", say(left, Unit.SHARE), "", ""))
    header = ("tier", "share · 份额", "least for each", "most for each")
    yield table(header, rows)
    freed = section.freed_to
    if freed is not None:
        of = (
            f" for whom {_when(asked['allocation.freed_to.when'])}"
            if freed.when
            else ""
        )
        yield f"What the clean-out frees goes to customers of tier {freed.tier}{of}.\n"


def _precedence(acting: Acting) -> Iterator[str]:
    if acting.precedence:
        named = ", ".join(f"`{one}`" for one in acting.precedence)
        yield f"Where playbooks disagree, the first of these is heard: {named}.\n"


def _scores(scores: Iterable[PlannedScore], table: Table) -> Iterator[str]:
    rows = [
        (f"`{one.score.code}`", _both(one.score.title), _when(one.checked), *_rest(one))
        for one in scores
    ]
    if rows:
        yield "### Scores · 分数\n"
        yield table(
            ("score", "title · 名称", "what is computed", "in steps", "source"), rows
        )


def _rest(planned: PlannedScore) -> tuple[str, str]:
    """Return the steps that a score comes in, if any, and its source."""
    bins, source = planned.score.bins, planned.score.source
    if bins is None:
        return "", source
    edges = " / ".join(f"{edge:f}" for edge in bins.at)
    how = f"from {edges}" if edges else f"1 to {bins.into}, by {bins.by}"
    steps = f"{how}, {bins.better} is better"
    if planned.only_if is not None:
        steps += f"; {bins.otherwise} unless {_when(planned.only_if)}"
    return steps, source


def _features(policy: PolicyTree, table: Table) -> Iterator[str]:
    rows = [
        (
            f"`{one.code}`",
            _both(one.title),
            f"`{one.feature}`" + (f" by `{one.groups}`" if one.groups else ""),
            window_of(one, policy) if CATALOGUE[one.feature].windowed else "all time",
        )
        for one in policy.features
        if one.attribute is None
    ]
    if rows:
        yield "### Features under names of their own · 自定的指标\n"
        yield table(("name", "title · 名称", "feature", "over"), rows)


_COUNTS: Final[Mapping[Match, str]] = {
    "exact": "the whole text counts",
    "prefix": "the longest beginning counts",
}


def _lookup(lookup: Lookup, table: Table) -> Iterator[str]:
    how = _COUNTS[lookup.match]
    yield f"#### {_both(lookup.title)} (`{lookup.code}`)\n"
    assumed = (
        f"; a code that matches nothing as it stands is tried with `{lookup.assume}` "
        "before it"
        if lookup.assume
        else ""
    )
    yield f"Of `{lookup.of}`; {how}{assumed}.\n"
    yield from _source(lookup.source)
    texts: dict[object, list[str]] = {}
    for one in lookup.entries:
        texts.setdefault(one.value, []).append(f"`{one.text}`")
    if lookup.otherwise is not None:
        texts.setdefault(lookup.otherwise, []).append("all others")
    titles = {one.code: f" {_both(one.title)}" for one in lookup.titles}
    rows = (
        (f"`{value}`{titles.get(str(value), '')}", ", ".join(declared))
        for value, declared in texts.items()
    )
    yield table(("outcome · 结果", "declared · 填报"), rows)


def _thresholds(policy: PolicyTree, table: Table) -> Iterator[str]:
    yield "### Thresholds · 阈值\n"
    rows = (
        (
            f"`{one.code}`",
            one.value,
            "" if one.unit is None else one.unit.value,
            one.source,
        )
        for one in policy.thresholds
    )
    yield table(("threshold", "value", "unit", "source"), rows)


def _some(table: Table, header: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Yield a table, unless it has no rows."""
    if found := list(rows):
        yield table(header, found)


def _source(source: str) -> Iterator[str]:
    if source:
        yield f"Source: {source.rstrip('.')}.\n"


def _both(title: Title) -> str:
    return f"{title.en} · {title.zh}"


def _when(checked: Checked | None) -> str:
    """Return a condition with the thresholds put in; that of the last is for all."""
    return "all others" if checked is None else f"`{to_text(checked.node)}`"
