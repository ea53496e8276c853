"""The command line: a demo, files, choices, and errors that a person can read."""

import csv
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from custseg import cli, saving
from custseg.commands import classify

SALES = """customer_id,date,amount,order_id
=HYPERLINK("http://x"),2026-06-01,100.00,o1
+1,2026-06-02,200.00,o2
-2+3,2026-06-03,300.00,o3
@SUM(A1),2026-06-04,400.00,o4
＝1+1,2026-06-05,500.00,o5
nan,2026-06-06,-5.00,o6
plain,2026-06-07,600.00,o7
"""


@pytest.fixture
def sales(tmp_path):
    """A CSV file of sales whose customers are called like formulas."""
    path = tmp_path / "sales.csv"
    path.write_text(SALES, encoding="utf-8")
    return path


def run(capsys, *arguments):
    """Run the command line; return its status and what it wrote."""
    status = cli.main([str(one) for one in arguments])
    written = capsys.readouterr()
    return status, written.out, written.err


def test_without_arguments_it_shows_the_demo(capsys):
    """The demo ends with the table of tiers, and each customer is in it once."""
    status, out, _ = run(capsys)
    assert status == 0
    assert out.startswith("Demo: an invented wholesaler")
    last = out.rstrip().split("\n\n")[-1].splitlines()
    heads = "Tier customers share net spend share of spend"
    assert " ".join(last[0].split()) == heads
    tiers = [line.split("  ")[0] for line in last[2:]]
    assert tiers == ["A, core", "B, key", "C, ordinary"]


def test_the_demo_speaks_chinese(capsys):
    """With --language zh headings and labels are Chinese."""
    status, out, _ = run(capsys, "--language", "zh")
    assert status == 0
    assert "演示" in out
    assert "应得等级" in out
    assert "A 级（核心）" in out


def test_explain_says_why(capsys):
    """One customer's labels come with their clauses."""
    status, out, _ = run(capsys, "--explain", "C0007")
    assert status == 0
    assert "Customer C0007 as of 2026-06-30" in out
    assert "because: Days since the last sale: " in out
    assert "≤ 180 days (active_days)  [days_since_last_sale <= active_days]" in out


def test_explain_says_why_in_brief(capsys):
    """One line for each answer, without expressions."""
    _, out, _ = run(capsys, "--explain=C0007", "--brief")
    assert (
        "\nFrequency: Frequent - Purchase days in the last 365 days: 16 ≥ 12\n" in out
    )
    assert "[days_since_last_sale" not in out


def test_a_file_needs_a_day_and_gets_its_tables(capsys, sales):
    """Progress goes to standard error, tables to standard output."""
    status, out, err = run(capsys, sales, "--as-of", "2026-06-30")
    assert status == 0
    assert "7 customers as of 2026-06-30, policy company" in out
    assert "Net spend is in CNY, over 365 days." in out
    assert err.splitlines() == [
        f"reading {sales} ...",
        "7 rows of sales, 7 customers; classifying ...",
    ]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--currency=CNY"], "--currency"),
        (["--time-zone=UTC", "--date-format=%d.%m.%Y"], "--time-zone, --date-format"),
        (["--customers=c.csv"], "--customers"),
        (["--interactions=c.csv"], "--interactions"),
        (["--column=date=When"], "--column"),
    ],
)
def test_options_of_a_file_need_one(capsys, arguments, named):
    """The demo does not quietly ignore what was asked for."""
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith(f"custseg: {named}: give a sales file too: without one")


