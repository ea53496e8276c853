"""How lively the contact with a customer is: each contact fades with time.

A visit of yesterday says more than one of last spring. Every contact counts by its
weight and loses half of it every 30 days: one of today 1, of 30 days ago 1/2, of 60
days ago 1/4. So a customer met once a month stays between 1 and 2, one met once a week
between 5.7 and 6.7; who is never met again tends to 0 without ever falling off an edge,
as at the end of a window.

The method: the sum of weight x 2^(-age / 30) over all contacts up to the day, with the
age in whole days. The contacts of a customer are added from the smallest up, so that
the order of the rows decides nothing, and the sum is rounded to nine decimals. The same
sum over the contacts of one channel tells how much of it came that way; the leading
channel is the one of the largest. Several channels of a kind can be taken together.

Limits: all channels count alike, unless the weights tell them apart. A weight under
zero counts as 0. Channels are compared as they are written: Web and web are two.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.rounding import rounded
from custseg.scoring.features import Facts, Feature
from custseg.scoring.readings import Groups, places_in
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_NO_CHANNEL = Title(
    zh="没有注明渠道的联系", en="without a contact that names its channel"
)
_FADED = Title(zh="此类联系都不再计数", en="where none of those counts any more")

_HALF_LIFE: Final = 30
"""Days in which a contact loses half of what it counts."""


Ints = NDArray[np.int64]


def _faded(facts: Facts) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Return the visible contacts: their rows, owners, and what each still counts."""
    contacts = facts.ledger.tables["interactions"]
    rows = np.flatnonzero(contacts.day <= facts.as_of)
    age = facts.as_of - contacts.day[rows].astype(np.int64)
    counts = np.exp2(-age / _HALF_LIFE)
    weight = contacts.columns.get("weight")
    if weight is not None:
        said = np.where(weight.is_known(), weight.values, 1.0)[rows]
        counts *= np.maximum(said, 0.0)
    return rows, contacts.owners()[rows].astype(np.int64), counts


def _sums(group: Ints, counts: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Add up by group, from the smallest up."""
    order = np.lexsort((counts, group))
    sums = np.bincount(group[order], weights=counts[order], minlength=n)
    return rounded(sums.astype(np.float64))  # of none: integers


def _engagement(facts: Facts, _: Window) -> Column:
    owner, counts = _faded(facts)[1:]
    return Column(_sums(owner, counts, facts.n), Unit.NUMBER)


def _top_channel(facts: Facts, _: Window, groups: Groups | None = None) -> Column:
    """Name the channel of the largest sum; of equal ones, the first in text order."""
    channel = facts.ledger.tables["interactions"].columns["channel"]
    rows, owner, counts = _faded(facts)
    named = channel.is_known()[rows]
    words, said = channel.words, channel.values[rows]
    if groups is not None:
        meaning = facts.readings.grouped(words, groups)
        words, said = meaning.words, meaning.codes[places_in(channel)[rows]]
        named = said >= 0
    many = max(1, len(words))
    pair = owner[named] * many + said[named]
    each, group = np.unique(pair, return_inverse=True)
    sums = _sums(group, counts[named], len(each))
    owner, code = each // many, each % many
    best = np.lexsort((-code, sums, owner))  # the largest of each owner comes last
    leads = np.zeros(facts.n, dtype=np.int32)
    leads[owner[best]] = code[best]
    known = np.zeros(facts.n, dtype=np.bool_)
    known[owner[best]] = sums[best] > 0
    return Column(leads, Unit.TEXT, known, words)


FEATURES = (
    Feature(
        code="engagement",
        unit=Unit.NUMBER,
        title=Title(zh="互动热度", en="Engagement"),
        formula="sum of weight x 2^(-age / 30) over all interactions up to as_of, age "
        "in days; a weight that is not said is 1, one under zero counts as 0",
        needs=("interactions.date", "interactions.weight"),
        either=True,
        compute=_engagement,
        better="higher",
        lever="raise",
        least=0,
    ),
    Feature(
        code="top_channel",
        unit=Unit.TEXT,
        title=Title(zh="主要互动渠道", en="Leading channel"),
        formula="the channel with the largest sum of weight x 2^(-age / 30), as for "
        "engagement, if that is above 0; of equal ones, the first in text order; "
        "contacts that name no channel are left out",
        needs=("interactions.channel",),
        also=("interactions.weight",),
        compute=_top_channel,
        missing=(_NO_CHANNEL, _FADED),
        words="interactions.channel",
    ),
)
