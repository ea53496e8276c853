"""The tasks of a day: what is owed to which customer, by whom, how, and by when.

A list that people can work through: each row is one action for one customer, taken from
the playbooks of its tier and labels. What returns has a day on which it is due next;
what is done once is owed until somebody has done it.

Limits: when something was done must be told; it is not kept here. Since when a customer
has a label is not known, save for the tier held, so what nobody has done yet is due at
once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.asking import check_ids, row_of
from custseg.errors import Problem, SettingError, did_you_mean
from custseg.framing import as_dates
from custseg.labels import Language
from custseg.languages import check_language
from custseg.periods import DISTANT_PAST, as_day, to_date
from custseg.results import Result
from custseg.reviews.review import Review
from custseg.reviews.task_tables import in_words
from custseg.rules.acts.tasking import Task, actions_of, playbook_families, task_of
from custseg.rules.policy import PolicyTree
from custseg.table import Array, Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_families", "tasks"]

Done = Mapping[tuple[str, str], dt.date | str]

_NEVER = np.iinfo(np.int32).max
"""The next day of what is done and does not return."""


def tasks(
    of: Result | Review,
    *,
    done: Done | None = None,
    earlier: Result | None = None,
    only_due: bool = True,
    customer_ids: Iterable[object] | None = None,
    families: Iterable[str] | None = None,
    language: Language | None = None,
) -> pd.DataFrame:
    """Return what is owed to customers by the playbooks of their tiers and labels.

    Parameters
    ----------
    of : Result or Review
        Of a review, the tiers held after the run count; of a result, the entitled ones.
    done : mapping of (str, str) to date or str, optional
        When an action was last done: by customer id and the action's English title.
    earlier : Result, optional
        Where it is given, actions that are done once are owed only to customers who
        have come under the label since (of a review: who have come into the tier by
        it).
    only_due : bool
        Leave out what is due on a later day, or done.
    customer_ids : iterable of ids, optional
        Only theirs; None is everybody's.
    families : iterable of str, optional
        Only what at least one of these families asks for, such as ``"tier"``. What is
        settled stays settled with all of them.
    language : {"zh", "en"} or None
        None gives what a program reads, in both languages. With a language the table is
        for people: titles of labels in place of codes, titled columns, and neither
        ``settled`` nor ``key``.

    Returns
    -------
    pandas.DataFrame
        One row per customer and action: ``customer_id``; ``action``, ``owner`` and
        ``channel``, each with ``_zh`` and ``_en`` ("" where nothing is said);
        ``every_days`` and ``respond_within_hours``, missing where nothing is said;
        ``because``, the labels that ask for it; ``settled``, what their playbooks
        differ about and whose word counts; ``next_due``, NaT for what is done and does
        not return; ``key``, which stays the same until the task is done.

    Raises
    ------
    SettingError
        When it is neither a result nor a review, ``done`` is of another form, no
        playbook is of such a family, or the language is unknown.
    UnknownCustomer
        When there is no such customer on that day.

    Examples
    --------
    >>> from custseg import segment
    >>> sales = {"customer_id": ["a"], "date": ["2026-06-20"], "amount": [80.0]}
    >>> todo = tasks(segment(sales, as_of="2026-06-30", currency="CNY"))
    >>> todo["because"][todo["because"].str.startswith("lifecycle")].unique().tolist()
    ['lifecycle=NEW']
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    if language is not None:
        check_language(language)
    sheet = _sheet(of, earlier)
    last = _last_done(done or {})
    asked: Collection[str] = sheet.labels.keys()
    if families is not None:
        asked = [families] if isinstance(families, str) else list(families)
        check_families(asked, sheet.policy)
    parts = [
        part
        for part in sheet.rows(last)
        if any(family in asked for family, _ in part.task.reasons)
    ]
    parts.sort(key=lambda part: sheet.rank(part.task))
    at = np.concatenate([np.zeros(0, np.int64), *(part.at for part in parts)])
    due = np.concatenate([np.zeros(0, np.int32), *(part.due for part in parts)])
    which = np.repeat(np.arange(len(parts)), [len(part.at) for part in parts])
    order = np.lexsort((which, at))  # customer by customer
    if only_due:
        order = order[due[order] <= sheet.day]
    if customer_ids is not None:
        order = order[sheet.wanted(customer_ids)[at[order]]]
    at, due, which = at[order], due[order], which[order]
    every = [part.task for part in parts]
    ids = sheet.ids[at]
    columns: dict[str, Any] = {"customer_id": pd.array(ids, dtype="str")}
    for name, words in _texts(every).items():
        column = np.array([*words, ""], dtype=object)[which]
        columns[name] = pd.array(column, dtype="str")
    for name in ("every_days", "respond_within_hours"):
        said = [getattr(one, name) for one in every]
        columns[name] = pd.array([said[one] for one in which.tolist()], dtype="Int64")
    dates = as_dates(np.where(due == _NEVER, 0, due))
    dates[due == _NEVER] = np.datetime64("NaT", "D")
    columns["next_due"] = dates
    rows = zip(which.tolist(), ids.tolist(), due.tolist(), strict=True)
    columns["key"] = pd.array(
        [
            f"task:{every[one].action.en}:{customer}:"
            f"{'done' if day == _NEVER else to_date(day)}"
            for one, customer, day in rows
        ],
        dtype="str",
    )
    todo = pd.DataFrame(columns)
    if language is None:
        return todo
    held = sheet.held_since is not None
    return in_words(todo, sheet.policy, language, held=held)


