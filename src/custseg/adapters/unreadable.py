"""Files that cannot be read, or not as one, told alike whatever engine reads them."""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from custseg.errors import CustsegError, DataError, Problem

__all__ = ["RAISED", "State", "check_unchanged", "state_of", "told"]

State = tuple[int, ...]

RAISED = (OSError, ValueError, EOFError, NotImplementedError, csv.Error, zlib.error)
"""What engines raise at a file that they cannot read."""

_COUNTS = re.compile(r"(Row #\d+: )?Expected \d+ (columns|fields).*?(got|saw) \d+")


@contextmanager
def told(path: Path, where: str) -> Iterator[None]:
    """Say which file cannot be read, without the lines that the engines quote.

    Parameters
    ----------
    path : Path
    where : str
        What the file is for.

    Raises
    ------
    DataError
        In place of what an engine raises.
    """
    try:
        yield
    except CustsegError:
        raise
    except RAISED as error:
        said = str(error).splitlines() or [type(error).__name__]
        hint = "mend the file, or read it with pandas and pass the frame"
        if isinstance(error, UnicodeError) or "utf" in said[0].casefold():
            hint = "save the file in UTF-8, or read it with pandas and pass the frame"
        if isinstance(error, PermissionError):
            hint = "close it in other programs, and see that you may read it"
        found = _COUNTS.search(said[0])
        got = found[0] if found else said[0].partition(": ")[0]
        raise DataError(
            Problem(
                "the file cannot be read",
                where=where,
                got=f"{path.name!r}: {got[:100]}",
                hint=hint,
            )
        ) from None


def state_of(path: Path) -> State:
    """Return what is another when a file was written anew."""
    now = path.stat()
    return now.st_ino, now.st_size, now.st_mtime_ns


def check_unchanged(path: Path, where: str, opened: State) -> None:
    """Refuse what was read of a file that is no longer the one that was opened.

    Parameters
    ----------
    path : Path
    where : str
        What the file is for.
    opened : State
        Of the file when it was opened.

    Raises
    ------
    DataError
        When it was changed since.
    """
    if not path.exists() or state_of(path) != opened:
        raise DataError(
            Problem(
                "the file was changed while it was read",
                where=where,
                got=repr(path.name),
                hint="read it when it is no longer written to",
            )
        )
