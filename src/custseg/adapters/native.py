"""Results handed back in the kind of frame that the sales came in.

Whoever works in polars wants polars back. Which kind came is remembered as one word,
never as the frame itself, and a table of results is made in it when somebody asks.

The method: a result is a pandas frame first. Where the sales were no pandas frame, its
columns are rebuilt by what they hold: unknown is null (None in a mapping of lists),
days are dates, labels keep the order of the policy (a dictionary of Arrow, an Enum of
polars).

Limits: only the kinds named in :class:`FrameKind` are told apart. Whatever else speaks
the Arrow stream protocol (a DuckDB relation, a reader, a narwhals frame) is answered
with a pyarrow table: a relation belongs to a connection, and a ledger keeps none. Files
and records are answered with pandas. A library is imported only for its own frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from custseg.errors import MissingDependency, Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FrameKind"]


class FrameKind(Enum):
    """The kinds of frame that a result can be handed back in.

    Examples
    --------
    >>> FrameKind.of({"customer_id": ["a"]})
    <FrameKind.MAPPING: 'a mapping of columns'>
    """

    PANDAS = "a pandas frame"
    POLARS = "a polars frame"
    LAZY = "a lazy polars frame"
    ARROW = "an Arrow table"
    MAPPING = "a mapping of columns"

    @classmethod
    def of(cls, frame: object) -> FrameKind:
        """Return the kind in which results about a frame are handed back.

        Parameters
        ----------
        frame : object
            Whatever the ledger's door takes; it is not read.
        """
        if isinstance(frame, Mapping):
            return cls.MAPPING
        makers = {one.__module__.partition(".")[0] for one in type(frame).__mro__}
        if "polars" in makers:
            return cls.LAZY if hasattr(frame, "collect") else cls.POLARS
        arrow = ("__arrow_c_stream__", "__arrow_c_array__", "collect")
        speaks = any(hasattr(frame, one) for one in arrow)
        return cls.ARROW if speaks and "pandas" not in makers else cls.PANDAS

    def made_of(self, frame: pd.DataFrame) -> Any:
        """Return a pandas frame of results as this kind of frame.

        Parameters
        ----------
        frame : pandas.DataFrame
            Columns of text, categories, numbers, flags or whole days.

        Returns
        -------
        pandas.DataFrame, polars.DataFrame, polars.LazyFrame, pyarrow.Table or dict
            A pandas frame is handed on as it is; a dict is one of lists.

        Raises
        ------
        MissingDependency
            When the library of that kind is not installed here.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"tier": ["A", None], "score": [81.5, float("nan")]})
        >>> FrameKind.MAPPING.made_of(frame)
        {'tier': ['A', None], 'score': [81.5, None]}
        """
        if self is FrameKind.PANDAS:
            return frame
        if self is FrameKind.MAPPING:
            return {name: _listed(column) for name, column in frame.items()}
        try:
            if self is FrameKind.ARROW:
                return _arrow_table(frame)
            made = _polars_frame(frame)
        except ImportError as error:
            raise MissingDependency(
                Problem(
                    f"{self.value} needs {error.name}",
                    hint="install it, or ask for to_pandas()",
                )
            ) from None
        return made.lazy() if self is FrameKind.LAZY else made


def _listed(column: Any) -> list[Any]:
    """Return plain Python values, None where nothing is known."""
    missing = column.isna().to_numpy()
    if column.dtype.kind == "M":
        column = column.dt.date
    items = column.astype(object).to_numpy(copy=True)
    items[missing] = None
    found: list[Any] = items.tolist()
    return found


def _arrow_table(frame: pd.DataFrame) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - optional

    columns = [_arrow_column(frame.iloc[:, at]) for at in range(frame.shape[1])]
    return pa.table(columns, names=list(frame.columns))


def _arrow_column(column: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - optional

    if hasattr(column.dtype, "categories"):
        codes = pa.array(column.cat.codes.to_numpy())  # of results none is missing
        words = pa.array(column.cat.categories.to_numpy(dtype=object), pa.string())
        return pa.DictionaryArray.from_arrays(codes, words)
    if column.dtype.kind == "M":
        return pa.array(column.dt.date, pa.date32(), from_pandas=True)
    if column.dtype.kind == "O":  # also where not one text is known
        texts = column.to_numpy(dtype=object)
        return pa.array(texts, pa.string(), from_pandas=True)
    return pa.array(column, from_pandas=True)


def _polars_frame(frame: pd.DataFrame) -> Any:
    import polars as pl  # noqa: PLC0415 - optional

    made: Any = pl.from_arrow(_arrow_table(frame))
    labels = {
        name: pl.Enum(column.cat.categories.to_list())
        for name, column in frame.items()
        if hasattr(column.dtype, "categories")
    }
    return made.cast(labels)
