"""What is wrong with a table is told in the same words, whoever made the frame."""

import pandas as pd
import pytest

import custseg as cs
from custseg import errors
from custseg.ledger import Ledger

GOOD = {
    "customer_id": ["C1", "C2", "C1"],
    "date": ["2026-01-05", "2026-01-06", "2026-02-01"],
    "amount": ["12.50", "3.00", "-1.00"],
    "currency": ["GBP", "GBP", "GBP"],
    "line_id": ["1", "2", "3"],
}


def encoded_texts(columns):
    """Build an Arrow table whose texts are dictionaries."""
    pa = pytest.importorskip("pyarrow")
    table = pa.table(columns)
    for at, name in enumerate(columns):
        if table.schema.field(name).type == pa.string():
            table = table.set_column(at, name, table.column(name).dictionary_encode())
    return table


def encoded_polars(columns):
    """Build a polars frame whose texts are categories."""
    pl = pytest.importorskip("polars")
    return pl.DataFrame(columns).with_columns(pl.col(pl.String).cast(pl.Categorical))


MADE = {
    "pandas": pd.DataFrame,
    "pandas objects": lambda columns: pd.DataFrame(columns, dtype=object),
    "pandas categories": lambda columns: pd.DataFrame(columns).astype("category"),
    "arrow": lambda columns: pytest.importorskip("pyarrow").table(columns),
    "arrow dictionaries": encoded_texts,
    "arrow reader": lambda columns: encoded_texts(columns).to_reader(),
    "polars": lambda columns: pytest.importorskip("polars").DataFrame(columns),
    "polars lazy": lambda columns: encoded_polars(columns).lazy(),
    "polars categories": encoded_polars,
    "duckdb": lambda columns: pytest.importorskip("duckdb").from_arrow(
        encoded_texts(columns)
    ),
}

BAD = {
    "no amount": (
        {"amount": None},
        errors.MissingColumn,
        r"sales\.amount: the sales table has no column 'amount'; got columns customer",
    ),
    "another spelling": (
        {"customer_id": None, "Customer_ID": GOOD["customer_id"]},
        errors.MissingColumn,
        r"did you mean 'Customer_ID'\? Then pass columns=Columns",
    ),
    "an empty id": (
        {"customer_id": ["C1", None, " "]},
        errors.QualityRefused,
        r"sales\.customer_id: .*2 rows.*got row 1: nothing; row 2: ' '",
    ),
    "an id of floats": (
        {"customer_id": [1.0, 2.0**60, 3.0]},
        errors.DataError,
        r"sales\.customer_id: ids came as floats too large",
    ),
    "an unreadable day": (
        {"date": ["2026-01-05", "soon", None]},
        errors.QualityRefused,
        r"sales\.date: .*2 rows.*row 1: 'soon'; row 2: nothing",
    ),
    "an ambiguous day": (
        {"date": ["01/02/2026", "03/04/2026", "05/06/2026"]},
        errors.QualityRefused,
        r"sales\.date: .*3 rows.*say date_format='%d/%m/%Y'",
    ),
    "an unreadable amount": (
        {"amount": ["12.50", "twelve", None]},
        errors.QualityRefused,
        r"sales\.amount: .*2 rows.*row 1: 'twelve'; row 2: nothing",
    ),
    "an infinite amount": (
        {"amount": [1.0, float("inf"), 2.0]},
        errors.QualityRefused,
        r"sales\.amount: .*1 row .*got row 1: inf",
    ),
    "too large an amount": (
        {"amount": [1.0, 1e30, 2.0]},
        errors.AmountOverflow,
        r"sales\.amount: .*got 1e\+30 \(row 1, counted from 0\)",
    ),
    "another currency": (
        {"currency": ["GBP", "USD", "GBP"]},
        errors.QualityRefused,
        r"sales\.currency: .*got row 1: 'USD'",
    ),
    "a line in two forms": (
        {"customer_id": ["C1"] * 3, "order_id": ["1"] * 3, "line_id": ["1"] * 3},
        errors.QualityRefused,
        r"sales: lines recorded twice with different content",
    ),
}


def refusal(frame, words):
    """Return the class and the words of the error that a frame is refused with."""
    how = cs.Treatments(missing_customer="refuse")
    with pytest.raises(cs.CustsegError, match=words) as caught:
        Ledger.from_frames(frame, currency="GBP", quality=how)
    return type(caught.value), str(caught.value)


@pytest.mark.parametrize("more", [0, 20_000], ids=["few rows", "many rows"])
@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("fault", BAD)
def test_bad_input_is_told_in_the_same_words(fault, kind, more):
    """Also where there is enough to be read the short way first."""
    changes, error, words = BAD[fault]
    bad = {name: column for name, column in {**GOOD, **changes}.items() if column}
    for name, column in bad.items():  # good rows behind the bad ones, of one type
        good = 1.0 if isinstance(column[0], float) else GOOD.get(name, ["1"])[0]
        bad[name] = column + [good] * more
    said = refusal(bad, words)
    assert said[0] is error
    assert refusal(MADE[kind](bad), words) == said
