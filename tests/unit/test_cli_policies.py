"""The command line for those who write policies: check, and new-policy."""

from pathlib import Path

import pytest

from custseg import cli
from custseg.policies import NAMES, read_text
from custseg.rules.files.loader import load_tree

POLICIES = Path(__file__).resolve().parents[1] / "policies"
SHOP = (POLICIES / "good" / "shop.toml").read_text(encoding="utf-8")
SHOP_TOLD = """\
shop.toml is sound: policy 'shop', version 1, 'A shop'.
Measured over 365 days; percentiles compare with the customers for whom orders >= 1, at least 20 of them.

Families and their labels
  value: HIGH, LOW
  sleeping: YES, NO

Score and tiers
  score = 60 money + 40 habit
  tier: A from 70, B

Playbooks: none

Features used
  spend, orders, days_since_last_sale

Columns of the input (* has to be there, without the others some answers are UNKNOWN)
  sales: customer_id*, date*, amount*

Remarks: none
"""  # noqa: E501 - a line of output


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Run the command line in an empty folder; return its status and what it wrote."""
    monkeypatch.chdir(tmp_path)

    def act(*arguments):
        status = cli.main([str(one) for one in arguments])
        written = capsys.readouterr()
        return status, written.out, written.err

    return act


def write(name, text):
    """Write a file into the folder of the test."""
    Path(name).write_text(text, encoding="utf-8")


# --- check ----------------------------------------------------------------------------


def test_a_good_policy_is_told_what_it_holds(run):
    """Families, tiers, features and columns are listed, and that nothing is odd."""
    write("shop.toml", SHOP)
    assert run("check", "shop.toml") == (0, SHOP_TOLD, "")


@pytest.mark.parametrize("name", NAMES)
def test_a_packaged_policy_can_be_checked(run, name):
    """Its name will do, in both languages, and no line is too long for a terminal."""
    for language in ("en", "zh"):
        status, out, err = run("check", name, "--language", language)
        assert (status, err) == (0, "")
        lines = out.split("\n\n", 1)[1].splitlines()
        assert all(len(line) <= 88 for line in lines if line.startswith("  "))


ACTING_TOLD = {
    "en": """\
Pools, clean-out and allocation
  nurture: of B toward A; enter score >= 60; stay score >= 50; at most 365 days, places
    for 2
  clean-out: archive (C: days_since_last_sale > 300 days); hand_back (B, C: pace ==
    'DORMANT')
    exempt: large (lifetime_spend >= 500); returns (return_share > 0.5); tiers set by
    hand
  allocation: A 50 % (at least 1, at most 10 each), B 30 %, C 20 %; inside a tier by the
    score
    what the clean-out frees: to C where pace == 'ACTIVE'
  who is heard first where playbooks disagree: tier, then pace

Features used
""",
    "zh": """\
培育池、清理与分配
  nurture：从 B 到 A；入池 score >= 60；留池 score >= 50；最长 365 天，名额 2
  清理：archive (C: days_since_last_sale > 300 days); hand_back (B, C: pace == 'DORMANT')
    豁免：large (lifetime_spend >= 500); returns (return_share > 0.5); 人工调整的等级
  分配：A 50 %（每户 至少 1, 至多 10）, B 30 %, C 20 %；级内按得分
    清理所释放的：归 C，条件 pace == 'ACTIVE'
  管理策略冲突时的优先次序：tier、pace

用到的指标
""",  # noqa: E501 - a line of output
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_to_be_done_is_summed_up(run, language):
    """Pools with their bars and places, the clean-out, and who gets which share."""
    status, out, err = run(
        "check", POLICIES / "good" / "acting.toml", "--language", language
    )
    assert (status, err) == (0, "")
    assert ACTING_TOLD[language] in out


def test_a_condition_on_several_lines_is_told_in_one_flow(run):
    """The line breaks are the file's."""
    text = (POLICIES / "good" / "acting.toml").read_text(encoding="utf-8")
    bar = 'enter = "score >= 60"'
    assert text.count(bar) == 1
    several = "enter = '''\n  score\n    >= 60\n'''"
    write("acting.toml", text.replace(bar, several))
    _, out, _ = run("check", "acting.toml")
    assert ACTING_TOLD["en"] in out


