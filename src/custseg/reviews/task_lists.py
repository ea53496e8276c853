"""Tasks as files to work through: who scores highest comes first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Language
from custseg.results import Result
from custseg.reviews.review import Review
from custseg.reviews.tasks import tasks
from custseg.writing import write_frames

__all__ = ["EVERY_FAMILY", "write_tasks"]

EVERY_FAMILY = "all"
"""In place of a family: all of them."""


def write_tasks(
    of: Result | Review, folder: Path, *, families: Sequence[str], language: Language
) -> list[Path]:
    """Write what some families ask to be done for whom.

    Parameters
    ----------
    of : Result or Review
    folder : Path
        Made where it is missing; files of the same names are replaced.
    families : sequence of str
        Of playbooks, or ``all``. With none of them nothing is written.
    language : {"zh", "en"}
        In Chinese there is a table for people, ``tasks_zh.csv``, beside that for
        programs, ``tasks.csv``.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    SettingError
        When no playbook is of such a family; nothing is written then.
    """
    if not families:
        return []
    asked = None if EVERY_FAMILY in families else families
    todo = tasks(of, families=asked)
    order = np.argsort(-_scores(of, todo["customer_id"].tolist()), kind="stable")
    frames = {"tasks.csv": todo.iloc[order]}
    if language == "zh":
        words = tasks(of, families=asked, language=language)
        frames["tasks_zh.csv"] = words.iloc[order]
    return write_frames(frames, folder)


def _scores(of: Result | Review, customers: Sequence[str]) -> NDArray[np.float64]:
    """Return the score of each customer, the least there is where it is unknown."""
    result = of.result if isinstance(of, Review) else of
    grade = result.outcome.grade
    if grade is None:
        return np.zeros(len(customers))
    scores = np.where(grade.score.is_known(), grade.score.values, -np.inf)
    score = dict(zip(result.customer_ids.tolist(), scores.tolist(), strict=True))
    return np.array([score[one] for one in customers], dtype=np.float64)
