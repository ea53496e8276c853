"""What the checks of a policy take for certain about the features of the catalogue."""

import numpy as np
import pytest

from custseg.demo import wholesaler
from custseg.ledger import Ledger
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.units import Unit

COUNTS = [code for code, one in CATALOGUE.items() if one.unit is Unit.COUNT]


@pytest.fixture(scope="module")
def facts():
    """The demo's facts on its day."""
    demo = wholesaler()
    ledger = Ledger.from_frames(
        demo.sales, customers=demo.customers, currency=demo.currency
    )
    return Facts(ledger, as_day(demo.as_of))


@pytest.mark.parametrize("code", COUNTS)
def test_a_count_is_a_whole_number_and_never_negative(facts, code):
    """A policy whose label asks for orders < 0 is refused, so this has to hold."""
    column = facts.measure(CATALOGUE[code], Window.parse("365 days"))
    known = column.values[column.is_known()]
    assert (known >= 0).all()
    assert np.array_equal(known, np.floor(known))


def test_there_are_counts():
    """The test above looks at the plainest of them."""
    assert {"orders", "purchase_days", "lifetime_orders"} <= set(COUNTS)
