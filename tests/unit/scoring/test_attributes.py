"""What customers declare beyond the contract: as it stood on the day, never made up."""

import numpy as np
import pytest

import custseg as cs
from custseg.errors import SettingError
from custseg.labels import Title
from custseg.periods import Window, as_day
from custseg.scoring.attributes import attribute_feature
from custseg.scoring.features import Facts
from custseg.units import Unit

LIFETIME = Window.parse("lifetime")
TITLE = Title(zh="列", en="Column")


def feature(unit, attribute="said", **how):
    """Return the feature of a column."""
    return attribute_feature("own", attribute=attribute, unit=unit, title=TITLE, **how)


def told(values, unit, *, day="2026-06-30", since=None, read_as=None):
    """Return what a feature says of customers who declare one value each."""
    ids = [f"c{at:02}" for at in range(len(values))]
    people = {"customer_id": ids, "said": values}
    if since is not None:
        people = {"customer_id": ["c00"] * len(values), "valid_from": since}
        people["said"] = values
    sales = {"customer_id": ids[:1], "date": ["2025-01-01"], "amount": [1.0]}
    ledger = cs.Ledger.from_frames(
        sales,
        customers=people,
        currency="EUR",
        attributes={"said": (read_as or unit).value},
    )
    column = Facts(ledger, as_day(day)).measure(feature(unit), LIFETIME)
    assert column.unit is unit
    found = column.values.tolist()
    if column.words:
        found = [column.words[one] for one in found]
    known = column.is_known().tolist()
    return [one if sure else None for one, sure in zip(found, known, strict=True)]


def test_numbers_and_days_are_told_as_they_are():
    """Below zero too: only a count cannot be meant so."""
    assert told([2.25, None, "-3", 0], Unit.NUMBER) == [2.25, None, -3.0, 0.0]
    assert told([14, None, 1.5], Unit.DAYS) == [14.0, None, 1.5]


def test_how_many_is_a_whole_number():
    """99.6 of something are 100; fewer than none is not known."""
    assert told([99.6, None, -1, 0, "7"], Unit.COUNT) == [100, None, None, 0, 7]


def test_money_is_exact():
    """In cents of the ledger's currency."""
    assert told(["0.10", None, 5000, -2], Unit.MONEY) == [10, None, 500_000, -200]


def test_texts_are_told_as_they_are_written():
    """Without blanks at either end; an empty one is not known."""
    said = ["sap", " sap ", "", None, 7]
    assert told(said, Unit.TEXT) == ["sap", "sap", None, None, "7"]


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        (True, False),
        (np.True_, np.False_),
        (1, 0),
        (1.0, 0.0),
        ("TRUE", "False"),
        ("yes", "No"),
        ("Y", "n"),
        ("t", "F"),
        ("1", "0"),
        ("是", "否"),
    ],
)
def test_a_yes_and_a_no_in_their_usual_spellings(yes, no):
    """What CRM exports, spreadsheets and databases write."""
    assert told([yes, no], Unit.FLAG) == [True, False]
    assert told([yes, None, no], Unit.FLAG) == [True, None, False]


def test_a_column_of_flags_is_read_whole():
    """A numpy array of bools, as a frame holds it."""
    assert told(np.array([True, False, True]), Unit.FLAG) == [True, False, True]


def test_what_is_neither_yes_nor_no_is_unknown():
    """Nothing is guessed from a word."""
    assert told(["maybe", "yes?", 2, -1, ""], Unit.FLAG) == [None] * 5


def test_each_day_sees_what_held_then():
    """A row of 2026-06-20 says nothing about the day before."""
    rows = {"since": ["2026-01-01", "2026-06-20"]}
    assert told([3, 8], Unit.COUNT, day="2026-06-19", **rows) == [3]
    assert told([3, 8], Unit.COUNT, day="2026-06-20", **rows) == [8]
    assert told([3, 8], Unit.COUNT, day="2025-12-31", **rows) == [None]
    assert told(["yes", "no"], Unit.FLAG, day="2026-06-20", **rows) == [False]


def test_without_the_column_nothing_is_known():
    """No table of customers, or one without it."""
    sales = {"customer_id": ["a"], "date": ["2025-01-01"], "amount": [1.0]}
    for people in (None, {"customer_id": ["a"], "city": ["Leeds"]}):
        ledger = cs.Ledger.from_frames(
            sales, customers=people, attributes={"said": "count"}
        )
        column = Facts(ledger, as_day("2026-06-30")).measure(
            feature(Unit.COUNT), LIFETIME
        )
        assert column.is_known().tolist() == [False]


def test_a_number_may_be_read_for_a_count_and_for_days():
    """All three are kept as numbers."""
    assert told([3.4], Unit.COUNT, read_as=Unit.NUMBER) == [3]
    assert told([3.4], Unit.DAYS, read_as=Unit.COUNT) == [3.4]


@pytest.mark.parametrize(
    ("asked", "kept", "said"),
    [(Unit.COUNT, Unit.TEXT, "text"), (Unit.MONEY, Unit.NUMBER, "number"),
     (Unit.TEXT, Unit.MONEY, "money"), (Unit.FLAG, Unit.COUNT, "number")],
)  # fmt: skip
def test_a_ledger_that_keeps_it_otherwise_is_refused(asked, kept, said):
    """Codes of texts are no numbers, and euros no plain ones."""
    words = (
        rf"the ledger keeps customers\.said as {said}, and the policy asks for "
        rf"{asked.value}; make the ledger with attributes={{'said': '{asked.value}'}}"
    )
    with pytest.raises(SettingError, match=words):
        told([1, 2], asked, read_as=kept)


def test_it_describes_itself():
    """What it is made of, and when it is unknown."""
    lots = feature(Unit.COUNT, "parking lots", better="higher")
    assert lots.needs == ("customers.parking lots",)
    assert lots.formula == "parking lots, as declared, to the nearest whole number"
    assert (lots.windowed, lots.better, lots.lever) == (False, "higher", "")
    assert feature(Unit.TEXT).formula == "said, as declared"
    nobody, neither = feature(Unit.FLAG).missing
    assert neither.en == "where the word is neither yes nor no"
    assert feature(Unit.MONEY).missing == (nobody,)
    assert nobody.en == "where nobody declared it"
