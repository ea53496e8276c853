"""The packaged policies: one TOML file for each trade, and a list of their names."""

from __future__ import annotations

# importlib.resources does the same, and loads tempfile, shutil and all they need.
from pkgutil import get_data

__all__ = ["NAMES", "read_text"]

NAMES = (
    "building_materials",
    "building_materials_grading",
    "company",
    "frozen_goods",
    "lighting",
)
"""Every packaged policy."""


def read_text(name: str) -> str:
    """Return the TOML text of a packaged policy.

    Examples
    --------
    >>> read_text("company").startswith("# ")
    True
    """
    return (get_data(__name__, f"{name}.toml") or b"").decode()
