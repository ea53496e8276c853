"""What a classifier is: ours are made from a policy's rules, and yours can stand beside.

A classifier puts every customer of a table into exactly one of its labels. The rule
families of a policy and classifiers of one's own meet in the same small protocol.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError
from custseg.table import Table

__all__ = ["Classifier", "check_classifier", "checked_codes"]


@runtime_checkable
class Classifier(Protocol):
    """Puts every customer into exactly one of its labels.

    Attributes
    ----------
    code : str
        The name of the family, a lower-case word; it names the column of results.
    labels : sequence of str
        The codes of its labels.
    needs : sequence of str
        Features (of the catalogue or named in the policy) and scores that it reads.

    Examples
    --------
    >>> class Loyalty:
    ...     code, labels, needs = "loyalty", ("YES", "NO"), ("tenure_days",)
    ...
    ...     def fit(self, table):
    ...         return self
    ...
    ...     def classify(self, table):
    ...         tenure = table["tenure_days"]
    ...         return np.where(tenure.is_known(), np.where(tenure.values > 365, 0, 1), -1)
    >>> isinstance(Loyalty(), Classifier)
    True
    """

    code: str
    labels: Sequence[str]
    needs: Sequence[str]

    def fit(self, table: Table) -> Classifier:
        """Learn from the reference, and return a fitted classifier.

        Parameters
        ----------
        table : Table
            The customers of the policy's reference, with the columns of ``needs``.
        """

    def classify(self, table: Table) -> NDArray[np.int64]:
        """Return the label of each customer.

        Parameters
        ----------
        table : Table
            With the columns of ``needs``.

        Returns
        -------
        int array, shape (n_customers,)
            Positions in ``labels``; -1 where a needed fact is missing.
        """


def check_classifier(classifier: object) -> Classifier:
    """Return a classifier if it is one.

    Raises
    ------
    SettingError
        When something of the protocol is missing or of the wrong form.
    """
    name = type(classifier).__name__
    problems = [
        Problem(f"a classifier needs {what}", where=name)
        for what in ("code", "labels", "needs", "fit", "classify")
        if not hasattr(classifier, what)
    ]
    if not problems:
        assert isinstance(classifier, Classifier)
        code = classifier.code
        if not (isinstance(code, str) and code.isidentifier() and code == code.lower()):
            problems.append(
                Problem(
                    "the code must be a lower-case word",
                    where=f"{name}.code",
                    got=repr(code),
                )
            )
        labels = classifier.labels
        if isinstance(labels, str) or len(set(labels)) != len(labels) or not labels:
            problems.append(
                Problem(
                    "labels must be different codes",
                    where=f"{name}.labels",
                    got=repr(labels),
                )
            )
        if isinstance(classifier.needs, str):
            problems.append(
                Problem(
                    "needs must be a sequence of names",
                    where=f"{name}.needs",
                    got=repr(classifier.needs),
                    hint=f"write ({classifier.needs!r},)",
                )
            )
        if not problems:
            return classifier
    raise SettingError(*problems)


def checked_codes(classifier: Classifier, codes: object, n: int) -> NDArray[np.int64]:
    """Return what a classifier gave, if every customer has one of its labels.

    Raises
    ------
    SettingError
        When the shape is wrong or a code is out of range.
    """
    array = np.asarray(codes)
    if array.shape != (n,) or array.dtype.kind not in "iu":
        raise SettingError(
            Problem(
                "classify must give one whole number for each customer",
                where=classifier.code,
                got=f"{array.dtype} of shape {array.shape}",
                allowed=f"integers of shape ({n},)",
            )
        )
    array = array.astype(np.int64)
    if n and (array.min() < -1 or array.max() >= len(classifier.labels)):
        raise SettingError(
            Problem(
                "classify gave a position that is no label",
                where=classifier.code,
                got=str(int(array.min() if array.min() < -1 else array.max())),
                allowed=f"-1 (unknown) to {len(classifier.labels) - 1}",
            )
        )
    return array
