"""Files that cannot be read, told in one sentence, whatever engine reads them."""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from custseg.errors import CustsegError, DataError, Problem

__all__ = ["told"]

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
    except (
        OSError,
        ValueError,
        EOFError,
        NotImplementedError,
        csv.Error,
        zlib.error,
    ) as error:
        said = str(error).splitlines() or [type(error).__name__]
        hint = "mend the file, or read it with pandas and pass the frame"
        if "utf" in said[0].casefold():
            hint = "save the file in UTF-8, or read it with pandas and pass the frame"
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
