"""How much of the truth about a made-up trade a classification finds again.

Each family is counted by itself, over the customers of whom something is meant in it:
found, UNKNOWN, or another label. Those whose history is too short to tell are counted
apart, since nobody could know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from attrs import frozen

from custseg.demos.trades import Trade
from custseg.labels import UNKNOWN

__all__ = ["Recovery", "recovered"]


class Frame(Protocol):
    """One row per customer: a data frame, or a mapping of columns."""

    def __getitem__(self, name: str, /) -> Iterable[object]: ...


@frozen
class Recovery:
    """What was found again of one family.

    Parameters
    ----------
    family : str
    right, unknown : int
        Customers with the label that was meant, and without any.
    wrong : mapping of str to str
        By id of all others the label that they got.
    too_short : mapping of str to str
        By id the label of those whose history is too short to tell.
    """

    family: str
    right: int
    unknown: int
    wrong: Mapping[str, str]
    too_short: Mapping[str, str]

    @property
    def asked(self) -> int:
        """How many customers have a history that is long enough."""
        return self.right + self.unknown + len(self.wrong)

    @property
    def share(self) -> float:
        """The part of them that got the label that was meant; 0 of nobody."""
        return self.right / self.asked if self.asked else 0.0


def recovered(made: Trade, frame: Frame) -> tuple[Recovery, ...]:
    """Hold a classification against what was meant.

    Parameters
    ----------
    made : Trade
    frame : data frame or mapping of columns
        With ``customer_id`` and a column of codes for each family, such as
        :meth:`custseg.Result.to_pandas` gives.

    Returns
    -------
    tuple of Recovery
        One for each family of which something is meant, in text order.

    Examples
    --------
    >>> from custseg.demos.trades import trade
    >>> made = trade("frozen_goods", customers=60)
    >>> perfect = {"customer_id": list(made.truth)}
    >>> families = {name for meant in made.truth.values() for name in meant.labels}
    >>> for name in families:
    ...     perfect[name] = [one.labels.get(name) for one in made.truth.values()]
    >>> [one.share for one in recovered(made, perfect)] == [1.0] * len(families)
    True
    """
    ids = [str(one) for one in frame["customer_id"]]
    families = {name for meant in made.truth.values() for name in meant.labels}
    return tuple(
        _of_family(made, name, dict(zip(ids, map(str, frame[name]), strict=True)))
        for name in sorted(families)
    )


def _of_family(made: Trade, family: str, got: Mapping[str, str]) -> Recovery:
    right, unknown = 0, 0
    wrong, short = {}, {}
    for who, meant in made.truth.items():
        if family not in meant.labels:
            continue
        label = got[who]
        if family in meant.too_short:
            short[who] = label
        elif label == meant.labels[family]:
            right += 1
        elif label == UNKNOWN:
            unknown += 1
        else:
            wrong[who] = label
    return Recovery(family, right, unknown, wrong, short)
