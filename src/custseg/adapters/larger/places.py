"""Where a run lays rows aside and where its results go: whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from custseg.adapters.locks import lock
from custseg.errors import Problem, SettingError
from custseg.saving import drafts

__all__ = ["check_target", "own_folder", "written_whole"]

_PREFIX = "custseg-"

_MARK = ".running"
"""Ends the name of a file beside a folder, which is held while the run of it lasts. It
is there before the folder and after it, so no kill leaves a folder without one."""

_DRAFTS = ".customers-*.parquet.new"
"""Results that were not whole when a run was killed."""

_TRIES = 5
"""Times that a mark is made anew because another run swept it at once."""


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

    What runs left in the same place whose process was killed is taken away first.

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
    place = Path(tempfile.gettempdir() if spill is None else spill)
    _sweep(place)
    mark, handle = _marked(place)
    made = mark.with_suffix("")
    try:
        made.mkdir(0o700)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(handle)  # some systems take no file away that is open
        mark.unlink(missing_ok=True)


def _marked(place: Path) -> tuple[Path, int]:
    """Make a mark for a folder and lock it."""
    for _ in range(_TRIES):
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_MARK, dir=place)
        mark = Path(name)
        try:
            held = lock(handle, wait=False)
        except OSError:  # a file system without locks: nobody is to trust in it
            return mark, handle
        # Before it was locked, another run may have taken it for one left behind.
        if held and mark.exists():
            return mark, handle
        os.close(handle)
    raise SettingError(
        Problem(
            "no folder can be kept here: others take it away",
            where="spill",
            got=repr(str(place)),
            hint="name a folder of your own",
        )
    )


def _sweep(place: Path) -> None:
    """Take away the folders of runs that were killed: nobody holds their marks."""
    for mark in sorted(place.glob(f"{_PREFIX}*{_MARK}")):
        if mark.is_symlink() or not _is_mine(mark):
            continue
        try:
            handle = os.open(mark, os.O_RDWR)
        except OSError:
            continue  # gone meanwhile, or no file
        with suppress(OSError):  # where there are no locks, nothing can be told
            if lock(handle, wait=False):
                shutil.rmtree(mark.with_suffix(""), ignore_errors=True)
                mark.unlink(missing_ok=True)
        os.close(handle)


def _is_mine(mark: Path) -> bool:
    """Say whether a file belongs to whoever runs this, where systems know that."""
    try:
        return not hasattr(os, "getuid") or mark.stat().st_uid == os.getuid()
    except OSError:
        return False


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
    for left in target.glob(_DRAFTS):
        left.unlink(missing_ok=True)
    with drafts(*(target / name for name in names)) as made:
        yield [*made]
