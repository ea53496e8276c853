"""A policy before it has learned: what decides labels and tiers, and how it is fitted.

:class:`Policy` is what a policy file says, with classifiers of one's own beside it.
:meth:`Policy.fit` freezes what is learned from customers into a
:class:`~custseg.fitted.FittedPolicy`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path

from attrs import evolve, frozen

from custseg.asking import check_ledger, check_names
from custseg.errors import Problem, SettingError
from custseg.fitted import FittedPolicy
from custseg.ledger import Ledger
from custseg.measuring import extra_features, measured, needed_columns
from custseg.periods import as_day
from custseg.results import Result
from custseg.rules.classifier import Classifier, check_classifier
from custseg.rules.files.loader import load_tree, policy_digest
from custseg.rules.plan import Plan
from custseg.rules.planned import plan_of
from custseg.rules.policy import PolicyTree
from custseg.rules.teaching import fit
from custseg.scoring.catalogue import CATALOGUE
from custseg.seller import Seller
from custseg.stages import begun, facts_of, survey, with_surveys

__all__ = ["Policy", "load_policy"]


@frozen(repr=False)
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
        return plan_of(self.tree)

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
        SettingError
            When it is no sequence of names.
        """
        check_names(features)
        extra = extra_features(self.tree, self.classifiers, features)
        return needed_columns(self.plan, extra)

    def __repr__(self) -> str:
        said = f"{self.code} {self.version}, {self.currency}"
        return f"Policy({said}, {self.digest[:12]})"

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

    def with_seller(self, seller: Seller) -> Policy:
        """Return the policy of a seller in these places.

        Parameters
        ----------
        seller : Seller
            In place of the one in the policy, if any.

        Raises
        ------
        SettingError
            When it is no Seller.

        Examples
        --------
        >>> from custseg.seller import Site
        >>> home = Seller(country="CN", sites=[Site(city="佛山", province="广东")])
        >>> load_policy("company").with_seller(home).tree.seller.country
        'CN'
        """
        if not isinstance(seller, Seller):
            raise SettingError(
                Problem(
                    "expected a Seller",
                    where="seller",
                    got=f"a value of type {type(seller).__name__}",
                    hint="write Seller(country='CN', sites=[Site(city='Foshan')])",
                )
            )
        return evolve(self, tree=evolve(self.tree, seller=seller))

    def fit(
        self, ledger: Ledger, *, as_of: date | str, features: Sequence[str] = ()
    ) -> FittedPolicy:
        """Learn from the customers of a ledger on one day.

        Parameters
        ----------
        ledger : Ledger
        as_of : date or str
            Events after it are invisible.
        features : sequence of str
            Features that will be asked for beside those that are needed. What they
            compare with, such as others' prices, is learned now.

        Returns
        -------
        FittedPolicy

        Raises
        ------
        CurrencyMismatch
            When the policy names amounts of money in another currency.
        SettingError
            When it is no ledger.

        Notes
        -----
        What is learned: the cuts and knots of percentiles and shares, medians, the
        edges of binned scores, and the tables that features compare with, all over the
        policy's reference. Fewer members than the policy's minimum leave what depends
        on them UNKNOWN.
        """
        return self.fit_and_classify(ledger, as_of=as_of, features=features)[0]

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
        check_ledger(ledger)
        check_names(features)
        day = as_day(as_of)
        run = begun(self.tree, self.classifiers, ledger, day=day, features=features)
        run = with_surveys(run, [survey(run, ledger)])
        facts, fitted = facts_of(run, ledger), run.fitted
        table = measured(facts, fitted.plan, run.extra)
        learned, classifiers, outcome = fit(fitted.compiled, table, self.classifiers)
        learned = evolve(learned, references=fitted.learned.references)
        fitted = evolve(fitted, learned=learned, classifiers=classifiers)
        return fitted, fitted.result_of(facts, outcome)


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
    return Policy(load_tree(source))
