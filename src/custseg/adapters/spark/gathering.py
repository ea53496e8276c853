"""From frames of Spark to partitions that hold all rows of their customers.

What is read, in which currency, and who stays with whom is settled on the driver from
the names of the columns and a few small questions. Then rows are packed, brought to
their partitions once, and stay with Spark until a stage asks for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve, frozen

from custseg.adapters.spark.frames import (
    chosen,
    distinct_texts,
    gathered,
    known_groups,
    mapped,
    packed_schema,
    partitions_of,
    with_payers,
)
from custseg.adapters.spark.spreading import SECOND_PAYER, spread
from custseg.adapters.spark.working import Door
from custseg.contract import TABLES
from custseg.fitted import FittedPolicy
from custseg.intake.settings import Settings, with_currency_of
from custseg.ledger import Ledger
from custseg.money import check_currency, decimals_of
from custseg.partitioned.companions import chiefs_of
from custseg.partitioned.conducting import begin
from custseg.partitioned.reading import Heads
from custseg.policy import Policy
from custseg.stages import Run, looks_at_groups

__all__ = ["Gathered", "gather"]


@frozen(eq=False)
class Gathered:
    """Rows on their way to the partitions of their customers.

    Parameters
    ----------
    run : Run
    door : Door
    nobody : Ledger
        Of no customer, with the columns of all.
    parcels : DataFrame
        Of rows; nothing has been moved before somebody asks.
    partitions : int
    """

    run: Run
    door: Door
    nobody: Ledger
    parcels: Any
    partitions: int


def gather(
    frames: Mapping[str, Any],
    settings: Settings,
    policy: Policy | FittedPolicy,
    *,
    day: int,
    features: Sequence[str],
    partitions: int | None,
) -> Gathered:
    """Bring the rows of each customer together, and begin the run.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        By the tables of the input contract.
    settings : Settings
    policy : Policy or FittedPolicy
    day : int
    features : sequence of str
    partitions : int or None

    Raises
    ------
    CustsegError
        When frames, policy or settings cannot be used.
    """
    number = partitions_of(frames["sales"], partitions)
    assumed = policy.tree.about.currency
    names = {name: frame.columns for name, frame in frames.items()}
    settings = _with_currency(frames, settings, assumed)
    heads = Heads.of(names, settings, assumed=assumed)
    tables = {
        name: chosen(frame, heads.columns[name]) for name, frame in frames.items()
    }
    schemas = {name: packed_schema(frame) for name, frame in tables.items()}
    door = Door(heads, schemas)
    nobody = door.nobody()
    run = begin(policy, nobody, day=day, features=features, is_parted=number > 1)
    theirs = heads.settings.columns.theirs
    customer, invoice = theirs("customer_id"), theirs("invoice_id")
    chiefs: dict[str, str] = {}
    if looks_at_groups(run, nobody):
        chiefs = chiefs_of(
            known_groups(
                tables["customers"], customer=customer, group=theirs("group_id")
            )
        )
    if "payments" in tables:
        tables["payments"] = with_payers(
            tables["payments"],
            tables.get("invoices"),
            invoice=invoice,
            customer=customer,
        )
    parcels = [
        mapped(
            frame,
            spread,
            table=name,
            by=SECOND_PAYER if name == "payments" else customer,
            places=number,
            chiefs=chiefs,
        )
        for name, frame in tables.items()
    ]
    return Gathered(run, door, nobody, gathered(parcels, number), number)


def _with_currency(
    frames: Mapping[str, Any], settings: Settings, assumed: str
) -> Settings:
    """Settle the currency over all rows, before they are parted."""
    if settings.currency is not None:
        return settings
    theirs = settings.columns.theirs("currency")
    met: dict[str, list[str]] = {}
    for name, frame in frames.items():
        if "currency" in TABLES[name].names() and frame.columns.count(theirs) == 1:
            for code in distinct_texts(frame, theirs):
                check_currency(code, where=f"{name}.{theirs}")
                met.setdefault(code, []).append(name)
    settings = with_currency_of(met, theirs, settings)
    if settings.currency is not None:
        return settings
    return evolve(settings, decimals=decimals_of(assumed))
