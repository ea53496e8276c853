"""A policy: every threshold, score, family and tier of a trade, as one frozen tree.

The tree holds data only. It is loaded strictly from TOML, so that a business person can
read and change it (:mod:`custseg.rules.files.loader`); what is fitted to customers is
:mod:`custseg.policy`, and what it learns from them is kept apart in a fitted policy
(:mod:`custseg.fitted`). Conditions and
formulas are texts in the language of :mod:`custseg.rules.expression`; they are checked
when the policy is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from attrs import field, frozen

from custseg.labels import Label, Title
from custseg.periods import FiscalCalendar, Window
from custseg.rules.acts.acting import Acting
from custseg.rules.grading import (
    Card,
    Gate,
    Grading,
    Moves,
    Part,
    Reviews,
    Tier,
    Trigger,
)
from custseg.rules.named import (
    Better,
    Lookup,
    LookupEntry,
    LookupTitle,
    Match,
    NamedFeature,
)
from custseg.seller import Seller
from custseg.units import Unit

__all__ = [
    "About",
    "Basis",
    "Better",
    "Bins",
    "BinsBy",
    "Card",
    "Family",
    "Gate",
    "Grading",
    "LabelRule",
    "Lookup",
    "LookupEntry",
    "LookupTitle",
    "Match",
    "Moves",
    "NamedFeature",
    "Part",
    "Playbook",
    "PolicyTree",
    "Reference",
    "Reviews",
    "Score",
    "Threshold",
    "Tier",
    "Trigger",
]

BinsBy = Literal["quantile", "edges", "natural"]


@frozen
class About:
    """What the policy is.

    Parameters
    ----------
    code : str
        Lower case with underscores.
    version : str
        Changes whenever the policy does.
    title : Title
    currency : str
        ISO 4217 code of the money amounts in it; the ledger's, where nobody says.
    source : str
        Where its classes and numbers come from.
    """

    code: str
    version: str
    title: Title
    currency: str = "CNY"
    source: str = ""


@frozen
class Reference:
    """The customers that percentiles and other learned numbers compare with.

    Parameters
    ----------
    members : str
        A condition on features, such as ``orders >= 1``.
    minimum : int
        With fewer members nothing is learned, and what depends on it is unknown.
    """

    members: str
    minimum: int = 20


@frozen
class Basis:
    """What all features of the policy are measured on.

    Parameters
    ----------
    window : Window
        W, the window of every feature that has one.
    reference : Reference
    fiscal : FiscalCalendar
    """

    window: Window
    reference: Reference
    fiscal: FiscalCalendar = field(factory=FiscalCalendar)


@frozen
class Threshold:
    """A number (or code) with a name and a source, to be changed in one place.

    Parameters
    ----------
    code : str
        How expressions name it.
    value : Decimal, bool or str
        Money in the major unit, a share as a part of one.
    unit : Unit or None
    source : str
        Who says so.
    since : date or None
        From which day it holds; it is used when the policy is fitted on or after it.
    before : tuple of Threshold
        Earlier values of the same threshold, each with its own ``since``.
    """

    code: str
    value: Decimal | bool | str
    unit: Unit | None = None
    source: str = ""
    since: date | None = None
    before: tuple[Threshold, ...] = ()

    def on(self, day: date) -> Threshold:
        """Return the value that holds on a day: the latest that has begun.

        Examples
        --------
        >>> old = Threshold("bar", Decimal(75), since=date(2024, 1, 1))
        >>> bar = Threshold("bar", Decimal(80), since=date(2026, 1, 1), before=(old,))
        >>> bar.on(date(2025, 6, 30)).value, bar.on(date(2026, 6, 30)).value
        (Decimal('75'), Decimal('80'))
        """
        every = sorted(
            (self, *self.before), key=lambda one: one.since or date.min, reverse=True
        )
        begun = [one for one in every if one.since is None or one.since <= day]
        return begun[0] if begun else every[-1]


@frozen
class Bins:
    """How a number becomes a score of a few steps.

    Parameters
    ----------
    by : {"quantile", "edges", "natural"}
        Edges from percentiles of the reference, from the policy, or from the natural
        breaks in the reference.
    into : int
        How many bins (for quantile and natural).
    at : tuple of Decimal
        Lower edges, rising (for edges).
    better : {"higher", "lower"}
    only_if : str
        A condition; others than those who meet it get ``otherwise``.
    otherwise : int
    """

    by: BinsBy
    into: int = 5
    at: tuple[Decimal, ...] = ()
    better: Better = "higher"
    only_if: str = ""
    otherwise: int = 1


@frozen
class Score:
    """A number made of features and of the scores above it.

    Parameters
    ----------
    code : str
    title : Title
    of : str
        A formula.
    bins : Bins or None
        Cut the formula's value into steps.
    source : str
    """

    code: str
    title: Title
    of: str
    bins: Bins | None = None
    source: str = ""


@frozen
class LabelRule:
    """One label of a family and the condition for it; the last needs none."""

    code: str
    title: Title
    when: str = ""
    source: str = ""


@frozen
class Family:
    """Labels of which a customer has exactly one: the first whose condition holds.

    Parameters
    ----------
    code : str
    title : Title
    labels : tuple of LabelRule
        In order of trial; the last is for all others and has no condition. A flag has
        the labels YES and NO.
    source : str
    """

    code: str
    title: Title
    labels: tuple[LabelRule, ...]
    source: str = ""

    def label(self, code: str) -> Label:
        """Return one of the labels."""
        rule = next(one for one in self.labels if one.code == code)
        return Label(rule.code, rule.title)


@frozen
class Playbook:
    """What is owed to the customers of one label or tier.

    Parameters
    ----------
    family, label : str
        Codes; ``tier`` and a tier's code for the tiers.
    actions : tuple of Title
    owner, channel : Title or None
        Who does it, and by which way.
    every_days : int or None
        How often the customer is looked after.
    respond_within_hours : int or None
        How soon a request is answered.
    source : str
    """

    family: str
    label: str
    actions: tuple[Title, ...]
    owner: Title | None = None
    channel: Title | None = None
    every_days: int | None = None
    respond_within_hours: int | None = None
    source: str = ""


@frozen
class PolicyTree:
    """Everything that decides labels and tiers, before anything is learned from data.

    Parameters
    ----------
    about : About
    basis : Basis
    thresholds : tuple of Threshold
    features : tuple of NamedFeature
        Beside the features of the catalogue, which need no entry.
    lookups : tuple of Lookup
    scores : tuple of Score
    families : tuple of Family
    grading : Grading or None
    playbooks : tuple of Playbook
    seller : Seller or None
        Where the seller is; None leaves places in relation to it unknown.
    acting : Acting
        Pools, the clean-out, the allocation, and the precedence of playbooks.
    """

    about: About
    basis: Basis
    thresholds: tuple[Threshold, ...] = ()
    features: tuple[NamedFeature, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    scores: tuple[Score, ...] = ()
    families: tuple[Family, ...] = ()
    grading: Grading | None = None
    playbooks: tuple[Playbook, ...] = ()
    seller: Seller | None = None
    acting: Acting = field(factory=Acting)

    @property
    def code(self) -> str:
        """The policy's code."""
        return self.about.code

    @property
    def attributes(self) -> Mapping[str, str]:
        """The further columns of the customers, and what each counts in."""
        return {
            one.attribute: (one.unit or Unit.NUMBER).value
            for one in self.features
            if one.attribute is not None
        }

    @property
    def entries(self) -> tuple[Threshold, ...]:
        """The entries of the tiers, by the names that expressions have for them.

        A name that the policy gives to something of its own is not among them.
        """
        tiers = self.grading.tiers if self.grading else ()
        taken = {*self.titles(), *(one.code for one in self.thresholds)}
        return tuple(
            Threshold(one.entry_name, one.entry, Unit.NUMBER)
            for one in tiers
            if one.entry is not None and one.entry_name not in taken
        )

    def titles(self) -> Mapping[str, Title]:
        """Return the title of all that has a code of its own, by that code."""
        named: tuple[NamedFeature | Lookup | Score | Family, ...]
        named = (*self.features, *self.lookups, *self.scores, *self.families)
        return {one.code: one.title for one in named}

    def playbook(self, family: str, label: str) -> Playbook | None:
        """Return what is owed to a label or tier; None where nothing is written."""
        of = (family, label)
        return next((p for p in self.playbooks if (p.family, p.label) == of), None)
