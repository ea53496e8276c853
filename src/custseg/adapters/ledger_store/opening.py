"""How a ledger on disk is opened, or begun."""

from __future__ import annotations

import os
from pathlib import Path

from custseg.adapters.ledger_store.errors import StoreUnavailable
from custseg.adapters.ledger_store.locking import writing
from custseg.adapters.ledger_store.manifest import (
    Manifest,
    read_manifest,
    write_manifest,
)
from custseg.adapters.ledger_store.store import LedgerStore
from custseg.adapters.ledger_store.writer import unwritten
from custseg.errors import Problem, SettingError
from custseg.intake.settings import check_settings
from custseg.quality.treatments import Treatments

__all__ = ["open_ledger"]


def open_ledger(
    folder: str | os.PathLike[str],
    *,
    currency: str | None = None,
    quality: Treatments | None = None,
    create: bool = True,
    wait: bool = True,
) -> LedgerStore:
    """Open a ledger that is kept in a folder, or begin one.

    Parameters
    ----------
    folder : str or path
        Made where it is missing. It belongs to the store alone.
    currency : str or None
        ISO 4217 code of the amounts, settled once for all. None takes what the store
        has, or what its first tables say.
    quality : Treatments or None
        What to do with odd rows, likewise.
    create : bool
        Begin a store where there is none. With False that is an error, so a mistyped
        path is noticed.
    wait : bool
        Whether a writing waits for another writer; else it is refused.

    Returns
    -------
    LedgerStore

    Raises
    ------
    StoreUnavailable
        When there is no store and none is to be begun, the folder holds other things,
        or it cannot be used.
    StoreTooNew
        When a later version of custseg wrote it.
    StoreAltered
        When its manifest was changed.
    SettingError
        When the store has another currency or other treatments, a currency is unknown,
        or returns of no known sale are to be dropped or refused: their sale may come
        later.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     open_ledger(place, currency="CNY").ledger().currency
    'CNY'
    """
    if not isinstance(folder, str | os.PathLike):
        raise SettingError(
            Problem(
                "expected the path of a folder",
                where="folder",
                got="None" if folder is None else f"a {type(folder).__name__}",
            )
        )
    path = Path(folder)
    settings = check_settings(currency=currency, quality=quality)
    if settings.treatments.orphan_return != "keep":
        raise SettingError(
            Problem(
                "a store cannot judge returns whose sale may come later",
                where="quality",
                got=f"orphan_return={settings.treatments.orphan_return!r}",
                allowed="orphan_return='keep'",
            )
        )
    manifest = read_manifest(path)
    if manifest is None:
        if not create:
            raise StoreUnavailable(
                Problem(
                    "there is no ledger in this folder",
                    where=str(path),
                    hint="open it with create=True to begin one",
                )
            )
        manifest = Manifest(
            currency=settings.currency,
            decimals=settings.decimals,
            treatments=settings.treatments,
        )
        manifest = _begin(path, manifest, wait=wait)
    _check_same(path, manifest, settings.currency, quality)
    return LedgerStore(path, wait)


def _begin(path: Path, manifest: Manifest, *, wait: bool) -> Manifest:
    with unwritten(path):
        path.mkdir(parents=True, exist_ok=True)
        with writing(path, wait=wait):
            faster = read_manifest(path)
            if faster is not None:
                return faster
            others = [one.name for one in path.iterdir() if not _is_ours(one.name)]
            if others:
                raise StoreUnavailable(
                    Problem(
                        "a ledger cannot begin in a folder that holds other things",
                        where=str(path),
                        got=", ".join(sorted(others)[:3]),
                        hint="give a folder of its own",
                    )
                )
            write_manifest(path, manifest)
    return manifest


def _is_ours(name: str) -> bool:
    return name == "writer.lock" or name.startswith(".ledger.json")


def _check_same(
    path: Path, manifest: Manifest, currency: str | None, quality: Treatments | None
) -> None:
    problems = []
    if currency is not None and currency != manifest.currency:
        problems.append(
            Problem(
                "the store has another currency",
                where=str(path),
                got=currency,
                allowed=str(manifest.currency),
            )
        )
    if quality is not None and quality != manifest.treatments:
        problems.append(
            Problem(
                "the store treats odd rows in another way, settled when it was begun",
                where=str(path),
                got=str(dict(quality.changed())),
                allowed=str(dict(manifest.treatments.changed())),
            )
        )
    if problems:
        raise SettingError(*problems)
