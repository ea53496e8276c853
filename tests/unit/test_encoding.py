"""What gets into the chain, and what is kept out of it."""

import datetime as dt
import json
from types import MappingProxyType

import numpy as np
import pytest

from custseg.errors import SettingError
from custseg.journal.chain import Head, check_of
from custseg.journal.encoding import encode
from custseg.journal.entries import Batch
from journal_cases import decided


def batch(*decisions, **changes):
    """Return a batch on an empty journal."""
    parts = {"kind": "review", "key": "2026-Q3", "valid_on": "2026-10-01"}
    return Batch(**{**parts, "based_on": Head(), "decisions": decisions, **changes})


def refused(*decisions, **changes):
    """Return what is said about a batch."""
    with pytest.raises(SettingError) as caught:
        encode(batch(*decisions, **changes))
    return str(caught.value)


def test_data_become_canonical_json():
    """Keys sorted, no blanks, numbers as Python writes them."""
    state = MappingProxyType({"b": 1.0, "a": [1, (2, None)], "c": {"y": True}})
    ((name, content, inputs, check, note),) = encode(
        batch(decided("C1", state=state, inputs={"z": np.float64(0.1), "a": "X.1"}))
    )
    assert (name, check, note) == ("C1", None, "")
    assert content == (
        None,
        "B",
        "FIRST",
        '["OVER_BAR"]',
        '{"a":[1,[2,null]],"b":1.0,"c":{"y":true}}',
    )
    assert inputs == '{"a":"X.1","z":0.1}'


@pytest.mark.parametrize("inputs", [{}, {"a": 1}, {"a": {}}, {"a": {"b": [{"c": 1}]}}])
@pytest.mark.parametrize("state", [{}, {"t": "x"}, {"t": {"u": 1}}])
def test_inputs_and_state_are_told_apart(inputs, state):
    """Whether empty or nested, each comes out as what it was."""
    (one,) = encode(batch(decided("C1", inputs=inputs, state=state)))
    assert json.loads(one.inputs) == inputs
    assert json.loads(one.content[4]) == state


def test_of_a_quiet_decision_only_a_check_is_kept():
    """It is the check of the inputs that would have been kept."""
    loud, quiet = (encode(batch(decided("C1", quiet=q)))[0] for q in (False, True))
    assert (quiet.inputs, quiet.check) == ("", check_of(loud.inputs))
    assert quiet.seen == loud.seen
    assert quiet.content == loud.content


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), "Out of range float values"),
        (float("inf"), "Out of range float values"),
        (np.int64(3), "int64 is not JSON serializable"),
        (dt.date(2026, 1, 1), "date is not JSON serializable"),
        ({1: 2}, "names are no texts"),
        ([{True: 2}], "names are no texts"),
        ("Zhang San", "a text with ' ' or what"),
        ("张三", r"a text with '\\\\' or what"),
        ("a@b.cn", "a text with '@' or what"),
        ('say "x"', r"' \\\\'"),
        ("13800138000; call", "' ;'"),
    ],
)
@pytest.mark.parametrize("name", ["inputs", "state"])
def test_only_numbers_and_codes_are_plain_data(value, words, name):
    """What a chain cannot forget does not get into it; the value is not quoted."""
    said = refused(decided("C1"), decided("C2", **{name: {"x": value}}))
    assert said.startswith(f"batch.decisions[1].{name}: expected plain data; got ")
    assert words.replace("\\\\\\\\", "\\\\") in said.replace("\\\\\\\\", "\\\\")
    assert "words belong in the note" in said
    assert "San" not in said
    assert "138" not in said


@pytest.mark.parametrize("data", [None, [], "x", 3, {1: "a"}, {None: 1}])
def test_data_have_names(data):
    """A list, or a number as a key, would not come back as it went in."""
    said = refused(decided("C1", state=data))
    assert "batch.decisions[0].state: expected plain data" in said


def test_a_circle_is_refused():
    """Data that hold themselves have no end."""
    circle: dict = {}
    circle["x"] = circle
    assert "Circular reference" in refused(decided("C1", inputs=circle))


@pytest.mark.parametrize("code", ["", "two words", "升级", 'a"b', "a\\b", "x" * 101, 5])
@pytest.mark.parametrize("name", ["before", "after", "action"])
def test_codes_are_codes(code, name):
    """A text in words is told where to go."""
    said = refused(decided("C1", **{name: code}))
    assert f"batch.decisions[0].{name}: expected a code; got a" in said


def test_no_code_passes_for_another_that_was_seen():
    """True equals 1 and a list cannot be looked up; neither slips through."""
    ones = [decided("C1", action="1"), decided("C2", action=["1"])]
    assert "[1].action: expected a code; got a list" in refused(*ones)
    assert "[0].action: expected a code; got a NoneType" in refused(
        decided("C1", action=None)
    )


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        (["A"], "expected codes; got a list; allowed: a tuple"),
        ("A", "expected codes; got a str"),
        (("a b",), "expected a code; got a text of 3 characters"),
        ((["A"],), "expected a code; got a list"),
    ],
)
def test_reasons_are_a_tuple_of_codes(reasons, words):
    """One reason is a tuple of one."""
    assert f"batch.decisions[0].reasons: {words}" in refused(
        decided("C1", reasons=reasons)
    )


@pytest.mark.parametrize("name", ["", None, 5, "a\0b", "\ud800", "\0"])
def test_customers_are_texts(name):
    """Texts that every store can keep."""
    assert "batch.decisions[0].customer: expected a text" in refused(decided(name))


@pytest.mark.parametrize("name", ["王", "a\tb", " ", "😀", "a\x7fb"])
def test_odd_texts_are_texts(name):
    """An id is what it is."""
    assert encode(batch(decided(name)))[0].customer == name


def test_notes_are_texts_of_decisions_that_have_an_entry():
    """A shared line has no place for the words of one."""
    assert "[0].note: expected a text; got a int" in refused(decided("C1", note=5))
    said = refused(decided("C1", note="x", quiet=True))
    assert "a quiet decision has no note; leave out quiet=True" in said


def test_a_customer_has_one_decision_in_a_batch():
    """The second is named."""
    said = refused(decided("C1"), decided("C2"), decided("C1", "A"))
    assert said.startswith("batch.decisions[2]: a customer has two decisions")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "erasure"}, "batch.kind: there is no such kind of batch"),
        ({"kind": "reveiw"}, "did you mean 'review'?"),
        ({"key": "Q3 2026"}, "batch.key: expected a code"),
        ({"key": ""}, "batch.key: expected a code"),
        ({"policy": "our policy"}, "batch.policy: expected a code"),
        ({"fitted": None}, "batch.fitted: expected a code; got a NoneType"),
        ({"based_on": None}, "batch.based_on: expected a head; got a NoneType; give"),
        ({"decisions": ()}, "batch.decisions: a batch holds one decision or more"),
    ],
)
def test_a_malformed_batch_is_refused(changes, words):
    """What it says names the part."""
    changes = {"decisions": [decided("C1")], **changes}
    assert words in refused(**changes)


def test_a_batch_does_not_print_a_million_decisions():
    """Its repr counts them."""
    assert "(2 decisions)" in repr(batch(decided("C1"), decided("C2")))


def test_a_day_is_a_day():
    """The batch takes what every other argument takes, and refuses the rest."""
    with pytest.raises(SettingError, match="valid_on: expected a calendar day"):
        batch(decided("C1"), valid_on=dt.datetime(2026, 10, 1, 8))  # noqa: DTZ001
