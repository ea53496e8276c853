"""Policies written as changes to another: what is joined, where problems are shown."""

from decimal import Decimal
from pathlib import Path

import pytest

from custseg.errors import PolicyError
from custseg.labels import Title
from custseg.rules.files.loader import (
    inspect_policy,
    load_tree,
    policy_digest,
    policy_from_text,
    policy_to_text,
)

GROUP = Path(__file__).resolve().parents[2] / "policies" / "good" / "group.toml"
HEAD = """\
schema = 1
base = "group.toml"

[about]
code = "ours"
version = "1"
"""


def over(rest, *, top=""):
    """Return the text of a policy over group.toml; top goes beside base."""
    return HEAD.replace('base = "group.toml"\n', f'base = "group.toml"\n{top}\n') + rest


def family(policy, code):
    """Return one family of a policy."""
    return next(one for one in policy.families if one.code == code)


@pytest.fixture
def loaded(tmp_path):
    """Load a text as ours.toml, with the base beside it."""

    def load(text):
        base = GROUP.read_text(encoding="utf-8")
        (tmp_path / "group.toml").write_text(base, encoding="utf-8")
        (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
        return load_tree(tmp_path / "ours.toml")

    return load


@pytest.fixture
def refused(loaded):
    """Return the words with which a policy is refused."""

    def refuse(text):
        with pytest.raises(PolicyError, match=r"\S") as caught:
            loaded(text)
        return str(caught.value)

    return refuse


def test_nothing_changed_is_the_base_under_another_name(loaded):
    """Everything but code and version comes from the base."""
    ours, base = loaded(HEAD), load_tree(GROUP)
    assert (ours.about.code, ours.about.version) == ("ours", "1")
    assert ours.about.title == base.about.title
    assert (ours.thresholds, ours.scores, ours.families, ours.grading) == (
        base.thresholds, base.scores, base.families, base.grading,
    )  # fmt: skip


def test_it_is_a_policy_like_any_other_once_it_is_read(loaded):
    """Written out it needs no base, and its digest is that of the whole."""
    ours = loaded(HEAD)
    assert "base" not in policy_to_text(ours)
    assert policy_digest(policy_from_text(policy_to_text(ours))) == policy_digest(ours)


def test_a_threshold_keeps_its_unit_and_not_its_source(loaded):
    """Whoever said 12 has not said 24."""
    ours = loaded(over("[thresholds]\nfrequent_days = { is = 24 }"))
    bar = next(one for one in ours.thresholds if one.code == "frequent_days")
    assert (bar.value, bar.unit.value, bar.source) == (Decimal(24), "count", "")


def test_half_a_title_is_joined_with_the_other_half(loaded):
    """A table is joined key by key, however deep it stands."""
    ours = loaded(over('title = { en = "Ours" }'))
    assert ours.about.title == Title(zh="通用公司客户分类", en="Ours")


def test_a_label_is_found_by_its_code(loaded):
    """Only the condition changes; title and place stay."""
    rest = '[[families.value.labels]]\ncode = "HIGH"\nwhen = "pct(spend) >= 90%"'
    ours = family(loaded(over(rest, top="")), "value")
    assert [label.code for label in ours.labels] == ["HIGH", "MEDIUM", "LOW"]
    assert ours.labels[0].when == "pct(spend) >= 90%"
    assert ours.labels[0].title.en == "High value"


def test_a_new_label_stands_before_another(loaded):
    """Order decides, so the place is said and never guessed."""
    rest = """
[[families.value.labels]]
code = "GIANT"
title = { zh = "超大客户", en = "Giant" }
when = "spend > 5_000_000"
before = "HIGH"
"""
    ours = family(loaded(over(rest)), "value")
    assert [one.code for one in ours.labels] == ["GIANT", "HIGH", "MEDIUM", "LOW"]


def test_a_label_can_be_moved(loaded):
    """A known label with ``before`` goes to its new place."""
    rest = '[[families.volume.labels]]\ncode = "SMALL_VOLUME"\nbefore = "LARGE_VOLUME"'
    ours = family(loaded(over(rest)), "volume")
    codes = [one.code for one in ours.labels]
    assert codes == ["SMALL_VOLUME", "LARGE_VOLUME", "MEDIUM_VOLUME"]


def test_what_is_not_wanted_goes(loaded):
    """Families, thresholds and single labels are taken out by their paths."""
    top = (
        'without = ["families.churn_risk", "thresholds.churn_risk_gaps", '
        '"families.importance.labels.ORDINARY"]'
    )
    ours = loaded(over("", top=top))
    assert "churn_risk" not in {one.code for one in ours.families}
    codes = [label.code for label in family(ours, "importance").labels]
    assert codes == ["IMPORTANT", "MINOR"]


def test_labels_take_the_place_of_a_yes(loaded):
    """Of two keys that exclude each other the one on top holds."""
    rest = """
[[families.churn_risk.labels]]
code = "LOUD"
title = { zh = "高", en = "High" }
when = "days_since_last_sale > churn_risk_gaps * usual_gap_days"

[[families.churn_risk.labels]]
code = "QUIET"
title = { zh = "低", en = "Low" }
"""
    ours = family(loaded(over(rest)), "churn_risk")
    assert [label.code for label in ours.labels] == ["LOUD", "QUIET"]


def test_a_new_part_needs_no_place(loaded):
    """The order of parts decides nothing."""
    rest = """
[[grading.parts]]
code = "value"
weight = 40

[[grading.parts]]
code = "habit"
title = { zh = "习惯", en = "Habit" }
weight = 10
score = "100 * pct(purchase_days)"
"""
    parts = loaded(over(rest)).grading.parts
    assert [one.code for one in parts] == ["value", "frequency", "recency", "habit"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (over('[[families.value.labels]]\ncode = "TOP"\n'
              'title = { zh = "顶", en = "Top" }\nwhen = "spend > 1"'),
         'a new label has to say before which it stands; add before = "LOW"'),
        (over('[[families.value.labels]]\ncode = "TOP"\nbefore = "HIHG"\n'
              'title = { zh = "顶", en = "Top" }\nwhen = "spend > 1"'),
         ('there is no label before which this could stand; got the text "HIHG"; '
         "allowed: HIGH, MEDIUM, LOW; did you mean 'HIGH'?")),
        (over('[[grading.tiers]]\ncode = "A"\n[[grading.tiers]]\ncode = "A"'),
         "$.grading.tiers[1].code: the tier 'A' is there twice"),
        (over("", top='without = ["families.rfmm"]'),
         ("$.without[0]: the base has nothing of this name; got the text "
         '"families.rfmm"; allowed: value, importance, abc, rfm, frequency, volume, '
         "lifecycle, churn_risk; did you mean 'rfm'?")),
        (over("", top='without = "families.rfm"'), "$.without: expected a list of"),
        (over("", top="without = [3]"), "$.without[0]: expected a text in quotes"),
        (over('[[families.frequency.labels]]\ncode = "FREQUENT"\nwhen = "orders > 99"'),
         'write without = ["thresholds.frequent_days"] at the top of ours.toml'),
        (HEAD.replace('code = "ours"\n', ""), "needs a code of its own"),
        (HEAD.replace('version = "1"\n', ""), "needs a version of its own"),
        (HEAD.replace("schema = 1\n", ""), "ours.toml: $.schema: this key is missing"),
        (HEAD.replace('"group.toml"', '"compny"'), "did you mean 'company'?"),
        (HEAD.replace('"group.toml"', "5"), "$.base: expected a text in quotes; got"),
        (over("", top='bse = "group.toml"'), "there is no key 'bse' here"),
        (over("[thresholds]\nfrequent_days = { is = 3 }"),
         "group.toml: $.families.frequency.labels[4].when: nobody can get 'REGULAR'"),
    ],
)  # fmt: skip
def test_every_slip_is_told_in_its_file(text, told, refused):
    """The name of the file stands before the path, and the line is one of that file."""
    assert told in refused(text)


