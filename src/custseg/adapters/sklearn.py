"""Scores of custseg in scikit-learn: percentiles, bins and shares of the total.

A model that is to foretell what a customer will do learns better from "buys more than
four fifths of the customers" than from an amount that one customer in a thousand
stretches a thousandfold. These transformers give the scores that policies are made of,
frozen when fitted, inside a pipeline.

The method: each column is fitted and scored by itself, by the same functions as in a
policy (:mod:`custseg.scoring.percentiles`, :mod:`~custseg.scoring.bins`,
:mod:`~custseg.scoring.pareto`). Equal values get equal scores, whatever the order of
the rows, and a value gets the same score alone as among a million. What is missing
(NaN) is not learned from and stays missing.

Limits: a sample is a customer on a day, never a sale. scikit-learn asks that a
transformer gives back a row for each row that came in, and there are many sales for one
customer; so sales become features before the pipeline, with
:meth:`custseg.results.Result.to_pandas`. Scores differ from those of a policy by
rounding only, since amounts are floats of the major unit here and whole minor units
there.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from custseg.errors import MissingDependency, Problem, SettingError
from custseg.rounding import rounded
from custseg.scoring.bins import EDGES, Edge, score_bins
from custseg.scoring.pareto import fit_share_knots
from custseg.scoring.percentiles import Knots, fit_knots

try:
    from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError:
    raise MissingDependency(
        Problem(
            "transformers need scikit-learn 1.6 or later",
            hint="install custseg with the extra [sklearn]",
        )
    ) from None

__all__ = ["BinScores", "ParetoShares", "PercentileScores"]

_Floats = NDArray[np.float64]

_WAYS = ("higher", "lower")


if TYPE_CHECKING:

    class _Transformer:
        """What scikit-learn adds, which ships no types itself."""

        def fit_transform(self, X: Any, y: object = None, **params: Any) -> Any: ...

        def get_feature_names_out(self, input_features: Any = None) -> Any: ...

        def get_params(self, deep: bool = True) -> dict[str, Any]: ...  # noqa: FBT001, FBT002

        def set_params(self, **params: Any) -> Self: ...

        def set_output(self, *, transform: str | None = None) -> Self: ...

        def __sklearn_tags__(self) -> Any: ...

else:

    class _Transformer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
        """A column out for each column in."""


class _ColumnScores(_Transformer):
    """Learns from each column by itself, and scores it by itself."""

    learned_: tuple[Any, ...]

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002 - the usual form
        """Freeze what the scores rest on.

        Parameters
        ----------
        X : frame or array, shape (n_samples, n_features)
            Numbers; NaN where missing. A column without a number is scored NaN.
        y : None
            Not looked at.

        Returns
        -------
        self

        Raises
        ------
        SettingError
            When a setting is out of its range.
        ValueError
            When X holds no numbers, infinite ones, or no rows.
        """
        self._check_settings()
        columns = self._columns(X, reset=True)
        given = [column[~np.isnan(column)] for column in columns.T]
        self.learned_ = tuple(
            self._learn(values) if len(values) else None for values in given
        )
        return self

    def transform(self, X: Any) -> Any:
        """Score each number by its column.

        Parameters
        ----------
        X : frame or array, shape (n_samples, n_features)
            The features of the fit; NaN where missing.

        Returns
        -------
        float64 array, shape (n_samples, n_features)
            NaN where X is; a frame where ``set_output`` asks for one.

        Raises
        ------
        NotFittedError
            When nothing has been fitted.
        ValueError
            When X is not of the features of the fit.
        """
        check_is_fitted(self)
        columns = self._columns(X, reset=False)
        scores = np.full(columns.shape, np.nan)
        for at, learned in enumerate(self.learned_):
            known = ~np.isnan(columns[:, at])
            if learned is not None and known.any():
                scores[known, at] = self._score(columns[known, at], learned)
        return scores

    def _columns(self, X: Any, *, reset: bool) -> _Floats:
        found: Any = validate_data(
            self, X, reset=reset, dtype=np.float64, ensure_all_finite="allow-nan"
        )
        return np.asarray(found, dtype=np.float64)

    def _check_settings(self) -> None:
        """Refuse settings out of their range: when fitted, as scikit-learn wants it."""

    @abstractmethod
    def _learn(self, values: _Floats) -> Any:
        """Return what the known numbers of one column teach."""

    @abstractmethod
    def _score(self, values: _Floats, learned: Any) -> _Floats:
        """Return the scores of known numbers by what their column taught."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


