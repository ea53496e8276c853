"""A policy at work: fitted once on a reference, then asked as often as wanted.

:class:`Policy` is what a policy file says, with classifiers of one's own beside it.
:meth:`Policy.fit` freezes what is learned from customers into a :class:`FittedPolicy`,
which classifies whole ledgers and single customers alike and is saved as JSON with a
digest, so that a changed file is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from custseg.errors import (
    CustsegError,
    FittedPolicyError,
    Problem,
    UnknownCustomer,
)
from custseg.labels import Title
from custseg.ledger import Ledger
from custseg.measuring import (
    check_currency,
    check_same_currency,
    currency_of,
    extra_features,
    measured,
    needed_columns,
)
from custseg.models import Customer, Interaction, Transaction
from custseg.periods import as_day, to_date
from custseg.results import CustomerResult, Result
from custseg.rules.classifier import Classifier, check_classifier
from custseg.rules.learned import Learned
from custseg.rules.loader import load_policy as load_policy_tree
from custseg.rules.loader import policy_digest, policy_from_data, policy_to_data
from custseg.rules.pipeline import Compiled, Outcome, compile_plan, fit, work_out
from custseg.rules.plan import Plan, make_plan
from custseg.rules.policy import PolicyTree
from custseg.saving import digest_of, load_content, save_content
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.single import ledger_of_one

__all__ = ["FittedPolicy", "Policy", "load_fitted", "load_policy"]

SCHEMA = 1
"""Of saved fitted policies; a file of another schema is refused."""


@frozen
class Policy:
    """What decides labels and tiers, before anything is learned from customers.

    Parameters
    ----------
    tree : PolicyTree
        What the policy file says.
    classifiers : tuple of Classifier
        The user's own, asked after the families of the file.

    Examples
    --------
    >>> policy = load_policy("company")
    >>> policy.code, "spend" in policy.needs, "margin" in policy.needs
    ('company', True, False)
    """

    tree: PolicyTree
    classifiers: tuple[Classifier, ...] = ()

    @property
    def code(self) -> str:
        """The policy's code."""
        return self.tree.code

    @property
    def version(self) -> str:
        """The policy's version."""
        return self.tree.about.version

    @property
    def currency(self) -> str:
        """The currency of the money amounts in the policy."""
        return self.tree.about.currency

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the policy file's content; comments and layout do not count."""
        return policy_digest(self.tree)

    @cached_property
    def plan(self) -> Plan:
        """The policy with every expression read and checked."""
        return make_plan(self.tree)

    @property
    def needs(self) -> tuple[str, ...]:
        """The features that the policy and its classifiers use, sorted."""
        extra = extra_features(self.tree, self.classifiers)
        return tuple(sorted({name for name, _, _ in self.plan.features} | set(extra)))

    @property
    def columns(self) -> frozenset[str]:
        """The columns of the input contract that it can use, as ``table.column``."""
        return self.columns_for(())

    def columns_for(self, features: Sequence[str]) -> frozenset[str]:
        """Return the columns that the policy and some features beside it can use.

        Raises
        ------
        UnknownFeature
            When a feature is neither in the catalogue nor in the policy.
        """
        extra = extra_features(self.tree, self.classifiers, features)
        return needed_columns(self.plan, extra)

    def with_classifier(self, classifier: Classifier) -> Policy:
        """Return the policy with a classifier of one's own beside its families.

        Parameters
        ----------
        classifier : Classifier
            See the protocol.

        Raises
        ------
        SettingError
            When it is no classifier, or its code is taken.
        UnknownFeature
            When it needs a feature that nobody knows.
        """
        scores = {one.code for one in self.tree.scores}
        features = {one.code for one in self.tree.features}
        families = {one.code for one in self.tree.families}
        own = {one.code for one in self.classifiers}
        known = {*CATALOGUE, *features, *scores}
        check_classifier(classifier, taken=known | families | own, known=known)
        return evolve(self, classifiers=(*self.classifiers, classifier))

    def fit(self, ledger: Ledger, *, as_of: date | str) -> FittedPolicy:
        """Learn from the customers of a ledger on one day.

        Parameters
        ----------
        ledger : Ledger
        as_of : date or str
            Events after it are invisible.

        Returns
        -------
        FittedPolicy

        Raises
        ------
        CurrencyMismatch
            When the policy names amounts of money in another currency.

        Notes
        -----
        What is learned: the cuts and knots of percentiles and shares, medians, and the
        edges of binned scores, all over the policy's reference. Fewer members than the
        policy's minimum leave what depends on them UNKNOWN.
        """
        return self.fit_and_classify(ledger, as_of=as_of)[0]

    def fit_and_classify(
        self, ledger: Ledger, *, as_of: date | str, features: Sequence[str] = ()
    ) -> tuple[FittedPolicy, Result]:
        """Learn from the customers of a ledger and classify the same customers.

        The answers are those of :meth:`fit` and then :meth:`FittedPolicy.classify` on
        the same day, in one go.

        Parameters
        ----------
        ledger : Ledger
        as_of : date or str
        features : sequence of str
            Features of the catalogue to work out beside those that are needed.
        """
        day = as_day(as_of)
        currency, decimals = currency_of(ledger, self.tree)
        on = to_date(day)
        fitted = FittedPolicy(
            tree=self.tree, fitted_on=on, currency=currency, decimals=decimals
        )
        check_currency(fitted.plan, currency)
        facts = Facts(ledger, day, self.tree.basis.fiscal)
        extra = extra_features(self.tree, self.classifiers, features)
        table = measured(facts, fitted.plan, extra)
        learned, classifiers, outcome = fit(fitted.compiled, table, self.classifiers)
        fitted = evolve(fitted, learned=learned, classifiers=classifiers)
        return fitted, fitted.result_of(facts, outcome)


