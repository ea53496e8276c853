"""Exact money: whole minor units (fen, cents) in 64-bit integers.

Sums of integers are exact and do not depend on their order, so every engine and every
row order gives the same answer. Conversion happens once, at the edge, and says which
values could not be taken exactly.

The number of decimals of a currency follows ISO 4217.
"""

from __future__ import annotations

from decimal import (
    MAX_EMAX,
    MAX_PREC,
    MIN_EMIN,
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    InvalidOperation,
)
from operator import index

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError, did_you_mean
from custseg.table import Array
from custseg.units import Unit

__all__ = [
    "FITS",
    "QUANTITY_EXPONENT",
    "Fixed",
    "check_currency",
    "decimals_kept",
    "decimals_of",
    "format_amount",
    "to_fixed",
    "to_major",
]

QUANTITY_EXPONENT = 4
"""Quantities are kept in ten-thousandths."""

_TWO_DECIMALS = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN "
    "BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD "
    "FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR "
    "KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
    "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD "
    "SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD "
    "TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG"
)
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"

_DECIMALS = (
    dict.fromkeys(_TWO_DECIMALS.split(), 2)
    | dict.fromkeys(_NO_DECIMALS.split(), 0)
    | dict.fromkeys(_THREE_DECIMALS.split(), 3)
)


_YUAN = frozenset({"RMB", "CNH", "YUAN", "元", "人民币", "¥", "￥"})
"""Common names of the yuan, of which the nearest code is that of the rouble."""


def check_currency(code: str, *, where: str = "currency") -> str:
    """Return a currency code if ISO 4217 knows it.

    Raises
    ------
    SettingError
        When the code is not known; it names the nearest.

    Examples
    --------
    >>> check_currency("GBP")
    'GBP'
    """
    if isinstance(code, str) and code in _DECIMALS:
        return code
    raise SettingError(
        Problem(
            "unknown currency",
            where=where,
            got=repr(code),
            allowed="an ISO 4217 code such as CNY, EUR or USD",
            hint="did you mean 'CNY'?"
            if str(code).upper() in _YUAN
            else did_you_mean(str(code), _DECIMALS),
        )
    )


def decimals_of(currency: str) -> int:
    """Return how many decimals a currency has.

    Examples
    --------
    >>> decimals_of("CNY"), decimals_of("JPY"), decimals_of("KWD")
    (2, 0, 3)
    """
    return _DECIMALS[check_currency(currency)]


def decimals_kept(unit: Unit | None, decimals: int) -> int:
    """Return of how many decimals a column of a unit counts whole numbers.

    Parameters
    ----------
    unit : Unit or None
        None of a plain number.
    decimals : int
        Of the currency.

    Returns
    -------
    int
        0 of a unit whose numbers are kept as they are.

    Examples
    --------
    >>> [decimals_kept(one, 2) for one in (Unit.MONEY, Unit.QUANTITY, Unit.DAYS)]
    [2, 4, 0]
    """
    if unit is Unit.MONEY:
        return decimals
    return QUANTITY_EXPONENT if unit is Unit.QUANTITY else 0


@frozen(eq=False)
class Fixed:
    """Decimal numbers as scaled integers, and what could not be taken exactly.

    Parameters
    ----------
    units : int64 array, shape (n_rows,)
        Value times 10**decimals; 0 where the row is bad.
    bad : bool array, shape (n_rows,)
        No finite number: missing, NaN, infinite, or text that is no plain number.
    huge : bool array, shape (n_rows,)
        Does not fit 64 bits at this scale.
    rounded : bool array, shape (n_rows,)
        Had more decimals than the scale; rounded half to even.
    """

    units: NDArray[np.int64]
    bad: NDArray[np.bool_]
    huge: NDArray[np.bool_]
    rounded: NDArray[np.bool_]


FITS = 2**62
"""Beyond this a value counts as huge: two of them can still be added without a wrap."""


def to_fixed(
    values: Array,
    decimals: int,
    *,
    known: NDArray[np.bool_] | None = None,
    given: int = 0,
) -> Fixed:
    """Convert numbers to scaled integers.

    Parameters
    ----------
    values : array, shape (n_rows,)
        Integers, floats, or objects (Decimal, int, float, plain decimal text, None).
    decimals : int
        The scale.
    known : bool array, shape (n_rows,), or None
        Rows that are not known count as bad.
    given : int
        Integers count units of 10**-given already.

    Returns
    -------
    Fixed

    Notes
    -----
    A float counts as exact when it is the nearest double of a number with that many
    decimals, so 0.1 + 0.2 is 0.30; anything further off is rounded and marked.

    Examples
    --------
    >>> fixed = to_fixed(np.array([12.34, 0.1 + 0.2, 1.005, np.nan]), 2)
    >>> fixed.units.tolist(), fixed.rounded.tolist(), fixed.bad.tolist()
    ([1234, 30, 100, 0], [False, False, True, False], [False, False, False, True])
    """
    if abs(given - decimals) > 18:  # steps of more than 64 bits: one by one
        exact = [Decimal(int(value)).scaleb(-given, _EXACT) for value in values]
        fixed = _from_objects(np.array([*exact, None], dtype=object)[:-1], decimals)
    elif values.dtype.kind in "iub":
        fixed = _from_integers(values, decimals, given)
    elif values.dtype.kind == "f":
        fixed = _from_floats(values, decimals)
    else:
        fixed = _from_objects(values, decimals)
    if known is None:
        return fixed
    return Fixed(
        np.where(known, fixed.units, 0),
        fixed.bad | ~known,
        fixed.huge & known,
        fixed.rounded & known,
    )


