"""What comes out: every customer's labels, tier and score, as a table or one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from custseg.asking import asked_column, check_family, check_ids, check_names, row_of
from custseg.errors import Problem, UnknownFeature, did_you_mean
from custseg.labels import Language, Title
from custseg.languages import check_language
from custseg.ledger import Ledger
from custseg.money import decimals_kept, to_major
from custseg.periods import to_date
from custseg.quality.report import QualityReport
from custseg.rules.learned import Learned
from custseg.rules.outcome import Outcome
from custseg.rules.plan import Plan
from custseg.scoring.catalogue import CATALOGUE
from custseg.summary import Summary
from custseg.table import Array, Column
from custseg.tabling import (
    label_codes,
    label_frame,
    label_summary,
    label_titles,
)
from custseg.units import Unit

if TYPE_CHECKING:
    import pandas as pd

    from custseg.rules.explaining import Explainer, Explanation
    from custseg.whatif import Advice, Workings

__all__ = ["CustomerResult", "Result"]

_Day = date | str

_AT_ONCE = 4096
"""Customers whose explanations are worked out together."""


@frozen(eq=False, kw_only=True, repr=False)
class Result:
    """Labels, tier and score of every customer on one day.

    Parameters
    ----------
    outcome : Outcome
        Columns over the customers, sorted by id.
    plan : Plan
    learned : Learned
    titles : mapping of str to Title
        Of features, scores and families.
    policy : str
        Code, version and digest.
    as_of : int
    currency : str or None
    decimals : int
    ledger : Ledger
        What was looked at. :func:`custseg.segment` reads only what the policy needs: of
        a table of which nothing is asked, only whose a row is and of what day.
    explainer : callable
        Gives what explains the answers, when somebody asks why.
    workings : callable
        Gives what the answers rest on, when somebody asks what would change them.

    Examples
    --------
    >>> from custseg import segment
    >>> sales = {"customer_id": ["a", "b"], "date": ["2026-06-01", "2026-06-20"],
    ...          "amount": [950.0, 80.0]}
    >>> result = segment(sales, as_of="2026-06-30", currency="CNY")
    >>> len(result), result.labels("abc").tolist()
    (2, ['ABC_A', 'ABC_B'])
    >>> result.to_pandas()[["customer_id", "frequency", "lifecycle"]].values.tolist()
    [['a', 'INFREQUENT', 'NEW'], ['b', 'INFREQUENT', 'NEW']]
    """

    outcome: Outcome = field(repr=False)
    plan: Plan = field(repr=False)
    learned: Learned = field(repr=False)
    titles: Mapping[str, Title] = field(repr=False)
    policy: str
    as_of: int
    currency: str | None
    decimals: int = field(repr=False)
    ledger: Ledger = field(repr=False)
    explainer: Callable[[], Explainer] = field(repr=False)
    workings: Callable[[], Workings] = field(repr=False)

    def __len__(self) -> int:
        return self.outcome.table.n_customers

    @property
    def customer_ids(self) -> Array:
        """Customer ids as an object array of str, in text order."""
        return self.outcome.table.customers

    @property
    def families(self) -> tuple[str, ...]:
        """The codes of the families, in the order of the policy."""
        return tuple(self.outcome.labels)

    @cached_property
    def quality(self) -> QualityReport:
        """What was odd about the rows, complete, as of the day looked at."""
        return self.ledger.quality(self.date)

    @property
    def date(self) -> date:
        """The day that was looked at."""
        return to_date(self.as_of)

    def labels(self, family: str) -> Array:
        """Return the label of each customer, as an object array of codes.

        Raises
        ------
        UnknownFeature
            When the policy has no such family.
        SettingError
            When it is no code of a family.
        """
        return label_codes(self._column(family))[0]

    def title_of(self, family: str, code: str, language: Language = "en") -> str:
        """Return the title of a label or tier."""
        check_language(language)
        return (
            label_titles(self.plan.policy, family)
            .get(code, Title(zh=code, en=code))
            .of(language)
        )

    def _column(self, family: str) -> Column:
        check_family(family)
        if family == "tier" and self.outcome.grade is not None:
            return self.outcome.grade.tier
        if family in self.outcome.labels:
            return self.outcome.labels[family]
        known = [*self.outcome.labels, "tier"]
        raise UnknownFeature(
            Problem(
                f"the policy has no family '{family}'",
                allowed=", ".join(known),
                hint=did_you_mean(family, known),
            )
        )

    def to_pandas(
        self,
        *,
        language: Language | None = None,
        features: Sequence[str] | bool = (),
    ) -> pd.DataFrame:
        """Return one row per customer, sorted by id.

        Parameters
        ----------
        language : {"zh", "en"} or None
            Titles in this language in place of codes, headings too; None gives codes.
        features : sequence of str, or bool
            Features and scores to add behind the labels; True adds all that were
            worked out.

        Returns
        -------
        pandas.DataFrame
            ``customer_id`` (text), one column per family (categories, never null),
            ``tier``, ``score`` (float, NaN where unknown), then the features: money in
            the major unit, quantity in the seller's unit; nullable where something is
            missing.

        Raises
        ------
        UnknownFeature
            When a feature was not worked out.
        SettingError
            When the language is unknown, or the features are no sequence of names.
        """
        if language is not None:
            check_language(language)
        if not isinstance(features, bool):
            check_names(features)
        names = list(self.outcome.table) if features is True else list(features or ())
        for name in names:
            self.worked_out(name)
        return label_frame(
            self.outcome,
            self.plan.policy,
            self.titles,
            language=language,
            features=names,
            decimals=self.decimals,
        )

    def to_native(
        self,
        *,
        language: Language | None = None,
        features: Sequence[str] | bool = (),
    ) -> Any:
        """Return :meth:`to_pandas` as the kind of frame that the sales came in.

        Returns
        -------
        pandas.DataFrame, polars.DataFrame or LazyFrame, pyarrow.Table, or dict of lists
            An Arrow table also where the sales came as a reader or a DuckDB relation;
            pandas where they came from files or records.
        """
        frame = self.to_pandas(language=language, features=features)
        return self.ledger.came_as.made_of(frame)

    def worked_out(self, name: str) -> Column:
        """Return the column of a feature or score, as it was worked out.

        Raises
        ------
        UnknownFeature
            When it was not worked out; it says how to ask for it.
        """
        own = (one.code for one in self.plan.policy.features)
        return asked_column(self.outcome.table, name, (*CATALOGUE, *own))

    def summary(self) -> Summary:
        """Return customers and spend for each label of each family, and each tier."""
        return label_summary(
            self.outcome,
            self.plan.policy,
            self.titles,
            currency=self.currency,
            decimals=self.decimals,
        )

    def _repr_html_(self) -> str:
        return f"<p>{escape(self._head())}</p>{self.summary()._repr_html_()}"

    def __repr__(self) -> str:
        return f"Result({self._head()})"

    def _head(self) -> str:
        n = len(self)
        customers = f"{n:,} customer{'' if n == 1 else 's'}"
        return f"{customers} as of {self.date}, policy {self.policy}"

    def customer(self, customer_id: object) -> CustomerResult:
        """Return the result of one customer.

        Raises
        ------
        UnknownCustomer
            When there is no such customer on that day; it names the nearest.
        """
        at = self._row_of(customer_id)
        return CustomerResult(result=self._only(np.array([at])))

    def _row_of(self, customer_id: object) -> int:
        return row_of(customer_id, self.outcome.table, of="result", day=self.date)

    def _only(self, rows: Array) -> Result:
        return evolve(self, outcome=self.outcome.take(rows))

    def explain(self, customer_id: object) -> Explanation:
        """Return why one customer has these labels and this tier.

        Raises
        ------
        UnknownCustomer
            When there is no such customer on that day.
        """
        return self.customer(customer_id).explain()

    def explanations(
        self, customer_ids: Iterable[object] | None = None
    ) -> Iterator[Explanation]:
        """Return why many customers have their labels and tiers, one after the other.

        Every clause is worked out for thousands of customers at once, so this costs
        far less for each than :meth:`explain`. Nothing is kept of those given out.

        Parameters
        ----------
        customer_ids : iterable of ids, or None
            In the order wanted; None gives all customers, in the order of the result.

        Returns
        -------
        iterator of Explanation

        Raises
        ------
        UnknownCustomer
            When there is no such customer on that day; before the first is given out.
        SettingError
            When it is one id and not several.

        Examples
        --------
        >>> from custseg import segment
        >>> sales = {"customer_id": ["a", "b"], "date": ["2026-06-01", "2026-06-20"],
        ...          "amount": [950.0, 80.0]}
        >>> result = segment(sales, as_of="2026-06-30", currency="CNY")
        >>> [why["abc"].label for why in result.explanations()]
        ['ABC_A', 'ABC_B']
        """
        rows = np.arange(len(self))
        if customer_ids is not None:
            check_ids(customer_ids)
            rows = np.array([self._row_of(one) for one in customer_ids], dtype=np.int64)
        return self._explained(rows)

    def _explained(self, rows: Array) -> Iterator[Explanation]:
        columns = frozenset(
            f"{name}.{column}"
            for name, events in self.ledger.tables.given.items()
            for column in events.names
        )
        for start in range(0, len(rows), _AT_ONCE):
            some = self.outcome.take(rows[start : start + _AT_ONCE])
            yield from self.explainer().explain(some, self.date, columns)

    def what_would_change(
        self,
        customer_id: object,
        family: str,
        *,
        to: str | None = None,
        by: _Day | None = None,
    ) -> Advice:
        """Return what would change; see :meth:`CustomerResult.what_would_change`."""
        return self.customer(customer_id).what_would_change(family, to=to, by=by)


@frozen(eq=False, repr=False)
class CustomerResult:
    """Labels, tier, score and features of one customer on one day.

    Parameters
    ----------
    result : Result
        Of this customer alone.

    Examples
    --------
    >>> from custseg import segment
    >>> sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0]}
    >>> one = segment(sales, as_of="2026-06-30", currency="CNY").customer("a")
    >>> one.labels["lifecycle"], one.feature("spend"), one.tier
    ('NEW', 950.0, 'UNKNOWN')
    """

    result: Result = field(repr=False)

    @property
    def customer_id(self) -> str:
        """The customer's id."""
        return str(self.result.customer_ids[0])

    @property
    def labels(self) -> Mapping[str, str]:
        """The label of each family, UNKNOWN where a needed fact is missing."""
        return {
            family: str(self.result.labels(family)[0])
            for family in self.result.families
        }

    @property
    def tier(self) -> str | None:
        """The entitled tier; None where the policy grades nobody."""
        if self.result.outcome.grade is None:
            return None
        return str(self.result.labels("tier")[0])

    @property
    def score(self) -> float | None:
        """The composite score; None where it is unknown."""
        grade = self.result.outcome.grade
        if grade is None or (
            grade.score.known is not None and not grade.score.known[0]
        ):
            return None
        return float(grade.score.values[0])

    def feature(self, name: str) -> object:
        """Return a feature or score: money in the major unit; None where unknown.

        Raises
        ------
        UnknownFeature
            When it was not worked out.
        """
        column = self.result.worked_out(name)
        if column.known is not None and not column.known[0]:
            return None
        value = column.values[0].item()
        if column.unit in {Unit.MONEY, Unit.QUANTITY}:
            places = decimals_kept(column.unit, self.result.decimals)
            return float(to_major(column.values[:1], places)[0])
        return column.words[value] if column.words else value

    def explain(self) -> Explanation:
        """Return why the customer has these labels and this tier."""
        return next(self.result.explanations())

    def what_would_change(
        self, family: str, *, to: str | None = None, by: date | str | None = None
    ) -> Advice:
        """Return the least changes that give another label or tier, each tried out.

        Parameters
        ----------
        family : str
            Its code, or ``tier``.
        to : str or None
            The label to reach; None asks for every other.
        by : date, str or None
            The day for which is asked; None is the day looked at.

        Raises
        ------
        UnknownFeature
            When there is no such family or label.
        SettingError
            When the day is before the one looked at, or something is of a wrong kind.
        """
        self.result.labels(family)  # refuses what is no family
        from custseg.whatif import advise  # noqa: PLC0415 - heavy, seldom asked

        workings = self.result.workings()
        return advise(workings, self.customer_id, family, to=to, by=by)

    def __repr__(self) -> str:
        said = ", ".join(f"{family}={label}" for family, label in self.labels.items())
        return f"CustomerResult({self.customer_id}: tier={self.tier}, {said})"
