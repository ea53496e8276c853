"""What was measured comes back from disk as it was, column by column."""

import numpy as np
import pytest

from custseg.errors import DataError
from custseg.partitioned.kept import Kept
from custseg.rules.teaching import Lesson
from custseg.scoring.prices import CategoryPrices, Paid
from custseg.stages import Survey
from custseg.table import Column, Table
from custseg.units import Unit

IDS = ["a", "line\nbreak", 'quo"te', "王"]

COLUMNS = {
    "spend": Column(np.array([1, -2, 2**62, 0]), Unit.MONEY),
    "share": Column(
        np.array([0.1 + 0.2, -0.0, 1e-300, 5.0]),
        Unit.SHARE,
        np.array([True, True, False, True]),
    ),
    "open": Column(np.array([True, False, True, False]), Unit.FLAG),
    "city": Column(
        np.array([1, 0, -1, 1], np.int32), Unit.TEXT, None, ("佛山", "Wuxi")
    ),
}


def texts(items):
    """Return ids as objects."""
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


@pytest.mark.parametrize("book", [texts(IDS), np.array([b"a", b"bb", b"c", b"d"])])
def test_a_table_comes_back_bit_for_bit(tmp_path, book):
    """Values, gaps, words, units and ids, of texts or of bytes."""
    kept = Kept(tmp_path)
    kept.keep(3, Table(book, COLUMNS))
    again = kept.table(3)
    assert again.book.dtype == book.dtype
    assert again.book.tolist() == book.tolist()
    assert list(again) == list(COLUMNS)
    for name, column in COLUMNS.items():
        found = again[name]
        assert found.values.dtype == column.values.dtype
        assert found.values.tobytes() == column.values.tobytes()
        assert (found.unit, found.words) == (column.unit, column.words)
        assert (found.known is None) == (column.known is None)
        assert found.is_known().tolist() == column.is_known().tolist()


def test_nobody_can_be_kept(tmp_path):
    """A partition may have no customer."""
    kept = Kept(tmp_path)
    kept.keep(0, Table(texts([]), {"spend": Column(np.array([], int), Unit.MONEY)}))
    assert kept.table(0).n_customers == 0
    assert kept.table(0)["spend"].values.tolist() == []


def test_what_is_told_is_joined_and_taken_away(tmp_path):
    """One lesson at a time, over all partitions."""
    kept = Kept(tmp_path)
    spend, step = Lesson("spend"), Lesson("step", is_cut=True)
    for at in range(3):
        kept.keep(at, Table(texts(IDS), COLUMNS))
        kept.keep_told(at, {spend: np.array([at]), step: np.array([at / 2, 9.0])})
    files = len(list(tmp_path.iterdir()))
    assert kept.told(1).tolist() == [0.0, 9.0, 0.5, 9.0, 1.0, 9.0]
    assert kept.told(0).tolist() == [0, 1, 2]
    assert len(list(tmp_path.iterdir())) == files - 6


def test_a_folder_that_is_gone_is_told(tmp_path):
    """What the system says is said of the spill folder."""
    kept = Kept(tmp_path / "gone")
    with pytest.raises(DataError, match="spill: nothing more can be written there"):
        kept.keep(0, Table(texts(IDS), COLUMNS))


def test_long_columns_of_a_survey_are_laid_aside(tmp_path):
    """They read as before, from disk; short ones and counts stay where they are."""
    prices = np.arange(200_000) / 7
    paid = Paid(("TILE",), prices, np.array([0, 200_000]), np.array([3]))
    survey = Survey(frozenset({"sales.amount"}), "CNY", ((paid, None), (None, paid)))
    found = Kept(tmp_path).aside(0, survey)
    assert found.told[0][1] is None
    assert len(list(tmp_path.iterdir())) == 2
    for one in (found.told[0][0], found.told[1][1]):
        assert isinstance(one.price, np.memmap)
        assert one.of(0).tobytes() == prices.tobytes()
        assert one.buyers is paid.buyers
    learned = [CategoryPrices.learn([one], 1) for one in (paid, found.told[0][0])]
    assert learned[0].to_data() == learned[1].to_data()
