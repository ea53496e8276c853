"""Percentiles, shares and natural breaks against figures that others have published."""

from itertools import combinations

import numpy as np
import pytest

from custseg.scoring.bins import natural_edges, quantile_edges, score_bins
from custseg.scoring.pareto import fit_share_cut, shares_above
from custseg.scoring.percentiles import midranks

# Sixteen articles of an ABC exercise with the cut-offs 80 % and 95 %: annual usage in
# dollars and cumulative ratio of usage in per cent, as printed at
# https://homeworksource.com/p/1006462/perform-an-abc-analysis-and-identify-a-b-and-c-class-items-u
ABC_TABLE = [
    (36385, 37.0), (22436, 59.9), (12516, 72.6), (9028, 81.8), (3374, 85.2),
    (3231, 88.5), (2024, 90.6), (1919, 92.5), (1881, 94.4), (1786, 96.3),
    (1408, 97.7), (1092, 98.8), (484, 99.3), (315, 99.6), (252, 99.9), (120, 100.0),
]  # fmt: skip


def test_shares_above_are_the_printed_cumulative_ratios():
    """What stands above an article is the cumulative ratio printed one line before."""
    values, shares = shares_above(np.array([usage for usage, _ in ABC_TABLE]))
    falling = shares[::-1]
    printed = [0.0, *(ratio for _, ratio in ABC_TABLE[:-1])]
    assert values[::-1].tolist() == [usage for usage, _ in ABC_TABLE]
    assert np.round(100 * falling, 1).tolist() == printed


def test_abc_cuts_of_the_printed_table():
    """The article that crosses a cut-off belongs to the better class.

    72.6 % stand above the fourth article, less than 80 %, so it is A; 94.4 % above the
    tenth, so it is B. (The exercise puts an article that crosses into the class below.)
    """
    usage = np.array([usage for usage, _ in ABC_TABLE])
    assert fit_share_cut(usage, 0.80) == 9028
    assert fit_share_cut(usage, 0.95) == 1786


def test_midrank_is_scipys_percentile_of_score():
    """SciPy's documentation of percentileofscore: of 1, 2, 3, 3, 4 the score 3 is 60.

    That is its kind "mean": between the 40 % below and the 80 % up to and with it.
    """
    values, shares = midranks(np.array([1, 2, 3, 3, 4]))
    assert values.tolist() == [1, 2, 3, 4]
    assert shares.tolist() == [0.1, 0.3, 0.6, 0.9]


def test_natural_breaks_of_a_published_example():
    """The example of the package jenks for JavaScript (42arch/Jenks, README.md).

    Three classes of these ten values break at 15 and 45, the last values of the lower
    two classes; ours are named by the first values of the upper two.
    """
    values = np.array([1, 2, 5, 15, 45, 89.3, 112, 31, 120, 0.5])
    assert natural_edges(values, 3) == [31, 89.3]
    assert natural_edges(values, 3, better="lower") == [45, 15]


def within(values, starts):
    """Return the sum of squared deviations of classes that begin at some places."""
    return sum(((part - part.mean()) ** 2).sum() for part in np.split(values, starts))


@pytest.mark.parametrize("into", [2, 3, 4])
def test_natural_breaks_are_the_best_of_all(into):
    """No other division of twelve values has a smaller sum of squares within."""
    values = np.array([1.0, 1.5, 2, 8, 9, 9.5, 20, 21, 40, 41, 44, 90])
    best = min(
        combinations(range(1, len(values)), into - 1),
        key=lambda starts: within(values, starts),
    )
    assert natural_edges(values, into) == values[list(best)].tolist()


def test_fifths_by_hand():
    """Ten customers, two to a fifth; a tie of four shares one score."""
    spread = np.arange(10, 110, 10)
    edges = quantile_edges(spread, 5)
    assert score_bins(spread, edges).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    # 7, 7, 7, 7 stand at mid-rank (2 x 3 + 4) / 20 = .5: 1 + floor(2.5) = 3
    tied = np.array([1, 2, 3, 7, 7, 7, 7, 8, 9, 10])
    edges = quantile_edges(tied, 5)
    assert score_bins(tied, edges).tolist() == [1, 1, 2, 3, 3, 3, 3, 4, 5, 5]
