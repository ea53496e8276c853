"""What a classifier is: ours are made from a policy's rules, yours stand beside them.

A classifier puts every customer of a table into exactly one of its labels. The rule
families of a policy and classifiers of one's own meet in the same small protocol.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol, TypeGuard, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from custseg.errors import Problem, SettingError, UnknownFeature, did_you_mean
from custseg.labels import UNKNOWN
from custseg.table import Column, Table
from custseg.units import Unit

__all__ = ["Classifier", "check_classifier", "fitted_classifier", "label_column"]


@runtime_checkable
class Classifier(Protocol):
    """Puts every customer into exactly one of its labels.

    Its three names are only read, so plain attributes of the class do.

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
    ...         label = np.where(tenure.values > 365, 0, 1)
    ...         return np.where(tenure.is_known(), label, -1)
    >>> isinstance(Loyalty(), Classifier)
    True
    """

    @property
    def code(self) -> str:
        """The name of the family, a lower-case word; it names the column of results."""

    @property
    def labels(self) -> Sequence[str]:
        """The codes of its labels."""

    @property
    def needs(self) -> Sequence[str]:
        """Features (of the catalogue or named in the policy) and scores it reads."""

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


_RESERVED = ("customer_id", "tier", "score")
"""Columns of a result that are no family."""


def check_classifier(
    classifier: object,
    *,
    taken: Collection[str] = (),
    known: Collection[str] | None = None,
) -> Classifier:
    """Return a classifier if it is one.

    Parameters
    ----------
    classifier : object
    taken : collection of str
        Codes that others have already.
    known : collection of str or None
        The features and scores that there are; None does not look.

    Raises
    ------
    SettingError
        When something of the protocol is missing or of the wrong form, or when the
        code is taken.
    UnknownFeature
        When it needs a feature or score that nobody knows.
    """
    name = type(classifier).__name__
    if isinstance(classifier, type):
        raise SettingError(
            Problem(
                "a classifier is an object, not a class",
                got=f"the class {classifier.__name__}",
                hint=f"write {classifier.__name__}()",
            )
        )
    if not isinstance(classifier, Classifier):
        parts = ("code", "labels", "needs", "fit", "classify")
        raise SettingError(
            *(
                Problem(f"a classifier needs {what}", where=name)
                for what in parts
                if not hasattr(classifier, what)
            )
        )
    problems = [
        *_odd_code(classifier.code, f"{name}.code", taken),
        *_odd_labels(classifier.labels, f"{name}.labels"),
        *_odd_needs(classifier.needs, f"{name}.needs"),
    ]
    if problems:
        raise SettingError(*problems)
    strange = [
        one for one in classifier.needs if known is not None and one not in known
    ]
    if strange:
        raise UnknownFeature(
            *(
                Problem(
                    f"there is no feature or score '{one}'",
                    where=f"{name}.needs",
                    hint=did_you_mean(one, known or ()),
                )
                for one in strange
            )
        )
    return classifier


def _odd_code(code: object, where: str, taken: Collection[str]) -> Iterator[Problem]:
    if not (isinstance(code, str) and code.isidentifier() and code == code.lower()):
        yield Problem("the code must be a lower-case word", where=where, got=repr(code))
    elif code in taken or code in _RESERVED:
        yield Problem(
            f"the name '{code}' is taken", where=where, hint="choose another code"
        )


def _odd_labels(labels: object, where: str) -> Iterator[Problem]:
    if (
        not _are_texts(labels)
        or not labels
        or len(set(labels)) != len(labels)
        or "" in labels
    ):
        yield Problem(
            "labels must be a sequence of different codes",
            where=where,
            got=repr(labels),
        )
    elif UNKNOWN in labels:
        yield Problem(
            f"{UNKNOWN} belongs to every family already",
            where=where,
            hint="leave it out, and give -1 for customers of whom a fact is missing",
        )


def _odd_needs(needs: object, where: str) -> Iterator[Problem]:
    if not _are_texts(needs):
        hint = f"write ({needs!r},)" if isinstance(needs, str) else ""
        yield Problem(
            "needs must be a sequence of names", where=where, got=repr(needs), hint=hint
        )


def _are_texts(items: object) -> TypeGuard[Sequence[str]]:
    return (
        isinstance(items, Sequence)
        and not isinstance(items, str | bytes)
        and all(isinstance(item, str) for item in items)
    )


def fitted_classifier(classifier: Classifier, table: Table) -> Classifier:
    """Fit a classifier on the customers of the reference.

    Raises
    ------
    SettingError
        When its ``fit`` returns something else than a classifier of the same code and
        labels.
    """
    fitted: object = classifier.fit(_needed(classifier, table))
    if (
        isinstance(fitted, Classifier)
        and fitted.code == classifier.code
        and list(fitted.labels) == list(classifier.labels)
    ):
        return fitted
    raise SettingError(
        Problem(
            "fit must return the fitted classifier, of the same code and labels",
            where=f"{type(classifier).__name__}.fit",
            got=f"{type(fitted).__name__}",
            hint="end it with: return self" if fitted is None else "",
        )
    )


def _needed(classifier: Classifier, table: Table) -> Table:
    """Return the columns that a classifier needs, and no others."""
    return Table(table.book, {name: table[name] for name in classifier.needs})


def label_column(classifier: Classifier, table: Table) -> Column:
    """Ask a fitted classifier for the label of every customer.

    Parameters
    ----------
    classifier : Classifier
    table : Table
        With the columns of its needs.

    Returns
    -------
    Column
        Codes of its labels; unknown where it said -1.

    Raises
    ------
    SettingError
        When the shape is wrong or a code is out of range.
    """
    n = table.n_customers
    given = classifier.classify(_needed(classifier, table))
    where = f"{type(classifier).__name__}.classify"
    try:
        array = np.asarray(given)
    except ValueError:  # lists of several lengths
        array = np.empty(0, dtype=object)
    if array.shape != (n,) or array.dtype.kind not in "iu":
        raise SettingError(
            Problem(
                "classify must give one whole number for each customer",
                where=where,
                got=f"{array.dtype} of shape {array.shape}",
                allowed=f"integers of shape ({n},)",
            )
        )
    last = len(classifier.labels) - 1
    if n and not -1 <= array.min() <= array.max() <= last:
        odd = array.min() if array.min() < -1 else array.max()
        raise SettingError(
            Problem(
                "classify gave a position that is no label",
                where=where,
                got=str(int(odd)),
                allowed=f"-1 (unknown) to {last}",
            )
        )
    codes = array.astype(np.int64)
    known = codes >= 0
    words = tuple(classifier.labels)
    return Column(codes, Unit.TEXT, None if known.all() else known, words)
