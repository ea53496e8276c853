"""Read one table of a policy file key by key, and say everything that is wrong in it.

A policy is written by people, so nothing is guessed for them: the text ``"80"`` is no
number, ``true`` is not 1, ``80.0`` is no whole number, and a key that nobody knows is
a mistake and not a remark. A wrong value is noted and a harmless one returned in its
place, so that reading goes on and the person is told all mistakes at once.

Limits: numbers have at most fifteen digits, so that a number in JSON, which most
programs read as a binary fraction, comes back as exactly the same decimal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar, get_args

from custseg.errors import did_you_mean
from custseg.labels import Title
from custseg.rules.describing import MOST_DIGITS, described, shown, too_long
from custseg.rules.paths import Found, Path, found_at

__all__ = ["LONGEST_TEXT", "MOST_PROBLEMS", "Reader", "read_title"]

LONGEST_TEXT: Final = 4_000
"""The most characters of a text in a policy."""

MOST_PROBLEMS: Final = 100
"""More problems of one file than these are not told, and not looked for in earnest."""

_TITLE: Final = '{ zh = "...", en = "..." }'

T = TypeVar("T")
_REQUIRED: Final[Any] = object()


class Reader:
    """One table of the file.

    Parameters
    ----------
    table : mapping of str to object
    path : tuple of str and int
        Where the table stands.
    problems : list
        Every problem is added to it, with its path.
    """

    def __init__(
        self, table: Mapping[str, object], path: Path, problems: list[Found]
    ) -> None:
        self.table = table
        self.path = path
        self.problems = problems
        self.asked: list[str] = []

    def wrong(
        self,
        what: str,
        *steps: str | int,
        got: str = "",
        allowed: str = "",
        hint: str = "",
        on_key: bool = False,
    ) -> None:
        """Add a problem with the table or with something in it."""
        path = (*self.path, *steps)
        found = found_at(path, what, got=got, allowed=allowed, hint=hint, on_key=on_key)
        self.problems.append(found)

    def unfit(self, wanted: str, value: object, *steps: str | int) -> None:
        """Add the problem that a value is of another kind than the one wanted."""
        key = steps[-1] if isinstance(steps[-1], str) else ""
        got, hint = described(value), _usual_slip(value, wanted, key)
        self.wrong(f"expected {wanted}", *steps, got=got, hint=hint)

    def close(self) -> None:
        """Add a problem for every key that nobody has asked for."""
        for key in self.table:
            if key in self.asked:
                continue
            hint = ""
            if len(self.problems) < MOST_PROBLEMS:
                missing = [one for one in self.asked if one not in self.table]
                hint = did_you_mean(str(key), missing)
                hint = hint or did_you_mean(str(key), self.asked)
            is_table = isinstance(self.table[key], Mapping)
            also = ", or move it under its own header" if is_table else ""
            self.wrong(
                f"there is no key '{shown(str(key))}' here",
                str(key),
                on_key=True,
                allowed=", ".join(dict.fromkeys(self.asked)),
                hint=hint or f"take it out{also}",
            )

    def has(self, key: str) -> bool:
        """Say whether the table has a key, which may be in it."""
        self.asked.append(key)
        return key in self.table

    def text(self, key: str, default: str = _REQUIRED) -> str:
        """Return a text."""
        value = self._value(key, default, "a text in quotes", str)
        if isinstance(value, str):
            return self._sound(value, key)
        return "" if default is _REQUIRED else default

    def choice(self, key: str, allowed: Sequence[str], default: str = _REQUIRED) -> str:
        """Return one of several words."""
        before = len(self.problems)
        word = self.text(key, default)
        if word in allowed:
            return word
        if len(self.problems) == before and word != default:
            self.wrong(
                "this is none of the words that can stand here",
                key,
                got=described(word),
                allowed=", ".join(allowed),
                hint=did_you_mean(word, allowed),
            )
        return allowed[0] if default is _REQUIRED else default

    def literal(self, key: str, words: object, default: str = _REQUIRED) -> Any:
        """Return one of the words of a ``Literal``, which are written nowhere else."""
        return self.choice(key, get_args(words), default)

    def whole(self, key: str, default: int = _REQUIRED) -> int:
        """Return a whole number, written without a point."""
        value = self._value(key, default, "a whole number", int)
        if type(value) is int and self._short(value, key):
            return value
        return 1 if default is _REQUIRED else default

    def number(self, key: str, default: Decimal | None = _REQUIRED) -> Decimal | None:
        """Return a number, exactly as it was written."""
        value = self._value(key, default, "a number", (int, float, Decimal))
        if value is not default and value is not None:
            return self._exact(value, key)
        return Decimal(1) if default is _REQUIRED else default

    def numbers(self, key: str) -> tuple[Decimal, ...]:
        """Return a list of numbers; empty where there is none."""
        before = len(self.problems)
        value = self._value(key, [], "a list of numbers", (list, tuple))
        if not isinstance(value, list | tuple):
            return ()
        for place, one in enumerate(value):
            if isinstance(one, bool) or not isinstance(one, int | float | Decimal):
                self.unfit("a number", one, key, place)
        if len(self.problems) > before:
            return ()
        return tuple(self._exact(one, key, place) for place, one in enumerate(value))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where there is none."""
        value = self._value(key, [], "a list of texts in quotes", (list, tuple))
        found = []
        for place, one in enumerate(value if isinstance(value, list | tuple) else ()):
            if isinstance(one, str):
                found.append(self._sound(one, key))
            else:
                self.unfit("a text in quotes", one, key, place)
        return tuple(found)

    def flag(self, key: str) -> bool:
        """Return true or false; false where nothing is said."""
        value = self._value(key, False, "true or false", bool)  # noqa: FBT003
        return bool(value)

    def plain(self, key: str) -> Decimal | bool | str:
        """Return a number, a text, true or false."""
        allowed = (bool, int, float, Decimal, str)
        value = self._value(key, _REQUIRED, "a number, a text, true or false", allowed)
        if isinstance(value, str):
            return self._sound(value, key)
        if isinstance(value, bool):
            return value
        return Decimal(1) if value is None else self._exact(value, key)

    def day(self, key: str) -> date | None:
        """Return a date, or None where there is none; ISO text will do, as in JSON."""
        if self.has(key):
            value = self.table[key]
            if isinstance(value, date) and not isinstance(value, datetime):
                return value
            try:
                if isinstance(value, str) and len(value) == 10:
                    return date.fromisoformat(value)
            except ValueError:
                pass
            allowed = "a date without quotes, such as 2026-01-31"
            self.wrong("expected a date", key, got=described(value), allowed=allowed)
        return None

    def part(self, key: str, read: Callable[[Reader], T], default: T = _REQUIRED) -> T:
        """Return what a function makes of the table under a key."""
        found = self._value(key, default, "a table", Mapping)
        if isinstance(found, Mapping):
            return _read(found, (*self.path, key), self.problems, read)
        return _blank(read, (*self.path, key)) if default is _REQUIRED else default

    def parts(self, key: str, read: Callable[[Reader], T]) -> tuple[T, ...]:
        """Return what a function makes of each table in the list under a key."""
        found = self._value(key, [], "a list of tables", (list, tuple))
        rows = found if isinstance(found, list | tuple) else ()
        made = []
        for place, row in enumerate(rows):
            path = (*self.path, key, place)
            if isinstance(row, Mapping):
                made.append(_read(row, path, self.problems, read))
            else:
                hint = f"write {_TITLE}" if key == "actions" else ""
                got = described(row)
                self.wrong("expected a table", key, place, got=got, hint=hint)
                made.append(_blank(read, path))  # so that the others keep their places
        return tuple(made)

    def keyed(self, key: str, read: Callable[[Reader], T]) -> tuple[T, ...]:
        """Return what a function makes of each table in the table under a key."""
        found = self._value(key, {}, "a table of tables", Mapping)
        made = []
        for code, row in found.items() if isinstance(found, Mapping) else ():
            if isinstance(row, Mapping):
                path = (*self.path, key, str(code))
                made.append(_read(row, path, self.problems, read))
            else:
                hint = f"begin its table with [{key}.{code}]"
                if key == "thresholds":
                    hint = f"write {code} = {{ is = ... }}"
                got = described(row)
                self.wrong("expected a table", key, str(code), got=got, hint=hint)
        return tuple(made)

    def _value(
        self, key: str, default: Any, wanted: str, kinds: type | tuple[type, ...]
    ) -> Any:
        """Return the value under a key; None where it is missing or of no kind."""
        if not self.has(key):
            if default is not _REQUIRED:
                return default
            hint = f"add {_example(key, kinds, self.path)}"
            self.wrong("this key is missing", key, on_key=True, hint=hint)
            return None
        value = self.table[key]
        wanted_kinds = kinds if isinstance(kinds, tuple) else (kinds,)
        is_flag = isinstance(value, bool) and bool not in wanted_kinds
        if isinstance(value, kinds) and not is_flag:
            return value
        self.unfit(wanted, value, key)
        return None

    def _sound(self, text: str, key: str) -> str:
        if len(text) > LONGEST_TEXT:
            self.wrong(
                "the text is too long",
                key,
                got=f"{len(text):,} characters",
                allowed=f"at most {LONGEST_TEXT:,}",
            )
            return ""
        if any("\ud800" <= c <= "\udfff" for c in text):
            what, hint = "the text holds half a character", "write it again"
            self.wrong(what, key, got=described(text), hint=hint)
            return ""
        return text

    def _exact(self, value: float | Decimal, *steps: str | int) -> Decimal:
        number = Decimal(repr(value)) if isinstance(value, float) else value
        if isinstance(number, int):
            return Decimal(number) if self._short(number, *steps) else Decimal(1)
        if too_long(number):
            self._long(number, *steps)
            return Decimal(1)
        return number

    def _short(self, value: int, *steps: str | int) -> bool:
        if abs(value) < 10**MOST_DIGITS:
            return True
        self._long(value, *steps)
        return False

    def _long(self, value: int | Decimal, *steps: str | int) -> None:
        self.wrong(
            "the number has too many digits"
            if Decimal(value).is_finite()
            else "the number is not finite, or beyond all bounds",
            *steps,
            got=described(value),
            allowed=f"at most {MOST_DIGITS} digits before and after the point together",
        )


