"""Countries: every code and name leads to the one country that is meant."""

import pandas as pd
import pytest

from custseg.geography.countries import (
    PARTS,
    canonical_country,
    countries,
    whole_country,
)
from custseg.geography.spelling import key_of


def test_no_spelling_means_two_countries():
    """A name that two countries share would be given to the last of them."""
    owners = {}
    for country in countries().values():
        for spelling in country.spellings():
            owners.setdefault(key_of(spelling), set()).add(country.alpha_2)
    assert {key: found for key, found in owners.items() if len(found) > 1} == {}
    assert "" not in owners


def test_every_country_is_found_by_each_of_its_spellings():
    """Codes, names and case all lead back."""
    for code, country in countries().items():
        for spelling in country.spellings():
            for written in (spelling, spelling.upper(), f" {spelling.lower()} "):
                assert canonical_country(written) == code, written


@pytest.mark.parametrize(
    ("spellings", "code"),
    [
        (("CN", "chn", "156", "China", "中国", "PRC", "P.R. China", "中國"), "CN"),
        (("People's Republic of China", "People’s Republic of China"), "CN"),
        (("中华人民共和国", "Mainland China", "China (Mainland)", "ＣＨＩＮＡ"), "CN"),
        (("UK", "U.K.", "Great Britain", "England", "Scotland", "英国"), "GB"),
        (("USA", "U.S.", "U.S.A.", "United States of America", "美國"), "US"),
        (("South Korea", "Korea, Republic of", "Republic of Korea", "韩国"), "KR"),
        (("North Korea", "Korea (Democratic People's Republic of)", "朝鲜"), "KP"),
        (("EIRE", "Republic of Ireland", "爱尔兰"), "IE"),
        (("RSA", "South Africa"), "ZA"),
        (("Côte d'Ivoire", "COTE D’IVOIRE", "Ivory Coast"), "CI"),
        (("Bolivia (Plurinational State of)", "玻利维亚"), "BO"),
        (("Congo, The Democratic Republic of the", "DR Congo"), "CD"),
        (("St. Vincent & the Grenadines", "Saint Vincent and Grenadines"), "VC"),
        (("Turkey", "Türkiye", "TÜRKİYE"), "TR"),
        (("Hong Kong", "Hongkong", "香港", "Hong Kong SAR", "香港特别行政区"), "HK"),
        (("Macao", "Macau", "澳門"), "MO"),
        (("Taiwan", "台灣", "臺灣", "Taiwan, Province of China"), "TW"),
        (("Holland", "The Netherlands"), "NL"),
    ],
)
def test_what_people_write(spellings, code):
    """Common names, old names, registers' inversions, traditional characters."""
    assert {one: canonical_country(one) for one in spellings} == dict.fromkeys(
        spellings, code
    )


@pytest.mark.parametrize(
    "text",
    ["", "  ", "Atlantis", "Chian", "European Community", "Unspecified", "?", "Asia"],
)
def test_what_nobody_understands_is_not_guessed(text):
    """A slip of the pen, or what is no one country, has no code."""
    assert canonical_country(text) is None


def test_parts_that_have_a_code_of_their_own():
    """Puerto Rico belongs with the United States, Hong Kong with China."""
    wholes = {one: whole_country(one) for one in ("PR", "HK", "RE", "AX", "GB")}
    assert wholes == {"PR": "US", "HK": "CN", "RE": "FR", "AX": "FI", "GB": "GB"}
    assert {*PARTS, *PARTS.values()} <= {*countries()}


@pytest.mark.real
def test_the_table_against_iso_3166_1(data_dir):
    """Codes, short, common and official names of all 249, from the public list."""
    listed = pd.read_parquet(data_dir / "geo" / "iso3166_1.parquet")
    assert sorted(listed["alpha_2"]) == [*countries()]
    for row in listed.itertuples():
        ours = countries()[row.alpha_2]
        assert (ours.alpha_3, ours.numeric) == (row.alpha_3, row.numeric)
        names = [row.name, row.official_name, row.common_name]
        for name in (one for one in names if isinstance(one, str)):
            assert canonical_country(name) == row.alpha_2, name


# Where the list of names disagrees, and why the table does not follow it.
OTHERWISE = {
    "多米尼加": "DO",  # in Chinese the Dominican Republic; Dominica is 多米尼克
    "圣马丁岛": None,  # the whole island: half French (MF), half Dutch (SX)
    "Guiana": None,  # the region; French Guiana is one part of it
    "Virgin Islands": None,  # British (VG) or of the United States (VI)
}


@pytest.mark.real
def test_the_table_against_names_in_english_and_chinese(data_dir):
    """Common, official and Chinese names of all countries, from another list."""
    listed = pd.read_parquet(data_dir / "geo" / "countries_mledoze.parquet")
    for row in listed[listed["cca2"] != "XK"].itertuples():  # Kosovo: not in ISO 3166
        for name in (row.name_common, row.name_official, row.name_zho):
            assert canonical_country(name) == OTHERWISE.get(name, row.cca2), name
        for name in row.alt_spellings.split("|"):
            assert canonical_country(name) in {row.cca2, None}, name


@pytest.mark.real
def test_the_countries_of_the_online_retail_data(data_dir):
    """All are understood but for three that are no country."""
    sales = pd.read_parquet(data_dir / "uci_online_retail.parquet", columns=["Country"])
    odd = {one for one in sales["Country"].unique() if canonical_country(one) is None}
    assert odd == {"Channel Islands", "European Community", "Unspecified"}


@pytest.mark.real
def test_parts_stand_in_iso_3166_2(data_dir):
    """Each part is listed under its country, by its letters or by its name."""
    listed = pd.read_parquet(data_dir / "geo" / "iso3166_2.parquet")
    codes = set(listed["code"])
    by_number = {
        "GF": "FR-973", "GP": "FR-971", "MQ": "FR-972", "RE": "FR-974",
        "YT": "FR-976", "AX": "FI-01", "SJ": "NO-21", "BQ": "NL-BQ1",
    }  # fmt: skip
    for part, whole in PARTS.items():
        assert by_number.get(part, f"{whole}-{part}") in codes
