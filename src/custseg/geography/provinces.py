"""The provinces of China by whatever name they are called.

``广东``, ``广东省``, ``Guangdong``, ``440000``, ``CN-GD``: all mean one place. The 34
units of the level of provinces have one code each, that of ISO 3166-2:CN; their digits
are those of GB/T 2260.

The method: full names in Chinese, the short name, the sign that stands for the
province, the usual English names and the letters and digits of the standards; words
such as Province or Autonomous Region do not count.

Limits: for other countries there is no table. There a province is its name, in half
width and lower case: ``California`` and ``CA`` are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from attrs import frozen

from custseg.geography.spelling import key_of, tidy

__all__ = ["CITIES", "PROVINCES", "Province", "canonical_province", "sure_province"]


@frozen
class Province:
    """One unit of the level of provinces.

    Parameters
    ----------
    code : str
        Of ISO 3166-2, such as ``CN-GD``.
    adcode : str
        The six digits of GB/T 2260.
    short, full : str
        In Chinese.
    english : tuple of str
        The usual name first.
    sign : str
        The characters that stand for it on number plates and in newspapers.
    """

    code: str
    adcode: str
    short: str
    full: str
    english: tuple[str, ...]
    sign: str


_TABLE: Final = """
BJ 11 北京   北京市            京     Beijing;Peking
TJ 12 天津   天津市            津     Tianjin;Tientsin
HE 13 河北   河北省            冀     Hebei
SX 14 山西   山西省            晋     Shanxi
NM 15 内蒙古 内蒙古自治区      蒙     Inner Mongolia;Nei Mongol;Nei Menggu;Nei Monggol
LN 21 辽宁   辽宁省            辽     Liaoning
JL 22 吉林   吉林省            吉     Jilin
HL 23 黑龙江 黑龙江省          黑     Heilongjiang
SH 31 上海   上海市            沪申   Shanghai
JS 32 江苏   江苏省            苏     Jiangsu
ZJ 33 浙江   浙江省            浙     Zhejiang
AH 34 安徽   安徽省            皖     Anhui
FJ 35 福建   福建省            闽     Fujian
JX 36 江西   江西省            赣     Jiangxi
SD 37 山东   山东省            鲁     Shandong
HA 41 河南   河南省            豫     Henan
HB 42 湖北   湖北省            鄂     Hubei
HN 43 湖南   湖南省            湘     Hunan
GD 44 广东   广东省            粤     Guangdong
GX 45 广西   广西壮族自治区    桂     Guangxi
HI 46 海南   海南省            琼     Hainan
CQ 50 重庆   重庆市            渝     Chongqing;Chungking
SC 51 四川   四川省            川蜀   Sichuan
GZ 52 贵州   贵州省            贵黔   Guizhou
YN 53 云南   云南省            云滇   Yunnan
XZ 54 西藏   西藏自治区        藏     Xizang;Tibet
SN 61 陕西   陕西省            陕秦   Shaanxi
GS 62 甘肃   甘肃省            甘陇   Gansu
QH 63 青海   青海省            青     Qinghai
NX 64 宁夏   宁夏回族自治区    宁     Ningxia
XJ 65 新疆   新疆维吾尔自治区  新     Xinjiang
TW 71 台湾   台湾省            台     Taiwan
HK 81 香港   香港特别行政区    港     Hong Kong
MO 82 澳门   澳门特别行政区    澳     Macao;Macau
"""


def _row(line: str) -> Province:
    letters, digits, short, full, sign, english = line.split(maxsplit=5)
    names = tuple(english.split(";"))
    return Province(f"CN-{letters}", f"{digits}0000", short, full, names, sign)


PROVINCES: Final[Mapping[str, Province]] = MappingProxyType(
    {one.code: one for one in map(_row, _TABLE.strip().splitlines())}
)
"""All 34 by their codes, in the order of GB/T 2260."""

CITIES: Final = frozenset({"CN-BJ", "CN-TJ", "CN-SH", "CN-CQ", "CN-HK", "CN-MO"})
"""Units that are one city each: the four municipalities, Hong Kong and Macao."""

_KINDS: Final = (
    "specialadministrativeregion", "autonomousregion", "municipality", "province",
    "zizhiqu", "sheng", "shi", "city", "sar", "china", "prc",
    "zhuangzu", "huizu", "weiwuer", "uygur", "uyghur", "uighur", "zhuang", "hui", "of",
)  # fmt: skip
"""Words that say what kind of unit it is; they do not count."""

_KIND: Final = re.compile(rf"({'|'.join(_KINDS)})$")
_CHINA: Final = re.compile(r"^(中国|中华人民共和国)(?=.)")
_ADCODE: Final = re.compile(r"([1-9]\d)(?:\d{4}(?:\d{6})?)?(?:\.0)?")
_THIRD_TONE: Final = "\u01ce"  # a with a caron


@cache
def _by_key() -> Mapping[str, str]:
    """Return the names that mean a province of China in any company."""
    found = {}
    for one in PROVINCES.values():
        for name in (one.short, one.full, one.code, one.adcode, *one.english):
            found[key_of(name)] = one.code
    found[key_of("内蒙")] = "CN-NM"
    found[key_of("广西省")] = "CN-GX"
    return found


@cache
def _by_letters() -> Mapping[str, str]:
    """Return what means a province only where the country is China."""
    found = {}
    for one in PROVINCES.values():
        for letters in (one.code[3:].casefold(), *one.sign):
            found[letters] = one.code
    return found


def _keys(text: str) -> Iterator[str]:
    name = tidy(text)
    if name.startswith(f"sh{_THIRD_TONE}n"):  # the two differ by tone alone
        name = f"shaa{name[3:]}"
    key = _CHINA.sub("", key_of(name))
    yield key
    while (short := _KIND.sub("", key)) != key:
        key = short
        yield key


def sure_province(text: str) -> str | None:
    """Return the code of a province that only China has, whatever the country says.

    Two letters such as ``SD``, the signs of number plates and the digits of a county
    are not enough: elsewhere they mean something else.

    Examples
    --------
    >>> sure_province("广东省"), sure_province("Guangdong"), sure_province("SD")
    ('CN-GD', 'CN-GD', None)
    """
    known = _by_key()
    return next((known[key] for key in _keys(text) if key in known), None)


def canonical_province(text: str, country: str | None = "CN") -> str | None:
    """Return the code of a province; None where nobody knows which is meant.

    Parameters
    ----------
    text : str
    country : str or None
        Two letters; None where it is not known. For any other country than China the
        text itself comes back, in half width and lower case, unless it means a
        province that only China has and no country was said.

    Returns
    -------
    str or None

    Examples
    --------
    >>> spellings = ("广东", "广东省", "廣東", "Guangdong", "440000", "CN-GD", "GD")
    >>> {canonical_province(one) for one in spellings}
    {'CN-GD'}
    >>> canonical_province("Shaanxi"), canonical_province("Shanxi Province")
    ('CN-SN', 'CN-SX')
    >>> canonical_province("SD"), canonical_province("SD", country="US")
    ('CN-SD', 'sd')
    """
    if country is None:
        return sure_province(text) or tidy(text) or None
    if country != "CN":
        return tidy(text) or None
    if found := sure_province(text):
        return found
    plain = key_of(text)
    if plain in _by_letters():
        return _by_letters()[plain]
    digits = _ADCODE.fullmatch(tidy(text))
    return _by_key().get(f"{digits[1]}0000") if digits else None
