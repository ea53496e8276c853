"""Explaining customers: the sheet is worked out for all of them, then read by rows.

One customer of a notebook and ten thousand of a nightly job go the same way. The labels
and the tier are not decided here a second time: they come with the outcome, and the
clauses say on what they rest.

Limits: a percentile used as a number is told as the customer's percentile, not by the
knots that it was learned with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import repeat

from attrs import field, frozen

from custseg.labels import UNKNOWN, UNKNOWN_LABEL, Title
from custseg.rules.explaining.answers import Origin
from custseg.rules.explaining.book import Book, make_book
from custseg.rules.explaining.clauses import Reason, Told
from custseg.rules.explaining.explanation import Explanation
from custseg.rules.explaining.graded import Barred, Grade, PartGrade, PartNote
from custseg.rules.explaining.lacking import Search
from custseg.rules.explaining.ladders import Ladder, Pattern
from custseg.rules.explaining.leaves import Row, Values, besides, weigh
from custseg.rules.explaining.sheet import listed_values
from custseg.rules.explaining.terms import Speech
from custseg.rules.files.loader import policy_digest
from custseg.rules.grading import Grading
from custseg.rules.learned import Learned
from custseg.rules.outcome import Graded, Outcome
from custseg.rules.plan import Plan
from custseg.rules.policy import Family, Playbook

__all__ = ["Explainer"]


@frozen(eq=False, kw_only=True)
class Explainer:
    """Explains the customers of one fitted policy.

    Parameters
    ----------
    plan : Plan
    learned : Learned
    titles : mapping of str to Title
        Of features and all that the policy names.
    currency : str or None
    decimals : int
    fitted_on : date
    digest : str
        Of the fitted policy.

    Notes
    -----
    Making one costs nothing: the policy is taken apart when somebody first asks why.
    """

    plan: Plan = field(repr=False)
    learned: Learned = field(repr=False)
    titles: Mapping[str, Title] = field(repr=False)
    currency: str | None
    decimals: int
    fitted_on: date
    digest: str

    @cached_property
    def book(self) -> Book:
        """The policy taken apart."""
        speech = self.origin.speech
        return make_book(
            self.plan, self.learned, self.titles, speech, on=self.fitted_on
        )

    @cached_property
    def origin(self) -> Origin:
        """What every explanation says of the policy."""
        about = self.plan.policy.about
        return Origin(
            about.code,
            about.version,
            about.title,
            policy_digest(self.plan.policy),
            self.digest,
            self.fitted_on,
            " ".join(self.plan.policy.basis.reference.members.split()),
            Speech(self.currency, self.decimals),
        )

    def explain(
        self, outcome: Outcome, as_of: date, columns: frozenset[str]
    ) -> Iterator[Explanation]:
        """Yield why each customer of an outcome has its labels and its tier.

        Parameters
        ----------
        outcome : Outcome
        as_of : date
            The day that was looked at.
        columns : frozenset of str
            Those that the data have, as ``table.column``.

        Yields
        ------
        Explanation
            One for each customer, in order.
        """
        book, table, grade = self.book, outcome.table, outcome.grade
        frame = {**table.columns, **outcome.labels}
        if grade is not None:
            frame |= {"score": grade.score, "coverage": grade.coverage}
        columns_of = book.sheet.columns(frame, table.n_customers)
        rows = [*zip(*columns_of, strict=True)] or [()] * table.n_customers
        labels = {code: listed_values(one) for code, one in outcome.labels.items()}
        told = [self._told(one, labels[one], columns_of, rows) for one in labels]
        graded: Iterable[Grade | None] = repeat(None, len(rows))
        is_sited = self.plan.policy.seller is not None
        known = (columns, is_sited, book.sheet.measured())
        searches = [Search(book.notes, values, *known) for values in rows]
        seen = [Row(values) for values in rows]
        if grade is not None:
            graded = self._grades(_GradeRows.of(grade), columns_of, seen, searches)
        for customer, row, search, given, each in zip(
            table.customers,
            seen,
            searches,
            graded,
            zip(*told, strict=True) if told else repeat((), len(rows)),
            strict=True,
        ):
            find = search.behind_leaves
            reasons = tuple([Reason(one, row, find) for one in each])
            yield Explanation(
                customer, as_of, self.origin, reasons, given, row, book.notes
            )

    @cached_property
    def _families(self) -> Mapping[str, Family]:
        return {one.code: one for one in self.plan.policy.families}

    @cached_property
    def _playbooks(self) -> Mapping[tuple[str, str], Playbook]:
        return {(one.family, one.label): one for one in self.plan.policy.playbooks}

    def _told(
        self,
        code: str,
        labels: Sequence[str | None],
        columns: Sequence[Sequence[object]],
        rows: Sequence[Values],
    ) -> list[Told]:
        """Return what is told of one family, for each customer."""
        ladder = self.book.families.get(code)
        if ladder is None:
            own = {label: _own_label(code, label) for label in set(labels)}
            return [own[label] for label in labels]
        return [
            pattern.told.get(label) or self._telling(code, label, ladder, pattern)
            for pattern, label in zip(ladder.climb(columns, rows), labels, strict=True)
        ]

    def _telling(
        self, code: str, label: str | None, ladder: Ladder, pattern: Pattern
    ) -> Told:
        family, given, title = self._families[code], UNKNOWN, UNKNOWN_LABEL.title
        if label is not None:
            given, title = label, ladder.rungs[ladder.at[label]].title
        told = pattern.told[label] = Told(
            code,
            given,
            family.title,
            title,
            pattern.tried,
            self._playbooks.get((code, given)),
            family.source,
            pattern.rests,
        )
        return told

    def _grades(
        self,
        given: _GradeRows,
        columns: Sequence[Sequence[object]],
        rows: Sequence[Row],
        searches: Sequence[Search],
    ) -> Iterator[Grade]:
        """Yield why each customer is entitled to its tier."""
        grading, book = self.plan.policy.grading, self.book
        assert grading is not None  # noqa: S101 - where there is a grade
        assert book.tiers is not None  # noqa: S101 - likewise
        patterns = book.tiers.climb(columns, [row.values for row in rows])
        titles = {tier.code: tier.title for tier in grading.tiers}
        parts = zip(*(given.parts[note.part.code] for note in book.parts), strict=True)
        cards = {-1: grading.weights()}
        cards |= {at: grading.weights(at) for at in range(len(grading.cards))}
        for card, row, search, pattern, points, score, coverage, code in zip(
            given.card,
            rows,
            searches,
            patterns,
            parts,
            given.score,
            given.coverage,
            given.tier,
            strict=True,
        ):
            at = len(pattern.tried) - 1
            earned = None if code is None else grading.tiers[at]
            gates: tuple[Barred, ...] = ()
            rests = book.rests | pattern.rests
            if book.gates:
                gates = _barred(book, grading, row, None if earned is None else at)
                leaves = [leaf for gate in gates for leaf in gate.leaves + gate.besides]
                rests = rests.union(*map(book.notes.under_leaf, leaves))
            yield Grade(
                grading=grading,
                tier=UNKNOWN if code is None else code,
                title=UNKNOWN_LABEL.title if code is None else titles[code],
                parts=_parts(book.parts, cards[card], points, row, search),
                score=score,
                coverage=coverage or 0.0,
                tried=pattern.tried,
                row=row,
                find=search.behind_leaves,
                earned=earned,
                above=grading.tiers[at - 1] if earned and at else None,
                gates=gates,
                playbook=None if code is None else self._playbooks.get(("tier", code)),
                card=grading.cards[card] if card >= 0 else None,
                rests=rests,
            )


def _parts(
    notes: Sequence[PartNote],
    weights: Sequence[Decimal],
    points: Sequence[float | None],
    row: Row,
    search: Search,
) -> tuple[PartGrade, ...]:
    rows = list(zip(notes, weights, points, strict=True))
    known = sum([float(weight) for _, weight, value in rows if value is not None])
    return tuple(
        [
            PartGrade(
                note,
                row,
                weight,
                value,
                None if value is None or not known else float(weight) * value / known,
                search.behind_part,
            )
            for note, weight, value in rows
        ]
    )


def _barred(
    book: Book, grading: Grading, row: Row, earned: int | None
) -> tuple[Barred, ...]:
    found = []
    for gate, branch in zip(grading.gates, book.gates, strict=True):
        holds, leaves = weigh(branch, row.values)
        caps = bool(holds) and earned is not None and earned < grading.place(gate.cap)
        also = besides(branch, row.values) if holds else ()
        found.append(Barred(gate, row, holds, leaves, caps, also))
    return tuple(found)


def _own_label(code: str, label: str | None) -> Told:
    """Return the label of a classifier of the user's own, which has no clauses."""
    given = UNKNOWN if label is None else label
    title = UNKNOWN_LABEL.title if label is None else Title(zh=given, en=given)
    return Told(code, given, Title(zh=code, en=code), title)


@frozen(eq=False)
class _GradeRows:
    """The grade of each customer as plain values."""

    card: list[int]
    parts: Mapping[str, list[float | None]]
    score: list[float | None]
    coverage: list[float | None]
    tier: list[str | None]

    @classmethod
    def of(cls, grade: Graded) -> _GradeRows:
        parts = {code: listed_values(one) for code, one in grade.parts.items()}
        card = [-1] * len(grade.score) if grade.card is None else grade.card.tolist()
        return cls(
            card,
            parts,
            listed_values(grade.score),
            listed_values(grade.coverage),
            listed_values(grade.tier),
        )
