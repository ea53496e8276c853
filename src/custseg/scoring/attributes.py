"""What a policy's own columns of the customers say: parking lots, lifts, a system.

A column that the input contract has no name for is read where a policy names it, and
measured as everything that is declared: as it stood on the day, and never made up. How
many of something is told to the nearest whole number, and not where it is below zero.
A yes or no may be written as true or false, yes or no, y or n, t or f, 1 or 0, 是 or
否; any other word says neither.

Limits: nobody checks what is declared.
"""

from __future__ import annotations

from functools import partial
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.declared import declared_whole
from custseg.scoring.features import Facts, Feature
from custseg.scoring.readings import places_in
from custseg.scoring.unknowns import BELOW_ZERO, NOT_DECLARED
from custseg.table import Column
from custseg.units import Unit

__all__ = ["attribute_feature"]

_YES: Final = frozenset({"true", "yes", "y", "t", "1", "是"})
_NO: Final = frozenset({"false", "no", "n", "f", "0", "否"})
_KEPT_AS: Final = {
    Unit.COUNT: Unit.NUMBER,
    Unit.DAYS: Unit.NUMBER,
    Unit.FLAG: Unit.TEXT,
}
"""How a ledger keeps a column, where not in the unit itself."""


def attribute_feature(
    code: str,
    *,
    attribute: str,
    unit: Unit,
    title: Title,
    better: Literal["higher", "lower", ""] = "",
) -> Feature:
    """Return the feature that tells a further column of the customers.

    Parameters
    ----------
    code : str
        Its name in the policy and in results.
    attribute : str
        The column, as the user's table calls it.
    unit : Unit
        One of those that an attribute can count in.
    title : Title
    better : {"higher", "lower", ""}

    Returns
    -------
    Feature
        Unknown where nobody declared it. A ledger that keeps the column in another way
        than the unit asks for is refused when it is measured.

    Examples
    --------
    >>> lifts = attribute_feature("lifts", attribute="lifts", unit=Unit.COUNT,
    ...                           title=Title(zh="电梯", en="Lifts"))
    >>> lifts.needs, lifts.missing
    (('customers.lifts',), (Title(zh='未填写', en='where nobody declared it'), ...))
    """
    rounding = ", to the nearest whole number" if unit is Unit.COUNT else ""
    return Feature(
        code=code,
        unit=unit,
        title=title,
        formula=f"{attribute}, as declared{rounding}",
        needs=(f"customers.{attribute}",),
        compute=partial(_measured, attribute, unit),
        missing=(NOT_DECLARED, *_UNFIT.get(unit, ())),
        better=better,
        daily="same",
    )


_UNFIT: Final = {
    Unit.COUNT: (BELOW_ZERO,),
    Unit.FLAG: (
        Title(zh="既不是“是”也不是“否”", en="where the word is neither yes nor no"),
    ),
}


def _measured(attribute: str, unit: Unit, facts: Facts, _: Window) -> Column:
    said = facts.latest("customers", attribute)
    kept = _KEPT_AS.get(unit, unit)
    if said.unit is not kept:
        raise SettingError(
            Problem(
                f"the ledger keeps customers.{attribute} as {said.unit.value}, and the "
                f"policy asks for {unit.value}",
                hint="make the ledger with "
                f"attributes={{{attribute!r}: {unit.value!r}}}",
            )
        )
    if unit is Unit.COUNT:
        return declared_whole(facts, attribute, Unit.COUNT)
    if unit is Unit.FLAG:
        return _flag(said, facts)
    known = said.known
    if known is not None and known.all():
        known = None
    return Column(said.values, unit, known, said.words)


def _flag(said: Column, facts: Facts) -> Column:
    found = facts.readings.of("yes or no", said.words, _yes_or_no)[places_in(said)]
    known = found >= 0
    return Column(found > 0, Unit.FLAG, None if known.all() else known)


def _yes_or_no(words: tuple[str, ...]) -> NDArray[np.int8]:
    """Return 1, 0 or -1 for each word, and -1 for customers of whom nothing is said."""
    said = map(str.casefold, words)
    means = [int(word in _YES) if word in _YES | _NO else -1 for word in said]
    return np.array([*means, -1], dtype=np.int8)
