"""What customers say: complaints, satisfaction, and whether they would recommend.

A complaint is a row of feedback with a complaint code. The contract knows no day on
which one is settled, so how long a complaint counts as open is for the window to say:
a policy that asks for those of the last 90 days treats older ones as settled. Beside
the orders of the same window complaints become comparable between large and small.

An answer is a row with a number in ``csat`` or ``nps``. The mean of a customer's
answers in the window is told, on the scale on which they were given; answers are added
from the lowest up, so that the order of the rows decides nothing.

Limits: one answer is a mean as well. The mean of ``nps`` is not the net promoter score,
which is the share of 9 and 10 less that of 0 to 6 among many customers.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from custseg.labels import Title
from custseg.periods import Window
from custseg.rounding import rounded
from custseg.scoring.features import Facts, Feature
from custseg.scoring.purchases import FEATURES as PURCHASES
from custseg.scoring.purchases import ratio
from custseg.scoring.unknowns import NO_ORDER
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]

_ORDERS = next(one for one in PURCHASES if one.code == "orders")


def _complaints(facts: Facts, window: Window) -> Column:
    codes = facts.ledger.tables["feedback"].columns["complaint"]
    before = np.concatenate([[0], np.cumsum(codes.is_known())])
    low, high = facts.rows("feedback", window)
    return Column(before[high] - before[low], Unit.COUNT)


def _complaint_share(facts: Facts, window: Window) -> Column:
    complaints = _complaints(facts, window).values
    orders = facts.measure(_ORDERS, window).values
    return ratio(complaints, orders, Unit.SHARE, positive=True)


def _average(column: str, facts: Facts, window: Window) -> Column:
    feedback = facts.ledger.tables["feedback"]
    answers = feedback.columns[column]
    low, high = facts.rows("feedback", window)
    rows, owner = np.arange(len(feedback)), feedback.owners()
    said = (rows >= low[owner]) & (rows < high[owner]) & answers.is_known()
    value, owner = answers.values[said].astype(np.float64), owner[said]
    order = np.lexsort((value, owner))
    sums = np.bincount(owner[order], weights=value[order], minlength=facts.n)
    counts = np.bincount(owner, minlength=facts.n)
    return Column(rounded(sums / np.maximum(counts, 1)), Unit.NUMBER, counts > 0)


_NO_ANSWER = Title(zh="期内没有评分", en="without an answer in the window")

FEATURES = (
    Feature(
        code="complaints",
        unit=Unit.COUNT,
        title=Title(zh="投诉次数", en="Complaints"),
        formula="rows of feedback with a complaint code in the window",
        needs=("feedback.complaint",),
        compute=_complaints,
        windowed=True,
        better="lower",
        lever="lower",
        daily="same",
    ),
    Feature(
        code="complaint_share",
        unit=Unit.SHARE,
        title=Title(zh="投诉率", en="Complaints per order"),
        formula="complaints / orders, both in the window; above 1 where an order led "
        "to several",
        needs=("feedback.complaint", "sales.amount"),
        compute=_complaint_share,
        windowed=True,
        missing=(NO_ORDER,),
        better="lower",
        lever="lower",
        least=0,
        daily="same",
    ),
    Feature(
        code="average_csat",
        unit=Unit.NUMBER,
        title=Title(zh="平均满意度", en="Average satisfaction"),
        formula="mean of csat over the answers in the window, on the seller's scale",
        needs=("feedback.csat",),
        compute=partial(_average, "csat"),
        windowed=True,
        missing=(_NO_ANSWER,),
        better="higher",
        lever="raise",
        daily="same",
    ),
    Feature(
        code="average_nps",
        unit=Unit.NUMBER,
        title=Title(zh="平均推荐意愿", en="Average willingness to recommend"),
        formula="mean of nps (0 to 10) over the answers in the window",
        needs=("feedback.nps",),
        compute=partial(_average, "nps"),
        windowed=True,
        missing=(_NO_ANSWER,),
        better="higher",
        lever="raise",
        least=0,
        most=10,
        daily="same",
    ),
)