def test_what_is_left_out_of_a_section_is_said_too(run):
    """No bar to stay, no longest stay, any number; shares that leave something over."""
    text = (POLICIES / "good" / "acting.toml").read_text(encoding="utf-8")
    for line in ('stay = "score >= 50"', "longest_days = 365", 'rank_by = "spend"'):
        text = text.replace(f"{line}\n", "")
    text = text.replace("capacity = 2\n", "").replace("share = 0.3", "share = 0.25")
    text = text.replace('[allocation.freed_to]\ntier = "C"\nwhen', 'by = "spend"\n# x')
    text = text.replace("precedence", "# precedence")
    write("less.toml", text)
    _, out, _ = run("check", "less.toml")
    said = " ".join(out.split())
    assert (
        "nurture: of B toward A; enter score >= 60; stay alike; for as long as it "
        "holds, any number of places clean-out:" in said
    )
    assert "C 20 %, 5 % to nobody; inside a tier by spend Features" in said
    assert "frees" not in out
    assert "disagree" not in out


def test_chinese_is_spoken(run):
    """Headings and sentences are Chinese, codes stay as they are."""
    write("shop.toml", SHOP)
    _, out, _ = run("check", "shop.toml", "--language", "zh")
    assert "shop.toml 没有错误：规则“shop”，版本 1，《小店》。" in out
    assert "提示：无" in out
    assert "value: HIGH, LOW" in out


def test_errors_are_all_told_with_their_lines(run):
    """The status is 1, the count is right, and nothing is written to stderr."""
    write(
        "bad.toml", SHOP.replace("spend)", "spnd)").replace("entry = 70", 'entry = ""')
    )
    status, out, err = run("check", "bad.toml")
    assert (status, err) == (1, "")
    assert out.count("\n- $.") + out.startswith("- $.") == 3
    assert '    28 | when = "pct(spnd) >= high_share"' in out
    assert out.endswith("bad.toml would be refused: 3 things to mend.\n")
    write("bad.toml", SHOP.replace("entry = 70", 'entry = ""'))
    _, out, _ = run("check", "bad.toml")
    assert out.endswith("bad.toml would be refused: one thing to mend.\n")
    _, out, _ = run("check", "bad.toml", "--language=zh")
    assert out.endswith("bad.toml 不能使用：有一处要改。\n")


def test_remarks_leave_the_status_at_0(run):
    """They are told with their lines too, and counted."""
    write("odd.toml", SHOP.replace(', source = "the owner"', ""))
    status, out, err = run("check", "odd.toml")
    assert (status, err) == (0, "")
    assert "\nRemarks (1)\n- $.thresholds.high_share: nobody knows who set" in out
    assert "\n     15 | high_share = { is = 0.8" in out


def test_a_missing_file_is_no_bad_policy(run):
    """Then the status is 2, as for every error of use."""
    status, out, err = run("check", "none.toml")
    assert (status, out) == (2, "")
    assert "there is no packaged policy and no file of this name" in err


def test_a_file_that_is_called_like_a_command(run):
    """With ./ before it the word is a file; it is read as sales."""
    write("check", SHOP)
    status, _, err = run("./check", "--as-of", "2026-06-30")
    assert status == 2
    assert "check" in err


# --- new-policy -----------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_the_policy_under_another_name(run, name):
    """Every line is there, comments too, and only what it is called differs."""
    status, out, _ = run("new-policy", "mine.toml", "--from", name)
    assert status == 0
    assert out.startswith("Wrote mine.toml. Change it, then: python -m custseg check")
    mine, theirs = load_tree(Path("mine.toml")), load_tree(name)
    assert (mine.code, mine.about.version) == ("mine", "1")
    assert (mine.thresholds, mine.families) == (theirs.thresholds, theirs.families)
    written = Path("mine.toml").read_text(encoding="utf-8").splitlines()
    original = read_text(name).splitlines()
    assert written[0] == f"# mine: begun from {name} {theirs.about.version}"
    assert len(written) == len(original) + 2
    assert sum(a != b for a, b in zip(written[2:], original, strict=True)) == 3


