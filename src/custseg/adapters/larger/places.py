"""Where a run lays rows aside and where its results go: whole, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from custseg.errors import Problem, SettingError
from custseg.saving import drafts

__all__ = ["check_target", "own_folder", "written_whole"]


def check_target(out: str | Path | None) -> Path | None:
    """Return the folder of the results, refused where older ones are in it.

    Raises
    ------
    SettingError
    """
    if out is None:
        return None
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise SettingError(
            Problem("this is a file, not a folder", where="out", got=repr(str(out)))
        )
    older = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
    if older:
        raise SettingError(
            Problem(
                "the folder holds Parquet files already, and they would be mixed",
                where="out",
                got=f"{older[0].name!r} in {str(out)!r}",
                hint="name an empty folder",
            )
        )
    return folder


@contextmanager
def own_folder(spill: str | Path | None) -> Iterator[Path]:
    """Make a folder of one's own, and take it away whatever happens.

    Parameters
    ----------
    spill : str, Path or None
        Where it is made; None takes the system's folder for temporary files.
    """
    if spill is not None and not Path(spill).is_dir():
        raise SettingError(
            Problem(
                "there is no such folder",
                where="spill",
                got=repr(str(spill)),
                hint="make it first, on a disk with room",
            )
        )
    made = Path(tempfile.mkdtemp(prefix="custseg-", dir=spill))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def written_whole(target: Path | None, names: list[str]) -> Iterator[list[Path | None]]:
    """Give a draft for each file; all take their places at the end, or none.

    Parameters
    ----------
    target : Path or None
        The folder; made where it is missing. None gives no drafts.
    names : list of str
    """
    if target is None:
        yield [None] * len(names)
        return
    target.mkdir(parents=True, exist_ok=True)
    with drafts(*(target / name for name in names)) as made:
        yield [*made]