def _from_integers(values: Array, decimals: int, given: int) -> Fixed:
    none = np.zeros(len(values), dtype=np.bool_)
    if given > decimals:
        step = 10 ** (given - decimals)
        whole, rest = np.divmod(values.astype(np.int64), step)
        up = (2 * rest > step) | ((2 * rest == step) & (whole % 2 == 1))
        return Fixed(whole + up, none, np.abs(whole) >= FITS, rest != 0)
    step = 10 ** (decimals - given)
    limit = FITS // step
    if len(values) and -limit <= values.min() and values.max() <= limit:
        return Fixed(np.multiply(values, step, dtype=np.int64), none, none, none)
    huge = (values > limit) | (values < -limit)
    units = np.where(huge, 0, values).astype(np.int64) * step
    return Fixed(units, none, huge, none)


_BLOCK = 1 << 16

_NEARLY = 1e-9
"""Parts of a unit by which a float may miss a whole number of them."""

_EXACT = Context(
    prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_HALF_EVEN, traps=[]
)
"""Arithmetic of decimals without rounding, whatever context the caller has set."""


def _all_exact(scaled: Array, whole: Array) -> bool:
    """Say whether all numbers are finite, small and whole but for the last bits."""
    size = np.abs(scaled).max(initial=0.0)
    return bool(size < FITS and np.abs(scaled - whole).max(initial=0.0) <= _NEARLY)


def _from_floats(values: Array, decimals: int) -> Fixed:
    units = np.empty(len(values), dtype=np.int64)
    bad = np.empty(len(values), dtype=np.bool_)
    huge = np.empty(len(values), dtype=np.bool_)
    rounded = np.empty(len(values), dtype=np.bool_)
    scale = 10.0**decimals
    # Two roundings, of the decimal and of the product, at the precision that came.
    slack = 4.0 * max(2.0**-53, float(np.finfo(values.dtype).eps) / 2)
    for start in range(0, len(values), _BLOCK):  # in the cache, not through memory
        block = slice(start, start + _BLOCK)
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = values[block].astype(np.float64) * scale
            whole = np.rint(scaled)
            if _all_exact(scaled, whole):
                units[block] = whole
                bad[block] = huge[block] = rounded[block] = False
                continue
            size = np.abs(scaled)
            fits = size < FITS
            np.isnan(scaled, out=bad[block])
            bad[block] |= np.isinf(values[block])
            np.logical_not(fits | bad[block], out=huge[block])
            if not fits.all():
                scaled = np.where(fits, scaled, 0.0)
                size = np.abs(scaled)
            whole = np.rint(scaled)
            off = np.abs(scaled - whole)
            np.greater(off, size * slack + 1e-9, out=rounded[block])
            units[block] = whole
    return Fixed(units, bad, huge, rounded)


_PLAIN = 10**9
"""Whole numbers below it stay far from FITS at any scale in use."""


def _from_objects(values: Array, decimals: int) -> Fixed:
    n = len(values)
    units = [0] * n
    bad = np.zeros(n, dtype=np.bool_)
    huge = np.zeros(n, dtype=np.bool_)
    rounded = np.zeros(n, dtype=np.bool_)
    step = 10**decimals if decimals >= 0 else 0
    for row, item in enumerate(values.tolist()):
        if step and type(item) is int and -_PLAIN < item < _PLAIN:
            units[row] = item * step
            continue
        number = _as_decimal(item)
        if number is None:
            bad[row] = True
            continue
        if not number:
            continue
        if number.adjusted() + decimals > 18:
            huge[row] = True
            continue
        scaled = number.scaleb(decimals, _EXACT)
        whole = int(scaled)
        if whole != scaled:
            whole = int(scaled.to_integral_value(context=_EXACT))
            rounded[row] = True
        if abs(whole) >= FITS:
            huge[row], rounded[row] = True, False
        else:
            units[row] = whole
    return Fixed(np.array(units, dtype=np.int64), bad, huge, rounded)


def _as_decimal(item: object) -> Decimal | None:
    """Read one number; None where it is none. Thousands separators are not guessed."""
    if isinstance(item, Decimal):
        return item if item.is_finite() else None
    if isinstance(item, bool | np.bool_) or item is None:
        return None
    try:
        if isinstance(item, float | np.floating):
            number = Decimal(str(item))  # the shortest text, at the item's precision
        elif isinstance(item, str):
            text = item.strip()
            number = Decimal(text if text.isascii() and "_" not in text else "nan")
        else:
            number = Decimal(index(item))  # type: ignore[arg-type]
    except (InvalidOperation, TypeError, ValueError):
        return None
    return number if number.is_finite() else None


def to_major(minor: Array, decimals: int) -> Array:
    """Return minor units as float64 major units, each the nearest double.

    Examples
    --------
    >>> to_major(np.array([1234, 5]), 2).tolist()
    [12.34, 0.05]
    """
    return np.asarray(minor) / 10.0**decimals


def format_amount(minor: float, decimals: int) -> str:
    """Return minor units as people write the amount, without the currency.

    Examples
    --------
    >>> format_amount(18200000, 2), format_amount(-5, 0)
    ('182,000.00', '-5')
    """
    exact = Decimal(repr(minor) if isinstance(minor, float) else int(minor))
    return f"{exact.scaleb(-decimals):,.{decimals}f}"