def _texts(every: list[Task]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for name in ("action", "owner", "channel"):
        titles = [getattr(one, name) for one in every]
        texts[f"{name}_zh"] = ["" if one is None else one.zh for one in titles]
        texts[f"{name}_en"] = ["" if one is None else one.en for one in titles]
    texts["because"] = [
        ", ".join(f"{family}={label}" for family, label in one.reasons) for one in every
    ]
    texts["settled"] = ["; ".join(one.settled) for one in every]
    return texts


@frozen(eq=False)
class _Part:
    """One task of customers with the same labels: their rows, and when it is due."""

    task: Task
    at: NDArray[np.int64]
    due: NDArray[np.int32]


@frozen(eq=False)
class _Sheet:
    """The labels of customers on a day, as far as there are playbooks for them."""

    ids: Array
    day: int
    policy: PolicyTree
    labels: Mapping[str, Array]
    fresh: Mapping[str, NDArray[np.bool_]]
    """Who came under the label by now; every family where nobody asks."""
    held_since: NDArray[np.int32] | None = field(default=None)

    def wanted(self, customer_ids: Iterable[object]) -> NDArray[np.bool_]:
        """Return who is among some customers."""
        check_ids(customer_ids)
        here = np.zeros(len(self.ids), dtype=np.bool_)
        table, day = Table(self.ids), to_date(self.day)
        for one in customer_ids:
            here[row_of(one, table, of="result", day=day)] = True
        return here

    def rank(self, task: Task) -> int:
        """Return the place of a task: the first reason counts, in precedence."""
        return list(self.labels).index(task.reasons[0][0])

    def rows(self, last: Mapping[str, Mapping[str, int]]) -> Iterator[_Part]:
        """Yield each task, with those customers who are owed it on the same terms."""
        for action, playbooks in actions_of(self.policy).items():
            asks = [self.labels[one.family] == one.label for one in playbooks]
            group = np.zeros(len(self.ids), dtype=np.int64)
            for holds in asks:  # numbered anew each time, so that they stay small
                group = np.unique(group * 2 + holds, return_inverse=True)[1]
            together = np.argsort(group, kind="stable")
            for here in np.split(together, np.cumsum(np.bincount(group))[:-1]):
                some = [
                    playbook
                    for playbook, holds in zip(playbooks, asks, strict=True)
                    if holds[here[:1]].any()
                ]
                if some:
                    task = task_of(action, some)
                    yield self._part(task, here, last.get(action.en, {}))

    def _part(
        self, task: Task, here: NDArray[np.int64], last: Mapping[str, int]
    ) -> _Part:
        families = [family for family, _ in task.reasons]
        if task.every_days is None:
            came = np.zeros(len(here), dtype=np.bool_)
            for family in families:
                came |= self.fresh[family][here]
            here = here[came]
        due = np.full(len(here), self.day, dtype=np.int32)
        begun = np.full(len(here), DISTANT_PAST + 1, dtype=np.int32)
        if "tier" in families and self.held_since is not None:
            # What was done before the tier was held does not count.
            due, begun = self.held_since[here], self.held_since[here]
        due = due.copy()
        for row, customer in enumerate(self.ids[here].tolist() if last else ()):
            if (day := last.get(customer, DISTANT_PAST)) >= begun[row]:
                due[row] = _NEVER if task.every_days is None else day + task.every_days
        return _Part(task, here, due)


def _sheet(of: object, earlier: Result | None) -> _Sheet:
    if isinstance(of, Review):
        result, day = of.result, of.reviewed.on
    elif isinstance(of, Result):
        result, day = of, of.as_of
    else:
        raise SettingError(
            Problem(
                "expected a Result or a Review",
                where="of",
                got=f"a {type(of).__name__}",
                hint="such as fitted.classify(...), or fitted.review(...)",
            )
        )
    policy = result.plan.policy
    families = playbook_families(policy)
    labels = {one: result.labels(one) for one in families}
    n = len(result)
    fresh = {one: np.ones(n, dtype=np.bool_) for one in families}
    if earlier is not None:
        fresh = {one: _came(earlier, result, one) for one in families}
    if not isinstance(of, Review) or "tier" not in families:
        return _Sheet(result.customer_ids, day, policy, labels, fresh)
    decisions = of.reviewed.run.decisions
    labels["tier"] = np.array([*of.reviewed.tiers, ""], dtype=object)[decisions.after]
    if earlier is not None:
        fresh["tier"] = decisions.moved
    since = decisions.state.since
    return _Sheet(result.customer_ids, day, policy, labels, fresh, since)


def check_families(
    families: Collection[str], policy: PolicyTree, *, where: str = "families"
) -> None:
    """Refuse families of which a policy has no playbooks.

    Parameters
    ----------
    families : collection of str
    policy : PolicyTree
    where : str
        What the error is said to be about.

    Raises
    ------
    SettingError
    """
    known = playbook_families(policy)
    strange = [one for one in families if one not in known]
    if strange:
        raise SettingError(
            Problem(
                "the policy has no playbooks of such a family",
                where=where,
                got=", ".join(map(repr, strange)),
                allowed=", ".join(known),
                hint=did_you_mean(str(strange[0]), known),
            )
        )


def _came(earlier: Result, later: Result, family: str) -> NDArray[np.bool_]:
    """Return who did not have the label before."""
    before = dict(
        zip(earlier.customer_ids.tolist(), earlier.labels(family).tolist(), strict=True)
    )
    now = zip(later.customer_ids.tolist(), later.labels(family).tolist(), strict=True)
    return np.array(
        [before.get(customer) != label for customer, label in now], np.bool_
    )


def _last_done(done: Done) -> dict[str, dict[str, int]]:
    """Return when each action was last done for whom, by the action."""
    last: dict[str, dict[str, int]] = {}
    for pair, day in done.items():
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise SettingError(
                Problem(
                    "expected a pair of customer id and action",
                    where="done",
                    got=repr(pair),
                    hint='such as {("C17", "Visit"): "2026-06-24"}',
                )
            )
        customer, action = pair
        last.setdefault(str(action), {})[str(customer)] = as_day(day, where="done")
    return last
