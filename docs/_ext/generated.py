"""Reference pages that are written by the code they describe.

A page in `docs/reference/` may hold a line such as ``<!-- generated: features -->``.
When Sphinx reads the page, the line is replaced by what the function of that name in
:data:`PAGES` returns, as Markdown. Nothing is written to disk, so nothing can go stale,
and a page's introduction stays ordinary text.

A page is added with one function and one line in PAGES. A marker without a function,
and a function that no page asks for, are warnings, which the build treats as errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from custseg import errors
from custseg.quality import KINDS
from custseg.rules.expression.functions import FUNCTIONS

logger = logging.getLogger(__name__)
MARKER = re.compile(r"^<!-- generated: (?P<name>[\w-]+) -->$", flags=re.MULTILINE)


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table; cells are escaped, line breaks become blanks.

    Parameters
    ----------
    header : iterable of str
        The titles of the columns.
    rows : iterable of iterables
        The cells, as many in each row as there are titles.

    Returns
    -------
    str
        Lines of Markdown, closed with a line break.
    """

    def line(cells: Iterable[object]) -> str:
        texts = (" ".join(str(cell).split()).replace("|", "\\|") for cell in cells)
        return "| " + " | ".join(texts) + " |"

    titles = list(header)
    body = [line(titles), line(["---"] * len(titles)), *map(line, rows)]
    return "\n".join(body) + "\n"


def errors_page() -> str:
    """Return the table of errors, parents before children."""
    classes = [getattr(errors, name) for name in errors.__all__]
    kinds = [kind for kind in classes if isinstance(kind, type)]
    rows = (
        (
            f"`{kind.__name__}`",
            ", ".join(f"`{base.__name__}`" for base in kind.__bases__),
            (kind.__doc__ or "").partition("\n")[0],
        )
        for kind in sorted(kinds, key=lambda kind: (len(kind.__mro__), kind.__name__))
        if issubclass(kind, errors.CustsegError)
    )
    return markdown_table(("error", "is also", "raised when"), rows)


def expression_functions_page() -> str:
    """Return the table of the functions that a policy's conditions may call."""
    rows = (
        (f"`{function.usage}`", function.takes.value, function.doc.en, function.doc.zh)
        for function in FUNCTIONS.values()
    )
    return markdown_table(("call", "takes and gives", "meaning", "含义"), rows)


def quality_kinds_page() -> str:
    """Return the table of what the quality report counts."""
    rows = (
        (
            f"`{kind.code}`",
            kind.title.en,
            kind.title.zh,
            kind.default,
            ", ".join(kind.allowed),
            kind.note,
        )
        for kind in KINDS.values()
    )
    header = ("code", "what is odd", "说明", "default", "can be", "note")
    return markdown_table(header, rows)


#: What is generated: the marker's name, and the function that writes the Markdown.
PAGES: Mapping[str, Callable[[], str]] = {
    "errors": errors_page,
    "expression-functions": expression_functions_page,
    "quality-kinds": quality_kinds_page,
}


def fill(text: str, pages: Mapping[str, Callable[[], str]], asked: set[str]) -> str:
    """Return a page with its markers replaced; note the names asked for.

    Parameters
    ----------
    text : str
        The page as it stands on disk.
    pages : mapping of str to callable
        What can be generated.
    asked : set of str
        Is added to: each name that the page asks for.

    Returns
    -------
    str
        The page with Markdown in the place of each marker.

    Raises
    ------
    LookupError
        When a marker names something that is not in ``pages``.
    """

    def write(marker: re.Match[str]) -> str:
        name = marker["name"]
        asked.add(name)
        if name not in pages:
            known = ", ".join(sorted(pages)) or "none"
            message = f"no function generates '{name}'; known: {known}"
            raise LookupError(message)
        return pages[name]()

    return MARKER.sub(write, text)


def on_source_read(app: Sphinx, docname: str, content: list[str]) -> None:
    """Replace the markers of one page as Sphinx reads it."""
    try:
        content[0] = fill(content[0], PAGES, app.env.custseg_asked)  # type: ignore[attr-defined]
    except LookupError as error:
        logger.warning("%s", error, location=docname)


def on_builder_inited(app: Sphinx) -> None:
    """Start a build in which no page has asked for anything yet."""
    app.env.custseg_asked = set()  # type: ignore[attr-defined]


def outdated(app: Sphinx, *_: Any) -> list[str]:
    """Name the pages with markers: the code behind them may have changed."""
    return [
        docname
        for docname in app.env.found_docs
        if MARKER.search(app.env.doc2path(docname).read_text(encoding="utf-8"))
    ]


def on_env_updated(app: Sphinx, _: object) -> None:
    """Warn of a function that no page asks for."""
    for name in sorted(set(PAGES) - app.env.custseg_asked):  # type: ignore[attr-defined]
        logger.warning("'%s' can be generated, but no page asks for it", name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx when to call what."""
    app.connect("builder-inited", on_builder_inited)
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", on_source_read)
    app.connect("env-updated", on_env_updated)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
