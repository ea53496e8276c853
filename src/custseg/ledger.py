"""The ledger: every event of every customer, read once, exact and immutable.

Events come as frames, files or records and are kept as columns, sorted by customer and
day, so that a customer is one slice and any past day is a bisection away. Nothing in a
ledger depends on the order of the rows that made it, and nothing of the caller's is
ever changed. What was odd about the rows is on the record: :meth:`Ledger.quality`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from custseg.adapters.files import raw_file
from custseg.adapters.frames import raw_table
from custseg.adapters.native import FrameKind
from custseg.contract import Columns
from custseg.errors import Problem, UnknownCustomer
from custseg.events import still
from custseg.history import SalesHistory
from custseg.intake.account import full_report
from custseg.intake.arrivals import Tables, as_tables
from custseg.intake.assembly import Assembled, assemble, join
from custseg.intake.comparison import check_joinable, same_events
from custseg.intake.identifiers import place_of, texts_of
from custseg.intake.raw import RawTable
from custseg.intake.records import recorded_tables
from custseg.intake.settings import (
    Settings,
    check_named,
    check_settings,
    with_found_currency,
)
from custseg.models import Customer, Transaction
from custseg.periods import as_day, to_date
from custseg.quality.report import QualityReport
from custseg.quality.treatments import Treatments
from custseg.table import Array

__all__ = ["Ledger"]


@frozen(eq=False, repr=False)
class Ledger:  # noqa: PLW1641 - compared by content, never hashed
    """Events in columns, sorted by customer and day.

    Make one with :meth:`from_frames`, :meth:`from_files` or :meth:`from_records`.

    Parameters
    ----------
    book : array, shape (n_customers,)
        Customer ids in text order (str, or ASCII bytes); see :attr:`customer_ids`.
    tables : mapping of str to EventTable
        By the names of the input contract; ``sales`` is always there.
    currency : str or None
        ISO 4217 code; None where nobody said, and then a policy's is assumed.
    decimals : int
        Of the currency: amounts are int64 counts of 10**-decimals.
    report : QualityReport
        The account of the rows that came in.
    treatments : Treatments
        What was done with what was odd.
    came_as : FrameKind
        In what kind of frame results can be handed back.

    Examples
    --------
    >>> ledger = Ledger.from_frames({"customer_id": ["b", "a", "b"],
    ...                              "date": ["2026-05-01", "2026-06-01", "2026-06-02"],
    ...                              "amount": [10.0, 20.5, -3.0]}, currency="CNY")
    >>> ledger
    Ledger(2 customers, 3 sales, 2026-05-01 to 2026-06-02, CNY)
    >>> ledger.customer_ids.tolist()
    ['a', 'b']
    """

    book: Array = field(converter=still)
    tables: Tables = field(converter=as_tables)
    currency: str | None = None
    decimals: int = 2
    report: QualityReport = field(factory=lambda: QualityReport({}, {}))
    treatments: Treatments = field(factory=Treatments)
    came_as: FrameKind = FrameKind.PANDAS

    @classmethod
    def from_frames(
        cls,
        sales: object,
        *,
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
        only: Collection[str] | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> Ledger:
        """Read tables that are in memory.

        Parameters
        ----------
        sales : frame
            A pandas or polars frame, a pyarrow table, anything with the Arrow stream
            protocol, or a mapping of column names to arrays or lists. Needs the
            columns customer_id, date and amount.
        customers, invoices, payments, ... : frame or None
            Further tables of the input contract.
        columns : Columns or None
            What the columns are called, where not by their canonical names.
        currency : str or None
            ISO 4217 code of the amounts.
        time_zone : str or None
            IANA zone in which the business counts its days. Needed only where moments
            carry a zone; others are taken as already local.
        date_format : str or None
            ``strptime`` form of dates in text, where they are not unambiguous.
        quality : Treatments or None
            What to do with odd rows.
        only : collection of str or None
            Optional columns to read; None reads all of the contract. Identical rows are
            then not looked for, and to drop or refuse them is a SettingError, since
            rows that differ in an unread column are not identical.
        attributes : mapping of str to str, or None
            Columns of the customers that the contract has no name for, and what each
            counts in: number, count, money, days, text or flag.

        Returns
        -------
        Ledger

        Raises
        ------
        MissingColumn, DataError, QualityRefused, CurrencyMismatch, AmountOverflow
            When the data cannot be used; each says what to do.
        """
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
        return cls._read(
            given,
            files=False,
            columns=columns,
            currency=currency,
            time_zone=time_zone,
            date_format=date_format,
            quality=quality,
            only=only,
            attributes=attributes,
        )

    @classmethod
    def from_files(
        cls,
        sales: str | Path | Sequence[str | Path],
        *,
        customers: str | Path | None = None,
        invoices: str | Path | None = None,
        payments: str | Path | None = None,
        interactions: str | Path | None = None,
        feedback: str | Path | None = None,
        projects: str | Path | None = None,
        costs: str | Path | None = None,
        events: str | Path | None = None,
        columns: Columns | None = None,
        currency: str | None = None,
        time_zone: str | None = None,
        date_format: str | None = None,
        quality: Treatments | None = None,
        only: Collection[str] | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> Ledger:
        """Read files; the arguments are those of :meth:`from_frames`.

        A file is text such as CSV, Parquet (the extra ``[arrow]``) or a workbook of
        Excel (the extra ``[excel]``), of which ``"book.xlsx#May"`` names one sheet.
        Only the columns that are used are decoded.
        """
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
        return cls._read(
            given,
            files=True,
            columns=columns,
            currency=currency,
            time_zone=time_zone,
            date_format=date_format,
            quality=quality,
            only=only,
            attributes=attributes,
        )

    @classmethod
    def from_records(
        cls,
        customers: Iterable[Customer] = (),
        transactions: Iterable[Transaction] = (),
        *,
        invoices: Iterable[Any] = (),
        payments: Iterable[Any] = (),
        interactions: Iterable[Any] = (),
        feedback: Iterable[Any] = (),
        projects: Iterable[Any] = (),
        costs: Iterable[Any] = (),
        events: Iterable[Any] = (),
        currency: str | None = None,
        time_zone: str | None = None,
        quality: Treatments | None = None,
        only: Collection[str] | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> Ledger:
        """Read records of :mod:`custseg.models`.

        Notes
        -----
        A field that is None in every record is no column, as if it were not recorded at
        all: where nobody has a ``closed_on``, it is unknown whether anybody is closed;
        where one customer has, the others are known to be open. So a single customer
        read here can be answered otherwise than among others;
        :meth:`~custseg.fitted.FittedPolicy.classify_one` reads one by the columns that
        the ledger of the fit had, and answers as among all.

        Examples
        --------
        >>> from datetime import date
        >>> Ledger.from_records([Customer("a")],
        ...                     [Transaction("a", date(2026, 5, 1), "12.50")])
        Ledger(1 customer, 1 sale, 2026-05-01 to 2026-05-01)
        """
        given = {
            "sales": transactions,
            "customers": customers,
            "invoices": invoices,
            "payments": payments,
            "interactions": interactions,
            "feedback": feedback,
            "projects": projects,
            "costs": costs,
            "events": events,
        }
        how = check_settings(
            currency=currency,
            time_zone=time_zone,
            quality=quality,
            only=only,
            attributes=attributes,
        )
        raw = recorded_tables(given, only=only, further=how.further)
        return cls._from_raw(raw, how)

    @classmethod
    def _read(cls, given: Mapping[str, Any], *, files: bool, **how: Any) -> Ledger:
        """Read tables that are in memory, or files."""
        opened: Any = raw_file if files else raw_table
        raw = {
            name: opened(table, where=name)
            for name, table in given.items()
            if table is not None or name == "sales"
        }
        came_as = FrameKind.PANDAS if files else FrameKind.of(given["sales"])
        return evolve(cls._from_raw(raw, check_settings(**how)), came_as=came_as)

    @classmethod
    def _from_raw(cls, raw: Mapping[str, RawTable], settings: Settings) -> Ledger:
        check_named(raw, settings.columns)
        settings = with_found_currency(raw, settings)
        found = assemble(raw, settings)
        money = settings.currency, settings.decimals
        return cls(found.book, found.tables, *money, found.report, settings.treatments)

    @cached_property
    def customer_ids(self) -> Array:
        """Customer ids as an object array of str, shape (n_customers,), text order."""
        return still(texts_of(self.book))

    @cached_property
    def history(self) -> SalesHistory:
        """The sales by customer and day, on which the features are computed."""
        return SalesHistory(self.tables["sales"])

    @property
    def n_customers(self) -> int:
        """How many customers have a row in any table."""
        return len(self.book)

    def merged_for(self, columns: Collection[str]) -> Ledger:
        """Return a ledger that answers the same from fewer rows, where that can be.

        Parameters
        ----------
        columns : collection of str
            All that is going to be asked for, as ``table.column``.

        Notes
        -----
        Neighbouring sales lines of one customer, day and order are merged, if sums and
        orders are all that the columns are asked for; else this ledger is returned.
        """
        names = {one.split(".")[1] for one in columns if one.startswith("sales.")}
        tables = self.tables.merged_for(frozenset(names))
        return self if tables is self.tables else evolve(self, tables=tables)

    def __len__(self) -> int:
        return len(self.tables.given["sales"])

    def __repr__(self) -> str:
        sales = self.tables.given["sales"]
        n, m = self.n_customers, len(sales)
        said = f"{n:,} customer{'' if n == 1 else 's'}, "
        said += f"{m:,} sale{'' if m == 1 else 's'}"
        if m:
            first, last = int(sales.day.min()), int(sales.day.max())
            said += f", {to_date(first)} to {to_date(last)}"
        return f"Ledger({said}{f', {self.currency}' if self.currency else ''})"

    def position(self, customer_id: object) -> int:
        """Return the code of a customer.

        Parameters
        ----------
        customer_id : str or int
            In any spelling that the tables could use: 7, ``"7"`` or ``" 7 "``.

        Raises
        ------
        UnknownCustomer
            When no row names the customer.
        """
        at = place_of(customer_id, self.book)
        if at is None:
            raise UnknownCustomer(
                Problem("the ledger has no such customer", got=repr(customer_id))
            )
        return at

    def only(self, customer_id: object) -> Ledger:
        """Return the ledger of one customer.

        Raises
        ------
        UnknownCustomer
            When no row names the customer.
        """
        at = self.position(customer_id)
        tables = {name: table.slice_of(at) for name, table in self.tables.items()}
        return evolve(self, book=self.book[at : at + 1], tables=tables)

    def append(self, other: Ledger) -> Ledger:
        """Return a ledger with the events of both.

        Lines of the same customer, order and line id do not count twice.

        Raises
        ------
        CurrencyMismatch
            When the two are kept in different currencies.
        QualityRefused
            When lines contradict each other, unless the treatments say otherwise.
        SettingError
            When the other is no ledger, or one of the two is that of a result and
            holds a table in outline only.

        Notes
        -----
        One in-place sort of all rows; the ledgers themselves are not changed. What
        either left out stays out, such as a payment whose invoice only the other has.
        """
        check_joinable(self, other)
        joined = join(
            Assembled(self.book, self.tables, self.report),
            Assembled(other.book, other.tables, other.report),
            self.treatments,
        )
        return evolve(
            self, book=joined.book, tables=joined.tables, report=joined.report
        )

    def quality(self, as_of: date | str | None = None) -> QualityReport:
        """Return what was odd about the rows, complete.

        Parameters
        ----------
        as_of : date, str or None
            With a day, rows after it are counted and the age of the data is told.

        Returns
        -------
        QualityReport

        Raises
        ------
        QualityRefused
            When there are rows after the day, and the treatment refuses them.

        Notes
        -----
        Identical rows and orphaned returns are looked for here, not when the ledger is
        made, unless they are to be dropped or refused. Identical rows are not looked
        for where columns were left out with ``only``; the report says so.
        """
        return full_report(
            self.report,
            self.book,
            self.tables,
            self.treatments,
            as_of=None if as_of is None else as_day(as_of),
        )

    def __eq__(self, other: object) -> bool:
        """Say whether two ledgers hold the same events, in whatever order they came."""
        if not isinstance(other, Ledger):
            return NotImplemented
        return (
            self.currency == other.currency
            and self.decimals == other.decimals
            and self.customer_ids.tolist() == other.customer_ids.tolist()
            and same_events(self.tables, other.tables)
        )
