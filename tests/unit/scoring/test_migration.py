"""Counts, rates, intervals and dwell of moves between grades."""

import numpy as np
import pytest

from custseg.errors import DataError, SettingError
from custseg.scoring.migration import Migration, migrations, wilson

GRADES = ["A", "B", "D"]


def moves(rows, at, withdrawn="column", **options):
    """Count the moves in rows of (customer, day, code)."""
    columns = zip(*rows, strict=True)
    customers, days, codes = (np.array(column, dtype=int) for column in columns)
    return migrations(
        customers, days, codes, grades=GRADES, at=at, withdrawn=withdrawn, **options
    )


def test_the_example_of_lando_and_skodeberg():
    """Twenty firms over one year, ten in A and ten in B.

    One A becomes B after a month; one B becomes A after two, and one B defaults after
    six. D. Lando and T. M. Skodeberg, "Analyzing rating transitions and rating drift
    with continuous observations", Journal of Banking and Finance 26, 2002, section 3:
    the cohort estimate has the rows (.90 .10 0) and (.10 .80 .10).
    """
    rows = [(firm, 0, 0) for firm in range(10)]
    rows += [(firm, 0, 1) for firm in range(10, 20)]
    rows += [(0, 30, 1), (10, 60, 0), (11, 181, 2)]
    matrix = moves(rows, [0, 365])
    assert matrix.counts[:2].tolist() == [[9, 1, 0, 0], [1, 8, 1, 0]]
    rates = matrix.rates()[:2, :3]
    assert np.allclose(rates, [[0.9, 0.1, 0], [0.1, 0.8, 0.1]], rtol=0, atol=1e-12)
    dwell = matrix.expected_dwell()
    assert dwell.values[:2].round(9).tolist() == [10, 5]


def test_a_grade_is_held_until_the_next_row():
    """Days between two rows have the first one's grade, the day itself the second's."""
    rows = [(7, 10, 0), (7, 20, 1)]
    assert moves(rows, [10, 19]).counts[0].tolist() == [1, 0, 0, 0]
    assert moves(rows, [19, 20]).counts[0].tolist() == [0, 1, 0, 0]


def test_who_is_not_there_yet_takes_no_part():
    """A customer counts from its first row on."""
    rows = [(1, 10, 0), (2, 25, 0)]
    matrix = moves(rows, [5, 15, 30])
    assert matrix.by_period.sum(axis=(1, 2)).tolist() == [0, 1]
    assert matrix.counts.sum() == 1


def test_there_and_back_is_not_seen():
    """The cohort method compares two evenings, and nothing between them."""
    rows = [(1, 0, 0), (1, 5, 1), (1, 9, 0)]
    assert moves(rows, [0, 10]).counts[0].tolist() == [1, 0, 0, 0]


def test_rates_of_a_single_customer():
    """One of one is all; where nobody began, the row is empty."""
    rates = moves([(1, 0, 1)], [0, 10]).rates()
    assert rates.tolist() == [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]]


def test_periods_add_up():
    """What is pooled is the sum of what is counted in each."""
    rows = [(1, 0, 0), (1, 15, 1), (2, 0, 1)]
    matrix = moves(rows, [0, 10, 20, 30])
    assert matrix.by_period.shape == (3, 3, 4)
    assert matrix.by_period[1, 0].tolist() == [0, 1, 0, 0]
    assert matrix.counts.tolist() == [[1, 1, 0, 0], [0, 4, 0, 0], [0, 0, 0, 0]]
    assert matrix.starts.tolist() == [2, 4, 0]


WITHDRAWN_ONE = [(1, 0, 0), (2, 0, 0), (2, 15, -1), (2, 25, 1)]
"""The second customer leaves in the second period and comes back in the third."""


def test_withdrawn_as_a_column():
    """Going is shown; in the next period the customer is in no row."""
    matrix = moves(WITHDRAWN_ONE, [0, 10, 20, 30], "column")
    assert matrix.grades == ("A", "B", "D")
    assert matrix.into == ("A", "B", "D", "WITHDRAWN")
    assert matrix.counts[0].tolist() == [4, 0, 0, 1]
    assert matrix.counts[1:].sum() == 0
    assert matrix.rates()[0].tolist() == [0.8, 0, 0, 0.2]


