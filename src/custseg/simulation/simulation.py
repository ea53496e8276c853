"""What a simulation shows: tiers day by day, moves, what they are worth, how they last.

:meth:`Simulation.to_text` tells it in a few lines. The tables behind them are
:meth:`Simulation.counts` (per tier), :meth:`Simulation.summary` (per date),
:meth:`Simulation.pools` (per nurture pool) and :meth:`Simulation.to_pandas` (per
customer); :meth:`Simulation.difference` compares two policies.

Limits: a replay tells what a policy would have decided, not what customers would have
done about it.
"""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING

from attrs import field, frozen

from custseg.errors import Problem, SettingError, did_you_mean
from custseg.labels import Language, Title
from custseg.languages import check_language
from custseg.periods import as_day, to_date
from custseg.scoring.migration import Migration, Treatment
from custseg.simulation.flapping import Flapping, flapping
from custseg.simulation.nurtured import Nurtured, nurtured
from custseg.simulation.policy_diff import Difference
from custseg.simulation.replayed import Day, Replay, migration_of, shares_of
from custseg.simulation.tables import (
    counts_frame,
    decisions_frame,
    pools_frame,
    summary_frame,
)
from custseg.simulation.text import simulation_text
from custseg.table import Array
from custseg.vocabulary import texts_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Simulation"]


