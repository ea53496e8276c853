"""Cells that no spreadsheet runs."""

import pandas as pd
import pytest

from custseg.writing import _cell, _cells, harmless


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\rx", "\nx", "\tx", " =1", "\u3000=1",
        "\u00a0=1", "\ufeff=1", "\u200b@x", " \u200b =1", "＝1", "＋1", "－1", "＠x",
        "=cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_what_may_run_gets_an_apostrophe(text):
    """The whole text stays, behind an apostrophe."""
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["C0007", "007", "a=b", "王-1", "", "'=1", "x\n=1"])
def test_what_cannot_run_stays(text):
    """Other texts are not changed."""
    assert harmless(text) == text


def test_missing_is_empty_and_numbers_stay_numbers():
    """Texts that look like missing are texts; a negative number is no formula."""
    assert [_cell(one) for one in (None, float("nan"))] == ["", ""]
    assert [_cell(one) for one in ("nan", "<NA>", -5.0, 0)] == ["nan", "<NA>", -5.0, 0]


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        (pd.Series([-5, 0]), [-5, 0]),
        (pd.Series([-5, None], dtype="Int64"), [-5, ""]),
        (pd.Series([0.5, None]), [0.5, ""]),
        (pd.Series([True, None], dtype="boolean"), [True, ""]),
        (pd.Series(["=A", "B", None, "=A"], dtype="category"), ["'=A", "B", "", "'=A"]),
        (pd.Series(["=A", None], dtype=object), ["'=A", ""]),
    ],
)
def test_a_column_is_written_as_its_cells_are(column, cells):
    """Whatever pandas keeps it in, missing is empty and nothing is a formula."""
    assert _cells(column) == [_cell(one) for one in column] == cells
