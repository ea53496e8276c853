"""Amounts of customers and words added up, whatever numbers stand for the words."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from custseg.scoring.baskets import grouped

lines = st.lists(
    st.tuples(
        st.integers(0, 3) | st.integers(0, 2**31 - 1),
        st.integers(0, 3) | st.integers(0, 2**63 - 2),
        st.integers(-(10**9), 10**9),
    )
).map(sorted)


@given(lines)
def test_adds_up_what_goes_together(lines):
    """Also where customer and word do not fit into one number of 64 bits."""
    owner, code, amount = (
        np.array([line[part] for line in lines], dtype=np.int64) for part in range(3)
    )
    expected = Counter()
    for who, what, how_much in lines:
        expected[who, what] += how_much
    found = grouped(owner, code, amount, int(code.max(initial=0)) + 1)
    assert list(zip(*(part.tolist() for part in found), strict=True)) == [
        (*key, expected[key]) for key in sorted(expected)
    ]
