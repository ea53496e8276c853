"""Where a customer is, by itself and as seen from the seller.

Local customers get delivery and a visit, those far away an agent, those abroad papers
in their language. The customer's end is declared in the table of customers as it was
valid on the day; the seller's end is :class:`custseg.Seller`. Without a seller nobody
is near or abroad: those features are unknown.

The method: every spelling of a country or province comes down to one code
(:mod:`custseg.geography`), cities are compared by name, points by great circle. Each
different word is read once, however many customers have it. What follows from one
column fills a gap in another:

* where no country is said and the province is one that only China has, it is China;
* Beijing, Tianjin, Shanghai, Chongqing, Hong Kong and Macao are cities and provinces at
  once: who is in the province is in the city, whatever district the city says;
* a code of ISO 3166-1 that ISO 3166-2 lists under another country (Puerto Rico under
  the United States, Hong Kong under China) is not abroad from that country;
* where no country is said, a city is taken for the one at home that bears its name.

A country that nobody understands is unknown, and so is all that depends on it: nothing
is guessed from a slip of the pen. :func:`not_understood` lists such words.

Limits: the sites are taken to be in the seller's country. There is no list of cities:
two spellings of one city are two, unless a site is given for each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from custseg.geography.cities import canonical_city, city_key
from custseg.geography.countries import PARTS, canonical_country, whole_country
from custseg.geography.distance import nearest_km
from custseg.geography.provinces import (
    CITIES,
    PROVINCES,
    canonical_province,
    sure_province,
)
from custseg.labels import Title
from custseg.ledger import Ledger
from custseg.periods import Window
from custseg.scoring.baskets import baskets
from custseg.scoring.features import Facts, Feature
from custseg.scoring.readings import Meaning, meaning_of, places_in
from custseg.scoring.unknowns import NO_SELLER, untold
from custseg.seller import Seller, Site
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES", "not_understood"]

CHINA = "CN"

Flags = NDArray[np.bool_]
Known = tuple[Flags, Flags]
"""Where a statement holds, and where it does not; elsewhere nobody knows."""


def not_understood(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Return the words for countries and provinces that mean nothing to anybody.

    Parameters
    ----------
    ledger : Ledger

    Returns
    -------
    dict of str to tuple of str
        By column, in text order; columns of which all is understood are left out. A
        province is looked at as one of China if it is nowhere else: where the ledger
        says no country but China.

    Examples
    --------
    >>> people = {"customer_id": ["a", "b"], "country": ["China", "Chian"]}
    >>> not_understood(Ledger.from_frames({"customer_id": ["a"], "date": ["2026-01-01"],
    ...                                    "amount": [1.0]}, customers=people))
    {'country': ('Chian',)}
    """
    if "customers" not in ledger.tables:
        return {}
    columns = ledger.tables["customers"].columns
    words = {
        name: columns[name].words for name in ("country", "province") if name in columns
    }
    countries = {word: canonical_country(word) for word in words.get("country", ())}
    odd = {"country": tuple(word for word, code in countries.items() if code is None)}
    if {*countries.values()} <= {CHINA, *(p for p, w in PARTS.items() if w == CHINA)}:
        odd["province"] = tuple(
            word
            for word in words.get("province", ())
            if canonical_province(word, CHINA) is None
        )
    return {name: tuple(sorted(found)) for name, found in odd.items() if found}


def _declared(facts: Facts, name: str) -> Column:
    if facts.has(f"customers.{name}"):
        return facts.latest("customers", name)
    return facts.unknown(Unit.TEXT)


def _texts(codes: NDArray[np.int32], words: tuple[str, ...]) -> Column:
    known = codes >= 0
    return Column(codes, Unit.TEXT, None if known.all() else known, words)


def _country(facts: Facts, _: Window | None = None) -> Column:
    return facts.once("place: country", lambda: _find_country(facts))


def _find_country(facts: Facts) -> Column:
    said = _declared(facts, "country")
    meaning = facts.readings.of(
        "country",
        said.words,
        lambda words: meaning_of(words, canonical_country, (CHINA,)),
    )
    codes = meaning.codes[places_in(said)]
    province = _declared(facts, "province")
    if province.words:
        sure = facts.readings.of("sure province", province.words, _sure)
        here = sure[places_in(province)] & ~said.is_known()
        codes = np.where(here, np.int32(meaning.code(CHINA)), codes)
    return _texts(codes, meaning.words)


