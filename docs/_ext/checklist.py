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
from custseg.rules.loader import load_tree

__all__ = ["checklist_lines"]

_TESTS = Path(__file__).resolve().parents[2] / "tests"
_FILES = {"company": "test_taxonomy_rows"}


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
            ("row", "answered by", "its title", "a near miss gets", "missing gives"),
            (_cells(row, titles) for row in rows),
        )


def _cells(row: Any, titles: dict[tuple[str, str], str]) -> tuple[str, ...]:
    code = (row.family, row.code)
    return (
        row.name,
        f"`{row.family}` = `{row.code}`",
        titles.get(code, ""),
        f"`{row.instead}`",
        f"`UNKNOWN`, and names `{row.fact}`" if row.lacks else "cannot be missing",
    )