@frozen(kw_only=True, eq=False)
class FittedPolicy:
    """A policy and what it learned, ready to classify.

    Parameters
    ----------
    tree : PolicyTree
    fitted_on : date
        The day on which it learned; dated thresholds are those of that day.
    currency : str
    decimals : int
        Of the currency: learned amounts count 10**-decimals.
    learned : Learned
    classifiers : tuple of Classifier
        The user's own, fitted.

    Examples
    --------
    >>> sales = {"customer_id": ["a", "b"], "date": ["2026-06-01", "2026-06-20"],
    ...          "amount": [950.0, 80.0]}
    >>> ledger = Ledger.from_frames(sales, currency="CNY")
    >>> fitted = load_policy("company").fit(ledger, as_of="2026-06-30")
    >>> fitted.classify(ledger, as_of="2026-06-30").labels("abc").tolist()
    ['ABC_A', 'ABC_B']
    >>> one = fitted.classify_one(
    ...     Customer("c"), [Transaction("c", date(2026, 6, 30), 1000)], as_of="2026-06-30")
    >>> one.labels["abc"]
    'ABC_A'
    """

    tree: PolicyTree
    fitted_on: date
    currency: str
    decimals: int = 2
    learned: Learned = field(factory=Learned, repr=False)
    classifiers: tuple[Classifier, ...] = ()

    @cached_property
    def plan(self) -> Plan:
        """The policy with every expression checked, as of the day of the fit."""
        return make_plan(self.tree, on=self.fitted_on)

    @cached_property
    def compiled(self) -> Compiled:
        """The expressions, ready to run."""
        return compile_plan(self.plan, self.decimals)

    @cached_property
    def titles(self) -> Mapping[str, Title]:
        """The title of every feature, score and family that takes part."""
        features = {name: one.title for name, one in CATALOGUE.items()}
        return {**features, **self.tree.titles()}

    @cached_property
    def policy_digest(self) -> str:
        """SHA-256 of the policy."""
        return policy_digest(self.tree)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the policy and all that was learned."""
        return digest_of(self._content())

    def classify(
        self, ledger: Ledger, *, as_of: date | str, features: Sequence[str] = ()
    ) -> Result:
        """Classify every customer of a ledger as of one day.

        Parameters
        ----------
        ledger : Ledger
        as_of : date or str
            Events after it are invisible.
        features : sequence of str
            Features of the catalogue to work out beside those that are needed.

        Returns
        -------
        Result

        Raises
        ------
        CurrencyMismatch
            When the ledger is in another currency than the one it was fitted on.
        UnknownFeature
            When a feature is not in the catalogue.
        """
        check_same_currency(currency_of(ledger, self.tree)[0], self.currency)
        facts = Facts(ledger, as_day(as_of), self.tree.basis.fiscal)
        extra = extra_features(self.tree, self.classifiers, features)
        table = measured(facts, self.plan, extra)
        outcome = work_out(self.compiled, self.learned, table, self.classifiers)
        return self.result_of(facts, outcome)

    def result_of(self, facts: Facts, outcome: Outcome) -> Result:
        """Return what was worked out from facts as a result."""
        return Result(
            outcome=outcome,
            plan=self.plan,
            learned=self.learned,
            titles=self.titles,
            policy=f"{self.tree.code} {self.tree.about.version} [{self.digest[:12]}]",
            as_of=facts.as_of,
            currency=self.currency,
            decimals=self.decimals,
            ledger=facts.ledger,
        )

    def classify_one(
        self,
        customer: Customer,
        transactions: Iterable[Transaction],
        *,
        as_of: date | str,
        interactions: Iterable[Interaction] | None = None,
        features: Sequence[str] = (),
    ) -> CustomerResult:
        """Classify one customer from records, as :meth:`classify` would among all.

        Parameters
        ----------
        customer : Customer
        transactions : iterable of Transaction
            Of this customer.
        as_of : date or str
        interactions : iterable of Interaction or None
            None where contacts are not recorded at all.
        features : sequence of str

        Returns
        -------
        CustomerResult

        Raises
        ------
        SettingError
            When a record is of another customer.
        UnknownCustomer
            When the customer is not known by that day: registered later, or without
            any event by then.
        """
        extra = extra_features(self.tree, self.classifiers, features)
        ledger = ledger_of_one(
            customer,
            transactions,
            interactions,
            currency=self.currency,
            columns=needed_columns(self.plan, extra),
        )
        result = self.classify(ledger, as_of=as_of, features=features)
        if not len(result):
            raise UnknownCustomer(
                Problem(
                    "the customer is not known by that day",
                    got=customer.customer_id,
                    hint="it has no event by then, or was registered later",
                )
            )
        return CustomerResult(result=result)

    def _content(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "policy": policy_to_data(self.tree),
            "fitted_on": self.fitted_on.isoformat(),
            "currency": self.currency,
            "decimals": self.decimals,
            "classifiers": [one.code for one in self.classifiers],
            "learned": self.learned.to_data(),
        }

    def save(self, path: str | Path) -> None:
        """Write the fitted policy as JSON with its digest.

        The file is written beside its place and moved there whole.

        Raises
        ------
        FittedPolicyError
            When it holds classifiers of the user's own: code is not saved.
        """
        if self.classifiers:
            codes = ", ".join(one.code for one in self.classifiers)
            raise FittedPolicyError(
                Problem(
                    "classifiers of one's own are code and cannot be saved",
                    got=codes,
                    hint="save a policy fitted without them and add them anew",
                )
            )
        save_content(path, self._content())


def load_policy(source: str | Path) -> Policy:
    """Load a policy by its packaged name or from a TOML file.

    Parameters
    ----------
    source : str or Path
        ``"company"``, or a path that ends in .toml.

    Returns
    -------
    Policy

    Raises
    ------
    UnknownPolicy
        When there is neither such a name nor such a file.
    PolicyError
        With every problem in the file.

    Examples
    --------
    >>> load_policy("company").version
    '2026.1'
    """
    return Policy(load_policy_tree(source))


def load_fitted(path: str | Path) -> FittedPolicy:
    """Read a fitted policy that :meth:`FittedPolicy.save` wrote.

    Raises
    ------
    FittedPolicyError
        When the file is missing or is no fitted policy.
    SchemaMismatch
        When it was written under another schema.
    AlteredFile
        When its content does not match its digest.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> fitted = load_policy("company").fit(
    ...     Ledger.from_records(currency="CNY"), as_of="2026-06-30")
    >>> with TemporaryDirectory() as folder:
    ...     fitted.save(Path(folder) / "fitted.json")
    ...     load_fitted(Path(folder) / "fitted.json").digest == fitted.digest
    True
    """
    data = load_content(path, schema=SCHEMA)
    try:
        return FittedPolicy(
            tree=policy_from_data(data["policy"]),
            fitted_on=date.fromisoformat(data["fitted_on"]),
            currency=data["currency"],
            decimals=data["decimals"],
            learned=Learned.from_data(data["learned"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, CustsegError):
            raise
        raise FittedPolicyError(
            Problem(
                "the file was saved whole, but not by FittedPolicy.save",
                where=str(path),
                got=f"content without {error}",
            )
        ) from error
