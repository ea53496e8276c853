"""A classifier of the user's own, beside the families of a policy."""

from datetime import date

import numpy as np
import pytest

import custseg as cs

TODAY = "2026-06-30"
SALES = {
    "customer_id": ["a", "a", "b", "c"],
    "date": ["2024-01-10", "2026-06-01", "2026-05-20", "2026-06-29"],
    "amount": [10.0, 300.0, 500.0, 40.0],
}


class Spender:
    """Splits customers at the mean spend of the reference."""

    code = "spender"
    labels = ("BIG", "SMALL")
    needs = ("spend", "tenure_days")

    def __init__(self, bar=None):
        self.bar = bar

    def fit(self, table):
        return type(self)(table["spend"].values.mean())

    def classify(self, table):
        long = table["tenure_days"].values > 10
        label = np.where(table["spend"].values >= self.bar, 0, 1)
        return np.where(long, label, -1)


def ledger():
    """Three customers: spends of 300, 500 and 40 in the year, the last one new."""
    return cs.Ledger.from_frames(SALES, currency="CNY")


def policy_with(classifier):
    """The company policy with one more classifier."""
    return cs.load_policy("company").with_classifier(classifier)


def test_it_stands_beside_the_families():
    """It is fitted on the reference, and its labels come behind those of the policy."""
    # mean of 300, 500 and 40 is 280
    result = cs.segment(ledger(), as_of=TODAY, policy=policy_with(Spender()))
    assert result.families[-1] == "spender"
    assert result.labels("spender").tolist() == ["BIG", "BIG", "UNKNOWN"]
    assert result.labels("abc").tolist() == ["ABC_A", "ABC_A", "ABC_C"]


def test_the_reference_teaches_it():
    """Who has no sale in the window does not count for its fit."""
    more = {name: [*SALES[name]] for name in SALES}
    for name, value in (
        ("customer_id", "old"),
        ("date", "2020-01-01"),
        ("amount", 1e6),
    ):
        more[name].append(value)
    everybody = cs.Ledger.from_frames(more, currency="CNY")
    fitted = policy_with(Spender()).fit(everybody, as_of=TODAY)
    assert fitted.classifiers[0].bar == 28000


def test_a_later_classification_uses_what_it_learned():
    """The bar of the fit holds for other customers, one by one and together."""
    fitted = policy_with(Spender()).fit(ledger(), as_of=TODAY)
    one = fitted.classify_one(
        cs.Customer("x"), [cs.Transaction("x", date(2026, 5, 1), "279.99")], as_of=TODAY
    )
    assert one.labels["spender"] == "SMALL"
    assert fitted.classify(ledger(), as_of=TODAY).labels("spender")[0] == "BIG"


def test_it_is_in_the_summary_the_frame_and_the_explanation():
    """Nothing that shows results forgets it, though it has no clauses to show."""
    result = cs.segment(ledger(), as_of=TODAY, policy=policy_with(Spender()))
    counts = {line.code: line.customers for line in result.summary()["spender"].lines}
    assert counts == {"BIG": 2, "SMALL": 0, "UNKNOWN": 1}
    frame = result.to_pandas(language="zh")
    assert frame["spender"].tolist() == ["BIG", "BIG", "未知"]
    told = result.explain("a").to_text()
    assert "spender: BIG\n  a classifier of one's own" in told
    assert "spender: Unknown (UNKNOWN)" in result.explain("c").to_text()


def test_it_may_need_scores_and_named_features_of_the_policy():
    """Needs are features of the catalogue, of the policy, or scores."""

    class Nosy(Spender):
        needs = ("spend", "tenure_days", "recency_score", "recent_intents", "margin")

        def classify(self, table):
            assert list(table) == list(self.needs)
            return super().classify(table)

    policy = policy_with(Nosy())
    assert {"sales.cost", "interactions.kind"} <= policy.columns
    assert "recency_score" not in policy.needs
    assert (
        cs.segment(ledger(), as_of=TODAY, policy=policy).labels("spender")[0] == "BIG"
    )


