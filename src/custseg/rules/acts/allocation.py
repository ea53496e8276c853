"""Which part of an effort or a budget each tier gets, as a policy says it.

Most of what a sales force has to give should go where most of the value is: four fifths
to the core customers, a fifth to the next, and none to those who are served by
machines. Inside a tier it goes by a number, mostly the score. The sharing out itself is
in :mod:`custseg.reviews.allocating`.

A section ``[allocation]`` has the list ``[[allocation.shares]]`` and perhaps a table
``[allocation.freed_to]``.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from attrs import frozen

from custseg.errors import did_you_mean
from custseg.labels import Title
from custseg.rules.acts.questions import Question
from custseg.rules.describing import described
from custseg.rules.files.reading import Reader, read_title
from custseg.rules.grading import Grading
from custseg.rules.naming import check_title
from custseg.rules.paths import Found, Path, found_at

__all__ = ["Allocation", "FreedTo", "Share", "check_allocation", "read_allocation"]

_PATH: Path = ("allocation",)


@frozen
class Share:
    """What one tier gets.

    Parameters
    ----------
    tier : str
    share : Decimal
        A part of one; the shares of all tiers are not more than one together.
    floor : int
        The least that each of its customers gets.
    cap : int
        The most that each of its customers gets; 0 is any number.
    """

    tier: str
    share: Decimal
    floor: int = 0
    cap: int = 0


@frozen
class FreedTo:
    """Who gets what those had who are proposed for the clean-out.

    Parameters
    ----------
    tier : str
    when : str
        A condition on features, the score and families; "" is all of the tier.
    """

    tier: str
    when: str = ""


@frozen
class Allocation:
    """How an effort or a budget is shared out among tiers, and inside them.

    Parameters
    ----------
    title : Title
        What is shared out.
    shares : tuple of Share
        A tier that is not named gets nothing.
    by : str
        A formula: inside a tier each gets in proportion to it. "" is the score.
    unit : int
        The smallest portion; what each gets is a whole number of them.
    freed_to : FreedTo or None
    source : str
    """

    title: Title
    shares: tuple[Share, ...]
    by: str = ""
    unit: int = 1
    freed_to: FreedTo | None = None
    source: str = ""

    def rules(self, grading: Grading) -> tuple[Share, ...]:
        """Return what each tier gets, in the order of the tiers."""
        named = {one.tier: one for one in self.shares}
        nothing = Decimal(0)
        return tuple(
            named.get(one.code, Share(one.code, nothing)) for one in grading.tiers
        )

    def questions(self) -> Iterator[Question]:
        """Yield what it asks about customers."""
        if self.by:
            yield Question((*_PATH, "by"), self.by, "number")
        if self.freed_to is not None and self.freed_to.when:
            yield Question((*_PATH, "freed_to", "when"), self.freed_to.when)


def read_allocation(reader: Reader) -> Allocation:
    """Read the section; every slip is noted, and a harmless value put in its place."""
    return Allocation(
        title=reader.part("title", read_title),
        shares=reader.parts("shares", _share),
        by=reader.text("by", ""),
        unit=reader.whole("unit", 1),
        freed_to=reader.part("freed_to", _freed_to, None),
        source=reader.text("source", ""),
    )


def _share(reader: Reader) -> Share:
    return Share(
        tier=reader.text("tier"),
        share=reader.number("share") or Decimal(0),
        floor=reader.whole("floor", 0),
        cap=reader.whole("cap", 0),
    )


def _freed_to(reader: Reader) -> FreedTo:
    return FreedTo(reader.text("tier"), reader.text("when", ""))


def check_allocation(
    allocation: Allocation, grading: Grading, *, cleans_out: bool
) -> Iterator[Found]:
    """Refuse shares that nobody can give.

    Parameters
    ----------
    allocation : Allocation
    grading : Grading
    cleans_out : bool
        Whether the policy has a clean-out, which alone frees anything.
    """
    yield from check_title(allocation.title, (*_PATH, "title"))
    if allocation.unit < 1:
        yield found_at(
            (*_PATH, "unit"),
            "the smallest portion is at least 1",
            got=str(allocation.unit),
        )
    path = (*_PATH, "shares")
    if not allocation.shares:
        yield found_at(
            path, "an allocation needs shares", hint="add [[allocation.shares]]"
        )
    met: set[str] = set()
    for place, one in enumerate(allocation.shares):
        yield from _tier(one.tier, grading, (*path, place, "tier"))
        if one.tier in met:
            yield found_at(
                (*path, place, "tier"), f"the tier '{one.tier}' is there twice"
            )
        met.add(one.tier)
        yield from _portion(one, max(allocation.unit, 1), (*path, place))
    whole = sum((one.share for one in allocation.shares), Decimal(0))
    if whole > 1 and all(0 <= one.share <= 1 for one in allocation.shares):
        yield found_at(
            path,
            "the shares of all tiers are more than one together",
            got=" + ".join(f"{one.share:f}" for one in allocation.shares[:20]),
            hint=f"take {whole - 1:f} off them",
        )
    freed = allocation.freed_to
    if freed is None:
        return
    yield from _tier(freed.tier, grading, (*_PATH, "freed_to", "tier"))
    if not cleans_out:
        yield found_at(
            (*_PATH, "freed_to"),
            "nothing is freed without a clean-out",
            hint="add [clean_out], or take it out",
        )


def _tier(code: str, grading: Grading, path: Path) -> Iterator[Found]:
    codes = [one.code for one in grading.tiers]
    if code not in codes:
        yield found_at(
            path,
            f"there is no tier '{code}'",
            allowed=", ".join(codes),
            hint=did_you_mean(code, codes),
        )


def _portion(one: Share, unit: int, path: Path) -> Iterator[Found]:
    if not 0 <= one.share <= 1:
        yield found_at(
            (*path, "share"),
            "a share is a part of one",
            got=described(one.share),
            allowed="0 to 1",
            hint=f"write {(one.share / 100).normalize():f}"
            if 1 < one.share <= 100
            else "",
        )
    for key, value in (("floor", one.floor), ("cap", one.cap)):
        if value < 0 or value % unit:
            yield found_at(
                (*path, key),
                f"a {key} is a whole number of the smallest portion, {unit}",
                got=str(value),
            )
    if 0 < one.cap < one.floor:
        yield found_at(
            (*path, "cap"),
            "the cap is under the floor",
            got=str(one.cap),
            allowed=f"{one.floor} or more",
        )
    if one.floor > 0 and one.share == 0:
        yield found_at(
            (*path, "floor"),
            "a tier that gets nothing cannot give each of its customers something",
            got=str(one.floor),
            hint="give it a share, or take the floor out",
        )
