"""How much memory a run may take, and into how many partitions it has to be cut.

The user states one limit for the whole process. Part of it is taken before a row is
read: Python, numpy, pyarrow, DuckDB. The rest is used twice in turn: by DuckDB while it
brings rows together, then by the ledger of one partition.

Limits: the figures were measured with the packaged policies; see the page on engines.
"""

from __future__ import annotations

import re

from attrs import frozen

from custseg.errors import Problem, SettingError

__all__ = ["Limit", "check_limit"]

_BASE = 350_000_000
"""Bytes that a process takes with all that is loaded."""

_LEAST = 250_000_000
"""Bytes that DuckDB needs to bring rows together at all."""

_ROW = 320
"""Bytes for a row of a partition, while it is read and measured."""

_MEMBER = 80
"""Bytes for a customer, while percentiles of one column are learned."""

_MOST_PARTITIONS = 256
"""Beyond, the spill files become many and small."""

_UNITS = {
    "": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
    "TIB": 2**40,
}

_WRITTEN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*")


@frozen
class Limit:
    """A memory limit, in bytes.

    Parameters
    ----------
    bytes : int

    Examples
    --------
    >>> limit = check_limit("4GB")
    >>> limit.engine, limit.partitions(100_000_000)
    (3650000000, 18)
    """

    bytes: int

    @property
    def engine(self) -> int:
        """What DuckDB may use."""
        return self.bytes - _BASE

    def partitions(self, rows: int) -> int:
        """Return into how many partitions so many rows have to be cut.

        Twice as many as would just fit, since customers are not of one size.

        Raises
        ------
        SettingError
            When that were too many.
        """
        wanted = -(-2 * _ROW * rows // self.engine)
        if wanted > _MOST_PARTITIONS:
            least = _BASE + 2 * _ROW * rows // _MOST_PARTITIONS
            raise self._too_small(f"{rows:,} rows", least)
        return max(1, wanted)

    def check_partition(self, rows: int) -> None:
        """Refuse a partition that does not fit, as far as can be told from its rows.

        Raises
        ------
        SettingError
        """
        if _ROW * rows > self.engine:
            got = f"{rows:,} rows of customers that cannot be parted further"
            raise self._too_small(got, _BASE + _ROW * rows)

    def check_customers(self, customers: int) -> None:
        """Refuse more customers than one column can be learned from.

        Raises
        ------
        SettingError
        """
        if _MEMBER * customers > self.engine:
            least = _BASE + _MEMBER * customers
            raise self._too_small(f"about {customers:,} customers", least)

    def _too_small(self, got: str, least: int) -> SettingError:
        return SettingError(
            Problem(
                "the memory limit is too small for these data",
                where="memory_limit",
                got=f"{_said(self.bytes)} for {got}",
                allowed=f"{_said(least, up=True)} or more",
            )
        )


def check_limit(limit: object) -> Limit:
    """Return a memory limit as the user wrote it.

    Parameters
    ----------
    limit : str or int
        ``"4GB"``, ``"900 MB"``, ``"2GiB"``, or bytes.

    Raises
    ------
    SettingError
        When it cannot be read, or nothing can be done with so little.

    Examples
    --------
    >>> check_limit("1.5 GiB").bytes
    1610612736
    """
    size = None
    if isinstance(limit, int) and not isinstance(limit, bool):
        size = limit
    elif isinstance(limit, str) and (found := _WRITTEN.fullmatch(limit)):
        unit = _UNITS.get(found[2].upper())
        size = None if unit is None else int(float(found[1]) * unit)
    if size is None:
        raise SettingError(
            Problem(
                "this is no size of memory",
                where="memory_limit",
                got=repr(limit),
                allowed="a size such as '4GB' or '900MB', or a number of bytes",
            )
        )
    if size < _BASE + _LEAST:
        raise SettingError(
            Problem(
                "nothing can be read within so little memory",
                where="memory_limit",
                got=_said(size),
                allowed=f"{_said(_BASE + _LEAST, up=True)} or more",
            )
        )
    return Limit(size)


def _said(size: int, *, up: bool = False) -> str:
    """Return a size as the user would write it."""
    if not up:
        return f"{size / 10**6:,.0f}MB".replace(",", "")
    return f"{-(-size // 10**8) * 100}MB"
