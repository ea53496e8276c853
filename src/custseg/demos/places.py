"""Where the customers of the made-up trades are, as seen from a yard in Foshan.

As on real cards a place comes in several spellings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from custseg.demos.dice import Dice
from custseg.seller import Seller, Site

__all__ = ["SELLER", "Place", "somewhere"]

SELLER: Final = Seller(country="CN", sites=[Site(city="佛山", province="广东")])


@frozen
class Place:
    """A place, and what is meant by it.

    Parameters
    ----------
    country, province, city : str or None
        As written on the card.
    place, region : str
        Labels: as seen from the seller, and of the four regions or ABROAD.
    """

    country: str | None
    province: str | None
    city: str | None
    place: str
    region: str

    def card(self) -> dict[str, object]:
        """Return the columns of the card."""
        return {"country": self.country, "province": self.province, "city": self.city}

    def labels(self) -> dict[str, str]:
        """Return what is meant, in the families of place."""
        domestic = "NO" if self.region == "ABROAD" else "YES"
        return {"place": self.place, "region": self.region, "domestic": domestic}


_NEAR: Final = (
    Place("中国", "广东省", "佛山市", "LOCAL", "SOUTH"),
    Place("CN", "广东", "佛山", "LOCAL", "SOUTH"),
)
_FAR: Final = (
    Place("中国", "广东省", "深圳市", "NON_LOCAL", "SOUTH"),
    Place("CN", "湖南", "长沙", "NON_LOCAL", "SOUTH"),
    Place("中国", "北京市", "北京市", "NON_LOCAL", "NORTH"),
    Place("CN", "辽宁", "沈阳", "NON_LOCAL", "NORTH"),
    Place("中国", "江苏省", "苏州市", "NON_LOCAL", "EAST"),
    Place("CN", "福建", "厦门", "NON_LOCAL", "EAST"),
    Place("中国", "四川省", "成都市", "NON_LOCAL", "WEST"),
    Place("CN", "陕西", "西安", "NON_LOCAL", "WEST"),
)
_ABROAD: Final = (
    Place("越南", None, "河内", "INTERNATIONAL", "ABROAD"),
    Place("Malaysia", None, "Penang", "INTERNATIONAL", "ABROAD"),
    Place("TH", None, "Bangkok", "INTERNATIONAL", "ABROAD"),
)


def somewhere(dice: Dice, *, near: int, abroad: int = 0) -> Place:
    """Return a place.

    Parameters
    ----------
    dice : Dice
    near, abroad : int
        Permille of the customers in the seller's city, and in other countries.
    """
    kinds: dict[Sequence[Place], int] = {
        _NEAR: near,
        _ABROAD: abroad,
        _FAR: 1000 - near - abroad,
    }
    return dice.pick(dice.weighted(kinds))
