"""Disputed invoices: what the customer will not pay before the seller has answered.

A dispute is open from the day it began until it is resolved, or until nothing of the
invoice is open any more: a bill that was paid in full is not in dispute, though nobody
may have said so. While it is open the invoice counts as owed, and neither as on time
nor as late: who is waiting for an answer is not a slow payer. A policy that will not
wait for ever looks at :code:`longest_dispute_days`.

Limits: a dispute is about the whole of an invoice. One that was resolved before it
began never was. When a dispute is resolved, the invoice is as late as its due day says.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.scoring.receivables.book import SETTLED, WRITTEN_OFF, book_of, open_by
from custseg.table import Column
from custseg.units import Unit

__all__ = ["DISPUTED", "FEATURES", "disputed_by"]

DISPUTED: Final = ("invoices.disputed_on", "invoices.resolved_on")
"""Columns that decide what is in dispute, as features name them."""

_ALSO: Final = ("payments.amount", *WRITTEN_OFF, *DISPUTED)


def disputed_by(facts: Facts, day: int) -> NDArray[np.bool_]:
    """Say which invoices are in dispute at the end of a day, shape (n_invoices,)."""
    columns = facts.ledger.tables["invoices"].columns
    left = open_by(facts, day) > 0
    began, ended = columns.get("disputed_on"), columns.get("resolved_on")
    if began is None:
        return np.zeros_like(left)
    since = left & began.is_known() & (began.values <= day)
    if ended is None:
        return since
    return since & ~(ended.is_known() & (ended.values <= day))


def _has_open_dispute(facts: Facts, _: Window) -> Column:
    disputed = disputed_by(facts, facts.as_of)
    return Column(book_of(facts).by_customer(disputed) > 0, Unit.FLAG)


def _longest_dispute_days(facts: Facts, _: Window) -> Column:
    book = book_of(facts)
    began = facts.ledger.tables["invoices"].columns["disputed_on"].values
    since = facts.as_of - np.maximum(began, book.issued).astype(np.int64)
    disputed = disputed_by(facts, facts.as_of)
    return Column(book.highest(np.where(disputed, since, 0)), Unit.DAYS)


def _disputed_receivable(facts: Facts, _: Window) -> Column:
    disputed = disputed_by(facts, facts.as_of)
    left = open_by(facts, facts.as_of)
    return Column(book_of(facts).by_customer(left * disputed), Unit.MONEY)


FEATURES = (
    Feature(
        code="has_open_dispute",
        unit=Unit.FLAG,
        title=Title(zh="有未决争议", en="Has an open dispute"),
        formula="an invoice with something open was disputed by as_of and is not "
        "resolved",
        needs=("invoices.disputed_on",),
        also=_ALSO,
        compute=_has_open_dispute,
        better="lower",
        lever="lower",
    ),
    Feature(
        code="longest_dispute_days",
        unit=Unit.DAYS,
        title=Title(zh="最长争议天数", en="Longest open dispute"),
        formula="the most of as_of - disputed_on over the invoices in dispute; 0 "
        "without one; a dispute counts from the day of issue at the earliest",
        needs=("invoices.disputed_on",),
        also=_ALSO,
        compute=_longest_dispute_days,
        better="lower",
        lever="lower",
    ),
    Feature(
        code="disputed_receivable",
        unit=Unit.MONEY,
        title=Title(zh="争议中的应收账款", en="Receivable in dispute"),
        formula="what is open of the invoices in dispute",
        needs=("invoices.disputed_on", *SETTLED),
        also=_ALSO,
        compute=_disputed_receivable,
        better="lower",
        lever="lower",
        least=0,
    ),
)
