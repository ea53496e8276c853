"""The transformers keep scikit-learn's contract, and score as custseg does."""

import pickle
import sys
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

import custseg as cs
from custseg.demo import wholesaler
from custseg.errors import MissingDependency, SettingError

pytest.importorskip("sklearn", reason="scikit-learn is not installed")

from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks

from custseg.adapters.sklearn import BinScores, ParetoShares, PercentileScores

ALL = [
    PercentileScores(),
    PercentileScores(better="lower"),
    BinScores(),
    BinScores(into=3, breaks="natural", better="lower"),
    ParetoShares(),
]


CHECKS = parametrize_with_checks(ALL)
NAMES, CASES = CHECKS.args


# A list, since scikit-learn 1.6 gives a generator, which pytest 9 warns of.
@pytest.mark.parametrize(NAMES, list(CASES), **CHECKS.kwargs)
def test_scikit_learns_own_checks(estimator, check):
    """Every check that scikit-learn has for estimators of this kind."""
    check(estimator)


SPEND = pd.DataFrame({"spend": [10.0, 20.0, 20.0, 40.0], "days": [3, 90, None, 4]})


def test_scores_are_those_worked_by_hand():
    """Mid-ranks of four and of three; bins by them; shares of a total of 90."""
    percentiles = PercentileScores().fit_transform(SPEND)
    assert percentiles[:, 0].tolist() == [0.125, 0.5, 0.5, 0.875]
    assert percentiles[[0, 3, 1], 1] == pytest.approx([1 / 6, 1 / 2, 5 / 6], abs=1e-9)
    lower = PercentileScores(better="lower").fit_transform(SPEND)
    assert lower[:, 0].tolist() == [0.875, 0.5, 0.5, 0.125]
    bins = BinScores(into=2).fit_transform(SPEND[["spend"]])  # pct >= 1/2 is the upper
    assert bins.ravel().tolist() == [1.0, 2.0, 2.0, 2.0]
    natural = BinScores(into=2, breaks="natural", better="lower")
    natural.fit(SPEND[["spend"]].to_numpy())
    assert natural.learned_ == ([20.0],)
    assert natural.transform([[20.0], [20.01]]).ravel().tolist() == [2.0, 1.0]
    shares = ParetoShares().fit_transform(SPEND[["spend"]]).ravel()
    assert shares == pytest.approx([8 / 9, 4 / 9, 4 / 9, 0.0], abs=1e-9)


@pytest.mark.parametrize("estimator", ALL)
def test_missing_stays_missing(estimator):
    """It is not learned from; a column without a number is scored as unknown."""
    frame = SPEND.assign(none=np.nan)
    scores = clone(estimator).fit_transform(frame)
    assert np.isnan(scores).tolist() == frame.isna().to_numpy().tolist()
    without = clone(estimator).fit_transform(SPEND[["days"]].dropna()).ravel()
    assert scores[[0, 1, 3], 1].tolist() == without.tolist()
    later = clone(estimator).fit(frame).transform(frame.assign(none=5.0, days=np.nan))
    assert np.isnan(later[:, 1:]).all()


@pytest.mark.parametrize("estimator", ALL)
def test_one_sample_scores_as_among_all(estimator):
    """Also where more distinct numbers were learned than knots are kept."""
    numbers = np.random.default_rng(7).lognormal(size=(3000, 1))
    fitted = clone(estimator).fit(numbers)
    scores = fitted.transform(numbers)
    assert len(np.unique(scores)) > 2
    for row in range(0, 3000, 171):
        assert fitted.transform(numbers[row : row + 1]) == scores[row]
    shuffled = np.random.default_rng(8).permutation(numbers)
    again = clone(estimator).fit(shuffled).transform(numbers)
    assert again.tolist() == scores.tolist()
    kept = pickle.loads(pickle.dumps(fitted))  # noqa: S301 - our own
    assert kept.transform(numbers).tolist() == scores.tolist()


@pytest.fixture(scope="module")
def wholesale():
    """Features and scores of the customers that the policy compares with."""
    demo = wholesaler()
    result = cs.segment(demo.sales, as_of=demo.as_of, currency=demo.currency)
    frame = result.to_pandas(features=True)
    return frame[frame["orders"] >= 1]


