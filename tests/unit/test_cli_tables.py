"""The command line reads every table that can come beside the sales."""

import re

import pytest

from custseg import cli
from custseg.commands.saying import in_options
from custseg.contract import TABLES
from custseg.errors import CustsegError, Problem

BESIDE = [name for name in TABLES if name != "sales"]
FILES = {
    "sales": "customer_id,date,amount\na,2026-06-01,500.00\nb,2026-06-02,700.00\n",
    "customers": "customer_id,type\na,dealer\n",
    "invoices": "invoice_id,customer_id,amount,issued_on,due_on\n"
    "i1,a,100.00,2026-03-01,2026-03-31\n",
    "payments": "payment_id,invoice_id,amount,paid_on\np1,i1,40.00,2026-04-20\n",
    "interactions": "customer_id,date,kind\na,2026-06-03,inquiry\n",
    "feedback": "customer_id,date,nps\na,2026-06-04,9\n",
    "projects": "customer_id,project_id,recorded_on,stage\na,p,2026-05-01,planned\n",
    "costs": "customer_id,date,kind,amount\na,2026-06-05,service,30.00\n",
    "events": "customer_id,date,kind\na,2026-06-06,default\n",
}


@pytest.fixture
def files(tmp_path):
    """One file for each table of the contract, by its name."""
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return {name: tmp_path / f"{name}.csv" for name in FILES}


def run(capsys, *arguments):
    """Run the command line; return its status and what it wrote."""
    status = cli.main([str(one) for one in arguments])
    written = capsys.readouterr()
    return status, written.out, written.err


def given(files, *names):
    """Return the options that hand over some tables."""
    return [f"--{name}={files[name]}" for name in names]


@pytest.mark.parametrize("word", ["", "review", "simulate", "allocate"])
def test_every_table_of_the_contract_has_an_option(word):
    """A table added to the contract can be read without a notebook at once."""
    said = cli.parsers()[word].format_help()
    offered = set(re.findall(r"^  --(\w+) FILE", said, flags=re.MULTILINE))
    assert set(BESIDE) <= offered
    assert set(FILES) == set(TABLES)


def test_every_table_is_read(capsys, files):
    """The account of the rows names each, with its one row."""
    status, out, _ = run(
        capsys, files["sales"], "--as-of=2026-06-30", *given(files, *BESIDE)
    )
    assert status == 0
    for name in BESIDE:
        assert f"\n{name}: 1 rows in = 1 used + 0 dropped" in out


def test_unpaid_invoices_count(capsys, files):
    """60.00 of 100.00 are open 91 days after 31 March: label and reason say so."""
    arguments = [
        files["sales"],
        "--as-of=2026-06-30",
        "--policy=building_materials_grading",
        "--explain=a",
    ]
    _, without, _ = run(capsys, *arguments)
    assert "Days past due: Unknown" in without
    _, out, _ = run(capsys, *arguments, *given(files, "invoices", "payments"))
    story = out[out.index("\nDays past due: ") :].partition("\n\n")[0]
    assert "91 days" in story


def test_an_event_from_outside_moves_the_tier_of_a_review(capsys, files, tmp_path):
    """A default reported on 6 June demotes to C at once; without it nothing does."""
    arguments = [
        "review",
        files["sales"],
        f"--journal={tmp_path / 'tiers.db'}",
        "--on=2026-07-01",
        "--policy=building_materials_grading",
        "--currency=CNY",
        "--out",
        tmp_path / "out",
    ]
    status, _, _ = run(capsys, *arguments)
    alerts = tmp_path / "out" / "alerts.csv"
    assert (status, "default" in alerts.read_text(encoding="utf-8")) == (0, False)
    status, _, _ = run(capsys, *arguments, *given(files, "events"))
    assert (status, "default" in alerts.read_text(encoding="utf-8")) == (0, True)


@pytest.mark.parametrize("name", BESIDE)
def test_the_demo_reads_no_tables(capsys, name):
    """It does not quietly ignore what was asked for."""
    status, out, err = run(capsys, f"--{name}=file.csv")
    assert (status, out) == (2, "")
    assert err.startswith(f"custseg: --{name}: give a sales file too: without one")


@pytest.mark.parametrize("name", BESIDE)
def test_an_error_about_a_file_names_its_option(capsys, files, name):
    """Nine files are given at most; which of them is not there has to be said."""
    missing = files[name].with_name("nowhere.csv")
    status, _, err = run(
        capsys, files["sales"], "--as-of=2026-06-30", f"--{name}={missing}"
    )
    assert status == 2
    assert f"custseg: --{name}: there is no such file; got '{missing}'" in err


def test_a_missing_column_names_its_table(capsys, files):
    """The column is said as always, and what to do is an option."""
    status, _, err = run(
        capsys, files["sales"], "--as-of=2026-06-30", f"--costs={files['sales']}"
    )
    assert status == 2
    assert "costs.kind: the costs table has no column 'kind'" in err
    assert err.endswith("say what it is called with --column kind=...\n")


def test_what_to_do_next_is_an_option():
    """Nobody on the command line can pass payments=..."""
    problem = Problem("a table is missing", where="ledger", hint="pass payments=...")
    assert in_options(CustsegError(problem)).endswith("; pass --payments FILE")
    problem = Problem("several sheets", hint="name one: book.xlsx#Sales 2026")
    assert in_options(CustsegError(problem)).endswith('one: "book.xlsx#Sales 2026"')
