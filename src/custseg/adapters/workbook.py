"""Workbooks of Excel (.xlsx, .xlsm), one sheet to a table.

The values are those in the cells, with their types: a text stays as it is, a whole
number is one, a day is a day. Only leading zeros that a format shows are taken from it.
What the cells cannot tell is refused by their coordinates, when the column is read:
errors such as ``#N/A``, formulas that nobody has calculated, merged cells (whose value
stands in the first of them alone) and numbers of more than fifteen digits (of which a
spreadsheet loses the others).

The names stand in the first row that is not blank, without the blanks at their ends,
and with one blank for a line break; rows without any value are passed over. Hidden rows
are rows like any other. Needs openpyxl (the extra ``[excel]``); other spreadsheets'
files are to be saved as .xlsx.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from attrs import Factory, define, frozen

from custseg.adapters.sheet_marks import Marks, marks_of
from custseg.adapters.unreadable import told
from custseg.errors import DataError, MissingDependency, Problem, did_you_mean
from custseg.intake.number_texts import undoubted
from custseg.intake.raw import Objects, RawColumn, RawTable

__all__ = ["BOOKS", "parted", "workbook_table"]

BOOKS = (".xlsx", ".xlsm")

_SHEET = re.compile(r"(?P<path>.*\.xls[xm])#(?P<sheet>.+)", re.IGNORECASE | re.DOTALL)

_SHOWN = 3

_MOST = 10**15
"""A spreadsheet keeps fifteen digits of a number."""

_ZEROS = re.compile("00+")
"""A format that shows leading zeros."""

_OLD = b"\xd0\xcf\x11\xe0"
"""How files before 2007 begin, and those with a password."""


def parted(given: str | Path) -> tuple[Path, str | None]:
    """Part ``book.xlsx#May`` into the file and the sheet.

    Examples
    --------
    >>> path, sheet = parted("book.xlsx#May 2026")
    >>> path.name, sheet, parted("sales.csv")[1]
    ('book.xlsx', 'May 2026', None)
    """
    found = _SHEET.fullmatch(str(given))
    if found is None or os.path.exists(given):  # noqa: PTH110 - of any length
        return Path(given), None
    return Path(found["path"]), found["sheet"]


@frozen
class _Odd:
    """Cells of one column that cannot be read, and why."""

    said: str
    hint: str


_ERROR = _Odd("cells hold an error", "mend the formulas, or clear these cells")
_STALE = _Odd(
    "cells hold formulas that are not calculated",
    "open the workbook in a spreadsheet and save it again",
)
_LONG = _Odd(
    "a spreadsheet keeps only fifteen digits of a number, and these have more",
    "enter them as text, or take them from where the workbook was made",
)
_MERGED = _Odd(
    "cells are merged, so that only the first of them has a value",
    "unmerge them, and fill in each cell",
)


@define
class _Column:
    """One column, and its odd cells: where they are, by what is odd about them."""

    name: str
    letter: str
    values: list[object] = Factory(list)
    odd: dict[_Odd, list[str]] = Factory(dict)

    def note(self, odd: _Odd, cell: str) -> None:
        """Keep where an odd cell is."""
        self.odd.setdefault(odd, []).append(cell)


def workbook_table(path: Path, sheet: str | None, where: str) -> RawTable:
    """Read one sheet of a workbook.

    Parameters
    ----------
    path : Path
    sheet : str or None
        Its name; None for the only visible one that is not empty.
    where : str
        What the table is for, to name it in errors.

    Raises
    ------
    DataError
        When the file is no workbook, has a password, has no such sheet or several to
        choose from, or columns without a name.
    MissingDependency
        When openpyxl is not installed.
    """
    try:
        from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415 - optional
    except ImportError:
        raise MissingDependency(
            Problem(
                "a workbook needs openpyxl",
                where=where,
                got=repr(path.name),
                hint="install custseg with the extra [excel], or save it as CSV",
            )
        ) from None
    with told(path, where), path.open("rb") as file:
        start = file.read(len(_OLD))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of what is in it beside cells
                book = ExcelReader(
                    file, read_only=True, data_only=True, keep_links=False
                )
                book.read()
                chosen = _chosen(book, sheet, path, where)
                return _table(book, chosen, path, where)
        except DataError:
            raise
        except Exception as error:  # noqa: BLE001 - each part of it raises as it likes
            raise _unreadable(path, start, where, error) from None


def _unreadable(path: Path, start: bytes, where: str, error: Exception) -> DataError:
    said = type(error).__name__
    hint = "open it in a spreadsheet and save it as .xlsx, or as CSV"
    if start == _OLD:
        said = "it has a password, or the form of Excel before 2007"
        hint = "save it as .xlsx, without a password"
    elif start[:2] != b"PK":
        said = "it is no workbook, whatever its name says"
    return DataError(
        Problem(
            "the file cannot be read",
            where=where,
            got=f"{path.name!r}: {said}",
            hint=hint,
        )
    )


def _chosen(book: Any, sheet: str | None, path: Path, where: str) -> str:
    """Return the name of the sheet to read."""
    states = {one.name: one.state for one, _ in book.parser.find_sheets()}
    names: list[str] = [
        one.title for one in book.wb.worksheets
    ]  # without those of charts
    if sheet is not None:
        if sheet in names:
            return sheet
        said, hint = "the workbook has no such sheet", did_you_mean(sheet, names)
    else:
        full = [
            name
            for name in names
            if states[name] == "visible" and any(_filled_rows(book.wb[name]))
        ]
        if len(full) == 1:
            return full[0]
        said, names = "the workbook has several sheets", full or names
        hint = f"name one: {path.name}#{full[0]}" if full else ""
        if not full:
            said = "no visible sheet of the workbook holds anything"
        if not names:  # the strict form has other names for everything
            hint = "save it as Excel workbook (.xlsx), not as Strict Open XML"
    got = ", ".join(map(repr, names))
    got = f"{path.name!r}: {got}" if sheet is None else f"{sheet!r} of {path.name!r}"
    allowed = ", ".join(map(repr, names)) if sheet is not None else ""
    raise DataError(Problem(said, where=where, got=got, allowed=allowed, hint=hint))


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _filled_rows(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield the number and the cells of each row that holds something."""
    sheet.reset_dimensions()  # some programs write wrong ones
    for number, row in enumerate(sheet.rows, start=1):
        if not all(_is_blank(cell.value) for cell in row):
            yield number, row


