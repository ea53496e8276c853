"""Reference pages that are written by the code they describe.

A page in `docs/reference/` may hold a line such as ``<!-- generated: features -->``.
When Sphinx reads the page, the line is replaced by what the function of that name in
:data:`PAGES` returns, as Markdown. Nothing is written to disk, so nothing can go stale,
and a page's introduction stays ordinary text.

A page is added with one function and one line in PAGES. A marker without a function,
and a function that no page asks for, are warnings, which the build treats as errors.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import getdoc
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

import custseg
from checklist import checklist_lines
from custseg import errors
from custseg.cli import parsers
from custseg.contract import TABLES
from custseg.labels import Title
from custseg.quality.kinds import KINDS
from custseg.rules.expression import parser
from custseg.rules.expression.functions import FUNCTIONS
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Feature
from custseg.scoring.unknowns import joined_causes
from custseg.spellings import EXPANSION, READ_IN_FULL
from playbooks import playbooks_lines
from policy_keys import TABLES as POLICY_TABLES
from policy_keys import known_keys
from policy_labels import labels_lines

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


#: The public names by the question they answer; every name of the face is in one group.
API = {
    "The main job": ("segment",),
    "What comes out": (
        "Result",
        "CustomerResult",
        "Summary",
        "Explanation",
        "Advice",
    ),
    "What goes in": (
        "Ledger",
        "Columns",
        "Treatments",
        "QualityReport",
        "Seller",
        "Site",
    ),
    "Larger than memory, and kept on disk": (
        "segment_files",
        "FilesResult",
        "open_ledger",
        "LedgerStore",
    ),
    "Policies": (
        "load_policy",
        "Policy",
        "FittedPolicy",
        "load_fitted",
        "fitted_from_json",
    ),
    "Tiers that are held": (
        "open_journal",
        "Journal",
        "Review",
        "Migration",
        "override",
        "release",
        "tasks",
        "changes_between",
    ),
    "The past": ("simulate", "Simulation", "Override", "evaluate", "Evaluation"),
    "What to sell, and when": (
        "cross_sell",
        "season_profile",
        "SeasonProfile",
        "season_forecast",
        "SeasonForecast",
    ),
    "A classifier of one's own": ("Classifier", "Table", "Column"),
    "Records of a CRM": (
        "Customer",
        "Transaction",
        "Invoice",
        "Payment",
        "Project",
        "Cost",
        "Interaction",
        "Feedback",
        "Event",
    ),
    "Errors": ("CustsegError", "DataError", "QualityRefused", "PolicyError"),
}


def api_page() -> str:
    """Return the public names by group, with what their docstrings say."""
    shown = {name for names in API.values() for name in names}
    odd = shown ^ (set(custseg.__all__) - {"__version__"})
    if odd:
        message = f"public names in no group, or the other way round: {sorted(odd)}"
        raise LookupError(message)
    lines = []
    for title, names in API.items():
        lines += [f"## {title}", "", "```{eval-rst}"]
        for name in names:
            home = f"custseg.{name}"
            if isinstance(getattr(custseg, name), type):
                lines += [f".. autoclass:: {home}", "   :members:", ""]
            else:
                lines += [f".. autofunction:: {home}", ""]
        lines += ["```", ""]
    return "\n".join(lines)


def checklist_page() -> str:
    """Return every row of the checklist with its example."""
    return "\n".join(checklist_lines(markdown_table))


def command_line_page() -> str:
    """Return what ``--help`` prints for each command."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "80"
    try:
        pages = [
            f"## `{parser.prog}`\n\n```text\n{parser.format_help().rstrip()}\n```\n"
            for parser in parsers().values()
        ]
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    return "\n".join(pages)


def data_contract_page() -> str:
    """Return the tables of the input contract."""
    parts = []
    for spec in TABLES.values():
        rows = (
            (
                f"**`{one.name}`**" if one.required else f"`{one.name}`",
                _KIND_WORDS[one.kind.value],
                one.meaning,
            )
            for one in spec.fields
        )
        table = markdown_table(("column", "is", "meaning"), rows)
        meaning = spec.meaning[:1].upper() + spec.meaning[1:]
        parts.append(f"## {spec.name}\n\n{meaning}.\n\n{table}")
        parts += _spelling_lines(spec.name)
    return "\n".join(parts)


