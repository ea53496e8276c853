"""Slips of a first day are told in words."""

import pandas as pd
import pytest

import custseg as cs
from custseg.asking import check_names

SALES = {
    "customer_id": ["a", "b"],
    "date": ["2026-06-01", "2026-06-20"],
    "amount": [950.0, 80.0],
}
LEDGER = cs.Ledger.from_frames(SALES, currency="CNY")
POLICY = cs.load_policy("company")
FITTED = POLICY.fit(LEDGER, as_of="2026-06-30")
DAY = {"as_of": "2026-06-30"}


@pytest.mark.parametrize("given", [SALES, pd.DataFrame(SALES), None, "sales.csv"])
def test_what_is_no_ledger_is_told_how_to_become_one(given):
    """To fit, and to classify."""
    words = rf"ledger: expected a Ledger; got a {type(given).__name__};.*from_frames"
    for ask in (POLICY.fit, POLICY.fit_and_classify, FITTED.classify):
        with pytest.raises(cs.errors.SettingError, match=words):
            ask(given, **DAY)


def test_a_store_is_told_to_hand_over_its_ledger(tmp_path):
    """It takes rows in, and what it holds is asked for by name."""
    store = cs.open_ledger(tmp_path / "store", currency="CNY")
    with pytest.raises(cs.errors.SettingError, match=r"got a LedgerStore; a store has"):
        POLICY.fit(store, **DAY)
    with pytest.raises(cs.errors.DataError, match=r"LedgerStore;.*; pass the ledger"):
        cs.segment(store, **DAY)


def test_one_name_is_no_sequence_of_names():
    """A text is a sequence of letters, and nobody means those."""
    words = r"features: expected a sequence of names; got 'margin'; write \('margin',\)"
    one = cs.Customer("a"), [cs.Transaction("a", "2026-06-01", 5)]
    result = cs.segment(SALES, currency="CNY", **DAY)
    for ask in (
        lambda: cs.segment(SALES, currency="CNY", features="margin", **DAY),
        lambda: cs.segment(LEDGER, features="margin", **DAY),
        lambda: POLICY.columns_for("margin"),
        lambda: POLICY.fit_and_classify(LEDGER, features="margin", **DAY),
        lambda: FITTED.classify(LEDGER, features="margin", **DAY),
        lambda: FITTED.classify_one(*one, features="margin", **DAY),
        lambda: result.to_pandas(features="margin"),
    ):
        with pytest.raises(cs.errors.SettingError, match=words):
            ask()


@pytest.mark.parametrize(
    ("given", "kind"), [(5, "a int"), (["orders", 5], "a list with a int in it")]
)
def test_names_are_texts(given, kind):
    """Other things are told by their kind."""
    with pytest.raises(cs.errors.SettingError, match=rf"names; got {kind}; write a t"):
        check_names(given)


def test_a_feature_that_was_not_worked_out_can_be_asked_for():
    """One that nobody knows is told the nearest, as before."""
    result = cs.segment(SALES, currency="CNY", **DAY)
    words = r"'margin' was not worked out; pass features=\['margin'\] to segment, clas"
    with pytest.raises(cs.errors.UnknownFeature, match=words):
        result.to_pandas(features=["margin"])
    with pytest.raises(cs.errors.UnknownFeature, match=words):
        result.customer("a").feature("margin")
    with pytest.raises(cs.errors.UnknownFeature, match="did you mean 'spend'"):
        result.customer("a").feature("spnd")
    asked = cs.segment(SALES, currency="CNY", features=["margin"], **DAY)
    assert asked.customer("a").feature("margin") is None


def test_a_fitted_policy_is_asked_and_not_fitted_again():
    """The one call fits; who has a fit is told what to call."""
    told = r"it is fitted already: ask it, with classify\(ledger, as_of=\.\.\.\)"
    with pytest.raises(cs.errors.SettingError, match=told):
        cs.segment(SALES, policy=FITTED, **DAY)


def test_a_policy_is_told_in_one_line():
    """What it is, in which currency, since when, and which content."""
    assert repr(POLICY) == f"Policy(company 2026.1, CNY, {POLICY.digest[:12]})"
    assert repr(FITTED) == (
        f"FittedPolicy(company 2026.1, CNY, 2026-06-30, {FITTED.digest[:12]})"
    )
