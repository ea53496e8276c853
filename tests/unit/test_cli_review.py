"""The command that reviews tiers: look first, record when asked, never twice."""

import csv

import pytest

from custseg import cli
from custseg.adapters.stores import open_journal
from custseg.fitted_file import load_fitted
from custseg.seller import Seller, Site

RECORDED = ("--recorded-at", "2026-02-01T09:00+08:00")


@pytest.fixture
def sales(tmp_path):
    """A file of 24 customers; the n-th has n orders, one a day, in January 2026."""
    path = tmp_path / "sales.csv"
    rows = ["customer_id,date,amount,order_id"]
    for who in range(1, 25):
        rows += [
            f"C{who:02d},2026-01-{day:02d},{100 * who},o{who}-{day}"
            for day in range(1, who + 1)
        ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def run(capsys, *arguments):
    """Run the command line; return its status and what it wrote."""
    status = cli.main(["review", *(str(one) for one in arguments)])
    written = capsys.readouterr()
    return status, written.out, written.err


def test_without_commit_nothing_is_recorded(capsys, sales, tmp_path):
    """A manager looks first; the journal stays empty."""
    journal = tmp_path / "tiers.db"
    status, out, err = run(
        capsys, sales, "--journal", journal, "--on", "2026-02-01", "--currency", "CNY"
    )
    assert (status, "First tier" in out) == (0, True)
    assert "Nothing was recorded; add --commit to record it." in out
    assert "fitting company on facts up to 2026-01-31" in err
    assert "\nsales: 300 rows in = 300 used + 0 dropped\n" in err
    assert [one.name for one in tmp_path.iterdir()] == ["sales.csv"]


def test_looking_again_leaves_the_journal_as_it_is(capsys, sales, tmp_path):
    """With a journal that exists, a run without --commit adds nothing to it."""
    journal = tmp_path / "tiers.db"
    given = (sales, "--journal", journal, "--currency", "CNY")
    run(capsys, *given, "--on", "2026-02-01", "--commit", *RECORDED)
    kept = journal.read_bytes()
    status, out, _ = run(capsys, *given, "--on", "2026-04-01")
    assert (status, "Nothing was recorded" in out) == (0, True)
    assert journal.read_bytes() == kept


def test_a_commit_is_kept_and_the_same_again_adds_nothing(capsys, sales, tmp_path):
    """The second run finds its own decisions and says so."""
    journal = tmp_path / "tiers.db"
    given = (sales, "--journal", journal, "--currency", "CNY", "--commit", *RECORDED)
    status, out, err = run(capsys, *given, "--on", "2026-02-01", "--author", "Li")
    assert status == 0
    assert "Recorded 24 decisions in" in out
    assert f"The fitted policy is kept in {tmp_path / 'tiers.fitted.json'}" in err
    status, out, err = run(capsys, *given, "--on", "2026-02-01")
    assert status == 0
    assert "Everything was recorded before" in out
    assert "fitting" not in err
    status, out, _ = run(capsys, *given, "--on", "2026-02-02")
    assert (status, "Nothing was to be decided" in out) == (0, True)
    with open_journal(journal) as opened:
        entries = list(opened.read())
    assert len(entries) == 24
    assert {entry.author for entry in entries} == {"Li"}


def test_what_is_not_recorded_leaves_no_fitted_policy_behind(capsys, sales, tmp_path):
    """A slip in the year, or a period that another fit decided, keeps no new cuts."""
    journal, kept = tmp_path / "tiers.db", tmp_path / "tiers.fitted.json"
    given = (sales, "--journal", journal, "--currency", "CNY", "--commit", *RECORDED)
    status, _, err = run(capsys, *given, "--on", "2027-02-01")
    assert (status, kept.exists()) == (2, False)
    assert "allowed: 2026-02-02 or earlier for this recorded_at" in err
    assert "reading" not in err
    run(capsys, *given, "--on", "2026-02-01")
    kept.unlink()
    status, _, err = run(capsys, *given, "--on", "2026-02-01", "--policy", "lighting")
    assert (status, kept.exists()) == (2, False)
    assert "kept in" not in err


def test_the_tables_are_written_and_one_customer_explained(capsys, sales, tmp_path):
    """The files have every decision; days are days, without a time."""
    out_folder = tmp_path / "out"
    status, out, _ = run(
        capsys,
        *(sales, "--journal", tmp_path / "tiers.db", "--on", "2026-02-01"),
        *("--currency", "CNY", "--out", out_folder, "--explain", "C24"),
        *("--language", "zh"),
    )
    assert status == 0
    assert "首次定级：未定级 → A 级（核心）" in out
    text = (out_folder / "decisions.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 24
    assert (rows[-1]["customer_id"], rows[-1]["after"]) == ("C24", "A")
    assert rows[-1]["next_look"] == "2026-04-01"
    assert (out_folder / "alerts.csv").exists()
    text = (out_folder / "decisions_zh.csv").read_text(encoding="utf-8-sig")
    last = list(csv.DictReader(text.splitlines()))[-1]
    assert (last["客户编号"], last["现等级"]) == ("C24", "A 级（核心）")


def test_one_customer_is_explained_in_brief(capsys, sales, tmp_path):
    """What was decided in one line, what lies ahead in another; of somebody."""
    given = (sales, "--journal", tmp_path / "tiers.db", "--on", "2026-02-01")
    _, out, _ = run(capsys, *given, "--explain", "C20", "--brief")
    told = out[out.index("Customer C20") :].splitlines()
    assert told[1].startswith("First tier: no tier -> A, core - the first review gives")
    assert told[2:5] == [
        "  alerts: An important customer may be leaving",
        "  next look on 2026-04-01",
        "",
    ]
    status, out, err = run(capsys, *given, "--brief")
    assert (status, out) == (2, "")
    assert "--brief: say for which customer; add --explain CUSTOMER" in err


def test_pools_tasks_and_the_clean_out_are_files_too(capsys, sales, tmp_path):
    """Of a policy that has them; who is in which is in the guide to acting."""
    given = (sales, "--journal", tmp_path / "tiers.db", "--on", "2026-02-01")
    policy = ("--policy", "building_materials_grading", "--currency", "CNY")
    more = ("--out", tmp_path / "out", "--tasks", "all")
    status, _, _ = run(capsys, *given, *policy, *more)
    assert status == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "alerts.csv",
        "clean_out.csv",
        "decisions.csv",
        "pool_nurture.csv",
        "tasks.csv",
    ]
    text = (tmp_path / "out" / "pool_nurture.csv").read_text(encoding="utf-8-sig")
    assert text.startswith("customer_id,status,status_zh,status_en,since,rank,score,")


def test_another_policy_than_the_one_kept_is_not_passed_over(capsys, sales, tmp_path):
    """Who names the policy that is kept goes on; another one is refused."""
    given = (sales, "--journal", tmp_path / "tiers.db", "--currency", "CNY")
    run(capsys, *given, "--on", "2026-02-01", "--commit", *RECORDED)
    status, _, _ = run(capsys, *given, "--on", "2026-04-01", "--policy", "company")
    assert status == 0
    other = ("--policy", "frozen_goods")
    status, _, err = run(capsys, *given, "--on", "2026-04-01", *other)
    assert status == 2
    assert "--policy: the fitted policy that is kept was made from another" in err
    assert "tiers.fitted.json holds company" in err


def test_where_the_seller_is_is_said_once_and_kept(capsys, sales, tmp_path):
    """The first commit keeps it with the policy; another seller is not passed over."""
    journal, kept = tmp_path / "tiers.db", tmp_path / "tiers.fitted.json"
    customers = tmp_path / "customers.csv"
    customers.write_text("customer_id,country\nC24,DE\n", encoding="utf-8")
    given = (sales, "--journal", journal, "--customers", customers)
    given += ("--policy", "company", "--currency", "CNY")
    at = ("--on", "2026-02-01", "--commit", *RECORDED)
    assert run(capsys, *given, *at, "--seller", "CN:佛山")[0] == 0
    assert load_fitted(kept).tree.seller == Seller(
        country="CN", sites=Site(city="佛山")
    )
    for same in ((), ("--seller", "CN:佛山")):
        assert run(capsys, *given, "--on", "2026-04-01", *same)[0] == 0
    status, _, err = run(capsys, *given, "--on", "2026-04-01", "--seller", "CN")
    assert status == 2
    assert "--seller: the fitted policy that is kept was made for another seller" in err
    assert f"got CN, but {kept} has CN:佛山; leave out --seller" in err


def test_beside_a_server_no_policy_can_be_kept(capsys, sales):
    """A URL is no path, so the file of the fitted policy has to be named."""
    journal = ("--journal", "postgresql://crm:secret@db/sales")
    status, _, err = run(capsys, sales, *journal, "--on", "2026-02-01")
    assert (status, "reading" in err, "secret" in err) == (2, False, False)
    assert "--fitted: say where the fitted policy is kept" in err


def test_a_day_that_is_none_is_told_before_the_file_is_read(capsys, sales, tmp_path):
    """A slip need not wait for ten million rows."""
    for more in (["--on", "2026/2/1"], ["--on", "2026-02-01", "--as-of", "soon"]):
        journal = ("--journal", tmp_path / "tiers.db")
        status, _, err = run(capsys, sales, *journal, *more)
        assert (status, "reading" in err) == (2, False)
        assert f"{more[-2]}: expected a calendar day; got '{more[-1]}'" in err


def test_nothing_is_recorded_when_nobody_of_that_id_can_be_explained(
    capsys, sales, tmp_path
):
    """A mistyped id is told before anything is written, and not after it."""
    given = (sales, "--journal", tmp_path / "tiers.db", "--currency", "CNY")
    status, _, err = run(
        capsys, *given, "--on", "2026-02-01", "--commit", *RECORDED, "--explain", "C99"
    )
    assert (status, "no such customer" in err) == (2, True)
    with open_journal(tmp_path / "tiers.db") as opened:
        assert opened.head().number == 0


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--on", "soon"), "on"),
        (("--on", "2026-02-01", "--recorded-at", "2026-02-01"), "with a time zone"),
        (("--on", "2026-02-01", "--recorded-at", "yesterday"), "with a time zone"),
        (("--on", "2026-02-01", "--as-of", "2026-02-02"), "facts of days after it"),
        (("--on", "2062-02-01", *RECORDED), "recorded when they begin"),
        (
            ("--on", "2026-02-01", *RECORDED, "--out", "out", "--tasks", "tiers"),
            "--tasks: the policy has no playbooks of such a family; got 'tiers'",
        ),
    ],
)
def test_what_cannot_be_is_told_in_one_message(capsys, sales, tmp_path, more, words):
    """Exit status 2, and nothing recorded."""
    journal = tmp_path / "tiers.db"
    given = (sales, "--journal", journal, "--currency", "CNY", "--commit", *more)
    status, _, err = run(capsys, *given)
    assert status == 2
    assert words in err
    with open_journal(journal) as opened:
        assert opened.head().number == 0
