"""Parts of an outcome become one, in the order of ids."""

import numpy as np
import pytest

import custseg as cs
from custseg.partitioned.joining import (
    id_order,
    one_column,
    one_outcome,
    one_standing,
)
from custseg.rules.outcome import Outcome
from custseg.rules.standing import stand
from custseg.stages import Run, label, measure
from custseg.table import Column, Table
from custseg.units import Unit

SALES = {
    "customer_id": ["a", "b", "c", "d", "a", "d"],
    "date": ["2026-06-01", "2026-05-02", "2025-09-09", "2026-06-29"]
    + ["2026-06-30"] * 2,
    "amount": [100.0, 2000.0, 30.0, 400.0, 5.0, 60.0],
    "category": ["tile", "rope", None, "paint", "tile", "paint"],
}


def rows(*ids):
    """Return the sales of some customers."""
    kept = [at for at, one in enumerate(SALES["customer_id"]) if one in ids]
    return {name: [values[at] for at in kept] for name, values in SALES.items()}


@pytest.fixture(scope="module")
def parts():
    """Everything worked out at once, and in two partitions out of order."""
    whole = cs.Ledger.from_frames(SALES, currency="CNY")
    policy = cs.load_policy("company")
    fitted = policy.fit(whole, as_of="2026-06-30")
    run = Run(fitted=fitted, day=20634, features=("top_category_share",), fits=False)

    def done(ledger):
        outcome = label(run, measure(run, ledger))
        return outcome, stand(fitted.compiled, fitted.learned, outcome)

    cut = [("b", "d"), ("a", "c")]
    ledgers = [cs.Ledger.from_frames(rows(*ids), currency="CNY") for ids in cut]
    return done(whole), [done(one) for one in ledgers]


def same(first, second):
    """Hold two columns to each other, as far as they are known."""
    known = first.is_known()
    assert known.tolist() == second.is_known().tolist()
    if first.unit is Unit.TEXT:
        words = [
            [one.words[code] for code in one.values[known]] for one in (first, second)
        ]
        assert words[0] == words[1]
    else:
        assert first.values[known].tolist() == second.values[known].tolist()


def test_outcome_is_that_of_all(parts):
    """Features, labels, scores and tiers are those of everybody at once."""
    (whole, _), halves = parts
    outcomes = [one for one, _ in halves]
    order = id_order([one.table for one in outcomes])
    assert order.tolist() == [2, 0, 3, 1]
    got = one_outcome(outcomes, order)
    assert got.table.customers.tolist() == ["a", "b", "c", "d"]
    for name, column in whole.table.items():
        same(column, got.table[name])
    for name, column in whole.labels.items():
        same(column, got.labels[name])
    same(whole.grade.tier, got.grade.tier)
    same(whole.grade.score, got.grade.score)
    for name, column in whole.grade.parts.items():
        same(column, got.grade.parts[name])


def test_standing_is_that_of_all(parts):
    """What a review asks is told of everybody, in the order of ids."""
    (_, whole), halves = parts
    order = id_order([one.table for one, _ in halves])
    got = one_standing([one for _, one in halves], order)
    same(whole.earned, got.earned)
    same(whole.kept, got.kept)
    assert whole.triggers
    for name, column in whole.triggers.items():
        same(column, got.triggers[name])


def test_unknown_texts_stay_unknown():
    """A code that nobody may read is not looked up among other words."""
    known = np.array([False, True])
    first = Column(np.array([-1, 0]), Unit.TEXT, known, ("rope",))
    second = Column(np.array([0]), Unit.TEXT, words=("tile",))
    got = one_column([first, second])
    assert got.is_known().tolist() == [False, True, True]
    assert [got.words[code] for code in got.values[1:]] == ["rope", "tile"]


def test_ids_of_bytes_and_of_texts_meet():
    """One partition has plain ids, kept as bytes, the other has letters beyond them."""
    first = Table(np.array([b"b", b"zz"]), {})
    second = Table(np.array(["a", "王"], dtype=object), {})
    got = one_outcome(
        [Outcome(first, {}, None), Outcome(second, {}, None)],
        id_order([first, second]),
    )
    assert got.table.customers.tolist() == ["a", "b", "zz", "王"]
