"""What a policy says is to be done: pools, the clean-out, the allocation, precedence.

Labels and tiers say what a customer is. The sections gathered here say what follows:
whom to bring on, whom to let go, who gets how much, and whose word counts where two
playbooks ask for the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from attrs import frozen

from custseg.errors import did_you_mean
from custseg.rules.acts.allocation import Allocation, check_allocation, read_allocation
from custseg.rules.acts.clean_out import CleanOut, check_clean_out, read_clean_out
from custseg.rules.acts.pools import Pool, check_pool, read_pool
from custseg.rules.acts.questions import Question
from custseg.rules.files.reading import Reader
from custseg.rules.files.written import Plain, written
from custseg.rules.grading import Grading
from custseg.rules.paths import Found, found_at

__all__ = ["Acting", "acting_to_data", "check_acting", "read_acting"]


@frozen
class Acting:
    """What is to be done with customers, beside their tiers.

    Parameters
    ----------
    pools : tuple of Pool
    clean_out : CleanOut or None
    allocation : Allocation or None
    precedence : tuple of str
        Families, and ``tier``: where playbooks of two of them ask for the same action,
        the one named first says who does it, how and how often.

    Examples
    --------
    >>> Acting().pools, list(Acting().questions())
    ((), [])
    """

    pools: tuple[Pool, ...] = ()
    clean_out: CleanOut | None = None
    allocation: Allocation | None = None
    precedence: tuple[str, ...] = ()

    def questions(self) -> Iterator[Question]:
        """Yield what only reviews ask about customers, beside their tiers."""
        yield from chain.from_iterable(one.questions() for one in self.pools)
        for section in (self.clean_out, self.allocation):
            if section is not None:
                yield from section.questions()


def read_acting(reader: Reader) -> Acting:
    """Read the sections from the top of a file."""
    return Acting(
        pools=reader.keyed("pools", read_pool),
        clean_out=reader.part("clean_out", read_clean_out, None),
        allocation=reader.part("allocation", read_allocation, None),
        precedence=reader.texts("precedence"),
    )


def acting_to_data(acting: Acting, plain: Plain) -> dict[str, object]:
    """Return the sections as plain tables, in the shape of the file.

    Parameters
    ----------
    acting : Acting
    plain : callable
        From an exact number to one of JSON.
    """
    data: dict[str, object] = {}
    if acting.precedence:
        data["precedence"] = list(acting.precedence)
    if acting.pools:
        pools = {one.code: written(one, plain) for one in acting.pools}
        data["pools"] = {
            code: {key: value for key, value in table.items() if key != "code"}
            for code, table in pools.items()
        }
    for key in ("clean_out", "allocation"):
        if (section := getattr(acting, key)) is not None:
            data[key] = written(section, plain)
    return data


def check_acting(
    acting: Acting, grading: Grading | None, families: Sequence[str]
) -> Iterator[Found]:
    """Refuse what goes with no tier, and precedence for nobody.

    Parameters
    ----------
    acting : Acting
    grading : Grading or None
    families : sequence of str
        The codes of the policy's families.
    """
    yield from _precedence(acting.precedence, grading, families)
    if grading is None:
        for key in ("pools", "clean_out", "allocation"):
            if getattr(acting, key):
                yield found_at(
                    (key,),
                    "this goes by tiers, and the policy has none",
                    hint="add [grading], or take it out",
                    on_key=True,
                )
        return
    for pool in acting.pools:
        yield from check_pool(pool, grading)
    if acting.clean_out is not None:
        yield from check_clean_out(acting.clean_out, grading)
    if acting.allocation is not None:
        yield from check_allocation(
            acting.allocation, grading, cleans_out=acting.clean_out is not None
        )


def _precedence(
    precedence: Sequence[str], grading: Grading | None, families: Sequence[str]
) -> Iterator[Found]:
    known = [*(() if grading is None else ("tier",)), *families]
    for place, code in enumerate(precedence):
        if code not in known:
            yield found_at(
                ("precedence", place),
                f"the policy has no family '{code}'",
                allowed=", ".join(known),
                hint=did_you_mean(code, known),
            )
        elif code in precedence[:place]:
            yield found_at(("precedence", place), f"'{code}' is there twice")
