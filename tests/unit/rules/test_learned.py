"""What is learned from a reference: cuts, knots, medians, edges."""

from decimal import Decimal

import numpy as np
import pytest

from custseg.rules.expression import FittedCut, FittedValue
from custseg.rules.learned import (
    key_of,
    learn,
    learn_edges,
    reference_values,
    scaled_edges,
)
from custseg.rules.policy import Bins
from custseg.table import Column
from custseg.units import Unit

SPEND = Column(np.array([10, 20, 30, 40, 1000]), Unit.MONEY)
EVERYBODY = np.ones(5, dtype=np.bool_)


def cut(function, op, level):
    """Return a comparison with a learned share of spend."""
    return FittedCut(function, "spend", op, Decimal(level))


def taught(*wanted, reference=EVERYBODY, minimum=1, spend=SPEND):
    """Learn from five customers."""
    values = reference_values(spend, reference)
    return learn(wanted, values, minimum=minimum)


@pytest.mark.parametrize(
    ("op", "level", "holds"),
    [
        # mid-ranks of five values: .1 .3 .5 .7 .9
        (">=", "0.5", [0, 0, 1, 1, 1]),
        (">", "0.5", [0, 0, 0, 1, 1]),
        ("<", "0.5", [1, 1, 0, 0, 0]),
        ("<=", "0.5", [1, 1, 1, 0, 0]),
        (">=", "0.95", [0, 0, 0, 0, 0]),
        ("<", "0.95", [1, 1, 1, 1, 1]),
    ],
)
def test_percentile_cuts_on_either_side(op, level, holds):
    """A condition and its opposite share one cut, and none is lost between them."""
    node = cut("pct", op, level)
    column = taught(node).holds(node, SPEND)
    assert column.values.astype(int).tolist() == holds


@pytest.mark.parametrize(
    ("op", "level", "holds"),
    [
        # of 100 are held above: 10: 90 %, 20: 70 %, 30: 40 %, 40: 0
        ("<", "0.7", [0, 0, 1, 1, 1]),
        ("<=", "0.7", [0, 1, 1, 1, 1]),
        (">=", "0.7", [1, 1, 0, 0, 0]),
        (">", "0.7", [1, 0, 0, 0, 0]),
    ],
)
def test_share_cuts_on_either_side(op, level, holds):
    """The share of the total held above falls as the value rises."""
    node = cut("share_above", op, level)
    reference = np.array([True, True, True, True, False])
    column = taught(node, reference=reference).holds(node, SPEND)
    assert column.values.astype(int).tolist() == holds


def test_opposites_have_one_key():
    """The file keeps each cut once."""
    assert key_of(cut("pct", "<", "0.80")) == key_of(cut("pct", ">=", "0.8"))
    assert key_of(cut("pct", "<=", "0.8")) == key_of(cut("pct", ">", "0.8"))
    assert key_of(cut("share_above", "<", "0.8")) == key_of(
        cut("share_above", ">=", ".8")
    )
    assert key_of(cut("pct", ">=", "0.8")) != key_of(cut("pct", ">", "0.8"))


def test_too_few_leave_percentiles_unknown_but_not_shares():
    """Under the minimum nothing is learned; shares need one member only."""
    few = cut("pct", ">=", "0.5"), FittedValue("median", "spend")
    share = cut("share_above", "<", "0.8")
    learned = taught(*few, share, minimum=6)
    assert learned.too_few == {key_of(one) for one in few}
    assert not learned.holds(few[0], SPEND).is_known().any()
    assert not learned.value(few[1], SPEND).is_known().any()
    assert learned.holds(share, SPEND).known is None
    nobody = taught(share, reference=~EVERYBODY)
    assert nobody.too_few == {key_of(share)}


def test_what_is_unknown_teaches_nothing():
    """Only known values of the reference count."""
    median = FittedValue("median", "spend")
    spend = Column(SPEND.values, Unit.MONEY, np.array([True, True, True, True, False]))
    assert taught(median).medians == {"median(spend)": 30}
    assert taught(median, spend=spend).medians == {"median(spend)": 25.0}


def test_last_bits_of_floats_do_not_move_a_percentile():
    """0.1 + 0.2 is looked up as 0.3, the largest of the reference and not above it."""
    node = FittedValue("pct", "spend")
    ratio = Column(np.array([0.1, 0.2, 0.3, 0.1, 0.2]), Unit.SHARE)
    learned = taught(node, spend=ratio)
    odd = Column(np.array([0.3, 0.1 + 0.2]), Unit.SHARE)
    assert learned.value(node, odd).values.tolist() == [0.9, 0.9]


def test_edges_in_the_units_of_columns():
    """Stated amounts become minor units; for lower is better they fall."""
    bins = Bins(by="edges", at=(Decimal("10.5"), Decimal(20)))
    assert scaled_edges(bins, Unit.MONEY, 2) == (1050, 2000)
    assert scaled_edges(bins, Unit.QUANTITY, 2) == (105000, 200000)
    lower = Bins(by="edges", at=bins.at, better="lower")
    assert scaled_edges(lower, Unit.DAYS, 2) == (20, 10.5)


def test_edges_are_learned_from_enough():
    """Natural and quantile edges, or the code among those with too few."""
    natural = Bins(by="natural", into=2)
    spend = SPEND.values
    assert learn_edges("s", natural, spend, minimum=5).edges == {"s": (1000,)}
    quantile = Bins(by="quantile", into=2)
    assert learn_edges("s", quantile, spend, minimum=5).edges == {"s": (30,)}
    assert learn_edges("s", quantile, spend, minimum=6).too_few == {"s"}
