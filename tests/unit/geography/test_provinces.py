"""The provinces of China, in the spellings that systems and people use."""

import pandas as pd
import pytest

from custseg.geography.cities import canonical_city, city_key
from custseg.geography.provinces import (
    CITIES,
    PROVINCES,
    canonical_province,
    sure_province,
)


def test_there_are_34_of_them():
    """Codes, digits and names are all different."""
    assert len(PROVINCES) == 34
    for field in ("code", "adcode", "short", "full"):
        assert len({getattr(one, field) for one in PROVINCES.values()}) == 34
    signs = "".join(one.sign for one in PROVINCES.values())
    assert len(signs) == len(set(signs))


@pytest.mark.parametrize("code", [*PROVINCES])
def test_each_in_all_its_spellings(code):
    """广东, 广东省, Guangdong, 440000, CN-GD: all mean one place."""
    one = PROVINCES[code]
    names = (one.short, one.full, one.code, one.adcode, *one.english)
    further = (f"{one.english[0]} Province", one.english[0].upper(), f" {one.full} ")
    for spelling in (*names, *further, f"中国{one.full}", f"{one.english[0]}, China"):
        assert canonical_province(spelling) == code, spelling
        assert canonical_province(spelling, None) == code, spelling
    for letters in (code[3:], code[3:].lower(), one.adcode[:2], *one.sign):
        assert canonical_province(letters) == code, letters
        assert sure_province(letters) is None, letters


@pytest.mark.parametrize(
    ("spelling", "code"),
    [
        ("Inner Mongolia Autonomous Region", "CN-NM"),
        ("Neimenggu", "CN-NM"),
        ("Nei Mongol Zizhiqu", "CN-NM"),
        ("內蒙古", "CN-NM"),
        ("Guangxi Zhuang Autonomous Region", "CN-GX"),
        ("广西省", "CN-GX"),
        ("Xinjiang Uyghur Autonomous Region", "CN-XJ"),
        ("Ningxia Huizu Zizhiqu", "CN-NX"),
        ("Tibet", "CN-XZ"),
        ("Xizang", "CN-XZ"),
        ("Shaanxi", "CN-SN"),
        ("Shanxi", "CN-SX"),
        ("Shǎnxī", "CN-SN"),
        ("Shānxī", "CN-SX"),
        ("Beijing Shi", "CN-BJ"),
        ("Shanghai Municipality", "CN-SH"),
        ("Hongkong", "CN-HK"),
        ("Hong Kong SAR", "CN-HK"),
        ("香港特別行政區", "CN-HK"),
        ("Macau", "CN-MO"),
        ("臺灣", "CN-TW"),
        ("440106", "CN-GD"),
        ("440000000000", "CN-GD"),
        ("440000.0", "CN-GD"),
        ("Anhui", "CN-AH"),
    ],
)
def test_what_people_write(spelling, code):
    """Old and new romanisations, tones, registers' words, digits of a county."""
    assert canonical_province(spelling) == code


@pytest.mark.parametrize("text", ["", "火星", "California", "99", "999999", "XX"])
def test_what_is_no_province_of_china_has_no_code(text):
    """Nothing is guessed."""
    assert canonical_province(text) is None


def test_elsewhere_a_province_is_its_name():
    """No table of the world: the text itself, in one case and width."""
    assert canonical_province(" ＮＥＷ  South Wales ", "AU") == "new south wales"
    assert canonical_province("SD", "US") == "sd"
    assert canonical_province("Guangdong", "US") == "guangdong"
    assert canonical_province("SD", None) == "sd"
    assert canonical_province(" ", "US") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("佛山市", "佛山"),
        (" 佛山 ", "佛山"),
        ("ＬＥＥＤＳ", "leeds"),
        ("New   York", "new york"),
        ("沙市", "沙市"),
        ("津市市", "津市"),
        ("市", "市"),
        ("", None),
    ],
)
def test_names_of_cities(text, name):
    """Case, width, blanks and 市 do not count; a name keeps two characters."""
    assert canonical_city(text) == name


@pytest.mark.parametrize("code", sorted(CITIES))
def test_cities_that_are_provinces_have_one_key(code):
    """Beijing, 北京市 and 110000 are one city."""
    one = PROVINCES[code]
    for spelling in (one.short, one.full, one.adcode, one.code, *one.english):
        assert city_key(spelling) == code
        assert city_key(spelling.upper()) == code


def test_other_cities_keep_their_names():
    """吉林 is a city too, and Shantou only begins like Shanghai."""
    assert city_key("吉林市") == "吉林"
    assert [city_key(one) for one in ("Shantou", "Macon", "朝阳区", "")] == [
        "shantou", "macon", "朝阳区", None,
    ]  # fmt: skip
    assert [city_key(one) for one in ("重慶市", "澳門", "中国香港")] == [
        "CN-CQ", "CN-MO", "CN-HK",
    ]  # fmt: skip


@pytest.mark.real
def test_the_table_against_the_public_lists(data_dir):
    """Codes of ISO 3166-2, digits and full names of the administrative divisions."""
    coded = pd.read_parquet(data_dir / "geo" / "iso3166_2.parquet")
    chinese = coded[coded["code"].str.startswith("CN-")]
    assert sorted(chinese["code"]) == sorted(PROVINCES)
    for row in chinese.itertuples():
        assert canonical_province(row.name) == row.code
    divisions = pd.read_parquet(data_dir / "geo" / "china_adcodes_latlon.parquet")
    top = divisions[divisions["adcode"].str.endswith("0000000000")]
    assert len(top) == 34
    for row in top.itertuples():
        assert canonical_province(row.name) == canonical_province(row.adcode)
        assert PROVINCES[canonical_province(row.name)].full == row.name


@pytest.mark.real
def test_every_county_lies_in_the_province_of_its_digits(data_dir):
    """The first two of six digits say the province, for 3,511 divisions."""
    divisions = pd.read_parquet(data_dir / "geo" / "china_adcodes_latlon.parquet")
    of_digits = {one.adcode[:2]: code for code, one in PROVINCES.items()}
    for adcode in divisions["adcode"]:
        assert canonical_province(adcode[:6]) == of_digits[adcode[:2]]


@pytest.mark.real
def test_no_city_is_taken_for_a_province_that_is_a_city(data_dir):
    """Of all cities and counties, none but the six has the key of a province."""
    divisions = pd.read_parquet(data_dir / "geo" / "china_adcodes_latlon.parquet")
    keyed = {name: city_key(name) for name in divisions["name"]}
    taken = {name for name, key in keyed.items() if key in CITIES}
    assert taken == {PROVINCES[code].full for code in CITIES}
