from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.errors import SettingError
from custseg.money import check_currency, decimals_of, format_amount, to_fixed, to_major


def objects(*items):
    """Return an array of Python objects."""
    values = np.empty(len(items), dtype=object)
    values[:] = items
    return values


@pytest.mark.parametrize(
    ("code", "decimals"), [("CNY", 2), ("JPY", 0), ("KWD", 3), ("ISK", 0), ("TND", 3)]
)
def test_decimals_follow_iso_4217(code, decimals):
    """ISO 4217, table A.1 (2024): minor units of the currency."""
    assert decimals_of(code) == decimals


def test_an_unknown_currency_is_refused_with_a_guess():
    """The yuan's everyday names do not lead to the rouble."""
    with pytest.raises(SettingError, match="did you mean 'CNY'"):
        check_currency("RMB")
    with pytest.raises(
        SettingError, match=r"sales\.currency: unknown currency; got 'eur'"
    ):
        check_currency("eur", where="sales.currency")


@given(st.integers(-(10**13), 10**13))
def test_every_number_of_cents_comes_back(cents):
    """As float, text, Decimal and fixed point, and never as rounded."""
    exact = Decimal(cents).scaleb(-2)
    for values, given_ in (
        (np.array([float(exact)]), 0),
        (objects(exact, str(exact)), 0),
        (np.array([cents]), 2),
        (np.array([10 * cents]), 3),
    ):
        fixed = to_fixed(values, 2, given=given_)
        assert fixed.units.tolist() == [cents] * len(values)
        assert not (fixed.bad | fixed.huge | fixed.rounded).any()
    assert to_major(np.array([cents]), 2).tolist() == [float(exact)]


@given(st.decimals(-(10**9), 10**9, places=6))
def test_rounding_is_half_to_even(number):
    """Against exact fractions, for texts and for fixed point."""
    expected = round(Fraction(number) * 100)
    is_rounded = Fraction(number) * 100 != expected
    units = int(number.scaleb(6))
    for fixed in (
        to_fixed(objects(str(number)), 2),
        to_fixed(np.array([units]), 2, given=6),
    ):
        assert fixed.units.tolist() == [expected]
        assert fixed.rounded.tolist() == [is_rounded]


def test_halves_go_to_the_even_neighbour():
    """In every form: 0.125 is 0.12, 0.135 is 0.14."""
    thousandths = np.array([125, 135, -125, -135])
    texts = objects("0.125", "0.135", "-0.125", "-0.135")
    for fixed in (to_fixed(thousandths, 2, given=3), to_fixed(texts, 2)):
        assert fixed.units.tolist() == [12, 14, -12, -14]
        assert fixed.rounded.all()
    eighths = np.array([0.125, 0.375, -0.125, -0.375])  # exact as floats
    assert to_fixed(eighths, 2).units.tolist() == [12, 38, -12, -38]


def test_a_number_is_rounded_once_whatever_the_context():
    """Neither 40 digits nor the caller's decimal context change the answer."""
    just_over = "0.00500000000000000000000000000000000001"
    with localcontext() as context:
        context.prec = 3
        fixed = to_fixed(objects(just_over, Decimal("123456.78")), 2)
    assert fixed.units.tolist() == [1, 12345678]


def test_bad_numbers_are_marked_not_guessed():
    """Nothing is taken from them."""
    bad = objects(
        *(None, "", "1,5", "1_0", "١", "sNaN"), *(True, np.True_, [1], 1j, Fraction(1))
    )
    fixed = to_fixed(bad, 2)
    assert fixed.bad.all()
    assert not fixed.units.any()


def test_unknown_rows_are_bad_and_nothing_else():
    """A value under a mask is not looked at."""
    fixed = to_fixed(np.array([1e300, 0.001]), 2, known=np.array([False, False]))
    assert fixed.bad.tolist() == [True, True]
    assert not (fixed.huge | fixed.rounded).any()


def test_huge_numbers_are_marked():
    """From 2**62 minor units on; one below still fits."""
    limit = 2**62
    values = objects(limit - 1, limit, -limit, "1e400", Decimal("0e400"))
    assert to_fixed(values, 0).huge.tolist() == [False, True, True, True, False]
    assert to_fixed(np.array([1e300, np.inf, 1.0]), 2).huge.tolist() == [
        True,
        False,
        False,
    ]
    big = np.array([2**64 - 1, 1], dtype=np.uint64)
    assert to_fixed(big, 2).huge.tolist() == [True, False]


def test_fixed_point_far_from_the_currency_is_exact():
    """Steps of more than 64 bits, either way."""
    fixed = to_fixed(np.array([15 * 10**17]), 2, given=25)
    assert (fixed.units.tolist(), fixed.rounded.tolist()) == ([0], [True])
    fixed = to_fixed(np.array([0, 1]), 2, given=-20)
    assert (fixed.units.tolist(), fixed.huge.tolist()) == ([0, 0], [False, True])


def test_small_floats_keep_their_own_precision():
    """12.34 as a float32 is the nearest there is, so nothing was rounded off."""
    fixed = to_fixed(np.array([12.34, 1.005], dtype=np.float32), 2)
    assert fixed.units.tolist() == [1234, 100]
    assert fixed.rounded.tolist() == [False, True]


def test_amounts_are_written_as_people_do():
    """Thousands with commas, as many decimals as the currency has."""
    assert format_amount(123456789, 2) == "1,234,567.89"
    assert format_amount(-5, 3) == "-0.005"
    assert format_amount(150.0, 2) == "1.50"


def test_the_notation_of_science_is_a_plain_number():
    """As exports of spreadsheets write large ones."""
    fixed = to_fixed(np.array(["1e3", "-2.5E-1", "1e"], dtype=object), 2)
    assert fixed.units.tolist() == [100_000, -25, 0]
    assert fixed.bad.tolist() == [False, False, True]
