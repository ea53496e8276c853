"""What comes out: every customer's labels, tier and score, as a table or one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from custseg.asking import check_family, check_names
from custseg.errors import Problem, UnknownCustomer, UnknownFeature, did_you_mean
from custseg.framing import as_floats, framed
from custseg.identifiers import place_of
from custseg.labels import UNKNOWN, Language, Title
from custseg.languages import check_language
from custseg.ledger import Ledger
from custseg.money import QUANTITY_EXPONENT, to_major
from custseg.periods import to_date
from custseg.quality import QualityReport
from custseg.rules.explain import Explanation, explain
from custseg.rules.learned import Learned
from custseg.rules.pipeline import Graded, Outcome
from custseg.rules.plan import Plan
from custseg.scoring.catalogue import CATALOGUE
from custseg.summary import Summary, summarise_family
from custseg.table import Array, Column, Table
from custseg.units import Unit
from custseg.wording import with_code

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CustomerResult", "Result"]

_UNKNOWN = Title(zh="未知", en="Unknown")
_TIER = Title(zh="应得等级", en="Tier")
_SCORE = Title(zh="综合得分", en="Score")
_CUSTOMER = Title(zh="客户编号", en="Customer")


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
        What was looked at.

    Notes
    -----
    Explanations are built when asked for.

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
        return self._codes(family)[0]

    def title_of(self, family: str, code: str, language: Language = "en") -> str:
        """Return the title of a label or tier."""
        check_language(language)
        return (
            self._label_titles(family).get(code, Title(zh=code, en=code)).of(language)
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

    def _codes(self, family: str) -> tuple[Array, NDArray[np.int64]]:
        """Return codes as texts, and as positions with UNKNOWN behind the others."""
        column = self._column(family)
        words = np.array([*column.words, UNKNOWN], dtype=object)
        at = column.values.astype(np.int64)
        if column.known is not None:
            at = np.where(column.known, at, len(column.words))
        return words[at], at

    def _label_titles(self, family: str) -> Mapping[str, Title]:
        policy = self.plan.policy
        titles = {UNKNOWN: _UNKNOWN}
        if family == "tier" and policy.grading is not None:
            titles |= {tier.code: tier.title for tier in policy.grading.tiers}
        for one in policy.families:
            if one.code == family:
                titles |= {rule.code: rule.title for rule in one.labels}
        return titles

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
        import pandas as pd  # noqa: PLC0415 - heavy

        columns: dict[str, Any] = {
            "customer_id": pd.array(self.customer_ids, dtype="str")
        }
        families = [*self.families]
        if self.outcome.grade is not None:
            families.append("tier")
        for family in families:
            words = [*self._column(family).words, UNKNOWN]
            if language is not None:
                said = [self.title_of(family, word, language) for word in words]
                words = _told_apart(said, words, language)
            columns[family] = pd.Categorical.from_codes(
                self._codes(family)[1], dtype=pd.CategoricalDtype(words)
            )
        if self.outcome.grade is not None:
            columns["score"] = as_floats(self.outcome.grade.score)
        names = list(self.outcome.table) if features is True else list(features or ())
        for name in names:
            columns[name] = framed(self.worked_out(name), self.decimals)
        frame = pd.DataFrame(columns, copy=False)
        if language is not None:
            own = {"customer_id": _CUSTOMER, "tier": _TIER, "score": _SCORE}
            titles = {**self.titles, **own}
            frame = frame.rename(
                columns={n: titles[n].of(language) for n in frame if n in titles}
            )
        return frame

    def worked_out(self, name: str) -> Column:
        """Return the column of a feature or score, as it was worked out.

        Raises
        ------
        UnknownFeature
            When it was not worked out; it says how to ask for it.
        """
        if name not in self.outcome.table.columns and name in tuple(CATALOGUE):
            raise UnknownFeature(
                Problem(
                    f"the feature '{name}' was not worked out",
                    allowed=", ".join(self.outcome.table),
                    hint=f"pass features=['{name}'] to segment or classify",
                )
            )
        return self.outcome.table[name]

    def summary(self) -> Summary:
        """Return customers and spend for each label of each family, and each tier."""
        spend = self.outcome.table.columns.get("spend")
        families = [*self.families]
        if self.outcome.grade is not None:
            families.append("tier")
        done = []
        for code in families:
            column, titles = self._column(code), self._label_titles(code)
            words = [*column.words, UNKNOWN]
            labels = [
                (word, titles.get(word, Title(zh=word, en=word))) for word in words
            ]
            title = _TIER if code == "tier" else self.titles.get(code)
            title = title or Title(zh=code, en=code)
            family = summarise_family(
                code, title, labels, column, spend, decimals=self.decimals
            )
            done.append(family)
        return Summary(tuple(done), self.currency, self.decimals)

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
        ids = self.customer_ids
        at = place_of(customer_id, ids)
        if at is None:
            text = str(customer_id).strip()
            after = int(np.searchsorted(ids, text))
            near = ids[max(0, after - 3) : after + 3].tolist()
            raise UnknownCustomer(
                Problem(
                    "the result has no such customer",
                    got=repr(text),
                    hint=did_you_mean(text, near)
                    or "known are those registered, or with an event, by "
                    f"{to_date(self.as_of)}",
                )
            )
        return CustomerResult(result=self._only(slice(at, at + 1)))

    def _only(self, rows: slice) -> Result:
        table = self.outcome.table
        cut = {name: _cut(column, rows) for name, column in table.columns.items()}
        labels = {name: _cut(one, rows) for name, one in self.outcome.labels.items()}
        grade = self.outcome.grade
        if grade is not None:
            grade = Graded(
                {name: _cut(part, rows) for name, part in grade.parts.items()},
                _cut(grade.score, rows),
                _cut(grade.coverage, rows),
                _cut(grade.tier, rows),
            )
        return Result(
            outcome=Outcome(Table(table.book[rows], cut), labels, grade),
            plan=self.plan,
            learned=self.learned,
            titles=self.titles,
            policy=self.policy,
            as_of=self.as_of,
            currency=self.currency,
            decimals=self.decimals,
            ledger=self.ledger,
        )

    def explain(self, customer_id: object) -> Explanation:
        """Return why one customer has these labels and this tier.

        Raises
        ------
        UnknownCustomer
            When there is no such customer on that day.
        """
        return self.customer(customer_id).explain()


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
        if column.unit is Unit.MONEY:
            return float(to_major(column.values[:1], self.result.decimals)[0])
        if column.unit is Unit.QUANTITY:
            return float(to_major(column.values[:1], QUANTITY_EXPONENT)[0])
        return column.words[value] if column.words else value

    def explain(self) -> Explanation:
        """Return why the customer has these labels and this tier."""
        result = self.result
        reasons = explain(
            result.plan,
            result.learned,
            result.outcome,
            result.titles,
            decimals=result.decimals,
        )
        return Explanation(
            self.customer_id,
            result.policy,
            str(result.date),
            reasons,
            result.currency,
            result.decimals,
        )

    def __repr__(self) -> str:
        said = ", ".join(f"{family}={label}" for family, label in self.labels.items())
        return f"CustomerResult({self.customer_id}: tier={self.tier}, {said})"


def _told_apart(titles: list[str], codes: list[str], language: Language) -> list[str]:
    """Put the code behind titles that two labels share."""
    return [
        with_code(title, code, language) if titles.count(title) > 1 else title
        for title, code in zip(titles, codes, strict=True)
    ]


def _cut(column: Column, rows: slice) -> Column:
    known = None if column.known is None else column.known[rows]
    return Column(column.values[rows], column.unit, known, column.words)