def cells(path):
    """Return the rows of a CSV file as a spreadsheet would read them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_open_and_cannot_run_anything(capsys, sales, tmp_path):
    """Ids that look like formulas get an apostrophe; all others are left alone."""
    folder = tmp_path / "out"
    status, out, _ = run(capsys, sales, "--as-of=2026-06-30", "--out", folder)
    assert status == 0
    names = ["customers.csv", "quality.txt", "summary.csv"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert all(f"Wrote {folder / name}" in out for name in names)
    rows = cells(folder / "customers.csv")
    assert [row["customer_id"] for row in rows] == [
        "'+1",
        "'-2+3",
        '\'=HYPERLINK("http://x")',
        "'@SUM(A1)",
        "nan",
        "plain",
        "'＝1+1",
    ]
    by_id = {row["customer_id"]: row for row in rows}
    assert float(by_id["nan"]["spend"]) == -5
    assert by_id["plain"]["quantity"] == ""
    tiers = [row for row in cells(folder / "summary.csv") if row["family"] == "tier"]
    assert {row["code"]: row["spend"] for row in tiers}["UNKNOWN"] == "2095.00"


def test_in_chinese_there_is_a_table_to_read_as_well(capsys, sales, tmp_path):
    """Codes stay for programs; people get titles and headings, just as harmless."""
    folder = tmp_path / "out"
    run(capsys, sales, "--as-of=2026-06-30", "--out", folder, "--language=zh")
    codes, titles = cells(folder / "customers.csv"), cells(folder / "customers_zh.csv")
    assert [row["客户编号"] for row in titles] == [row["customer_id"] for row in codes]
    assert (codes[-2]["lifecycle"], titles[-2]["生命周期"]) == ("NEW", "新客户")
    assert titles[-2]["净采购额"] == codes[-2]["spend"]


def test_what_is_to_be_done_is_written_where_it_is_asked_for(capsys, tmp_path):
    """Best scores first; the table for people says in Chinese what the other codes."""
    asked = ("--tasks=tier", "--tasks=churn_risk", "--language=zh")
    status, out, _ = run(capsys, "--out", tmp_path, *asked)
    assert (status, f"已写入 {tmp_path / 'tasks_zh.csv'}" in out) == (0, True)
    codes, titles = cells(tmp_path / "tasks.csv"), cells(tmp_path / "tasks_zh.csv")
    assert [row["客户编号"] for row in titles] == [row["customer_id"] for row in codes]
    assert (codes[0]["because"], titles[0]["依据"]) == (
        "tier=A",
        "应得等级：A 级（核心）",
    )
    assert [row["应做"] for row in titles] == [row["action_zh"] for row in codes]
    rows = cells(tmp_path / "customers.csv")
    score = {row["customer_id"]: float(row["score"] or "-inf") for row in rows}
    order = [score[row["customer_id"]] for row in codes]
    assert order == sorted(order, reverse=True)
    assert "churn_risk=YES" in {row["because"] for row in codes}


def test_tasks_that_nobody_would_see_are_refused(capsys):
    """Nothing is worked out before that is told."""
    status, out, err = run(capsys, "--tasks=tier")
    assert (status, out) == (2, "")
    assert err.endswith("--tasks: say where to write the tasks; add --out FOLDER\n")


def test_bytes_begin_with_the_mark_of_utf_8(capsys, sales, tmp_path):
    """Spreadsheets take a file without the mark for another encoding."""
    run(capsys, sales, "--as-of=2026-06-30", "--out", tmp_path / "out")
    assert (tmp_path / "out" / "customers.csv").read_bytes()[:3] == b"\xef\xbb\xbf"


def test_columns_and_treatments_are_chosen(capsys, tmp_path):
    """Foreign names are mapped, and bad rows are dropped where that is asked."""
    path = tmp_path / "theirs.csv"
    path.write_text("Client,When,amount\na,2026-06-01,5\nb,never,6\n", encoding="utf-8")
    names = ["--column", "customer_id=Client", "--column", "date=When"]
    status, _, err = run(capsys, path, "--as-of", "2026-06-30", *names)
    assert status == 2
    assert "never" in err
    drop = ["--treat", "unparseable_date=drop"]
    status, out, _ = run(capsys, path, "--as-of", "2026-06-30", *names, *drop)
    assert status == 0
    assert out.startswith("1 customer")
    assert "dropped 1: dates that cannot be read" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{sales}"], "--as-of: say the day to look at"),
        (["{sales}", "--as-of=soon"], "--as-of: expected a calendar day; got 'soon'"),
        (["{folder}/none.csv", "--as-of=2026-06-30"], "none.csv"),
        (
            ["{sales}", "--as-of=2026-06-30", "--policy=compny"],
            "did you mean 'company'",
        ),
        (["{sales}", "--as-of=2026-06-30", "--policy={sales}"], "sales.csv"),
        (["{sales}", "--as-of=2026-06-30", "--currency=XXQ"], "XXQ"),
        (["{sales}", "--as-of=2026-06-30", "--time-zone=Mars"], "Mars"),
        (["{sales}", "--as-of=2026-06-30", "--column=amount"], "expected NAME=VALUE"),
        (
            ["{sales}", "--as-of=2026-06-30", "--column=amuont=x"],
            "did you mean 'amount'",
        ),
        (["{sales}", "--as-of=2026-06-30", "--column=amount=x"], "got 'x'"),
        (["{sales}", "--as-of=2026-06-30", "--treat=zero=drop"], "mean 'zero_amount'"),
        (["{sales}", "--as-of=2026-06-30", "--treat=zero_amount=eat"], "eat"),
        (["{sales}", "--as-of=2026-06-30", "--explain=plian"], "did you mean 'plain'"),
        (["{sales}", "--as-of=2026-06-30", "--out={sales}"], "sales.csv"),
        (["{folder}", "--as-of=2026-06-30"], "{folder}"),
    ],
)
def test_every_error_is_one_readable_message(capsys, sales, tmp_path, arguments, words):
    """Exit status 2, one message that names the spot, no traceback."""
    fill = {"sales": str(sales), "folder": str(tmp_path)}
    status, _, err = run(capsys, *(one.format(**fill) for one in arguments))
    assert status == 2
    message = err[err.index("custseg: ") :]
    assert words.format(**fill) in message
    assert "Traceback" not in err
    assert message.count("custseg: ") == 1


def test_a_wrong_option_exits_with_2(capsys):
    """What the parser of options refuses ends like every other error."""
    with pytest.raises(SystemExit, match="2"):
        cli.main(["--langauge", "zh"])
    assert "unrecognized arguments" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("word", "meant"), [("chek", "check"), ("simulation", "simulate")]
)
def test_a_mistyped_command_is_no_file(capsys, word, meant):
    """Nobody is asked for the day to look at of a file that is not there."""
    status, out, err = run(capsys, word, "mine.toml")
    assert (status, out) == (2, "")
    assert err == (
        f"custseg: there is no such command, and no such file; got '{word}'; "
        f"did you mean '{meant}'?\n"
    )


def test_a_file_may_be_called_nearly_like_a_command(capsys, tmp_path, monkeypatch):
    """It is read where it is there; another that is missing is told as a file."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reviews").write_text(SALES, encoding="utf-8")
    _, _, err = run(capsys, "reviews", "--as-of=2026-06-30")
    assert "reading reviews ..." in err
    _, _, err = run(capsys, "sales.csv", "--as-of=2026-06-30")
    assert "sales.csv" in err
    assert "command" not in err


