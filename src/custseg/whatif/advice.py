"""Advice: what would have to change for a label or tier, as plain values.

It is worked out by :mod:`custseg.whatif.advising`, and can be told in Chinese and
English, as text and as a small page, and as plain data for a CRM.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from html import escape
from typing import Any

from attrs import frozen

from custseg.labels import UNKNOWN, UNKNOWN_LABEL, Language, Title
from custseg.languages import check_language
from custseg.whatif.parts import Barrier, Change, Lacking, Orders
from custseg.whatif.telling import WORDS, Teller
from custseg.wording import with_code

__all__ = ["Advice"]


@frozen(kw_only=True)
class Advice:
    """What would have to change for one label or tier of one customer.

    Parameters
    ----------
    customer_id, policy : str
    as_of : date
        The day looked at; nothing after it is known.
    by : date
        The day for which was asked. From ``as_of`` until then time passes and nothing
        happens but what is told.
    family : str
    family_title : Title
    label : str
        As of ``as_of``.
    label_by : str
        As of ``by`` if nothing happens. What would change is counted from there.
    wanted : tuple of str
        The labels asked for, in the order of the policy, without ``label_by``.
    titles : mapping of str to Title
        Of the labels.
    changes : tuple of Change
    orders : tuple of Orders
    barriers : tuple of Barrier
        Gates that hold on ``by`` and close wanted tiers, for the tier only.
    lacking : tuple of Lacking
        Where ``label_by`` is UNKNOWN; then there are no changes and no orders.
    currency : str or None
    decimals : int

    Examples
    --------
    >>> from custseg import segment
    >>> sales = {"customer_id": ["a"] * 2, "date": ["2026-05-01", "2026-06-01"],
    ...          "amount": [950.0, 870.0]}
    >>> one = segment(sales, as_of="2026-06-30", currency="CNY").customer("a")
    >>> told = one.what_would_change("frequency", to="REGULAR").to_text()
    >>> print(told[told.index("To "):])
    To Regular (REGULAR):
      by one fact, with all else as it is:
        - Purchase days in the last 365 days: 2 more (from 2 to 4)
    """

    customer_id: str
    policy: str
    as_of: date
    by: date
    family: str
    family_title: Title
    label: str
    label_by: str
    wanted: tuple[str, ...]
    titles: Mapping[str, Title]
    changes: tuple[Change, ...] = ()
    orders: tuple[Orders, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    currency: str | None = None
    decimals: int = 2

    @property
    def reachable(self) -> tuple[str, ...]:
        """The labels to which some single change leads, in the order of the policy."""
        found = {one.moves_to for one in self.changes}
        found |= {one.moves_to for one in self.orders}
        return tuple(code for code in self.wanted if code in found)

    @property
    def out_of_reach(self) -> tuple[str, ...]:
        """The labels asked for to which no single change leads."""
        return tuple(code for code in self.wanted if code not in self.reachable)

    def to_text(self, language: Language = "en") -> str:
        """Return the advice as lines of text.

        Raises
        ------
        SettingError
            When the language is unknown.
        """
        return "\n".join(
            "  " * depth + ("- " if item else "") + said
            for depth, said, item in self._lines(language)
        )

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        shown = []
        for depth, said, item in self._lines("en"):
            left = f"margin:0 0 .2em {1.2 * depth:.1f}em"
            bullet = "&bull; " if item else ""
            shown.append(f'<p style="{left}">{bullet}{escape(said)}</p>')
        return f"<div>{''.join(shown)}</div>"

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON.

        Returns
        -------
        dict
            Days as ISO text, money in the major unit, quantity in the seller's unit,
            shares as parts of one; titles in both languages, all else as codes.
        """
        return {
            "customer_id": self.customer_id,
            "policy": self.policy,
            "as_of": self.as_of.isoformat(),
            "by": self.by.isoformat(),
            "family": self.family,
            "title": {"zh": self.family_title.zh, "en": self.family_title.en},
            "label": self.label,
            "label_by": self.label_by,
            "reachable": list(self.reachable),
            "out_of_reach": list(self.out_of_reach),
            "titles": {
                code: {"zh": title.zh, "en": title.en}
                for code, title in self.titles.items()
            },
            "changes": [one.to_data(self.decimals) for one in self.changes],
            "orders": [one.to_data(self.decimals) for one in self.orders],
            "barriers": [one.to_data() for one in self.barriers],
            "lacking": [one.to_data() for one in self.lacking],
            "currency": self.currency,
        }

    def _named(self, code: str, language: Language) -> str:
        if code == UNKNOWN:
            return UNKNOWN_LABEL.title.of(language)
        title = self.titles.get(code, Title(zh=code, en=code)).of(language)
        return with_code(title, code, language)

    def _lines(self, language: Language) -> Iterator[tuple[int, str, bool]]:
        """Yield how deep a line stands, what it says, and whether it is an item."""
        check_language(language)
        words, teller = WORDS[language], Teller(language, self.currency, self.decimals)

        def named(code: str) -> str:
            return self._named(code, language)

        yield 0, words["head"].format(self.customer_id, self.as_of, self.policy), False
        title = self.family_title.of(language)
        yield 0, words["is"].format(title, named(self.label)), False
        if self.by != self.as_of:
            yield 0, words["will_be"].format(self.by, named(self.label_by)), False
        if self.label_by == UNKNOWN:
            any_will_do = any(one.enough for one in self.lacking)
            yield 0, words["one_of" if any_will_do else "all_of"], False
            for one in self.lacking:
                yield 1, teller.lacking(one), True
            return
        if not self.wanted:
            yield 0, words["nothing"], False
        for barrier in self.barriers:
            closed = words["list"].join(map(named, barrier.closes))
            gate, left = barrier.title.of(language), named(barrier.cap)
            told = words["barred"].format(closed, gate, left, named(barrier.earned))
            yield 0, told, False
        for code in self.reachable:
            yield 0, words["to"].format(named(code)), False
            yield from self._ways(code, teller, words)
        if self.out_of_reach:
            far = words["list"].join(named(code) for code in self.out_of_reach)
            yield 0, words["none"].format(far), False

    def _ways(
        self, code: str, teller: Teller, words: Mapping[str, str]
    ) -> Iterator[tuple[int, str, bool]]:
        """Yield the lines of what leads to one label."""
        alone = [teller.change(one) for one in self.changes if one.moves_to == code]
        orders = [teller.orders(one) for one in self.orders if one.moves_to == code]
        for head, ways in (("alone", alone), ("by_orders", orders)):
            if ways:
                yield 1, words[head], False
            for way in ways:
                yield 2, way, True
