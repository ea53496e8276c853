"""Examples of odd rows, shown in the language of whoever reads the report."""

from __future__ import annotations

import re
from typing import Self

from custseg.labels import Language

__all__ = ["SOME_ROW", "Example", "at_row", "told"]

SOME_ROW = "some row"
"""What a row is called whose number says nothing to the user any more."""

_row_name = re.compile(
    r"(?:(?P<file>.*?) )??(?P<kind>data |sheet )?row (?P<number>\d+)", re.DOTALL
)


class Example(str):
    """A few words about one odd row: an English text that has a Chinese one beside it.

    Parameters
    ----------
    english, chinese : str

    Examples
    --------
    >>> odd = Example("no invoice named", "未写明发票")
    >>> odd, told(odd, "zh"), told("as it is", "zh")
    ('no invoice named', '未写明发票', 'as it is')
    """

    __slots__ = ("chinese",)
    chinese: str

    def __new__(cls, english: str, chinese: str) -> Self:
        """Make the English text and keep the Chinese one."""
        made = super().__new__(cls, english)
        made.chinese = chinese
        return made

    def __reduce__(self) -> tuple[type[Example], tuple[str, str]]:
        """Return how a copy is made."""
        return Example, (str(self), self.chinese)


def told(example: str, language: Language) -> str:
    """Return an example in one language; a plain text is the same in all."""
    if language == "zh" and isinstance(example, Example):
        return example.chinese
    return str(example)


def at_row(row: str, value: str, column: str = "") -> Example:
    """Show a value in a row.

    Parameters
    ----------
    row : str
        How a person finds it, as the foreign table says: ``row 5``, ``data row 5``,
        ``sales.csv data row 5``, ``sheet row 5``.
    value : str
        As it was written; ``nothing`` where there is none.
    column : str
        Named where the kind of oddity does not tell it.

    Examples
    --------
    >>> odd = at_row("row 5", "nothing")
    >>> odd, told(odd, "zh")
    ('row 5: nothing', '第 5 行：空')
    """
    column = f"{column} " if column else ""
    empty = "空" if value == "nothing" else value
    return Example(
        f"{row}: {column}{value}", f"{_row_in_chinese(row)}：{column}{empty}"
    )


def _row_in_chinese(row: str) -> str:
    if row == SOME_ROW:
        return "某行"
    found = _row_name.fullmatch(row)
    if found is None:
        return row
    file = f"{found['file']} " if found["file"] else ""
    kind = {"data ": "数据", "sheet ": "工作表"}.get(found["kind"], "")
    return f"{file}{kind}第 {found['number']} 行"
