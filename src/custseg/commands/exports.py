"""Files as spreadsheets and ERPs save them, opened as their user says.

A spreadsheet in China saves in GBK, with commas inside the numbers; one in Germany puts
semicolons between the columns, since its decimals begin with a comma; and an ERP calls
the amount by one name in its sales and by another in its invoices. What a comma or a
byte means only their user knows, and says so on the command line.

Limits: encoding and delimiter are those of files of text; what groups digits must stand
before each three of them, or the number is left as it is and refused later.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen

from custseg.adapters.delimited import SIGNS
from custseg.adapters.files import raw_file
from custseg.contract import TABLES, Columns
from custseg.errors import DataError, Problem, SettingError, did_you_mean
from custseg.intake.number_texts import reader
from custseg.intake.raw import RawTable

__all__ = ["Export", "own_columns"]

_WIDER: Final = {"gbk": "gb18030", "gb2312": "gb18030"}
"""Encodings in whose name files are saved that hold more than it has."""

_SPELLED: Final = {"tab": "\t", "\\t": "\t"}
"""What stands for a sign that a terminal does not take."""

Own = Mapping[str, Mapping[str, str]]


def _sign(said: str) -> str:
    return _SPELLED.get(said.lower(), said)


@frozen
class Export:
    """How files were saved.

    Parameters
    ----------
    encoding : str
        Of the files of text, but of those that begin with the mark of UTF-8 or UTF-16.
    delimiter : str
        What separates their columns; "" looks for it.
    thousands, decimal : str
        What groups the digits of numbers in text, and what begins their decimals; "" if
        nothing is said.
    own : mapping of str to mapping
        Columns that are called so in one table only, by table and canonical name.
    """

    encoding: str = field(default="utf-8")
    delimiter: str = field(default="", converter=_sign)
    thousands: str = ""
    decimal: str = ""
    own: Own = field(factory=dict)

    @encoding.validator
    def _is_known(self, _: object, name: str) -> None:
        try:
            "".encode(name)  # looking it up would let through what is no text
        except (LookupError, ValueError):
            hint = "for example GBK, GB18030, Big5, cp1252"
            said = Problem("nobody knows it", where="--encoding", got=name, hint=hint)
            raise SettingError(said) from None

    @delimiter.validator
    def _separates(self, _: object, sign: str) -> None:
        if sign and sign not in SIGNS:
            raise SettingError(
                Problem(
                    "this separates no columns",
                    where="--delimiter",
                    got=sign,
                    allowed="',', ';', '|' or tab",
                )
            )

    def opened(
        self, paths: Mapping[str, Path | None], columns: Columns
    ) -> dict[str, RawTable]:
        """Open the files.

        Parameters
        ----------
        paths : mapping of str to Path or None
            By table.
        columns : Columns
            What columns are called in all tables.

        Raises
        ------
        SettingError
            When a column is named for a table of which there is no file, or a sign
            groups no digits.
        DataError
            When a file cannot be read, or has no such column.
        """
        for table in self.own:
            if paths.get(table) is None:
                problem = Problem(
                    "a column of this table is named, and there is no file of it",
                    where=f"--column {table}.{next(iter(self.own[table]))}",
                    got=f"no file for {table}",
                )
                raise SettingError(problem)
        further: dict[str, Any] = {}
        if self.thousands or self.decimal:
            further["number_text"] = reader(
                thousands=self.thousands, decimal=self.decimal or "."
            )
        encoding = codecs.lookup(self.encoding).name
        how = {
            "encoding": _WIDER.get(encoding, encoding),
            "separator": self.delimiter,
        }
        return {
            table: evolve(
                self._renamed(raw_file(path, where=table, **how), table, columns),
                **further,
            )
            for table, path in paths.items()
            if path is not None
        }

    def _renamed(self, raw: RawTable, table: str, columns: Columns) -> RawTable:
        """Give columns of this table alone the name that they have in all."""
        own = self.own.get(table)
        if not own:
            return raw
        for name, theirs in own.items():
            if theirs not in raw.names:
                raise DataError(
                    Problem(
                        f"the {table} table has no column '{theirs}'",
                        where=f"--column {table}.{name}",
                        got=f"columns {', '.join(raw.names)}",
                        hint=did_you_mean(theirs, raw.names),
                    )
                )
        common = {theirs: columns.theirs(name) for name, theirs in own.items()}
        taken = set(common.values())
        # What bears the common name without having the meaning is moved out of the way.
        names = tuple(
            common.get(one, f"{one} (not used)" if one in taken else one)
            for one in raw.names
        )
        of = dict(zip(names, raw.names, strict=True))
        return RawTable(
            names,
            raw.n_rows,
            lambda name: raw.read(of[name]),
            raw.row_name,
            read_words=lambda name: raw.read_words(of[name]),
            number_text=raw.number_text,
        )


def own_columns(named: Mapping[str, str]) -> tuple[dict[str, str], Own]:
    """Part what columns are called in all tables from what they are in one.

    Raises
    ------
    SettingError
        When a table is not one of the contract, or has no such column.

    Examples
    --------
    >>> own_columns({"date": "日期", "invoices.amount": "发票金额"})
    ({'date': '日期'}, {'invoices': {'amount': '发票金额'}})
    """
    everywhere: dict[str, str] = {}
    own: dict[str, dict[str, str]] = {}
    for where, theirs in named.items():
        table, dot, name = where.partition(".")
        if not dot:
            everywhere[where] = theirs
            continue
        known = TABLES[table].names() if table in TABLES else tuple(TABLES)
        if table not in TABLES or name not in known:
            raise SettingError(
                Problem(
                    "the contract has no such table"
                    if table not in TABLES
                    else f"the {table} table has no such column in the contract",
                    where="--column",
                    got=where,
                    allowed=", ".join(known),
                )
            )
        own.setdefault(table, {})[name] = theirs
    return everywhere, own
