"""Laws of the policy file: it comes back as it was, and nothing else gets through."""

import copy
import json
import tomllib
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from custseg.errors import PolicyError
from custseg.policies import read_text
from custseg.rules.describing import too_long
from custseg.rules.files.loader import (
    load_tree,
    policy_digest,
    policy_from_data,
    policy_from_text,
    policy_to_data,
    policy_to_text,
)
from custseg.rules.files.locate import locate
from custseg.rules.planning import make_plan
from custseg.rules.policy import PolicyTree
from strategies_policy import policies

COMPANY = read_text("company")
PLAIN = policy_to_data(load_tree("company"))


@given(policies())
def test_json_gives_the_policy_back(policy):
    """What is kept in JSON is the policy, to the last digit and character."""
    kept = json.dumps(policy_to_data(policy))
    assert policy_from_data(json.loads(kept)) == policy


@given(policies())
def test_toml_gives_the_policy_back(policy):
    """What is written as a file is the policy, also with the line ends of Windows."""
    text = policy_to_text(policy)
    assert policy_from_text(text) == policy
    assert policy_from_text(text.replace("\n", "\r\n")) == policy


@given(policies())
def test_equal_policies_have_equal_digests(policy):
    """The digest survives a round trip, and a changed policy has another one."""
    digest = policy_digest(policy)
    assert policy_digest(policy_from_text(policy_to_text(policy))) == digest
    about = evolve(policy.about, version=policy.about.version + "b")
    assert policy_digest(evolve(policy, about=about)) != digest


@given(policies())
def test_what_loads_can_be_planned(policy):
    """Every feature of a plan is needed by an expression, and the other way round."""
    plan = make_plan(policy)
    made = {score.score.code for score in plan.scores}
    made |= {family.family.code for family in plan.families}
    made |= {"score", "coverage"}  # bars and gates may name them
    needed = set().union(*(one.names for one in plan.expressions)) - made
    assert needed == {name for name, _, _ in (*plan.features, *plan.watched)}


def leaves(data, path=()):
    """Yield the path and value of everything in a tree that is no table or list."""
    if isinstance(data, dict | list):
        pairs = data.items() if isinstance(data, dict) else enumerate(data)
        for key, value in pairs:
            yield from leaves(value, (*path, key))
    else:
        yield path, data


@given(policies())
def test_every_value_is_found_in_its_text(policy):
    """The scanner's place of a value holds that value, wherever it stands."""
    text = policy_to_text(policy)
    spots = locate(text)
    for path, value in leaves(tomllib.loads(text)):
        written = text[slice(*spots[path].value)]
        assert tomllib.loads(f"x = {written}")["x"] == value


@given(st.decimals(allow_nan=False, allow_infinity=False))
@example(Decimal(999999999999999))
@example(Decimal("0.00000000000001"))
@example(Decimal("123456789.012345"))
def test_a_number_that_fits_survives_as_a_float(number):
    """Fifteen digits are what a binary fraction can hold of any decimal."""
    if not too_long(number):
        assert Decimal(repr(float(number))) == number


def read(load, source):
    """Load what may be broken: a policy, or an error that says where."""
    problems = ()
    try:
        policy = load(source)
    except PolicyError as error:
        problems = error.problems
        told = str(error)
    else:
        assert isinstance(policy, PolicyTree)
        told = str(make_plan(policy))
    assert told
    assert len(problems) <= 101
    assert all(problem.what for problem in problems)


places = st.integers(0, len(COMPANY))
scraps = st.text(max_size=3) | st.sampled_from(
    ['"', "'", '"""', "[", "]]", "{", "}", "=", "\n", "#", "\\", "\x00", "\u202e", "("]
)


@settings(max_examples=200)
@given(places, st.integers(0, 30), scraps)
@example(0, len(COMPANY), "")
@example(0, 0, "[")
def test_a_broken_text_is_told_what_is_wrong(place, length, scrap):
    """Whatever is cut out of or put into the file, only a PolicyError comes of it."""
    read(policy_from_text, COMPANY[:place] + scrap + COMPANY[place + length :])


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.decimals()
    | st.dates()
    | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)


@settings(max_examples=200)
@given(st.data(), values)
def test_a_broken_tree_is_told_what_is_wrong(data, value):
    """Whatever stands in the place of a value or table, only a PolicyError comes."""
    broken = copy.deepcopy(PLAIN)
    here, depth = broken, data.draw(st.integers(0, 6))
    while True:
        keys = list(here) if isinstance(here, dict) else range(len(here))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(here[key], dict | list) or not here[key] or not depth:
            break
        here, depth = here[key], depth - 1
    here[key] = value
    read(policy_from_data, broken)


def test_the_law_would_see_another_error():
    """The helper of the two laws above lets no other error through."""
    with pytest.raises(KeyError, match="oops"):
        read(lambda source: {}[source], "oops")
