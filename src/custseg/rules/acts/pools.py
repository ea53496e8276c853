"""Nurture pools: customers of one tier who are near the next, as a policy says it.

Some customers of tier B are almost in A, and a little attention brings them there. A
pool gathers them: a bar to enter and a lower one to stay, a longest stay, and as many
places as the sales force can look after. Who is in is remembered, like the tier; how
customers come and go is in :mod:`custseg.rules.acts.pooling`.

A pool is a table ``[pools.CODE]``.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from custseg.errors import did_you_mean
from custseg.labels import Title
from custseg.rules.acts.questions import Question
from custseg.rules.files.reading import Reader, read_title
from custseg.rules.grading import Grading
from custseg.rules.naming import RESERVED, check_code, check_title
from custseg.rules.paths import Found, Path, found_at

__all__ = ["Pool", "check_pool", "read_pool"]

_MOST = 10_000_000


@frozen
class Pool:
    """Customers of one tier who are to be brought into a higher one.

    Parameters
    ----------
    code : str
    title : Title
    of : str
        The tier that its customers hold.
    enter : str
        A condition on features, the score and families.
    stay : str
        The condition to remain; that to enter where nothing is said.
    toward : str
        The tier to which they are to rise; the one above where nothing is said.
    longest_days : int
        How long anybody remains; 0 is for ever.
    capacity : int
        How many it takes; 0 is any number.
    rank_by : str
        A formula: who has more comes first. "" is the score.
    source : str

    Examples
    --------
    >>> pool = Pool("nurture", Title("培育池", "Nurture pool"), "B", "score >= 64")
    >>> [one.key for one in pool.questions()]
    ['pools.nurture.enter']
    """

    code: str
    title: Title
    of: str
    enter: str
    stay: str = ""
    toward: str = ""
    longest_days: int = 0
    capacity: int = 0
    rank_by: str = ""
    source: str = ""

    def goal(self, grading: Grading) -> int:
        """Return the place of the tier to which its customers are to rise."""
        return grading.place(self.toward) if self.toward else grading.place(self.of) - 1

    def key(self, about: str) -> str:
        """Return the name under which one of its questions is answered.

        Examples
        --------
        >>> Pool("nurture", Title("培育池", "Pool"), "B", "score >= 64").key("enter")
        'pools.nurture.enter'
        """
        return f"pools.{self.code}.{about}"

    def questions(self) -> Iterator[Question]:
        """Yield what it asks about customers."""
        path: Path = ("pools", self.code)
        yield Question((*path, "enter"), self.enter)
        if self.stay:
            yield Question((*path, "stay"), self.stay)
        if self.rank_by:
            yield Question((*path, "rank_by"), self.rank_by, "number")


def read_pool(reader: Reader) -> Pool:
    """Read one table; every slip is noted, and a harmless value put in its place."""
    return Pool(
        code=str(reader.path[-1]),
        title=reader.part("title", read_title),
        of=reader.text("of"),
        enter=reader.text("enter"),
        stay=reader.text("stay", ""),
        toward=reader.text("toward", ""),
        longest_days=reader.whole("longest_days", 0),
        capacity=reader.whole("capacity", 0),
        rank_by=reader.text("rank_by", ""),
        source=reader.text("source", ""),
    )


def check_pool(pool: Pool, grading: Grading) -> Iterator[Found]:
    """Refuse a pool that leads nowhere.

    Parameters
    ----------
    pool : Pool
    grading : Grading
    """
    path: Path = ("pools", pool.code)
    yield from check_code(pool.code, path, upper=False, reserved=RESERVED)
    yield from check_title(pool.title, (*path, "title"))
    codes = [tier.code for tier in grading.tiers]
    for key, code, allowed in (
        ("of", pool.of, codes[1:]),
        ("toward", pool.toward, codes[:-1]),
    ):
        if code not in codes and (code or key == "of"):
            yield found_at(
                (*path, key),
                f"there is no tier '{code}'",
                allowed=", ".join(allowed),
                hint=did_you_mean(code, codes),
            )
    if pool.of in codes[:1]:
        yield found_at(
            (*path, "of"),
            "nobody can rise from the highest tier",
            allowed=", ".join(codes[1:]),
        )
    elif pool.of in codes and pool.toward in codes[codes.index(pool.of) :]:
        yield found_at(
            (*path, "toward"),
            "a pool leads to a tier above its own",
            got=pool.toward,
            allowed=", ".join(codes[: codes.index(pool.of)]),
        )
    for key, value in (
        ("longest_days", pool.longest_days),
        ("capacity", pool.capacity),
    ):
        if not 0 <= value <= _MOST:
            yield found_at(
                (*path, key),
                "this is out of bounds",
                got=str(value),
                allowed=f"0 to {_MOST:,}",
            )
