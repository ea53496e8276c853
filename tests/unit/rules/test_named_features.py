"""Columns that a policy names itself: read, written, laid over a base, planned."""

from pathlib import Path

import pytest
from attrs import evolve

from custseg.errors import PolicyError, UnknownFeature
from custseg.periods import Window
from custseg.rules.files.loader import (
    load_tree,
    policy_digest,
    policy_from_data,
    policy_from_text,
    policy_to_text,
)
from custseg.rules.files.printing import policy_to_data
from custseg.rules.named_features import named_feature
from custseg.rules.planning import make_plan
from custseg.rules.policy import NamedFeature
from custseg.scoring.unknowns import ungrouped
from custseg.units import Unit

GOOD = Path(__file__).resolve().parents[2] / "policies" / "good"
GARAGES = GOOD / "attributes.toml"
TEXT = GARAGES.read_text(encoding="utf-8")
WHOLE = Window.parse("lifetime")


def feature(tree, code):
    """Return one of a policy's own features."""
    return next(one for one in tree.features if one.code == code)


def test_it_is_read_from_the_file():
    """What the column is called, what it counts in, and who says so."""
    tree = load_tree(GARAGES)
    lots = feature(tree, "lots")
    assert lots == NamedFeature(
        "lots", "", WHOLE, lots.title, "parking lots", Unit.COUNT, "higher",
        "the sales team",
    )  # fmt: skip
    assert tree.attributes == {
        "parking lots": "count",
        "租金": "money",
        "height": "number",
        "notice": "days",
        "lift": "flag",
        "system": "text",
    }
    assert load_tree("company").attributes == {}


def test_it_survives_every_way_of_being_written():
    """TOML, JSON and the digest."""
    tree = load_tree(GARAGES)
    assert policy_from_text(policy_to_text(tree)) == tree
    assert policy_from_data(policy_to_data(tree)) == tree
    text = policy_to_text(tree)
    assert 'attribute = "parking lots"\nunit = "count"\n' in text
    assert 'better = "lower"' in text
    one = policy_digest(policy_from_text(TEXT))
    assert one == policy_digest(tree)
    other = TEXT.replace('attribute = "lift"', 'attribute = "has lift"')
    assert policy_digest(policy_from_text(other)) != one


def test_a_feature_of_the_catalogue_may_say_its_source():
    """And is written as before where it says none."""
    own = (
        '[features.lately]\nfeature = "orders"\nwindow = "90 days"\n'
        'title = {{ zh = "近期", en = "Lately" }}\n{}\n[features.rent]'
    )
    bare = policy_from_text(TEXT.replace("[features.rent]", own.format("")))
    said = 'source = "the board"\n'
    sourced = policy_from_text(TEXT.replace("[features.rent]", own.format(said)))
    assert feature(sourced, "lately").source == "the board"
    assert policy_from_text(policy_to_text(sourced)) == sourced
    assert "source" not in policy_to_data(bare)["features"]["lately"]


def test_the_plan_asks_for_its_columns():
    """Each where it is used, in the order of the file, after the catalogue."""
    plan = make_plan(load_tree(GARAGES))
    assert [name for name, _, _ in plan.features] == [
        "orders", "lots", "rent", "height", "notice", "has_lift", "system",
    ]  # fmt: skip
    assert {one for one in plan.columns if one.startswith("customers.")} == {
        "customers.parking lots", "customers.租金", "customers.height",
        "customers.notice", "customers.lift", "customers.system",
    }  # fmt: skip


def test_a_column_that_nothing_uses_is_not_read():
    """Named is not wanted."""
    unused = TEXT.replace("maker == 'OURS' and notice >= 30 days", "maker == 'OURS'")
    assert "customers.notice" not in make_plan(policy_from_text(unused)).columns


def test_a_feature_that_is_no_column_is_the_catalogues():
    """Without the window; what is in neither is told."""
    tree = load_tree(GARAGES)
    lately = NamedFeature("lately", "orders", WHOLE, tree.about.title)
    assert named_feature(lately, tree).code == "orders"
    with pytest.raises(UnknownFeature, match=r"'ordrs'; did you mean 'orders'"):
        named_feature(evolve(lately, feature="ordrs"), tree)


