"""Where the seller is: said once, and refused in words where it cannot be."""

import pytest

from custseg.errors import PolicyError, SettingError
from custseg.policy import load_policy
from custseg.rules.files.loader import policy_from_text, policy_to_text
from custseg.seller import Seller, Site


def test_a_site_is_a_city_or_a_point_or_both():
    """Either end of "local" can be told by name or by distance."""
    assert Site(city="Leeds").latitude is None
    assert Site(latitude=53.8, longitude=-1.55).city == ""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "a site needs a city or a point"),
        ({"latitude": 53.8}, "a point needs both latitude and longitude"),
        ({"latitude": 91, "longitude": 0}, "latitude must be degrees; .*-90 to 90"),
        ({"latitude": 0, "longitude": 181}, "longitude must be degrees"),
        ({"latitude": float("nan"), "longitude": 0}, "latitude must be degrees"),
        ({"latitude": "53.8", "longitude": 0}, "latitude must be degrees"),
        ({"city": 7}, "city must be text"),
    ],
)
def test_a_site_that_is_nowhere_is_refused(given, words):
    """A wrong degree would make everybody local, or nobody."""
    with pytest.raises(SettingError, match=words):
        Site(**given)


def test_a_seller_has_a_country_and_sites():
    """Sites may come as any list and are kept as a tuple."""
    seller = Seller(country=" CN ", sites=[Site(city="佛山")])
    assert (seller.country, seller.sites) == ("CN", (Site(city="佛山"),))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"country": ""}, "the country is empty"),
        ({"country": 86}, "country must be text"),
        ({"country": "CN", "sites": ["Foshan"]}, r"expected a Site"),
    ],
)
def test_a_seller_that_cannot_be_is_refused(given, words):
    """A name is no site, and nobody is at home nowhere."""
    with pytest.raises(SettingError, match=words):
        Seller(**given)


@pytest.mark.parametrize(
    ("country", "words"),
    [
        ("Untied Kingdom", "nobody understands the country; .*'United Kingdom'"),
        ("Chian", "nobody understands the country; got 'Chian'; did you mean 'China'"),
        ("Mu-Mu Land", "nobody understands the country; .*; write a code, such"),
    ],
)
def test_a_country_that_nobody_understands_is_refused(country, words):
    """Everybody would be neither at home nor abroad, and nobody would know why."""
    with pytest.raises(SettingError, match=words):
        Seller(country=country)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('country = "Chian"', r"\$\.seller\.country: nobody understands the country"),
        ('country = ""', r"\$\.seller\.country: the country is empty"),
        ("", r"\$\.seller\.country: this key is missing"),
        ("country = 86", r"\$\.seller\.country: expected a text in quotes"),
    ],
)
def test_a_policy_file_is_told_where_its_seller_is_wrong(lines, words):
    """The place in the file is named, as with every other slip."""
    text = policy_to_text(load_policy("company").tree)
    with pytest.raises(PolicyError, match=words):
        policy_from_text(f"{text}\n[seller]\n{lines}\n")


def test_one_site_may_be_given_bare():
    """A seller with one warehouse need not write a list."""
    alone = Site(city="Foshan")
    assert Seller(country="CN", sites=alone).sites == (alone,)


def test_with_seller_wants_a_seller():
    """A country code alone is not enough."""
    with pytest.raises(SettingError, match="expected a Seller"):
        load_policy("company").with_seller("CN")


def test_the_seller_is_part_of_what_a_policy_is():
    """The same rules for another place give other answers, so another digest."""
    policy = load_policy("company")
    assert policy.with_seller(Seller(country="CN")).digest != policy.digest
