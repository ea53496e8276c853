"""Parcels come out as they went in, errors too."""

import pickle
import sys

import pytest

from custseg.adapters import spark
from custseg.adapters.spark.parcels import (
    Parcel,
    check_parcels,
    opened,
    packed,
    sent,
)
from custseg.errors import DataError, MissingDependency, Problem, QualityRefused

ODD = Problem("it is odd", where="sales.amount", got="5", hint="mend it")


def test_an_object_comes_back():
    """What was packed is unpacked in another process."""
    pytest.importorskip("pyarrow")
    work = sent(lambda _: iter([packed(3, "told", "7", {"rows": 5})]))
    [one] = opened(work([]))
    assert (one.place, one.kind, one.name) == (3, "told", "7")
    assert pickle.loads(one.payload) == {"rows": 5}  # noqa: S301


def test_an_error_comes_back_as_it_is():
    """A worker's error is sent behind what it had sent, with all its problems."""
    pytest.importorskip("pyarrow")

    def work(_):
        yield packed(0, "told", "", 1)
        raise QualityRefused(ODD, ODD)

    batches = list(sent(work)([]))
    assert len(batches) == 2
    with pytest.raises(QualityRefused, match="2 problems") as caught:
        list(opened(batches))
    assert caught.value.problems == (ODD, ODD)


def test_a_fault_of_ours_is_not_hidden():
    """Only errors of custseg are sent; others fail the task, as they should."""

    def work(_):
        yield packed(0, "told", "", 1)
        message = "a bug"
        raise RuntimeError(message)

    pytest.importorskip("pyarrow")
    with pytest.raises(RuntimeError, match="a bug"):
        list(sent(work)([]))


def test_of_several_errors_the_same_is_raised():
    """Whichever partition is done first, the user reads the same error."""
    errors = [
        Parcel(at, "error", "", pickle.dumps(one))
        for at, one in enumerate(
            [QualityRefused(ODD), DataError(Problem("b")), DataError(Problem("a"))]
        )
    ]
    for some in (errors, errors[::-1]):
        with pytest.raises(DataError, match=r"^a$"):
            check_parcels(some)


def test_without_spark_the_extra_is_named(monkeypatch):
    """Whoever has no pyspark is told how to get it."""
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(MissingDependency, match=r"the extra \[spark\]"):
        spark.segment({"customer_id": []}, as_of="2026-06-30")