def test_names_and_titles_are_given(run):
    """A title may hold quotes; the code follows the file's name where it can."""
    run(
        "new-policy",
        "Our-Trade.toml",
        "--title-zh",
        "我们的“A类”",
        "--title-en",
        'An "A"',
    )
    about = load_tree(Path("Our-Trade.toml")).about
    assert (about.code, about.title.zh, about.title.en) == (
        "our_trade", "我们的“A类”", 'An "A"',
    )  # fmt: skip


def uncommented(line):
    """Return an example line without its mark; a sentence is left alone."""
    is_example = line.startswith("#") and line[1:2] not in {"", " "}
    return line[1:] if is_example else line


@pytest.mark.parametrize("name", NAMES)
def test_changes_follow_what_they_build_on(run, name):
    """The short file is sound as it is, and so it is with all of its examples."""
    run("new-policy", "ours.toml", "--changes-only", "--from", name)
    ours, base = load_tree(Path("ours.toml")), load_tree(name)
    assert (ours.thresholds, ours.families) == (base.thresholds, base.families)
    lines = Path("ours.toml").read_text(encoding="utf-8").splitlines()
    write("ours.toml", "\n".join(map(uncommented, lines)))
    status, out, _ = run("check", "ours.toml")
    assert (status, "is sound" in out) == (0, True)
    ours = load_tree(Path("ours.toml"))
    assert ours.families[0].labels[0].code == "NEW_LABEL"
    assert len(ours.families) == len(base.families) - 1


def test_playbooks_are_counted(run):
    """Families of which every label has one go by their name alone."""
    _, out, _ = run("check", "company")
    said = " ".join(out[out.index("Playbooks:") : out.index("Features")].split())
    count = len(load_tree("company").playbooks)
    assert said.startswith(f"Playbooks: {count}, for tier, type, ")
    assert "domestic (YES), value, " in said
    _, out, _ = run("check", "company", "--language=zh")
    assert f"管理策略：{count} 条，用于 " in out


def test_changes_to_a_file_name_it_by_its_way(run):
    """From another folder the base is found over the relative path."""
    write("shop.toml", SHOP)
    Path("north").mkdir()
    status, _, _ = run(
        "new-policy", "north/ours.toml", "--from", "shop.toml", "--changes-only"
    )
    assert status == 0
    assert 'base = "../shop.toml"' in Path("north/ours.toml").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["there.toml"], "the file is there already, and nothing is overwritten"),
        (
            ["mine"],
            "a policy is a file that ends in .toml; got 'mine'; write mine.toml",
        ),
        (["我的.toml"], '--code: this cannot be a code; got the text "我的"'),
        (["我的.toml"], "it is the file's name; give another, such as --code our_cust"),
        (["mine.toml", "--code", "Mine!"], "--code: this cannot be a code"),
        (["mine.toml", "--title-en", " "], "--title-en: the title is empty"),
        (["mine.toml", "--title-zh", "\u202e"], "--title-zh: the text holds a hidden"),
        (["mine.toml", "--from", "compny"], "did you mean 'company'?"),
        (["mine.toml", "--from", "bad.toml"], "unknown currency"),
        (["mine.toml", "--from", "ours.toml"], "add --changes-only to build on it"),
        (["none/mine.toml"], "No such file or directory: none/mine.toml"),
    ],
)
def test_nothing_is_written_where_something_is_wrong(run, arguments, told):
    """One message says what; the folder is as it was."""
    write("there.toml", "mine alone")
    title = 'title = { zh = "小店"'
    write("bad.toml", SHOP.replace(title, f'currency = "CNX"\n{title}'))
    write(
        "ours.toml", 'schema = 1\nbase = "company"\n[about]\ncode = "o"\nversion = "1"'
    )
    before = {path.name: path.read_bytes() for path in Path().iterdir()}
    status, out, err = run("new-policy", *arguments)
    assert (status, out) == (2, "")
    assert told in err
    assert {path.name: path.read_bytes() for path in Path().iterdir()} == before
