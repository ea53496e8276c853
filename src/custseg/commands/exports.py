"""CSV files as spreadsheets and ERPs save them, written anew as custseg reads them.

A spreadsheet in China saves in GBK, with commas inside the numbers, and an ERP calls
the amount by one name in its sales and by another in its invoices. What a comma or a
byte means only their user knows, and says so on the command line. Then each file is
written once more, in UTF-8, with plain numbers and one name for one meaning, into a
folder that is gone as soon as it has been read.

Limits: CSV files only; what groups digits must stand before each three of them, or the
number is left as it is and refused later.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from attrs import field, frozen

from custseg.contract import TABLES, Columns, Kind
from custseg.errors import DataError, Problem, SettingError, did_you_mean

__all__ = ["Export", "own_columns"]

_NUMBERS: Final = frozenset({Kind.MONEY, Kind.QUANTITY, Kind.NUMBER})
_WIDER: Final = {"gbk": "gb18030", "gb2312": "gb18030"}
"""Encodings in whose name files are saved that hold more than it has."""

Own = Mapping[str, Mapping[str, str]]


@frozen
class Export:
    """How files were saved.

    Parameters
    ----------
    encoding : str
        Of the CSV files, but of those that begin with the mark of UTF-8.
    thousands : str
        What groups digits in their numbers; "" for nothing.
    own : mapping of str to mapping
        Columns that are called so in one table only, by table and canonical name.
    """

    encoding: str = field(default="utf-8")
    thousands: str = field(default="")
    own: Own = field(factory=dict)

    @encoding.validator
    def _is_known(self, _: object, name: str) -> None:
        try:
            "".encode(name)  # looking it up would let through what is no text
        except LookupError:
            hint = "for example GBK, GB18030, Big5, cp1252"
            said = Problem("nobody knows it", where="--encoding", got=name, hint=hint)
            raise SettingError(said) from None

    @thousands.validator
    def _is_a_sign(self, _: object, sign: str) -> None:
        if sign not in {"", ",", "，", "'", "’", " ", "\u00a0", "\u202f", "_"}:
            said = "this groups no digits"
            allowed = "a comma, an apostrophe, a blank or an underscore"
            problem = Problem(said, where="--thousands", got=sign, allowed=allowed)
            raise SettingError(problem)

    @contextmanager
    def read(
        self, paths: Mapping[str, Path | None], columns: Columns
    ) -> Iterator[Mapping[str, Any]]:
        """Yield paths of files that can be read; theirs, where nothing was said.

        Parameters
        ----------
        paths : mapping of str to Path or None
            By table.
        columns : Columns
            What columns are called in all tables.

        Raises
        ------
        SettingError
            When a column is named for a table of which there is no CSV file.
        DataError
            When a file is saved in another way, or has no such column.
        """
        for table in self.own:
            if not _is_csv(paths.get(table)):
                problem = Problem(
                    "columns of one table are named for a CSV file only",
                    where=f"--column {table}.{next(iter(self.own[table]))}",
                    got=f"{paths.get(table) or 'no file'} for {table}",
                )
                raise SettingError(problem)
        if self == Export():
            yield paths
            return
        with TemporaryDirectory(prefix="custseg-") as folder:
            yield {
                table: self._anew(path, table, columns, Path(folder) / table)
                for table, path in paths.items()
            }

    def _anew(
        self, path: Path | None, table: str, columns: Columns, folder: Path
    ) -> Path | None:
        """Write a file anew; one that is no CSV file, or not there, stays as it is."""
        if path is None or not _is_csv(path) or not path.is_file():
            return path
        name = path.name.lower()
        folder.mkdir()
        target = folder / path.name.removesuffix(".gz")
        sign = "\t" if name.endswith(".tsv") else ","
        opened = gzip.open if name.endswith(".gz") else open
        try:
            with (
                opened(path, "rt", encoding=self._of(path), newline="") as file,
                target.open("w", encoding="utf-8", newline="") as out,
            ):
                rows = csv.reader(file, delimiter=sign)
                names = self._renamed(next(filter(None, rows), []), table, columns)
                write = csv.writer(out, delimiter=sign)
                write.writerow(names)
                write.writerows(self._plain(rows, _numbers(names, table, columns)))
        except UnicodeError as error:
            raise DataError(
                Problem(
                    "the file cannot be read",
                    where=table,
                    got=f"{path.name!r}: {str(error).partition(':')[0]}",
                    hint="say how it was saved, such as --encoding GBK",
                )
            ) from None
        except (OSError, EOFError, csv.Error, zlib.error):
            return path  # whoever reads it says what is wrong
        return target

    def _of(self, path: Path) -> str:
        """Return the encoding of a file, which may say itself that it is UTF-8."""
        opened = gzip.open if path.name.lower().endswith(".gz") else open
        with opened(path, "rb") as file:
            if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
                return "utf-8-sig"
        name = codecs.lookup(self.encoding).name
        return _WIDER.get(name, name)

    def _renamed(self, names: list[str], table: str, columns: Columns) -> list[str]:
        """Give columns of this table alone the name that they have in all."""
        own = self.own.get(table, {})
        for name, theirs in own.items():
            if theirs not in names:
                raise DataError(
                    Problem(
                        f"the {table} table has no column '{theirs}'",
                        where=f"--column {table}.{name}",
                        got=f"columns {', '.join(names)}",
                        hint=did_you_mean(theirs, names),
                    )
                )
        common = {theirs: columns.theirs(name) for name, theirs in own.items()}
        taken = set(common.values())
        # What bears the common name without having the meaning is moved out of the way.
        return [
            common.get(one, f"{one} (not used)" if one in taken else one)
            for one in names
        ]

    def _plain(
        self, rows: Iterator[list[str]], at: Sequence[int]
    ) -> Iterator[list[str]]:
        """Take out what groups digits, where it does."""
        if not self.thousands:
            yield from rows
            return
        sign = re.escape(self.thousands)
        grouped = re.compile(rf"\s*[-+]?\d{{1,3}}(?:{sign}\d{{3}})+(?:\.\d+)?\s*")
        for row in rows:
            for i in at:
                if i < len(row) and grouped.fullmatch(row[i]):
                    row[i] = row[i].replace(self.thousands, "")
            yield row


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


def _is_csv(path: Path | None) -> bool:
    ends = (".csv", ".csv.gz", ".tsv")
    return path is not None and path.name.lower().endswith(ends)


def _numbers(names: Sequence[str], table: str, columns: Columns) -> list[int]:
    """Return where in a row the numbers of a table stand."""
    theirs = {
        columns.theirs(o.name) for o in TABLES[table].fields if o.kind in _NUMBERS
    }
    return [at for at, name in enumerate(names) if name in theirs]
