"""Frames of Spark: looked at, brought together by customer, and asked.

Only here is Spark spoken to. It is asked for four things: the names and types of the
columns of a frame, to let workers go over its partitions, to bring parcels to the
partition that they name, and a join of payments with their invoices.

Limits: nothing that a classic session has and a remote one (Spark Connect) has not is
used.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from custseg.adapters.spark.parcels import FORM, Parcel, check_parcels, sent
from custseg.adapters.spark.spreading import INVOICE, PAYER, SECOND_PAYER, spelled
from custseg.errors import DataError, MissingDependency, Problem, SettingError
from custseg.intake.identifiers import encode
from custseg.intake.raw import Objects

__all__ = [
    "Step",
    "check_frames",
    "chosen",
    "collected",
    "distinct_texts",
    "gathered",
    "known_groups",
    "mapped",
    "packed_schema",
    "partitions_of",
    "with_payers",
]

Step = Callable[..., Iterator[Parcel]]


def _functions() -> Any:
    try:
        import pyarrow  # noqa: F401, ICN001, PLC0415 - optional
        from pyspark.sql import functions  # noqa: PLC0415 - optional
    except ImportError:
        raise MissingDependency(
            Problem(
                "frames of Spark need pyspark and pyarrow",
                hint="install custseg with the extra [spark]",
            )
        ) from None
    return functions


def check_frames(given: Mapping[str, object]) -> dict[str, Any]:
    """Return the tables that were given; refuse what is no frame of Spark.

    Raises
    ------
    MissingDependency
        When Spark is not installed.
    DataError
    """
    _functions()
    frames = {
        name: one for name, one in given.items() if one is not None or name == "sales"
    }
    for name, frame in frames.items():
        if not all(hasattr(frame, one) for one in ("mapInArrow", "sparkSession")):
            raise DataError(
                Problem(
                    "this is no frame of Spark",
                    where=name,
                    got=f"an object of type {type(frame).__name__}",
                    allowed="a Spark DataFrame, such as spark.read.parquet('sales/')",
                    hint="frames in memory go to custseg.segment, files larger than "
                    "memory to segment_files",
                )
            )
    return frames


def partitions_of(frame: Any, partitions: object) -> int:
    """Return into how many partitions customers are parted.

    Parameters
    ----------
    frame : DataFrame
    partitions : int or None
        None is what the session parts by.

    Raises
    ------
    SettingError
    """
    if partitions is None:
        return int(frame.sparkSession.conf.get("spark.sql.shuffle.partitions"))
    if (
        isinstance(partitions, bool)
        or not isinstance(partitions, int)
        or partitions < 1
    ):
        raise SettingError(
            Problem(
                "this is no number of partitions",
                where="partitions",
                got=repr(partitions),
                allowed="a whole number from 1",
            )
        )
    return partitions


def chosen(frame: Any, columns: Sequence[str]) -> Any:
    """Return a frame with some columns only, so that no others are read.

    Raises
    ------
    DataError
        When a name has a dot: Spark takes it for a field of a column when it hands the
        rows to Python.
    """
    functions = _functions()
    dotted = [column for column in columns if "." in column]
    if dotted:
        raise DataError(
            Problem(
                "Spark hands no column to Python that has a dot in its name",
                got=", ".join(dotted),
                hint="rename it with frame.withColumnRenamed(...)",
            )
        )
    return frame.select(*(functions.col(_name(column)) for column in columns))


def _name(column: str) -> str:
    """Write the name of a column in which blanks and signs mean nothing."""
    return "`" + column.replace("`", "``") + "`"


def packed_schema(frame: Any) -> bytes:
    """Return the columns of a frame as a packed Arrow schema."""
    packed: bytes = frame.limit(0).toArrow().schema.serialize().to_pybytes()
    return packed


def mapped(frame: Any, step: Step, **how: Any) -> Any:
    """Let workers go over each partition of a frame, and send parcels.

    Parameters
    ----------
    frame : DataFrame
    step : callable
        From batches to parcels.
    **how
        Further arguments of the step.
    """

    def work(batches: Iterable[Any]) -> Iterator[Any]:
        _settle()
        return sent(lambda some: step(some, **how))(batches)

    return frame.mapInArrow(work, FORM)


@cache
def _settle() -> None:
    """Let a worker take what it has loaded for good, the first time that it works.

    After every task, Spark lets Python look for rings of objects that nobody uses. It
    would go through all that is loaded, which takes longer than many a task.
    """
    gc.collect()
    gc.freeze()


def collected(parcels: Any) -> list[Parcel]:
    """Bring parcels to the driver.

    Raises
    ------
    CustsegError
        When a worker sent an error.
    """
    rows = parcels.collect()
    found = [Parcel(one.place, one.kind, one.name, one.payload) for one in rows]
    check_parcels(found)
    return found


def gathered(parcels: Sequence[Any], partitions: int) -> Any:
    """Bring every parcel to the partition that it names: the one shuffle of the rows.

    Parameters
    ----------
    parcels : sequence of DataFrame
    partitions : int
    """
    functions = _functions()
    first, *others = parcels
    for other in others:
        first = first.union(other)
    place = functions.col("place")
    if _has_places(first):
        return first.repartitionById(partitions, place)
    # Spark brings rows to a partition by the hash of a number, and two places of eight
    # often share one. So each place gets the first number whose hash is that place.
    numbers = first.sparkSession.range(64 * partitions)
    hashed = functions.pmod(functions.hash(functions.col("id").cast("int")), partitions)
    firsts = numbers.groupBy(hashed.alias("place")).agg(functions.min("id").alias("id"))
    number = {one.place: one.id for one in firsts.collect()}
    numbered = functions.array(
        *(functions.lit(int(number.get(at, at))) for at in range(partitions))
    )
    return first.repartition(partitions, numbered[place].cast("int"))


def _has_places(frame: Any) -> bool:
    """Say whether rows can name their partition: from Spark 4.1."""
    return hasattr(frame, "repartitionById")


def distinct_texts(frame: Any, column: str) -> list[str]:
    """Return the distinct texts in a column, without blanks at either end."""
    found = chosen(frame, [column]).distinct().collect()
    items = np.empty(len(found), dtype=object)
    items[:] = [one[0] for one in found]
    texts: list[str] = encode(Objects(items)).texts().tolist()
    return texts


def known_groups(customers: Any, *, customer: str, group: str) -> list[tuple[str, str]]:
    """Return who names which group; brought to the driver.

    Parameters
    ----------
    customers : DataFrame
    customer, group : str
        What the columns are called.
    """
    names = {customer: "customer", group: "company"}

    def work(batches: Iterable[Any]) -> Iterator[Any]:
        return spelled(batches, columns=names, keep=False)

    pairs = chosen(customers, [customer, group]).mapInArrow(
        work, "customer string, company string"
    )
    found = pairs.dropna().distinct().collect()
    return sorted((one.customer, one.company) for one in found)


def with_payers(payments: Any, invoices: Any, *, invoice: str, customer: str) -> Any:
    """Write the customer of its invoice beside each payment.

    Parameters
    ----------
    payments : DataFrame
    invoices : DataFrame or None
    invoice, customer : str
        What the columns are called.

    Returns
    -------
    DataFrame
        Payments with further columns: the invoice as it is spelled, its first and its
        last customer, which are one unless the invoice belongs to several.
    """
    from pyspark.sql.types import StringType, StructType  # noqa: PLC0415 - optional

    functions = _functions()

    def named(batches: Iterable[Any]) -> Iterator[Any]:
        return spelled(batches, columns={invoice: INVOICE}, keep=True)

    form = StructType([*payments.schema.fields]).add(INVOICE, StringType())
    paid = payments.mapInArrow(named, form)
    if invoices is None:
        nobody = functions.lit(None).cast("string")
        return paid.withColumn(PAYER, nobody).withColumn(SECOND_PAYER, nobody)
    names = {invoice: INVOICE, customer: PAYER}

    def owned(batches: Iterable[Any]) -> Iterator[Any]:
        return spelled(batches, columns=names, keep=False)

    owners = (
        chosen(invoices, [invoice, customer])
        .mapInArrow(owned, f"{INVOICE} string, {PAYER} string")
        .dropna()
        .groupBy(INVOICE)
        .agg(
            functions.min(PAYER).alias(PAYER),
            functions.max(PAYER).alias(SECOND_PAYER),
        )
    )
    return paid.join(owners, on=INVOICE, how="left")
