import numpy as np
import pytest

from custseg.errors import QualityRefused
from custseg.intake.judge import Oddity, judge, refusal
from custseg.quality.report import Finding
from custseg.quality.treatments import Treatments


def odd(kind, *rows, n=6, where="sales.x"):
    """Mark some of n rows."""
    mask = np.zeros(n, dtype=np.bool_)
    mask[list(rows)] = True
    return Oddity(kind, mask, where, lambda row: f"row {row}")


def test_a_dropped_row_is_under_one_kind_only():
    """The first in the order of the kinds, whatever the order they are found in."""
    verdict = judge(
        "sales",
        [odd("zero_amount", 0, 3, 4), odd("missing_customer", 0, 1)],
        {},
        Treatments(zero_amount="drop"),
    )
    assert verdict.used.tolist() == [False, False, True, False, False, True]
    assert [(one.kind, one.rows, one.examples) for one in verdict.findings] == [
        ("missing_customer", 2, ("row 0", "row 1")),
        ("zero_amount", 2, ("row 3", "row 4")),
    ]


def test_kept_rows_are_counted_and_used():
    """Nothing to drop: no mask at all; three examples are enough."""
    verdict = judge("sales", [odd("zero_amount", 1, 2, 3, 4)], {}, Treatments())
    assert verdict.used is None
    (finding,) = verdict.findings
    assert (finding.rows, finding.examples) == (4, ("row 1", "row 2", "row 3"))


def test_a_row_with_two_bad_values_counts_once():
    """Columns of one kind are one finding."""
    several = [odd("unparseable_value", 1, 2), odd("unparseable_value", 2, 3)]
    verdict = judge("sales", several, {}, Treatments(unparseable_value="drop"))
    assert verdict.findings[0].rows == 3
    assert verdict.used.tolist() == [True, False, False, False, True, True]


def test_everything_to_refuse_is_told_at_once():
    """Noted kinds too, and with the columns in which it was met."""
    strict = Treatments(trimmed_id="refuse", unparseable_value="refuse")
    several = [
        odd("unparseable_date", 2, where="sales.date"),
        odd("unparseable_value", 1, where="sales.cost"),
        odd("unparseable_value", 1, where="sales.quantity"),
    ]
    with pytest.raises(QualityRefused, match="3 problems") as caught:
        judge("sales", several, {"trimmed_id": 4, "assumed_currency": 0}, strict)
    assert [one.where for one in caught.value.problems] == [
        "sales",
        "sales.date",
        "sales.cost, sales.quantity",
    ]


def test_a_row_dropped_before_is_not_refused():
    """The order of the kinds decides which of two faults speaks."""
    several = [odd("missing_customer", 2), odd("unparseable_date", 2)]
    assert judge("sales", several, {}, Treatments()).used.sum() == 5


def test_examples_are_found_far_behind():
    """Also beyond the first hundred thousand rows."""
    late = odd("zero_amount", 5, 150_000, n=200_000)
    verdict = judge("sales", [late], {}, Treatments())
    assert verdict.findings[0].examples == ("row 5", "row 150000")


def test_a_refusal_says_what_else_can_be_chosen():
    """For dates that cannot be read, also the form."""
    said = refusal(Finding("unparseable_date", "sales", 1, "refuse"), "sales.date").hint
    assert "date_format" in said
    said = refusal(Finding("implausible_date", "sales", 1, "refuse"), "sales.date").hint
    assert said == (
        "mend the data, or choose quality=Treatments(implausible_date='drop')"
    )


def test_a_form_that_was_given_is_not_advised_anew():
    """Rather, the form given is named."""
    odd = Finding("unparseable_date", "sales", 1, "refuse", ("row 0: 'soon'",))
    assert "say date_format='%d/%m/%Y' or the like, or" in refusal(odd, "x").hint
    told = refusal(odd, "sales.date", date_format="%Y.%m.%d").hint
    assert "say another date_format than '%Y.%m.%d', or choose" in told


def test_rows_are_counted_in_words():
    """One row, two rows."""
    one = Finding("unparseable_date", "sales", 1, "refuse")
    assert refusal(one, "x").what.startswith("dates that cannot be read, 1 row (")
    two = Finding("unparseable_date", "sales", 2000, "refuse")
    assert ", 2,000 rows (" in refusal(two, "x").what
