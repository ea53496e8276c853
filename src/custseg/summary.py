"""How many customers bear each label, and how much of the spend they hold."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from custseg.aligning import aligned
from custseg.errors import Problem, UnknownFeature, did_you_mean
from custseg.labels import UNKNOWN, Language, Title
from custseg.languages import check_language
from custseg.money import format_amount
from custseg.table import Column
from custseg.wording import with_code

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FamilySummary", "Line", "Summary", "summarise_family"]


@frozen
class Line:
    """One label of a family.

    Parameters
    ----------
    code : str
    title : Title
    customers : int
    spend : int or None
        Net spend in minor units; None where the policy does not measure it.
    """

    code: str
    title: Title
    customers: int
    spend: int | None


@frozen
class FamilySummary:
    """The labels of one family, or the tiers, with counts and spend.

    Parameters
    ----------
    code : str
    title : Title
    lines : tuple of Line
        In the order of the policy, UNKNOWN last where it occurs.
    decimals : int
        Of the currency of the spend.
    """

    code: str
    title: Title
    lines: tuple[Line, ...]
    decimals: int = 2

    @property
    def customers(self) -> int:
        """How many customers there are in all."""
        return sum(line.customers for line in self.lines)

    @property
    def spend(self) -> int:
        """The net spend of all, in minor units."""
        return sum(line.spend or 0 for line in self.lines)

    def to_text(self, language: Language = "en") -> str:
        """Return the table as aligned text."""
        return aligned(list(self.rows(language, self.decimals)))

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return _table(list(self.rows("en", self.decimals)))

    def rows(self, language: Language, decimals: int) -> Iterator[tuple[str, ...]]:
        """Yield a heading and one row of texts for each line."""
        check_language(language)
        yield (self.title.of(language), *_HEADS[language])
        for line in self.lines:
            yield (
                with_code(line.title.of(language), line.code, language),
                f"{line.customers:,}",
                _share(line.customers, self.customers),
                "-" if line.spend is None else format_amount(line.spend, decimals),
                "-" if line.spend is None else _share(line.spend, self.spend),
            )


@frozen
class Summary:
    """Counts and spend for every family and the tiers.

    Parameters
    ----------
    families : tuple of FamilySummary
        The tiers last.
    currency : str or None
    decimals : int

    Examples
    --------
    >>> from custseg import segment
    >>> sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0]}
    >>> summary = segment(sales, as_of="2026-06-30", currency="CNY").summary()
    >>> [(line.code, line.customers) for line in summary["frequency"].lines][-1]
    ('INFREQUENT', 1)
    """

    families: tuple[FamilySummary, ...]
    currency: str | None = None
    decimals: int = 2

    def __getitem__(self, code: str) -> FamilySummary:
        for one in self.families:
            if one.code == code:
                return one
        known = [one.code for one in self.families]
        raise UnknownFeature(
            Problem(
                f"the summary has no family '{code}'",
                allowed=", ".join(known),
                hint=did_you_mean(code, known),
            )
        )

    def to_text(self, language: Language = "en", *, only: tuple[str, ...] = ()) -> str:
        """Return the tables as aligned text, some families or all."""
        check_language(language)
        chosen = [one for one in self.families if not only or one.code in only]
        return "\n\n".join(one.to_text(language) for one in chosen)

    def to_pandas(self, *, language: Language | None = None) -> pd.DataFrame:
        """Return the tables as one, a row for each label, ready to be plotted.

        Parameters
        ----------
        language : {"zh", "en"} or None
            Titles in this language in place of codes; headings in Chinese for ``zh``.

        Returns
        -------
        pandas.DataFrame
            ``family`` and ``label``, ``customers`` and their ``share`` of the family,
            ``spend`` in the major unit and its ``spend_share``. NaN where spend is not
            measured, and for shares where all of a family is zero or less.

        Raises
        ------
        SettingError
            When the language is not known.

        Examples
        --------
        >>> from custseg import segment
        >>> sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0]}
        >>> summary = segment(sales, as_of="2026-06-30", currency="CNY").summary()
        >>> table = summary.to_pandas().set_index(["family", "label"])
        >>> table.loc[("lifecycle", "NEW"), ["customers", "spend"]].tolist()
        [1.0, 950.0]
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        if language is not None:
            check_language(language)

        def said(one: FamilySummary | Line) -> str:
            return one.code if language is None else one.title.of(language)

        rows = [
            (
                said(family),
                said(line),
                line.customers,
                _ratio(line.customers, family.customers),
                None if line.spend is None else line.spend / 10**self.decimals,
                None if line.spend is None else _ratio(line.spend, family.spend),
            )
            for family in self.families
            for line in family.lines
        ]
        names = ("family", "label", "customers", "share", "spend", "spend_share")
        floats = dict.fromkeys(("share", "spend", "spend_share"), "float64")
        table = pd.DataFrame(rows, columns=list(names)).astype(floats)
        if language == "zh":
            table.columns = pd.Index(["类别", "标签", *_HEADS["zh"]])
        return table

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return "\n".join(one._repr_html_() for one in self.families)


_HEADS: dict[Language, tuple[str, ...]] = {
    "en": ("customers", "share", "net spend", "share of spend"),
    "zh": ("客户数", "占比", "净采购额", "采购额占比"),
}


def summarise_family(
    code: str,
    title: Title,
    labels: list[tuple[str, Title]],
    column: Column,
    spend: Column | None,
    *,
    decimals: int = 2,
) -> FamilySummary:
    """Count one family.

    Parameters
    ----------
    code : str
    title : Title
    labels : list of (code, Title)
        In the order of the column's words, and UNKNOWN behind them.
    column : Column
        The label of each customer.
    spend : Column or None
        Net spend of each customer in minor units.
    decimals : int
        Of its currency.

    Examples
    --------
    >>> from custseg.units import Unit
    >>> tier = Column(np.array([0, 1, 1]), Unit.TEXT, None, ("A", "B"))
    >>> money = Column(np.array([700, 200, 100]), Unit.MONEY)
    >>> titles = [(code, Title(zh=code, en=code)) for code in ("A", "B", "UNKNOWN")]
    >>> title = Title(zh="等级", en="Tier")
    >>> family = summarise_family("tier", title, titles, tier, money)
    >>> [(line.code, line.customers, line.spend) for line in family.lines]
    [('A', 1, 700), ('B', 2, 300)]
    """
    n = len(column.words)
    at = column.values.astype(np.int64)
    if column.known is not None:
        at = np.where(column.known, at, n)
    counts = np.bincount(at, minlength=n + 1)
    sums: list[int | None] = [None] * (n + 1)
    if spend is not None and spend.known is None:
        exact = np.zeros(n + 1, dtype=np.int64)  # bincount would add floats
        np.add.at(exact, at, spend.values)
        sums = [*exact.tolist()]
    lines = tuple(
        Line(label, text, int(counts[i]), sums[i])
        for i, (label, text) in enumerate(labels)
        if counts[i] or label != UNKNOWN
    )
    return FamilySummary(code, title, lines, decimals)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None


def _share(part: int, whole: int) -> str:
    if whole <= 0:
        return "-"
    share = f"{100 * part / whole:.1f} %"
    return "0.0 %" if share == "-0.0 %" else share


def _table(rows: list[tuple[str, ...]]) -> str:
    def cells(row: tuple[str, ...], tag: str) -> str:
        first = f'<{tag} style="text-align:left">{escape(row[0])}</{tag}>'
        return first + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row[1:])

    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows[1:])
    head = f"<thead><tr>{cells(rows[0], 'th')}</tr></thead>"
    return f"<table>{head}<tbody>{body}</tbody></table>"