def test_withdrawn_excluded():
    """The pair is as if it had not been."""
    matrix = moves(WITHDRAWN_ONE, [0, 10, 20, 30], "exclude")
    assert matrix.into == ("A", "B", "D")
    assert matrix.counts[0].tolist() == [4, 0, 0]
    assert matrix.rates()[0].tolist() == [1, 0, 0]


def test_withdrawn_for_good():
    """Nobody comes back from there, whatever the rows say."""
    matrix = moves(WITHDRAWN_ONE, [0, 10, 20, 30], "absorb")
    assert matrix.grades == matrix.into == ("A", "B", "D", "WITHDRAWN")
    assert matrix.counts[0].tolist() == [4, 0, 0, 1]
    assert matrix.counts[3].tolist() == [0, 0, 0, 1]


def test_withdrawn_for_good_between_two_days():
    """Going and coming back within a period is going for good."""
    rows = [(0, 0, 0), (1, 0, 0), (1, 4, -1), (1, 6, 0), (2, 0, 0)]
    assert moves(rows, [0, 10], "absorb").counts[0].tolist() == [2, 0, 0, 1]
    assert moves(rows, [0, 10], "exclude").counts[0].tolist() == [3, 0, 0]


def test_who_begins_withdrawn_stays_so_for_good():
    """Its very first row counts; who has no row yet is not withdrawn."""
    rows = [(1, 0, -1), (1, 5, 0), (2, 0, 0), (3, 25, 1)]
    matrix = moves(rows, [0, 10, 20], "absorb")
    assert matrix.counts[0].tolist() == [2, 0, 0, 0]
    assert matrix.counts[3].tolist() == [0, 0, 0, 2]
    assert matrix.counts.sum() == 4


def test_the_order_of_rows_does_not_matter():
    """Rows, and the numbers of customers, may come in any order."""
    rows = [(5, 0, 0), (5, 15, 1), (-3, 0, 1), (-3, 12, 2), (9, 3, 1)]
    counts = moves(rows, [5, 10, 20]).by_period
    assert np.array_equal(moves(rows[::-1], [5, 10, 20]).by_period, counts)


def test_two_rows_of_a_day_need_an_order():
    """The later one stands; without an order nobody knows which that is."""
    rows = [(1, 0, 0), (1, 9, 1), (1, 9, 2)]
    words = "days: a customer has two grades on one day; got 1970-01-10, at 2 places"
    with pytest.raises(DataError, match=words):
        moves([*rows, (2, 3, 0), (2, 3, 1)], [0, 10])
    matrix = moves(rows, [0, 10], order=np.array([0, 1, 2]))
    assert matrix.counts[0].tolist() == [0, 0, 1, 0]
    matrix = moves(rows, [0, 10], order=np.array([0, 2, 1]))
    assert matrix.counts[0].tolist() == [0, 1, 0, 0]


def test_the_same_row_twice_is_no_clash():
    """It says the same thing."""
    rows = [(1, 0, 0), (1, 9, 1), (1, 9, 1), (2, 9, 0)]
    assert moves(rows, [0, 10]).counts[0].tolist() == [0, 1, 0, 0]


def test_an_empty_table():
    """Nobody moved."""
    nothing = np.zeros(0, dtype=int)
    matrix = migrations(
        nothing, nothing, nothing, grades=GRADES, at=[0, 1], withdrawn="absorb"
    )
    assert matrix.by_period.shape == (1, 4, 4)
    assert matrix.counts.sum() == 0
    assert matrix.rates().sum() == 0
    assert not matrix.expected_dwell().is_known().any()


def test_as_a_frame_it_names_its_grades_and_leaves_empty_rows_open():
    """Rows and columns are in the order of the grades; of an empty row no rate is."""
    matrix = moves([(1, 0, 0), (2, 0, 0), (2, 30, 1)], [10, 40], "exclude")
    frame = matrix.to_pandas()
    assert (frame.index.name, frame.columns.name) == ("from", "to")
    assert frame.to_dict("index")["A"] == {"A": 1, "B": 1, "D": 0}
    rates = matrix.to_pandas(rates=True)
    assert rates.loc["A"].tolist() == [0.5, 0.5, 0.0]
    assert rates.loc[["B", "D"]].isna().all(axis=None)
    assert repr(matrix) == "Migration(A, B, D: 1 period)"


