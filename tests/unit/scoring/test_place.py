"""Places of customers, alone and as seen from a seller with two sites."""

import numpy as np
import pytest

import custseg as cs
from custseg import measuring
from custseg.geography.provinces import PROVINCES
from custseg.periods import Window, as_day
from custseg.rules.files.loader import policy_from_text
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.place import FEATURES, not_understood
from custseg.seller import Seller, Site

YEAR = Window.parse("365 days")
TODAY = "2026-06-30"
SITES = [
    Site(city="佛山市", province="广东省", latitude=23.02, longitude=113.12),
    Site(city="上海"),
]
HOME = Seller(country="中国", sites=SITES)

# Who, country, province, city, latitude, longitude -> abroad, in a site's city, place.
# By the spherical law of cosines Foshan to Guangzhou (23.13, 113.26) is 18.83 km, to
# Hong Kong 135.57, to Harbin 2,806.82, to Paris 9,499.30.
ROWS = {
    "same": ("CN", "广东", "佛山", None, None, False, True, "LOCAL"),
    "no_country": (None, "广东省", "佛山市", None, None, False, True, "LOCAL"),
    "no_province": ("CN", None, "佛山", None, None, False, None, "UNKNOWN"),
    "namesake": ("CN", "江西", "佛山", None, None, False, False, "NON_LOCAL"),
    "near": ("CN", "广东", "广州", 23.13, 113.26, False, False, "LOCAL"),
    "far": ("中国", "黑龙江", "哈尔滨", 45.75, 126.65, False, False, "NON_LOCAL"),
    "far_by_name": ("CN", "黑龙江", "哈尔滨", None, None, False, False, "NON_LOCAL"),
    "no_city": ("CN", "广东", None, None, None, False, None, "UNKNOWN"),
    "other_province": ("CN", "HL", None, None, None, False, False, "NON_LOCAL"),
    "abroad": ("Germany", None, None, None, None, True, False, "INTERNATIONAL"),
    "abroad_here": ("US", "GD", "佛山", 23.02, 113.12, True, False, "INTERNATIONAL"),
    "odd": ("Atlantis", None, "Poseidonis", None, None, None, False, "UNKNOWN"),
    "nothing": (None, None, None, None, None, None, None, "UNKNOWN"),
    "district": ("CN", "上海市", "浦东新区", None, None, False, True, "LOCAL"),
    "city_only": (None, None, "Shanghai", None, None, None, True, "LOCAL"),
    "hong_kong": ("Hong Kong", None, None, 22.28, 114.17, False, False, "NON_LOCAL"),
    "hk_of_china": ("CN", "香港", None, None, None, False, False, "NON_LOCAL"),
    "near_point": (None, None, None, 23.13, 113.26, None, None, "LOCAL"),
    "far_point": (None, None, None, 48.85, 2.35, None, None, "UNKNOWN"),
    "no_point": ("CN", "广东", "中山", 0.0, 0.0, False, False, "NON_LOCAL"),
    "beyond_the_pole": ("CN", "广东", "中山", 113.1, 23.0, False, False, "NON_LOCAL"),
}
COLUMNS = ("country", "province", "city", "latitude", "longitude")

POLICY = """
schema = 1
[about]
code = "places"
version = "1"
title = { zh = "地理", en = "Places" }
[basis]
window = "365 days"
[basis.reference]
members = "orders >= 0"
minimum = 1
[thresholds]
local_km = { is = 50, source = "default" }
[families.place]
title = { zh = "地理位置", en = "Place" }
[[families.place.labels]]
code = "LOCAL"
title = { zh = "本地", en = "Local" }
when = \"\"\"not coalesce(is_abroad, false)
  and (coalesce(is_in_site_city, false)
    or coalesce(distance_km <= local_km, is_in_site_city))\"\"\"
[[families.place.labels]]
code = "NON_LOCAL"
title = { zh = "异地", en = "Non-local" }
when = "not is_abroad"
[[families.place.labels]]
code = "INTERNATIONAL"
title = { zh = "国际", en = "International" }
"""


