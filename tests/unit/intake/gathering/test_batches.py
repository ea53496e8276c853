from decimal import Decimal

import numpy as np
import pytest

from custseg.contract import TABLES
from custseg.intake.gathering.batches import Converter, Odd
from custseg.intake.gathering.plain import NotPlain
from custseg.intake.raw import DayNumbers, Objects, TextChunk, Texts, Values
from custseg.intake.settings import check_settings

SALES = TABLES["sales"]
NAMES = ("customer_id", "date", "amount")


def texts(*items):
    """Return texts of one byte each."""
    data = np.frombuffer("".join(items).encode(), np.uint8)
    return Texts((TextChunk(np.arange(len(items) + 1), data),))


def converter(*names, **settings):
    """Return a converter for columns of these names, from row 100 on."""
    fields = [SALES[name] for name in names]
    return Converter(
        fields, check_settings(**{"currency": "CNY", **settings}), None, 100
    )


def batch(*, ids="ab", days=(20_000, 20_001), amounts=(1.0, 2.5)):
    """Return three plain columns."""
    return [
        texts(*ids),
        DayNumbers(np.array(days, np.int32)),
        Values(np.array(amounts)),
    ]


def test_a_plain_batch_is_in_the_form_of_the_ledger():
    """Days, minor units, ten-thousandths; amount first, whatever came first."""
    columns = [*batch(), Values(np.array([1, 2]))]
    lines = converter(*NAMES, "quantity").convert(columns)
    assert lines.day.tolist() == [20_000, 20_001]
    assert list(lines.values) == ["amount", "quantity"]
    assert lines.values["amount"].tolist() == [100, 250]
    assert lines.values["quantity"].tolist() == [10_000, 20_000]
    assert lines.order is None
    assert len(lines) == 2


def test_zeros_and_rounded_amounts_are_counted_by_row():
    """Rows are those of the table; three of them are remembered."""
    one = converter(*NAMES)
    one.convert(batch(ids="abcde", days=[1] * 5, amounts=[0, 1, 0.001, 0, 1.005]))
    one.convert(batch(ids="ab", days=[1] * 2, amounts=[0.0, 0.0]))
    assert one.odd["zero_amount"] == Odd(5, [100, 102, 103])
    assert one.odd["rounded_amount"] == Odd(2, [102, 104])


def test_a_later_stretch_is_added():
    """Its rows come behind."""
    odd = Odd(2, [1, 5])
    odd.merge(Odd(4, [10, 11, 12]))
    assert odd == Odd(6, [1, 5, 10])


@pytest.mark.parametrize(
    "odd",
    [
        {"amounts": (1.0, np.nan)},
        {"amounts": (1.0, 1e18)},
        {"days": (20_000, -5)},
        {"ids": "a "},
    ],
)
def test_what_a_report_must_tell_is_not_plain(odd):
    """A number or day that cannot be taken; an id with a blank."""
    with pytest.raises(NotPlain):
        converter(*NAMES).convert(batch(**odd))


def test_a_value_that_is_missing_is_not_plain():
    """Unlike in an amount, it would be allowed, and is for the long way to note."""
    quantity = Values(np.array([1, 0]), np.array([True, False]))
    with pytest.raises(NotPlain):
        converter(*NAMES, "quantity").convert([*batch(), quantity])


def test_ids_of_other_kinds_are_not_plain():
    """Floats, decimals, missing numbers, Python objects; whole numbers are."""
    _, *rest = batch()
    whole = Values(np.array([7, 8]))
    assert converter(*NAMES).convert([whole, *rest]).customer.words[0].tolist() == [
        7,
        8,
    ]
    for ids in (
        Values(np.array([7.0, 8.0])),
        Values(np.array([7, 8]), decimals=2),
        Values(np.array([7, 8]), np.array([True, False])),
        Objects(np.array(["a", "b"], dtype=object)),
        rest[0],
    ):
        with pytest.raises(NotPlain):
            converter(*NAMES).convert([ids, *rest])


def test_a_column_that_changes_its_form_is_not_plain():
    """Floats after whole numbers, or decimals of another scale."""
    for first, second in (
        (Values(np.array([1.0, 2.0])), Values(np.array([1, 2]))),
        (Values(np.array([1, 2]), decimals=2), Values(np.array([1, 2]), decimals=1)),
        (Values(np.array([1.0, 2.0])), Objects(np.array([Decimal(1)] * 2))),
    ):
        one = converter(*NAMES)
        one.convert([*batch()[:2], first])
        with pytest.raises(NotPlain):
            one.convert([*batch()[:2], second])


def test_amounts_must_be_in_the_currency_of_the_ledger():
    """Each of them, and said."""
    data = np.frombuffer(b"CNYCNYUSD", np.uint8)
    ours = Texts((TextChunk(np.array([0, 3, 6]), data),))
    mixed = Texts((TextChunk(np.array([3, 6, 9]), data),))
    silent = Texts((TextChunk(np.array([0, 3, 6]), data, np.array([True, False])),))
    lines = converter(*NAMES, "currency").convert([*batch(), ours])
    assert list(lines.values) == ["amount"]
    for other in (mixed, silent):
        with pytest.raises(NotPlain):
            converter(*NAMES, "currency").convert([*batch(), other])
