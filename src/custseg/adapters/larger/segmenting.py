"""Customers classified from more rows than memory holds: files in, files out.

DuckDB brings the rows of each customer together in spill files; then one partition
after the other is read, measured and labelled by the code that does it in memory. What
comes out is bit for bit what :func:`custseg.segment` gives for the same rows.

Limits: the labels are written to files, one for each partition, and no single customer
can be asked why; classify that customer with the fitted policy to ask. Nothing is left
behind unless the process is killed outright; the next run clears that away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from attrs import evolve

from custseg.adapters.larger.limits import Limit, check_limit
from custseg.adapters.larger.places import check_target, own_folder, written_whole
from custseg.adapters.larger.results import FilesResult
from custseg.adapters.larger.shuffling import Shuffler, n_batches
from custseg.adapters.larger.sources import (
    Source,
    Unreadable,
    as_files,
    check_unreadable,
    open_files,
)
from custseg.adapters.larger.spilled import Spilled
from custseg.asking import check_names
from custseg.contract import TABLES, Columns
from custseg.errors import DataError, Problem
from custseg.fitted import FittedPolicy
from custseg.intake.settings import (
    Settings,
    check_settings,
    hangs_on_every_column,
    with_currency_of,
)
from custseg.measuring import tables_outlined, tables_to_read
from custseg.money import check_currency, decimals_of
from custseg.partitioned.conducting import (
    begin,
    labelled,
    learned,
    measured_all,
)
from custseg.partitioned.kept import Kept
from custseg.partitioned.reading import Heads, needs_of, policy_of, wanted_columns
from custseg.partitioned.summing import one_summary
from custseg.periods import as_day, to_date
from custseg.policy import Policy
from custseg.quality.treatments import Treatments
from custseg.rules.outcome import Outcome
from custseg.seller import Seller
from custseg.stages import Run, compares, looks_at_groups
from custseg.summary import Summary
from custseg.tabling import label_frame, label_summary

__all__ = ["FilesResult", "segment_files"]

OnProgress = Callable[[int, int], object]


def segment_files(
    sales: object,
    *,
    as_of: date | str,
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
    memory_limit: str | int = "4GB",
    spill: str | Path | None = None,
    out: str | Path | None = None,
    unreadable: Unreadable = "refuse",
    on_progress: OnProgress | None = None,
) -> FilesResult:
    """Classify every customer in files that are larger than memory, as of one day.

    Parameters
    ----------
    sales : path, folder, glob, list of these, or DuckDB relation
        Parquet or CSV files; a folder gives every such file in it. A relation, such as
        ``duckdb.connect("shop.duckdb").table("sales")``, is read by its own connection.
    as_of : date or str
        The day looked at; later events are invisible.
    policy : str, Path, Policy or FittedPolicy
        A policy is fitted on these customers; a fitted one only classifies.
    customers, invoices, payments, interactions, feedback : as ``sales``
        Further tables of the input contract.
    projects, costs, events : as ``sales``
        Likewise.
    columns, currency, time_zone, date_format, quality, seller
        As in :func:`custseg.segment`.
    features : sequence of str
        Features of the catalogue to write beside the labels.
    memory_limit : str or int
        What the whole process may take: ``"4GB"``, ``"900MB"``, or bytes.
    spill : str, Path or None
        A folder on a disk with room for about the rows once more; None takes the
        system's. A folder of its own is made there and taken away again, with those
        that runs left there whose process was killed.
    out : str, Path or None
        A folder for the labels, made where it is missing; it may hold no Parquet file
        yet. With None only the summary and the fitted policy are given back.
    unreadable : {"refuse", "skip"}
        What to do with a file that cannot be read: name it in an error, or go on
        without it and name it in the result.
    on_progress : callable or None
        Called with the steps that are done and all steps, such as ``(3, 40)``.

    Returns
    -------
    FilesResult

    Raises
    ------
    CustsegError
        When data, policy or settings cannot be used; each kind says what to do. A limit
        that is too small says which would do.

    Notes
    -----
    The files in ``out`` take their places when all are written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "sales.csv"
    ...     rows = ["customer_id,date,amount", "a,2026-06-01,90", "b,2024-02-01,10"]
    ...     size = file.write_text(chr(10).join(rows))
    ...     segment_files(file, as_of="2026-06-30", currency="CNY").customers
    2
    """
    check_names(features)
    check_unreadable(unreadable)
    limit, day, target = check_limit(memory_limit), as_day(as_of), check_target(out)
    chosen = policy_of(policy, seller)
    given = {
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
    with own_folder(spill) as folder:
        job = _Job(folder, limit, unreadable, on_progress)
        with Shuffler(folder, memory=limit.engine) as shuffler:
            spilled, run = job.gathered(
                shuffler,
                tables_to_read(given, outlined),
                settings,
                chosen,
                day=day,
                features=features,
            )
        return job.labelled(spilled, run, target)


class _Job:
    """One call of :func:`segment_files`, and how far it has come."""

    def __init__(
        self,
        folder: Path,
        limit: Limit,
        unreadable: Unreadable,
        on_progress: OnProgress | None,
    ) -> None:
        self._folder = folder
        self._limit = limit
        self._unreadable = unreadable
        self._on_progress = on_progress
        self._done = 0
        self._all = 0
        self._skipped: list[Path] = []

    def _step(self) -> None:
        self._done += 1
        if self._on_progress is not None:
            self._on_progress(self._done, self._all)

    def gathered(
        self,
        shuffler: Shuffler,
        given: Mapping[str, object],
        settings: Settings,
        policy: Policy | FittedPolicy,
        *,
        day: int,
        features: Sequence[str],
    ) -> tuple[Spilled, Run]:
        """Bring the rows of each customer together, and begin the run."""
        sources = {
            name: self._opened(shuffler, name, one)
            for name, one in given.items()
            if one is not None or name == "sales"
        }
        tree = policy.tree
        settings = _with_currency(shuffler, sources, settings, tree.about.currency)
        names = {name: one.names for name, one in sources.items()}
        heads = Heads.of(names, settings, assumed=tree.about.currency)
        templates = {
            name: shuffler.template(one, heads.columns[name])
            for name, one in sources.items()
        }
        number = self._limit.partitions(sum(one.rows for one in sources.values()))
        spilled = Spilled(self._folder, number, heads, templates)
        nobody = spilled.empty()
        run = begin(policy, nobody, day=day, features=features, is_parted=number > 1)
        readings = 2 if compares(run, nobody) else 1
        # Batches of files; partitions read, and labelled; and learning between.
        self._all = n_batches(sources.values()) + (readings + 1) * number + 1
        theirs = settings.columns.theirs
        customer, invoice = theirs("customer_id"), theirs("invoice_id")
        if "payments" in sources:
            shuffler.know_payers(
                sources.get("invoices"),
                sources["payments"],
                invoice=invoice,
                customer=customer,
            )
        if looks_at_groups(run, nobody):
            group = theirs("group_id")
            shuffler.know_groups(sources["customers"], customer=customer, group=group)
        for name, source in sources.items():
            for one in shuffler.shuffle(
                source,
                heads.columns[name],
                by=invoice if name == "payments" else customer,
                partitions=number,
                unreadable=self._unreadable,
            ):
                source = one  # noqa: PLW2901 - the last says what was skipped
                self._step()
            source.check_unchanged()
            self._skipped += source.skipped
        spilled.check_sizes(self._limit)
        return spilled, run

    def _opened(self, shuffler: Shuffler, table: str, given: object) -> Source:
        """Look at the files of a table; a relation becomes a file first."""
        if shuffler.is_relation(given):
            paths = [shuffler.laid_down(given, table=table)]
        else:
            paths = as_files(given, where=table)
        return open_files(paths, table=table, unreadable=self._unreadable)

    def labelled(self, spilled: Spilled, run: Run, target: Path | None) -> FilesResult:
        """Measure, learn and label one partition after the other."""
        tables = self._folder / "tables"
        tables.mkdir()
        kept = Kept(tables)

        def measured(customers: int) -> None:
            parts = max(1, len(kept))
            self._limit.check_customers(customers * len(spilled) // parts)
            self._step()

        done = measured_all(run, spilled, kept, step=measured)
        done = learned(done, kept)
        self._step()
        summaries: list[Summary] = []
        names = [f"customers-{at:05}.parquet" for at in range(len(spilled))]
        with written_whole(target, names) as drafts:
            for outcome, draft in zip(labelled(done.run, kept), drafts, strict=True):
                summaries.append(_summed(done.run, outcome))
                if draft is not None:
                    _write(done.run, outcome, draft)
                self._step()
        return FilesResult(
            fitted=done.run.fitted,
            date=to_date(run.day),
            customers=done.customers,
            partitions=len(spilled),
            summary=one_summary(summaries),
            quality=evolve(done.quality, unread_files=tuple(map(str, self._skipped))),
            files=() if target is None else tuple(target / name for name in names),
            skipped=tuple(self._skipped),
        )


def _with_currency(
    shuffler: Shuffler, sources: Mapping[str, Source], settings: Settings, assumed: str
) -> Settings:
    """Settle the currency over all rows, before they are parted."""
    if settings.currency is not None:
        return settings
    theirs = settings.columns.theirs("currency")
    found: dict[str, list[str]] = {}
    for name, one in sources.items():
        if "currency" in TABLES[name].names() and theirs in one.names:
            for code in sorted(shuffler.currencies(one, theirs)):
                check_currency(code, where=f"{name}.{theirs}")
                found.setdefault(code, []).append(name)
    settings = with_currency_of(found, theirs, settings)
    if settings.currency is not None:
        return settings
    return evolve(settings, decimals=decimals_of(assumed))


def _summed(run: Run, outcome: Outcome) -> Summary:
    fitted = run.fitted
    return label_summary(
        outcome,
        fitted.tree,
        fitted.titles,
        currency=fitted.currency,
        decimals=fitted.decimals,
    )


def _write(run: Run, outcome: Outcome, draft: Path) -> None:
    fitted = run.fitted
    frame = label_frame(
        outcome,
        fitted.tree,
        fitted.titles,
        language=None,
        features=run.features,
        decimals=fitted.decimals,
    )
    labels = [name for name, kind in frame.dtypes.items() if kind == "category"]
    try:  # customers and scores are hardly ever the same: no dictionary for them
        frame.to_parquet(draft, index=False, use_dictionary=labels)
    except OSError as error:
        raise DataError(
            Problem(
                "the results cannot be written",
                where="out",
                got=error.strerror or str(error),
            )
        ) from error
