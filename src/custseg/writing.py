"""Results as files that a spreadsheet can open, and that cannot run anything there.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula,
so texts that begin so get an apostrophe in front. Each file is written beside its place
and moved there whole: a reader never sees half of one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from custseg.labels import Language
from custseg.money import format_amount
from custseg.results import Result

__all__ = ["harmless", "write_results"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> harmless("=HYPERLINK(1)"), harmless("C0007"), harmless(" @SUM")
    ("'=HYPERLINK(1)", 'C0007', "' @SUM")
    """
    return f"'{text}" if text.lstrip(" \u3000").startswith(_FORMULA) else text


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
        Of the summary and the report; the table of customers has codes.

    Returns
    -------
    list of Path
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frame = result.to_pandas(features=True)
    heads = [str(name) for name in frame.columns]
    rows = zip(*(frame[name].tolist() for name in frame.columns), strict=True)
    files = [
        _write_csv(folder / "customers.csv", heads, rows),
        _write_csv(folder / "summary.csv", *_summary_rows(result, language)),
    ]
    report = folder / "quality.txt"
    with _whole(report) as file:
        file.write(result.quality.to_text(language) + "\n")
    return [*files, report]


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


def _cell(value: object) -> object:
    if value is None or str(value) in {"<NA>", "nan"}:
        return ""
    if isinstance(value, str) and not isinstance(value, _Number):
        return harmless(value)
    return value


def _write_csv(
    path: Path, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> Path:
    # The byte order mark tells spreadsheets that the text is UTF-8.
    with _whole(path, encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow([harmless(head) for head in heads])
        writer.writerows([_cell(value) for value in row] for row in rows)
    return path


@contextmanager
def _whole(path: Path, *, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Open a file for writing that takes its place only when it is complete."""
    draft = path.with_name(f".{path.name}.new")
    try:
        with draft.open("w", encoding=encoding, newline="") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
