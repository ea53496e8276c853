"""Rows meet in the partition of their customer, however the id is spelled."""

import sys
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import custseg as cs
from custseg.adapters.larger.limits import Limit
from custseg.adapters.larger.segmenting import segment_files
from custseg.adapters.larger.shuffling import Shuffler
from custseg.adapters.larger.sources import open_files
from custseg.intake.identifiers import encode
from custseg.intake.raw import Objects

BLANKS = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]


def spelled(folder, column):
    """Return how DuckDB spells the ids of a column, in the order of the rows."""
    path = folder / "ids.parquet"
    pq.write_table(pa.table({"id": column}), path)
    with Shuffler(folder, memory=500_000_000) as shuffler:
        scan = f"read_parquet('{path}')"
        spelled_id = shuffler.spelled(scan, "id")
        sql = f"SELECT {spelled_id} FROM {scan} AS r"  # noqa: S608 - our own path
        return [one for (one,) in shuffler.run(sql).fetchall()]


def compared(items):
    """Return the texts by which custseg compares ids."""
    array = np.empty(len(items), dtype=object)
    array[:] = items
    done = encode(Objects(array))
    texts = [*done.texts().tolist(), None]
    return [texts[code] for code in done.codes.tolist()]


TEXTS = [
    *(f"{blank}7{blank}" for blank in BLANKS),
    *(f"a{blank}b" for blank in BLANKS),
    *BLANKS,
    "7", "007", "7.0", "", None, "王 ", " 王", "\u200b7", "7\u0000", "e\u0301", "é",
    "'quoted'", "~", "!", "\x7f", "\x1f", "-7", "C" * 100 + " ",
]  # fmt: skip


def test_texts_are_spelled_as_ids_are_compared(tmp_path):
    """Every blank there is, at either end, inside, and alone."""
    assert spelled(tmp_path, pa.array(TEXTS, pa.string())) == compared(TEXTS)


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        ([7, -7, 0, None, 2**62], pa.int64()),
        ([7, 2**32 - 1, None], pa.uint32()),
        ([7.0, -7.0, -0.0, 7.5, 0.1, None, float("nan"), 2.0**53 - 1], pa.float64()),
        ([7.0, 0.5, None], pa.float32()),
        ([Decimal("7.00"), Decimal("7.50"), None], pa.decimal128(12, 2)),
    ],
)
def test_numbers_are_spelled_as_ids_are_compared(tmp_path, items, kind):
    """7, 7.0 and "7" are one customer; what is missing is nobody."""
    assert spelled(tmp_path, pa.array(items, kind)) == compared(items)


def test_encoded_texts_are_texts(tmp_path):
    """A file may hold ids as codes into a vocabulary."""
    column = pa.array([" 7", "7", None, "b"]).dictionary_encode()
    assert spelled(tmp_path, column) == ["7", "7", None, "b"]


def test_a_shared_invoice_is_refused_wherever_its_customers_stand(tmp_path):
    """Whose payment it is cannot be told, in memory or not."""
    tables = {
        "sales": {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [5.0]},
        "invoices": {
            "customer_id": ["a", "b"],
            "invoice_id": ["I1", "I1 "],
            "issued_on": ["2026-05-01"] * 2,
            "due_on": ["2026-06-01"] * 2,
            "amount": [5.0, 6.0],
        },
        "payments": {
            "payment_id": ["P1"],
            "invoice_id": ["I1"],
            "paid_on": ["2026-06-02"],
            "amount": [5.0],
        },
    }
    files = {}
    for name, columns in tables.items():
        files[name] = tmp_path / f"{name}.parquet"
        pd.DataFrame(columns).to_parquet(files[name])
    asked = {"as_of": "2026-06-30", "currency": "CNY", "features": ["collected"]}
    for classify in (cs.segment, segment_files):
        with pytest.raises(cs.DataError, match=r"several customers; got 'I1'"):
            classify(**files, **asked)
        classify(**files, as_of="2026-06-30", currency="CNY")  # nobody asks who paid


def test_relations_of_a_data_base_are_read(tmp_path, monkeypatch):
    """A table and a view, with types that a file does not hold, come as they are."""
    monkeypatch.setattr(Limit, "partitions", lambda _limit, _rows: 3)
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as base:
        base.execute(
            "CREATE TABLE sales AS SELECT range % 9 AS customer_id, "
            "DATE '2026-06-01' - (range % 50)::INTEGER AS date, "
            "(range * 10)::HUGEINT AS amount FROM range(200)"
        )
        base.execute(
            "CREATE TABLE people AS SELECT range::VARCHAR AS customer_id, "
            "'广东'::ENUM('广东') AS province FROM range(9)"
        )
        frames = {
            "sales": base.sql("SELECT * REPLACE (amount::BIGINT AS amount) FROM sales"),
            "customers": base.sql("SELECT * FROM people"),
        }
        plain = {name: one.df() for name, one in frames.items()}
        expected = cs.segment(**plain, as_of="2026-06-30", currency="CNY")
    with duckdb.connect(str(tmp_path / "shop.duckdb"), read_only=True) as base:
        result = segment_files(
            base.table("sales"),
            customers=base.sql("SELECT * FROM people"),
            as_of="2026-06-30",
            currency="CNY",
            out=tmp_path / "out",
        )
    pd.testing.assert_frame_equal(result.to_pandas(), expected.to_pandas())


def test_batches_keep_the_files_of_one_kind_together(tmp_path):
    """Columns in another order, or with tabs between, are read for themselves."""
    for name, text in {
        "a.csv": "customer_id,amount\nC1,5\n",
        "b.csv": "amount,customer_id\n6,C1\n",
        "c.csv": "customer_id,amount\nC2,7\n",
        "d.tsv": "customer_id\tamount\nC2\t8\n",
    }.items():
        (tmp_path / name).write_text(text)
    source = open_files(sorted(tmp_path.iterdir()), table="sales")
    assert [[one.name for one in group.paths] for group in source.groups] == [
        ["a.csv", "c.csv"],
        ["b.csv"],
        ["d.tsv"],
    ]