def test_who_stops_it_gets_no_traceback(capsys, monkeypatch):
    """Ctrl-C ends it quietly, with the status that shells expect."""

    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(classify, "run", stop)
    assert run(capsys) == (130, "", "")


def test_a_full_disk_leaves_nothing_half_written(capsys, sales, tmp_path, monkeypatch):
    """Where one of the files cannot be written, none takes its place."""
    folder = tmp_path / "out"
    run(capsys, sales, "--as-of=2026-06-30", "--out", folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    sales.write_text(SALES.replace("600.00", "700.00"), encoding="utf-8")
    write_text = Path.write_text

    def full(self, *args, **options):
        if self.name.startswith(".quality"):
            raise OSError(28, "No space left on device", str(self))
        return write_text(self, *args, **options)

    monkeypatch.setattr(Path, "write_text", full)
    status, _, err = run(capsys, sales, "--as-of=2026-06-30", "--out", folder)
    assert status == 2
    assert "No space left on device" in err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_error_of_the_disk_without_a_name_is_told(capsys, sales, monkeypatch):
    """Some errors carry no file name and no number, only words."""

    def fail(*_, **__):
        raise OSError("the drive went away")

    monkeypatch.setattr(classify, "write_results", fail)
    status, _, err = run(capsys, sales, "--as-of=2026-06-30", "--out", "out")
    assert status == 2
    assert err.endswith("custseg: the drive went away\n")


def test_a_narrow_terminal_gets_question_marks(sales, monkeypatch):
    """Chinese on a terminal that knows only ASCII is no reason to stop."""
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    assert cli.main([str(sales), "--as-of=2026-06-30", "--language=zh"]) == 0
    narrow.flush()
    assert b"??" in narrow.buffer.getvalue()


def test_a_closed_pipe_ends_quietly(project):
    """``| head -1`` takes a line and goes; nobody is told off."""
    code = "import sys; sys.stdin.readline()"
    environment = {**os.environ, "PYTHONPATH": str(project / "src")}
    with subprocess.Popen(
        [sys.executable, "-m", "custseg"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as program:
        subprocess.run(  # noqa: S603 - this very Python
            [sys.executable, "-c", code], stdin=program.stdout, check=True
        )
        program.stdout.close()
        assert program.wait() in {0, 120}
        assert program.stderr.read() == b""


def test_drafts_are_taken_away(tmp_path):
    """A failure between two files leaves neither of them."""
    targets = tmp_path / "a", tmp_path / "missing" / "b"

    def write_both():
        with saving.drafts(*targets) as (first, second):
            first.write_text("a")
            second.write_text("b")

    with pytest.raises(OSError, match="No such file"):
        write_both()
    assert list(tmp_path.iterdir()) == []


def test_the_account_of_a_file_is_complete(capsys, tmp_path):
    """Every column is read, so identical rows are told from rows that look so."""
    path = tmp_path / "sales.csv"
    row = "a,2026-06-01,5,"
    text = f"customer_id,date,amount,product\n{row}p\n{row}p\n{row}q\n"
    path.write_text(text, encoding="utf-8")
    status, out, _ = run(capsys, path, "--as-of=2026-06-30")
    assert status == 0
    assert "kept 1: identical rows without a line id" in out
    drop = "--treat=identical_row=drop"
    _, out, _ = run(capsys, path, "--as-of=2026-06-30", drop)
    assert "sales: 3 rows in = 2 used + 1 dropped" in out


def test_a_mistyped_policy_is_told_before_the_rows_are_read(capsys, tmp_path):
    """A large file takes a while."""
    _, _, err = run(
        capsys, tmp_path / "no.csv", "--as-of=2026-06-30", "--policy=compny"
    )
    assert "did you mean 'company'" in err


def test_chinese_has_its_own_marks(capsys):
    """Half-width marks between Chinese words look like a mistake."""
    _, out, _ = run(capsys, "--language=zh", "--explain=C0007")
    assert "演示：一家虚构的建材批发商。" in out
    assert "320 个客户，截至 2026-06-30，规则 company" in out
    assert "净采购额币种 CNY，窗口 365 天。" in out
    assert "生命周期：成熟客户（MATURE）\n  依据：距上次采购天数 " in out
    assert re.findall(r"[\u4e00-\u9fff] ?[,:;(]|[,;)] ?[\u4e00-\u9fff]", out) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "say what it is called with --column amount=...\n"),
        (["--column=amount=when"], "--column: no table has a column of this name"),
        (["--column=amuont=x"], "--column: the contract has no column 'amuont'"),
        (["--treat=zero=drop"], "--treat: unknown kind"),
        (
            ["--treat=zero_amount=eat"],
            "--treat zero_amount: lines with an amount of zero",
        ),
        (
            ["--column=amount=Sum due", "--column=date=When"],
            "say --date-format %d/%m/%Y or the like, or choose --treat unparseable_",
        ),
        (
            ["--column=amount=Sum due", "--column=date=When", "--date-format=%d.%m.%Y"],
            "say another --date-format than '%d.%m.%Y', or choose --treat",
        ),
    ],
)
def test_errors_speak_of_options(capsys, tmp_path, arguments, words):
    """Nobody on the command line can pass Columns(...) or Treatments(...)."""
    path = tmp_path / "theirs.csv"
    path.write_text("customer_id,When,Sum due\na,never,5\n", encoding="utf-8")
    status, _, err = run(capsys, path, "--as-of=2026-06-30", *arguments)
    assert status == 2
    assert words in err
    assert not re.search(r"Columns|Treatments|quality=|[a-z]_format=", err)


