"""The checklist of kinds of customers, with the worked example of each row.

The rows stand beside their tests: what `tests/<policy>_taxonomy.py` lists is run by
`tests/golden/`, row by row. This page only reads the lists, so it can name no row that
is not tested.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from custseg.policies import NAMES
from custseg.rules.files.loader import load_tree

__all__ = ["checklist_lines"]

_TESTS = Path(__file__).resolve().parents[2] / "tests"
_FILES = {"company": "test_taxonomy_rows"}
_FACTS = "tests/golden/test_{}_facts.py"


def checklist_lines(table: Callable[..., str]) -> Iterator[str]:
    """Yield the page: for each policy its rows, their labels and their tests.

    Parameters
    ----------
    table : callable
        From a header and rows to Markdown.
    """
    if str(_TESTS) not in sys.path:
        sys.path.append(str(_TESTS))
    for name in NAMES:
        policy = load_tree(name)
        rows = import_module(f"{name}_taxonomy").ROWS
        file = f"tests/golden/{_FILES.get(name, f'test_{name}_rows')}.py"
        yield f"## `{name}`: {policy.about.title.en} · {policy.about.title.zh}\n"
        yield f"{len(rows)} rows, each run by `{file}`.\n"
        titles = {
            (family.code, label.code): f"{label.title.en} · {label.title.zh}"
            for family in policy.families
            for label in family.labels
        }
        if policy.grading is not None:
            titles |= {
                ("tier", tier.code): f"{tier.title.en} · {tier.title.zh}"
                for tier in policy.grading.tiers
            }
        yield table(
            ("row", "label", "a near miss gets", "missing, it is UNKNOWN for want of"),
            (_cells(row, titles) for row in rows),
        )
        if (_TESTS / f"{name}_facts.py").exists():
            facts = import_module(f"{name}_facts").FACTS
            yield f"{len(facts)} rows are numbers, run by `{_FACTS.format(name)}`.\n"
            yield table(("row", "number", "example", "a step away"), map(_fact, facts))


def _fact(row: Any) -> tuple[str, ...]:
    return row.name, f"`{row.feature}`", f"{row.gets[1]}", f"{row.misses[1]}"


def _cells(row: Any, titles: dict[tuple[str, str], str]) -> tuple[str, ...]:
    code = (row.family, row.code)
    return (
        row.name,
        f"`{row.family}` is `{row.code}`<br>{titles.get(code, '')}",
        f"`{row.instead}`",
        f"`{row.fact}`" if row.lacks else "nothing can be missing",
    )
