"""What a policy gives names of its own: features, and tables of words.

They decide nothing by themselves. A named feature is measured like any other; a lookup
says what the words of somebody's systems mean here.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from attrs import frozen

from custseg.labels import Title
from custseg.periods import Window
from custseg.units import Unit

__all__ = ["Better", "Lookup", "LookupEntry", "LookupTitle", "Match", "NamedFeature"]

Better = Literal["higher", "lower"]
"""Which end of something is the good one."""

Match = Literal["exact", "prefix"]
"""Whether a whole text counts, or the longest beginning."""


@frozen
class NamedFeature:
    """A feature under a name of its own: of the catalogue, or a customers' column.

    Parameters
    ----------
    code : str
    feature : str
        Its code in the catalogue; "" for a column.
    window : Window or None
        A window of its own; None is that of the policy. Without meaning for a column.
    title : Title
    attribute : str or None
        A column that the input contract has no name for; None for one of the catalogue.
    unit : Unit or None
        What the column counts in.
    better : {"higher", "lower", ""}
        In which direction the column is good for the seller.
    source : str
    groups : str
        The lookup whose groups stand for the words by which the feature goes; "" for
        the words themselves.
    """

    code: str
    feature: str
    window: Window | None
    title: Title
    attribute: str | None = None
    unit: Unit | None = None
    better: Better | Literal[""] = ""
    source: str = ""
    groups: str = ""

    @property
    def says_window(self) -> bool:
        """Whether its title says the window, since it has one of its own."""
        return self.window is not None


@frozen
class LookupEntry:
    """One line of a lookup: what is declared, and what it means."""

    text: str
    value: Decimal | str


@frozen
class LookupTitle:
    """What a code is called that a lookup finds."""

    code: str
    title: Title


@frozen
class Lookup:
    """A table from what is declared in words or codes to what the policy speaks of.

    Either it looks up a text of each customer, or it brings the words of a column
    together in groups, by which named features then go.

    Parameters
    ----------
    code : str
        How expressions name the outcome.
    title : Title
    of : str
        A text feature, or a lookup above this one; or a column, as ``table.column``.
    entries : tuple of LookupEntry
        All values are texts, or all are numbers. Upper and lower case count as one.
    match : {"exact", "prefix"}
        The whole text, or the longest entry with which it begins. A prefix may be a
        range: ``13..43`` stands for 13, 14, and so on to 43.
    assume : str
        For codes without a colon: what to put before them, such as ``GB/T:``, where
        they match nothing as they are. A text is taken for a code if its first word
        holds a digit or is a single letter.
    otherwise : Decimal, str or None
        For a text that matches nothing; None leaves it unknown. Where nothing is
        declared, the outcome is unknown in any case.
    unit : Unit
        TEXT, or that of the numbers.
    source : str
    titles : tuple of LookupTitle
        Of the codes, for explanations. One without is called as the label of that code
        in a family that asks for the lookup.
    """

    code: str
    title: Title
    of: str
    entries: tuple[LookupEntry, ...]
    match: Match = "exact"
    assume: str = ""
    otherwise: Decimal | str | None = None
    unit: Unit = Unit.TEXT
    source: str = ""
    titles: tuple[LookupTitle, ...] = ()

    @property
    def is_of_words(self) -> bool:
        """Whether it groups the words of a column; no customer has an outcome then."""
        return "." in self.of

    @property
    def words(self) -> tuple[str, ...]:
        """The texts that can come out, in order; empty for numbers."""
        values = [one.value for one in self.entries]
        if self.otherwise is not None:
            values.append(self.otherwise)
        return tuple(dict.fromkeys(one for one in values if isinstance(one, str)))
