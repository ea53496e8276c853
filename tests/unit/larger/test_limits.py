"""Memory limits: how they are written, and what fits into them."""

import pytest

from custseg.adapters.larger.limits import Limit, check_limit
from custseg.errors import SettingError


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("4GB", 4 * 10**9),
        ("900 mb", 9 * 10**8),
        ("2GiB", 2 * 2**30),
        ("1.5gb", 15 * 10**8),
        (10**9, 10**9),
        ("1000000000", 10**9),
    ],
)
def test_sizes_as_people_write_them(written, size):
    """Decimal and binary units, or plain bytes."""
    assert check_limit(written).bytes == size


@pytest.mark.parametrize("written", ["much", "4 XB", "", None, True, -1.5, "-4GB"])
def test_what_is_no_size(written):
    """It says what one looks like."""
    with pytest.raises(SettingError, match=r"no size of memory.*'4GB'"):
        check_limit(written)


def test_too_little_for_anything():
    """600 MB are needed before the first row is read."""
    with pytest.raises(SettingError, match="got 500MB; allowed: 600MB or more"):
        check_limit("500MB")
    assert check_limit("600MB").partitions(0) == 1


def test_more_rows_or_less_memory_make_more_partitions():
    """Each is to take half of what is free at 320 bytes a row: 10 million in 1 GB.

    650 MB are free; 2 * 320 * 10**7 / 650 * 10**6 is 9.8.
    """
    assert Limit(10**9).partitions(10**7) == 10
    assert Limit(10**9).partitions(10**5) == 1


def test_a_limit_that_would_do_is_named_and_does():
    """With what the error allows, the same rows are taken."""
    rows = 10**9
    with pytest.raises(SettingError, match="allowed: 2900MB or more"):
        Limit(10**9).partitions(rows)
    assert check_limit("2900MB").partitions(rows) <= 256
    with pytest.raises(SettingError, match="allowed: 1400MB or more"):
        Limit(10**9).check_partition(3 * 10**6)
    check_limit("1400MB").check_partition(3 * 10**6)
    with pytest.raises(SettingError, match="allowed: 1200MB or more"):
        Limit(10**9).check_customers(10**7)
    check_limit("1200MB").check_customers(10**7)