def read_title(reader: Reader) -> Title:
    """Read a title, in both languages."""
    return Title(zh=reader.text("zh"), en=reader.text("en"))


def _read(
    table: Mapping[str, object],
    path: Path,
    problems: list[Found],
    read: Callable[[Reader], T],
) -> T:
    reader = Reader(table, path, problems)
    made = read(reader)
    reader.close()
    return made


def _blank(read: Callable[[Reader], T], path: Path) -> T:
    """Return what a function makes of nothing at all, without a word about it."""
    return read(Reader({}, path, []))


def _example(key: str, kinds: type | tuple[type, ...], path: Path) -> str:
    """Return how a key is written, for the one that is missing."""
    if key == "title":
        return f"title = {_TITLE}"
    if kinds is Mapping:
        return f"the table [{'.'.join((*map(str, path), key))}]"
    if kinds is str:
        return f'{key} = "..."'
    return f"{key} = 1" if kinds is int else f"{key} = ..."


def _usual_slip(value: object, wanted: str, key: str) -> str:  # noqa: PLR0911 - one per slip
    """Return a hint for the usual ways to write a value wrongly."""
    is_text, is_table = isinstance(value, str), isinstance(value, Mapping)
    if key in {"title", "owner", "channel"} and wanted == "a table":
        return f"write {key} = {_TITLE}"
    if "number" in wanted and is_text:
        return "remove the quotes" if _looks_like_number(str(value)) else ""
    if wanted.startswith("a text") and not isinstance(value, Mapping | list):
        return "put it in quotes"
    if wanted == "a whole number" and isinstance(value, float | Decimal):
        number = Decimal(value)
        is_whole = not too_long(number) and number == number.to_integral_value()
        return f"write {int(number)}" if is_whole else ""
    if wanted == "a list of tables" and is_table:
        if key == "before":
            return "write before = [{ is = ..., since = ... }]"
        return "write its header with double brackets: [[...]]"
    if wanted == "a table" and isinstance(value, list):
        return "write its header with single brackets: [...]"
    return ""


def _looks_like_number(text: str) -> bool:
    bare = text.strip().replace("_", "")
    return bare.replace(".", "", 1).removeprefix("-").isdecimal() and bare.isascii()
