"""The input contract: which tables there are, and what each column means.

One row per event. Column names are canonical; :class:`Columns` says what they are
called in the user's tables. This room only describes; reading and checking are done
by the ledger's door.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from attrs import field, frozen

from custseg.errors import Problem, SettingError, did_you_mean

__all__ = ["TABLES", "Columns", "Field", "Kind", "TableSpec"]


class Kind(Enum):
    """How a column is read and kept."""

    ID = "id"
    """An identifier: kept as a code into a sorted vocabulary."""
    DAY = "day"
    """A calendar day: int32 days since 1970-01-01."""
    MONEY = "money"
    """An amount: int64 minor units of the ledger's currency."""
    QUANTITY = "quantity"
    """Goods: int64 ten-thousandths."""
    NUMBER = "number"
    """Any other number: float64."""
    TEXT = "text"
    """One of several codes or names: kept like an identifier."""
    FLAGS = "flags"
    """A set of codes, as a list or as text with commas between."""


@frozen
class Field:
    """One column of a table.

    Parameters
    ----------
    name : str
    kind : Kind
    required : bool
    meaning : str
        One clause for the reference page.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False


@frozen
class TableSpec:
    """One table of the contract.

    Parameters
    ----------
    name : str
    day : str
        The column that dates a row; rows are sorted by it within a customer.
    fields : tuple of Field
        Columns that are kept. Others (names, phones, addresses) are never read.
    """

    name: str
    day: str
    fields: tuple[Field, ...]
    meaning: str = ""

    def __getitem__(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)

    def names(self) -> tuple[str, ...]:
        """Return the column names in the order of the contract."""
        return tuple(one.name for one in self.fields)


_CUSTOMER = Field("customer_id", Kind.ID, "who bought", required=True)

_SPECS = (
    TableSpec(
        "sales",
        "date",
        (
            _CUSTOMER,
            Field("date", Kind.DAY, "the day of the sale or return", required=True),
            Field(
                "amount",
                Kind.MONEY,
                "net of tax; negative for a return",
                required=True,
            ),
            Field("order_id", Kind.ID, "lines of one order share it"),
            Field("line_id", Kind.ID, "tells the lines of an order apart"),
            Field("quantity", Kind.QUANTITY, "goods; negative for a return"),
            Field("cost", Kind.MONEY, "cost of the goods; negative for a return"),
            Field("category", Kind.TEXT, "category of the goods"),
            Field("product", Kind.TEXT, "the article"),
            Field("brand", Kind.TEXT, "the brand"),
            Field("list_price", Kind.MONEY, "price of one unit before discounts"),
            Field("currency", Kind.TEXT, "ISO 4217 code of the amounts"),
            Field("ship_to", Kind.TEXT, "place of delivery"),
            Field("returns_order_id", Kind.ID, "the order that a return undoes"),
        ),
        "one row for each line sold or returned",
    ),
    TableSpec(
        "customers",
        "valid_from",
        (
            _CUSTOMER,
            Field("valid_from", Kind.DAY, "from when this row holds; always if absent"),
            Field("type", Kind.TEXT, "declared customer type"),
            Field("legal_form", Kind.TEXT, "individual, enterprise or government"),
            Field("industry", Kind.TEXT, "industry code or name"),
            Field("employees", Kind.NUMBER, "head count"),
            Field("annual_revenue", Kind.MONEY, "revenue of the customer in a year"),
            Field("income_band", Kind.TEXT, "declared income band"),
            Field("country", Kind.TEXT, "country of the customer"),
            Field("province", Kind.TEXT, "province or state"),
            Field("city", Kind.TEXT, "city"),
            Field("latitude", Kind.NUMBER, "degrees north"),
            Field("longitude", Kind.NUMBER, "degrees east"),
            Field("registered_on", Kind.DAY, "day the account was opened"),
            Field("closed_on", Kind.DAY, "day the account was closed by the user"),
            Field("group_id", Kind.ID, "group of companies the customer belongs to"),
            Field("credit_limit", Kind.MONEY, "agreed limit of open invoices"),
            Field("terms_days", Kind.NUMBER, "agreed days to pay"),
            Field("cities_covered", Kind.NUMBER, "cities that a dealer reaches"),
            Field("towns_covered", Kind.NUMBER, "towns that a dealer reaches"),
            Field("stores_served", Kind.NUMBER, "shops that a dealer supplies"),
            Field(
                "decoration_firms_served",
                Kind.NUMBER,
                "decoration firms that a dealer supplies",
            ),
            Field("warehouse_m2", Kind.NUMBER, "square metres of its own warehouse"),
            Field("delivery_staff", Kind.NUMBER, "people of its own who deliver"),
            Field("annual_projects", Kind.NUMBER, "projects it starts in a year"),
            Field("developer_rank", Kind.NUMBER, "place among developers, 1 the first"),
            Field(
                "annual_purchases",
                Kind.MONEY,
                "what it buys of such goods in a year from everybody",
            ),
            Field("supplier_switches", Kind.NUMBER, "changes of supplier, as declared"),
            Field("open_orders", Kind.MONEY, "ordered and not yet invoiced"),
            Field("external_rating", Kind.NUMBER, "credit rating of 0 to 100"),
            Field("flags", Kind.FLAGS, "such as key_account"),
        ),
        "what is declared about a customer, dated where it changes",
    ),
    TableSpec(
        "invoices",
        "issued_on",
        (
            _CUSTOMER,
            Field("invoice_id", Kind.ID, "the invoice", required=True),
            Field("issued_on", Kind.DAY, "day of issue", required=True),
            Field("due_on", Kind.DAY, "day by which to pay", required=True),
            Field("amount", Kind.MONEY, "amount to pay", required=True),
            Field("currency", Kind.TEXT, "ISO 4217 code"),
            Field("written_off_on", Kind.DAY, "day it was written off"),
            Field(
                "written_off_amount",
                Kind.MONEY,
                "how much was written off; all that was open if absent",
            ),
            Field("disputed_on", Kind.DAY, "day a dispute began"),
            Field("resolved_on", Kind.DAY, "day the dispute ended"),
        ),
        "one row for each invoice",
    ),
    TableSpec(
        "payments",
        "paid_on",
        (
            Field("payment_id", Kind.ID, "the payment", required=True),
            Field("invoice_id", Kind.ID, "the invoice it pays", required=True),
            Field("paid_on", Kind.DAY, "day the money came in", required=True),
            Field("amount", Kind.MONEY, "amount paid", required=True),
        ),
        "one row for each payment of an invoice; the invoice names the customer",
    ),
    TableSpec(
        "interactions",
        "date",
        (
            _CUSTOMER,
            Field("date", Kind.DAY, "day of the contact", required=True),
            Field("channel", Kind.TEXT, "web, phone, visit, ..."),
            Field("kind", Kind.TEXT, "such as view, inquiry, quote, intent"),
            Field("weight", Kind.NUMBER, "how much the contact counts; 1 if absent"),
        ),
        "one row for each contact with a customer",
    ),
    TableSpec(
        "feedback",
        "date",
        (
            _CUSTOMER,
            Field("date", Kind.DAY, "day of the answer", required=True),
            Field("csat", Kind.NUMBER, "satisfaction as answered"),
            Field("nps", Kind.NUMBER, "0 to 10, would recommend"),
            Field("complaint", Kind.TEXT, "code of the complaint, if it is one"),
        ),
        "one row for each answer or complaint",
    ),
    TableSpec(
        "projects",
        "recorded_on",
        (
            _CUSTOMER,
            Field("project_id", Kind.ID, "the project", required=True),
            Field("recorded_on", Kind.DAY, "from when this row holds", required=True),
            Field("starts_on", Kind.DAY, "day it starts, as planned or as it was"),
            Field("ends_on", Kind.DAY, "day it ends, likewise"),
            Field("stage", Kind.TEXT, "how far it is: planned, running, done, ..."),
            Field("area_m2", Kind.NUMBER, "square metres to build or decorate"),
            Field("value", Kind.MONEY, "what may be bought for it"),
        ),
        "one row for each project of a customer, and one more when its facts change",
    ),
    TableSpec(
        "costs",
        "date",
        (
            _CUSTOMER,
            Field("date", Kind.DAY, "day the cost arose", required=True),
            Field("kind", Kind.TEXT, "service, rebate, ...", required=True),
            Field("amount", Kind.MONEY, "the cost", required=True),
        ),
        "one row for each cost of a customer beside the goods",
    ),
    TableSpec(
        "events",
        "date",
        (
            _CUSTOMER,
            Field("date", Kind.DAY, "day it happened", required=True),
            Field("kind", Kind.TEXT, "default, distress, ...", required=True),
            Field("severity", Kind.NUMBER, "how grave, on the sender's scale"),
        ),
        "one row for each event reported from outside",
    ),
)

TABLES: Mapping[str, TableSpec] = {spec.name: spec for spec in _SPECS}
"""Every table of the contract by its name."""

_ALL_NAMES = tuple(dict.fromkeys(name for spec in _SPECS for name in spec.names()))


def _checked(names: Mapping[str, str]) -> Mapping[str, str]:
    problems = []
    for canonical, theirs in names.items():
        if canonical not in _ALL_NAMES:
            problems.append(
                Problem(
                    f"the contract has no column '{canonical}'",
                    where="Columns",
                    hint=did_you_mean(canonical, _ALL_NAMES)
                    or "what else is declared about customers a policy names as their "
                    f"table has it, such as attribute = '{theirs}', or attributes=...; "
                    f"known: {', '.join(_ALL_NAMES)}",
                )
            )
        elif not isinstance(theirs, str):
            problems.append(
                Problem(
                    "a column's name must be text",
                    where=f"Columns.{canonical}",
                    got=repr(theirs),
                )
            )
    problems += _shared(names)
    if problems:
        raise SettingError(*problems)
    return dict(names)


def _shared(names: Mapping[str, str]) -> list[Problem]:
    """Find columns that are named for two meanings in one table."""
    met: dict[tuple[str, ...], str] = {}
    for spec in _SPECS:
        of: dict[str, list[str]] = {}
        for name in spec.names():
            if isinstance(names.get(name), str):
                of.setdefault(names[name], []).append(name)
        for theirs, several in of.items():
            if len(several) > 1:
                met.setdefault(tuple(several), theirs)
    return [
        Problem(
            "one column cannot have two meanings",
            where="Columns",
            got=", ".join(f"{name}={theirs!r}" for name in several),
            hint="name a column of its own for each, or leave one out",
        )
        for several, theirs in met.items()
    ]


@frozen(init=False)
class Columns(Mapping[str, str]):
    """What the canonical columns are called in the user's tables.

    Parameters
    ----------
    **names : str
        Canonical name = name in the user's table. Columns not named here keep their
        canonical names. Further attributes of customers have no canonical name: a
        policy names them as the table has them.

    Raises
    ------
    SettingError
        When a canonical name is not in the contract; it names the nearest.

    Examples
    --------
    >>> columns = Columns(customer_id="CustomerID", date="InvoiceDate")
    >>> columns.theirs("customer_id"), columns.theirs("amount")
    ('CustomerID', 'amount')
    """

    names: Mapping[str, str] = field(factory=dict)

    def __init__(self, **names: str) -> None:
        self.__attrs_init__(_checked(names))

    def theirs(self, canonical: str) -> str:
        """Return the user's name of a canonical column."""
        return self.names.get(canonical, canonical)

    def __getitem__(self, canonical: str) -> str:
        return self.names[canonical]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