def ledger_of(people, **more):
    """Return a ledger of customers with one sale each."""
    ids = list(people["customer_id"])
    sales = {
        "customer_id": ids,
        "date": ["2026-06-01"] * len(ids),
        "amount": [100.0] * len(ids),
    }
    return cs.Ledger.from_frames({**sales, **more}, customers=people, currency="CNY")


def people_of(rows):
    """Return a table of customers."""
    table = {"customer_id": [*rows]}
    for place, name in enumerate(COLUMNS):
        table[name] = [row[place] for row in rows.values()]
    return table


@pytest.fixture(scope="module")
def ledger():
    """The customers of ROWS."""
    return ledger_of(people_of(ROWS))


def told(facts, code):
    """Return what a feature says of each customer; None where it is unknown."""
    column = facts.measure(CATALOGUE[code], YEAR)
    names = facts.ledger.customer_ids.tolist()
    values = column.values.tolist()
    if column.words:
        values = [column.words[one] if one >= 0 else None for one in values]
    pairs = zip(names, values, column.is_known().tolist(), strict=True)
    return {name: value if known else None for name, value, known in pairs}


@pytest.mark.parametrize(("code", "at"), [("is_abroad", 5), ("is_in_site_city", 6)])
def test_as_seen_from_the_seller(ledger, code, at):
    """Three answers: yes, no, and nobody can tell."""
    found = told(Facts(ledger, as_day(TODAY), seller=HOME), code)
    assert found == {name: row[at] for name, row in ROWS.items()}


def test_the_place_family_in_a_policy(ledger):
    """LOCAL, NON_LOCAL, INTERNATIONAL, with UNKNOWN only where nobody can tell."""
    policy = cs.Policy(policy_from_text(POLICY)).with_seller(HOME)
    fitted, result = policy.fit_and_classify(ledger, as_of=TODAY)
    frame = result.to_pandas().set_index("customer_id")
    assert frame["place"].to_dict() == {name: row[7] for name, row in ROWS.items()}
    record = dict(zip(COLUMNS, ROWS["near"], strict=False))
    one = fitted.classify_one(
        cs.Customer("x", **record), [cs.Transaction("x", "2026-06-01", 1)], as_of=TODAY
    )
    assert one.labels["place"] == "LOCAL"


def test_country_province_and_city(ledger):
    """Codes where there are codes, names elsewhere."""
    facts = Facts(ledger, as_day(TODAY))
    countries, provinces = told(facts, "country"), told(facts, "province")
    assert [countries[name] for name in ("far", "no_country", "hong_kong", "odd")] == [
        "CN", "CN", "HK", None,
    ]  # fmt: skip
    names = ("same", "other_province", "hong_kong", "hk_of_china", "abroad_here", "odd")
    assert [provinces[name] for name in names] == [
        "CN-GD", "CN-HL", "CN-HK", "CN-HK", "gd", None,
    ]  # fmt: skip
    cities = told(facts, "city")
    assert (cities["no_country"], cities["city_only"]) == ("佛山", "shanghai")
    assert cities["nothing"] is None


def test_distance(ledger):
    """To the nearest site that has a point; without a point of one's own, unknown."""
    found = told(Facts(ledger, as_day(TODAY), seller=HOME), "distance_km")
    near = {name: round(one, 1) for name, one in found.items() if one is not None}
    assert near == {
        "near": 18.8, "near_point": 18.8, "far": 2806.8, "abroad_here": 0.0,
        "hong_kong": 135.6, "far_point": 9499.3,
    }  # fmt: skip


@pytest.mark.parametrize("code", ["is_abroad", "is_in_site_city", "distance_km"])
def test_without_a_seller_nobody_is_near_or_abroad(ledger, code):
    """Half of the question is missing."""
    assert {*told(Facts(ledger, as_day(TODAY)), code).values()} == {None}


