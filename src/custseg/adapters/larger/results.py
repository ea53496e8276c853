"""What a run over files gives back: counts, the account, and where the labels are."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from custseg.errors import Problem, SettingError
from custseg.fitted import FittedPolicy
from custseg.quality.report import QualityReport
from custseg.summary import Summary

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FilesResult"]


@frozen(kw_only=True, repr=False)
class FilesResult:
    """What was written, and how many customers bear each label.

    Parameters
    ----------
    fitted : FittedPolicy
        The policy with what it learned from all customers.
    date : date
        The day that was looked at.
    customers : int
    partitions : int
        In how many the customers were parted.
    summary : Summary
        Customers and spend for each label of each family, and each tier.
    quality : QualityReport
        What was odd about the rows, over all files; it names those left out.
    files : tuple of Path
        The tables of customers, in ``out``; each is sorted by customer id, and no
        customer is in two.
    skipped : tuple of Path
        Files that could not be read, where it was chosen to go on without them.

    Examples
    --------
    >>> [one for one in FilesResult.__annotations__ if one in ("files", "skipped")]
    ['files', 'skipped']
    """

    fitted: FittedPolicy
    date: date
    customers: int
    partitions: int
    summary: Summary
    quality: QualityReport
    files: tuple[Path, ...] = ()
    skipped: tuple[Path, ...] = field(default=())

    def __repr__(self) -> str:
        n = f"{self.customers:,} customer{'' if self.customers == 1 else 's'}"
        files = f"{len(self.files)} file{'' if len(self.files) == 1 else 's'}"
        lost = f", {len(self.skipped)} unreadable left out" if self.skipped else ""
        return f"FilesResult({n} as of {self.date}, {files}{lost})"

    def to_pandas(self) -> pd.DataFrame:
        """Return the tables that were written as one, sorted by customer id.

        The whole table has to fit into memory.

        Raises
        ------
        SettingError
            When nothing was written.
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        if not self.files:
            raise SettingError(
                Problem(
                    "no table of customers was written",
                    where="out",
                    got="None",
                    hint="name a folder with segment_files(..., out='results')",
                )
            )
        frame = pd.concat([pd.read_parquet(path) for path in self.files])
        return frame.sort_values("customer_id", ignore_index=True)