_SPELLED = {**READ_IN_FULL, ("interactions", "kind"): {"expansion": EXPANSION}}


def _spelling_lines(table: str) -> Iterator[str]:
    """Return what custseg understands in the columns of a table, word by word."""
    for (of, name), spellings in _SPELLED.items():
        if of == table:
            yield f"What is understood in `{table}.{name}`:\n"
            rows = (
                (f"`{code}`", ", ".join(f"`{one}`" for one in some))
                for code, some in spellings.items()
            )
            yield markdown_table(("meaning", "written as"), rows)


_KIND_WORDS = {
    "id": "an id: text or a whole number",
    "day": "a day",
    "money": "money, in the major unit",
    "quantity": "a quantity, up to four decimals",
    "number": "a number",
    "text": "a text",
    "flags": "several codes, as a list or with commas between",
}


def expression_grammar_page() -> str:
    """Return the grammar that stands in the parser's docstring."""
    words = getdoc(parser) or ""
    block = re.search(r"::\n\n((?:    .*\n|\n)+)", words)
    if block is None:
        message = "the docstring of the parser holds no grammar"
        raise LookupError(message)
    lines = [line.removeprefix("    ") for line in block[1].strip("\n").splitlines()]
    return "\n".join(["```text", *lines, "```", ""])


def features_page() -> str:
    """Return the table of the features of the catalogue."""
    rows = (
        (
            f"`{one.code}`<br>{one.title.en}<br>{one.title.zh}",
            f"{one.formula}.{_unknown(one)}<br>{_from(one)}",
            (
                f"{one.unit.value}{_bounds(one)}<br>"
                f"{'window' if one.windowed else 'whole history'}"
            ),
        )
        for one in CATALOGUE.features
    )
    return markdown_table(("feature", "what is computed", "unit, measured over"), rows)


def _from(one: Feature) -> str:
    """Return the columns that a feature reads."""
    needs = ", ".join(f"`{need}`" for need in one.needs)
    also = "".join(f"; `{name}`, where it is there" for name in one.also)
    words = f"<br>By words of `{one.words}`, or groups of them." if one.words else ""
    return f"From {'one of ' if one.either else ''}{needs}{also}.{words}"


def _unknown(one: Feature) -> str:
    """Return for whom a feature is unknown; "" where only its columns can lack."""
    causes = [_NOT_FITTED] * bool(one.references) + list(one.missing)
    when = joined_causes(causes)
    return "" if when is None else f"<br>Unknown {when.en}."


_NOT_FITTED = Title(zh="规则尚未拟合", en="without a fit")


def _bounds(one: Feature) -> str:
    """Return the bounds of a feature as people read them; "" where there are none."""
    if one.most is not None:
        ends = f"at most {one.most:g}"
        return f", {ends if one.least is None else f'{one.least:g} to {one.most:g}'}"
    return "" if one.least is None else f", at least {one.least:g}"


def labels_page() -> str:
    """Return every label and tier of the packaged policies, and what follows."""
    return "\n".join(labels_lines(markdown_table))


def playbooks_page() -> str:
    """Return what the packaged policies owe to each label and tier."""
    return "\n".join(playbooks_lines(markdown_table))


def policy_keys_page() -> str:
    """Return every table and key that a policy file can hold."""
    parts = []
    for path, keys, required in known_keys():
        header, purpose, meanings = POLICY_TABLES[path]
        rows = (
            (f"**`{key}`**" if key in required else f"`{key}`", meanings[key])
            for key in keys
        )
        title = f"`{header}`" if header else "The top of the file"
        said = f"{purpose}\n\n" if header else ""
        parts.append(f"## {title}\n\n{said}{markdown_table(('key', 'meaning'), rows)}")
    return "\n".join(parts)


#: What is generated: the marker's name, and the function that writes the Markdown.
PAGES: Mapping[str, Callable[[], str]] = {
    "api": api_page,
    "checklist": checklist_page,
    "command-line": command_line_page,
    "data-contract": data_contract_page,
    "errors": errors_page,
    "expression-functions": expression_functions_page,
    "expression-grammar": expression_grammar_page,
    "features": features_page,
    "labels": labels_page,
    "playbooks": playbooks_page,
    "policy-keys": policy_keys_page,
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
