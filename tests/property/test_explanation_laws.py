"""What holds for every explanation: it says what is so, and agrees with the labels.

Populations are made from a seed: five to twenty-four customers with sales, returns,
missing quantities and costs, some with an industry or an opening day.
"""

import json
import re
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import custseg as cs
from custseg.rules.expression import All, Any, Call, Not, evaluate, to_text
from custseg.rules.planned import unplannable
from strategies_policy import policies

TODAY = date(2026, 6, 30)
FEW = settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)
IS = {"zh": "：", "en": ": "}
OBJECT = re.compile(r"object at 0x|\w+\(\w+=|<Unit|[=<≥] (None|nan)|Decimal|\{\}")


def ledger_of(seed):
    """Return the ledger of a made-up population."""
    rng = Random(seed)  # noqa: S311 - tests, not secrets
    names = [f"c{at:02}" for at in range(rng.randint(5, 24))]
    rows = [
        (
            name,
            TODAY - timedelta(days=rng.choice([rng.randrange(1500), 0, 90, 180, 365])),
            rng.choice([rng.randrange(1, 500_000), 1000, -rng.randrange(1, 900)]) / 100,
            rng.choice([None, 1.5, 2.0, 40.0]),
            rng.choice([None, 3.0]),
        )
        for name in names[:-1]
        for _ in range(rng.choice([1, 1, 2, 4, 9]))
    ]
    keys = ("customer_id", "date", "amount", "quantity", "cost")
    columns = dict(zip(keys, map(list, zip(*rows, strict=True)), strict=True))
    opened = [TODAY - timedelta(days=rng.randrange(900)) for _ in names]
    known = {
        "customer_id": names,
        "industry": [rng.choice([None, "C33", "E47", "J66"]) for _ in names],
        "registered_on": [rng.choice([None, day]) for day in opened],
    }
    customers = rng.choice([None, known])
    return cs.Ledger.from_frames(columns, customers=customers, currency="CNY")


@pytest.fixture(scope="module")
def shop(project):
    """A policy with a lookup, an if, a gate and playbooks."""
    return cs.load_policy(project / "tests/golden/explanations/policy.toml")


def every(result):
    """Return the explanations of all customers, in order."""
    return list(result.explanations())


def settled(node, known):
    """Work a condition out from the truth of some clauses; all others are unknown."""
    if isinstance(node, Not):
        inner = settled(node.operand, known)
        return None if inner is None else not inner
    if isinstance(node, All | Any):
        found = {settled(item, known) for item in node.items}
        decides = isinstance(node, Any)
        if decides in found:
            return decides
        return None if None in found else not decides
    if isinstance(node, Call) and node.function == "if":
        test, yes, no = node.arguments
        taken = settled(test, known)
        return None if taken is None else settled(yes if taken else no, known)
    if isinstance(node, Call) and node.function == "coalesce":
        answers = [settled(one, known) for one in node.arguments]
        told = [one for one in answers if one is not None]
        if to_text(node) not in known:
            return told[0] if told else None
    return known.get(to_text(node))


def conditions_of(result):
    """Return every condition of the policy by its label, or tier."""
    plan = result.plan
    found = {
        (one.family.code, rule.code): checked
        for one in plan.families
        for rule, checked in zip(one.family.labels, one.conditions, strict=True)
    }
    grading = plan.policy.grading
    for tier, checked in zip(
        grading.tiers if grading else (), plan.tiers.enters, strict=True
    ):
        found["tier", tier.code] = checked
    return found


def tried(explanation):
    """Yield every label that was tried, tiers too."""
    for reason in explanation.reasons:
        yield from ((reason.family, trial) for trial in reason.trials)
    if explanation.grade is not None:
        yield from (("tier", trial) for trial in explanation.grade.trials)