def _table(book: Any, sheet: str, path: Path, where: str) -> RawTable:
    rows = _filled_rows(book.wb[sheet])
    at, heads = next(rows, (0, ()))
    if not heads:
        raise DataError(
            Problem(
                "the sheet is empty", where=where, got=f"{sheet!r} of {path.name!r}"
            )
        )
    columns = {
        place: _Column(" ".join(str(head.value).split()), head.column_letter)
        for place, head in enumerate(heads)
        if not _is_blank(head.value)
    }
    numbers: list[int] = []
    for number, row in rows:
        if not numbers:
            _check_named(columns, row, f"{path.name!r}, row {at}", where)
        numbers.append(number)
        for place, column in columns.items():
            column.values.append(
                _value(row[place], column) if place < len(row) else None
            )
    letters = {one.letter: one for one in columns.values()}
    _note_marks(marks_of(book, sheet), letters, at, numbers[-1] if numbers else 0)
    names = tuple(one.name for one in columns.values())
    by_name = {one.name: one for one in columns.values()}

    def read(name: str) -> RawColumn:
        column = by_name[name]
        _refuse(column.odd, f"{where}.{name}", path)
        return Objects.of(column.values)

    return RawTable(
        names,
        len(numbers),
        read,
        lambda row: f"sheet row {numbers[row]}",
        number_text=undoubted,
    )


def _check_named(
    columns: Mapping[int, _Column], row: Sequence[Any], heads: str, where: str
) -> None:
    """Refuse a first row that is a title, or that has names in some places only."""
    bare = [
        cell.column_letter
        for place, cell in enumerate(row)
        if place not in columns and not _is_blank(cell.value)
    ]
    if bare:
        names = ", ".join(repr(one.name) for one in columns.values())
        raise DataError(
            Problem(
                "columns have no name",
                where=where,
                got=f"{heads}: {names[:100]}, and nothing for {', '.join(bare[:30])}",
                hint="the first row that is not blank names the columns: delete what "
                "stands above the names, and give each column one",
            )
        )


def _value(cell: Any, column: _Column) -> object:
    """Return what a cell holds, and note in its column what is odd about it."""
    value = cell.value
    if value is None or isinstance(value, bool):
        return value
    if cell.data_type == "e":
        column.note(_ERROR, f"{cell.coordinate} {value}")
        return None
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        if abs(value) >= _MOST:
            column.note(_LONG, cell.coordinate)
        if value >= 0 and cell.has_style and _ZEROS.fullmatch(cell.number_format):
            return str(value).zfill(len(cell.number_format))
    return value


def _note_marks(
    marks: Marks, columns: Mapping[str, _Column], heads: int, last: int
) -> None:
    """Note what stands between the row of names and the last row."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - optional

    for cell in marks.stale:
        if column := columns.get(cell.rstrip("0123456789")):
            column.note(_STALE, cell)
    for one in marks.merged:
        if one.bottom <= heads or one.top > last:
            continue
        for at in range(one.left, one.right + 1):
            if column := columns.get(get_column_letter(at)):
                column.note(_MERGED, one.said)


def _refuse(odd: Mapping[_Odd, list[str]], where: str, path: Path) -> None:
    if odd:
        raise DataError(
            *(
                Problem(
                    one.said,
                    where=where,
                    got=f"{path.name!r}: {', '.join(cells[:_SHOWN])}"
                    + (f" and {len(cells) - _SHOWN:,} more" * (len(cells) > _SHOWN)),
                    hint=one.hint,
                )
                for one, cells in odd.items()
            )
        )
