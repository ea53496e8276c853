"""How a journal is opened: by the path of a file, a URL, or a connection at hand."""

from __future__ import annotations

import sqlite3
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from custseg.adapters.stores.sqlite import SqliteStore
from custseg.errors import JournalUnavailable, MissingDependency, Problem, SettingError
from custseg.journal.journal import Journal
from custseg.journal.storing import Store

__all__ = ["open_journal"]

_URLS = ("postgresql://", "postgres://")


def open_journal(
    place: str | PathLike[str] | sqlite3.Connection | Any,
    *,
    create: bool = True,
    read_only: bool = False,
) -> Journal:
    """Open a journal, or begin one.

    Parameters
    ----------
    place : str, path or connection
        The path of a SQLite file; ``":memory:"`` for one that ends with the program; a
        URL ``postgresql://...``, which needs the extra ``postgres``; or an open
        connection of ``sqlite3`` or ``psycopg``. On a caller's connection the journal
        neither begins nor commits, so tiers change together with whatever else the
        caller changes, or not at all.
    create : bool
        Begin a new journal where the file is missing or empty. With False such a file
        is an error, so a mistyped path is noticed.
    read_only : bool
        Refuse every writing; the journal must exist.

    Returns
    -------
    Journal
        Usable as a context manager.

    Raises
    ------
    JournalUnavailable
        When the place cannot be used: missing, read-only, damaged, no journal.
    JournalTooNew
        When a later version of custseg wrote the journal.
    MissingDependency
        When psycopg is not installed.
    SettingError
        When it is no place for a journal.

    Examples
    --------
    >>> with open_journal(":memory:") as journal:
    ...     journal.head().number
    0
    """
    if isinstance(place, sqlite3.Connection):
        return Journal(SqliteStore(place))
    if isinstance(place, str) and place.startswith(_URLS):
        return Journal(_postgres(place, read_only=read_only))
    if isinstance(place, str | PathLike):
        path = fspath(place)
        if path != ":memory:":
            _check_file(path, must_exist=read_only or not create)
        return Journal(SqliteStore(path, read_only=read_only))
    if type(place).__module__.partition(".")[0] == "psycopg":
        return Journal(_postgres(place, read_only=read_only))
    raise SettingError(
        Problem(
            "a journal cannot be kept there",
            where="place",
            got=f"a {type(place).__name__}",
            allowed="a path, a URL postgresql://..., or an open connection of sqlite3 "
            "or psycopg",
        )
    )


def _postgres(place: Any, *, read_only: bool) -> Store:
    try:
        from custseg.adapters.stores.postgres import PostgresStore  # noqa: PLC0415
    except ImportError as error:
        raise MissingDependency(
            Problem(
                "PostgreSQL needs psycopg",
                where="place",
                hint="pip install 'custseg[postgres]'",
            )
        ) from error
    return PostgresStore(place, read_only=read_only)


def _check_file(named: str, *, must_exist: bool) -> None:
    if "://" in named:
        raise SettingError(
            Problem(
                "this kind of URL leads to no journal",
                where="place",
                got=named.partition(":")[0] + "://...",
                allowed="postgresql://... or the path of a file",
            )
        )
    path = Path(named)
    there = path.is_file() and path.stat().st_size > 0
    if must_exist and not there:
        raise JournalUnavailable(
            Problem(
                "there is no journal",
                where=str(path),
                hint="check the path, or begin one with create=True",
            )
        )
    if not path.parent.is_dir():
        raise JournalUnavailable(
            Problem(
                "there is no such folder",
                where=str(path),
                hint=f"make the folder {path.parent} first",
            )
        )
