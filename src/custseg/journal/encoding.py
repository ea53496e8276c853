"""Decisions as the texts that are hashed, checked on the way.

Only numbers and codes get into the chain: a code is made of ASCII letters, digits and a
few signs, without blanks. That keeps names, addresses and remarks out of what can never
be erased, as far as a check of letters can; ``ZhangSan`` would pass, so do not write
persons into codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn

from custseg.errors import Problem, SettingError, did_you_mean
from custseg.journal.chain import Head, canonical, check_of
from custseg.journal.entries import KINDS, Batch, Decision, Json

__all__ = ["Content", "Encoded", "check_text", "encode"]

_SIGNS = "_.:+-/#%<>=*()&|"
_is_code = re.compile(rf"[A-Za-z0-9{re.escape(_SIGNS)}]{{1,100}}").fullmatch
_ALPHABET = (
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    + _SIGNS.encode()
    + b'{}[]",'
)
_ALLOWED = f"ASCII letters, digits and {_SIGNS}, without blanks, up to 100"

Content = tuple[str | None, str | None, str, str, str]
"""Outcome of a decision: before, after, action, reasons and state, as texts."""


class Encoded(NamedTuple):
    """A decision, its parts as the chain holds them."""

    customer: str
    content: Content
    inputs: str  # "" where the decision is quiet
    check: int | None  # None where it is not quiet
    note: str

    @property
    def seen(self) -> int:
        """The check of the inputs."""
        return check_of(self.inputs) if self.check is None else self.check


def encode(batch: Batch) -> list[Encoded]:
    """Return the decisions of a batch as texts.

    Raises
    ------
    SettingError
        When something is no code, no plain data, or a customer comes twice.
    """
    _check_head(batch)
    coder = _Coder()
    found = [coder.encoded(at, one) for at, one in enumerate(batch.decisions)]
    if len({one.customer for one in found}) < len(found):
        _refuse_doubles(found)
    return found


def _check_head(batch: Batch) -> None:
    if batch.kind not in KINDS:
        raise SettingError(
            Problem(
                "there is no such kind of batch",
                where="batch.kind",
                got=repr(batch.kind),
                allowed=", ".join(KINDS),
                hint=did_you_mean(str(batch.kind), KINDS),
            )
        )
    coder = _Coder()
    coder.code(batch.key, "batch.key")
    for name in ("policy", "fitted"):
        if getattr(batch, name) != "":
            coder.code(getattr(batch, name), f"batch.{name}")
    if not isinstance(batch.based_on, Head):
        raise SettingError(
            Problem(
                "expected a head",
                where="batch.based_on",
                got=f"a {type(batch.based_on).__name__}",
                hint="give journal.head() as it was before you read the state",
            )
        )
    if not batch.decisions:
        raise SettingError(
            Problem("a batch holds one decision or more", where="batch.decisions")
        )


class _Coder:
    """Remembers what it has checked: the same few codes come a million times."""

    def __init__(self) -> None:
        self._codes: set[str | None] = set()
        self._reasons: dict[tuple[str, ...], str] = {}
        self._texts: dict[str, str] = {}
        self._states: dict[int, str] = {}  # by identity: the batch keeps them alive

    def encoded(self, at: int, one: Decision) -> Encoded:
        """Return one decision as texts."""
        for name in ("before", "after", "action"):
            code = getattr(one, name)
            # Looked up only when a text: True would be found as 1, a list would fail.
            if code is None and name != "action":
                continue
            if type(code) is not str or code not in self._codes:
                self.code(code, f"batch.decisions[{at}].{name}")
        reasons = self.reasons(one.reasons, at)
        # A million states are a few hundred different ones: each is written once.
        state = self._states.get(id(one.state))
        if state is None:
            state = self.plain(one.state, at, "state")
            state = self._texts.setdefault(state, state)
            self._states[id(one.state)] = state
        inputs = self.plain(one.inputs, at, "inputs")
        _check_person(one, at)
        return Encoded(
            one.customer,
            (one.before, one.after, one.action, reasons, state),
            "" if one.quiet else inputs,
            check_of(inputs) if one.quiet else None,
            one.note,
        )

    def code(self, code: object, where: str) -> None:
        """Refuse what is no code."""
        if not isinstance(code, str) or not _is_code(code):
            raise SettingError(
                Problem(
                    "expected a code",
                    where=where,
                    got=f"a {type(code).__name__}"
                    if not isinstance(code, str)
                    else f"a text of {len(code)} characters",
                    allowed=_ALLOWED,
                    hint="words belong in the note, which can be erased",
                )
            )
        self._codes.add(code)

    def reasons(self, reasons: tuple[str, ...], at: int) -> str:
        """Return the codes of reasons as a canonical JSON list."""
        try:
            return self._reasons[reasons]
        except (KeyError, TypeError):  # new, or a list, which is no key
            where = f"batch.decisions[{at}].reasons"
        if not isinstance(reasons, tuple):
            got, allowed = f"a {type(reasons).__name__}", "a tuple of codes"
            raise SettingError(Problem("expected codes", where, got, allowed))
        for code in reasons:
            self.code(code, where)
        return self._reasons.setdefault(reasons, canonical(reasons))

    def plain(self, data: Json, at: int, name: str) -> str:
        """Return plain data as canonical JSON: the longest step of a commit."""
        if type(data) is dict and {*map(type, data)} <= {str}:
            try:
                text = canonical(data)
            except (TypeError, ValueError, RecursionError):
                text = ""
            # One brace: no mapping inside, whose names would have to be looked at.
            if text.count("{") == 1 and not text.encode().translate(None, _ALPHABET):
                return text
        return self._careful(data, at, name)

    def _careful(self, data: Json, at: int, name: str) -> str:
        """Return plain data as canonical JSON, or say what is wrong with it."""
        if not isinstance(data, Mapping):
            _refuse_data(at, name, f"a {type(data).__name__}")
        try:
            text = canonical(dict(data))
        except (TypeError, ValueError, RecursionError) as error:
            _refuse_data(at, name, str(error))
        if not _has_names(data):
            _refuse_data(at, name, "a mapping whose names are no texts")
        odd = text.encode().translate(None, _ALPHABET)
        if odd:
            signs = "".join(sorted(set(odd.decode())))
            _refuse_data(at, name, f"a text with {signs!r} or what it stands for")
        return text


def _has_names(data: Any) -> bool:
    """Tell whether all keys are texts; JSON would turn a number 1 into a text "1"."""
    if isinstance(data, Mapping):
        keyed = all(isinstance(key, str) for key in data)
        return keyed and all(map(_has_names, data.values()))
    return not isinstance(data, list | tuple) or all(map(_has_names, data))


def _refuse_data(at: int, name: str, got: str) -> NoReturn:
    raise SettingError(
        Problem(
            "expected plain data",
            where=f"batch.decisions[{at}].{name}",
            got=got,
            allowed="finite numbers, codes, true, false and None under names; "
            f"codes are {_ALLOWED}",
            hint="words belong in the note, which can be erased",
        )
    )


def _check_person(one: Decision, at: int) -> None:
    customer = one.customer
    # The common case; isprintable() leaves NUL out and lets the empty text pass.
    plain = type(customer) is str and customer.isascii() and customer.isprintable()
    if not plain or not customer:
        check_text(customer, f"batch.decisions[{at}].customer")
    if one.note == "":
        return
    check_text(one.note, f"batch.decisions[{at}].note")
    if one.quiet:
        raise SettingError(
            Problem(
                "a quiet decision has no note",
                where=f"batch.decisions[{at}].note",
                hint="leave out quiet=True, so that the decision has its own entry",
            )
        )


def check_text(text: object, where: str, *, empty: bool = False) -> None:
    """Refuse what no store can keep as a text.

    Raises
    ------
    SettingError
    """
    allowed = "a text without NUL and without half characters"
    if isinstance(text, str) and (text or empty) and "\0" not in text:
        if text.isascii():
            return
        try:
            text.encode()
        except UnicodeEncodeError:  # half of a surrogate pair
            pass
        else:
            return
    got = "an empty text" if text == "" else f"a {type(text).__name__}"
    raise SettingError(Problem("expected a text", where, got, allowed))


def _refuse_doubles(found: list[Encoded]) -> None:
    seen: set[str] = set()
    for at, one in enumerate(found):
        if one.customer in seen:
            raise SettingError(
                Problem(
                    "a customer has two decisions in one batch",
                    where=f"batch.decisions[{at}]",
                    got=repr(one.customer),
                    allowed="one decision per customer",
                )
            )
        seen.add(one.customer)