def _sure(words: tuple[str, ...]) -> Flags:
    found = [sure_province(word) is not None for word in words]
    return np.array([*found, False], dtype=np.bool_)


def _province(facts: Facts, _: Window | None = None) -> Column:
    return facts.once("place: province", lambda: _find_province(facts))


def _find_province(facts: Facts) -> Column:
    said = _declared(facts, "province")
    within, elsewhere = facts.readings.of("province", said.words, _two_ways)
    country = _country(facts)
    place, at = places_in(country), places_in(said)
    is_china = np.array([*(one == CHINA for one in country.words), False])
    codes = np.where(is_china[place], within[at], elsewhere.codes[at])
    of_country = [elsewhere.code(f"{CHINA}-{one}") for one in country.words]
    itself = np.array([*of_country, -2], dtype=np.int32)[place]
    return _texts(np.where(itself >= 0, itself, codes), elsewhere.words)


def _two_ways(words: tuple[str, ...]) -> tuple[NDArray[np.int32], Meaning]:
    """Read provinces as those of China, and as those of anywhere."""
    inside = [canonical_province(word, CHINA) for word in words]
    anywhere = meaning_of(
        words, lambda word: canonical_province(word, None), (*PROVINCES,)
    )
    place = {word: code for code, word in enumerate(anywhere.words)}
    codes = [-1 if one is None else place[one] for one in inside]
    return np.array([*codes, -1], dtype=np.int32), anywhere


def _city(facts: Facts, _: Window) -> Column:
    said = _declared(facts, "city")
    found = facts.readings.of(
        "city", said.words, lambda words: meaning_of(words, canonical_city)
    )
    return _texts(found.codes[places_in(said)], found.words)


def _home(seller: Seller) -> str:
    return whole_country(canonical_country(seller.country) or "")


def _is_abroad(facts: Facts, _: Window | None = None) -> Column:
    return facts.once("place: abroad", lambda: _find_abroad(facts))


def _find_abroad(facts: Facts) -> Column:
    if facts.seller is None:
        return facts.unknown(Unit.FLAG)
    home, country = _home(facts.seller), _country(facts)
    away = np.array([*(whole_country(one) != home for one in country.words), False])
    return Column(away[places_in(country)], Unit.FLAG, country.known)


def _is_in_site_city(facts: Facts, _: Window) -> Column:
    seller = facts.seller
    sites = [] if seller is None else [one for one in seller.sites if one.city.strip()]
    if seller is None or not sites:
        return facts.unknown(Unit.FLAG)
    found = [_in_city_of(facts, site, _home(seller)) for site in sites]
    there = np.logical_or.reduce([yes for yes, _ in found])
    not_there = np.logical_and.reduce([no for _, no in found])
    abroad = _is_abroad(facts)
    away = abroad.is_known() & abroad.values
    there, not_there = there & ~away, not_there | away
    known = there | not_there
    return Column(there, Unit.FLAG, None if known.all() else known)


def _in_city_of(facts: Facts, site: Site, home: str) -> Known:
    """Say who is in the city of a site, and who is not."""
    key, province = city_key(site.city), _province(facts)
    is_china = home == CHINA
    wanted = None
    if is_china and key in CITIES:
        wanted = key
    elif site.province.strip():
        wanted = canonical_province(site.province, home)
        if wanted in CITIES:
            key = wanted
    cities = _declared(facts, "city")
    found = facts.readings.of(
        "city key", cities.words, lambda words: meaning_of(words, city_key)
    )
    codes = found.codes[places_in(cities)]
    same, other = codes == found.code(key or ""), codes >= 0
    other &= ~same
    if wanted is None:
        return same, other
    in_province = np.array([*(one == wanted for one in province.words), False])
    right = in_province[places_in(province)]
    wrong = province.is_known() & ~right
    if wanted in CITIES:  # the whole province is the city, districts and all
        return right | (same & ~wrong), wrong | (other & ~right)
    return same & right, other | wrong


