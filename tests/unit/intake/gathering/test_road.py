import pickle

import numpy as np
import pytest
from attrs import evolve

import custseg as cs
from custseg.adapters.files import raw_file
from custseg.adapters.frames import raw_table
from custseg.contract import TABLES
from custseg.intake.gathering import road
from custseg.intake.gathering.gathered import Gathered
from custseg.intake.gathering.road import gather
from custseg.intake.intake import take_in
from custseg.intake.number_texts import reader
from custseg.intake.settings import check_settings

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

SALES = {
    "customer_id": ["a", "a", "b"],
    "order_id": ["1", "1", "2"],
    "date": np.array(["2026-06-30"] * 3, dtype="datetime64[D]"),
    "amount": [1.0, 2.5, 0.0],
    "quantity": [1, 2, 3],
}


@pytest.fixture(autouse=True)
def _short_for_few(monkeypatch):
    monkeypatch.setattr(road, "WORTH_WAITING", 1)
    monkeypatch.setattr("custseg.intake.assembly.WORTH_WAITING", 1)


def raw(table=SALES, **more):
    """Open a table of Arrow."""
    return raw_table(pa.table({**table, **more}), where="sales")


def test_plain_sales_go_the_short_way():
    """The account is that of the long way."""
    settings = check_settings()
    short = gather(raw(), settings)
    long = take_in(TABLES["sales"], raw(), settings)
    assert short.ids.tolist() == long.ids.tolist()
    assert (short.rows_in, short.rows_used) == (long.rows_in, long.rows_used) == (3, 3)
    assert short.findings == long.findings
    assert [one.kind for one in short.findings] == ["assumed_currency", "zero_amount"]
    assert short.left_out == long.left_out == ()
    # Two stretches of one line and of two: the second begins a run anew.
    assert short.sales.merged.columns["amount"].values.tolist() == [100, 250, 0]


def test_what_nobody_wants_is_left_out():
    """And named, since rows can then not be compared."""
    table = raw(line_id=["x", "y", "z"])
    assert gather(table, check_settings()) is None
    short = gather(table, check_settings(only={"order_id"}))
    assert short.left_out == ("line_id", "quantity")


@pytest.mark.parametrize(
    "treatments",
    [
        {"zero_amount": "drop"},
        {"rounded_amount": "refuse"},
        {"identical_row": "drop"},
        {"orphan_return": "drop"},
        {"assumed_currency": "refuse"},
    ],
)
def test_whoever_judges_rows_takes_the_long_way(treatments):
    """Whether there are such rows or not."""
    settings = check_settings(currency="CNY", quality=cs.Treatments(**treatments))
    assert gather(raw(), settings) is None
    assert gather(raw(), check_settings(currency="CNY")) is not None


def test_lines_that_are_numbered_take_the_long_way():
    """They may have been recorded twice."""
    assert gather(raw(line_id=["1", "2", "1"]), check_settings()) is None


def test_missing_values_are_known_before_anything_is_read(tmp_path, monkeypatch):
    """A file says of each row group how many there are; a table counts them."""
    holes = pa.table({**SALES, "quantity": [1, 2, None]})
    path = tmp_path / "sales.parquet"
    pq.write_table(holes, path, row_group_size=1)
    silent = tmp_path / "silent.parquet"
    pq.write_table(holes, silent, row_group_size=1, write_statistics=False)

    def read(*_):
        pytest.fail("read")

    settings = check_settings(currency="CNY")
    assert gather(raw_file(silent, where="sales"), settings) is None
    monkeypatch.setattr(road, "_gathered", read)
    assert gather(raw_file(path, where="sales"), settings) is None
    assert gather(raw_table(holes, where="sales"), settings) is None
    monkeypatch.undo()
    monkeypatch.setattr(road, "WORTH_WAITING", 1)
    without = check_settings(currency="CNY", only={"order_id"})
    assert gather(raw_file(path, where="sales"), without) is not None


def test_numbers_in_text_are_read_as_the_file_has_them(tmp_path):
    """A number of two meanings goes the long way, where it is refused."""
    path = tmp_path / "sales.csv"
    text = "customer_id;date;amount\na;2026-06-01;12.50\nb;2026-06-01;1.2\n"
    path.write_text(text)
    settings = check_settings(currency="CNY")
    assert gather(raw_file(path, where="sales"), settings) is not None
    path.write_text(text.replace("1.2\n", "1.234\n"))
    table = raw_file(path, where="sales")
    assert gather(table, settings) is None
    said = gather(evolve(table, number_text=reader(decimal=",")), settings)
    assert said is None  # 12.50 is no number with a decimal comma
    path.write_text(text.replace("12.50", "1.234,50").replace("1.2\n", "1.234\n"))
    table = raw_file(path, where="sales")
    said = gather(evolve(table, number_text=reader(decimal=",")), settings)
    assert said.sales.merged.columns["amount"].values.tolist() == [123450, 123400]


