"""A session of Spark on this machine, started when the first test asks for one.

Spark needs Java. Where there is neither, the tests that need them say so and are
skipped; nothing else does.
"""

import importlib.util
import os
import shutil
import sys
import warnings
from functools import cache

import pandas as pd
import pytest

PARTITIONS = 4


def _missing():
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed"
    if importlib.util.find_spec("pyarrow") is None:
        return "pyarrow is not installed"
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return "there is no Java on this machine"
    return None


MISSING = _missing()
"""Why there can be no session; None where there can."""


def spark_session():
    """Return the session, or skip the test where there can be none."""
    if MISSING is not None:
        pytest.skip(f"Spark: {MISSING}")
    return _session()


@cache
def _session():
    from pyspark.sql import SparkSession  # noqa: PLC0415 - optional

    os.environ["PYSPARK_PYTHON"] = sys.executable
    source = os.pathsep.join(path for path in sys.path if path)
    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(PARTITIONS),
        "spark.executorEnv.PYTHONPATH": source,  # custseg as this test sees it
        "spark.log.level": "ERROR",
    }
    with quiet():
        builder = SparkSession.builder.master("local[2]").appName("custseg")
        return builder.config(map=settings).getOrCreate()


def quiet():
    """Let pass what Spark warns of about itself, such as a new pandas."""
    return _Quiet()


class _Quiet(warnings.catch_warnings):
    def __enter__(self):
        found = super().__enter__()
        warnings.simplefilter("ignore")
        return found


def read(paths):
    """Read Parquet or CSV files as one frame, whatever the order of their columns."""
    session = spark_session()
    frames = [
        session.read.csv(str(path), header=True)
        if path.suffix == ".csv"
        else session.read.parquet(str(path))
        for path in paths
    ]
    first, *others = frames
    for other in others:
        first = first.unionByName(other)
    return first


def as_pandas(frame, *, by="customer_id"):
    """Bring a frame of labels to memory, as pandas holds what may be missing."""
    import pyarrow as pa  # noqa: PLC0415 - optional

    kinds = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    with quiet():
        table = frame.toArrow()
    return table.to_pandas(types_mapper=kinds.get).sort_values(by, ignore_index=True)
