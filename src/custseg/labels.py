"""Words that people read: every code has a Chinese and an English title.

Codes belong to the library and stay the same everywhere; titles belong to a policy,
because one Chinese word can name different codes in different trades.
"""

from __future__ import annotations

from typing import Literal

from attrs import frozen

__all__ = ["UNKNOWN", "Label", "Language", "Title", "title_or_code"]

Language = Literal["zh", "en"]

UNKNOWN = "UNKNOWN"
"""The code of every family for a customer of whom a needed fact is missing."""


@frozen
class Title:
    """What a code is called in each language.

    Examples
    --------
    >>> Title(zh="高价值客户", en="High value").of("zh")
    '高价值客户'
    """

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Return the title in one language."""
        return self.zh if language == "zh" else self.en


def title_or_code(title: Title, code: str, language: Language | None) -> str:
    """Return the title in a language, or the code where none is asked for.

    Examples
    --------
    >>> title_or_code(Title(zh="升级", en="Moved up"), "UP", None)
    'UP'
    """
    return code if language is None else title.of(language)


@frozen
class Label:
    """One of the labels of a family: its code, and its title.

    Examples
    --------
    >>> Label("HIGH", Title(zh="高价值客户", en="High value")).code
    'HIGH'
    """

    code: str
    title: Title


UNKNOWN_LABEL = Label(UNKNOWN, Title(zh="未知", en="Unknown"))