def test_dwell_is_not_known_where_nobody_left():
    """The counts set no end to it."""
    matrix = Migration(("A", "B"), ("A", "B"), np.array([[[3, 1], [0, 5]]]))
    dwell = matrix.expected_dwell()
    assert dwell.is_known().tolist() == [True, False]
    assert dwell.values[0] == 4


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_score_intervals_of_newcombe(hits, trials, low, high):
    """R. G. Newcombe, "Two-sided confidence intervals for the single proportion".

    Statistics in Medicine 17, 1998, table I, method 3 (Wilson, without correction).
    """
    got = wilson(np.array([hits]), np.array([trials]))
    assert [round(float(limit[0]), 4) for limit in got] == [low, high]


def test_score_intervals_at_the_ends():
    """Nobody: from 0. Everybody: to 1. No trial: anything."""
    low, high = wilson(np.array([0, 20, 0]), np.array([20, 20, 0]))
    assert low[[0, 2]].tolist() == [0, 0]
    assert high[[1, 2]].tolist() == [1, 1]
    assert high[0] < 1
    assert low[1] == pytest.approx(1 - high[0], abs=1e-12)


def test_score_intervals_end_exactly():
    """With any number of trials: no rounding error beside 0 and 1."""
    trials = np.arange(1, 2000)
    assert (wilson(np.zeros_like(trials), trials)[0] == 0).all()
    assert (wilson(trials, trials)[1] == 1).all()


def test_score_interval_of_one_trial():
    """By hand: z squared is 3.8415, and 3.8415 / 4.8415 is .7935."""
    low, high = wilson(np.array([0, 1]), np.array([1, 1]))
    assert (round(high[0], 4), round(low[1], 4)) == (0.7935, 0.2065)


def test_a_higher_confidence_is_wider():
    """By hand for half of 100: z is 1.6449, so .5 plus and minus .08115."""
    low, high = wilson(np.array([50]), np.array([100]), confidence=0.9)
    assert (round(low[0], 4), round(high[0], 4)) == (0.4188, 0.5812)
    wide = wilson(np.array([50]), np.array([100]), confidence=0.99)
    assert wide[0][0] < low[0]
    assert wide[1][0] > high[0]


def test_intervals_belong_to_their_cells():
    """Each cell against the customers that began in its row."""
    matrix = Migration(("A", "B"), ("A", "B"), np.array([[[133, 15], [0, 20]]]))
    low, high = matrix.intervals()
    assert (round(low[0, 1], 4), round(high[0, 1], 4)) == (0.0624, 0.1605)
    assert (round(low[1, 0], 4), round(high[1, 0], 4)) == (0.0, 0.1611)
    assert (matrix.intervals(confidence=0.5)[1] <= high).all()


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_a_confidence_is_a_share(confidence):
    """95 is not 95 %."""
    with pytest.raises(SettingError, match="confidence: a confidence is a share; got"):
        wilson(np.array([1]), np.array([2]), confidence=confidence)


@pytest.mark.parametrize(
    ("at", "got"),
    [([], "no day"), ([5], "5"), ([5, 5], "5, 5"), ([5, 9, 7], "5, 9, 7")],
)
def test_days_must_rise(at, got):
    """Two at least, each later than the last."""
    words = f"at: grades are compared on two or more days.*got {got}$"
    with pytest.raises(SettingError, match=words):
        moves([(1, 0, 0)], at)


def test_the_treatment_of_the_withdrawn_must_be_said():
    """It changes every rate, so there is no default."""
    with pytest.raises(SettingError, match="withdrawn: what becomes of withdrawn cust"):
        moves([(1, 0, 0)], [0, 1], "drop")


@pytest.mark.parametrize("code", [-2, 3])
def test_codes_that_are_no_grades_are_refused(code):
    """The code is told, and what is allowed."""
    words = f"codes: a code is none of the grades; got {code}; allowed: 0 to 2, or -1"
    with pytest.raises(DataError, match=words):
        moves([(1, 0, code), (1, 1, 99)], [0, 1])


def test_columns_of_other_lengths_are_refused():
    """The lengths are told."""
    one, two = np.array([1]), np.array([0, 1])
    with pytest.raises(DataError, match="the columns are of different lengths; got 1"):
        migrations(one, two, two, grades=GRADES, at=[0, 1], withdrawn="column")
