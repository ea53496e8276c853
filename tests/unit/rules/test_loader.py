"""Loading a policy: packaged ones, files, texts and plain data, good and bad."""

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from custseg.errors import CustsegError, PolicyError, SettingError, UnknownPolicy
from custseg.policies import NAMES, read_text
from custseg.rules.files.loader import (
    load_tree,
    policy_digest,
    policy_from_data,
    policy_from_text,
    policy_to_data,
    policy_to_text,
)
from custseg.rules.policy import Threshold
from custseg.units import Unit

POLICIES = Path(__file__).resolve().parents[2] / "policies"
GOOD = sorted((POLICIES / "good").glob("*.toml"))
BAD = sorted((POLICIES / "bad").glob("*.toml"))
SHOP = (POLICIES / "good" / "shop.toml").read_text(encoding="utf-8")


def plain():
    """Return the small shop's policy as plain data, free to be changed."""
    return policy_to_data(policy_from_text(SHOP))


# --- the corpus -----------------------------------------------------------------------


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_policy_is_told_exactly_this(path):
    """Each bad file meets the problems that a person has read and found helpful."""
    with pytest.raises(PolicyError, match=r"\S") as caught:
        load_tree(path)
    expected = path.with_suffix(".expected.txt").read_text(encoding="utf-8")
    told = str(caught.value) + "\n"
    assert told == expected, "read it; then run tests/policies/update_expected.py"


def test_the_corpus_is_complete():
    """No expectation is left without its policy, and the glob finds the cases."""
    told = sorted(path.name for path in (POLICIES / "bad").glob("*.expected.txt"))
    assert told == [f"{path.stem}.expected.txt" for path in BAD]
    assert len(BAD) >= 60
    assert len(GOOD) >= 5


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_policy_loads_and_comes_back(path):
    """Each good file loads, and survives being written as TOML and as JSON."""
    policy = load_tree(path)
    assert policy_from_text(policy_to_text(policy)) == policy
    assert policy_from_data(json.loads(json.dumps(policy_to_data(policy)))) == policy


@pytest.mark.parametrize("name", ["channel", "owner", "title", "actions"])
def test_a_family_may_be_called_like_a_key_of_others(name):
    """Written and read again it is what it was, and stands where it stood."""
    policy = policy_from_text(SHOP.replace("[families.sleeping]", f"[families.{name}]"))
    assert [one.code for one in policy.families] == ["value", name]
    assert policy_from_text(policy_to_text(policy)) == policy


def test_two_ways_to_write_a_policy_are_one_policy():
    """Dotted keys, other quotes, other numbers and line ends change nothing."""
    policy = policy_from_text(SHOP)
    for name in ("written_otherwise", "windows_line_ends"):
        other = load_tree(POLICIES / "good" / f"{name}.toml")
        if name == "written_otherwise":  # white space in a condition is kept
            members = other.basis.reference.members
            assert members.split() == policy.basis.reference.members.split()
            other = evolve(other, basis=policy.basis)
        assert other == policy
        assert policy_digest(other) == policy_digest(policy)


# --- where a policy comes from --------------------------------------------------------


def test_every_policy_of_the_package_is_listed(project):
    """A file that is not in the list could only be loaded by its path."""
    files = (project / "src/custseg/policies").glob("*.toml")
    assert sorted(path.stem for path in files) == list(NAMES), (
        "list it in policies/__init__.py"
    )


def test_every_packaged_policy_has_a_worked_example(project):
    """The rows that its golden tests run and the checklist shows."""
    tests = project / "tests"
    without = [one for one in NAMES if not (tests / f"{one}_taxonomy.py").exists()]
    assert without == [], "write tests/NAME_taxonomy.py, and run it in tests/golden"


@pytest.mark.parametrize("name", NAMES)
def test_every_packaged_policy_loads(name):
    """A packaged policy is found by its name and carries it."""
    assert load_tree(name).code == name