@pytest.mark.parametrize(
    ("top", "said"),
    [
        ('attribute = "new lots"', {"attribute": "new lots", "unit": "count"}),
        ('unit = "number"', {"attribute": "parking lots", "unit": "number"}),
        (
            'feature = "orders"\nwindow = "90 days"',
            {"feature": "orders", "window": "90 days"},
        ),
    ],
)
def test_changes_are_laid_over_it(tmp_path, top, said):
    """A column takes the place of a feature of the catalogue, and the reverse."""
    (tmp_path / "base.toml").write_text(TEXT, encoding="utf-8")
    head = 'schema = 1\nbase = "base.toml"\n[about]\ncode = "ours"\nversion = "1"\n'
    ours = tmp_path / "ours.toml"
    ours.write_text(f"{head}[features.lots]\n{top}\n", encoding="utf-8")
    found = policy_to_data(load_tree(ours))["features"]["lots"]
    assert found["title"] == {"zh": "车位数", "en": "Parking lots"}
    kept = {key: found[key] for key in found.keys() & {"better", "source"}}
    is_column = "attribute" in said
    assert kept == {"source": "the sales team"} | (
        {"better": "higher"} if is_column else {}
    )
    assert {key: found[key] for key in found if key not in {"title", *kept}} == said


def test_a_column_over_a_feature_of_the_catalogue_loses_the_window(tmp_path):
    """What is declared has none, and nobody has to take it out by hand."""
    (tmp_path / "ours.toml").write_text(
        'schema = 1\nbase = "company"\n[about]\ncode = "ours"\nversion = "1"\n'
        '[features.recent_intents]\nattribute = "wishes"\nunit = "count"\n',
        encoding="utf-8",
    )
    found = feature(load_tree(tmp_path / "ours.toml"), "recent_intents")
    assert (found.attribute, found.feature, found.window) == ("wishes", "", WHOLE)


def test_a_column_over_groups_loses_them_as_well(tmp_path):
    """Somebody declares the use, and the goods are no longer asked."""
    text = (GOOD / "groups.toml").read_text(encoding="utf-8")
    (tmp_path / "base.toml").write_text(text, encoding="utf-8")
    (tmp_path / "ours.toml").write_text(
        'schema = 1\nbase = "base.toml"\n[about]\ncode = "ours"\nversion = "1"\n'
        '[features.top_use]\nattribute = "use"\nunit = "text"\n',
        encoding="utf-8",
    )
    found = feature(load_tree(tmp_path / "ours.toml"), "top_use")
    assert (found.attribute, found.groups, found.window) == ("use", "", WHOLE)


def test_a_feature_by_groups_has_the_window_of_the_policy_unless_it_says_another():
    """And follows it; every way of writing it down keeps that."""
    tree = load_tree(GOOD / "groups.toml")
    assert policy_from_text(policy_to_text(tree)) == tree
    assert policy_from_data(policy_to_data(tree)) == tree
    basis = evolve(tree.basis, window=Window.parse("180 days"))
    for policy, days in ((tree, "365 days"), (evolve(tree, basis=basis), "180 days")):
        windows = {name: str(over) for name, _, over in make_plan(policy).features}
        assert windows["top_use"] == days
        assert windows["uses_lately"] == "90 days"


def test_a_lookup_of_words_looks_nobody_up():
    """It is in no plan; what asks for its groups reads the column."""
    plan = make_plan(load_tree(GOOD / "groups.toml"))
    assert [one.code for one in plan.lookups] == ["kind"]
    assert {"sales.category", "sales.brand"} <= plan.columns


def test_groups_of_equal_lookups_are_equal():
    """So that policies with the same table share what was worked out, and no others."""
    one, two = (load_tree(GOOD / "groups.toml") for _ in "12")
    first, second = (
        named_feature(feature(tree, "top_use"), tree) for tree in (one, two)
    )
    assert first.groups == second.groups
    assert hash(first.groups) == hash(second.groups)
    use = evolve(two.lookups[0], otherwise="OTHER")
    other = evolve(two, lookups=(use, *two.lookups[1:]))
    third = named_feature(feature(other, "top_use"), other)
    assert third.groups != first.groups
    assert first.missing == (*third.missing, ungrouped(use.title, use.of))


def test_a_tree_built_by_a_program_is_checked_too():
    """Not only what comes from a file."""
    tree = load_tree(GARAGES)
    wrong = evolve(tree, features=(evolve(tree.features[0], attribute="City"),))
    with pytest.raises(PolicyError, match=r"has the column 'city' already; got"):
        make_plan(wrong)
    lately = evolve(load_tree("company").features[0], window=None)
    wrong = evolve(tree, features=(lately, *tree.features))
    with pytest.raises(PolicyError, match=r"only what goes by groups can do without"):
        make_plan(wrong)
