"""Explanations in brief as a piece of HTML, narrow enough for a side bar.

Nothing from outside is loaded, and every text is escaped, since ids and titles come
from files. It has no fixed width and no colours of its own: it takes those of the page.
"""

from __future__ import annotations

from html import escape
from typing import Final

from custseg.rules.explaining.brief import Brief, Line

__all__ = ["brief_as_page"]

_RULE: Final = "border-top:1px solid rgba(128,128,128,0.4)"
_CELL: Final = f"text-align:left;vertical-align:top;padding:4px 8px 4px 0;{_RULE}"
_FIRST: Final = f"{_CELL};min-width:5em"
_TABLE: Final = "border-collapse:collapse;width:100%"
_SMALL: Final = "font-size:85%;opacity:0.8"


def brief_as_page(brief: Brief) -> str:
    """Return an explanation in brief as HTML.

    Parameters
    ----------
    brief : Brief
    """
    rows = "".join(map(_row, brief.lines))
    table = f'<table style="{_TABLE}"><tbody>{rows}</tbody></table>'
    head = f"<p><strong>{escape(brief.head)}</strong></p>"
    return f'<div lang="{brief.language}">{head}{table}</div>'


def _row(line: Line) -> str:
    told = [line.why, *line.beneath] if line.why else [*line.beneath]
    small = "".join(f'<div style="{_SMALL}">{escape(one)}</div>' for one in told)
    asked = f'<td style="{_FIRST}">{escape(line.asked)}</td>'
    answer = f"<strong>{escape(line.answer)}</strong>{small}"
    return f'<tr>{asked}<td style="{_CELL}">{answer}</td></tr>'
