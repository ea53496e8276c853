"""The tables of a simulation: per customer, per tier, per date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from custseg.framing import as_floats, categories, headed
from custseg.labels import Language, Title, title_or_code
from custseg.money import to_major
from custseg.periods import to_date
from custseg.rules.acts.pooling import PoolMove
from custseg.rules.tiers.moves import ACTION_TITLES, REASON_TITLES, Action, Reason
from custseg.simulation.flapping import undone_moves
from custseg.simulation.replayed import Day, Look, Replay, per_tier
from custseg.table import Array

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "NO_TIER",
    "counts_frame",
    "decisions_frame",
    "pools_frame",
    "summary_frame",
]

NO_TIER = Title(zh="未定级", en="No tier")
_NONE = "NONE"


def decisions_frame(
    customer_ids: Array,
    days: Sequence[Day],
    replays: Sequence[Replay],
    *,
    language: Language | None,
    all_customers: bool,
) -> pd.DataFrame:
    """Return one row per policy, date and customer.

    Parameters
    ----------
    customer_ids : array of str, shape (n_customers,)
        Of the ledger.
    days : sequence of Day
    replays : sequence of Replay
    language : {"zh", "en"} or None
        Titles in place of codes.
    all_customers : bool
        Also those of whom nothing was asked.
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    words = _tier_words(replays, language)
    actions = [title_or_code(ACTION_TITLES[one], one.name, language) for one in Action]
    reasons = [title_or_code(REASON_TITLES[one], one.name, language) for one in Reason]
    parts: dict[str, list[Array]] = {name: [] for name in _DECISIONS}
    for number, replay in enumerate(replays):
        own = [
            title_or_code(tier.title, tier.code, language)
            for tier in replay.grading.tiers
        ]
        # Behind the tiers stands the word for none, where -1 points to.
        codes = np.array([words.index(word) for word in [*own, words[-1]]])
        for at, (day, look) in enumerate(zip(days, replay.looks, strict=True)):
            rows = np.ones(len(day.rows), np.bool_) if all_customers else look.asked
            parts["policy"].append(np.full(int(rows.sum()), number))
            parts["date"].append(np.full(int(rows.sum()), at))
            parts["customer_id"].append(customer_ids[day.rows[rows]])
            parts["before"].append(codes[look.before[rows]])
            parts["after"].append(codes[look.after[rows]])
            parts["action"].append(look.action[rows])
            parts["reason"].append(look.reason[rows])
            parts["score"].append(as_floats(look.score)[rows])
    whole = {name: np.concatenate(some) for name, some in parts.items()}
    dates = np.array([day.on for day in days], dtype="datetime64[D]")
    columns: dict[str, Any] = {
        "policy": categories(whole["policy"], [one.name for one in replays]),
        "date": dates.astype("datetime64[s]")[whole["date"]],
        "customer_id": pd.array(whole["customer_id"], dtype="str"),
        "before": categories(whole["before"], words),
        "after": categories(whole["after"], words),
        "action": categories(whole["action"], actions),
        "reason": categories(whole["reason"], reasons),
        "score": whole["score"],
    }
    return headed(pd.DataFrame(columns, copy=False), language)


_DECISIONS = (
    "policy",
    "date",
    "customer_id",
    "before",
    "after",
    "action",
    "reason",
    "score",
)


def counts_frame(
    days: Sequence[Day], replays: Sequence[Replay], decimals: int
) -> pd.DataFrame:
    """Return one row per policy, date and tier.

    Parameters
    ----------
    days : sequence of Day
    replays : sequence of Replay
    decimals : int
        Of the currency.
    """
    rows = []
    for replay in replays:
        n = len(replay.tiers)
        for day, look in zip(days, replay.looks, strict=True):
            came = [
                _per_tier(look, one, n) for one in (look.first, look.rose, look.fell)
            ]
            held = np.bincount(look.after[look.after >= 0], minlength=n)
            spend = to_major(per_tier(look.after, n, look.spend), decimals)
            following = shares = np.full(n, np.nan)
            if day.following is not None:
                worth = per_tier(look.after, n, day.following)
                following = to_major(worth, decimals)
                if worth.sum() > 0:
                    shares = worth / worth.sum()
            for at, code in enumerate(replay.tiers):
                counts = [held[at], *(one[at] for one in came)]
                amounts = [spend[at], following[at], shares[at]]
                rows.append((replay.name, _date(day), code, *counts, *amounts))
    names = ["policy", "date", "tier", "customers", "first", "risen", "fallen"]
    return _frame(rows, [*names, "spend", "following", "following_share"])


def summary_frame(
    days: Sequence[Day], replays: Sequence[Replay], decimals: int
) -> pd.DataFrame:
    """Return one row per policy and date.

    Parameters
    ----------
    days : sequence of Day
    replays : sequence of Replay
    decimals : int
        Of the currency.
    """
    rows = []
    for replay in replays:
        fates = undone_moves(replay.followed(days))
        for day, look, (undone, _) in zip(days, replay.looks, fates, strict=True):
            counts = [one.sum() for one in (look.first, look.rose, look.fell, undone)]
            sums = [look.spend[look.rose].sum(), look.spend[look.fell].sum()]
            amounts = to_major(np.array(sums, dtype=np.int64), decimals).tolist()
            rows.append(
                (replay.name, _date(day), len(day.rows), *counts, *amounts, look.alerts)
            )
    names = ["policy", "date", "customers", "firsts", "ups", "downs", "undone"]
    return _frame(rows, [*names, "up_spend", "down_spend", "alerts"])


def pools_frame(days: Sequence[Day], replays: Sequence[Replay]) -> pd.DataFrame:
    """Return one row per policy, date and nurture pool.

    Parameters
    ----------
    days : sequence of Day
    replays : sequence of Replay
    """
    rows = []
    for replay in replays:
        for day, look in zip(days, replay.looks, strict=True):
            for code, move in look.pools.items():
                many = np.bincount(move, minlength=len(PoolMove)).tolist()
                inside = many[PoolMove.ENTERED] + many[PoolMove.STAYS]
                counts = [many[one] for one in _MOVES]
                rows.append((replay.name, _date(day), code, inside, *counts))
    names = ["policy", "date", "pool", "inside"]
    return _frame(rows, [*names, *(one.name.lower() for one in _MOVES)])


_MOVES = (
    PoolMove.ENTERED,
    PoolMove.WAITS,
    PoolMove.CONVERTED,
    PoolMove.UNDER_BAR,
    PoolMove.LONGEST_STAY,
    PoolMove.NO_PLACE,
    PoolMove.TIER_LEFT,
)


def _per_tier(look: Look, rows: Array, tiers: int) -> Array:
    return np.bincount(look.after[rows], minlength=tiers)


def _tier_words(replays: Sequence[Replay], language: Language | None) -> list[str]:
    """Return what the tiers of all policies are called, and none of them."""
    every = [
        title_or_code(tier.title, tier.code, language)
        for replay in replays
        for tier in replay.grading.tiers
    ]
    return [*dict.fromkeys(every), title_or_code(NO_TIER, _NONE, language)]


def _date(day: Day) -> np.datetime64:
    return np.datetime64(to_date(day.on), "s")


def _frame(rows: Iterable[tuple[Any, ...]], names: Sequence[str]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy

    return pd.DataFrame(list(rows), columns=list(names))
