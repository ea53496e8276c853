"""Distances against published ones, and the laws that any distance keeps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.geography.distance import EARTH_RADIUS_KM, distance_km, nearest_km

POINTS = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("here", "there", "radius", "kilometres"),
    [
        # Buenos Aires (Ezeiza) to Paris (Charles de Gaulle): scikit-learn,
        # reference of haversine_distances.
        ((-34.83333, -58.5166646), (49.0083899664, 2.53844117956), 6371, 11099.54),
        # Land's End to John o' Groats: C. Veness, Movable Type Scripts.
        ((50.0663889, -5.7147222), (58.6438889, -3.07), 6371, 968.9),
        # Nashville to Los Angeles, airports: Rosetta Code, Haversine formula.
        ((36.12, -86.67), (33.94, -118.40), 6371, 2886.444),
        # Valparaíso to Shanghai: Wikipedia, Great-circle navigation.
        ((-33, -71.6), (31.4, 121.8), 6371, 18743),
    ],
)
def test_published_great_circles(here, there, radius, kilometres):
    """Four published distances on a sphere of 6371 km, to their last digit."""
    found = float(distance_km(*here, *there)) * radius / EARTH_RADIUS_KM
    assert found == pytest.approx(kilometres, rel=5e-5)


@pytest.mark.parametrize(
    ("here", "there", "kilometres"),
    [
        # Flinders Peak to Buninyong: Geoscience Australia, the worked example for
        # Vincenty's formula, 54,972.271 m on the ellipsoid of GRS 80.
        ((-37.951033417, 144.424867889), (-37.652821139, 143.926495528), 54.972271),
        # Valparaíso to Shanghai on WGS 84: Wikipedia, Great-circle navigation.
        ((-33, -71.6), (31.4, 121.8), 18752),
    ],
)
def test_the_ellipsoid_is_near(here, there, kilometres):
    """Published geodesics differ by less than the half per cent that is stated."""
    assert float(distance_km(*here, *there)) == pytest.approx(kilometres, rel=1e-3)


def test_the_largest_difference_from_the_ellipsoid():
    """Along the equator the sphere is short by 7.1292 km in 6378.137, 0.11 %."""
    quarter = float(distance_km(0, 0, 0, 90))
    assert quarter == pytest.approx(np.pi / 2 * 6371.0088)
    assert 1 - quarter / (np.pi / 2 * 6378.137) == pytest.approx(0.0011176, rel=1e-3)


def test_a_metre_is_a_metre():
    """A hundred-thousandth of a degree is 1.112 m, near places are not rounded off."""
    assert float(distance_km(0, 0, 1e-5, 0)) == pytest.approx(1.11195e-3, rel=1e-5)


@given(POINTS, POINTS)
def test_the_laws_of_a_distance(here, there):
    """Both ways alike, nothing to itself, never more than half way round."""
    there_and_back = distance_km(*here, *there), distance_km(*there, *here)
    assert float(there_and_back[0]) == pytest.approx(float(there_and_back[1]), abs=1e-6)
    assert float(distance_km(*here, *here)) == 0
    assert 0 <= float(there_and_back[0]) <= np.pi * EARTH_RADIUS_KM


@given(
    st.lists(POINTS, min_size=1, max_size=5), st.lists(POINTS, min_size=1, max_size=3)
)
def test_the_nearest_is_the_least(points, sites):
    """The nearest of several is the least of the distances to each."""
    north, east = np.array(points).T
    each = [distance_km(north, east, *site) for site in sites]
    assert np.array_equal(nearest_km(north, east, sites), np.min(each, axis=0))
