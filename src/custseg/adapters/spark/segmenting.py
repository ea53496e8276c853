"""Customers classified on a cluster: frames of Spark in, frames of Spark out.

Spark brings the rows of each customer together, once; then every partition is read,
measured and labelled by the code that does it in memory. What comes out is bit for bit
what :func:`custseg.segment` gives for the same rows.

The method: workers pack rows by customer, Spark moves the parcels, workers measure and
keep the features with Spark. What cuts are learned from comes to the driver one column
after the other; the fitted policy goes back to the workers with the question for
labels.

Limits: the driver holds some columns of what is learned from, 8 bytes for each customer
and column, and the prices of every line where a policy compares prices; where
classifiers of one's own are to be fitted, all columns that they need. No single
customer can be asked why; classify that customer with the fitted policy to ask.
"""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from custseg.adapters.spark.frames import check_frames, collected, mapped
from custseg.adapters.spark.gathering import Gathered, gather
from custseg.adapters.spark.working import (
    Account,
    account_of,
    form_of,
    measure_rows,
    sum_up,
    summary_of,
    survey_rows,
    tell_lessons,
    tell_references,
    write_labels,
)
from custseg.asking import check_names
from custseg.contract import Columns
from custseg.fitted import FittedPolicy
from custseg.intake.settings import check_settings, hangs_on_every_column
from custseg.measuring import tables_outlined, tables_to_read
from custseg.partitioned.own import (
    has_classifiers_to_fit,
    reference_of,
    with_classifiers,
)
from custseg.partitioned.reading import needs_of, policy_of, wanted_columns
from custseg.partitioned.summing import one_account, one_summary
from custseg.periods import as_day, to_date
from custseg.policy import Policy
from custseg.quality.report import QualityReport
from custseg.quality.treatments import Treatments
from custseg.rules.teaching import Lesson
from custseg.seller import Seller
from custseg.stages import (
    Run,
    compares,
    is_taught,
    measure,
    survey,
    tell,
    with_lessons,
    with_surveys,
)
from custseg.summary import Summary
from custseg.table import Array, Table

__all__ = ["SparkResult", "segment"]

_FETCHED = 256 * 2**20
"""Bytes of columns that are brought to the driver in one go."""


@frozen(kw_only=True, repr=False)
class SparkResult:
    """Labels and tiers of all customers; they stay with Spark until asked for.

    Parameters
    ----------
    fitted : FittedPolicy
        The policy with what it learned from all customers.
    date : date
        The day that was looked at.
    customers : int
    partitions : int
        In how many the customers were parted.
    quality : QualityReport
        What was odd about the rows.
    run : Run
    features : DataFrame
        What was measured, as parcels; kept by Spark until :meth:`release`.
    nobody : Table
        The features of no customer.
    form : mapping of str to str
        The columns of the labels, and their types as Spark writes them.
    """

    fitted: FittedPolicy
    date: dt.date
    customers: int
    partitions: int
    quality: QualityReport
    run: Run = field(repr=False)
    features: Any = field(repr=False)
    nobody: Table = field(repr=False)
    form: Mapping[str, str] = field(repr=False)

    def __repr__(self) -> str:
        n = f"{self.customers:,} customer{'' if self.customers == 1 else 's'}"
        return f"SparkResult({n} as of {self.date}, {self.partitions} partitions)"

    def to_spark(self) -> Any:
        """Return one row per customer, in no order.

        Returns
        -------
        DataFrame
            The columns of :meth:`custseg.results.Result.to_pandas`, with the features
            that were asked for: labels are strings, and what is missing is null. It is
            worked out when it is written or shown.
        """
        form, run = self.form, self.run

        def work(batches: Any) -> Any:
            return write_labels(batches, run=run, form=form)

        schema = ", ".join(f"`{name}` {kind}" for name, kind in form.items())
        return self.features.mapInArrow(work, schema)

    def summary(self) -> Summary:
        """Return customers and spend for each label of each family, and each tier."""
        told = collected(mapped(self.features, sum_up, run=self.run))
        parts = [pickle.loads(one.payload) for one in told]  # noqa: S301 - of this run
        return one_summary([summary_of(self.run, self.nobody), *parts])

    def release(self) -> None:
        """Let Spark forget what was measured.

        What is asked afterwards is worked out anew from the rows.
        """
        self.features.unpersist()


