"""Which gates stand in the way of a tier, whatever the score is.

A score of 84 points and yet no A: then a gate holds, and no single fact or order need
lead past it. So each gate that holds and caps below a wanted tier is named, with the
tier that would be earned if no gate held: where that is lower than the wanted one, too,
the gate is not all that is missing.

Limits: triggers are no part of it. They act on the tier that is held, at a review, and
leave the earned one as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from custseg.rules.pipeline import work_out
from custseg.table import Table
from custseg.whatif.parts import Barrier
from custseg.whatif.workings import Ground

__all__ = ["barriers_to"]


def barriers_to(
    wanted: Sequence[str], table: Table, ground: Ground
) -> tuple[Barrier, ...]:
    """Return the gates that hold and close wanted tiers.

    Parameters
    ----------
    wanted : sequence of str
        Labels of the family that is asked about; only tiers have gates.
    table : Table
        The features of one customer whose tier is known.
    ground : Ground

    Returns
    -------
    tuple of Barrier
        In the order of the policy.
    """
    compiled, learned = ground.compiled, ground.workings.learned
    grading, grade = compiled.grading, work_out(compiled, learned, table).grade
    if grading is None or grade is None:
        return ()
    ungated = evolve(
        compiled,
        grading=evolve(grading, gates=()),
        tiers=evolve(compiled.tiers, gates=()),
    )
    free = work_out(ungated, learned, table).grade
    found = []
    for gate in grading.gates:
        said, cap = grade.gates[gate.code], grading.place(gate.cap)
        closes = tuple(code for code in wanted if grading.place(code) < cap)
        if free is not None and closes and said.values[0] and said.is_known()[0]:
            barrier = Barrier(
                gate=gate.code,
                title=gate.title,
                when=gate.when,
                cap=gate.cap,
                closes=closes,
                earned=free.tier.words[int(free.tier.values[0])],
            )
            found.append(barrier)
    return tuple(found)
