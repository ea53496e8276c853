"""What workers do with a partition, once all rows of its customers are there.

Each step takes the parcels of a partition and sends others: rows become a table of
features, features tell what is to be learned, and then labels. What is done is done by
:mod:`custseg.stages`, as in memory; here it is unpacked before and packed behind.

Limits: the rows of a partition are held in memory, and so are those of any customer.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from attrs import evolve, frozen

from custseg.adapters.frames import raw_table
from custseg.adapters.spark.parcels import Parcel, opened, packed
from custseg.fitted import FittedPolicy
from custseg.labels import UNKNOWN
from custseg.ledger import Ledger
from custseg.measuring import Wanted, measured
from custseg.partitioned.own import reference_of
from custseg.partitioned.reading import Heads
from custseg.periods import to_date
from custseg.quality.report import QualityReport
from custseg.reviews.reviewing import joined_days
from custseg.rules.outcome import Outcome, Standing
from custseg.rules.standing import stand
from custseg.stages import Run, Survey, facts_of, label, measure, survey, tell
from custseg.summary import Summary
from custseg.table import Array, Column, Table
from custseg.tabling import label_codes, label_frame, label_summary
from custseg.units import Unit

__all__ = [
    "Account",
    "Door",
    "Reviewable",
    "form_of",
    "labels_of",
    "measure_rows",
    "review_rows",
    "reviewable_of",
    "sum_up",
    "summary_of",
    "survey_rows",
    "tell_lessons",
    "tell_references",
    "write_labels",
]


@frozen
class Door:
    """How a worker makes a ledger from the rows of a partition.

    Parameters
    ----------
    heads : Heads
    schemas : mapping of str to bytes
        For each table the columns that it has, as a packed Arrow schema: a partition
        may have no row of it.
    """

    heads: Heads
    schemas: Mapping[str, bytes]

    def nobody(self) -> Ledger:
        """Return the ledger of no customer, with the columns of all."""
        return self.ledger(())

    def ledger(self, parcels: Iterable[Parcel]) -> Ledger:
        """Return the ledger of some parcels of rows.

        Raises
        ------
        CustsegError
            When the rows cannot be used.
        """
        import pyarrow as pa  # noqa: PLC0415 - optional

        found: dict[str, list[Any]] = {}
        for one in parcels:
            rows = pa.ipc.open_stream(one.payload).read_all()
            found.setdefault(one.name, []).append(rows)
        raw = {}
        for name, schema in self.schemas.items():
            parts = found.pop(name, None)
            empty = pa.ipc.read_schema(pa.py_buffer(schema)).empty_table()
            rows = empty if parts is None else pa.concat_tables(parts)
            raw[name] = raw_table(rows, where=name)
        return self.heads.ledger(raw)


@frozen(eq=False)
class Account:
    """What a partition tells when its features are measured.

    Parameters
    ----------
    customers : int
    quality : QualityReport
    types : mapping of str to str
        Of the features that were asked for, as Spark writes them.
    survey : Survey or None
        In a run that fits and compares with nobody.
    """

    customers: int
    quality: QualityReport
    types: Mapping[str, str]
    survey: Survey | None


def survey_rows(batches: Iterable[Any], *, run: Run, door: Door) -> Iterator[Parcel]:
    """Ask a partition for what features compare with."""
    parcels = list(opened(batches))
    if parcels:
        told = survey(run, door.ledger(parcels))
        yield packed(parcels[0].place, "survey", "", told)


def measure_rows(
    batches: Iterable[Any], *, run: Run, door: Door, surveys: bool
) -> Iterator[Parcel]:
    """Measure the features of a partition; one parcel for each column."""
    parcels = list(opened(batches))
    if not parcels:
        return
    place = parcels[0].place
    ledger = door.ledger(parcels)
    del parcels
    table = measure(run, ledger)
    yield packed(place, "account", "", account_of(run, ledger, table, surveys=surveys))
    del ledger
    yield packed(place, "book", "", table.book)
    for name, column in table.columns.items():
        yield packed(place, "column", name, column)


def account_of(run: Run, ledger: Ledger, table: Table, *, surveys: bool) -> Account:
    """Return what a partition tells of itself."""
    return Account(
        table.n_customers,
        ledger.quality(to_date(run.day)),
        {name: _type_of(table[name]) for name in run.features},
        survey(run, ledger) if surveys else None,
    )


def _tables(batches: Iterable[Any]) -> Iterator[tuple[int, Table]]:
    """Yield the tables of features, each with its partition."""
    books: dict[int, Array] = {}
    columns: dict[int, dict[str, Column]] = {}
    for one in opened(batches):
        if one.kind in {"book", "column"}:
            content = pickle.loads(one.payload)  # noqa: S301 - packed by this run
            if one.kind == "book":
                books[one.place] = content
            else:
                columns.setdefault(one.place, {})[one.name] = content
    for place in sorted(books):
        yield place, Table(books.pop(place), columns.pop(place, {}))


def tell_lessons(batches: Iterable[Any], *, run: Run) -> Iterator[Parcel]:
    """Tell the values of the open lessons, each by its number."""
    for place, table in _tables(batches):
        for at, values in enumerate(tell(run, table).values()):
            yield packed(place, "told", str(at), values)


def tell_references(batches: Iterable[Any], *, run: Run) -> Iterator[Parcel]:
    """Tell what classifiers of the user's own are to be fitted on."""
    for place, table in _tables(batches):
        yield packed(place, "reference", "", reference_of(run, table))


