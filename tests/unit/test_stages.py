"""Stages over partitions: what must be alike, and what one partition cannot know."""

import numpy as np
import pytest

import custseg as cs
from custseg.errors import CurrencyMismatch
from custseg.stages import (
    Run,
    begun,
    compares,
    label,
    looks_at_groups,
    measure,
    survey,
    with_surveys,
)

DAY = 20634  # 2026-06-30
POLICY = cs.load_policy("company")


def partition(*ids, currency="CNY", **columns):
    """Return the ledger of customers with one sale and one open invoice of 70 each."""
    n = len(ids)
    dated = {"customer_id": list(ids), "amount": [70.0] * n}
    bills = {"invoice_id": [f"I{one}" for one in ids], "due_on": ["2026-06-20"] * n}
    return cs.Ledger.from_frames(
        {**dated, "date": ["2026-06-01"] * n, **columns},
        customers={"customer_id": list(ids), "group_id": ["G"] * n},
        invoices={**dated, **bills, "issued_on": ["2026-06-01"] * n},
        payments={"payment_id": [], "invoice_id": [], "paid_on": [], "amount": []},
        currency=currency,
    )


def test_one_customer_of_a_partition_is_not_alone():
    """Whoever stands alone in a partition has no companions elsewhere: 70 is all."""
    asked = {"day": DAY, "features": ("group_exposure",)}
    alone, others = partition("a"), partition("b", "c")
    assert not measure(begun(POLICY.tree, (), alone, **asked), alone)[
        "group_exposure"
    ].is_known()[0]
    run = begun(POLICY.tree, (), alone, is_parted=True, **asked)
    assert looks_at_groups(run, alone)
    run = with_surveys(run, [survey(run, one) for one in (alone, others)])
    assert measure(run, alone)["group_exposure"].values.tolist() == [7000]
    assert measure(run, others)["group_exposure"].values.tolist() == [14000, 14000]


def test_groups_matter_only_to_who_asks_for_them():
    """Without the features or without the column customers stand for themselves."""
    one = partition("a")
    assert not looks_at_groups(begun(POLICY.tree, (), one, day=DAY), one)
    bare = cs.Ledger.from_frames(
        {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [1.0]}, currency="CNY"
    )
    asked = begun(POLICY.tree, (), bare, day=DAY, features=("group_exposure",))
    assert not looks_at_groups(asked, bare)


def test_partitions_must_have_the_same_columns():
    """A column of some partitions only would be read as gaps in the others."""
    parts = [partition("a"), partition("b", category=["TILE"])]
    run = begun(POLICY.tree, (), parts[0], day=DAY)
    with pytest.raises(cs.DataError, match=r"different columns; got sales\.category"):
        with_surveys(run, [survey(run, one) for one in parts])


def test_partitions_must_be_in_one_currency():
    """Pounds are not added to yuan."""
    parts = [partition("a"), partition("b", currency="GBP")]
    run = begun(POLICY.tree, (), parts[0], day=DAY)
    with pytest.raises(CurrencyMismatch, match="got CNY, GBP"):
        with_surveys(run, [survey(run, one) for one in parts])


def test_only_a_fit_that_compares_has_to_survey():
    """Categories are compared; a fitted policy compares with what it knows."""
    one = partition("a", category=["TILE"])
    assert compares(begun(POLICY.tree, (), one, day=DAY), one)
    plain = partition("a")
    assert not compares(begun(POLICY.tree, (), plain, day=DAY), plain)
    fitted = POLICY.fit(one, as_of="2026-06-30")
    assert not compares(Run(fitted=fitted, day=DAY, fits=False), one)


def test_labels_of_a_fitted_policy():
    """Measure and label are all that a classification takes."""
    ledger = partition(*"abcdefgh")
    fitted, whole = POLICY.fit_and_classify(ledger, as_of="2026-06-30")
    run = Run(fitted=fitted, day=DAY, fits=False)
    outcome = label(run, measure(run, ledger))
    for family, column in whole.outcome.labels.items():
        assert np.array_equal(outcome.labels[family].values, column.values)
