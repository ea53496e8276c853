"""Text files with a row to a line: CSV, and what spreadsheets save under that name.

All is read as text, so that the id ``007`` stays ``007``; numbers and dates are read
later, by one rule for every source. With pyarrow a file is read by pyarrow, else by
pandas. What separates the columns is found in the first line where only one sign can;
a file that begins with the mark of UTF-8 or UTF-16 is in that, whatever is said.

Limits: semicolons and tabs come from places where ``1.234`` may be twelve hundred, so
such a number is not taken from these files unless it is said how they are written. A
file that is called .tsv was written by a program, whose ``1.234`` is a plain number.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from attrs import evolve, frozen

from custseg.adapters.frames import raw_table
from custseg.adapters.unreadable import told
from custseg.errors import DataError, Problem
from custseg.intake.number_texts import undoubted
from custseg.intake.raw import RawTable

__all__ = ["SIGNS", "Head", "text_head", "text_table"]

SIGNS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
"""What may separate columns."""

_HEAD = 1 << 20
"""Characters among which the first line is looked for."""

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@frozen
class Head:
    """How a file is written, and its columns.

    Parameters
    ----------
    names : tuple of str
        Empty for an empty file.
    separator : str
    encoding : str
    skipped : int
        Lines before the names: 1 for ``sep=;``, which speaks to spreadsheets.
    """

    names: tuple[str, ...]
    separator: str
    encoding: str
    skipped: int = 0


def text_table(
    path: Path, where: str, *, encoding: str = "utf-8", separator: str = ""
) -> RawTable:
    """Read a file.

    Parameters
    ----------
    path : Path
        Of a file that ends in .gz where it is packed.
    where : str
        What the table is for, to name it in errors.
    encoding : str
        Of files that do not say it themselves.
    separator : str
        Of the columns; "" looks for it.

    Raises
    ------
    DataError
        When it is empty, cannot be read, or several signs may separate its columns.
    """
    with told(path, where):
        head = text_head(path, where, encoding=encoding, separator=separator)
        if not head.names:
            raise DataError(
                Problem("the file is empty", where=where, got=repr(path.name))
            )
        table = _read(path, where, head)
    is_plain = head.separator == "," or (head.separator == "\t" and _is_tsv(path))
    number_text = None if is_plain else undoubted
    return evolve(table, row_name=_data_row, number_text=number_text)


def text_head(
    path: Path, where: str, *, encoding: str = "utf-8", separator: str = ""
) -> Head:
    """Look at the first line of a file; the arguments are those of `text_table`.

    Raises
    ------
    DataError
        When several signs may separate its columns.
    ValueError
        When it is not in this encoding.
    """
    opened = _opened(path)
    with opened(path, "rb") as file:
        start = file.read(3)
    marked = (name for mark, name in _MARKS.items() if start.startswith(mark))
    encoding = next(marked, encoding)
    with opened(path, "rt", encoding=encoding, newline="") as file:
        text = file.read(_HEAD)
    skipped = 0
    if text.startswith("sep=") and text[5:6] in {"\r", "\n"}:
        separator, skipped = separator or text[4], 1
        text = text.partition("\n")[2]
    if not separator:
        separator = "\t" if _is_tsv(path) else _separator(text, path, where)
    names = tuple(_names(text, separator))
    if any("\0" in name for name in names):
        message = f"no text in {encoding.upper()}; perhaps in UTF-16"
        raise ValueError(message)
    return Head(names, separator, encoding, skipped)


def _is_tsv(path: Path) -> bool:
    return path.name.lower().endswith(".tsv")


def _opened(path: Path) -> Callable[..., IO[Any]]:
    return gzip.open if path.name.lower().endswith(".gz") else open


def _names(text: str, separator: str) -> list[str]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return next((row for row in rows if row), [])


def _separator(text: str, path: Path, where: str) -> str:
    """Return the sign that parts the first line, where only one can be meant."""
    usual = "\t" if path.name.lower().endswith(".txt") else ","
    parts = {sign: len(_names(text, sign)) for sign in SIGNS}
    most = max(parts.values())
    if parts[usual] == most:  # of one column, too
        return usual
    meant = [sign for sign, n in parts.items() if n > 1]
    if len(meant) == 1:
        return meant[0]
    raise DataError(
        Problem(
            "it is not clear what separates the columns",
            where=where,
            got=f"{path.name!r}, whose first line has "
            + " and ".join(SIGNS[sign] for sign in meant),
            hint="rename the columns, or read it with pandas and pass the frame",
        )
    )


def _data_row(row: int) -> str:
    return f"data row {row + 1}"


def _read(path: Path, where: str, head: Head) -> RawTable:
    try:
        import pyarrow as pa  # noqa: PLC0415 - optional
        import pyarrow.csv as pa_csv  # noqa: PLC0415
    except ImportError:
        return _read_with_pandas(path, where, head)
    # pyarrow knows the mark of UTF-8, and reads UTF-8 without another decoder.
    encoding = "utf8" if head.encoding in {"utf-8", "utf-8-sig"} else head.encoding
    table = pa_csv.read_csv(
        str(path),
        read_options=pa_csv.ReadOptions(encoding=encoding, skip_rows=head.skipped),
        parse_options=pa_csv.ParseOptions(
            delimiter=head.separator, newlines_in_values=True
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(head.names, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    )
    if table.num_rows:
        _check_closed(table.columns[-1][-1].as_py() or "", path, head.encoding)
    return raw_table(table, where=where)


def _check_closed(last: str, path: Path, encoding: str) -> None:
    """Refuse a quote that nobody closed: pyarrow takes the other rows for its text."""
    if "\n" not in last and "\r" not in last:
        return
    end = ""
    with _opened(path)(path, "rt", encoding=encoding) as file:
        for line in file:
            end = line.rstrip() or end
    if not end.endswith('"'):
        message = "a quote is opened and never closed"
        raise ValueError(message)


def _read_with_pandas(path: Path, where: str, head: Head) -> RawTable:
    import pandas as pd  # noqa: PLC0415 - heavy

    encoding = "utf-8-sig" if head.encoding == "utf-8" else head.encoding
    frame = pd.read_csv(
        path,
        sep=head.separator,
        header=None,  # so that a name that occurs twice stays as it is
        skiprows=head.skipped,
        dtype=object,
        keep_default_na=False,
        na_values=[""],
        encoding=encoding,
    )
    if len(frame.columns) != len(head.names):
        raise DataError(
            Problem(
                "the file cannot be read",
                where=where,
                got=f"{path.name!r}: {len(head.names)} names for "
                f"{len(frame.columns)} columns",
            )
        )
    frame = frame.iloc[1:]
    frame.columns = pd.Index(head.names)
    return raw_table(frame, where=where)
