"""Labels and tiers as tables: one row per customer, or one line for each label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from custseg.framing import as_floats, framed
from custseg.labels import UNKNOWN, UNKNOWN_LABEL, Language, Title
from custseg.rules.outcome import Outcome
from custseg.rules.policy import PolicyTree
from custseg.summary import Summary, summarise_family
from custseg.table import Array, Column
from custseg.wording import with_code

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TIER_TITLE", "label_codes", "label_frame", "label_summary", "label_titles"]

TIER_TITLE = Title(zh="应得等级", en="Tier")
"""Of the column of tiers."""

_OWN = {
    "customer_id": Title(zh="客户编号", en="Customer"),
    "tier": TIER_TITLE,
    "score": Title(zh="综合得分", en="Score"),
}


def label_codes(column: Column) -> tuple[Array, NDArray[np.int64]]:
    """Return labels as texts, and as positions with UNKNOWN behind the others.

    Examples
    --------
    >>> from custseg.units import Unit
    >>> known = np.array([True, False])
    >>> words, at = label_codes(Column(np.array([0, 0]), Unit.TEXT, known, ("A", "B")))
    >>> words.tolist(), at.tolist()
    (['A', 'UNKNOWN'], [0, 2])
    """
    words = np.array([*column.words, UNKNOWN], dtype=object)
    at = column.values.astype(np.int64)
    if column.known is not None:
        at = np.where(column.known, at, len(column.words))
    return words[at], at


def label_titles(policy: PolicyTree, family: str) -> Mapping[str, Title]:
    """Return the titles of the labels of a family, or of the tiers."""
    titles = {UNKNOWN: UNKNOWN_LABEL.title}
    if family == "tier" and policy.grading is not None:
        titles |= {tier.code: tier.title for tier in policy.grading.tiers}
    for one in policy.families:
        if one.code == family:
            titles |= {rule.code: rule.title for rule in one.labels}
    return titles


def label_frame(
    outcome: Outcome,
    policy: PolicyTree,
    titles: Mapping[str, Title],
    *,
    language: Language | None,
    features: Sequence[str],
    decimals: int,
) -> pd.DataFrame:
    """Return one row per customer.

    Parameters
    ----------
    outcome : Outcome
    policy : PolicyTree
    titles : mapping of str to Title
        Of features, scores and families.
    language : {"zh", "en"} or None
        None gives codes.
    features : sequence of str
        Columns of the outcome's table to add behind the labels.
    decimals : int
        Of the currency.
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    columns: dict[str, Any] = {
        "customer_id": pd.array(outcome.table.customers, dtype="str")
    }
    labels = dict(outcome.labels)
    if outcome.grade is not None:
        labels["tier"] = outcome.grade.tier
    for family, column in labels.items():
        words = [*column.words, UNKNOWN]
        if language is not None:
            known = label_titles(policy, family)
            titled = [known.get(word, Title(zh=word, en=word)) for word in words]
            words = _told_apart([one.of(language) for one in titled], words, language)
        columns[family] = pd.Categorical.from_codes(
            label_codes(column)[1], dtype=pd.CategoricalDtype(words)
        )
    if outcome.grade is not None:
        columns["score"] = as_floats(outcome.grade.score)
    for name in features:
        columns[name] = framed(outcome.table[name], decimals)
    frame = pd.DataFrame(columns, copy=False)
    if language is None:
        return frame
    heads = {**titles, **_OWN}
    names = list(columns)
    said = [heads[name].of(language) if name in heads else name for name in names]
    return frame.set_axis(_told_apart(said, names, language), axis=1)


def label_summary(
    outcome: Outcome,
    policy: PolicyTree,
    titles: Mapping[str, Title],
    *,
    currency: str | None,
    decimals: int,
) -> Summary:
    """Return customers and spend for each label of each family, and each tier.

    Parameters
    ----------
    outcome : Outcome
    policy : PolicyTree
    titles : mapping of str to Title
        Of features, scores and families.
    currency : str or None
    decimals : int
        Of the currency.
    """
    spend = outcome.table.columns.get("spend")
    columns = dict(outcome.labels)
    if outcome.grade is not None:
        columns["tier"] = outcome.grade.tier
    heads = {**titles, "tier": TIER_TITLE}
    done = []
    for code, column in columns.items():
        known = label_titles(policy, code)
        words = [*column.words, UNKNOWN]
        labels = [(word, known.get(word, Title(zh=word, en=word))) for word in words]
        title = heads.get(code, Title(zh=code, en=code))
        done.append(
            summarise_family(code, title, labels, column, spend, decimals=decimals)
        )
    return Summary(tuple(done), currency, decimals)


def _told_apart(titles: list[str], codes: list[str], language: Language) -> list[str]:
    """Put the code behind titles that two labels share."""
    return [
        with_code(title, code, language) if titles.count(title) > 1 else title
        for title, code in zip(titles, codes, strict=True)
    ]
