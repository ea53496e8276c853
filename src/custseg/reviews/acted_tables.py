"""Pools, the clean-out and the allocation of a review as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from custseg.framing import as_dates, headed
from custseg.labels import Language
from custseg.periods import DISTANT_PAST, to_date
from custseg.reviews.acted import LOCK_TITLE, cleared, pool_of, portions
from custseg.reviews.reviewed import Reviewed
from custseg.rules.acts.pooling import POOL_MOVE_TITLES, PoolMove
from custseg.table import Array

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["allocation_frame", "clean_out_frame", "pool_frame"]

_LOCK = "override"


def pool_frame(reviewed: Reviewed, code: str) -> pd.DataFrame:
    """Return a pool, as :meth:`custseg.reviews.review.Review.pool` says."""
    import pandas as pd  # noqa: PLC0415 - heavy

    pool = pool_of(reviewed, code)
    run = reviewed.run.pools[code]
    at = np.flatnonzero(run.move)
    # Those in it first, then who waits, then who left; the best of each first.
    kind = np.select(
        [
            np.isin(run.move[at], (PoolMove.ENTERED, PoolMove.STAYS)),
            run.move[at] == PoolMove.WAITS,
        ],
        [0, 1],
        default=2,
    )
    at = at[np.lexsort((run.rank[at], kind))]
    moves = [PoolMove(one) for one in run.move[at].tolist()]
    since = np.where(run.since > DISTANT_PAST, run.since, run.was_since)[at]
    score = reviewed.standing.score
    goal = reviewed.grading.tiers[pool.goal(reviewed.grading)]
    scores = np.where(score.is_known(), score.values, np.nan)[at]
    gap = np.full(len(at), np.nan)
    if goal.entry is not None and not goal.enter:
        gap = np.maximum(0.0, float(goal.entry) - scores)
        gap[np.isnan(scores)] = np.nan
    ids = reviewed.customer_ids[at]
    return pd.DataFrame(
        {
            "customer_id": pd.array(ids, dtype="str"),
            "status": pd.array([one.name for one in moves], dtype="str"),
            "status_zh": pd.array([POOL_MOVE_TITLES[m].zh for m in moves], dtype="str"),
            "status_en": pd.array([POOL_MOVE_TITLES[m].en for m in moves], dtype="str"),
            "since": as_dates(since),
            "rank": pd.arrays.IntegerArray(
                run.rank[at].astype(np.int64), run.rank[at] == 0
            ),
            "score": scores,
            "goal": pd.array([goal.code] * len(at), dtype="str"),
            "points_to_goal": gap,
            "key": _keys(f"pool:{code}", ids, reviewed),
        }
    )


def clean_out_frame(reviewed: Reviewed) -> pd.DataFrame:
    """Return proposals, as :meth:`custseg.reviews.review.Review.clean_out` says."""
    import pandas as pd  # noqa: PLC0415 - heavy

    found = cleared(reviewed)
    section, at = found.section, np.flatnonzero(found.rule >= 0)
    rules = [section.rules[place] for place in found.rule[at].tolist()]
    titles = {one.code: one.title for one in section.exemptions} | {_LOCK: LOCK_TITLE}
    holds = {**found.exempt, _LOCK: found.locked}
    spared = [[code for code, one in holds.items() if one[row]] for row in at.tolist()]
    untold = [
        ", ".join(code for code, one in found.untold.items() if one[row])
        for row in at.tolist()
    ]
    ids = reviewed.customer_ids[at]
    tiers = np.array(reviewed.tiers, dtype=object)[reviewed.run.decisions.after[at]]
    keys = [
        f"clean_out:{rule.code}:{customer}:{to_date(reviewed.on)}"
        for rule, customer in zip(rules, ids.tolist(), strict=True)
    ]
    texts: dict[str, Sequence[str]] = {
        "customer_id": ids.tolist(),
        "tier": tiers.tolist(),
        "proposal": [one.code for one in rules],
        "title_zh": [one.title.zh for one in rules],
        "title_en": [one.title.en for one in rules],
        "status": ["EXEMPT" if codes else "PROPOSED" for codes in spared],
        "exempt": [", ".join(codes) for codes in spared],
        "exempt_zh": ["；".join(titles[code].zh for code in one) for one in spared],
        "exempt_en": ["; ".join(titles[code].en for code in one) for one in spared],
        "untold": untold,
        "key": keys,
    }
    return pd.DataFrame({key: pd.array(one, dtype="str") for key, one in texts.items()})


def allocation_frame(
    reviewed: Reviewed, total: int, *, language: Language | None
) -> pd.DataFrame:
    """Return portions, as :meth:`custseg.reviews.review.Review.allocate` says."""
    import pandas as pd  # noqa: PLC0415 - heavy

    given = portions(reviewed, total)
    tiers = np.array(reviewed.tier_words(language), dtype=object)
    frame = pd.DataFrame(
        {
            "customer_id": pd.array(reviewed.customer_ids, dtype="str"),
            "tier": pd.array(tiers[reviewed.run.decisions.after], dtype="str"),
            "weight": given.weight,
            "units": given.units,
            "of_it_freed": given.freed,
            "cleaned_out": given.cleared,
        }
    )
    return headed(frame, language)


def _keys(kind: str, ids: Array, reviewed: Reviewed) -> Array:
    day = to_date(reviewed.on)
    return np.array([f"{kind}:{one}:{day}" for one in ids.tolist()], dtype=object)
