"""The terms and thresholds of one plan, described once for all explanations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from custseg.labels import Title
from custseg.rules.explaining.terms import Setting, Speech, Term, over_window
from custseg.rules.expression import Call, Node, Number, names_in
from custseg.rules.plan import Plan
from custseg.rules.policy import Lookup
from custseg.scoring.unknowns import NO_SELLER
from custseg.units import Unit

__all__ = ["settings_of", "terms_of"]

_SCORE = Title(zh="综合得分", en="Composite score")
_COVERAGE = Title(zh="已知权重", en="Known weight")


def terms_of(
    plan: Plan, titles: Mapping[str, Title], speech: Speech
) -> dict[str, Term]:
    """Return everything that the conditions of a plan can name, by its code.

    Parameters
    ----------
    plan : Plan
    titles : mapping of str to Title
        Of features, lookups, scores and families.
    speech : Speech
    """
    own = {one.code: one for one in plan.policy.features}
    lookups = {one.code: one for one in plan.policy.lookups}
    terms: dict[str, Term] = {}
    for code, feature, window in (*plan.features, *plan.watched):
        title = titles.get(code, feature.title)
        windowed, spoken = None, title
        if feature.windowed:
            windowed = window
            says = code in own and own[code].says_window
            spoken = title if says else over_window(title, window)
        groups = None
        if code in own and feature.unit is Unit.TEXT:
            groups = lookups.get(own[code].groups)
        terms[code] = Term(
            code,
            "feature",
            title,
            feature.unit,
            speech,
            spoken,
            windowed,
            feature.needs,
            feature.either,
            # That there is no seller is known, and told apart.
            tuple(one for one in feature.missing if one != NO_SELLER),
            feature.sited,
            _words_of(groups, code, plan) if groups is not None else {},
        )
    for lookup in plan.lookups:
        terms[lookup.code] = Term(
            lookup.code,
            "lookup",
            lookup.title,
            lookup.unit,
            speech,
            words=_words_of(lookup, lookup.code, plan),
        )
    for planned in plan.scores:
        score = planned.score
        unit = planned.checked.unit if score.bins is None else Unit.SCORE
        terms[score.code] = Term(
            score.code,
            "score",
            score.title,
            unit,
            speech,
            is_yes_or_no=score.bins is None and _is_yes_or_no(planned.checked.node),
        )
    for one in plan.families:
        family = one.family
        words = {rule.code: rule.title for rule in family.labels}
        terms[family.code] = Term(
            family.code, "family", family.title, Unit.TEXT, speech, words=words
        )
    if plan.policy.grading is not None:
        graded = (("score", _SCORE, Unit.SCORE), ("coverage", _COVERAGE, Unit.SHARE))
        for code, title, unit in graded:
            terms[code] = Term(code, "grade", title, unit, speech)
    return terms


def _words_of(lookup: Lookup, asked: str, plan: Plan) -> dict[str, Title]:
    """Return what the codes of a lookup are called, where something is asked for."""
    own = {one.code: one.title for one in lookup.titles}
    return {**_labels_by(asked, plan), **own}


def _labels_by(code: str, plan: Plan) -> dict[str, Title]:
    """Return the labels of the families that ask for a lookup: it may find their codes.

    So may a feature that goes by the groups of one.

    Of labels with the same code the first counts; those by way of another lookup, which
    looks up what this one found, come last.
    """
    found: dict[str, Title] = {}
    for one in plan.families:
        conditions = [checked for checked in one.conditions if checked is not None]
        if any(code in names_in(checked.node) for checked in conditions):
            words = {rule.code: rule.title for rule in one.family.labels}
            found = {**words, **found}
    for lookup in plan.lookups:
        if lookup.of == code:
            found = {**_labels_by(lookup.code, plan), **found}
    return found


def _is_yes_or_no(node: Node) -> bool:
    """Say whether a formula is 1 or 0 by a condition, and nothing else."""
    match node:
        case Call(function="if", arguments=(_, *ends)):
            return all(map(_is_one_or_zero, ends))
        case _:
            return False


def _is_one_or_zero(node: Node) -> bool:
    if isinstance(node, Number):
        return node.value in {0, 1}
    return _is_yes_or_no(node)


def settings_of(plan: Plan, on: date) -> dict[str, Setting]:
    """Return the thresholds of a policy as they hold on a day."""
    found = {}
    for one in plan.policy.thresholds:
        holds = one.on(on)
        unit = holds.unit or _kind_of(holds.value)
        found[one.code] = Setting(
            one.code, holds.value, unit, holds.source, holds.since
        )
    grading = plan.policy.grading
    tiers = {one.entry_name: one.code for one in grading.tiers} if grading else {}
    for one in plan.policy.entries:
        tier = tiers[one.code]
        found[one.code] = Setting(one.code, one.value, Unit.NUMBER, tier=tier)
    return found


def _kind_of(value: object) -> Unit:
    if isinstance(value, bool):
        return Unit.FLAG
    return Unit.TEXT if isinstance(value, str) else Unit.NUMBER
