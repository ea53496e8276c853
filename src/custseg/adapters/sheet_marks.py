"""What a sheet says beside its values: merged cells, and formulas without a result.

openpyxl does not hand either on when it reads a sheet row by row, and in both cases it
says that nothing is in the cells. So the sheet is walked through once more, if its text
holds any such thing.

Limits: a program that writes a result it has made up, and does not say that the
formulas are still to be calculated, is believed.
"""

from __future__ import annotations

import re
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse

from attrs import Factory, define, frozen

__all__ = ["Marks", "Merged", "marks_of"]

_SOME = re.compile(rb"<(\w+:)?(f[ >/]|mergeCell )")
_LONGEST = 64
"""Bytes that such a beginning surely does not exceed."""

_BLOCK = 1 << 20

_UNCALCULATED = re.compile(rb"fullCalcOnLoad=.(1|true)")
"""Whoever wrote the workbook did not calculate its formulas; some then write 0."""


@frozen
class Merged:
    """Cells that are one; only the first has a value.

    Parameters
    ----------
    said : str
        Such as ``A2:A5``.
    left, top, right, bottom : int
        Columns and rows, from 1.
    """

    said: str
    left: int
    top: int
    right: int
    bottom: int


@define
class Marks:
    """What was found.

    Parameters
    ----------
    stale : list of str
        Cells with a formula that nobody has calculated, such as ``B7``.
    merged : list of Merged
    """

    stale: list[str] = Factory(list)
    merged: list[Merged] = Factory(list)


def marks_of(book: Any, sheet: str) -> Marks:
    """Return what one sheet of a workbook says beside its values.

    Parameters
    ----------
    book : openpyxl.reader.excel.ExcelReader
        That has read the workbook, and whose file is still open.
    sheet : str
    """
    target = next(
        rel.target for one, rel in book.parser.find_sheets() if one.name == sheet
    )
    with book.archive.open(target) as file:
        if not _has_some(file):
            return Marks()
    said = book.archive.read(book.parser.workbook_part_name)
    with book.archive.open(target) as file:
        return _walked(file, none_is_calculated=bool(_UNCALCULATED.search(said)))


def _has_some(file: IO[bytes]) -> bool:
    end = b""
    while block := file.read(_BLOCK):
        if _SOME.search(end + block):
            return True
        end = block[-_LONGEST:]
    return False


def _walked(file: IO[bytes], *, none_is_calculated: bool) -> Marks:
    from openpyxl.utils import range_boundaries  # noqa: PLC0415 - optional

    marks = Marks()
    for _, element in iterparse(file):  # noqa: S314 - openpyxl has parsed it so before
        kind = _kind(element)
        if kind == "c" and (none_is_calculated or _has_no_value(element)):
            if any(_kind(one) == "f" for one in element):
                marks.stale.append(element.get("r", ""))
        elif kind == "row":
            element.clear()
        elif kind == "mergeCell":
            said = element.get("ref", "")
            marks.merged.append(Merged(said, *range_boundaries(said)))
    return marks


def _kind(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _has_no_value(cell: Element) -> bool:
    """Say whether a cell has no value; a text may well be the empty one."""
    return cell.get("t") != "str" and not any(
        one.text for one in cell if _kind(one) == "v"
    )
