"""A saved policy answers as before, and a file that was changed is noticed."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import custseg as cs
from answers import answers
from custseg.rules.learned import Learned
from strategies_people import TODAY, Population, ledger_of, populations

POLICY = cs.load_policy("company")
FEW = settings(suppress_health_check=[HealthCheck.too_slow])


def fit(population):
    """Fit the company policy."""
    return POLICY.fit(ledger_of(population), as_of=TODAY)


@settings(FEW, max_examples=8)
@given(population=populations())
def test_a_saved_policy_answers_alike(population, tmp_path_factory):
    """Saving and loading keeps the digest and every bit of every answer."""
    path = tmp_path_factory.mktemp("saved") / "fitted.json"
    fitted = fit(population)
    fitted.save(path)
    loaded = cs.load_fitted(path)
    assert loaded.digest == fitted.digest
    ledger = ledger_of(population)
    assert answers(loaded.classify(ledger, as_of=TODAY)) == answers(
        fitted.classify(ledger, as_of=TODAY)
    )


@settings(FEW, max_examples=10)
@given(populations())
def test_what_was_learned_survives_json(population):
    """Plain data and back, through text, is the same knowledge."""
    data = fit(population).learned.to_data()
    again = Learned.from_data(json.loads(json.dumps(data)))
    assert again.to_data() == data


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The bytes of a saved policy that learned something of every kind."""
    population = Population(60, seed=7)
    path = tmp_path_factory.mktemp("saved") / "fitted.json"
    fit(population).save(path)
    return path.read_bytes()


@settings(FEW, max_examples=60)
@given(data=st.data())
def test_an_altered_byte_is_noticed(data, saved, tmp_path_factory):
    """A digit, letter, sign or bracket that becomes another is refused in words."""
    solid = [at for at, byte in enumerate(saved) if not chr(byte).isspace()]
    at = data.draw(st.sampled_from(solid))
    byte = data.draw(st.sampled_from(b'0123456789.-eE"[]{}:,Aaz\\ \xff'))
    altered = saved[:at] + bytes([byte]) + saved[at + 1 :]
    path = tmp_path_factory.mktemp("altered") / "fitted.json"
    path.write_bytes(altered)
    try:
        same = json.loads(altered) == json.loads(saved)
    except ValueError:
        same = False
    if same:  # the byte itself, or another spelling of the same number
        assert cs.load_fitted(path).digest
        return
    with pytest.raises(
        cs.CustsegError, match=r"altered since|no fitted policy|another schema"
    ):
        cs.load_fitted(path)


@settings(FEW, max_examples=15)
@given(data=st.data())
def test_a_cut_off_file_is_noticed(data, saved, tmp_path_factory):
    """Half a file is no fitted policy."""
    end = data.draw(st.integers(0, len(saved.rstrip()) - 1))
    path = tmp_path_factory.mktemp("cut") / "fitted.json"
    path.write_bytes(saved[:end])
    with pytest.raises(cs.CustsegError, match="this is no fitted policy"):
        cs.load_fitted(path)
