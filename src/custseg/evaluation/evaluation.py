"""What an evaluation shows: the figures of each tier, and what they do not say.

:meth:`Evaluation.to_text` tells it in lines, :meth:`Evaluation.to_pandas` as a table,
and :meth:`Evaluation.before_after` compares a day with the time before it. The caveats
belong to the numbers and are printed with them.

Limits: those that :attr:`Evaluation.caveats` lists.
"""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING

from attrs import field, frozen

from custseg.errors import Problem, SettingError
from custseg.evaluation.contrast import changes
from custseg.evaluation.lines import Line
from custseg.evaluation.tables import changes_frame, lines_frame
from custseg.evaluation.text import evaluation_html, evaluation_text
from custseg.labels import Language, Title
from custseg.languages import check_language
from custseg.periods import as_day, to_date

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ALL", "NONE", "Evaluation"]

ALL = "ALL"
"""The code of the lines of everybody."""

NONE = "NONE"
"""The code of those without a tier."""


@frozen(eq=False, kw_only=True, repr=False)
class Evaluation:
    """What became of the customers of each tier, for looking at and comparing.

    Parameters
    ----------
    lines : tuple of Line
        By policy, day and tier; of each policy and day the last is everybody.
    days : int
        How long the period before a day is, and that after it.
    left_out : tuple of int
        Days asked for whose periods the data do not cover.
    from_journal : bool
        Whether the tiers are those of a journal; else they are replayed.
    currency : str
    decimals : int
        Of the currency.
    caveats : tuple of Title
        What the figures do not say.

    Examples
    --------
    >>> from custseg.demo import wholesaler
    >>> from custseg.evaluation.evaluating import evaluate
    >>> from custseg.policy import load_policy
    >>> from custseg.ledger import Ledger
    >>> ledger = Ledger.from_frames(wholesaler().sales, currency="CNY")
    >>> fitted = load_policy("company").fit(ledger, as_of="2025-06-30")
    >>> evaluation = evaluate(ledger, fitted, dates=["2025-07-01"], days=180)
    >>> evaluation
    Evaluation(company, 1 date, 180 days before and after, replayed)
    >>> evaluation.to_pandas()["share"].round(3).tolist()
    [0.088, 0.568, 0.344]
    """

    lines: tuple[Line, ...]
    days: int
    left_out: tuple[int, ...] = ()
    from_journal: bool = False
    currency: str = ""
    decimals: int = 2
    caveats: tuple[Title, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        many = f"{len(self.dates)} date{'' if len(self.dates) == 1 else 's'}"
        basis = "journal" if self.from_journal else "replayed"
        said = f"{', '.join(self.policies)}, {many}, {self.days:,} days before and "
        return f"Evaluation({said}after, {basis})"

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return evaluation_html(
            self._groups(),
            self.caveats,
            "en",
            days=self.days,
            from_journal=self.from_journal,
            currency=self.currency,
            decimals=self.decimals,
        )

    @property
    def policies(self) -> tuple[str, ...]:
        """The names of the policies."""
        return tuple(dict.fromkeys(line.policy for line in self.lines))

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The days of the gradings that could be judged."""
        return tuple(to_date(on) for on in sorted({line.on for line in self.lines}))

    @property
    def dates_left_out(self) -> tuple[dt.date, ...]:
        """The days asked for whose periods the data do not cover."""
        return tuple(to_date(on) for on in self.left_out)

    def _groups(self) -> list[list[Line]]:
        def group(line: Line) -> tuple[str, int]:
            return line.policy, line.on

        return [list(lines) for _, lines in groupby(self.lines, key=group)]

    def to_text(self, language: Language = "en") -> str:
        """Return what each tier brought in words, and the caveats.

        Parameters
        ----------
        language : {"zh", "en"}
        """
        check_language(language)
        return evaluation_text(
            self._groups(),
            self.caveats,
            language,
            days=self.days,
            from_journal=self.from_journal,
            currency=self.currency,
            decimals=self.decimals,
        )

    def to_pandas(
        self,
        *,
        language: Language | None = None,
        confidence: float = 0.95,
        total: bool = False,
    ) -> pd.DataFrame:
        """Return the figures, one row per policy, day and tier.

        Parameters
        ----------
        language : {"zh", "en"} or None
            Titles in this language in place of codes, headings too.
        confidence : float, between 0 and 1
            Of the limits of those who bought again.
        total : bool
            Also a row of everybody, with the tier ALL.

        Returns
        -------
        pandas.DataFrame
            ``policy``, ``date``, ``tier`` (NONE for those without one) and
            ``customers``; of the period before (``_before``) and after: ``spend``,
            ``growth``, and ``share`` of what all customers known on the day spent;
            ``had_bought`` before the day and ``bought_again`` after it, their ratio
            ``retention`` with ``retention_low`` and ``retention_high``; ``margin`` of
            the ``margin_customers`` of whom it is known, ``service_cost``, ``effort``
            and ``return_on_effort``; ``complaints`` and ``complaint_rate`` per order.
            Money in the major unit; NaN where nothing is known or a ratio makes no
            sense.

        Raises
        ------
        SettingError
            When the language is not known, or the confidence is not between 0 and 1.
        """
        if language is not None:
            check_language(language)
        return lines_frame(
            [line for line in self.lines if total or line.tier != ALL],
            decimals=self.decimals,
            confidence=confidence,
            language=language,
        )

    def before_after(
        self,
        on: dt.date | str,
        *,
        against: dt.date | str | None = None,
        language: Language | None = None,
    ) -> pd.DataFrame:
        """Return how the customers graded on a day did after it and before it.

        Parameters
        ----------
        on : date or str
            One of the days, such as that on which a policy was introduced.
        against : date, str or None
            An earlier one, whose period after it ends by the day: what the same
            grading went along with before anybody was treated by it.
        language : {"zh", "en"} or None
            Titles in this language in place of codes, headings too.

        Returns
        -------
        pandas.DataFrame
            ``policy``, ``date``, ``tier`` (ALL for everybody), ``measure``; ``before``,
            ``after`` and their ``difference``; ``change``, relative for amounts and
            plain for shares and rates; with ``against`` also ``change_earlier`` and
            ``beyond``, the change less that one. NaN where it is not known.

        Raises
        ------
        SettingError
            When the evaluation has no such day, or its periods overlap.

        Notes
        -----
        It is no measure of what the policy brought about; see :attr:`caveats`.
        """
        if language is not None:
            check_language(language)
        lines = self._lines_on(on, "on")
        earlier: list[Line] = []
        if against is not None:
            earlier = self._lines_on(against, "against")
            if earlier[0].on + self.days > lines[0].on:
                raise SettingError(
                    Problem(
                        "the period after the earlier day goes beyond the later one",
                        where="against",
                        got=str(to_date(earlier[0].on)),
                        allowed=f"{to_date(lines[0].on - self.days)} or before",
                    )
                )
        return changes_frame(
            changes(lines, earlier),
            decimals=self.decimals,
            language=language,
            against=against is not None,
        )

    def _lines_on(self, on: dt.date | str, where: str) -> list[Line]:
        day = as_day(on, where=where)
        lines = [line for line in self.lines if line.on == day]
        if not lines:
            raise SettingError(
                Problem(
                    "the data do not cover the periods of this day"
                    if day in self.left_out
                    else "the evaluation has no such day",
                    where=where,
                    got=str(to_date(day)),
                    allowed=", ".join(map(str, self.dates)),
                )
            )
        return lines
