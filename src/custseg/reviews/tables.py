"""The decisions of a review as tables: one row per customer, one per alert."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from custseg.framing import as_dates, categories, headed
from custseg.labels import Language, title_or_code
from custseg.periods import to_date
from custseg.reviews.evidence import evidence_of
from custseg.reviews.reviewed import Reviewed
from custseg.rules.tiers.moves import ACTION_TITLES, REASON_TITLES, Action, Reason
from custseg.table import Array

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["alerts_frame", "decisions_frame"]


def decisions_frame(
    reviewed: Reviewed, *, language: Language | None, all_customers: bool
) -> pd.DataFrame:
    """Return the decisions, as :meth:`custseg.reviews.review.Review.to_pandas` says."""
    import pandas as pd  # noqa: PLC0415 - heavy

    run, decisions = reviewed.run, reviewed.run.decisions
    score = reviewed.grade.score
    tiers = reviewed.tier_words(language)
    actions = [title_or_code(ACTION_TITLES[one], one.name, language) for one in Action]
    reasons = [title_or_code(REASON_TITLES[one], one.name, language) for one in Reason]
    frame = pd.DataFrame(
        {
            "customer_id": pd.array(reviewed.customer_ids, dtype="str"),
            "before": categories(decisions.before, tiers),
            "after": categories(decisions.after, tiers),
            "action": categories(decisions.action, actions),
            "reason": categories(decisions.reason, reasons),
            "score": np.where(score.is_known(), score.values, np.nan),
            "since": as_dates(decisions.state.since),
            "next_look": as_dates(reviewed.next_looks()),
            "alerts": pd.array(_alert_texts(reviewed, language), dtype="str"),
        }
    )
    if not all_customers:
        frame = frame[run.concerned()].reset_index(drop=True)
    return headed(frame, language)


def alerts_frame(reviewed: Reviewed) -> pd.DataFrame:
    """Return the alerts, as :meth:`custseg.reviews.review.Review.alerts` says."""
    import pandas as pd  # noqa: PLC0415 - heavy

    rows = [
        (
            customer,
            trigger.code,
            trigger.severity,
            trigger.action,
            trigger.title.zh,
            trigger.title.en,
            evidence.zh,
            evidence.en,
            f"{trigger.code}:{to_date(reviewed.on)}:{customer}",
        )
        for trigger, condition in zip(
            reviewed.grading.triggers,
            reviewed.result.plan.tiers.triggers,
            strict=True,
        )
        for told in [np.flatnonzero(reviewed.run.alerts[trigger.code])]
        for customer, evidence in zip(
            reviewed.customer_ids[told].tolist(),
            evidence_of(reviewed, condition, told.tolist()),
            strict=True,
        )
    ]
    names = ["customer_id", "trigger", "severity", "action", "title_zh", "title_en"]
    return pd.DataFrame(rows, columns=[*names, "evidence_zh", "evidence_en", "key"])


def _alert_texts(reviewed: Reviewed, language: Language | None) -> Array:
    texts = np.full(len(reviewed), "", dtype=object)
    for trigger in reviewed.grading.triggers:
        word = title_or_code(trigger.title, trigger.code, language)
        for at in np.flatnonzero(reviewed.run.alerts[trigger.code]).tolist():
            texts[at] = f"{texts[at]}, {word}" if texts[at] else word
    return texts
