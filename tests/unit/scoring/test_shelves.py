import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custseg.scoring import shelves
from custseg.scoring.percentiles import fit_knots
from custseg.scoring.shelves import Shelves

prices = st.lists(
    st.floats(1e-15, 1e23) | st.sampled_from([1.0, 2.0, 1e-15, 1e23]), min_size=1
)


@given(st.lists(prices, min_size=1, max_size=5), st.data())
def test_shelves_answer_as_their_knots(paid, data):
    """Bit for bit, by halving alone and with stretches laid out."""
    knots = [fit_knots(np.array(some), most=7) for some in paid]
    n = data.draw(st.integers(1, 30))
    place = data.draw(st.lists(st.integers(0, len(paid) - 1), min_size=n, max_size=n))
    asked = st.floats(0, 1e24) | st.sampled_from([price for p in paid for price in p])
    price = np.array(data.draw(st.lists(asked, min_size=n, max_size=n)))
    expected = [knots[at].at(price[row : row + 1])[0] for row, at in enumerate(place)]
    with pytest.MonkeyPatch.context() as patch:
        for worth in (1, n + 1):
            patch.setattr(shelves, "_WORTH_CELLS", worth)
            assert Shelves(knots).at(np.array(place), price).tolist() == expected


@pytest.mark.parametrize("most", [64, 1 << 17])
def test_stretches_may_be_coarse(monkeypatch, most):
    """Many knots in one are halved as before."""
    monkeypatch.setattr(shelves, "_WORTH_CELLS", 1)
    monkeypatch.setattr(shelves, "_MOST_CELLS", most)
    rng = np.random.default_rng(5)
    knots = [fit_knots(np.exp(rng.normal(7, 3, n))) for n in (1, 30, 5000)]
    place, price = rng.integers(0, 3, 9000), np.exp(rng.normal(7, 3, 9000))
    found = Shelves(knots).at(place, price)
    for at, one in enumerate(knots):
        assert found[place == at].tolist() == one.at(price[place == at]).tolist()


def test_no_price_has_no_share():
    """An empty table is one, too."""
    none = np.empty(0)
    assert Shelves([fit_knots(np.array([1.0]))]).at(none, none).tolist() == []
