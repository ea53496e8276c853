"""What changed from one day to another: who came under a label, and who left it.

A CRM wants events: this customer is dormant now, that one is no longer new. Two results
are compared label by label, and each change has an id made of what it says, so that the
same change told twice is known to be the same.

Limits: what happened in between and was undone is not seen. The tier of a result is the
entitled one; how the tiers held have moved is in the reviews and their journal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from custseg.errors import Problem, SettingError
from custseg.labels import Title
from custseg.results import Result
from custseg.table import Array
from custseg.tabling import label_titles

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["changes_between"]

_COLUMNS = (
    *("id", "customer_id", "family", "label", "title_zh", "title_en"),
    *("event", "cause", "before", "after"),
)


def changes_between(earlier: Result, later: Result) -> pd.DataFrame:
    """Return what changed between two results of one policy.

    Parameters
    ----------
    earlier, later : Result

    Returns
    -------
    pandas.DataFrame
        One row for each label that a customer came under or left, sorted by customer,
        family and event: ``id`` (family:label:customer:day), ``customer_id``,
        ``family`` (``tier`` for the entitled tier), ``label`` and its titles; ``event``
        (ENTERED or LEFT); ``cause`` (CHANGED, or NEW and GONE for customers that only
        one of the results has); ``before`` and ``after``, "" where there is none.

    Raises
    ------
    SettingError
        When the second result is of a day before the first, or has other families.

    Examples
    --------
    >>> from custseg import segment
    >>> sales = {"customer_id": ["a", "b"], "date": ["2026-01-01", "2026-06-20"],
    ...          "amount": [950.0, 80.0]}
    >>> spring, summer = (
    ...     segment(sales, as_of=day, currency="CNY") for day in ("2026-03-01",
    ...                                                           "2026-06-30"))
    >>> changes = changes_between(spring, summer)
    >>> changes[changes["family"] == "lifecycle"]["id"].tolist()
    ['lifecycle:ACTIVE:a:2026-06-30', 'lifecycle:NEW:a:2026-06-30', \
'lifecycle:NEW:b:2026-06-30']
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    families = _families(earlier, later)
    rows = [row for family in families for row in _rows(earlier, later, family)]
    order = {family: at for at, family in enumerate(families)}
    rows.sort(key=lambda row: (row[1], order[row[2]], row[6]))
    columns = zip(*rows, strict=True) if rows else [()] * len(_COLUMNS)
    return pd.DataFrame(
        {
            name: pd.array(list(column), dtype="str")
            for name, column in zip(_COLUMNS, columns, strict=True)
        }
    )


def _families(earlier: Result, later: Result) -> list[str]:
    before, after = (
        [*one.families, *(() if one.outcome.grade is None else ("tier",))]
        for one in (earlier, later)
    )
    problems = []
    if before != after:
        problems.append(
            Problem(
                "the two results have other families",
                got=", ".join(sorted(set(before) ^ set(after))) or "another order",
                hint="classify both days with one policy",
            )
        )
    if earlier.as_of > later.as_of:
        problems.append(
            Problem(
                "the earlier result is of a later day",
                where="earlier",
                got=str(earlier.date),
                allowed=f"{later.date} or before",
            )
        )
    if problems:
        raise SettingError(*problems)
    return after


def _rows(earlier: Result, later: Result, family: str) -> Iterator[tuple[str, ...]]:
    ids = np.union1d(earlier.customer_ids, later.customer_ids)
    before, after = (_labels(one, family, ids) for one in (earlier, later))
    titles = label_titles(later.plan.policy, family)
    for at in np.flatnonzero(before != after).tolist():
        customer, was, now = str(ids[at]), str(before[at]), str(after[at])
        cause = "NEW" if not was else "CHANGED" if now else "GONE"
        for label, event in ((now, "ENTERED"), (was, "LEFT")):
            if label:
                title = titles.get(label, Title(zh=label, en=label))
                key = f"{family}:{label}:{customer}:{later.date}"
                yield (
                    *(key, customer, family, label, title.zh, title.en),
                    *(event, cause, was, now),
                )


def _labels(result: Result, family: str, ids: Array) -> Array:
    """Return the label of each of these customers, "" for whom the result has not."""
    labels = np.full(len(ids), "", dtype=object)
    labels[np.searchsorted(ids, result.customer_ids)] = result.labels(family)
    return labels
