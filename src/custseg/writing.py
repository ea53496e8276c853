"""Results as files that a spreadsheet can open, and that cannot run anything there.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula,
so texts that begin so get an apostrophe in front. Each file is written beside its place
and moved there whole: a reader never sees half of one.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from custseg.labels import Language
from custseg.languages import check_language
from custseg.money import format_amount
from custseg.results import Result
from custseg.saving import drafts

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["harmless", "write_frames", "write_results"]

_FORMULA = re.compile(
    # Spreadsheets pass over blanks, and some over marks that nobody sees.
    r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]"
)


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> harmless("=HYPERLINK(1)"), harmless("C0007"), harmless(" @SUM")
    ("'=HYPERLINK(1)", 'C0007', "' @SUM")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def write_results(
    result: Result, folder: Path, *, language: Language = "en"
) -> list[Path]:
    """Write customers, summary and quality report into a folder.

    Parameters
    ----------
    result : Result
    folder : Path
        Made where it is missing; files of the same names are replaced.
    language : {"zh", "en"}
        Of the summary and the report. ``customers.csv`` has codes in any language;
        in Chinese ``customers_zh.csv`` has the same in titles, for people to read.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    SettingError
        When the language is unknown; nothing is written then.
    """
    check_language(language)
    folder.mkdir(parents=True, exist_ok=True)
    frames = {"customers.csv": result.to_pandas(features=True)}
    if language == "zh":
        titled = result.to_pandas(language=language, features=True)
        frames["customers_zh.csv"] = titled
    targets = [folder / name for name in (*frames, "summary.csv", "quality.txt")]
    with drafts(*targets) as (*customers, summary, report):
        for path, frame in zip(customers, frames.values(), strict=True):
            heads = [str(name) for name in frame.columns]
            columns = [_cells(frame.iloc[:, at]) for at in range(len(heads))]
            _write_csv(path, heads, zip(*columns, strict=True))
        summary_heads, rows = _summary_rows(result, language)
        _write_csv(summary, summary_heads, (list(map(_cell, row)) for row in rows))
        text = result.quality.to_text(language)
        report.write_text(text + "\n", encoding="utf-8")
    return targets


def write_frames(frames: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write tables into a folder, each as a CSV file of its name.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        By the name of the file, such as ``decisions.csv``.
    folder : Path
        Made where it is missing; files of the same names are replaced.

    Returns
    -------
    list of Path
        The files written: all of them, or none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    targets = [folder / name for name in frames]
    with drafts(*targets) as paths:
        for path, frame in zip(paths, frames.values(), strict=True):
            columns = [
                list(map(_cell, frame[name].astype(object))) for name in frame.columns
            ]
            heads = [str(name) for name in frame.columns]
            _write_csv(path, heads, zip(*columns, strict=True))
    return targets


def _summary_rows(
    result: Result, language: Language
) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
    summary = result.summary()
    heads = ("family", "code", "title", "customers", "spend")

    def rows() -> Iterable[Sequence[object]]:
        for family in summary.families:
            for line in family.lines:
                spend = ""
                if line.spend is not None:
                    plain = format_amount(line.spend, summary.decimals)
                    spend = plain.replace(",", "")
                title = line.title.of(language)
                yield family.code, line.code, title, line.customers, _Number(spend)

    return heads, rows()


class _Number(str):
    """A number already written out: it stays as it is, a minus sign included."""

    __slots__ = ()


def _cells(column: pd.Series) -> list[object]:
    """Return what is written of a column; a label is looked at once for all."""
    if hasattr(column, "cat"):
        words = [*map(_cell, column.cat.categories), ""]  # a code of -1 is none
        return [words[code] for code in column.cat.codes.tolist()]
    values: list[object] = column.tolist()
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else ""
    if kind == "i":
        return values
    if kind == "f":
        return ["" if value != value else value for value in values]  # noqa: PLR0124
    return list(map(_cell, values))


def _cell(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, _Number):
        return harmless(value)
    if isinstance(value, dt.datetime) and value == value:  # noqa: PLR0124 - not NaT
        return value.date().isoformat() if value.time() == dt.time() else str(value)
    # Missing is None, pandas' NA, or a float that is not equal to itself.
    if value is None or type(value).__name__ == "NAType":
        return ""
    return "" if value != value else value  # noqa: PLR0124


def _write_csv(
    path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    # What is in the rows has become cells before.
    # The byte order mark tells spreadsheets that the text is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([harmless(head) for head in heads])
        writer.writerows(rows)
