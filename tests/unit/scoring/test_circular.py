"""Lengths, directions and Rayleigh's test on the months, against books and peers."""

from fractions import Fraction
from itertools import combinations, pairwise
from math import factorial, pi, prod, sin

import numpy as np
import pytest

from custseg.scoring.seasonality.circular import (
    corrected,
    direction,
    lengths,
    rayleigh_p,
)

# Purchase days in January to December; seasons a year; then 1 - scipy.stats.circvar of
# the angles (scipy 1.17.1), astropy.stats.rayleightest of them (astropy 8.0.2), and
# where scipy.stats.circmean points, in months from the middle of January.
SPRING_AND_AUTUMN = (0, 0, 4, 4, 0, 0, 0, 0, 5, 3, 1, 0)
SUMMER = (1, 0, 0, 0, 0, 0, 2, 6, 3, 0, 0, 0)
ANY_TIME = (2, 3, 1, 4, 2, 2, 3, 1, 2, 2, 3, 1)
WINTER = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3)
PEERS = [
    (SPRING_AND_AUTUMN, 1, 0.04306181220993399, 0.9698451690241465, 9.0),
    (SPRING_AND_AUTUMN, 2, 0.8150827329735896, 1.2358739388216794e-06, 2.5),
    (SUMMER, 1, 0.7930655158135363, 0.00011655839958583503, 7.2010543690984035),
    (SUMMER, 2, 0.75, 0.00042157990985105815, 1.0),
    (ANY_TIME, 1, 0.06819300771310821, 0.888046734944644, 3.144452411219558),
    (ANY_TIME, 2, 0.06661733864875266, 0.8928812769302127, 3.5),
    (WINTER, 1, 0.9659258262890683, 0.0004197665540023987, 10.5),
    (WINTER, 2, 0.866025403784439, 0.005183836763531981, 4.5),
]


def one(counts):
    """Return the months of one customer."""
    return np.array([counts])


@pytest.mark.parametrize(("counts", "per_year", "length", "p", "points"), PEERS)
def test_the_numbers_of_peers(counts, per_year, length, p, points):
    """Length and p are theirs to nine decimals, and the direction."""
    ours = lengths(one(counts), per_year)
    assert ours[0] == pytest.approx(length, abs=1e-9)
    assert rayleigh_p(ours, np.array([sum(counts)]))[0] == pytest.approx(p, abs=2e-9)
    assert direction(one(counts), per_year)[0] == pytest.approx(points, abs=1e-8)


@pytest.mark.parametrize("per_year", [1, 2])
def test_the_peers_themselves(per_year):
    """For hundreds of random years under 50 purchases, where they are installed."""
    stats = pytest.importorskip("scipy.stats")
    rayleightest = pytest.importorskip("astropy.stats").rayleightest
    rng = np.random.default_rng(12)
    for _ in range(200):
        shape = rng.dirichlet(np.full(12, 0.7))
        counts = rng.multinomial(int(rng.integers(2, 50)), shape)
        middle = 2 * np.pi * per_year * (np.arange(12) + 0.5) / 12
        angles = np.repeat(middle, counts)
        length = lengths(one(counts), per_year)
        assert length[0] == pytest.approx(1 - stats.circvar(angles), abs=2e-9)
        p = rayleigh_p(length, np.array([counts.sum()]))[0]
        assert p == pytest.approx(min(max(rayleightest(angles), 0), 1), abs=5e-8)


def test_eight_leaning_trees():
    """Zar's example: r = 0.82522, Rayleigh's z = 5.448, and 0.001 < p < 0.002.

    J. H. Zar, Biostatistical Analysis, the chapters on circular distributions: the
    directions 45, 55, 81, 96, 110, 117, 132 and 154 degrees.
    """
    angles = np.deg2rad([45, 55, 81, 96, 110, 117, 132, 154])
    length = abs(np.exp(1j * angles).mean())
    assert length == pytest.approx(0.82522, abs=5e-6)
    assert 8 * length**2 == pytest.approx(5.448, abs=5e-4)
    assert 0.001 < rayleigh_p(np.array([length]), np.array([8]))[0] < 0.002


