"""The tier of one customer through time, as its journal tells it: what, why and who.

Before a complaint is answered, or a tier argued about, somebody asks how the customer
came by it. The journal has every decision with its reason, the score it rested on, and
who answered for it; here they are put into words, in the order of recording.

Limits: of a decision that moved nothing the journal keeps no numbers. Tiers, gates and
triggers are told by their codes, which are all that a journal has.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from custseg.errors import Problem, UnknownCustomer, did_you_mean
from custseg.framing import headed
from custseg.journal.entries import Entry
from custseg.journal.journal import Journal, check_journal
from custseg.labels import Language
from custseg.languages import check_language
from custseg.periods import to_date
from custseg.rules.tiers.moves import ACTION_TITLES, REASON_TITLES, Action, Reason
from custseg.wording import say_number

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TierHistory", "tier_history"]


@frozen(repr=False)
class TierHistory:
    """All that a journal holds on one customer.

    Parameters
    ----------
    customer : str
    entries : tuple of Entry
        In the order of recording.

    Examples
    --------
    >>> from custseg.adapters.stores import open_journal
    >>> from custseg.policy import load_policy
    >>> from custseg.reviews.overrides import override
    >>> journal = open_journal(":memory:")
    >>> _ = override(journal, load_policy("company"), "C17", tier="A", on="2026-10-01",
    ...              until="2027-03-31", reason="contract", author="Li", first=True,
    ...              recorded_at=dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC))
    >>> print(tier_history(journal, "C17"))
    Customer C17: 1 decision
    2026-10-01  Set by hand: no tier -> A, until 2027-03-31
      because: contract
      override 2026-10-01, entry 2, recorded 2026-10-01 09:00 UTC by Li
    """

    customer: str
    entries: tuple[Entry, ...]

    def __len__(self) -> int:
        return len(self.entries)

    def __repr__(self) -> str:
        return f"TierHistory({self.customer}, {len(self)} decisions)"

    def __str__(self) -> str:
        return self.to_text()

    def to_text(self, language: Language = "en") -> str:
        """Return the decisions as lines of text.

        Parameters
        ----------
        language : {"zh", "en"}
        """
        check_language(language)
        words = _WORDS[language]
        key = "one" if len(self) == 1 else "many"
        lines = [words[key].format(self.customer, len(self))]
        last = {one.corrects or one.number: one.number for one in self.entries}
        for entry in self.entries:
            holds = last[entry.corrects or entry.number]
            later = holds if holds != entry.number else None
            lines += _lines(entry, later, language)
        return "\n".join(lines)

    def to_pandas(self, *, language: Language | None = None) -> pd.DataFrame:
        """Return the decisions as a table, one row each.

        Parameters
        ----------
        language : {"zh", "en"} or None
            Titles in this language in place of codes, headings too.

        Returns
        -------
        pandas.DataFrame
            ``date``, from which it holds; ``before`` and ``after``, the tiers held
            (NONE for none yet); ``action`` and ``reason``; ``score`` (NaN where none
            was kept); ``note``, the reason in words, and ``author``, both missing once
            they are forgotten; ``kind``, ``key``, ``entry``, ``corrects`` (0 for none),
            and ``recorded_at``, in UTC.
        """
        import pandas as pd  # noqa: PLC0415 - heavy

        if language is not None:
            check_language(language)
        none = "NONE" if language is None else _WORDS[language]["none"]
        rows = [
            (
                one.valid_on,
                one.before or none,
                one.after or none,
                _action(one, language),
                _reason(one, language),
                _score(one),
                one.note,
                one.author,
                one.kind,
                one.key,
                one.number,
                one.corrects,
                _moment(one.recorded_at),
            )
            for one in self.entries
        ]
        names = ["date", "before", "after", "action", "reason", "score", "note"]
        names += ["author", "kind", "key", "entry", "corrects", "recorded_at"]
        frame = pd.DataFrame(rows, columns=names)
        return headed(frame.astype({"score": "float64"}), language)


def tier_history(journal: Journal, customer: str) -> TierHistory:
    """Return what a journal holds on one customer.

    Parameters
    ----------
    journal : Journal
    customer : str

    Raises
    ------
    UnknownCustomer
        When it holds no decision on such a customer, or has forgotten who that was; it
        names the nearest.
    SettingError
        When it is no journal.
    """
    check_journal(journal)
    entries = tuple(journal.read(customer=customer))
    if not entries:
        known = sorted(journal.store.names("customer").values(), key=str.casefold)
        after = bisect(known, str(customer).casefold(), key=str.casefold)
        raise UnknownCustomer(
            Problem(
                "the journal has no decision on such a customer",
                where="customer",
                got=repr(customer),
                hint=did_you_mean(str(customer), known[max(0, after - 3) : after + 3]),
            )
        )
    return TierHistory(customer, entries)


def _lines(entry: Entry, later: int | None, language: Language) -> Iterator[str]:
    words = _WORDS[language]
    moved = entry.before != entry.after
    tiers = [one or words["none"] for one in (entry.before, entry.after)]
    what = words["moved" if moved else "held"].format(*tiers)
    said = words["what"].format(entry.valid_on, _action(entry, language), what)
    if entry.kind == "override":
        said += words["until"].format(to_date(int(entry.state["locked_until"])))
    yield said
    why = [_reason(entry, language), *_seen(entry, words)]
    if entry.note is None:
        why.append(words["forgotten"])
    elif entry.note:
        why.append(entry.note)
    if any(why):
        yield words["because"].format(words["stop"].join(filter(None, why)))
    who = {"": words["nobody"], None: words["somebody"]}.get(entry.author)
    yield words["recorded"].format(
        _KINDS[language].get(entry.kind, entry.kind),
        entry.key,
        entry.number,
        _moment(entry.recorded_at),
        words["by"].format(entry.author) if who is None else who,
    )
    if entry.corrects:
        yield words["corrects"].format(entry.corrects)
    if later is not None:
        yield words["corrected"].format(later)


def _seen(entry: Entry, words: Mapping[str, str]) -> Iterator[str]:
    """Yield the numbers and codes that decided, as far as they were kept."""
    inputs: Mapping[str, Any] = entry.inputs or {}
    score = _score(entry)
    if score is not None:
        yield words["score"].format(say_number(score))
    for key in ("gates", "alerts"):
        if inputs.get(key):
            yield words[key].format(words["and"].join(map(str, inputs[key])))


def _score(entry: Entry) -> float | None:
    score = (entry.inputs or {}).get("score")
    return None if score is None else float(score)


def _action(entry: Entry, language: Language | None) -> str:
    """Return what was done; what is done by hand is called after its kind."""
    if language is None:
        return entry.action
    if entry.kind in _BY_HAND[language]:
        return _BY_HAND[language][entry.kind]
    if entry.action in Action.__members__:
        return ACTION_TITLES[Action[entry.action]].of(language)
    return entry.action


def _reason(entry: Entry, language: Language | None) -> str:
    if language is None:
        return ", ".join(entry.reasons)
    said = (
        REASON_TITLES[Reason[one]].of(language) if one in Reason.__members__ else one
        for one in entry.reasons
    )
    return _WORDS[language]["stop"].join(said)


def _moment(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


_BY_HAND: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"override": "Set by hand", "release": "No longer set by hand"},
    "zh": {"override": "人工调整", "release": "提前结束人工调整"},
}

_KINDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {},
    "zh": {
        "review": "复盘",
        "trigger": "触发",
        "override": "人工调整",
        "release": "结束人工调整",
    },
}

_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "one": "Customer {}: {} decision",
        "many": "Customer {}: {} decisions",
        "what": "{}  {}: {}",
        "moved": "{} -> {}",
        "held": "{1}",
        "none": "no tier",
        "until": ", until {}",
        "because": "  because: {}",
        "stop": "; ",
        "and": ", ",
        "score": "score {}",
        "gates": "gates: {}",
        "alerts": "alerts: {}",
        "forgotten": "the reason in words was erased",
        "recorded": "  {} {}, entry {}, recorded {}{}",
        "by": " by {}",
        "nobody": ", by nobody named",
        "somebody": ", by somebody who was forgotten",
        "corrects": "  corrects entry {}",
        "corrected": "  corrected later by entry {}",
    },
    "zh": {
        "one": "客户 {}：共 {} 条决定",
        "many": "客户 {}：共 {} 条决定",
        "what": "{}  {}：{}",
        "moved": "{} → {}",
        "held": "{1}",
        "none": "未定级",
        "until": "，至 {} 为止",
        "because": "  原因：{}",
        "stop": "；",
        "and": "、",
        "score": "得分 {}",
        "gates": "门槛：{}",
        "alerts": "预警：{}",
        "forgotten": "文字理由已抹去",
        "recorded": "  {} {}，第 {} 条，{} 写入{}",
        "by": "，经办人 {}",
        "nobody": "，未记经办人",
        "somebody": "，经办人已抹去",
        "corrects": "  更正第 {} 条",
        "corrected": "  已由第 {} 条更正",
    },
}
