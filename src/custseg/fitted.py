"""What a policy learned, frozen: it classifies ledgers and single customers alike.

A :class:`FittedPolicy` holds the policy, the day of the fit and everything learned
then, so its answers depend on nothing else. It also keeps which columns were recorded:
an empty closing day means "open" where closings are recorded, and nothing where they
are not. It is saved as JSON with a digest, so that a changed file is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import field, frozen

from custseg.asking import check_ledger, check_names
from custseg.errors import CustsegError, FittedPolicyError, Problem, UnknownCustomer
from custseg.labels import Title
from custseg.ledger import Ledger
from custseg.measuring import (
    check_same_currency,
    currency_of,
    extra_features,
    measured,
    needed_columns,
)
from custseg.models import Customer, Interaction, Transaction
from custseg.periods import as_day, to_date
from custseg.results import CustomerResult, Result
from custseg.rules.classifier import Classifier
from custseg.rules.learned import Learned
from custseg.rules.loader import policy_digest, policy_from_data, policy_to_data
from custseg.rules.pipeline import Compiled, Outcome, compile_plan, work_out
from custseg.rules.plan import Plan
from custseg.rules.planning import make_plan
from custseg.rules.policy import PolicyTree
from custseg.saving import digest_of, load_content, save_content
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.single import ledger_of_one
from custseg.treatments import Treatments

__all__ = ["FittedPolicy", "load_fitted", "recorded_columns"]

SCHEMA = 1
"""Of saved fitted policies; a file of another schema is refused."""

_READABLE = frozenset(
    {need for feature in CATALOGUE.values() for need in feature.needs}
    # Orders tell lines apart, and who is registered later is not known yet.
    | {"sales.order_id", "sales.line_id", "customers.registered_on"}
)

_REGISTERED = frozenset({"customers.registered_on"})


def recorded_columns(ledger: Ledger) -> frozenset[str]:
    """Return the columns of a ledger that an answer can depend on.

    Parameters
    ----------
    ledger : Ledger

    Returns
    -------
    frozenset of str
        As ``table.column``.

    Examples
    --------
    >>> sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [950.0],
    ...          "cost": [700.0]}
    >>> sorted(recorded_columns(Ledger.from_frames(sales, currency="CNY")))
    ['sales.amount', 'sales.cost']
    """
    there = {
        f"{table}.{name}"
        for table, events in ledger.tables.given.items()
        for name in events.columns
    }
    return _READABLE & there


@frozen(kw_only=True, eq=False, repr=False)
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
    recorded : frozenset of str
        The columns that the ledger of the fit had, as ``table.column``, as far as an
        answer can depend on them. A single customer's records are read by these.
    learned : Learned
    classifiers : tuple of Classifier
        The user's own, fitted.

    Examples
    --------
    >>> from custseg.fitting import load_policy
    >>> sales = {"customer_id": ["a", "b"], "date": ["2026-06-01", "2026-06-20"],
    ...          "amount": [950.0, 80.0]}
    >>> ledger = Ledger.from_frames(sales, currency="CNY")
    >>> fitted = load_policy("company").fit(ledger, as_of="2026-06-30")
    >>> fitted.classify(ledger, as_of="2026-06-30").labels("abc").tolist()
    ['ABC_A', 'ABC_B']
    >>> sale = Transaction("c", date(2026, 6, 30), 1000)
    >>> one = fitted.classify_one(Customer("c"), [sale], as_of="2026-06-30")
    >>> one.labels["abc"]
    'ABC_A'
    """

    tree: PolicyTree
    fitted_on: date
    currency: str
    decimals: int = 2
    recorded: frozenset[str] = frozenset()
    learned: Learned = field(factory=Learned)
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

    def __repr__(self) -> str:
        said = f"{self.tree.code} {self.tree.about.version}, {self.currency}"
        return f"FittedPolicy({said}, {self.fitted_on}, {self.digest[:12]})"

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
        SettingError
            When it is no ledger, or the features are no sequence of names.
        """
        check_ledger(ledger)
        check_names(features)
        check_same_currency(currency_of(ledger, self.tree)[0], self.currency)
        facts = Facts(ledger, as_day(as_of), self.tree.basis.fiscal, self.tree.seller)
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
        time_zone: str | None = None,
        quality: Treatments | None = None,
    ) -> CustomerResult:
        """Classify one customer from records, as :meth:`classify` would among all.

        Parameters
        ----------
        customer : Customer
        transactions : iterable of Transaction
            Of this customer.
        as_of : date or str
        interactions : iterable of Interaction or None
            None where contacts are not at hand; an empty list says there were none.
        features : sequence of str
        time_zone : str or None
            IANA zone in which the business counts its days. Needed only where moments
            carry a zone.
        quality : Treatments or None
            What to do with odd records.

        Returns
        -------
        CustomerResult

        Raises
        ------
        SettingError
            When something is no record or one of another customer, or the features are
            no sequence of names.
        UnknownCustomer
            When the customer is not known by that day: registered later, or without
            any event by then.

        Notes
        -----
        A field is read if the ledger of the fit had its column. Then an empty one says
        what an empty cell says there: an open account, for instance, where closings are
        recorded. A field whose column was not there is passed over, as for everybody.
        """
        check_names(features)
        extra = extra_features(self.tree, self.classifiers, features)
        ledger = ledger_of_one(
            customer,
            transactions,
            interactions,
            currency=self.currency,
            columns=self.recorded & (needed_columns(self.plan, extra) | _REGISTERED),
            time_zone=time_zone,
            quality=quality,
        )
        result = self.classify(ledger, as_of=as_of, features=features)
        if not len(result) or _is_later(customer, ledger, as_day(as_of)):
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
            "recorded": sorted(self.recorded),
            "classifiers": [one.code for one in self.classifiers],
            "learned": self.learned.to_data(),
        }

    def save(self, path: str | Path) -> None:
        """Write the fitted policy as JSON with its digest.

        The file is written beside its place and moved there whole.

        Raises
        ------
        FittedPolicyError
            When it holds classifiers of the user's own: code is not saved; or when the
            file cannot be written.
        SettingError
            When it is no path.
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