def test_a_mistyped_name_is_guessed(tmp_path, monkeypatch):
    """A name that is no file either is answered with the nearest packaged one."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownPolicy, match="did you mean 'company'") as caught:
        load_tree("comapny")
    assert isinstance(caught.value, LookupError)
    allowed = f"allowed: {', '.join(NAMES)}, or the path of a TOML file"
    assert allowed in str(caught.value)


def test_a_mistyped_file_is_guessed(tmp_path):
    """A path that leads nowhere is answered with a file beside it."""
    (tmp_path / "wholesale.toml").write_text(SHOP, encoding="utf-8")
    with pytest.raises(UnknownPolicy, match=r"did you mean '.*wholesale\.toml'"):
        load_tree(tmp_path / "wholsale.toml")
    with pytest.raises(UnknownPolicy, match=r"there is no folder '.*nowhere'"):
        load_tree(tmp_path / "nowhere" / "a.toml")


def test_a_path_is_never_a_packaged_name(tmp_path, monkeypatch):
    """Path('company') means a file of this name, 'company' the packaged policy."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownPolicy, match="got 'company'"):
        load_tree(Path("company"))
    Path("company").write_text(SHOP, encoding="utf-8")
    assert load_tree(Path("company")).code == "shop"
    assert load_tree("company").code == "company"


