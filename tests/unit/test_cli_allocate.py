"""The command that shares out an effort or a budget, by the tiers held after a run."""

import csv

import pytest

from custseg import cli

POLICY = """
schema = 1
base = "company"

[about]
code = "visits"
version = "1"

[allocation]
title = { zh = "拜访次数", en = "Visits" }
shares = [
  { tier = "A", share = 0.70, floor = 2, cap = 12 },
  { tier = "B", share = 0.20 },
]
"""


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
    (tmp_path / "visits.toml").write_text(POLICY, encoding="utf-8")
    return path


def run(capsys, sales, *arguments):
    """Run the command line; return its status and what it wrote."""
    policy = ["--policy", str(sales.parent / "visits.toml")]
    given = [str(one) for one in arguments]
    where = [] if "--policy" in given else policy
    status = cli.main(
        ["allocate", str(sales), "--on", "2026-02-01", "--currency=CNY", *where, *given]
    )
    written = capsys.readouterr()
    return status, written.out, written.err


def test_each_tier_gets_its_part_and_those_with_most_are_listed(capsys, sales):
    """Of 90 A has 63 and gives its caps; B has 18, 4.04 : 3.82 : 3.6 : 3.38 : 3.16."""
    status, out, err = run(capsys, sales, "--total", "90")
    assert status == 0
    assert "fitting visits on facts up to 2026-01-31" in err
    head, tiers, left, who = out.rstrip().split("\n\n")
    assert head.startswith(
        "Visits: 90 shared out by the tiers held after the review of 2026-02-01, "
    )
    assert head.endswith("\nWithout a journal: tiers as a first review gives them.")
    assert tiers.splitlines()[2:] == [
        "A, core              5      60     12    12",
        "B, key               5      18      3     4",
        "C, ordinary         14       0      0     0",
    ]
    assert left == "Not given away: 12"
    rows = [line.split() for line in who.splitlines()[2:]]
    assert [(row[0], row[-1]) for row in rows] == [
        *((f"C{n}", "12") for n in (24, 23, 22, 21, 20)),
        *(("C19", "4"), ("C18", "4"), ("C17", "4"), ("C16", "3"), ("C15", "3")),
    ]


def test_the_table_is_written_in_codes_and_in_chinese(capsys, sales, tmp_path):
    """The journal's tiers are those of the day before; nothing is recorded in it."""
    journal = tmp_path / "tiers.db"
    commit = ["--commit", "--recorded-at", "2026-02-01T09:00+08:00"]
    policy = ["--policy", str(tmp_path / "visits.toml"), "--currency", "CNY"]
    kept = ["--journal", str(journal), "--on", "2026-02-01"]
    assert cli.main(["review", str(sales), *kept, *policy, *commit]) == 0
    capsys.readouterr()
    before = journal.read_bytes()
    more = ("--total", "90", "--journal", journal, "--out", tmp_path / "out")
    status, out, err = run(capsys, sales, *more, "--language", "zh")
    assert (status, journal.read_bytes()) == (0, before)
    assert "fitting" not in err
    assert "拜访次数：共 90，按 2026-02-01 复盘后所持等级分配" in out
    assert "未给台账" not in out
    tables = {}
    for name in ("allocation", "allocation_zh"):
        text = (tmp_path / "out" / f"{name}.csv").read_text(encoding="utf-8-sig")
        tables[name] = list(csv.DictReader(text.splitlines()))[-1]
    assert tables["allocation"]["units"] == tables["allocation_zh"]["分得"] == "12"
    assert (tables["allocation"]["tier"], tables["allocation_zh"]["等级"]) == (
        "A",
        "A 级（核心）",
    )


@pytest.mark.parametrize(
    ("more", "words", "reads"),
    [
        (("--total", "1,000"), "--total: expected a whole number; got '1,000'", False),
        (
            ("--total", "9" * 5000),
            "--total: expected a whole number; got '9999",
            False,
        ),
        (("--total", "10"), "--total: the floors of tier A exceed what it has; ", True),
        (
            ("--total", "9", "--policy", "company"),
            "--policy: the policy has no [allocation]; got company; add one",
            False,
        ),
        (
            ("--total", "9", "--fitted", "none.json"),
            "--fitted: there is no such file; got 'none.json'; leave it out",
            False,
        ),
        (
            ("--total", "9", "--journal", "none.db"),
            "none.db: there is no journal; check the path\n",
            False,
        ),
    ],
)
def test_what_cannot_be_shared_out_is_told(capsys, sales, more, words, reads):
    """In the words of the options; before the sales are read, where that can be."""
    status, out, err = run(capsys, sales, *more)
    assert (status, out, "reading" in err) == (2, "", reads)
    assert words in err