def test_a_seller_without_sites_still_has_a_country(ledger):
    """Abroad can be told; who would be local cannot."""
    facts = Facts(ledger, as_day(TODAY), seller=Seller(country="CN"))
    assert told(facts, "is_abroad")["abroad"] is True
    assert {*told(facts, "is_in_site_city").values()} == {None}
    assert {*told(facts, "distance_km").values()} == {None}


def test_a_site_in_a_city_that_is_a_province():
    """Site "Beijing": 北京市 as province is enough, a namesake elsewhere is not."""
    rows = {
        "province": ("CN", "北京市", None),
        "district": ("CN", "BJ", "朝阳区"),
        "city": ("CN", None, "北京"),
        "elsewhere": ("CN", "Guangdong", "北京"),
        "other": ("CN", None, "广州"),
        "none": ("CN", None, None),
    }
    ledger = ledger_of(people_of({n: (*row, None, None) for n, row in rows.items()}))
    for site in (Site(city="Beijing"), Site(city="朝阳区", province="北京")):
        seller = Seller(country="CN", sites=[site])
        found = told(Facts(ledger, as_day(TODAY), seller=seller), "is_in_site_city")
        assert found == {
            "province": True, "district": True, "city": True,
            "elsewhere": False, "other": False, "none": None,
        }  # fmt: skip


def test_outside_china():
    """Leeds with Yorkshire and without, Puerto Rico for the United States."""
    rows = {
        "a": ("UK", "West Yorkshire", "LEEDS", None, None),
        "b": ("England", "Kent", "Leeds", None, None),
        "c": ("EIRE", None, "Leeds", None, None),
    }
    ledger = ledger_of(people_of(rows))
    site = Site(city="Leeds", province="west  yorkshire")
    seller = Seller(country="Great Britain", sites=[site])
    facts = Facts(ledger, as_day(TODAY), seller=seller)
    assert told(facts, "is_in_site_city") == {"a": True, "b": False, "c": False}
    assert told(facts, "is_abroad") == {"a": False, "b": False, "c": True}
    ledger = ledger_of(people_of({"p": ("Puerto Rico", *[None] * 4)}))
    facts = Facts(ledger, as_day(TODAY), seller=Seller(country="USA"))
    assert told(facts, "is_abroad") == {"p": False}


def test_one_column_is_enough():
    """Without a column of countries the provinces of China say the country."""
    people = {"customer_id": ["a", "b"], "province": ["广东", "California"]}
    facts = Facts(ledger_of(people), as_day(TODAY), seller=Seller(country="CN"))
    assert told(facts, "country") == {"a": "CN", "b": None}
    assert told(facts, "is_abroad") == {"a": False, "b": None}
    nobody = cs.Ledger.from_frames(
        {"customer_id": ["a"], "date": [TODAY], "amount": [1.0]}, currency="CNY"
    )
    for feature in FEATURES:
        assert told(Facts(nobody, as_day(TODAY)), feature.code) == {"a": None}


def test_a_past_day_sees_the_past_place():
    """Moved on 2026-03-01: before that day the old city, with rows in any order."""
    people = {
        "customer_id": ["a", "a", "b"],
        "valid_from": ["2026-03-01", "2025-01-01", "2026-03-01"],
        "country": ["Germany", "CN", "CN"],
        "province": [None, "广东", "广东"],
        "city": ["Berlin", "佛山", "佛山"],
    }
    ledger = ledger_of(people)
    before = Facts(ledger, as_day("2026-02-28"), seller=HOME)
    after = Facts(ledger, as_day("2026-03-01"), seller=HOME)
    assert told(before, "country") == {"a": "CN", "b": None}
    assert told(before, "is_in_site_city") == {"a": True, "b": None}
    assert told(after, "country") == {"a": "DE", "b": "CN"}
    assert told(after, "city") == {"a": "berlin", "b": "佛山"}