def test_few_sales_and_tables_without_stretches_take_the_long_way(monkeypatch):
    """Also nothing at all."""
    assert gather(raw(), check_settings()) is not None
    empty = {name: column[:0] for name, column in SALES.items()}
    assert gather(raw(empty), check_settings()) is None
    monkeypatch.setattr(road, "WORTH_WAITING", 4)
    assert gather(raw(), check_settings()) is None
    monkeypatch.setattr(road, "WORTH_WAITING", 1)
    ledger = cs.Ledger.from_frames(SALES)  # a mapping has no stretches
    assert not isinstance(ledger.tables.given["sales"], Gathered)


def test_sums_that_may_leave_64_bits_take_the_long_way():
    """It looks closer, and knows how to tell."""
    large = [4e16, 1e16, 1.0]
    assert gather(raw(amount=large), check_settings(currency="CNY")) is None
    with pytest.raises(cs.CustsegError, match="too large"):
        cs.Ledger.from_frames(pa.table({**SALES, "amount": large}), currency="CNY")
    fits = [4e15, 1e15, 1.0]
    assert gather(raw(amount=fits), check_settings(currency="CNY")) is not None


def test_files_of_different_forms_are_refused_as_ever(tmp_path):
    """Whole amounts in one, floats in the other."""
    paths = []
    for name, amount in (("a", [1.0, 2.5, 0.5]), ("b", [1, 2, 3])):
        paths.append(tmp_path / f"{name}.parquet")
        pq.write_table(pa.table({**SALES, "amount": amount}), paths[-1])
    with pytest.raises(cs.DataError, match="in different forms"):
        cs.Ledger.from_files(paths, currency="CNY")


def test_a_file_may_be_gone_when_its_lines_are_asked_for(tmp_path):
    """A ledger does not change when a file does."""
    path = tmp_path / "sales.parquet"
    pq.write_table(pa.table(SALES), path, row_group_size=1)
    ledger = cs.Ledger.from_files(path, currency="CNY")
    assert isinstance(ledger.tables.given["sales"], Gathered)
    path.unlink()
    assert ledger.tables["sales"].columns["amount"].values.tolist() == [100, 250, 0]
    assert len(ledger) == 3
    assert repr(ledger) == "Ledger(2 customers, 3 sales, 2026-06-30 to 2026-06-30, CNY)"


def test_a_ledger_can_be_sent_to_another_process():
    """Its lines, too, which nobody has asked for yet."""
    ledger = cs.Ledger.from_frames(pa.table(SALES), currency="CNY")
    again = pickle.loads(pickle.dumps(ledger))  # noqa: S301 - our own
    assert isinstance(again.tables.given["sales"], Gathered)
    assert again == ledger


def test_a_customer_without_sales_is_kept():
    """The table of customers knows him."""
    customers = {"customer_id": ["c", "a"], "city": ["x", "y"]}
    ledger = cs.Ledger.from_frames(pa.table(SALES), customers=customers, currency="CNY")
    assert ledger.customer_ids.tolist() == ["a", "b", "c"]
    assert ledger.tables["sales"].offsets.tolist() == [0, 2, 3, 3]
    every = {"customer_id": ["b", "a"], "city": ["x", "y"]}
    ledger = cs.Ledger.from_frames(pa.table(SALES), customers=every, currency="CNY")
    assert isinstance(ledger.tables.given["sales"], Gathered)


def test_an_explanation_does_not_deny_what_was_read(monkeypatch):
    """A category that is too often missing is no missing column."""
    table = pa.table({**SALES, "category": ["pipe", None, "tile"]})

    def explained():
        ledger = cs.Ledger.from_frames(table, currency="CNY")
        result = cs.segment(ledger, as_of="2026-06-30", policy="company")
        is_short = isinstance(result.ledger.tables.given["sales"], Gathered)
        return is_short, [str(one) for one in result.explanations()]

    is_short, short = explained()
    assert is_short
    monkeypatch.setattr("custseg.intake.assembly.gather", lambda *_: None)
    assert explained() == (False, short)
    assert "Share of the leading category in the last 365 days: unknown" in short[0]