def _is_later(customer: Customer, ledger: Ledger, day: int) -> bool:
    """Say whether a customer is registered after a day and has no event by then.

    The ledger shows it only where registrations are recorded; the record always does.
    """
    if customer.registered_on is None or customer.registered_on <= to_date(day):
        return False
    events = (one for name, one in ledger.tables.items() if name != "customers")
    return not any((one.day <= day).any() for one in events)


def load_fitted(path: str | Path) -> FittedPolicy:
    """Read a fitted policy that :meth:`FittedPolicy.save` wrote.

    Raises
    ------
    FittedPolicyError
        When the file is missing, is no fitted policy, or lacks something that its
        policy needs to have learned.
    SchemaMismatch
        When it was written under another schema.
    AlteredFile
        When its content does not match its digest.
    SettingError
        When it is no path.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from custseg.fitting import load_policy
    >>> fitted = load_policy("company").fit(
    ...     Ledger.from_records(currency="CNY"), as_of="2026-06-30")
    >>> with TemporaryDirectory() as folder:
    ...     fitted.save(Path(folder) / "fitted.json")
    ...     load_fitted(Path(folder) / "fitted.json").digest == fitted.digest
    True
    """
    data = load_content(path, schema=SCHEMA)
    try:
        fitted = FittedPolicy(
            tree=policy_from_data(data["policy"]),
            fitted_on=date.fromisoformat(data["fitted_on"]),
            currency=data["currency"],
            decimals=data["decimals"],
            recorded=frozenset(data["recorded"]),
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
    missing = fitted.learned.missing(fitted.plan.fitted, _binned(fitted.tree))
    if missing:
        raise FittedPolicyError(
            Problem(
                "the file lacks what its policy needs to have learned",
                where=str(path),
                got=f"nothing for {', '.join(missing)}",
                hint="fit the policy anew and save it",
            )
        )
    return fitted


def _binned(tree: PolicyTree) -> list[str]:
    """Return the scores whose edges are learned."""
    return [
        one.code
        for one in tree.scores
        if one.bins is not None and one.bins.by != "edges"
    ]
