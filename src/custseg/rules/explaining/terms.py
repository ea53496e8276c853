"""What an explanation speaks of: features, scores, thresholds, and values of them.

Each thing that a policy names is described once: what people call it, over which window
it is measured, which columns of the input give it. A fact is one customer's value of
it. Raw values stay as columns hold them; people see rounded ones in their own units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Context, Decimal
from typing import Literal

from attrs import field, frozen

from custseg.attributes import named_attribute
from custseg.labels import UNKNOWN, UNKNOWN_LABEL, Language, Title
from custseg.money import decimals_kept
from custseg.periods import Window, WindowKind
from custseg.rules.expression import FittedCut, FittedValue
from custseg.scoring.unknowns import joined_causes
from custseg.units import Unit
from custseg.wording import say, say_number, say_window, with_code

__all__ = [
    "Fact",
    "Kind",
    "Learnt",
    "Missing",
    "Setting",
    "Speech",
    "Term",
    "over_window",
]

_MOST_DECIMALS = 9
"""Beyond this no two values differ: floats are rounded so before any comparison."""


@frozen
class Speech:
    """How values are written: the ledger's currency and its decimals.

    Parameters
    ----------
    currency : str or None
    decimals : int
    """

    currency: str | None = None
    decimals: int = 2

    def say(self, value: object, unit: Unit, language: Language) -> str:
        """Return a raw value as people write it."""
        return say(
            value, unit, language, currency=self.currency, decimals=self.decimals
        )

    def raw(self, value: Decimal, unit: Unit) -> int | float:
        """Return a number of the policy as columns hold it.

        Examples
        --------
        >>> Speech().raw(Decimal("950.5"), Unit.MONEY)
        95050
        """
        scaled = value.scaleb(decimals_kept(unit, self.decimals), Context(prec=200))
        return int(scaled) if scaled == scaled.to_integral_value() else float(scaled)

    def say_major(self, value: Decimal, unit: Unit, language: Language) -> str:
        """Return a number of the policy as people write it, with all its digits.

        Examples
        --------
        >>> Speech().say_major(Decimal("0.8125"), Unit.SHARE, "en")
        '81.25 %'
        """
        said = self.say(self.raw(value, unit), unit, language)
        if unit in {Unit.MONEY, Unit.QUANTITY}:
            return said
        times = 100 if unit is Unit.SHARE else 1
        digits = say_number(float(times * value), _MOST_DECIMALS)
        return " ".join([digits, *said.split(" ")[1:]])

    def say_apart(
        self, value: object, bar: object, unit: Unit, language: Language
    ) -> str:
        """Return a value with as many decimals as tell it from a bar.

        Examples
        --------
        >>> Speech().say_apart(79.996, 80, Unit.SCORE, "en")
        '79.996'
        """
        said = self.say(value, unit, language)
        if value == bar or unit in {Unit.MONEY, Unit.QUANTITY, Unit.FLAG, Unit.TEXT}:
            return said
        if not isinstance(value, int | float) or said != self.say(bar, unit, language):
            return said
        times = 100 if unit is Unit.SHARE else 1
        for decimals in range(3, _MOST_DECIMALS + 1):
            digits = say_number(times * value, decimals)
            if digits != say_number(times * float(str(bar)), decimals):
                return " ".join([digits, *said.split(" ")[1:]])
        return said

    def number(self, value: object, unit: Unit) -> object:
        """Return a raw value in the unit of people, rounded as they see it.

        Parameters
        ----------
        value : number, bool, str or None
            None is unknown.
        unit : Unit

        Examples
        --------
        >>> Speech().number(95000, Unit.MONEY), Speech().number(1 / 3, Unit.SHARE)
        (950.0, 0.3333)
        """
        if value is None or isinstance(value, bool | str):
            return value
        if isinstance(value, Decimal):
            value = int(value) if value == int(value) else float(value)
        assert isinstance(value, int | float)  # noqa: S101 - what columns hold
        if unit in {Unit.MONEY, Unit.QUANTITY}:
            places = decimals_kept(unit, self.decimals)
            return round(value / 10**places, places)
        if isinstance(value, int):
            return value
        return round(value, {Unit.SHARE: 4, Unit.DAYS: 1}.get(unit, 2))


def over_window(title: Title, window: Window) -> Title:
    """Return a title that says over which window it is measured.

    Examples
    --------
    >>> spend = Title(zh="净采购额", en="Net spend")
    >>> over_window(spend, Window.parse("365 days"))
    Title(zh='近 365 天净采购额', en='Net spend in the last 365 days')
    >>> over_window(spend, Window.parse("last fiscal quarter")).en
    'Net spend in the last fiscal quarter'
    """
    chinese = say_window(window, "zh")
    if window.a_year_earlier:
        return Title(zh=f"{title.zh}（{chinese}）", en=f"{title.en} ({window})")
    if window.kind is WindowKind.LIFETIME:
        return Title(zh=f"历来{title.zh}", en=f"{title.en} over all time")
    if window.kind is WindowKind.ROLLING:
        english = f"{title.en} in the last {window}"
        return Title(zh=f"近 {chinese}{title.zh}", en=english)
    return Title(zh=f"{chinese}{title.zh}", en=f"{title.en} in the {window}")


Kind = Literal["feature", "lookup", "score", "family", "grade", "percentile", "median"]


@frozen(eq=False)
class Term:
    """Something that conditions name, such as a feature or a score.

    Parameters
    ----------
    code : str
    kind : str
        ``feature``, ``lookup``, ``score``, ``family``, ``grade`` (the composite score,
        or its coverage), ``percentile`` (or share held above) or ``median``.
    title : Title
    unit : Unit
    speech : Speech
    spoken : Title
        The title, and the window where the title does not say it.
    window : Window or None
        None where it looks at the whole history.
    needs : tuple of str
        Columns of the input contract, as ``table.column``, of a feature.
    either : bool
        Whether one of them is enough.
    causes : tuple of Title
        For whom a feature is unknown although its columns are there, cause by cause.
    sited : bool
        Whether a feature looks from where the seller is.
    words : mapping of str to Title
        The titles of the labels of a family, and of those whose codes a lookup finds,
        for a feature that goes by its groups too.
    is_yes_or_no : bool
        Whether a score says yes by 1 and no by 0.
    """

    code: str
    kind: Kind
    title: Title
    unit: Unit
    speech: Speech = field(repr=False)
    spoken: Title = field()
    window: Window | None = None
    needs: tuple[str, ...] = ()
    either: bool = False
    causes: tuple[Title, ...] = ()
    sited: bool = False
    words: Mapping[str, Title] = field(factory=dict, repr=False)
    is_yes_or_no: bool = False

    @spoken.default
    def _as_titled(self) -> Title:
        return self.title

    def say(self, value: object, language: Language, *, brief: bool = False) -> str:
        """Return a value of it as people write it; None is unknown.

        Parameters
        ----------
        value : object
        language : {"zh", "en"}
        brief : bool
            Say the titles of labels without their codes.
        """
        if self.kind == "family" or value in self.words:
            code = UNKNOWN if value is None else str(value)
            return say_label(code, self.words, language, brief=brief)
        if self.is_yes_or_no and value is not None:
            return self.speech.say(bool(value), Unit.FLAG, language)
        return self.speech.say(value, self.unit, language)


def say_label(
    code: str, titles: Mapping[str, Title], language: Language, *, brief: bool
) -> str:
    """Return the title of a label, with its code unless it is to be brief."""
    title = titles.get(code, UNKNOWN_LABEL.title if code == UNKNOWN else None)
    if title is None:
        return code
    said = title.of(language)
    return said if brief else with_code(said, code, language)


@frozen
class Fact:
    """One customer's value of a term.

    Parameters
    ----------
    term : Term
    value : object
        As columns hold it: money in minor units, quantity in ten-thousandths; None
        where it is unknown.
    """

    term: Term
    value: object

    @property
    def code(self) -> str:
        """The code of the term."""
        return self.term.code

    def to_text(self, language: Language = "en") -> str:
        """Return title and value as people write them."""
        said = self.term.say(self.value, language)
        return f"{self.term.spoken.of(language)} = {said}"


@frozen
class Setting:
    """A threshold of the policy, as it held on the day of the fit.

    Parameters
    ----------
    code : str
    value : Decimal, bool or str
        Money in the major unit.
    unit : Unit
    source : str
        Who says so.
    since : date or None
        From which day it holds.
    tier : str
        The tier whose entry it is, if it is one.
    """

    code: str
    value: Decimal | bool | str
    unit: Unit
    source: str = ""
    since: date | None = None
    tier: str = ""

    @property
    def key(self) -> str:
        """Where it stands in the policy."""
        if self.tier:
            return f"grading.tiers[{self.tier}].entry"
        return f"thresholds.{self.code}"

    def say(self, speech: Speech, language: Language) -> str:
        """Return its value as people write it."""
        if isinstance(self.value, Decimal):
            return speech.say_major(self.value, self.unit, language)
        return speech.say(self.value, self.unit, language)


@frozen
class Learnt:
    """Something learned from the customers of the reference, and frozen.

    Parameters
    ----------
    key : str
        Under which it is kept, such as ``pct(spend) >= 0.8``; the code of a score for
        its edges.
    node : FittedCut or FittedValue
    term : Term
        Of which it was learned.
    value : number or None
        The smallest value that reaches the level, raw; of a median the median. None
        where nobody reaches it, and where the number differs by customer.
    too_few : bool
        The reference was too small to learn it.
    """

    key: str
    node: FittedCut | FittedValue
    term: Term
    value: int | float | None = None
    too_few: bool = False

    @property
    def is_one_for_all(self) -> bool:
        """Whether it is the same number for all customers, or nobody learned it."""
        return (
            self.too_few
            or isinstance(self.node, FittedCut)
            or self.node.function == "median"
        )


@frozen
class Missing:
    """A fact that is not known, and why.

    Parameters
    ----------
    term : Term or None
        None where not a fact but the reference was too small.
    absent : tuple of str
        Those of the columns that give it which the data do not have at all. Where one
        of several is enough and is there, none of them is to blame.
    unsited : bool
        Whether it takes where the seller is, and nobody has said that.
    learnt : str
        What could not be learned, where the reference was too small.
    of : Title or None
        Of what that would have been learned.
    causes : tuple of Title
        Why the customer's value is unknown, if the columns and the seller are there: a
        cause that must be, or all that may be.
    """

    term: Term | None
    absent: tuple[str, ...] = ()
    unsited: bool = False
    learnt: str = ""
    of: Title | None = None
    causes: tuple[Title, ...] = ()

    @property
    def when(self) -> Title | None:
        """For whom it is unknown, as a clause; None for want of columns or a seller."""
        if self.term is None or self.absent or self.unsited:
            return None
        return joined_causes(self.term.causes)

    @property
    def why(self) -> Title | None:
        """The same for this customer: not the causes that other facts rule out."""
        return None if self.absent or self.unsited else joined_causes(self.causes)

    def to_text(self, language: Language = "en") -> str:
        """Return what is missing, and why that is so, as a sentence."""
        words = _WORDS[language]
        if self.term is None:
            title = "" if self.of is None else self.of.of(language)
            return words["too few"].format(self.learnt, title)
        title = self.term.spoken.of(language)
        absent = _listed(self.absent, language)
        if self.unsited:
            gap = "gap" if len(self.absent) == 1 else "gaps"
            said = words["unsited"].format(title)
            return said + words[gap].format(absent) if absent else said
        if absent:
            few = "absent" if len(self.absent) == 1 else "all absent"
            said = words[few].format(title, absent)
            own = dict.fromkeys(map(named_attribute, self.absent), self.term.unit.value)
            return said + words["name it"].format(own) if all(own) else said
        if self.why is not None:
            cause = self.why.of(language)
            gap = " " if language == "zh" and cause[-1].isascii() else ""
            return words["when"].format(title, cause + gap)
        return words.get(self.term.kind, words["unknown"]).format(title)


_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "too few": "too few customers in the reference to learn {}",
        "unsited": "{}: nobody has said where the seller is "
        "(seller=..., --seller, or [seller] in the policy)",
        "gap": "; the data have no column {}",
        "gaps": "; the data have no columns {}",
        "absent": "{}: the data have no column {}",
        "all absent": "{}: the data have no columns {}",
        "name it": "; a ledger reads it if made with attributes={}",
        "when": "{} (unknown {})",
        "score": "{} (cannot be worked out from what is known)",
        "lookup": "{} (no entry matches)",
        "unknown": "{}: unknown",
    },
    "zh": {
        "too few": "参照客户太少，无法比较{1}",
        "unsited": "{}：没有说明卖方在哪里"
        "（seller=...、--seller 或规则文件的 [seller]）",
        "gap": "；数据中没有 {} 这一列",
        "gaps": "；数据中没有 {} 这几列",
        "absent": "{}：数据中没有 {} 这一列",
        "all absent": "{}：数据中没有 {} 这几列",
        "name it": "；建立 Ledger 时写明 attributes={} 才会读取",
        "when": "{}（{}时未知）",
        "score": "{}（按已知资料算不出）",
        "lookup": "{}（没有匹配的条目）",
        "unknown": "{}：未知",
    },
}


def _listed(items: Sequence[str], language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(items)
