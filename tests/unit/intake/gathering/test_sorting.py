from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.intake.gathering import sorting
from custseg.intake.gathering.runs import Store
from custseg.intake.gathering.sorting import sort_runs

runs = st.tuples(st.integers(0, 5), st.sampled_from([3, 4, 19_000]))
stretches = st.lists(st.lists(runs, max_size=9), min_size=1, max_size=3)


def store_of(given_runs):
    """Return a store of runs, each of two lines, and the codes of their customers."""
    store = Store.with_room([2 * len(some) for some in given_runs], ("amount",))
    codes, value = [], 0
    for part, some in zip(store.parts, given_runs, strict=True):
        for code, day in some:
            part.day[part.n] = day
            part.start[part.n] = part.first + 2 * part.n
            part.sums[part.n] = value, 100 + value
            part.n += 1
            codes.append(code)
            value += 1
    return store, np.array(codes, dtype=np.int32)


@pytest.mark.parametrize("room", [63, 5])
@pytest.mark.parametrize("block", [2, 1 << 16])
@given(stretches.filter(any))
def test_runs_are_sorted_by_customer_day_and_arrival(room, block, given_runs):
    """In blocks of any length, and where the bits find no room in one number."""
    store, codes = store_of(given_runs)
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setattr(sorting, "_ROOM", room)
        patch.setattr(sorting, "_BLOCK", block)
        done = sort_runs(store, codes, 6, pool, n_sums=2)
    flat = [run for some in given_runs for run in some]
    order = sorted(range(len(flat)), key=flat.__getitem__)
    owners = np.repeat(np.arange(6), np.diff(done.offsets))
    assert owners.tolist() == [flat[at][0] for at in order]
    assert done.day.tolist() == [flat[at][1] for at in order]
    assert done.sums[0].tolist() == order
    assert done.sums[1].tolist() == [100 + at for at in order]
    assert done.start.tolist() == [2 * at for at in order]
