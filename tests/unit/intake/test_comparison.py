import pytest

from custseg.intake.comparison import same_events
from custseg.ledger import Ledger

ROWS = [("a", "2026-01-01", 1, "x", 2), ("b", "2026-01-01", 1, None, None)]
NAMES = ("customer_id", "date", "amount", "brand", "cost")


def tables(rows, *, last=5):
    """Return the tables of rows; the last columns may be left out."""
    columns = dict(zip(NAMES[:last], zip(*rows, strict=True), strict=False))
    return Ledger.from_frames(columns).tables


def test_the_order_of_rows_does_not_matter():
    """Nor the codes that the words happen to have."""
    assert same_events(tables(ROWS), tables(ROWS[::-1]))


@pytest.mark.parametrize(
    "other",
    [
        [ROWS[0], ("b", "2026-01-02", 1, None, None)],
        [ROWS[0], ("b", "2026-01-01", 2, None, None)],
        [ROWS[0], ("b", "2026-01-01", 1, "x", None)],
        [ROWS[0], ("b", "2026-01-01", 1, None, 0)],
        [("a", "2026-01-01", 1, "y", 2), ROWS[1]],
        [*ROWS, ROWS[1]],
        ROWS[:1],
    ],
)
def test_any_difference_is_seen(other):
    """A day, a cent, a word, a zero for nothing, one row more or less."""
    assert not same_events(tables(ROWS), tables(other))


def test_a_column_more_is_a_difference():
    """One was asked, the other was not."""
    assert not same_events(tables(ROWS), tables(ROWS, last=4))
    assert not same_events(tables(ROWS), {})