def test_a_day_that_is_none_is_told_before_the_file_is_read(capsys, sales):
    """A slip need not wait for ten million rows."""
    status, _, err = run(capsys, sales, "--as-of=2026/6/30")
    assert (status, "reading" in err) == (2, False)
    assert "--as-of: expected a calendar day; got '2026/6/30'" in err


def test_a_name_with_a_blank_is_quoted(capsys, tmp_path):
    """What is offered can be pasted into a shell."""
    path = tmp_path / "theirs.csv"
    path.write_text("Customer ID,date,amount\na,2026-06-01,5\n", encoding="utf-8")
    _, _, err = run(capsys, path, "--as-of=2026-06-30")
    assert "did you mean 'Customer ID'? Then pass --column " in err
    assert err.endswith('--column customer_id="Customer ID"\n')


def test_families_that_tell_nothing_stand_in_one_line(capsys, sales):
    """A table of UNKNOWN for all helps nobody; the tiers are told all the same."""
    _, out, _ = run(capsys, sales, "--as-of", "2026-06-30")
    *_, untold, tiers = out.rstrip().split("\n\n")
    seller, missing, few = untold.splitlines()
    assert seller == (
        "Not told (say where the seller is, with --seller): Place, Domestic"
    )
    assert missing.startswith(
        "Not told (columns missing): Type (customers.legal_form), "
        "Industry (customers.industry), "
    )
    assert "Brand (sales.brand)" in missing
    assert missing.endswith("Channel (interactions.channel)")
    assert few.startswith("Not told (too few customers to compare with): Value, ")
    assert tiers.splitlines()[-1].startswith("Unknown (UNKNOWN)")
    assert "\nType  " not in out
    assert "\nFrequency  " in out
    _, out, _ = run(capsys, sales, "--as-of=2026-06-30", "--language=zh")
    assert "\n未能判断（缺少列）：客户类型（customers.legal_form）、" in out


