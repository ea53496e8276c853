"""The command that tries policies on the past, against a past worked by hand."""

import csv
import datetime as dt

import pytest

from custseg import cli
from custseg.adapters.stores import open_journal
from custseg.policy import load_policy
from custseg.reviews.overrides import override
from small_past import TEXT, ledger, sales

STRICT = TEXT.replace("entry = 80\nhold = 60", "entry = 90\nhold = 81")
MONTHS = ("--from", "2026-02-01", "--until", "2026-06-01", "--every", "monthly")


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    """Run the command in a folder with the sales and two policies."""
    monkeypatch.chdir(tmp_path)
    columns = sales()
    lines = [columns, *zip(*columns.values(), strict=True)]
    text = "\n".join(",".join(map(str, line)) for line in lines)
    (tmp_path / "sales.csv").write_text(text + "\n", encoding="utf-8")
    (tmp_path / "shop.toml").write_text(TEXT, encoding="utf-8")
    strict = STRICT.replace('code = "shop"', 'code = "strict"')
    (tmp_path / "strict.toml").write_text(strict, encoding="utf-8")

    labels = TEXT[: TEXT.index("[grading]")].replace('"shop"', '"no_tiers"')
    (tmp_path / "no_tiers.toml").write_text(labels, encoding="utf-8")

    def act(*arguments):
        status = cli.main(["simulate", "sales.csv", "--currency=CNY", *arguments])
        written = capsys.readouterr()
        return status, written.out, written.err

    return act


def test_one_policy_is_told_date_by_date(run):
    """Who moved and what it is worth; from where to where; and that the data end."""
    status, out, err = run("--policy", "shop.toml", *MONTHS)
    assert status == 0
    assert "fitting shop on facts up to 2026-01-31" in err
    assert "going through 4 dates" in err
    head, dates, matrix = out.rstrip().split("\n\n")
    assert head.splitlines()[1].startswith("shop: A 1, B 2, C 0; 2 up, 3 down, 2 of")
    assert head.splitlines()[-1] == (
        "Note: the last sale is of 2026-04-05, and the last period goes on until "
        "2026-06-01"
    )
    assert [line.split() for line in dates.splitlines()[2:]] == [
        ["2026-02-01", "2", "2", "0", "0", "0", "0.00", "0.00"],
        ["2026-03-01", "2", "0", "0", "1", "1", "0.00", "20.00"],
        ["2026-04-01", "3", "1", "1", "1", "1", "40.00", "0.00"],
        ["2026-05-01", "3", "0", "1", "1", "0", "2.00", "100.00"],
    ]
    assert matrix.splitlines() == [
        "shop: between the dates  to A  to B  to C",
        "-----------------------------------------",
        "from A                      1     2     0",
        "from B                      1     1     1",
        "from C                      0     1     0",
    ]


def test_a_changed_policy_is_held_against_the_present_one(run, tmp_path):
    """The present one as it is kept; x would be a B, and is in a file of its own."""
    load_policy("shop.toml").fit(ledger(), as_of="2026-01-31").save("shop.json")
    given = ("--fitted", "shop.json", "--policy", "strict.toml", *MONTHS)
    status, out, err = run(*given, "--out", "past", "--language", "zh")
    assert (status, "学习 shop " in err, "学习 strict " in err) == (0, False, True)
    assert "shop 对比 strict：2026-05-01 起的等级，共 3 个客户" in out
    listed = out[: out.index("\n\n已写入")].split("\n\n")[-1]
    assert listed.splitlines() == [
        "客户编号  shop  strict  净采购额",
        "--------------------------------",
        "x         A     B          40.00",
    ]
    tables = {}
    for path in (tmp_path / "past").iterdir():
        text = path.read_text(encoding="utf-8-sig")
        tables[path.name] = list(csv.DictReader(text.splitlines()))
    assert {name: len(rows) for name, rows in tables.items()} == {
        "decisions.csv": 20,
        "decisions_zh.csv": 20,
        "dates.csv": 8,
        "tiers.csv": 24,
        "differences_strict.csv": 1,
    }
    assert tables["decisions_zh.csv"][0]["现等级"] == "甲"


