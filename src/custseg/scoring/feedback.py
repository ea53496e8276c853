"""What customers say: complaints.

A complaint is a row of feedback with a complaint code. The contract knows no day on
which one is settled, so how long a complaint counts as open is for the window to say:
a policy that asks for those of the last 90 days treats older ones as settled.
"""

from __future__ import annotations

import numpy as np

from custseg.labels import Title
from custseg.periods import Window
from custseg.scoring.features import Facts, Feature
from custseg.table import Column
from custseg.units import Unit

__all__ = ["FEATURES"]


def _complaints(facts: Facts, window: Window) -> Column:
    codes = facts.ledger.tables["feedback"].columns["complaint"]
    before = np.concatenate([[0], np.cumsum(codes.is_known())])
    low, high = facts.rows("feedback", window)
    return Column(before[high] - before[low], Unit.COUNT)


FEATURES = (
    Feature(
        code="complaints",
        unit=Unit.COUNT,
        title=Title(zh="投诉次数", en="Complaints"),
        formula="rows of feedback with a complaint code in the window",
        needs=("feedback.complaint",),
        compute=_complaints,
        windowed=True,
        missing="without a table of feedback",
        better="lower",
        lever="lower",
    ),
)