@frozen(eq=False, kw_only=True, repr=False)
class Simulation:
    """Policies gone through past days, for looking at and comparing.

    Parameters
    ----------
    book : array, shape (n_customers,)
        Customer ids of the ledger.
    days : tuple of Day
    replays : tuple of Replay
        One for each policy.
    currency : str
    decimals : int
    remarks : tuple of Title
        What the replay knew of the future all the same.

    Examples
    --------
    >>> from custseg.demo import wholesaler
    >>> from custseg.policy import load_policy
    >>> from custseg.ledger import Ledger
    >>> from custseg.simulation.simulating import simulate
    >>> ledger = Ledger.from_frames(wholesaler().sales, currency="CNY")
    >>> fitted = load_policy("company").fit(ledger, as_of="2025-06-30")
    >>> quarters = ["2025-07-01", "2025-10-01", "2026-01-01", "2026-04-01"]
    >>> simulation = simulate(ledger, fitted, dates=quarters)
    >>> simulation
    Simulation(company, 4 dates from 2025-07-01 to 2026-04-01)
    >>> simulation.held("company")
    {'A': 18, 'B': 68, 'C': 194}
    """

    book: Array = field(repr=False)
    days: tuple[Day, ...]
    replays: tuple[Replay, ...]
    currency: str
    decimals: int
    remarks: tuple[Title, ...] = ()

    def __repr__(self) -> str:
        many = f"{len(self.days)} date{'' if len(self.days) == 1 else 's'}"
        first, last = self.dates[0], self.dates[-1]
        span = f"on {first}" if first == last else f"from {first} to {last}"
        return f"Simulation({', '.join(self.policies)}, {many} {span})"

    def __str__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"

    @property
    def policies(self) -> tuple[str, ...]:
        """The names of the policies."""
        return tuple(one.name for one in self.replays)

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """The days of the runs."""
        return tuple(to_date(day.on) for day in self.days)

    @property
    def customer_ids(self) -> Array:
        """Ids of the ledger's customers as an object array of str, in text order."""
        return texts_of(self.book)

    def to_text(self, language: Language = "en") -> str:
        """Return in a few lines how each policy did.

        Parameters
        ----------
        language : {"zh", "en"}
        """
        check_language(language)
        return simulation_text(self.days, self.replays, self.remarks, language)

    def to_pandas(
        self, *, language: Language | None = None, all_customers: bool = False
    ) -> pd.DataFrame:
        """Return the decisions, one row per policy, date and customer.

        Parameters
        ----------
        language : {"zh", "en"} or None
            Titles in this language in place of codes, headings too.
        all_customers : bool
            Also those of whom nothing was asked on the day.

        Returns
        -------
        pandas.DataFrame
            ``policy``, ``date``, ``customer_id``, ``before`` and ``after`` (NONE for no
            tier yet), ``action``, ``reason``, ``score`` (NaN where unknown).
        """
        if language is not None:
            check_language(language)
        return decisions_frame(
            self.customer_ids,
            self.days,
            self.replays,
            language=language,
            all_customers=all_customers,
        )

    def counts(self) -> pd.DataFrame:
        """Return how many hold each tier, and what it is worth, date by date.

        Returns
        -------
        pandas.DataFrame
            ``policy``, ``date``, ``tier``, ``customers``; ``first``, ``risen`` and
            ``fallen``, those who came into the tier on the date; ``spend``, the net
            spend in the policy's window up to the day before; ``following`` and
            ``following_share``, the net spend up to the next date and the tier's share
            of it, NaN where there is no next date.
        """
        return counts_frame(self.days, self.replays, self.decimals)

    def summary(self) -> pd.DataFrame:
        """Return the moves of each policy, date by date.

        Returns
        -------
        pandas.DataFrame
            ``policy``, ``date``, ``customers``, ``firsts``, ``ups``, ``downs``;
            ``undone``, those of its ups and downs that were undone within two reviews;
            ``up_spend`` and ``down_spend``, the net spend of the movers in the policy's
            window up to the day before; ``alerts``.
        """
        return summary_frame(self.days, self.replays, self.decimals)

    def pools(self) -> pd.DataFrame:
        """Return who came into nurture pools and who left them, date by date.

        Returns
        -------
        pandas.DataFrame
            ``policy``, ``date``, ``pool``; ``inside``, after the run; ``entered``,
            ``waits``; and of those who left in the run ``converted``, who reached the
            tier, ``under_bar``, ``longest_stay``, ``no_place`` and ``tier_left``. No
            rows for a policy without pools, and for naive re-grading.
        """
        return pools_frame(self.days, self.replays)

    def nurtured(self, policy: str | None = None) -> dict[str, Nurtured]:
        """Return how many came into each nurture pool, and how many of them rose.

        Parameters
        ----------
        policy : str or None

        Returns
        -------
        dict of str to Nurtured
            By the codes of the pools. ``rate`` is among those whose longest stay is
            over by the last date.
        """
        return nurtured(self.replay(policy), self.days)

    def held(self, policy: str | None = None) -> dict[str, int]:
        """Return how many customers hold each tier after the last date.

        Parameters
        ----------
        policy : str or None
            Its name, here and elsewhere; may be left out where there is one only.
        """
        replay = self.replay(policy)
        after = replay.looks[-1].after
        return {code: int((after == at).sum()) for at, code in enumerate(replay.tiers)}

    def held_value(self, policy: str | None = None) -> dict[str, float | None]:
        """Return the share of the following periods' net spend that each tier held.

        After each date the customers spend until the next one; the net spend of all
        these periods together is divided among the tiers held at their beginning. A
        customer that is not known yet on a date is in no tier and does not count.

        Parameters
        ----------
        policy : str or None

        Returns
        -------
        dict of str to float or None
            None where there is no following period, or nothing was spent in it.
        """
        replay = self.replay(policy)
        return dict(zip(replay.tiers, shares_of(replay, self.days), strict=True))

    def flapping(self, policy: str | None = None, *, within: int = 2) -> Flapping:
        """Return how many moves there were, and how many were soon undone.

        Parameters
        ----------
        policy : str or None
        within : int, >= 1
            A move is undone if within so many reviews of the customer the tier goes
            back to what it was before, or beyond.
        """
        return flapping(self.replay(policy).followed(self.days), within=within)

    def flap_rate(self, policy: str | None = None) -> float | None:
        """Return the share of moves undone within two reviews; see :meth:`flapping`."""
        return self.flapping(policy).rate

    def matrix(
        self,
        policy: str | None = None,
        *,
        withdrawn: Treatment = "exclude",
    ) -> Migration:
        """Return from where to where customers went between the dates, pooled.

        Parameters
        ----------
        policy : str or None
        withdrawn : {"column", "exclude", "absorb"}
            What becomes of customers whose account is closed on a date; see
            :func:`custseg.scoring.migration.migrations`. Where closings are not
            recorded there are none.

        Raises
        ------
        SettingError
            When there is one date only.
        """
        return migration_of(self.replay(policy), self.days, withdrawn=withdrawn)

    def expected_dwell(self, policy: str | None = None) -> dict[str, float | None]:
        """Return how many dates a customer stays in each tier, on average.

        Parameters
        ----------
        policy : str or None

        Returns
        -------
        dict of str to float, or None
            As the pooled moves between the dates suggest, each date taken like the
            others; None where nobody held the tier, or nobody left it.
        """
        matrix = self.matrix(policy)
        dwell = matrix.expected_dwell()
        pairs = zip(dwell.values.tolist(), dwell.is_known().tolist(), strict=True)
        stays = [value if known else None for value, known in pairs]
        return dict(zip(matrix.grades, stays, strict=True))

    def difference(
        self, first: str, second: str, *, on: dt.date | str | None = None
    ) -> Difference:
        """Return who holds another tier under one policy than under another.

        Parameters
        ----------
        first, second : str
            Names of policies.
        on : date, str or None
            One of the dates; None is the last.

        Raises
        ------
        SettingError
            When there is no such policy or date.
        """
        at = len(self.days) - 1
        if on is not None:
            at = self._date_of(as_day(on, where="on"))
        days = self.days[: at + 1]
        return Difference(
            customer_ids=self.customer_ids[days[-1].rows],
            days=days,
            first=self.replay(first),
            second=self.replay(second),
            currency=self.currency,
            decimals=self.decimals,
        )

    def replay(self, policy: str | None = None) -> Replay:
        """Return the decisions of one policy as columns.

        Parameters
        ----------
        policy : str or None

        Raises
        ------
        SettingError
            When there is no such policy, or none is named and there are several.
        """
        named = {one.name: one for one in self.replays}
        if policy is None and len(self.replays) == 1:
            return self.replays[0]
        if policy not in named:
            raise SettingError(
                Problem(
                    "say which policy is meant"
                    if policy is None
                    else "the simulation has no such policy",
                    where="policy",
                    got="" if policy is None else repr(policy),
                    allowed=", ".join(named),
                    hint="" if policy is None else did_you_mean(str(policy), named),
                )
            )
        return named[policy]

    def _date_of(self, on: int) -> int:
        days = [day.on for day in self.days]
        if on not in days:
            raise SettingError(
                Problem(
                    "the simulation did not run on this day",
                    where="on",
                    got=str(to_date(on)),
                    allowed=", ".join(map(str, self.dates)),
                )
            )
        return days.index(on)