CITIES = "customer_id,country,city\nplain,CN,佛山\nnan,CN,深圳\n+1,CN,北京\n"


@pytest.mark.parametrize(
    ("sellers", "local"), [(["CN:佛山"], 1), (["CN:佛山", "中国：深圳"], None)]
)
def test_the_seller_is_somewhere(capsys, sales, tmp_path, sellers, local):
    """Customers of the seller's cities are local; a country is one by its spelling."""
    customers = tmp_path / "customers.csv"
    customers.write_text(CITIES, encoding="utf-8")
    given = [f"--seller={one}" for one in sellers]
    status, out, err = run(
        capsys, sales, "--as-of=2026-06-30", "--customers", customers, *given
    )
    if local is None:
        assert status == 2
        assert "--seller: the home country of the seller is one; got CN, 中国" in err
    else:
        found = next(line for line in out.splitlines() if line.startswith("Local ("))
        assert found.split()[2] == str(local)


def test_two_cities_of_a_seller(capsys, sales, tmp_path):
    """The option is repeated for each."""
    customers = tmp_path / "customers.csv"
    customers.write_text(CITIES, encoding="utf-8")
    cities = ["--seller=CN:佛山", "--seller=CN:深圳"]
    _, out, _ = run(
        capsys, sales, "--as-of=2026-06-30", "--customers", customers, *cities
    )
    found = next(line for line in out.splitlines() if line.startswith("Local ("))
    assert found.split()[2] == "2"


@pytest.mark.parametrize(
    ("seller", "words"),
    [
        ("Atlantis:Poseidonis", "--seller: nobody understands the country"),
        ("CN:", "--seller: a city belongs behind the colon; got 'CN:'"),
        (":佛山", "--seller: the country is empty"),
    ],
)
def test_a_seller_nowhere_is_refused(capsys, seller, words):
    """The message names the option."""
    status, _, err = run(capsys, f"--seller={seller}")
    assert status == 2
    assert words in err


def test_what_would_change_is_told(capsys):
    """Beside the explanation stands what gives another label, or another tier."""
    _, out, _ = run(capsys, "--explain=C0007", "--what-would-change=frequency")
    assert "Customer C0007 as of 2026-06-30, policy company" in out
    assert "\nFrequency: Frequent (FREQUENT)\nNo single act leads to: Never" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--what-would-change=tier"], "--what-would-change: say for which customer"),
        (["--brief"], "--brief: say for which customer"),
        (
            ["--explain=C0007", "--what-would-change=frequncy"],
            "did you mean 'frequency'",
        ),
    ],
)
def test_what_would_change_for_nobody_is_refused(capsys, arguments, words):
    """Without a customer or a family there is nothing to say, and nothing is shown."""
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert words in err
    assert "customers as of" not in out