def test_lengths_by_hand():
    """Two neighbours: the cosine of 15 degrees; a right angle: half of root two."""
    counts = np.zeros((4, 12), dtype=np.int64)
    counts[0, [2, 3]] = 7  # cos 15 degrees = (1 + root 3) / (2 root 2)
    counts[1, [0, 3]] = 1
    counts[2, :] = 5
    assert lengths(counts).tolist() == [0.965925826, 0.707106781, 0.0, 0.0]
    assert lengths(counts, 2).tolist() == [0.866025404, 0.0, 0.0, 0.0]


def test_all_months_alike_is_zero_exactly():
    """Roots of three cancel as whole numbers, not nearly."""
    rng = np.random.default_rng(3)
    third = np.tile(rng.integers(0, 10**6, (50, 4)), 3)  # three equal thirds of a year
    assert not lengths(third).any()
    assert not lengths(third, 2).any()


@pytest.mark.parametrize("per_year", [1, 2])
def test_turning_the_year_changes_no_bit(per_year):
    """A month later, everything is as long as before, and points a month later."""
    rng = np.random.default_rng(4)
    counts = rng.integers(0, 9, (500, 12))
    turned = np.roll(counts, 1, axis=1)
    assert (lengths(counts, per_year) == lengths(turned, per_year)).all()
    moved = direction(turned, per_year) - direction(counts, per_year)
    some = lengths(counts, per_year) > 0
    assert np.mod(moved[some], 12 / per_year) == pytest.approx(1.0, abs=2e-9)


def test_the_correction():
    """(h / sin h) with h of 15 degrees, or 30 on the doubled angle; never over 1."""
    length = np.array([0.5, 0.0, 1.0])
    once, twice = 0.5 * (pi / 12) / sin(pi / 12), 0.5 * (pi / 6) / sin(pi / 6)
    assert corrected(length).tolist() == [pytest.approx(once, abs=1e-9), 0.0, 1.0]
    assert corrected(length, 2).tolist() == [pytest.approx(twice, abs=1e-9), 0.0, 1.0]


def test_p_stays_a_probability():
    """Where the series leaves 0 to 1, the edge is taken: for six in one month it does.

    1 + (12 - 36) / 24 - (144 - 4752 + 16416 - 11664) / 10368 = -0.0139
    """
    full = rayleigh_p(np.ones(60), np.arange(1, 61))
    assert full[5] == 0.0
    assert (np.diff(full[:6]) < 0).all()
    assert full[6:].min() >= 0.0
    assert full[6:].max() < 1e-3
    assert rayleigh_p(np.array([0.0]), np.array([9])).tolist() == [1.0]


def whole_sums(n, k):
    """Yield every way to put n purchases into k months."""
    for bars in combinations(range(n + k - 1), k - 1):
        edges = (-1, *bars, n + k - 1)
        yield [b - a - 1 for a, b in pairwise(edges)]


@pytest.mark.parametrize(
    ("per_year", "groups", "plain", "lengthened"),
    [(1, 12, 0.0265, 0.0272), (2, 6, 0.0289, 0.0521)],
)
def test_the_test_keeps_its_size_without_the_correction(
    per_year, groups, plain, lengthened
):
    """How often six purchases in any months are called significant at .025, exactly.

    Every way to put six purchases into the months is weighted by its probability, in
    fractions. On the doubled angle twelve months are six groups.
    """
    ways = np.array(list(whole_sums(6, groups)))
    chance = [
        Fraction(factorial(6), prod(map(factorial, way)) * groups**6)
        for way in ways.tolist()
    ]
    assert sum(chance) == 1
    counts = np.zeros((len(ways), 12), dtype=np.int64)
    counts[:, :groups] = ways
    length, n = lengths(counts, per_year), np.full(len(ways), 6)
    for used, expected in ((length, plain), (corrected(length, per_year), lengthened)):
        called = rayleigh_p(used, n) < 0.025
        size = sum(c for c, is_called in zip(chance, called, strict=True) if is_called)
        assert float(size) == pytest.approx(expected, abs=5e-5)
