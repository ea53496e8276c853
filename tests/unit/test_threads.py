"""Two things at a time give what one after the other gives."""

import threading

import pytest

from custseg.threads import two_at_a_time

MANY = 1_000_000


def test_much_is_worked_on_side_by_side():
    """Two wait for each other, which one alone would do for ever."""
    both = threading.Barrier(2, timeout=30)

    def wait(item):
        both.wait()
        return item

    assert two_at_a_time(wait, [1, 2], n_rows=MANY) == [1, 2]


def test_little_is_worked_on_one_by_one():
    """In the thread that asks."""
    here = threading.get_ident()
    assert two_at_a_time(lambda _: threading.get_ident(), "ab", n_rows=9) == [here] * 2


@pytest.mark.parametrize("n_rows", [1, MANY])
def test_the_first_failure_in_order_is_told(n_rows):
    """Whichever came first in time."""
    second_is_done = threading.Event()

    def fail(item):
        if n_rows == MANY and item == "a":
            second_is_done.wait(30)
        second_is_done.set()
        raise ValueError(item)

    with pytest.raises(ValueError, match="a"):
        two_at_a_time(fail, ["a", "b"], n_rows=n_rows)
