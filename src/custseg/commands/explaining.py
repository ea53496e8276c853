"""The options that ask why one customer is what it is, of all commands that tell it."""

from __future__ import annotations

import argparse

from custseg.errors import Problem, SettingError

__all__ = ["add_explain_options", "check_explain_options"]

_BESIDE = ("what_would_change", "brief")
"""Options that go with --explain alone."""


def add_explain_options(parser: argparse.ArgumentParser, *, why: str) -> None:
    """Add the options.

    Parameters
    ----------
    parser : ArgumentParser
    why : str
        What is explained of a customer.
    """
    add = parser.add_argument
    add("--explain", metavar="CUSTOMER", help=why)
    add("--brief", action="store_true", help="with --explain: on half a screen")


def check_explain_options(options: argparse.Namespace) -> None:
    """Refuse questions about nobody."""
    idle = [f"--{one.replace('_', '-')}" for one in _BESIDE if vars(options).get(one)]
    if idle and options.explain is None:
        raise SettingError(
            Problem(
                "say for which customer",
                where=", ".join(idle),
                hint="add --explain CUSTOMER",
            )
        )