def test_bins_are_those_of_the_policy(wholesale):
    """R, F and M of the policy `company`: fifths of those with a sale in the window."""
    scores = make_column_transformer(
        (BinScores(better="lower"), ["days_since_last_sale"]),
        (BinScores(), ["orders", "spend"]),
    ).fit_transform(wholesale)
    wanted = wholesale[["recency_score", "frequency_score", "monetary_score"]]
    assert scores.tolist() == wanted.to_numpy(dtype=float).tolist()


def test_percentiles_are_those_of_the_policy(wholesale):
    """The potential: 50 growth + 30 breadth gap + 20 recency, where all are known."""
    names = ["spend_change_share", "category_gap", "days_since_last_sale"]
    scores = PercentileScores().fit(wholesale[names]).transform(wholesale[names])
    whole = (wholesale["potential_known"] == 100).to_numpy()
    assert whole.sum() > 150
    growth, gap, days = scores[whole].T
    potential = 50 * growth + 30 * gap + 20 * (1 - days)
    wanted = wholesale["potential"].to_numpy()[whole]
    assert np.abs(potential - wanted).max() < 1e-6


def test_frames_come_out_where_they_are_asked_for():
    """With the names of the columns that came in, in pandas and in polars."""
    fitted = PercentileScores().set_output(transform="pandas").fit(SPEND)
    scores = fitted.transform(SPEND)
    assert list(scores) == ["spend", "days"] == fitted.get_feature_names_out().tolist()
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"spend": [10, 20, 40], "days": [3, None, 4]})
    into = BinScores(into=2).set_output(transform="polars").fit_transform(frame)
    assert isinstance(into, pl.DataFrame)
    assert into.columns == ["spend", "days"]


def test_a_pipeline_is_searched_and_explained():
    """Settings are found by name, and a copy of a step has learned nothing."""
    rng = np.random.default_rng(3)
    spend = rng.lognormal(sigma=2, size=(200, 2))
    left = spend[:, 0] < np.median(spend[:, 0])
    steps = make_pipeline(BinScores(), DecisionTreeClassifier(random_state=0))
    search = GridSearchCV(steps, {"binscores__into": [2, 5, 10]}, cv=3)
    search.fit(pd.DataFrame(spend, columns=["spend", "noise"]), left)
    assert search.best_score_ > 0.95  # the half is an edge of 2 and of 10 bins
    best = search.best_estimator_
    assert best[:-1].get_feature_names_out().tolist() == ["spend", "noise"]
    with pytest.raises(NotFittedError, match="BinScores instance is not fitted"):
        clone(best[0]).transform(spend)


@pytest.mark.parametrize(
    ("estimator", "words"),
    [
        (
            PercentileScores(better="up"),
            r"better: .*'up'; allowed: 'higher' or 'lower'",
        ),
        (BinScores(better=None), r"better: unknown choice; got None"),
        (
            BinScores(breaks="even"),
            r"breaks: .*'even'; allowed: 'quantile' or 'natural'",
        ),
        (BinScores(into=1), r"into: out of range; got 1; allowed: a whole number, 2"),
        (BinScores(into=2.5), r"into: out of range; got 2\.5"),
        (BinScores(into=True), r"into: out of range; got True"),
    ],
)
def test_wrong_settings_are_told_when_fitted(estimator, words):
    """Not before: scikit-learn sets them one by one."""
    with pytest.raises(SettingError, match=words):
        estimator.fit(SPEND)


def test_what_is_no_number_is_refused():
    """scikit-learn tells it, as for its own transformers."""
    with pytest.raises(ValueError, match="could not convert string to float: 'C1'"):
        PercentileScores().fit([["C1"], ["C2"]])
    with pytest.raises(ValueError, match="infinity"):
        ParetoShares().fit([[1.0], [np.inf]])


def test_without_scikit_learn_it_is_told_what_to_install(monkeypatch):
    """The module cannot be had without the library; custseg can."""
    monkeypatch.delitem(sys.modules, "custseg.adapters.sklearn")
    monkeypatch.setitem(sys.modules, "sklearn.base", None)
    with pytest.raises(
        MissingDependency, match=r"scikit-learn 1\.6.*extra \[sklearn\]"
    ):
        import_module("custseg.adapters.sklearn")
