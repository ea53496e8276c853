"""Classifiers of one's own, fitted on the members of all partitions.

What a policy learns by itself it learns from one column at a time. A classifier of
somebody's own may look at several columns together, so what it needs is brought into
one table first: the members of the reference in the order of their ids, as in memory.

Limits: this table is held in memory, eight bytes or so for each member and column.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import evolve

from custseg.partitioned.joining import id_order, one_column
from custseg.rules.classifier import fitted_classifier
from custseg.rules.pipeline import members, work_out
from custseg.stages import Run
from custseg.table import Table
from custseg.vocabulary import texts_of

__all__ = ["has_classifiers_to_fit", "reference_of", "with_classifiers"]


def has_classifiers_to_fit(run: Run) -> bool:
    """Say whether there are classifiers that :func:`with_classifiers` has to fit."""
    return run.fits and bool(run.fitted.classifiers)


def reference_of(run: Run, table: Table) -> Table:
    """Return what classifiers look at, of the members of the reference in a partition.

    Parameters
    ----------
    run : Run
        With all that scores need.
    table : Table
        What :func:`custseg.stages.measure` gave.
    """
    fitted = run.fitted
    inside = members(fitted.compiled, table)
    worked_out = work_out(fitted.compiled, fitted.learned, table).table
    needs = dict.fromkeys(name for one in fitted.classifiers for name in one.needs)
    columns = {name: worked_out[name].take(inside) for name in needs}
    return Table(table.book[inside], columns)


def with_classifiers(run: Run, tables: Sequence[Table]) -> Run:
    """Fit the classifiers of a run.

    Parameters
    ----------
    run : Run
        One that fits; its classifiers are not fitted yet.
    tables : sequence of Table
        What :func:`reference_of` gave, one or more, in any order.

    Raises
    ------
    SettingError
        When a ``fit`` returns something else than a classifier of the same kind.
    """
    order = id_order(tables)
    columns = {
        name: one_column([table[name] for table in tables]) for name in tables[0]
    }
    book = np.concatenate([texts_of(table.book) for table in tables])
    whole = Table(book, columns).take(order)
    own = tuple(fitted_classifier(one, whole) for one in run.fitted.classifiers)
    return evolve(run, fitted=evolve(run.fitted, classifiers=own))