def test_another_seller_than_that_of_a_fitted_policy_is_not_passed_over(run):
    """Who has none was fitted without, and --seller would change nothing of it."""
    load_policy("shop.toml").fit(ledger(), as_of="2026-01-31").save("shop.json")
    status, _, err = run("--fitted", "shop.json", *MONTHS, "--seller", "CN:佛山")
    assert (status, "reading" in err) == (2, False)
    assert "--seller: the fitted policy that is kept was made for another" in err
    assert err.endswith("or give --policy in place of --fitted\n")


def test_policies_of_nearly_one_name_have_a_file_each(run, tmp_path):
    """None takes the place of another."""
    for version in ("1-0", "1.0"):
        text = STRICT.replace('version = "1"', f'version = "{version}"')
        (tmp_path / f"{version}.toml").write_text(text, encoding="utf-8")
    given = [
        part for one in ("shop", "1-0", "1.0") for part in ("--policy", f"{one}.toml")
    ]
    assert run(*given, *MONTHS, "--out", "past")[0] == 0
    assert {path.name for path in (tmp_path / "past").glob("diff*")} == {
        "differences_shop_1_0.csv",
        "differences_shop_1_0_3.csv",
    }


def test_tiers_set_by_hand_are_replayed_from_a_journal(run):
    """Y was set to A in February, and is one on the last day."""
    with open_journal("tiers.db") as journal:
        override(
            *(journal, load_policy("shop.toml"), "y"),
            tier="A",
            on="2026-02-15",
            until="2026-12-31",
            reason="contract",
            author="Li",
            recorded_at=dt.datetime(2026, 2, 15, 9, tzinfo=dt.UTC),
            first=True,
        )
    _, out, _ = run("--policy", "shop.toml", *MONTHS, "--journal", "tiers.db")
    assert "shop: A 2, B 1, C 0; " in out
    assert "Note: overrides replayed as they were set: 1; " in out


def test_the_runs_fall_on_the_same_day_of_shorter_months(run):
    """On the 31st, or on the last; the naive twin stands beside."""
    days = ("--from", "2026-01-31", "--until", "2026-04-30", "--every", "monthly")
    _, out, _ = run("--policy", "shop.toml", *days, "--naive")
    runs = [line[:10] for line in out.splitlines() if line.startswith("2026-")]
    assert runs == ["2026-01-31", "2026-02-28", "2026-03-31"] * 2
    assert "\nshop against shop naive: " in out


def test_no_run_lies_beyond_the_calendar(run):
    """A review on its last days plans the next one, and that is told as well."""
    days = ("--from", "9999-11-30", "--until", "9999-12-31", "--every", "monthly")
    status, _, err = run("--policy", "shop.toml", *days)
    assert (status, "going through 2 dates" in err) == (2, True)
    assert "custseg: the calendar has no such day; got 2,93" in err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--from", "soon"), "--from: expected a calendar day; got 'soon'"),
        (
            ("--until", "2026-02-01"),
            "--until: the last period is over before the first begins; got 2026-02-01",
        ),
        (("--from", "0001-01-01"), "the calendar has no such day; got -719,163 days"),
        (
            ("--policy", "no_tiers.toml"),
            "--policy: the policy has no tiers to replay; got no_tiers; add ",
        ),
        (("--as-of", "never"), "--as-of: expected a calendar day"),
        (("--policy", "compny"), "did you mean 'company'"),
        (("--fitted", "none.json"), "none.json: the file cannot be read"),
        (("--journal", "none.db"), "none.db: there is no journal; check the path\n"),
    ],
)
def test_a_slip_is_told_before_the_sales_are_read(run, more, words):
    """In the words of the options."""
    status, out, err = run(*MONTHS, *more)
    assert (status, out, "reading" in err) == (2, "", False)
    assert words in err
