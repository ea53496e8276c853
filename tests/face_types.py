"""How others type what they write around custseg: checked by mypy, never run.

Whoever wraps the library names its classes in signatures, hands in a classifier of
their own and looks at what comes back, with mypy --strict and public names only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import assert_type

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import custseg as cs


class Spenders:
    """A classifier as the guide writes it, with types."""

    code = "spenders"
    labels = ("YES", "NO")
    needs = ("spend",)

    def fit(self, table: cs.Table) -> Spenders:
        """Learn nothing."""
        assert_type(table["spend"], cs.Column)
        return self

    def classify(self, table: cs.Table) -> NDArray[np.int64]:
        """Tell by the spend alone."""
        return np.where(table["spend"].values > 100_00, 0, 1)


def learned(rows: Mapping[str, Sequence[object]], kept: Path) -> cs.FittedPolicy:
    """Fit, keep and read again; every error is of one class."""
    ledger = cs.Ledger.from_frames(rows, currency="EUR")
    policy = cs.load_policy("company").with_classifier(Spenders())
    try:
        policy.fit(ledger, as_of="2026-06-30").save(kept)
    except cs.CustsegError as error:
        assert_type([problem.hint for problem in error.problems], list[str])
    return cs.load_fitted(kept)


def asked(fitted: cs.FittedPolicy, ledger: cs.Ledger, day: dt.date) -> None:
    """Take answers for all and for one."""
    result = fitted.classify(ledger, as_of=day)
    assert_type(result, cs.Result)
    assert_type(result.to_pandas(), pd.DataFrame)
    one = fitted.classify_one(cs.Customer("a"), [], as_of=day)
    assert_type(one, cs.CustomerResult)
    assert_type(one.tier, str | None)
    assert_type(one.score, float | None)
    assert_type(one.explain(), cs.Explanation)


def reviewed(fitted: cs.FittedPolicy, store: Path, on: dt.date) -> cs.Migration:
    """Review the tiers on a kept ledger, and see who went where."""
    kept = cs.open_ledger(store)
    assert_type(kept, cs.LedgerStore)
    with cs.open_journal(":memory:") as journal:
        assert_type(journal, cs.Journal)
        review = fitted.review(kept.ledger(), journal, on=on)
        assert_type(review, cs.Review)
        return review.matrix()
