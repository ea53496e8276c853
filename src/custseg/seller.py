"""Where the seller is: the home country and the sites that goods are sent from.

Whether a customer is local depends on both ends. The customer's end is declared in the
table of customers; the seller's end is said here, once, in a policy file or by
:meth:`custseg.Policy.with_seller`.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from attrs import frozen

from custseg.errors import Problem, SettingError, did_you_mean
from custseg.geography.countries import canonical_country, countries

__all__ = ["Seller", "Site"]


@frozen(kw_only=True)
class Site:
    """One place of the seller: a warehouse, a shop, an office.

    Parameters
    ----------
    city : str
        Customers in a city of this name are local; "" where only the point matters.
    province : str
        Tells two cities of one name apart; "" looks at the city alone.
    latitude, longitude : float or None
        Degrees north and east; None where distances are not wanted.

    Raises
    ------
    SettingError
        When it says neither a city nor a point, or the point is not on the globe.

    Examples
    --------
    >>> Site(city="Foshan", latitude=23.02, longitude=113.12).city
    'Foshan'
    """

    city: str = ""
    province: str = ""
    latitude: float | None = None
    longitude: float | None = None

    def __attrs_post_init__(self) -> None:
        problems = [
            *_odd_text("city", self.city),
            *_odd_text("province", self.province),
            *_odd_degrees("latitude", self.latitude, 90),
            *_odd_degrees("longitude", self.longitude, 180),
        ]
        if not problems and (self.latitude is None) != (self.longitude is None):
            problems.append(
                Problem(
                    "a point needs both latitude and longitude",
                    where="Site",
                    hint="give both, or none",
                )
            )
        if not problems and not self.city and self.latitude is None:
            problems.append(
                Problem(
                    "a site needs a city or a point",
                    where="Site",
                    hint="write Site(city='Foshan'), or latitude and longitude",
                )
            )
        if problems:
            raise SettingError(*problems)


@frozen(init=False)
class Seller:
    """The home country of the seller, and its sites.

    Parameters
    ----------
    country : str
        In any common spelling or code: ``"CN"``, ``"中国"``, ``"China"``.
    sites : tuple of Site
        Without one, nobody is local, and it is unknown who would be.

    Raises
    ------
    SettingError
        When the country is not understood, or a site is no :class:`Site`.

    Examples
    --------
    >>> Seller(country="GB", sites=[Site(city="Leeds")]).sites[0].city
    'Leeds'
    """

    country: str
    sites: tuple[Site, ...] = ()

    def __init__(self, *, country: str, sites: Iterable[Site] = ()) -> None:
        problems = [*_odd_text("country", country)]
        if not problems and not country.strip():
            problems.append(
                Problem("the country is empty", where="Seller", hint="write 'CN'")
            )
        elif not problems and canonical_country(country) is None:
            problems.append(_no_country(country))
        listed = tuple(sites) if isinstance(sites, Iterable) else (sites,)
        problems += [
            Problem(
                "expected a Site",
                where=f"Seller.sites[{at}]",
                got=f"a value of type {type(one).__name__}",
                hint="write Site(city='Foshan')",
            )
            for at, one in enumerate(listed)
            if not isinstance(one, Site)
        ]
        if problems:
            raise SettingError(*problems)
        self.__attrs_init__(country.strip(), listed)


def _odd_text(name: str, value: object) -> list[Problem]:
    if isinstance(value, str):
        return []
    return [Problem(f"{name} must be text", where=name, got=repr(value))]


def _no_country(text: str) -> Problem:
    names = [
        name for one in countries().values() for name in (one.english, one.chinese)
    ]
    return Problem(
        "nobody understands the country",
        where="Seller",
        got=repr(text),
        hint=did_you_mean(text.strip(), names) or "write a code, such as 'CN'",
    )


def _odd_degrees(name: str, value: object, most: int) -> list[Problem]:
    if value is None:
        return []
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and isfinite(value) and abs(value) <= most:  # type: ignore[arg-type]
        return []
    return [
        Problem(
            f"{name} must be degrees",
            where=name,
            got=repr(value),
            allowed=f"-{most} to {most}",
        )
    ]