def _distance_km(facts: Facts, _: Window) -> Column:
    seller = facts.seller
    sites = [
        (one.latitude, one.longitude)
        for one in (() if seller is None else seller.sites)
        if one.latitude is not None and one.longitude is not None
    ]
    if not sites:
        return facts.unknown(Unit.NUMBER)
    north = facts.latest("customers", "latitude")
    east = facts.latest("customers", "longitude")
    known = north.is_known() & east.is_known()
    known &= (np.abs(north.values) <= 90) & (np.abs(east.values) <= 180)
    known &= (north.values != 0) | (east.values != 0)
    kilometres = np.zeros(facts.n)
    nearest = nearest_km(north.values[known], east.values[known], sites)
    kilometres[known] = np.round(nearest, _MILLIMETRES)
    return Column(kilometres, Unit.NUMBER, None if known.all() else known)


_MILLIMETRES = 6
"""Decimals of a kilometre: what is finer is arithmetic, not geography."""


def _ship_to_places(facts: Facts, window: Window) -> Column:
    found = baskets(facts, "ship_to", window)
    told = found.is_told()
    return Column(found.counts(), Unit.COUNT, None if told.all() else told)


_COUNTRY = ("customers.country", "customers.province")
_NO_COUNTRY = Title(
    zh="国家无法识别且省份不是中国独有的",
    en="where neither a country is understood nor a province that only China has",
)

FEATURES = (
    Feature(
        code="country",
        unit=Unit.TEXT,
        title=Title(zh="国家或地区", en="Country"),
        formula="two letters of ISO 3166-1; CN where no country is said and the "
        "province is one that only China has",
        needs=_COUNTRY,
        either=True,
        compute=_country,
        missing=(_NO_COUNTRY,),
        daily="same",
    ),
    Feature(
        code="province",
        unit=Unit.TEXT,
        title=Title(zh="省份", en="Province"),
        formula="in China the code of ISO 3166-2, such as CN-GD; elsewhere the name in "
        "lower case",
        needs=("customers.province", "customers.country"),
        either=True,
        compute=_province,
        missing=(
            Title(zh="未填写省份", en="without a province"),
            Title(
                zh="中国的省份无法识别",
                en="where one in China is not understood",
            ),
        ),
        daily="same",
    ),
    Feature(
        code="city",
        unit=Unit.TEXT,
        title=Title(zh="城市", en="City"),
        formula="the name in lower case and half width, without 市 at the end",
        needs=("customers.city",),
        compute=_city,
        missing=(Title(zh="未填写城市", en="without a city"),),
        daily="same",
    ),
    Feature(
        code="is_abroad",
        unit=Unit.FLAG,
        title=Title(zh="在境外", en="Abroad"),
        formula="country differs from the seller's; parts that ISO 3166-2 lists under "
        "a country count as that country",
        needs=_COUNTRY,
        either=True,
        compute=_is_abroad,
        sited=True,
        missing=(NO_SELLER, _NO_COUNTRY),
        daily="same",
    ),
    Feature(
        code="is_in_site_city",
        unit=Unit.FLAG,
        title=Title(zh="与网点同城", en="In the city of a site"),
        formula="city is that of one of the seller's sites, in the same province where "
        "the site says one; never abroad",
        needs=("customers.city", *_COUNTRY),
        either=True,
        compute=_is_in_site_city,
        sited=True,
        missing=(
            Title(zh="没有注明城市的网点", en="without a site that names its city"),
            Title(
                zh="未填写城市或所需的省份",
                en="where the city, or a province that matters, is not said",
            ),
        ),
        daily="same",
    ),
    Feature(
        code="distance_km",
        unit=Unit.NUMBER,
        title=Title(zh="到最近网点的公里数", en="Kilometres to the nearest site"),
        formula="least great-circle distance to a site with a point, on a sphere of "
        "6371.0088 km; 0, 0 is the open sea and counts as no point",
        needs=("customers.latitude", "customers.longitude"),
        compute=_distance_km,
        sited=True,
        missing=(
            Title(zh="没有带坐标的网点", en="without a site that has a point"),
            Title(zh="客户没有有效坐标", en="without a point of the customer's"),
        ),
        better="lower",
        least=0,
        daily="same",
    ),
    Feature(
        code="ship_to_places",
        unit=Unit.COUNT,
        title=Title(zh="收货地点数", en="Places of delivery"),
        formula="distinct ship_to with a sale line in the window, as they are written",
        needs=("sales.amount", "sales.ship_to"),
        compute=_ship_to_places,
        windowed=True,
        missing=(untold("收货地点", "place of delivery"),),
        better="higher",
        lever="raise",
        daily="same",
    ),
)
