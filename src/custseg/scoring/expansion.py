"""Signs that a customer widens what it does: new categories, and plans to grow.

A decorator who begins to buy lamps beside tiles, or says that a second shop is coming,
will be worth more than last year's sum. Both are signs of potential and not of value.

The method: a category is new when its first sale line ever lies in the window. Plans
are interactions of the kind expansion; how else they may be written stands in
:data:`custseg.spellings.EXPANSION`.

Limits: of a customer whose first sale lies in the window all categories are new; a rule
about old customers has to ask for their age as well. Words are compared as they are
written: Tile and tile are two categories.
"""

from __future__ import annotations

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.baskets import baskets
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import LIFETIME
from custseg.scoring.readings import Groups, places_in
from custseg.spellings import EXPANSION, plain
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]


def _new_categories(
    facts: Facts, window: Window, groups: Groups | None = None
) -> Column:
    after, _ = window.bounds(facts.as_of, fiscal=facts.fiscal)
    now = baskets(facts, "category", window, groups)
    before = baskets(evolve(facts, as_of=after), "category", LIFETIME, groups)
    width = len(now.words)  # of the whole table, so both have the same
    old = before.owner * width + before.code
    is_new = ~np.isin(now.owner * width + now.code, old, assume_unique=True)
    counts = np.bincount(now.owner[is_new], minlength=facts.n)
    told = now.is_told() & before.is_told()
    return Column(counts, Unit.COUNT, None if told.all() else told)


def _speaks_of_expansion(words: tuple[str, ...]) -> NDArray[np.bool_]:
    """Say which words are a spelling; the last place is that of no word."""
    return np.array([*(plain(word) in EXPANSION for word in words), False])


def _expansion_intents(facts: Facts, window: Window) -> Column:
    kinds = facts.ledger.tables["interactions"].columns["kind"]
    hits = facts.readings.of("expansion", kinds.words, _speaks_of_expansion)
    before = np.concatenate([[0], np.cumsum(hits[places_in(kinds)])])
    low, high = facts.rows("interactions", window)
    return Column(before[high] - before[low], Unit.COUNT)


FEATURES = (
    Feature(
        code="new_categories",
        unit=Unit.COUNT,
        title=Title(zh="新增品类数", en="Categories first bought"),
        formula="distinct categories with a sale line in the window and none before it",
        needs=("sales.amount", "sales.category"),
        compute=_new_categories,
        windowed=True,
        missing=(
            Title(
                zh="期内或期前超过一成的销售额没有品类",
                en="where more than a tenth of the sales amount, in the window or "
                "before it, has no category",
            ),
        ),
        better="higher",
        lever="raise",
        words="sales.category",
    ),
    Feature(
        code="expansion_intents",
        unit=Unit.COUNT,
        title=Title(zh="扩张意向次数", en="Signs of expansion"),
        formula="interactions in the window of the kind expansion, in any of its "
        "spellings",
        needs=("interactions.kind",),
        compute=_expansion_intents,
        windowed=True,
        better="higher",
        lever="raise",
    ),
)
