"""The options that say how a file of sales is read, shared by the commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from custseg.commands.exports import Export, own_columns
from custseg.commands.saying import tell
from custseg.contract import TABLES, Columns
from custseg.errors import Problem, SettingError
from custseg.labels import Language
from custseg.ledger import Ledger
from custseg.quality.treatments import Treatments
from custseg.seller import Seller, Site

__all__ = [
    "OF_FILES",
    "add_sales_options",
    "add_seller_option",
    "ledger_from",
    "read_ledger",
    "seller_of",
    "treatments_of",
]

T = TypeVar("T")

_BESIDE: Final = tuple(name for name in TABLES if name != "sales")
"""Tables that can come beside the sales, each with an option of its name."""

OF_FILES: Final = (
    *_BESIDE,
    "column",
    "currency",
    "time_zone",
    "date_format",
    "delimiter",
    "thousands",
    "decimal",
)
"""Options that say something about a file of sales."""

_READING: Final[Mapping[Language, str]] = {
    "en": "reading {} ...",
    "zh": "正在读取 {} ……",
}


def add_sales_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of reading."""
    add = parser.add_argument
    for name in _BESIDE:
        meaning = TABLES[name].meaning
        add(f"--{name}", type=Path, metavar="FILE", help=f"table: {meaning}")
    add(
        "--column",
        action="append",
        default=[],
        metavar="NAME=THEIRS",
        help="what a column is called, such as customer_id=CustomerID, or in one table "
        "only, invoices.amount=Total; repeat it",
    )
    add(
        "--treat",
        action="append",
        default=[],
        metavar="KIND=CHOICE",
        help="what to do with odd rows, such as unparseable_date=drop; repeat it",
    )
    add("--currency", metavar="CODE", help="ISO 4217 code of the amounts")
    add("--time-zone", metavar="ZONE", help="IANA zone in which days are counted")
    add("--date-format", metavar="FORM", help="strptime form of dates in text")
    add(
        "--encoding",
        default="utf-8",
        metavar="NAME",
        help="of CSV files, such as GBK; UTF-8 if not said",
    )
    add(
        "--delimiter",
        default="",
        metavar="SIGN",
        help="what separates the columns of CSV files: ',', ';', '|' or tab; found in "
        "the first line if not said",
    )
    add(
        "--thousands",
        default="",
        metavar="SIGN",
        help="what groups the digits of numbers in text, such as ','",
    )
    add(
        "--decimal",
        default="",
        metavar="SIGN",
        help="what begins the decimals of numbers in text: '.' or ','",
    )


def ledger_from(options: argparse.Namespace, attributes: Mapping[str, str]) -> Ledger:
    """Read the file; all columns, so that the account of the rows is complete."""
    everywhere, own = own_columns(_pairs(options.column, "--column", dict))
    columns = Columns(**everywhere)
    export = Export(
        options.encoding,
        options.delimiter,
        options.thousands,
        options.decimal,
        own,
    )
    tables: dict[str, Any] = export.opened(
        {name: getattr(options, name) for name in TABLES}, columns
    )
    return Ledger.from_frames(
        **tables,
        columns=columns,
        currency=options.currency,
        time_zone=options.time_zone,
        date_format=options.date_format,
        quality=treatments_of(options),
        attributes=attributes,
    )


def read_ledger(options: argparse.Namespace, attributes: Mapping[str, str]) -> Ledger:
    """Read the file, and tell beside the results what became of its rows."""
    tell(_READING[options.language].format(options.sales))
    ledger = ledger_from(options, attributes)
    tell(ledger.report.to_text(options.language))
    return ledger


def treatments_of(options: argparse.Namespace) -> Treatments:
    """Return what is to be done with odd rows."""
    return _pairs(options.treat, "--treat", Treatments)


def add_seller_option(parser: argparse.ArgumentParser) -> None:
    """Add the option of where the seller is."""
    parser.add_argument(
        "--seller",
        action="append",
        default=[],
        metavar="COUNTRY[:CITY]",
        help="where the seller is, such as CN:佛山; repeat it for each city",
    )


def seller_of(options: argparse.Namespace) -> Seller | None:
    """Read where the seller is; several cities are in one country."""
    given: Sequence[str] = options.seller
    if not given:
        return None
    ends = [text.replace("：", ":").partition(":") for text in given]
    countries = list(dict.fromkeys(country.strip() for country, _, _ in ends))
    if len(countries) > 1:
        raise SettingError(
            Problem(
                "the home country of the seller is one",
                where="--seller",
                got=", ".join(countries),
                hint="name the same country with each city",
            )
        )
    cities = [city.strip() for _, colon, city in ends if colon]
    if not all(cities):
        raise SettingError(
            Problem(
                "a city belongs behind the colon",
                where="--seller",
                got=", ".join(map(repr, given)),
                hint="for example --seller CN:佛山",
            )
        )
    return Seller(country=countries[0], sites=[Site(city=city) for city in cities])


def _pairs(given: Sequence[str], option: str, make: Callable[..., T]) -> T:
    """Read NAME=VALUE options; a wrong name is told by what they make."""
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise SettingError(
                Problem("expected NAME=VALUE", where=option, got=repr(text))
            )
        pairs[name.strip()] = value.strip()
    return make(**pairs)
