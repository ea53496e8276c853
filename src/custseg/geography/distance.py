"""How far apart two places are.

A customer thirty kilometres away is served from the yard, one three hundred away is
not. The distance is that of the great circle, as the crow flies.

The method: haversines on a sphere of the Earth's mean radius, (2a + b) / 3 of the WGS
84 ellipsoid, 6371.0088 km (Moritz, Geodetic Reference System 1980, Journal of Geodesy
74, 2000). The haversine of an angle is a quarter of the square of the straight line
between two points on the unit sphere; so each point's place in space is worked out
once, for however many sites, and near points lose no precision.

Limits: the Earth is flattened, so the true shortest way differs by up to 0.56 %; roads
are longer by a third and more. Maps of China shift points by some hundred metres
(GCJ-02), which is left as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["EARTH_RADIUS_KM", "distance_km", "nearest_km"]

EARTH_RADIUS_KM: Final = 6371.0088

Floats = NDArray[np.float64]
Vector = tuple[Floats, Floats, Floats]


def distance_km(
    latitude: ArrayLike,
    longitude: ArrayLike,
    to_latitude: ArrayLike,
    to_longitude: ArrayLike,
) -> Floats:
    """Return the great-circle distance between points.

    Parameters
    ----------
    latitude, longitude, to_latitude, to_longitude : array_like
        Degrees north and east, of shapes that go together.

    Returns
    -------
    float64 array
        Kilometres.

    Examples
    --------
    >>> round(float(distance_km(23.02, 113.12, 23.13, 113.26)), 1)  # Foshan, Guangzhou
    18.8
    """
    here, there = _vector(latitude, longitude), _vector(to_latitude, to_longitude)
    return _kilometres(_square_of_line(here, there))


def nearest_km(
    latitude: ArrayLike, longitude: ArrayLike, sites: Sequence[tuple[float, float]]
) -> Floats:
    """Return the distance from each point to the nearest of some sites.

    Parameters
    ----------
    latitude, longitude : array_like, shape (n,)
        Degrees north and east.
    sites : sequence of (float, float)
        Latitude and longitude of each; at least one.

    Returns
    -------
    float64 array, shape (n,)
        Kilometres.

    Examples
    --------
    >>> nearest_km([0.0, 0.0], [1.0, 9.0], [(0.0, 0.0), (0.0, 10.0)]).round(1).tolist()
    [111.2, 111.2]
    """
    here = _vector(latitude, longitude)
    least = np.full(here[0].shape, np.inf)
    for site in sites:
        np.minimum(least, _square_of_line(here, _vector(*site)), out=least)
    return _kilometres(least)


def _vector(latitude: ArrayLike, longitude: ArrayLike) -> Vector:
    """Return points on the unit sphere: to 0 north 0 east, to 90 east, to the pole."""
    north = np.deg2rad(np.asarray(latitude, dtype=np.float64))
    east = np.deg2rad(np.asarray(longitude, dtype=np.float64))
    level = np.cos(north)
    return level * np.cos(east), level * np.sin(east), np.sin(north)


def _square_of_line(one: Vector, other: Vector) -> Floats:
    """Return the square of the straight line between points: 0 to 4."""
    x, y, z = (a - b for a, b in zip(one, other, strict=True))
    square: Floats = x * x + y * y + z * z
    return square


def _kilometres(square: Floats) -> Floats:
    half = np.minimum(np.sqrt(square) / 2, 1.0)
    kilometres: Floats = 2 * EARTH_RADIUS_KM * np.arcsin(half)
    return kilometres
