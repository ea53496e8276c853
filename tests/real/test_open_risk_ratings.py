"""Open Risk's raw rating data: 4,000 dated ratings of 1,829 companies, 1999 to 2005.

Ratings fall on irregular days, some companies are withdrawn (NR), and some have two
ratings on one day, of which the later line stands. The counts of year-ends were also
taken with the cohort estimator of transitionMatrix 0.5.1, the package that the data
come with: it was given each company's rating of each 31 December, and its counts are
the same in every cell but A+ to A+, where it counts the last line of its input twice.
"""

from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from custseg.periods import as_day
from custseg.scoring.migration import migrations

pytestmark = pytest.mark.real

GRADES = ("AAA", "AA+", "A+", "BBB+", "BB+", "B+", "CCC+", "D")
YEAR_ENDS = [as_day(f"{year}-12-31") for year in range(1999, 2005)]

# Rows from, columns to, the last one withdrawn.
COUNTS = [
    [87, 1, 0, 0, 1, 0, 0, 0, 7],
    [11, 613, 62, 1, 0, 1, 0, 0, 30],
    [2, 43, 1247, 83, 5, 2, 0, 0, 58],
    [0, 0, 48, 1091, 78, 13, 2, 1, 47],
    [0, 0, 4, 46, 434, 65, 11, 4, 44],
    [0, 1, 2, 4, 38, 394, 43, 6, 32],
    [0, 0, 0, 0, 3, 13, 114, 10, 43],
    [0, 0, 0, 0, 0, 1, 2, 47, 16],
]


@pytest.fixture(scope="module")
def ratings(data_dir):
    """The data as they are."""
    path = data_dir / "openrisk" / "rating_data_raw.parquet"
    if not path.is_file():
        pytest.skip(f"no {path.name} among the public data sets")
    return pd.read_parquet(path)


def matrix_of(ratings, withdrawn):
    """Count the moves between year-ends."""
    return migrations(
        ratings["CustomerId"].to_numpy(),
        np.array([as_day(day) for day in ratings["Date"]]),
        ratings["RatingNum"].to_numpy(dtype=int) - 1,
        grades=GRADES,
        at=YEAR_ENDS,
        withdrawn=withdrawn,
        order=np.arange(len(ratings)),
    )


def test_counts_of_an_independent_implementation(ratings):
    """Six year-ends, five years, pooled."""
    matrix = matrix_of(ratings, "column")
    assert matrix.counts.tolist() == COUNTS
    assert matrix.starts.tolist() == [96, 718, 1440, 1280, 608, 520, 183, 66]


def test_each_year_by_plain_counting(ratings):
    """Company by company, in the order of the file, as one would by hand."""
    held = {}
    days = [as_day(day) for day in ratings["Date"]]
    companies, grades = ratings["CustomerId"], ratings["Rating"]
    lines = sorted(zip(days, range(len(days)), companies, grades, strict=True))
    evenings = []
    for end in YEAR_ENDS:
        held |= {company: grade for day, _, company, grade in lines if day <= end}
        evenings.append(dict(held))
    by_period = matrix_of(ratings, "column").by_period
    for year, (now, later) in enumerate(pairwise(evenings)):
        plain = Counter((grade, later[company]) for company, grade in now.items())
        names = (*GRADES, "NR")
        expected = [[plain[row, column] for column in names] for row in GRADES]
        assert by_period[year].tolist() == expected


def test_leaving_the_withdrawn_out(ratings):
    """The same counts without the last column, and rates of what is left."""
    matrix = matrix_of(ratings, "exclude")
    assert matrix.counts.tolist() == [row[:-1] for row in COUNTS]
    assert matrix.rates()[0, 0] == pytest.approx(87 / 89)


def test_withdrawn_for_good(ratings):
    """Whoever was withdrawn once, ever, is in no other row after it."""
    matrix = matrix_of(ratings, "absorb")
    assert matrix.counts[-1, :-1].sum() == 0
    assert matrix.counts[-1, -1] == matrix.starts[-1]
    assert (matrix.counts[:-1, :-1] <= np.array(COUNTS)[:, :-1]).all()
    assert matrix.starts.sum() >= np.array(COUNTS).sum()
