"""What an expression becomes when it is made ready to run.

A rule is read once and asked often: for one customer in a CRM, for a million in a
frame. So it is turned into a chain of functions of a frame, each of which makes one
or two calls of numpy; the shapes in which such functions are put together stand here.

Limits: what percentiles and medians are is not known here; a :class:`FittedSource`
answers for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial, reduce
from typing import Protocol, TypeVar

import numpy as np
from attrs import frozen

from custseg.rules.expression.nodes import FittedCut, FittedValue
from custseg.rules.expression.numbers import Numbers
from custseg.rules.expression.texts import Texts
from custseg.rules.expression.truths import Truths, told
from custseg.table import Array, Column
from custseg.units import Unit

__all__ = [
    "FittedSource",
    "Frame",
    "Program",
    "Run",
    "always",
    "applied",
    "chosen",
    "folded",
    "listed",
    "loaded",
    "narrowed",
    "paired",
]


class FittedSource(Protocol):
    """Answers for what was learned from a reference."""

    def holds(self, cut: FittedCut, column: Column) -> Column:
        """Return where a comparison with a learned cut holds, as flags.

        Parameters
        ----------
        cut : FittedCut
        column : Column
            The values of ``cut.name``.
        """

    def value(self, of: FittedValue, column: Column) -> Column:
        """Return a percentile, a share or a median as numbers.

        Parameters
        ----------
        of : FittedValue
        column : Column
            The values of ``of.name``.

        Returns
        -------
        Column
            Of as many rows as the column, or of one row that stands for all.
        """


Frame = Mapping[str, Column]

S = TypeVar("S")
T = TypeVar("T")
Run = Callable[[Frame, FittedSource], T]
"""Gives values for the customers of a frame, perhaps one that stands for all."""


@frozen(eq=False)
class Program:
    """An expression made ready to run, as often as wanted and on any columns.

    Parameters
    ----------
    unit : Unit
        What it gives.
    run : callable
        From a frame and a fitted source to values, not yet of full length.
    """

    unit: Unit
    run: Callable[[Frame, FittedSource], Numbers | Truths | Texts]

    def __call__(self, frame: Frame, fitted: FittedSource, n: int) -> Column:
        """Evaluate for the n customers of a frame.

        Parameters
        ----------
        frame : mapping of str to Column
            At least the names that the expression needs, each of n rows.
        fitted : FittedSource
        n : int
            How many customers there are.

        Returns
        -------
        Column
            Of n rows: flags, numbers (money in minor units) or codes of texts.
        """
        with np.errstate(all="ignore"):
            result = self.run(frame, fitted)
            words: tuple[str, ...] = ()
            if isinstance(result, Truths):
                values, known = result.true, told(result)
            elif isinstance(result, Texts):
                values, known, words = result
            else:
                values, known = result
                if values.dtype.kind == "f":
                    values = values + 0.0  # a new array, in which -0.0 is 0.0
        known = None if known is None else _full(known, n)
        return Column(_full(values, n), self.unit, known, words)


def _full(values: Array, n: int) -> Array:
    """Return n values of what may be only one."""
    if values.shape == (n,):
        return values
    return np.broadcast_to(values, (n,)).copy()


def always(value: T) -> Run[T]:
    """Return the same, whatever the customers."""
    return lambda _frame, _fitted: value


def loaded(load: Callable[[Column], T], name: str) -> Run[T]:
    """Take a column out of the frame."""
    return lambda frame, _fitted: load(narrowed(frame[name]))


def narrowed(column: Column) -> Column:
    """Return one row where it is known to stand for all, else the column.

    What nobody recorded is one value laid out as many; to look at it once will do.
    """
    values, known = column.values, column.known
    is_alike = values.strides == (0,) and (known is None or known.strides == (0,))
    return column.part(slice(1)) if is_alike and len(values) > 1 else column


def applied(function: Callable[[S], T], part: Run[S]) -> Run[T]:
    """Apply a function to one part."""
    return lambda frame, fitted: function(part(frame, fitted))


def paired(function: Callable[[S, S], T], one: Run[S], other: Run[S]) -> Run[T]:
    """Apply a function to two parts of a kind."""
    return lambda frame, fitted: function(one(frame, fitted), other(frame, fitted))


def chosen(
    function: Callable[[Truths, T, T], T],
    test: Run[Truths],
    one: Run[T],
    other: Run[T],
) -> Run[T]:
    """Apply a function to a condition and two parts of a kind."""
    return lambda frame, fitted: function(
        test(frame, fitted), one(frame, fitted), other(frame, fitted)
    )


def listed(function: Callable[[Sequence[T]], T], parts: Sequence[Run[T]]) -> Run[T]:
    """Apply a function to a list of parts."""
    return lambda frame, fitted: function([part(frame, fitted) for part in parts])


def folded(function: Callable[[T, T], T], parts: Iterable[Run[T]]) -> Run[T]:
    """Apply a function to the first two parts, then to that and the third, ..."""
    return listed(partial(reduce, function), tuple(parts))