def test_an_appended_move_changes_nothing_before_it():
    """The ledger grows by a later row; the past answers as it did."""
    first = ledger_of(
        {"customer_id": ["a"], "valid_from": ["2025-01-01"], "city": ["佛山"]}
    )
    later = ledger_of(
        {"customer_id": ["a"], "valid_from": ["2026-03-01"], "city": ["Berlin"]}
    )
    both = first.append(later)
    assert told(Facts(both, as_day("2026-02-28")), "city") == {"a": "佛山"}
    assert told(Facts(both, as_day(TODAY)), "city") == {"a": "berlin"}


def test_parts_give_the_same_and_read_each_word_once(monkeypatch):
    """A ledger measured in parts on two threads reads no vocabulary twice."""
    provinces = [*PROVINCES.values()]
    rows = {
        f"c{at:03}": (
            ["CN", "中国", "Germany", None][at % 4],
            provinces[at % 34].english[0],
            f"City {at % 50}",
            20.0 + at % 30,
            100.0 + at % 20,
        )
        for at in range(300)
    }
    ledger = ledger_of(people_of(rows))
    seller = Seller(
        country="CN", sites=[Site(city="City 7", latitude=23, longitude=113)]
    )
    facts = Facts(ledger, as_day(TODAY), seller=seller)
    codes = [one.code for one in FEATURES if one.code != "ship_to_places"]
    wanted = {code: (CATALOGUE[code], YEAR) for code in codes}
    plan = cs.Policy(policy_from_text(POLICY)).plan
    whole = measuring.measured(facts, plan, wanted)
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 1)
    monkeypatch.setattr(measuring, "_PART", 40)
    words = []
    count = "custseg.scoring.place.canonical_city"
    monkeypatch.setattr(count, lambda word: words.append(word) or word.casefold())
    fresh = Facts(ledger, as_day(TODAY), seller=seller)
    parts = measuring.measured(fresh, plan, wanted)
    for code in codes:
        assert np.array_equal(whole[code].values, parts[code].values), code
        assert np.array_equal(whole[code].is_known(), parts[code].is_known()), code
        assert whole[code].words == parts[code].words, code
    assert len(words) == 50


def test_words_that_nobody_understands_are_listed():
    """Slips are told apart from places abroad."""
    rows = {
        "a": ("Chian", "广东", None, None, None),
        "b": ("CN", "Gaungdong", None, None, None),
        "c": ("Hong Kong", None, None, None, None),
    }
    assert not_understood(ledger_of(people_of(rows))) == {"country": ("Chian",)}
    rows["a"] = ("CN", "广东", None, None, None)
    assert not_understood(ledger_of(people_of(rows))) == {"province": ("Gaungdong",)}
    rows["c"] = ("US", "California", None, None, None)
    assert not_understood(ledger_of(people_of(rows))) == {}


def test_places_of_delivery():
    """Distinct ship_to of the sale lines in the year, without returns."""
    sales = {
        "customer_id": ["a", "a", "a", "a", "a", "b"],
        "date": ["2026-06-01"] * 4 + ["2024-06-01", "2026-06-01"],
        "amount": [1.0, 1.0, 1.0, -1.0, 1.0, 1.0],
        "ship_to": ["Foshan", "Foshan", "Leeds", "Paris", "Rome", None],
    }
    facts = Facts(cs.Ledger.from_frames(sales, currency="CNY"), as_day(TODAY))
    assert told(facts, "ship_to_places") == {"a": 2, "b": None}


def test_every_feature_of_place_is_asked_for_here():
    """A new one is worked by hand too."""
    assert {one.code for one in FEATURES} == {
        "country", "province", "city", "is_abroad", "is_in_site_city", "distance_km",
        "ship_to_places",
    }  # fmt: skip
