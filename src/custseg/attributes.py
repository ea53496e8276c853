"""What else is declared about customers: columns that the contract has no name for.

Every trade knows something of its customers that no contract foresees: parking lots,
whether there is a lift, which system they order with. A policy names such a column and
says in what it counts, and it is a feature like any other.

The method: each named column joins the table of customers, for one reading, as a field
of the kind that goes with its unit. A yes or no is kept as it was written and read when
it is measured, so nothing is lost on the way.

Limits: only columns that are named are read, so that names, phones and addresses stay
outside. A column has the name that the user's table gives it; ``Columns`` does not map
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import evolve

from custseg.contract import TABLES, Field, Kind, TableSpec
from custseg.errors import Problem, SettingError, did_you_mean
from custseg.models.customers import Customer
from custseg.units import Unit

__all__ = [
    "ATTRIBUTE_UNITS",
    "attribute_fields",
    "customers_with",
    "kind_of",
    "name_fault",
    "named_attribute",
]

ATTRIBUTE_UNITS: Final = ("number", "count", "money", "days", "text", "flag")
"""In what an attribute can count."""

_KINDS: Final = {
    Unit.NUMBER: Kind.NUMBER,
    Unit.COUNT: Kind.NUMBER,
    Unit.DAYS: Kind.NUMBER,
    Unit.MONEY: Kind.MONEY,
    Unit.TEXT: Kind.TEXT,
    Unit.FLAG: Kind.TEXT,
}
_OF_CUSTOMERS: Final = frozenset(TABLES["customers"].names())
_TAKEN: Final = tuple(
    dict.fromkeys(name for spec in TABLES.values() for name in spec.names())
)


def _sound(name: str) -> str:
    """Return a name as it sounds: ``Credit-Limit`` is creditlimit."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


_SOUNDS: Final = {_sound(name): name for name in _TAKEN}
_PERSONAL: Final = frozenset(map(_sound, Customer.PERSONAL_FIELDS))


def kind_of(unit: Unit) -> Kind:
    """Return how a column is read whose values count in a unit."""
    return _KINDS[unit]


def name_fault(name: str) -> tuple[str, str] | None:
    """Say why a name cannot be that of an attribute, with a hint; None where it can.

    Parameters
    ----------
    name : str
        As the column is called in the user's table.

    Examples
    --------
    >>> name_fault("parking_lots"), name_fault("Credit-Limit")[0]
    (None, "the contract has the column 'credit_limit' already")
    """
    if not name.strip() or name != name.strip() or not name.isprintable():
        what = "the name of a column is empty, or has blanks around or hidden signs"
        return what, "write it as the table has it"
    if "." in name:
        what = "the name of an attribute has no point in it"
        return what, "rename the column, such as parking_lots"
    sound = _sound(name)
    if sound in _PERSONAL:
        return "a name, phone, e-mail or address is never read", "leave it out"
    taken = _SOUNDS.get(sound)
    if taken is not None:
        what = f"the contract has the column '{taken}' already"
        if taken in _OF_CUSTOMERS:
            hint = "take the feature of the catalogue that reads it; Columns("
            return what, f"{hint}{taken}=...) says what your column is called"
        return what, "rename the column"
    return None


def attribute_fields(attributes: Mapping[str, str] | None) -> tuple[Field, ...]:
    """Return further fields of the customers.

    Parameters
    ----------
    attributes : mapping of str to str, or None
        For each column, by the name that it has in the table, what it counts in: one of
        :data:`ATTRIBUTE_UNITS`.

    Raises
    ------
    SettingError
        When a name cannot be one, or a unit is not known.

    Examples
    --------
    >>> [(one.name, one.kind.value) for one in attribute_fields({"lifts": "count"})]
    [('lifts', 'number')]
    """
    if attributes is None:
        return ()
    if not isinstance(attributes, Mapping):
        raise SettingError(
            Problem(
                "an argument is of the wrong kind",
                where="attributes",
                got=f"a {type(attributes).__name__}",
                allowed="a mapping such as {'parking_lots': 'number'}",
            )
        )
    problems = [
        problem
        for name, unit in attributes.items()
        for problem in _problems(name, unit)
    ]
    if problems:
        raise SettingError(*problems)
    return tuple(
        Field(name, _KINDS[Unit(unit)], f"{unit}, as declared")
        for name, unit in attributes.items()
    )


def _problems(name: object, unit: object) -> Iterable[Problem]:
    fault = name_fault(name if isinstance(name, str) else "")
    if fault is not None:
        what, hint = fault
        yield Problem(what, where="attributes", got=repr(name), hint=hint)
    if unit not in ATTRIBUTE_UNITS:
        yield Problem(
            "an attribute cannot count in this",
            where=f"attributes[{name!r}]",
            got=repr(unit),
            allowed=", ".join(ATTRIBUTE_UNITS),
            hint=did_you_mean(str(unit), ATTRIBUTE_UNITS),
        )


def customers_with(fields: tuple[Field, ...]) -> TableSpec:
    """Return the table of customers with further fields."""
    spec = TABLES["customers"]
    return evolve(spec, fields=(*spec.fields, *fields)) if fields else spec


def named_attribute(column: str) -> str:
    """Return the name of an attribute; "" for a column of the contract.

    Parameters
    ----------
    column : str
        As ``table.column``.

    Examples
    --------
    >>> named_attribute("customers.lifts"), named_attribute("customers.city")
    ('lifts', '')
    """
    table, _, name = column.partition(".")
    return name if table == "customers" and name not in _OF_CUSTOMERS else ""
