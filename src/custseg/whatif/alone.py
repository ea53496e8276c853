"""What one fact alone would have to become, all others as they are.

Each fact that somebody can act on is moved step by step from where it stands, and the
customer is judged again at every step that counts. What is told is the nearest value
at which the label turns, on a side to which the fact can be moved; one step less does
not do it. Both were worked out by the road that gives every label.

Limits: facts hang together, for one more order also brings money and a purchase day.
What an order does in all is the matter of :mod:`custseg.whatif.orders`.
"""

from __future__ import annotations

import numpy as np

from custseg.table import Table
from custseg.whatif.axes import Axis, axes_of, title_of
from custseg.whatif.parts import Change
from custseg.whatif.steps import Ints, Turn, explore
from custseg.whatif.workings import Ground

__all__ = ["changes_alone"]


def changes_alone(table: Table, ground: Ground) -> list[Change]:
    """Return the nearest value of each fact that gives another label.

    Parameters
    ----------
    table : Table
        The features of one customer.
    ground : Ground

    Returns
    -------
    list of Change
        By fact, in the order of the catalogue, the nearest first.
    """
    axes = axes_of(table, ground)
    label = int(ground.marks(table)[0, 0])

    def judge(axis: Ints, at: Ints) -> Ints:
        return ground.marks(_varied(table, axes, axis, at))

    found = []
    walks = explore(judge, [axis.grid for axis in axes]) if axes else []
    for axis, walk in zip(axes, walks, strict=True):
        sides = {"raise": [True], "lower": [False]}.get(axis.feature.lever)
        for up in sides or [True, False]:
            turns = walk.turns(axis.now, up=up)
            found += [
                _change(axis, turn, ground)
                for turn in turns
                if turn.label not in {-1, label}
            ]
    return found


def _varied(table: Table, axes: list[Axis], axis: Ints, at: Ints) -> Table:
    """Repeat one customer, each time with one fact at another value."""
    rows = np.zeros(len(at), dtype=np.int64)
    varied = table.take(rows)
    columns = dict(varied.columns)
    for place, one in enumerate(axes):
        here = axis == place
        column = columns[one.name]
        column.values[here] = one.values(at[here])
    return Table(varied.book, columns)


def _change(axis: Axis, turn: Turn, ground: Ground) -> Change:
    then = axis.values(np.array([turn.at], dtype=np.int64))
    return Change(
        feature=axis.name,
        title=title_of(axis.name, axis.feature, ground),
        unit=axis.column.unit,
        now=axis.column.values[0].item(),
        then=then[0].item(),
        moves_to=ground.words[turn.label],
    )
