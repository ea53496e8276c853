"""A review: the facts of a day, the tiers held, and what becomes of them.

A review sees the facts up to the day before, works out who earns and who keeps which
tier, and decides by the policy's rules. Nothing is written until it is committed, and
then all of it or nothing. The same run may be daily: on most days only triggers, gates
and new customers come up; on the days of the calendar everybody whose period ended.

The method: decisions rest on the journal as it was before this review was recorded. So
a review that is made again with the same data finds its own decisions in the journal
and changes nothing; with other data it is refused, with the differences.

Limits: a review looks at the last day of the journal or a later one. To see what would
have been on past days, simulate.
"""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from custseg.asking import row_of
from custseg.journal.entries import Receipt, check_begun
from custseg.journal.journal import Journal
from custseg.labels import Language
from custseg.languages import check_language
from custseg.periods import to_date
from custseg.results import Result
from custseg.reviews.acted_tables import allocation_frame, clean_out_frame, pool_frame
from custseg.reviews.entries import Recording, batches
from custseg.reviews.reviewed import Reviewed
from custseg.reviews.stories import story_of
from custseg.reviews.tables import alerts_frame, decisions_frame
from custseg.reviews.text import review_text
from custseg.rules.tiers.stories import Story
from custseg.scoring.migration import Migration
from custseg.table import Array

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Review"]


