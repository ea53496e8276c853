"""The ways to classify many customers, each behind one function: an engine.

An engine takes a case (files, and what is asked) and a folder to work in, and gives the
digest of the fitted policy and one row per customer. A new engine is one function and
one line in :data:`ENGINES`; the contract suite then holds it to the answers in memory.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from attrs import field, frozen

import custseg as cs
from custseg.adapters import spark
from custseg.adapters.larger.segmenting import segment_files
from custseg.partitioned import (
    begun,
    chiefs_of,
    has_classifiers_to_fit,
    is_taught,
    label,
    measure,
    reference_of,
    survey,
    tell,
    with_classifiers,
    with_lessons,
    with_surveys,
)
from custseg.periods import as_day
from custseg.tabling import label_frame
from spark_session import as_pandas, quiet, read, spark_session

PARTITIONS = 5


@frozen
class Case:
    """What is asked of an engine.

    Parameters
    ----------
    files : mapping of str to list of Path
        By the tables of the contract.
    policy : Policy
    as_of : str
    features : tuple of str
    how : mapping
        How to read: ``columns``, ``currency`` and so on.
    """

    files: Mapping[str, list[Path]]
    policy: cs.Policy
    as_of: str
    features: tuple[str, ...] = ()
    how: Mapping[str, object] = field(factory=dict)

    @property
    def only(self) -> set[str]:
        """The columns to read: those of the policy and the features."""
        needed = self.policy.columns_for(self.features)
        return {column.split(".")[1] for column in needed}


@frozen
class Answer:
    """What an engine says: the digest of what was learned, and a row per customer."""

    digest: str
    frame: pd.DataFrame


def in_memory(case: Case, _folder: Path) -> Answer:
    """Read everything at once: what all others are held to."""
    own = case.policy.tree.attributes
    ledger = cs.Ledger.from_files(
        **case.files, **case.how, only=case.only, attributes=own
    )
    fitted, result = case.policy.fit_and_classify(
        ledger, as_of=case.as_of, features=case.features
    )
    return Answer(fitted.digest, result.to_pandas(features=list(case.features)))


def over_partitions(case: Case, _folder: Path) -> Answer:
    """Cut the frames by customer, and go through the stages one by one."""
    own = case.policy.tree.attributes
    partitions = [
        cs.Ledger.from_frames(**part, **case.how, only=case.only, attributes=own)
        for part in _cut(case, PARTITIONS)
    ]
    policy, day = case.policy, as_day(case.as_of)
    run = begun(
        policy.tree,
        policy.classifiers,
        partitions[0],
        day=day,
        features=case.features,
        is_parted=True,
    )
    run = with_surveys(run, [survey(run, one) for one in partitions])
    tables = [measure(run, one) for one in partitions]
    while not is_taught(run):
        told = [tell(run, one) for one in tables]
        run = with_lessons(
            run,
            list(told[0]),
            lambda lesson, told=told: np.concatenate([one[lesson] for one in told]),
        )
    if has_classifiers_to_fit(run):
        run = with_classifiers(run, [reference_of(run, one) for one in tables])
    fitted = run.fitted
    frames = [
        label_frame(
            label(run, one),
            fitted.tree,
            fitted.titles,
            language=None,
            features=case.features,
            decimals=fitted.decimals,
        )
        for one in tables
    ]
    return Answer(fitted.digest, _one_frame(frames))


def with_duckdb(case: Case, folder: Path) -> Answer:
    """Let DuckDB bring the rows of each customer together."""
    result = segment_files(
        **case.files,
        **case.how,
        policy=case.policy,
        as_of=case.as_of,
        features=case.features,
        memory_limit="1GB",
        spill=folder,
        out=folder / "out",
    )
    assert result.partitions == PARTITIONS
    assert [path.name for path in folder.iterdir()] == ["out"]  # nothing is left behind
    return Answer(result.fitted.digest, result.to_pandas())


def with_spark(case: Case, _folder: Path) -> Answer:
    """Let Spark bring the rows of each customer together."""
    spark_session()
    with quiet():
        result = spark.segment(
            **{name: read(paths) for name, paths in case.files.items()},
            **case.how,
            policy=case.policy,
            as_of=case.as_of,
            features=case.features,
            partitions=PARTITIONS,
        )
        frame = as_pandas(result.to_spark())
        result.release()
    return Answer(result.fitted.digest, frame)


ENGINES: Mapping[str, Callable[[Case, Path], Answer]] = {
    "over_partitions": over_partitions,
    "duckdb": with_duckdb,
    "spark": with_spark,
}


def _cut(case: Case, parts: int) -> list[dict[str, pd.DataFrame]]:
    """Return the frames of each partition; ids are cut by what they come down to."""
    names = case.how.get("columns") or cs.Columns()
    customer, invoice = names.theirs("customer_id"), names.theirs("invoice_id")
    frames = {name: _frame(paths) for name, paths in case.files.items()}

    chiefs = {}
    if "group_id" in frames.get("customers", ()):
        named = frames["customers"].dropna(subset="group_id")
        pairs = (named[name].map(_spelled) for name in (customer, "group_id"))
        chiefs = chiefs_of(zip(*pairs, strict=True))

    def place(ids: pd.Series) -> pd.Series:
        chief = ids.map(_spelled).map(lambda one: chiefs.get(one, one))
        return chief.map(lambda one: sum(one.encode()) % parts)

    places = {
        name: place(frame[customer])
        for name, frame in frames.items()
        if name != "payments"
    }
    if "payments" in frames:
        invoices = frames["invoices"]
        payer = dict(
            zip(invoices[invoice].map(_spelled), places["invoices"], strict=True)
        )
        paid = frames["payments"][invoice].map(_spelled)
        places["payments"] = paid.map(payer).fillna(0).astype(int)
    return [
        {name: frame[places[name] == at] for name, frame in frames.items()}
        for at in range(parts)
    ]


def _spelled(item: object) -> str:
    if pd.isna(item):
        return ""
    if isinstance(item, float) and item.is_integer():
        return str(int(item))
    return str(item).strip()


def _frame(paths: list[Path]) -> pd.DataFrame:
    if paths[0].suffix == ".parquet":
        return pd.concat([pd.read_parquet(path) for path in paths])
    text = {"dtype": str, "keep_default_na": False, "na_values": [""]}
    return pd.concat([pd.read_csv(path, **text) for path in paths])


def _one_frame(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames).sort_values("customer_id", ignore_index=True)