def test_it_cannot_be_saved(tmp_path):
    """Code is not saved with the policy, and that is said."""
    fitted = policy_with(Spender()).fit(ledger(), as_of=TODAY)
    with pytest.raises(
        cs.CustsegError, match=r"are code and cannot be saved; got spender"
    ):
        fitted.save(tmp_path / "f.json")
    assert list(tmp_path.iterdir()) == []


def changed(**attributes):
    """Return a classifier that differs from a good one in some attributes."""
    return type("Spender", (Spender,), attributes)()


@pytest.mark.parametrize(
    ("classifier", "words"),
    [
        (object(), "5 problems:\n- object: a classifier needs code"),
        (Spender, r"an object, not a class; got the class Spender; write Spender\(\)"),
        (changed(code="Big One"), "Spender.code: the code must be a lower-case word"),
        (changed(code=None), "the code must be a lower-case word; got None"),
        (changed(code="value"), "the name 'value' is taken; choose another code"),
        (changed(code="spend"), "the name 'spend' is taken"),
        (changed(code="fm_score"), "the name 'fm_score' is taken"),
        (changed(code="tier"), "the name 'tier' is taken"),
        (changed(labels="YES"), "labels must be a sequence of different codes"),
        (changed(labels=()), "labels must be a sequence of different codes"),
        (changed(labels=("A", "A")), "labels must be a sequence of different codes"),
        (changed(labels={"A", "B"}), "labels must be a sequence of different codes"),
        (changed(labels=("A", 1)), "labels must be a sequence of different codes"),
        (changed(labels=("A", "UNKNOWN")), "UNKNOWN belongs to every family already"),
        (changed(needs="spend"), r"write \('spend',\)"),
        (changed(needs=None), "needs must be a sequence of names; got None"),
        (
            changed(needs=("spnd",)),
            "no feature or score 'spnd'; did you mean 'spend'",
        ),
    ],
)
def test_a_classifier_of_the_wrong_form_is_refused(classifier, words):
    """Each misuse is told when the classifier is given, with the next step."""
    with pytest.raises(cs.CustsegError, match=words):
        policy_with(classifier)


def test_two_of_one_code_are_refused():
    """A second classifier needs a code of its own."""
    with pytest.raises(cs.CustsegError, match=r"the name 'spender' is taken"):
        policy_with(Spender()).with_classifier(Spender())


def test_an_unknown_need_is_a_lookup_error():
    """The kind of the error is that of every unknown name."""
    with pytest.raises(LookupError, match=r"no feature or score 'zzz'"):
        policy_with(changed(needs=("zzz",)))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([0, 1], r"one whole number for each customer; got int64 of shape \(2,\)"),
        (
            [0.0, 1.0, 0.0],
            r"whole number for each customer; got float64 of shape \(3,\)",
        ),
        ([True, False, True], "got bool of shape"),
        (["BIG", "BIG", "BIG"], r"allowed: integers of shape \(3,\)"),
        ([[0], [1, 2], [0]], "got object of shape"),
        (None, r"got object of shape \(\)"),
        (
            [0, 1, 2],
            r"a position that is no label; got 2; allowed: -1 \(unknown\) to 1",
        ),
        ([0, -2, 1], "a position that is no label; got -2"),
    ],
)
def test_an_answer_of_the_wrong_form_is_refused(given, words):
    """Classify must give one position for each customer, and no other thing."""
    classifier = changed(fit=lambda self, _: self, classify=lambda _, _table: given)
    with pytest.raises(cs.CustsegError, match=rf"Spender.classify: .*{words}"):
        cs.segment(ledger(), as_of=TODAY, policy=policy_with(classifier))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "got NoneType; end it with: return self"),
        (changed(code="other"), "of the same code and labels"),
        (changed(labels=("SMALL", "BIG")), "of the same code and labels"),
    ],
)
def test_a_fit_that_returns_something_else_is_refused(given, words):
    """Fit must return the fitted classifier."""
    classifier = changed(fit=lambda _, _table: given)
    with pytest.raises(
        cs.CustsegError, match=rf"Spender.fit: fit must return .*{words}"
    ):
        policy_with(classifier).fit(ledger(), as_of=TODAY)