@frozen(eq=False, repr=False)
class Review:
    """What one run decided about the tiers of all customers; not yet written.

    Parameters
    ----------
    reviewed : Reviewed
        Facts, memory and decisions.
    journal : Journal
        What it rests on, and where it goes.
    recording : Recording

    Examples
    --------
    >>> from custseg.adapters.stores import open_journal
    >>> from custseg.demo import wholesaler
    >>> from custseg.policy import load_policy
    >>> from custseg.ledger import Ledger
    >>> demo = wholesaler()
    >>> ledger = Ledger.from_frames(demo.sales, currency="CNY")
    >>> fitted = load_policy("company").fit(ledger, as_of="2026-06-30")
    >>> journal = open_journal(":memory:")
    >>> review = fitted.review(ledger, journal, on="2026-07-01")
    >>> review.counts()["FIRST"] == len(review)
    True
    >>> now = dt.datetime(2026, 7, 1, 8, tzinfo=dt.UTC)
    >>> sum(one.recorded for one in review.commit(recorded_at=now)) == len(review)
    True

    Made again with the same data, it finds itself in the journal:

    >>> again = fitted.review(ledger, journal, on="2026-07-01")
    >>> sum(one.recorded for one in again.commit(recorded_at=now))
    0
    """

    reviewed: Reviewed
    journal: Journal
    recording: Recording = field(repr=False)

    def __len__(self) -> int:
        return len(self.reviewed)

    def __repr__(self) -> str:
        said = ", ".join(f"{many:,} {code}" for code, many in self.counts().items())
        return f"Review({self.on}, {len(self):,} customers: {said})"

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"

    @property
    def on(self) -> dt.date:
        """The day of the run."""
        return to_date(self.reviewed.on)

    @property
    def result(self) -> Result:
        """Labels, score and entitled tier on the day of the facts."""
        return self.reviewed.result

    @property
    def customer_ids(self) -> Array:
        """Customer ids as an object array of str, in text order."""
        return self.reviewed.customer_ids

    def counts(self) -> dict[str, int]:
        """Return how many customers met with each action; those that occur only."""
        return self.reviewed.counts()

    def held(self) -> dict[str, int]:
        """Return how many customers hold each tier after the run."""
        return self.reviewed.held()

    def matrix(self) -> Migration:
        """Return from where to where customers went; first tiers left out."""
        decisions, tiers = self.reviewed.run.decisions, self.reviewed.tiers
        had, n = decisions.before >= 0, len(tiers)
        cells = decisions.before[had].astype(np.int64) * n + decisions.after[had]
        counts = np.bincount(cells, minlength=n * n).reshape(1, n, n)
        return Migration(tiers, tiers, counts)

    def to_text(self, language: Language = "en", *, most: int = 20) -> str:
        """Return in a few lines what was decided, who moved and why.

        Parameters
        ----------
        language : {"zh", "en"}
        most : int
            Customers whose moves are listed, at most.

        Raises
        ------
        SettingError
            When the language is unknown.
        """
        check_language(language)
        return review_text(self.reviewed, language, most=most)

    def to_pandas(
        self, *, language: Language | None = None, all_customers: bool = False
    ) -> pd.DataFrame:
        """Return the decisions, one row per customer.

        Parameters
        ----------
        language : {"zh", "en"} or None
            Titles in this language in place of codes, headings too.
        all_customers : bool
            Also those of whom nothing was asked on that day.

        Returns
        -------
        pandas.DataFrame
            ``customer_id``; ``before`` and ``after``, the tiers held (NONE for none
            yet); ``action`` and ``reason``; ``score`` (NaN where unknown); ``since``
            and ``next_look``; ``alerts``, with commas between.
        """
        if language is not None:
            check_language(language)
        return decisions_frame(
            self.reviewed, language=language, all_customers=all_customers
        )

    def to_native(
        self, *, language: Language | None = None, all_customers: bool = False
    ) -> Any:
        """Return :meth:`to_pandas` as the kind of frame that the sales came in.

        See :meth:`custseg.results.Result.to_native`.
        """
        frame = self.to_pandas(language=language, all_customers=all_customers)
        return self.result.ledger.came_as.made_of(frame)

    def alerts(self) -> pd.DataFrame:
        """Return the alerts of the run, one row per customer and trigger.

        Returns
        -------
        pandas.DataFrame
            ``customer_id``, ``trigger``, ``severity``, ``action``, ``title_zh``,
            ``title_en``; ``evidence_zh`` and ``evidence_en``, the labels and facts on
            which the trigger rests; and ``key``, which is the same when the run is
            repeated.
        """
        return alerts_frame(self.reviewed)

    def pool(self, code: str) -> pd.DataFrame:
        """Return a pool after the run: who is in, who waits, and who left in this run.

        Parameters
        ----------
        code : str

        Returns
        -------
        pandas.DataFrame
            ``customer_id``; ``status`` (ENTERED, STAYS, WAITS, UNDER_BAR, LONGEST_STAY,
            NO_PLACE, TIER_LEFT, CONVERTED) and its titles; ``since``; ``rank``, missing
            for those who left by a bar or with the tier; ``score``, ``goal``, and
            ``points_to_goal``, NaN where the goal is no bar on the score; ``key``,
            which is the same when the run is repeated.

        Raises
        ------
        SettingError
            When the policy has no such pool.
        """
        return pool_frame(self.reviewed, code)

    def clean_out(self) -> pd.DataFrame:
        """Return whom to archive or hand back, and who is exempt; nobody is moved.

        Returns
        -------
        pandas.DataFrame
            ``customer_id``, ``tier``; ``proposal`` and its titles; ``status`` (PROPOSED
            or EXEMPT); ``exempt``, with its titles the reasons for leaving the customer
            out, and ``untold``, those that could not be told; ``key``.

        Raises
        ------
        SettingError
            When the policy has no clean-out.
        """
        return clean_out_frame(self.reviewed)

    def allocate(self, total: int, *, language: Language | None = None) -> pd.DataFrame:
        """Share out an effort or a budget by the tiers held after the run.

        Parameters
        ----------
        total : int, >= 0
            In whole units, such as hours or yuan.
        language : {"zh", "en"} or None
            Titles in this language in place of codes, headings too.

        Returns
        -------
        pandas.DataFrame
            One row per customer: ``customer_id``, ``tier``, ``weight``, ``units``;
            ``of_it_freed``, what comes from the clean-out; ``cleaned_out``. The units
            add up to the total, less what a tier could not give away.

        Raises
        ------
        SettingError
            When the policy has no allocation, or the floors of a tier exceed what it
            has.
        """
        if language is not None:
            check_language(language)
        return allocation_frame(self.reviewed, total, language=language)

    def explain(self, customer_id: object) -> Story:
        """Return why the tier of one customer moved, or why it did not.

        Raises
        ------
        UnknownCustomer
            When there is no such customer on that day.
        """
        table, day = self.result.outcome.table, self.result.date
        at = row_of(customer_id, table, of="review", day=day)
        return story_of(self.reviewed, at)

    def commit(
        self, *, recorded_at: dt.datetime, author: str = "", corrections: bool = False
    ) -> tuple[Receipt, ...]:
        """Write the decisions to the journal: all of them, or nothing.

        Parameters
        ----------
        recorded_at : datetime
            The moment, with a time zone: the library has no clock.
        author : str
            Who is responsible; kept where it can be erased.
        corrections : bool
            Where the same review is recorded with other decisions, append what came now
            as corrections.

        Returns
        -------
        tuple of Receipt
            One for each period reviewed, and one for what triggers did.

        Raises
        ------
        JournalDifference
            When the review is recorded already, with other data or another policy.
        JournalConflict
            When somebody else has decided on the same customers meanwhile.
        JournalUnavailable
            When the journal cannot be written.
        SettingError
            When the day of the run is yet to come.
        """
        check_begun(self.on, recorded_at)
        return self.journal.commit_all(
            tuple(batches(self.reviewed, self.recording)),
            recorded_at=recorded_at,
            author=author,
            corrections=corrections,
        )
