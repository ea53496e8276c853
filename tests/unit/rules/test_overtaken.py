"""A new label, and the rules of the base that go on asking for the one below it."""

import pytest

from custseg.rules.files.loader import inspect_policy

HEAD = """schema = 1
base = "building_materials_grading"

[about]
code = "ours"
version = "1"

[[families.credit_risk.labels]]
code = "{code}"
title = {{ zh = "新", en = "New" }}
when = "max_days_past_due > 365"
before = "{before}"
"""
GATE = """
[[grading.gates]]
code = "critical_risk"
when = '{when}'
"""


@pytest.fixture
def told(tmp_path):
    """Return a function that checks a policy and tells who is overtaken."""

    def told(text):
        path = tmp_path / "ours.toml"
        path.write_text(text, encoding="utf-8")
        said = [str(one) for one in inspect_policy(path).remarks]
        return [one.split("\n")[0] for one in said if "any more" in one]

    return told


def test_a_gate_that_asks_for_the_label_below_is_named(told):
    """Those with the worst risk of all would pass the gate made for them."""
    (said,) = told(HEAD.format(code="HOPELESS", before="CRITICAL"))
    assert said == (
        "ours.toml: $.families.credit_risk.labels[0]: who gets 'HOPELESS' is not "
        "'CRITICAL' any more, which is asked for by grading.gates[critical_risk].when; "
        "name 'HOPELESS' there too, if it should hold for them"
    )


def test_it_is_found_among_several(told):
    """The pool asks for one of two labels, to come in and to remain."""
    (said,) = told(HEAD.format(code="FINE", before="LOW"))
    assert "asked for by pools.nurture.enter and pools.nurture.stay;" in said


def test_it_is_found_the_other_way_round(told):
    """The gate was written anew, and the label put first."""
    gate = GATE.format(when='"CRITICAL" == credit_risk')
    (said,) = told(HEAD.format(code="HOPELESS", before="CRITICAL") + gate)
    assert "grading.gates[critical_risk].when" in said


@pytest.mark.parametrize(
    "when",
    ['credit_risk in ("HOPELESS", "CRITICAL")', 'credit_risk == "HIGH"', "spend < 0"],
)
def test_nothing_is_said_where_both_or_neither_are_asked_for(told, when):
    """The gate was written anew with the label in mind, or asks for others."""
    text = HEAD.format(code="HOPELESS", before="CRITICAL") + GATE.format(when=when)
    assert told(text) == []


def test_a_label_that_is_only_moved_or_changed_is_not_new(told):
    """Those who get it had it before."""
    text = HEAD.format(code="HIGH", before="CRITICAL")
    assert told(text.replace('when = "max_days_past_due > 365"\n', "")) == []


def test_a_base_need_not_be_sound_alone(told, tmp_path):
    """It asks for a threshold that each policy on top of it sets for itself."""
    top = HEAD.format(code="HOPELESS", before="CRITICAL")
    own = top.replace("max_days_past_due > 365", "max_days_past_due > hopeless_days")
    (tmp_path / "base.toml").write_text(own, encoding="utf-8")
    set_here = 'hopeless_days = { is = 365, unit = "days" }'
    head = top.split("[[")[0].replace("building_materials_grading", "base.toml")
    assert told(f"{head}[thresholds]\n{set_here}\n") == []