def check_truth(result):
    """Hold every clause and every label tried against the evaluator and the labels."""
    conditions = conditions_of(result)
    for at, told in enumerate(every(result)):
        one = result.outcome.take([at])
        frame = {**one.table.columns, **one.labels}
        if one.grade is not None:
            frame |= {"score": one.grade.score, "coverage": one.grade.coverage}
        for family, trial in tried(told):
            known = {clause.text: clause.holds for clause in trial.clauses}
            for clause in trial.clauses:
                answer = evaluate(
                    clause.leaf.node, frame, result.learned, money_exponent=2, n=1
                )
                holds = bool(answer.values[0]) if answer.is_known()[0] else None
                assert clause.holds is holds
            # What is told besides holds as well, and of what fails there is nothing.
            assert all(clause.holds and trial.holds for clause in trial.also)
            checked = conditions[family, trial.label]
            if checked is None:
                assert trial.holds
                assert not trial.clauses
            else:
                assert settled(checked.node, known) is trial.holds
        for reason in told.reasons:
            assert reason.label == result.labels(reason.family)[at]
            assert [trial.holds for trial in reason.rejected] == [False] * len(
                reason.rejected
            )
            last = reason.decided
            assert last.holds is (None if reason.label == "UNKNOWN" else True)
            assert reason.label in {"UNKNOWN", last.label}
            assert (reason.label == "UNKNOWN") == bool(reason.missing)
        if told.grade is not None:
            assert told.grade.tier == result.labels("tier")[at]


@given(st.integers(0, 2**32 - 1))
@FEW
def test_clauses_say_what_is_so_and_decide_the_label(shop, seed):
    """For a policy of every feature, and for the packaged one."""
    for policy in (shop, cs.load_policy("company")):
        check_truth(policy.fit_and_classify(ledger_of(seed), as_of=TODAY)[1])


@given(policies(), st.integers(0, 2**32 - 1))
@FEW
def test_clauses_decide_the_label_whatever_the_policy(tree, seed):
    """The same for policies that nobody would write."""
    if tree.about.currency != "CNY" or unplannable(tree):
        return
    policy = cs.Policy(tree)
    result = policy.fit_and_classify(ledger_of(seed), as_of=TODAY)[1]
    check_truth(result)
    for told in every(result)[:5]:
        check_texts(told)


def check_texts(told):
    """Write an explanation in every form, and look for what is no word."""
    for language in ("zh", "en"):
        text = told.to_text(language)
        assert not OBJECT.search(re.sub(r"\[[^\n]*\]", "", text)), text
        assert told.customer_id in text
        brief = told.to_text(language, brief=True)
        assert not OBJECT.search(brief), brief
        lines = brief.split("\n")
        for reason in told.reasons:
            title, label = reason.family_title, reason.label_title
            said = f"{title.of(language)}{IS[language]}{label.of(language)}"
            assert any(line.startswith(said) for line in lines)
        for page in (told.to_html(language), told.to_html(language, brief=True)):
            assert page.count("<table") == page.count("</table>")
            assert page.count("<td") == page.count("</td>")
    assert json.loads(json.dumps(told.to_data(), allow_nan=False)) == told.to_data()


@given(st.integers(0, 2**32 - 1))
@FEW
def test_every_form_can_be_written_for_everybody(shop, seed):
    """No error, no object in the text, and data that JSON takes as they are."""
    for policy in (shop, cs.load_policy("company")):
        result = policy.fit_and_classify(ledger_of(seed), as_of=TODAY)[1]
        for told in every(result)[:9]:
            check_texts(told)


@given(st.integers(0, 2**32 - 1))
@FEW
def test_one_alone_is_told_as_among_all(shop, seed):
    """The same words and data, one by one, together, and in any order asked for."""
    result = shop.fit_and_classify(ledger_of(seed), as_of=TODAY)[1]
    together = {told.customer_id: told.to_data() for told in every(result)}
    for name in result.customer_ids:
        assert result.explain(name).to_data() == together[name]
    turned = [*reversed(result.customer_ids)]
    assert [told.customer_id for told in result.explanations(turned)] == turned
    assert [told.to_data() for told in result.explanations(turned)] == [
        together[name] for name in turned
    ]


@given(st.integers(0, 2**32 - 1))
@FEW
def test_contributions_add_up_to_the_score(shop, seed):
    """What the known parts bring is the score, and distances lead to the bars."""
    result = shop.fit_and_classify(ledger_of(seed), as_of=TODAY)[1]
    for told in every(result):
        grade = told.grade
        if grade.score is None:
            assert grade.missing
            continue
        brought = [part.contribution for part in grade.parts if part.points is not None]
        assert sum(brought) == pytest.approx(grade.score, abs=1e-5)
        assert all(part.missing for part in grade.parts if part.points is None)
        if grade.gap is not None:
            assert grade.gap > 0
            assert grade.score + grade.gap == pytest.approx(float(grade.above.entry))
        if grade.margin is not None:
            assert grade.margin >= 0
