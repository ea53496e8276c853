"""The command line: ``python -m custseg``, the main jobs without a notebook.

Without arguments it classifies the packaged demo, a wholesaler of building materials;
with the policy of a trade, such as ``--policy lighting``, a made-up trade of that kind;
with a file, that file. ``review`` decides on the tiers that customers hold,
``simulate`` tries policies on the past, ``allocate`` shares out by tier, ``journal
verify`` and ``journal show`` look into the memory of reviews, and ``journal
override``, ``journal release`` and ``journal forget`` write into it by hand; ``check``
and ``new-policy`` are for those who write policies.
Tables go to standard output, progress and errors to standard error; an error is one
readable message and exit status 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

from attrs import frozen

from custseg.commands.saying import in_options, tell
from custseg.errors import CustsegError, Problem, SettingError, did_you_mean

__all__ = ["main", "parsers"]


@frozen
class _Command:
    """One thing that the command line can do, and the module that does it."""

    help: str
    module: str

    def loaded(self) -> ModuleType:
        """Return the module, loaded now: journals and reviews are many more."""
        return import_module(f"custseg.commands.{self.module}")


_CLASSIFY: Final = _Command(
    "Classify customers from their sales. Without a file, a demo.", "classify"
)
_COMMANDS: Final = {
    "review": _Command(
        "Review the tiers that customers hold, with a journal as memory.", "review"
    ),
    "simulate": _Command(
        "Try policies on the past: who would have held which tier.", "simulate"
    ),
    "allocate": _Command(
        "Share out visits, hours or money among customers by their tiers.", "allocate"
    ),
    "journal verify": _Command(
        "Check that a journal is what was once written.", "journal_verify"
    ),
    "journal show": _Command(
        "Show what a journal holds on one customer: what, why and who.", "journal_show"
    ),
    "journal override": _Command(
        "Set a tier by hand, until a day and for a reason.", "journal_override"
    ),
    "journal release": _Command(
        "End a tier set by hand before its time.", "journal_release"
    ),
    "journal forget": _Command(
        "Forget who a customer is, for ever; the decisions stay.", "journal_forget"
    ),
    "check": _Command(
        "Say all that is wrong with a policy, or what it holds.", "check"
    ),
    "new-policy": _Command("Begin a policy of one's own from another.", "new_policy"),
}
"""By the word that stands first; a file of that name is written as ./check."""

_PROGRAM: Final = "python -m custseg"

_INTERRUPTED: Final = 130
"""The exit status of whoever is stopped with Ctrl-C, as shells have it."""


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
        gives 1 for a policy that would be refused, ``journal verify`` for a journal
        that was altered.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    status = 0
    try:
        word = _word_of(given)
        options = _parser(word).parse_args(given[len(word.split()) :])
        status = _COMMANDS.get(word, _CLASSIFY).loaded().run(options)
        sys.stdout.flush()
    except CustsegError as error:
        tell(f"custseg: {in_options(error)}")
        return 2
    except KeyboardInterrupt:
        return _INTERRUPTED
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
    ['', 'allocate', 'check', 'journal forget', ..., 'new-policy', 'review', 'simulate']
    """
    return {word: _parser(word) for word in ("", *_COMMANDS)}


def _word_of(given: Sequence[str]) -> str:
    """Return the word, or the two words, of a command; "" is classifying."""
    for word in _COMMANDS:
        if list(given[: len(word.split())]) == word.split():
            return word
    first = given[0] if given else ""
    seconds = [one.split() for one in _COMMANDS if one.startswith(f"{first} ")]
    if first and seconds:
        # No second word fits: argparse shows which there are, and ends the program.
        parser = argparse.ArgumentParser(prog=f"{_PROGRAM} {first}")
        further = parser.add_subparsers(required=True, metavar="COMMAND")
        for _, second in seconds:
            further.add_parser(second, help=_COMMANDS[f"{first} {second}"].help)
        parser.parse_args(given[1:])
    _check_mistyped(first)
    return ""


def _check_mistyped(word: str) -> None:
    """Refuse a word that is no file, and nearly a command."""
    hint = did_you_mean(word, dict.fromkeys(one.split()[0] for one in _COMMANDS))
    if hint and not word.startswith("-") and not Path(word).exists():
        raise SettingError(
            Problem(
                "there is no such command, and no such file", got=repr(word), hint=hint
            )
        )


def _parser(word: str) -> argparse.ArgumentParser:
    command = _COMMANDS.get(word, _CLASSIFY)
    if word:
        parser = argparse.ArgumentParser(
            prog=f"{_PROGRAM} {word}", description=command.help
        )
    else:
        wide = max(map(len, _COMMANDS))
        listed = (f"  {key:{wide}}  {one.help}" for key, one in _COMMANDS.items())
        parser = argparse.ArgumentParser(
            prog=_PROGRAM,
            description=command.help,
            epilog=f"Further commands, as {_PROGRAM} review --help:\n"
            + "\n".join(listed),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    command.loaded().add_options(parser)
    return parser