def test_a_folder_is_no_policy(tmp_path):
    """A folder is refused, and what is in it suggested."""
    (tmp_path / "shop.toml").write_text(SHOP, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"this is a folder.*file in it: shop\.toml"):
        load_tree(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_is_no_policy(tmp_path):
    """What could be waited on for ever is not opened."""
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(PolicyError, match="this is not an ordinary file"):
        load_tree(tmp_path / "pipe.toml")


def test_a_path_that_no_system_takes_is_refused():
    """A name too long or with a zero in it is an error of ours, not of the system."""
    with pytest.raises(CustsegError, match=r"cannot be read|no file of this name"):
        load_tree("a" * 5000)
    with pytest.raises(CustsegError, match=r"cannot be read|no file of this name"):
        load_tree("a\0b.toml")


def test_a_huge_file_is_refused(tmp_path):
    """More than a megabyte is no policy, and is not read to its end."""
    path = tmp_path / "huge.toml"
    path.write_text(SHOP + "#" * 1_000_000, encoding="utf-8")
    with pytest.raises(PolicyError, match=r"too large.*at most 1,000,000 bytes"):
        load_tree(path)
    with pytest.raises(PolicyError, match=r"too large.*got 1,000,0\d\d characters"):
        policy_from_text("#\n" * 500_010)


@pytest.mark.parametrize("source", [None, 5, b"company", {"schema": 1}])
def test_something_else_is_no_source(source):
    """What is neither text nor path is refused with the function that takes it."""
    with pytest.raises(SettingError, match="expected the name of a policy"):
        load_tree(source)


@pytest.mark.parametrize("data", [None, [], "schema = 1", 5])
def test_something_else_is_no_data(data):
    """Plain data have to be a table."""
    with pytest.raises(PolicyError, match=r"\$: expected a table; got "):
        policy_from_data(data)


# --- what is read ---------------------------------------------------------------------


def test_a_number_is_exactly_what_was_written():
    """0.1 is a tenth in the policy, not the nearest binary fraction."""
    policy = policy_from_text(SHOP.replace("is = 0.8", "is = 0.1"))
    assert policy.thresholds[0].value == Decimal("0.1")


def test_a_dated_threshold_keeps_its_past():
    """Earlier values keep the code and unit of the threshold, and their own source."""
    bar = load_tree(POLICIES / "good" / "dated_thresholds.toml").thresholds[0]
    assert bar.on(date(2025, 6, 30)) == Threshold(
        "bar", Decimal(1200), Unit.MONEY, "minutes of 2024-12-20", date(2025, 1, 1)
    )
    assert bar.on(date(2026, 1, 1)).value == Decimal("1500.5")
    assert bar.on(date(2020, 1, 1)).value == Decimal(1000)


def test_the_order_of_the_file_is_kept():
    """Families and labels are tried from the top down, so their order is a rule."""
    policy = load_tree("company")
    order = [line for line in read_text("company").splitlines() if line]
    headers = [line[10:-1] for line in order if line.startswith("[families.")]
    assert [family.code for family in policy.families] == headers


def test_a_plain_yes_or_no_has_the_packaged_titles():
    """A family with 'yes' has the labels YES and NO, titled in both languages."""
    sleeping = policy_from_text(SHOP).families[1]
    assert [label.code for label in sleeping.labels] == ["YES", "NO"]
    assert sleeping.label("YES").title.zh == "是"
    assert plain()["families"]["sleeping"]["yes"] == sleeping.labels[0].when


@pytest.mark.parametrize(
    ("steps", "value", "told"),
    [
        (("grading", "parts", 0, "weight"), "60", 'got the text "60"; remove the qu'),
        (("grading", "parts", 0, "weight"), True, "expected a number; got true"),
        (("schema",), True, "expected a whole number; got true"),
        (("schema",), 1.0, "expected a whole number; got the number 1.0; write 1"),
        (("basis", "reference", "minimum"), 20.5, "got the number 20.5"),
        (("about", "version"), 1, "expected a text in quotes; got the number 1"),
        (("about", "version"), None, r"got nothing \(null\)"),
        (("about", "source"), "\ud800", "the text holds half a character"),
        (("grading", "tiers", 0, "entry"), 0.1 + 0.2, "the number has too many digits"),
        (("grading", "tiers", 0, "entry"), float("nan"), "the number is not finite"),
        (("grading", "tiers", 0, "entry"), 10**300, "of more than forty digits"),
        (("thresholds", "high_share", "since"), "2026-13-01", "expected a date"),
        (("thresholds", "high_share", "since"), "20260101", "expected a date"),
        (("families", "value", "labels"), {}, "expected a list of tables; got a table"),
        (("families", "value", "labels", 0), "HIGH", "expected a table; got the text"),
        (("scores", "spend_score", "bins"), [], "expected a table; got a list"),
    ],
)
def test_nothing_is_converted(steps, value, told):
    """A value of another kind is refused at its place, never turned into the right."""
    data = plain()
    here = data
    for step in steps[:-1]:
        here = here[step]
    here[steps[-1]] = value
    with pytest.raises(PolicyError, match=told) as caught:
        policy_from_data(data)
    (problem,) = caught.value.problems
    where = "$" + "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in steps)
    assert problem.where == where


def test_dates_are_dates_or_iso_text():
    """JSON has no dates, so ISO text will do in plain data."""
    data = plain()
    data["thresholds"]["high_share"]["since"] = "2026-01-01"
    one = policy_from_data(data)
    data["thresholds"]["high_share"]["since"] = date(2026, 1, 1)
    assert policy_from_data(data) == one
    assert one.thresholds[0].since == date(2026, 1, 1)


def test_data_are_not_changed():
    """Reading leaves the caller's tables as they were."""
    data = plain()
    before = json.dumps(data)
    policy_from_data(data)
    assert json.dumps(data) == before


# --- how problems are told ------------------------------------------------------------


def test_all_problems_come_at_once_in_the_order_of_the_file():
    """Slips of shape and of sense stand in one list, each with its line."""
    text = SHOP.replace('version = "1"', "version = 1")
    text = text.replace("pct(spend)", "pct(spnd)").replace("entry = 70", 'entry = ""')
    with pytest.raises(PolicyError, match="4 problems:") as caught:
        policy_from_text(text)
    assert [problem.where for problem in caught.value.problems] == [
        "$.about.version",
        "$.families.value.labels[0].when",
        "$.grading.parts[0].score",
        "$.grading.tiers[0].entry",
    ]
    lines = [int(p.excerpt.split("|")[0]) for p in caught.value.problems]
    assert lines == [5, 28, 45, 56]


def test_the_spot_is_underlined_under_wide_characters():
    """A Chinese character is two columns wide, and the mark stands where it should."""
    text = SHOP.replace('en = "Value" }', "en = 5 }")
    with pytest.raises(PolicyError, match="put it in quotes") as caught:
        policy_from_text(text)
    line, mark = caught.value.problems[0].excerpt.split("\n")
    before = line[: line.index("5 }")]
    wide = sum(c in "价值" for c in before)
    assert len(mark) - 1 == len(before) + wide


def test_an_echo_is_not_told():
    """A threshold with a wrong unit is one mistake, wherever it is used."""
    text = SHOP.replace('unit = "share"', 'unit = "days"')
    with pytest.raises(PolicyError, match="they cannot be compared"):
        policy_from_text(text)
    with pytest.raises(PolicyError, match="did you mean 'days'") as caught:
        policy_from_text(SHOP.replace('unit = "share"', 'unit = "dais"'))
    assert len(caught.value.problems) == 1


def test_a_slip_hides_no_other_mistake():
    """A misspelled key is told together with a wrong condition in the same table."""
    text = SHOP.replace('code = "HIGH"', 'code = "HIGH"\nsorce = "me"')
    text = text.replace("pct(spend) >= high_share", "pct(spnd) >= high_share")
    with pytest.raises(PolicyError, match="2 problems") as caught:
        policy_from_text(text)
    assert [p.hint for p in caught.value.problems] == [
        "did you mean 'source'?",
        "did you mean 'spend'?",
    ]


def test_no_more_than_a_hundred_are_told():
    """A file of nonsense is cut short, and says so, whatever the nonsense is."""
    data = plain()
    data["thresholds"] |= {f"x{n}": n for n in range(250)}
    with pytest.raises(PolicyError, match="101 problems") as caught:
        policy_from_data(data)
    assert str(caught.value.problems[-1]) == "and more; mend these first"
    data = plain()
    yes = data["families"]["sleeping"]
    wrong = {f"f{n}": yes | {"yes": "spnd > 0"} for n in range(300)}
    data["families"] |= wrong
    with pytest.raises(PolicyError, match="101 problems"):
        policy_from_data(data)


@pytest.mark.parametrize(
    "text",
    [
        ".".join("a" * 9_000) + " = 1\n" * 3,
        "".join(f"[{'.'.join('a' * 3000)}.b{n}]\n" for n in range(20)),
        '"a"."b".' * 2_000 + "c = 1",
        "x = {" + "a ." * 5_000 + "a = 1}",
        "a" * 19_000 + "\n" + '"' * 19_000 + "\n" + "-" * 19_000,
        "x = " + "[" * 9_000 + "]" * 9_000,
        "x = " + "{a=" * 5_000 + "1" + "}" * 5_000,
        "x = " + "9" * 15_000,
        "x = 1e" + "9" * 15_000,
        'x = """' + '\\"' * 9_000 + '"""',
        "[[thresholds]]\n" * 20_000,
        "[[grading.parts]]\n" * 20_000,
        "".join(f"k{n} = 1\n" for n in range(20_000)),
        "[thresholds]\n" + "".join(f"k{n} = {{ is = 1 }}\n" for n in range(5_000)),
    ],
    ids=lambda text: text[:12].strip(),
)
def test_a_hostile_text_is_refused(text):
    """What is deep, long or vast is refused like any other mistake."""
    with pytest.raises(PolicyError, match=r"\S"):
        policy_from_text("schema = 1\n" + text)


# --- the digest -----------------------------------------------------------------------


def test_the_digest_is_this():
    """The digest is stored with results, so it may change with the policy only.

    Worked out apart: SHA-256 of the JSON text below.
    """
    policy = load_tree(POLICIES / "good" / "least.toml")
    canonical = (
        '{"schema":1,"about":{"code":"least","version":"1","title":{"zh":"最小",'
        '"en":"The least that is a policy"},"currency":"CNY"},"basis":{"window":'
        '"lifetime","fiscal_year_starts_in":1,"reference":{"members":"true",'
        '"minimum":20}}}'
    )
    assert json.loads(canonical) == policy_to_data(policy)
    assert policy_digest(policy) == (
        "6ae469507310b01e0437d14cb14aa6195c8110467904aaf88436dd1c01fedaad"
    )


def test_the_order_of_families_is_in_the_digest():
    """A family may use those above it, so another order is another policy."""
    policy = load_tree(POLICIES / "good" / "shop.toml")
    turned = evolve(policy, families=policy.families[::-1])
    assert policy_digest(turned) != policy_digest(policy)


def test_a_number_that_cannot_be_kept_is_refused():
    """A tree built by a program with twenty digits is refused, not rounded."""
    policy = load_tree(POLICIES / "good" / "shop.toml")
    third = Threshold("high_share", Decimal(1) / 3, Unit.SHARE)
    with pytest.raises(PolicyError, match=r"too many digits; got the number 0\.333"):
        policy_to_data(evolve(policy, thresholds=(third,)))