class PercentileScores(_ColumnScores):
    """Each number's mid-rank percentile among those of the fit, 0 to 1.

    Parameters
    ----------
    better : {"higher", "lower"}
        With "lower" the percentile is counted from above: of days since the last sale
        the fewest score highest.

    Attributes
    ----------
    learned_ : tuple of Knots or None
        One per column; None where no number was known.

    Notes
    -----
    (values below + half of those equal) / all, exact for up to 1,001 distinct values of
    the fit; between them, straight lines. Beyond the largest value 1, below the
    smallest 0.

    Examples
    --------
    >>> spend = [[10.0], [20.0], [20.0], [40.0]]
    >>> PercentileScores().fit(spend).transform([[10.0], [20.0], [30.0]]).tolist()
    [[0.125], [0.5], [0.6875]]
    """

    def __init__(self, *, better: str = "higher") -> None:
        self.better = better

    def _check_settings(self) -> None:
        _check_choice("better", self.better, _WAYS)

    def _learn(self, values: _Floats) -> Knots:
        return fit_knots(values)

    def _score(self, values: _Floats, learned: Knots) -> _Floats:
        shares = learned.at(values)
        return rounded(shares if self.better == "higher" else 1.0 - shares)


class BinScores(_ColumnScores):
    """Each number's bin, 1 for the worst.

    Parameters
    ----------
    into : int, >= 2
        How many bins.
    breaks : {"quantile", "natural"}
        Bins of equal share, or those that differ least within themselves.
    better : {"higher", "lower"}
        With "lower" the lowest numbers score highest.

    Attributes
    ----------
    learned_ : tuple of lists or None
        One per column: the edges of the bins 2 to ``into``, None for one that nobody
        reached; None where no number was known.

    Notes
    -----
    Equal numbers share a bin, so bins need not be of equal size. See
    :func:`custseg.scoring.bins.quantile_edges` and
    :func:`~custseg.scoring.bins.natural_edges`.

    Examples
    --------
    >>> days = [[1.0], [2.0], [30.0], [400.0]]
    >>> BinScores(into=2, better="lower").fit_transform(days).ravel().tolist()
    [2.0, 2.0, 1.0, 1.0]
    """

    def __init__(
        self, *, into: int = 5, breaks: str = "quantile", better: str = "higher"
    ) -> None:
        self.into = into
        self.breaks = breaks
        self.better = better

    def _check_settings(self) -> None:
        into = self.into
        whole = isinstance(into, int | np.integer) and not isinstance(into, bool)
        if not whole or into < 2:
            raise SettingError(
                Problem("out of range", "into", repr(into), "a whole number, 2 or more")
            )
        _check_choice("breaks", self.breaks, tuple(EDGES))
        _check_choice("better", self.better, _WAYS)

    def _learn(self, values: _Floats) -> list[Edge]:
        return EDGES[self.breaks](values, int(self.into), better=self.better)

    def _score(self, values: _Floats, learned: list[Edge]) -> _Floats:
        return score_bins(values, learned, better=self.better).astype(np.float64)


class ParetoShares(_ColumnScores):
    """The share of the total that samples with more than this number hold, 0 to 1.

    It is what ABC classes are cut from: 0 for the largest, under 0.8 for those who hold
    the first four fifths. Numbers of zero or less hold nothing and stand at 1.

    Attributes
    ----------
    learned_ : tuple of Knots or None
        One per column; None where no number was known.

    Examples
    --------
    >>> spend = [[60.0], [20.0], [20.0], [-5.0]]
    >>> ParetoShares().fit_transform(spend).ravel().tolist()
    [0.0, 0.6, 0.6, 1.0]
    """

    def _learn(self, values: _Floats) -> Knots:
        return fit_share_knots(values)

    def _score(self, values: _Floats, learned: Knots) -> _Floats:
        return rounded(learned.at(values))


def _check_choice(name: str, given: object, allowed: tuple[str, ...]) -> None:
    if not isinstance(given, str) or given not in allowed:
        said = " or ".join(map(repr, allowed))
        raise SettingError(Problem("unknown choice", name, repr(given), said))
