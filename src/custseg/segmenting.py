"""The main job in one call: sales in, labels and tiers out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve

from custseg.contract import Columns
from custseg.errors import Problem, SettingError
from custseg.intake.settings import hangs_on_every_column
from custseg.ledger import Ledger
from custseg.measuring import tables_outlined, tables_to_read
from custseg.policy import Policy, load_policy
from custseg.quality.treatments import Treatments
from custseg.results import Result
from custseg.seller import Seller

__all__ = ["segment"]


def segment(
    sales: object,
    *,
    as_of: date | str,
    policy: str | Path | Policy = "company",
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
) -> Result:
    """Classify every customer in a table of sales, as of one day.

    Parameters
    ----------
    sales : frame, path or Ledger
        One row per sale or return, with customer_id, date and amount: a pandas or
        polars frame, a pyarrow table, a mapping of columns, or a CSV, Excel or Parquet
        file (or several); ``"book.xlsx#May"`` is one sheet of a workbook. A Ledger is
        taken as it is, and then nothing is said here of how to read.
    as_of : date or str
        The day looked at; later events are invisible.
    policy : str, Path or Policy
        A packaged name, a TOML file, or a policy. It is fitted on these customers.
    customers, invoices, payments, interactions : frame or path
        Further tables of the input contract. Of those that the policy asks nothing of,
        only who has a row, and of what day, is read, unless ``quality`` is given;
        payments then not at all, since who pays is known by the invoices.
    feedback, projects, costs, events : frame or path
        Likewise.
    columns : Columns or None
        What the columns are called, where not by their canonical names.
    currency : str or None
        ISO 4217 code of the amounts; the policy's where neither it nor a column says.
    time_zone : str or None
        IANA zone in which the business counts its days.
    date_format : str or None
        ``strptime`` form of dates in text, where they are not unambiguous.
    quality : Treatments or None
        What to do with odd rows. Where rows may stay or go by what any column says,
        as identical ones that are to be dropped do, every column of the contract is
        read, else those that the policy needs.
    seller : Seller or None
        Where the seller is, for labels of place; None takes what the policy says.
    features : sequence of str
        Features of the catalogue to work out beside those the policy needs.

    Returns
    -------
    Result

    Raises
    ------
    CustsegError
        When data, policy or settings cannot be used; each kind says what to do.

    Examples
    --------
    >>> sales = {"customer_id": ["a", "a", "b"],
    ...          "date": ["2026-01-05", "2026-06-01", "2026-06-20"],
    ...          "amount": [100.0, 250.0, 80.0]}
    >>> result = segment(sales, as_of="2026-06-30", currency="CNY")
    >>> result.labels("abc").tolist(), result.labels("value").tolist()
    (['ABC_A', 'ABC_B'], ['UNKNOWN', 'UNKNOWN'])
    """
    chosen = policy if isinstance(policy, Policy) else load_policy(policy)
    if seller is not None:
        chosen = chosen.with_seller(seller)
    further: dict[str, Any] = {
        "customers": customers,
        "invoices": invoices,
        "payments": payments,
        "interactions": interactions,
        "feedback": feedback,
        "projects": projects,
        "costs": costs,
        "events": events,
    }
    settings: dict[str, Any] = {
        "columns": columns,
        "currency": currency,
        "time_zone": time_zone,
        "date_format": date_format,
        "quality": quality,
    }
    if isinstance(sales, Ledger):
        _refuse_beside_ledger({**further, **settings})
        ledger = sales
    else:
        tables = {"sales": sales, **_given(further)}
        files = _are_files(tables)
        needs = chosen.columns_for(features)
        only = {need.split(".")[1] for need in needs}
        outlined = tables_outlined(needs, quality)
        ledger = Ledger._read(  # noqa: SLF001 - a door of the same house
            tables_to_read(tables, outlined),
            files=files,
            assumed=chosen.currency,
            **settings,
            only=None if hangs_on_every_column(quality) else only,
            outlined=outlined,
            attributes=chosen.tree.attributes,
        )
    if ledger.currency is None:
        ledger = evolve(ledger, currency=chosen.currency)
    return chosen.fit_and_classify(ledger, as_of=as_of, features=features)[1]


def _given(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def _refuse_beside_ledger(settings: Mapping[str, Any]) -> None:
    """Refuse in words what would be passed over in silence."""
    lost = ", ".join(_given(settings))
    if lost:
        raise SettingError(
            Problem(
                "a ledger has been read already, so how to read cannot be said now",
                got=f"a Ledger and {lost}",
                hint="say it where the ledger is made",
            )
        )


def _are_files(tables: Mapping[str, Any]) -> bool:
    """Say whether tables are files; refuse files and frames together."""
    files = [name for name, table in tables.items() if _is_file(table)]
    if files and len(files) < len(tables):
        frames = [name for name in tables if name not in files]
        raise SettingError(
            Problem(
                "tables must all be files or all be frames",
                got=f"files: {', '.join(files)}; frames: {', '.join(frames)}",
                hint="read the files into frames first",
            )
        )
    return bool(files)


def _is_file(table: object) -> bool:
    if isinstance(table, list | tuple):
        return bool(table) and all(isinstance(one, str | Path) for one in table)
    return isinstance(table, str | Path)