def sum_up(batches: Iterable[Any], *, run: Run) -> Iterator[Parcel]:
    """Count the customers and the spend of each label."""
    for place, table in _tables(batches):
        yield packed(place, "summary", "", summary_of(run, table))


def summary_of(run: Run, table: Table) -> Summary:
    """Return customers and spend for each label of a table of features."""
    fitted = run.fitted
    return label_summary(
        label(run, table),
        fitted.tree,
        fitted.titles,
        currency=fitted.currency,
        decimals=fitted.decimals,
    )


def write_labels(
    batches: Iterable[Any], *, run: Run, form: Mapping[str, str]
) -> Iterator[Any]:
    """Give the customers of a partition their labels, as rows of the user's."""
    for _, table in _tables(batches):
        yield from labels_of(run, table, form)


def labels_of(run: Run, table: Table, form: Mapping[str, str]) -> Iterator[Any]:
    """Yield the labels of a table of features as Arrow batches.

    Parameters
    ----------
    run : Run
    table : Table
    form : mapping of str to str
        From :func:`form_of`.
    """
    import pyarrow as pa  # noqa: PLC0415 - optional

    types = {
        "string": pa.string(),
        "double": pa.float64(),
        "boolean": pa.bool_(),
        "bigint": pa.int64(),
    }
    outcome = label(run, table)
    frame = label_frame(
        evolve(outcome, labels={}),
        run.fitted.tree,
        run.fitted.titles,
        language=None,
        features=run.features,
        decimals=run.fitted.decimals,
    )
    labels = dict(outcome.labels)
    if outcome.grade is not None:
        labels["tier"] = outcome.grade.tier
    arrays = []
    for name, kind in form.items():
        if name in labels:
            words = pa.array([*labels[name].words, UNKNOWN], pa.string())
            arrays.append(words.take(pa.array(label_codes(labels[name])[1])))
        else:
            arrays.append(pa.array(frame[name], types[kind], from_pandas=True))
    whole = pa.table(arrays, names=list(form))
    yield from whole.to_batches(max_chunksize=1 << 16)


def form_of(
    run: Run, nobody: Table, types: Iterable[Mapping[str, str]]
) -> dict[str, str]:
    """Return the columns of the labels, and their types as Spark writes them.

    Parameters
    ----------
    run : Run
        With all that labels need.
    nobody : Table
        The features of no customer.
    types : iterable of mapping of str to str
        Those of the features in every partition: what is whole in one, since nobody
        there has half, may not be whole in all.
    """
    outcome = label(run, nobody)
    form = dict.fromkeys(["customer_id", *outcome.labels], "string")
    if outcome.grade is not None:
        form |= {"tier": "string", "score": "double"}
    for one in types:
        for name, kind in one.items():
            form[name] = kind if form.get(name, kind) == kind else "double"
    return form


def _type_of(column: Column) -> str:
    if column.unit is Unit.TEXT:
        return "string"
    if column.unit in {Unit.MONEY, Unit.QUANTITY} or column.values.dtype.kind == "f":
        return "double"
    return "boolean" if column.values.dtype.kind == "b" else "bigint"


@frozen(eq=False)
class Reviewable:
    """What a review has to know of the customers of a partition.

    Parameters
    ----------
    outcome : Outcome
    standing : Standing or None
        None where the policy grades nobody.
    joined : int32 array, shape (n_customers,)
        The days on which they joined.
    quality : QualityReport
    """

    outcome: Outcome
    standing: Standing | None
    joined: Array
    quality: QualityReport


def review_rows(batches: Iterable[Any], *, run: Run, door: Door) -> Iterator[Parcel]:
    """Work out what a review has to know of a partition."""
    parcels = list(opened(batches))
    if parcels:
        found = reviewable_of(run, door.ledger(parcels))
        yield packed(parcels[0].place, "reviewable", "", found)


def reviewable_of(run: Run, ledger: Ledger) -> Reviewable:
    """Return what a review has to know of the customers of a ledger."""
    fitted = run.fitted
    facts = facts_of(run, ledger)
    table = measured(facts, fitted.plan, {**run.extra, **_watched(fitted)})
    outcome = label(run, table)
    standing = None
    if outcome.grade is not None:
        standing = stand(fitted.compiled, fitted.learned, outcome)
    joined = np.asarray(joined_days(facts)[facts.population()])
    return Reviewable(outcome, standing, joined, ledger.quality(to_date(run.day)))


def _watched(fitted: FittedPolicy) -> Wanted:
    """Return what only reviews look at."""
    return {name: (feature, over) for name, feature, over in fitted.plan.watched}
