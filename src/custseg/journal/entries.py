"""What goes into a journal, and what comes out.

A :class:`Batch` is one review, trigger or override: the decisions that are recorded
together or not at all. Each :class:`Decision` says what became of one customer, why,
and which state the customer is in afterwards. Read back, it is an :class:`Entry`.

A decision can be *quiet*: nothing moved, and nobody will ask for its numbers. Of a
quiet decision the journal keeps outcome and state, and of its inputs only a check that
tells other data from the same. Quiet decisions that are alike take one line together.

Limits: codes, states and inputs are for numbers and codes. Free text is refused there,
because the chain cannot forget; a reason in words goes into ``note``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sized
from typing import Any, Literal

from attrs import field, frozen

from custseg.errors import Problem, SettingError
from custseg.journal.chain import Head
from custseg.periods import as_day, to_date

__all__ = [
    "ERASURE",
    "KINDS",
    "Affected",
    "Batch",
    "Decision",
    "Entry",
    "Held",
    "Json",
    "Kind",
    "Receipt",
    "as_moment",
    "check_begun",
    "moment_text",
]

Json = Mapping[str, Any]
"""Plain data: numbers, codes, truth values, None, lists and mappings of such."""

Kind = Literal["review", "trigger", "override", "release"]

KINDS: tuple[Kind, ...] = ("review", "trigger", "override", "release")
"""What a batch can be: periodic, asked for by an event, by hand, the end of by hand."""

ERASURE = "erasure"
"""The kind of the commits by which the journal itself notes that it forgot."""


def _as_date(value: object) -> dt.date:
    return to_date(as_day(value, where="valid_on"))


def _counted(decisions: Sized) -> str:
    return f"({len(decisions)} decisions)"


@frozen
class Decision:
    """What was decided on one customer.

    Parameters
    ----------
    customer : str
    before, after : str or None
        Codes of the held tier; None where there is none.
    action : str
        A code such as ``"UP"``.
    reasons : tuple of str
        Codes, the most important first.
    inputs : mapping of str to plain data
        The numbers and codes that decided.
    state : mapping of str to plain data
        Everything that the next decision needs to know: the state afterwards.
    quiet : bool
        Keep only a check of the inputs, and let alike decisions share a line.
    note : str
        A reason in words, kept where it can be erased. Not on a quiet decision.

    Examples
    --------
    >>> Decision("C0007", before="B", after="A", action="UP", state={"tier": 0}).after
    'A'
    """

    customer: str
    before: str | None = field(kw_only=True)
    after: str | None = field(kw_only=True)
    action: str = field(kw_only=True)
    reasons: tuple[str, ...] = field(default=(), kw_only=True)
    inputs: Json = field(factory=dict, kw_only=True)
    state: Json = field(factory=dict, kw_only=True)
    quiet: bool = field(default=False, kw_only=True)
    note: str = field(default="", kw_only=True)


def _as_tuple(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    return tuple(decisions)


@frozen
class Batch:
    """Decisions that are recorded together or not at all.

    Parameters
    ----------
    kind : {"review", "trigger", "override", "release"}
    key : str
        The period of a review (``"2026-Q3"``) or the code of an event. A customer has
        one decision per kind and key. It stays for ever: no customer id in it.
    valid_on : date or str
        The day from which the decisions hold.
    policy, fitted : str
        Digests of the policy and the fitted policy; "" for a decision by hand.
    based_on : Head
        ``journal.head()`` as it was before the held tiers were read.
    decisions : iterable of Decision
        At most one per customer, in any order; kept as a tuple.

    Examples
    --------
    >>> held = Decision("C0007", before=None, after="B", action="FIRST")
    >>> batch = Batch("review", key="2026-Q3", valid_on="2026-10-01", based_on=Head(),
    ...               decisions=[held])
    >>> batch.valid_on, len(batch.decisions)
    (datetime.date(2026, 10, 1), 1)
    """

    kind: Kind
    key: str = field(kw_only=True)
    valid_on: dt.date = field(kw_only=True, converter=_as_date)
    policy: str = field(default="", kw_only=True)
    fitted: str = field(default="", kw_only=True)
    based_on: Head = field(kw_only=True)
    decisions: tuple[Decision, ...] = field(
        kw_only=True, converter=_as_tuple, repr=_counted
    )


@frozen
class Entry:
    """One recorded decision, as it is read back.

    ``customer``, ``note`` and ``author`` come from outside the chain: None once they
    are forgotten. Of a quiet decision ``inputs`` is None: only its check was kept.

    Parameters
    ----------
    number : int
        Its place in the chain. Quiet decisions that are alike have one place.
    kind, key : str
        As in :class:`Batch`; ``"erasure"`` where the journal notes that it forgot.
    subject : int
        The token that the chain knows the customer by.
    customer : str or None
    valid_on : date
        The day from which it holds.
    recorded_at : datetime
        In UTC.
    before, after : str or None
    action : str
    reasons : tuple of str
    inputs : mapping or None
    state : mapping
    corrects : int
        The number of the entry that it replaces, 0 where it corrects nothing.
    policy, fitted : str
        Digests.
    author, note : str or None
        "" where nobody gave any.
    previous, hash : str
        SHA-256 in hexadecimal digits.
    """

    number: int
    kind: str
    key: str
    subject: int
    customer: str | None
    valid_on: dt.date
    recorded_at: dt.datetime
    before: str | None
    after: str | None
    action: str
    reasons: tuple[str, ...]
    inputs: Json | None
    state: Json
    corrects: int
    policy: str
    fitted: str
    author: str | None
    note: str | None
    previous: str
    hash: str


@frozen
class Held:
    """What a customer holds: the tier, the state, and the entry that gave them."""

    tier: str | None
    state: Json = field(repr=False)
    number: int
    valid_on: dt.date


@frozen
class Affected:
    """A later decision of a customer whose earlier one was corrected; it stands."""

    customer: str
    number: int
    kind: str
    key: str
    valid_on: dt.date


@frozen
class Receipt:
    """What a commit did.

    Parameters
    ----------
    recorded : int
        Decisions written, corrections included.
    repeated : int
        Decisions that stood in the journal already, alike in everything.
    corrected : int
    affected : tuple of Affected
        Later decisions of the corrected customers, by number; none was changed.
    head : Head
        The head after the commit: keep it elsewhere, ``journal.verify(head)``.
    """

    recorded: int
    repeated: int
    corrected: int
    affected: tuple[Affected, ...]
    head: Head

    @property
    def already_recorded(self) -> bool:
        """Whether nothing was written because everything stood there."""
        return self.recorded == 0


def as_moment(value: object, *, where: str) -> dt.datetime:
    """Return a moment in UTC.

    Raises
    ------
    SettingError
        When it is no ``datetime``, or has no time zone.

    Examples
    --------
    >>> zone = dt.timezone(dt.timedelta(hours=8))
    >>> as_moment(dt.datetime(2026, 10, 1, 9, tzinfo=zone), where="recorded_at").hour
    1
    """
    if isinstance(value, dt.datetime) and value.utcoffset() is not None:
        return value.astimezone(dt.UTC)
    raise SettingError(
        Problem(
            "expected a moment with a time zone",
            where=where,
            got=repr(value),
            allowed="a datetime such as datetime.now(timezone.utc)",
        )
    )


def check_begun(on: dt.date, recorded_at: object) -> None:
    """Refuse to record what begins days later: nothing before it could be decided.

    A slip in the year would close a journal to every review until then. A day is
    granted, because it begins earlier in the east than in UTC.

    Parameters
    ----------
    on : date
        The day from which decisions hold.
    recorded_at : datetime

    Raises
    ------
    SettingError

    Examples
    --------
    >>> check_begun(dt.date(2026, 10, 1), dt.datetime(2026, 9, 30, 20, tzinfo=dt.UTC))
    """
    last = as_moment(recorded_at, where="recorded_at").date() + dt.timedelta(days=1)
    if on > last:
        raise SettingError(
            Problem(
                "decisions are recorded when they begin, not days before",
                where="on",
                got=str(on),
                allowed=f"{last} or earlier for this recorded_at",
                hint="check the year, or record it on the day",
            )
        )


def moment_text(moment: dt.datetime) -> str:
    """Write a moment in UTC so that texts sort as moments do.

    Examples
    --------
    >>> moment_text(dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC))
    '2026-10-01T08:00:00.000000Z'
    """
    local = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return local.isoformat(timespec="microseconds") + "Z"