def segment(
    sales: object,
    *,
    as_of: dt.date | str,
    policy: str | Path | Policy | FittedPolicy = "company",
    customers: object = None,
    invoices: object = None,
    payments: object = None,
    interactions: object = None,
    feedback: object = None,
    projects: object = None,
    costs: object = None,
    events: object = None,
    columns: Columns | None = None,
    currency: str | None = None,
    time_zone: str | None = None,
    date_format: str | None = None,
    quality: Treatments | None = None,
    seller: Seller | None = None,
    features: Sequence[str] = (),
    partitions: int | None = None,
) -> SparkResult:
    """Classify every customer in frames of Spark, as of one day.

    Parameters
    ----------
    sales : DataFrame
        One row per sale or return, with customer_id, date and amount.
    as_of : date or str
        The day looked at; later events are invisible.
    policy : str, Path, Policy or FittedPolicy
        A policy is fitted on these customers; a fitted one only classifies.
    customers, invoices, payments, interactions, feedback : DataFrame or None
        Further tables of the input contract.
    projects, costs, events : DataFrame or None
        Likewise.
    columns, currency, time_zone, date_format, quality, seller
        As in :func:`custseg.segment`. A column of Spark's type TIMESTAMP holds moments,
        and needs a time zone; DATE and TIMESTAMP_NTZ are local.
    features : sequence of str
        Features of the catalogue to write beside the labels.
    partitions : int or None
        Into how many the customers are parted, about a million rows in each; None is
        the session's ``spark.sql.shuffle.partitions``.

    Returns
    -------
    SparkResult

    Raises
    ------
    CustsegError
        When data, policy or settings cannot be used; each kind says what to do. What is
        odd about the rows is raised for one partition: the counts are of that one.

    Notes
    -----
    The sales are shuffled once. Policies that compare with what others pay read them
    twice, and Spark keeps the rows in between.
    """
    check_names(features)
    frames = check_frames(
        {
            "sales": sales,
            "customers": customers,
            "invoices": invoices,
            "payments": payments,
            "interactions": interactions,
            "feedback": feedback,
            "projects": projects,
            "costs": costs,
            "events": events,
        }
    )
    day, chosen = as_day(as_of), policy_of(policy, seller)
    outlined = tables_outlined(needs_of(chosen, features), quality)
    settings = check_settings(
        columns=columns,
        currency=currency,
        time_zone=time_zone,
        date_format=date_format,
        quality=quality,
        only=None
        if hangs_on_every_column(quality)
        else wanted_columns(chosen, features),
        outlined=outlined,
        attributes=chosen.tree.attributes,
    )
    rows = gather(
        tables_to_read(frames, outlined),
        settings,
        chosen,
        day=day,
        features=features,
        partitions=partitions,
    )
    if not compares(rows.run, rows.nobody):
        return _measured(rows)
    rows.parcels.persist()
    try:
        run, door = rows.run, rows.door
        told = _unpacked(mapped(rows.parcels, survey_rows, run=run, door=door))
        run = with_surveys(run, [survey(run, rows.nobody), *told])
        return _measured(evolve(rows, run=run), surveys=False)
    finally:
        rows.parcels.unpersist()


def _measured(rows: Gathered, *, surveys: bool = True) -> SparkResult:
    """Measure, and learn."""
    run, surveys = rows.run, surveys and rows.run.fits
    kept = mapped(rows.parcels, measure_rows, run=run, door=rows.door, surveys=surveys)
    kept.persist()
    try:
        table = measure(run, rows.nobody)
        accounts = [account_of(run, rows.nobody, table, surveys=surveys)]
        accounts += _accounts(kept)
        if surveys:
            told = [one.survey for one in accounts if one.survey is not None]
            run = with_surveys(run, told)
        customers = sum(one.customers for one in accounts)
        while run.fits and not is_taught(run):
            run = _taught(run, kept, table, customers)
        if has_classifiers_to_fit(run):
            others = _unpacked(mapped(kept, tell_references, run=run))
            run = with_classifiers(run, [reference_of(run, table), *others])
    except BaseException:
        kept.unpersist()
        raise
    return SparkResult(
        fitted=run.fitted,
        date=to_date(run.day),
        customers=customers,
        partitions=rows.partitions,
        quality=one_account([one.quality for one in accounts]),
        run=run,
        features=kept,
        nobody=table,
        form=form_of(run, table, [one.types for one in accounts]),
    )


def _accounts(kept: Any) -> list[Account]:
    return _unpacked(kept.where("kind in ('account', 'error')"))


def _unpacked(parcels: Any) -> list[Any]:
    """Bring parcels to the driver, and open them."""
    return [pickle.loads(one.payload) for one in collected(parcels)]  # noqa: S301 - ours


def _taught(run: Run, kept: Any, nobody: Table, customers: int) -> Run:
    """Learn what is open, from what all partitions tell."""
    lessons = tell(run, nobody)
    told = mapped(kept, tell_lessons, run=run).persist()
    try:
        values_of = _Told(told, lessons, customers).values_of
        return with_lessons(run, list(lessons), values_of)
    finally:
        told.unpersist()


class _Told:
    """What all partitions tell to lessons, brought to the driver some at a time."""

    def __init__(
        self, told: Any, lessons: Mapping[Lesson, Array], customers: int
    ) -> None:
        self._told = told
        self._places = {lesson: place for place, lesson in enumerate(lessons)}
        self._nothing = list(lessons.values())
        self._at_once = max(1, _FETCHED // (8 * max(1, customers)))
        self._here: dict[int, list[Array]] = {}

    def values_of(self, lesson: Lesson) -> Array:
        """Return the values of a lesson; asked for once, in any order."""
        place = self._places[lesson]
        if place not in self._here:
            self._fetch(place)
        return np.concatenate(self._here.pop(place))

    def _fetch(self, place: int) -> None:
        places = range(place, min(place + self._at_once, len(self._places)))
        names = ", ".join(f"'{one}'" for one in places)
        self._here |= {one: [self._nothing[one]] for one in places}
        some = self._told.where(f"kind = 'error' or name in ({names})")
        for one in collected(some):
            values = pickle.loads(one.payload)  # noqa: S301 - of this run
            self._here[int(one.name)].append(values)
