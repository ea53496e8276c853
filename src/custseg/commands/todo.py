"""The option that asks for tasks, of all commands that can tell them."""

from __future__ import annotations

import argparse

from custseg.errors import Problem, SettingError
from custseg.reviews.task_lists import EVERY_FAMILY
from custseg.reviews.tasks import check_families
from custseg.rules.policy import PolicyTree

__all__ = ["add_tasks_option", "check_tasks_option"]


def add_tasks_option(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument(
        "--tasks",
        action="append",
        default=[],
        metavar="FAMILY",
        help="with --out: write what this family asks to be done for whom, such as "
        f"tier or churn_risk; repeat it for others, or say {EVERY_FAMILY}",
    )


def check_tasks_option(options: argparse.Namespace, policy: PolicyTree) -> None:
    """Refuse tasks that nobody would see, and those of families without any."""
    if options.tasks and options.out is None:
        raise SettingError(
            Problem(
                "say where to write the tasks",
                where="--tasks",
                hint="add --out FOLDER",
            )
        )
    families = [one for one in options.tasks if one != EVERY_FAMILY]
    check_families(families, policy, where="--tasks")
