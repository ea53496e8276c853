"""Many customers are worked out in blocks, and nobody can tell."""

import numpy as np
import pytest

import custseg as cs
from custseg.demo import TRADES, trade
from custseg.rules import blocks, pipeline, teaching
from custseg.table import Column


class Everybody:
    """Says of each customer whether the spend is above the mean of all."""

    code, labels, needs = "above_mean", ("YES", "NO"), ("spend",)

    def fit(self, table):
        """Keep the highest spend of the reference as a bar that nobody is above."""
        self.bar = table["spend"].values.max()
        return self

    def classify(self, table):
        """Look at all who are there."""
        spend = table["spend"].values
        return np.where((spend > spend.mean()) & (spend <= self.bar), 0, 1)


def same(one, other):
    """Compare all that is known in columns."""
    assert list(one) == list(other)
    for name, column in one.items():
        known = column.is_known()
        np.testing.assert_array_equal(known, other[name].is_known(), name)
        assert column.values[known].tobytes() == other[name].values[known].tobytes()
        assert column.words == other[name].words


def alike(one, other):
    """Compare two outcomes."""
    same(one.table, other.table)
    same(one.labels, other.labels)
    if one.grade is None:
        assert other.grade is None
        return
    same(one.grade.parts, other.grade.parts)
    same(one.grade.gates, other.grade.gates)
    for name in ("score", "coverage", "tier"):
        same({name: getattr(one.grade, name)}, {name: getattr(other.grade, name)})
    assert (one.grade.card is None) == (other.grade.card is None)
    if one.grade.card is not None:
        assert one.grade.card.tolist() == other.grade.card.tolist()


def at_once_and_in_blocks(monkeypatch, work):
    """Return what is worked out with all at once, and in blocks of a few."""
    found = []
    for worth in (10**9, 1):
        monkeypatch.setattr(pipeline, "WORTH_BLOCKS", worth)
        monkeypatch.setattr(teaching, "WORTH_BLOCKS", worth)
        monkeypatch.setattr(blocks, "_BLOCK", 7)
        found.append(work())
    return found


@pytest.mark.parametrize("code", TRADES)
def test_blocks_give_the_bits_of_one(monkeypatch, code):
    """Learned, features, scores, labels and tiers are those of all at once."""
    made = trade(code, customers=60)
    policy = cs.load_policy(code).with_seller(made.seller).with_classifier(Everybody())
    ledger = cs.Ledger.from_frames(**made.tables, currency=made.currency)
    found = at_once_and_in_blocks(
        monkeypatch, lambda: policy.fit_and_classify(ledger, as_of=made.as_of)
    )
    (fitted, result), (again, in_blocks) = found
    assert again.learned.to_data() == fitted.learned.to_data()
    alike(result.outcome, in_blocks.outcome)


@pytest.mark.parametrize("code", TRADES)
def test_what_follows_from_an_age_is_the_same_in_blocks(monkeypatch, code):
    """Labels and points that stay as they were are those of the same customers."""
    made = trade(code, customers=60)
    policy = cs.load_policy(code).with_seller(made.seller)
    ledger = cs.Ledger.from_frames(**made.tables, currency=made.currency)
    fitted, result = policy.fit_and_classify(ledger, as_of=made.as_of)
    before = result.outcome
    age = before.table["days_since_last_sale"]
    older = {"days_since_last_sale": Column(age.values + 200, age.unit, age.known)}
    one, other = at_once_and_in_blocks(
        monkeypatch,
        lambda: pipeline.work_on(fitted.compiled, fitted.learned, before, older),
    )
    alike(one, other)
    assert any(
        one.labels[name].values.tolist() != column.values.tolist()
        for name, column in before.labels.items()
    )