def test_problems_of_both_files_are_told_at_once(refused):
    """What is wrong on top comes first, each with the line of its own file."""
    said = refused(
        over('[thresholds]\nfrequent_days = { is = "24" }\n[basis]\nwindow = "soon"')
    )
    assert said.startswith("2 problems:\n- ours.toml: $.thresholds.frequent_days: only")
    assert '9 | frequent_days = { is = "24" }' in said
    assert "- ours.toml: $.basis.window:" in said


# --- files ----------------------------------------------------------------------------


def write(folder, name, text):
    """Write a file of a policy and return its path."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_text_builds_only_on_what_is_packaged():
    """A text has no folder in which a file could be looked for."""
    ours = policy_from_text(HEAD.replace("group.toml", "company"))
    assert ours.families == load_tree("company").families
    with pytest.raises(PolicyError, match="only a file can build on another file"):
        policy_from_text(HEAD)


def test_a_base_is_found_beside_the_file(tmp_path):
    """The path is relative to the file that names it, not to where one stands."""
    write(tmp_path, "trade.toml", GROUP.read_text(encoding="utf-8"))
    first = over("[thresholds]\nactive_days = { is = 200 }").replace("group", "trade")
    write(tmp_path, "group.toml", first)
    second = HEAD.replace('"group.toml"', '"../group.toml"').replace('"1"', '"2"')
    path = write(tmp_path, "shops/north.toml", second)
    ours = load_tree(path)
    bars = {one.code: one.value for one in ours.thresholds}
    assert (bars["active_days"], ours.about.version) == (Decimal(200), "2")
    assert inspect_policy(path).bases == ("../group.toml", "trade.toml")


def test_a_circle_is_refused(tmp_path):
    """Whatever the way round: the chain is told."""
    for one, other in (("a", "b"), ("b", "a")):
        text = HEAD.replace('"group.toml"', f'"{other}.toml"')
        path = write(tmp_path, f"{one}.toml", text)
    with pytest.raises(
        PolicyError, match=r"in a circle; got b\.toml -> a\.toml -> b\.toml"
    ):
        load_tree(path)


def test_too_many_files_are_refused(tmp_path):
    """Ten are more than anybody can follow."""
    for number in range(12):
        text = HEAD.replace('"group.toml"', f'"{number + 1}.toml"')
        write(tmp_path, f"{number}.toml", text)
    with pytest.raises(PolicyError, match=r"too many files.*allowed: at most 10 files"):
        load_tree(tmp_path / "0.toml")


@pytest.mark.parametrize(
    ("base", "told"),
    [
        (
            "broken1.toml",
            r"\$\.base: there is no such file.*did you mean 'broken\.toml'",
        ),
        ("/etc/passwd", "there is no packaged policy of this name"),
        ("{folder}/ours.toml", "the path of a base is relative"),
        ("folder.toml", "this is a folder, not a file"),
        ("broken.toml", r"broken\.toml, line 1: "),
        ("wrong.toml", r"wrong\.toml: \$\.about\.currency: unknown currency"),
    ],
)
def test_a_base_that_cannot_be_used_is_told(tmp_path, base, told):
    """Nothing but policies beside the file is read, and nothing is guessed."""
    Path(tmp_path / "folder.toml").mkdir()
    write(tmp_path, "broken.toml", "schema = one")
    wrong = over('currency = "CNX"').replace("group.toml", "company")
    write(tmp_path, "wrong.toml", wrong)
    text = HEAD.replace("group.toml", base.format(folder=tmp_path.as_posix()))
    path = write(tmp_path, "ours.toml", text)
    with pytest.raises(PolicyError, match=told):
        load_tree(path)
