"""The command line: ``python -m custseg``, the main jobs without a notebook.

Without arguments it classifies the packaged demo, a wholesaler of building materials;
with the policy of a trade, such as ``--policy lighting``, a made-up trade of that kind;
with a file, that file. ``review`` decides on the tiers that customers hold; ``check``
and ``new-policy`` are for those who write policies.
Tables go to standard output, progress and errors to standard error; an error is one
readable message and exit status 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

from attrs import frozen

from custseg.commands import check, classify, new_policy, review
from custseg.commands.saying import in_options, tell
from custseg.errors import CustsegError

__all__ = ["main", "parsers"]


@frozen
class _Command:
    """One thing that the command line can do."""

    help: str
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


_CLASSIFY: Final = _Command(
    "Classify customers from their sales. Without a file, a demo.",
    classify.add_options,
    classify.run,
)
_COMMANDS: Final = {
    "review": _Command(
        "Review the tiers that customers hold, with a journal as memory.",
        review.add_options,
        review.run,
    ),
    "check": _Command(
        "Say all that is wrong with a policy, or what it holds.",
        check.add_options,
        check.run,
    ),
    "new-policy": _Command(
        "Begin a policy of one's own from another.",
        new_policy.add_options,
        new_policy.run,
    ),
}
"""By the word that stands first; a file of that name is written as ./check."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str or None
        Without the program's name; None takes those of the process.

    Returns
    -------
    int
        Exit status: 0 when done, 2 when something has to be mended first; ``check``
        gives 1 for a policy that would be refused.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    word = given[0] if given and given[0] in _COMMANDS else ""
    command = _COMMANDS.get(word, _CLASSIFY)
    options = parsers()[word].parse_args(given[1:] if word else given)
    status = 0
    try:
        status = command.run(options)
        sys.stdout.flush()
    except CustsegError as error:
        tell(f"custseg: {in_options(error)}")
        return 2
    except BrokenPipeError:
        # Somebody closed the other end (`| head`): nothing more to say to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        where = "" if error.filename is None else f": {error.filename}"
        tell(f"custseg: {error.strerror or error}{where}")
        return 2
    return status


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of each command by its word; "" is that of classifying.

    Examples
    --------
    >>> sorted(parsers())
    ['', 'check', 'new-policy', 'review']
    """
    program = "python -m custseg"
    listed = "\n".join(
        f"  {program} {word} ...  {command.help}" for word, command in _COMMANDS.items()
    )
    made = {
        "": argparse.ArgumentParser(
            prog=program,
            description=_CLASSIFY.help,
            epilog=f"Further commands:\n{listed}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    }
    for word, command in _COMMANDS.items():
        made[word] = argparse.ArgumentParser(
            prog=f"{program} {word}", description=command.help
        )
    for word, parser in made.items():
        _COMMANDS.get(word, _CLASSIFY).add_options(parser)
    return made
