"""Whatever stands in a policy file, only an error of custseg comes of it, and soon.

Three ways to make files that nobody would write on purpose: a sound file cut up and put
together again, tables that are almost those of a policy, and soups of words of the
expression language.
"""

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from custseg.errors import CustsegError, PolicyError
from custseg.rules.checks.remarks import remarks_on
from custseg.rules.expression import check, parse
from custseg.rules.files.loader import load_tree, policy_from_data, policy_from_text
from custseg.rules.planning import plan_and_reach
from strategies_expression import SCOPE

GROUP = Path(__file__).resolve().parents[1] / "policies" / "good" / "group.toml"
LINES = GROUP.read_text(encoding="utf-8").splitlines()
CHANGES = """\
schema = 1
base = "group.toml"
without = ["families.rfm"]

[about]
code = "ours"
version = "1"

[thresholds]
frequent_days = { is = 24 }

[[families.value.labels]]
code = "GIANT"
title = { zh = "巨", en = "Giant" }
when = "spend > 5_000_000"
before = "HIGH"

[[grading.tiers]]
code = "A"
entry = 75
""".splitlines()
SECONDS = 5


def survives(load, source):
    """Load what may be broken; whatever loads can be planned and remarked upon."""
    started = time.monotonic()
    try:
        policy = load(source)
    except CustsegError as error:
        told = error.problems and str(error)
        assert told
    else:
        assert all(one.problem.what for one in remarks_on(*plan_and_reach(policy)))
    assert time.monotonic() - started < SECONDS


@st.composite
def cut_up(draw, lines):
    """Return a file with some of its lines and words moved, doubled or lost."""
    lines = list(lines)
    places = st.integers(0, len(lines) - 1)
    for _ in range(draw(st.integers(1, 4))):
        at, other = draw(places) % len(lines), draw(places) % len(lines)
        match draw(
            st.sampled_from(["lose", "double", "swap", "words", "end", "scrap"])
        ):
            case "lose" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(other, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "words":
                here, there = lines[at].split(" "), lines[other].split(" ")
                one = draw(st.integers(0, len(here) - 1))
                here[one] = there[draw(st.integers(0, len(there) - 1))]
                lines[at] = " ".join(here)
            case "end":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case "scrap":
                scrap = draw(st.text(max_size=4) | st.sampled_from(SCRAPS))
                place = draw(st.integers(0, len(lines[at])))
                lines[at] = lines[at][:place] + scrap + lines[at][place:]
    return "\n".join(lines)


WAYS = ["lose", "double", "swap", "words", "end", "scrap"]
SCRAPS = ["\u202e", "\u200b", "0" * 30, "1e999", "-", '"""', "'", "[[", "}", " or ",
          " not ", "pct(", "）", "\r", "\x00", "inf", "nan", "0x1F", "#"]  # fmt: skip


@settings(max_examples=150)
@given(cut_up(LINES))
def test_a_file_cut_up(text):
    """Only a CustsegError, and what loads can be planned."""
    survives(policy_from_text, text)


@settings(max_examples=100)
@given(text=cut_up(CHANGES))
@example(text="\n".join(CHANGES))
def test_changes_cut_up(tmp_path_factory, text):
    """The same for a file that builds on another."""
    folder = tmp_path_factory.mktemp("changes")
    (folder / "group.toml").write_bytes(GROUP.read_bytes())
    (folder / "ours.toml").write_bytes(text.encode("utf-8", "replace"))
    survives(load_tree, folder / "ours.toml")


# --- tables that are almost those of a policy -----------------------------------------

KEYS = st.sampled_from(
    ["schema", "base", "without", "about", "basis", "reference", "thresholds",
     "features", "lookups", "scores", "families", "grading", "playbooks", "seller",
     "code", "version", "title", "zh", "en", "currency", "window", "members",
     "minimum", "is", "unit", "since", "before", "feature", "of", "into", "numbers",
     "match", "otherwise", "bins", "by", "at", "only_if", "labels", "yes", "when",
     "parts", "tiers", "gates", "triggers", "weight", "score", "entry", "hold",
     "enter", "stay", "cap", "moves", "reviews", "actions", "owner", "every_days",
     "country", "sites", "value", "tier", "HIGH", "A"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5),
    st.dates(), st.just(1),
    st.sampled_from(["company", "value", "HIGH", "A", "spend", "orders >= 1", "CNY",
                     "365 days", "pct(spend) >= 80%", "share", "quantile", "prefix"]),
)  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5)
    ),
    max_leaves=25,
)


@settings(max_examples=300)
@given(st.dictionaries(KEYS, TREES, max_size=8))
@example({"playbooks": {"value": {"HIGH": []}}, "lookups": {"a": {"into": 1}}})
@example({"grading": {"tiers": [{"code": "A"}] * 300}})
def test_tables_of_the_right_words(data):
    """Right words in wrong places are told, whatever they hold."""
    survives(policy_from_data, {"schema": 1, **data})


# --- soups of words -------------------------------------------------------------------

WORDS = st.sampled_from(
    ["and", "or", "not", "in", "true", "false", "(", ")", ",", "+", "-", "*", "/",
     "<", "<=", ">", ">=", "==", "!=", "80%", "5 days", "1_000.5", "0", "9" * 40,
     "'DEALER'", '"', "pct", "share_above", "median", "if", "coalesce", "known",
     "floor", "min", "abs", *SCOPE.units, "spend", "orders", "lambda", ".", "[", "{",
     "\u202e", "＞", "__class__"]
)  # fmt: skip


@settings(max_examples=400)
@given(
    st.lists(WORDS, max_size=25).map(" ".join),
    st.sampled_from(["condition", "number", "anything"]),
)
@example("(" * 2_000 + "spend" + ")" * 2_000, "condition")
@example("not " * 1_000 + "true", "condition")
@example("coalesce(" + "spend, " * 500 + "0) > 5", "condition")
@example(" and ".join(["spend > 0"] * 300), "condition")
@example("9" * 40 + " * 9999999999" * 60 + " > spend", "condition")
def test_a_soup_of_words(text, wanted):
    """It is read, or refused with the spot; nothing is run, nothing hangs."""
    started = time.monotonic()
    try:
        check(parse(text), SCOPE, text=text, wanted=wanted)
    except PolicyError as error:
        assert error.problems  # noqa: PT017 - no error is as good
    assert time.monotonic() - started < SECONDS


def test_the_law_would_see_another_error():
    """The helper of the laws above lets no other error through."""
    with pytest.raises(KeyError, match="oops"):
        survives(lambda source: {}[source], "oops")
