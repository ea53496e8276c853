"""What a policy learned, frozen: it classifies ledgers and single customers alike.

A :class:`FittedPolicy` holds the policy, the day of the fit and everything learned
then, so its answers depend on nothing else. It also keeps which columns were recorded:
an empty closing day means "open" where closings are recorded, and nothing where they
are not. It is saved as JSON with a digest, so that a changed file is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from custseg.asking import check_ledger, check_names, check_saveable, review_days
from custseg.labels import Title
from custseg.ledger import Ledger
from custseg.measuring import (
    Wanted,
    check_compared,
    check_same_currency,
    compared_with,
    currency_of,
    extra_features,
    measured,
    needed_columns,
)
from custseg.models import (
    Cost,
    Customer,
    Event,
    Feedback,
    Interaction,
    Invoice,
    Payment,
    Project,
    Transaction,
)
from custseg.periods import as_day
from custseg.quality.treatments import Treatments
from custseg.results import CustomerResult, Result
from custseg.rules.classifier import Classifier
from custseg.rules.compiling import Compiled, compile_plan
from custseg.rules.files.loader import policy_digest, policy_to_data
from custseg.rules.learned import Learned
from custseg.rules.outcome import Outcome
from custseg.rules.pipeline import work_out
from custseg.rules.plan import Plan
from custseg.rules.planned import plan_of
from custseg.rules.policy import PolicyTree
from custseg.rules.standing import stand
from custseg.saving import as_text, digest_of, save_content
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.single import check_known, ledger_of_one, owner_of

if TYPE_CHECKING:
    from custseg.journal.journal import Journal
    from custseg.reviews.review import Review
    from custseg.rules.explaining import Explainer
    from custseg.whatif import Workings

__all__ = ["SCHEMA", "FittedPolicy"]

SCHEMA = 2
"""Of saved fitted policies; a file of another schema is refused."""


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
    >>> from custseg.policy import load_policy
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
        return plan_of(self.tree, self.fitted_on)

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
    def explainer(self) -> Explainer:
        """What explains its answers."""
        from custseg.rules.explaining import Explainer  # noqa: PLC0415 - heavy

        return Explainer(
            plan=self.plan,
            learned=self.learned,
            titles=self.titles,
            currency=self.currency,
            decimals=self.decimals,
            fitted_on=self.fitted_on,
            digest=self.digest,
        )

    @cached_property
    def policy_digest(self) -> str:
        """SHA-256 of the policy."""
        return policy_digest(self.tree)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the policy and of all that its labels and tiers depend on.

        Whoever asks for further features, or reads a column more, has the same fit.
        """
        extra = extra_features(self.tree, self.classifiers)
        recorded = self._recorded_for(extra)
        learned = self.learned.only_references(compared_with(self.plan, extra))
        return digest_of(self._content(recorded, learned))

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
            When it is no ledger, the features are no sequence of names, or one of them
            compares with others and was not asked for when the policy was fitted.
        """
        facts, outcome = self._work_out(ledger, as_day(as_of), self._asked(features))
        return self.result_of(facts, outcome)

    def _asked(self, features: Sequence[str]) -> Wanted:
        """Return what is wanted beside the policy's own features."""
        check_names(features)
        extra = extra_features(self.tree, self.classifiers, features)
        check_compared(extra, self.learned.references)
        return extra

    def _work_out(
        self, ledger: Ledger, day: int, extra: Wanted, *, is_part: bool = False
    ) -> tuple[Facts, Outcome]:
        check_ledger(ledger)
        check_same_currency(currency_of(ledger, self.tree)[0], self.currency)
        facts = evolve(self.facts(ledger, day), is_part=is_part)
        table = measured(facts, self.plan, extra)
        outcome = work_out(self.compiled, self.learned, table, self.classifiers)
        return facts, outcome

    def review(
        self,
        ledger: Ledger,
        journal: Journal,
        *,
        on: date | str,
        as_of: date | str | None = None,
        features: Sequence[str] = (),
    ) -> Review:
        """Decide on the tiers that customers hold, from what a journal remembers.

        Nothing is written before :meth:`custseg.reviews.review.Review.commit`.

        Parameters
        ----------
        ledger : Ledger
        journal : Journal
        on : date or str
            The day of the run: decisions hold from then.
        as_of : date, str or None
            The last day whose events are seen; None is the day before the run.
        features : sequence of str
            Features to work out beside those that are needed, for ``review.result``.

        Returns
        -------
        Review

        Raises
        ------
        CurrencyMismatch
            When the ledger is in another currency than the one it was fitted on.
        UnknownFeature
            When a feature is neither in the catalogue nor in the policy.
        SettingError
            When the policy grades nobody or lacks a tier that is held, the facts are of
            a later day than the run, or the journal has decisions of later days.
        """
        from custseg.journal.journal import check_journal  # noqa: PLC0415 - heavy
        from custseg.reviews.reviewing import (  # noqa: PLC0415 - heavy
            joined_days,
            make_review,
        )

        check_journal(journal)
        day, seen = review_days(on, as_of)
        watched = {name: (one, over) for name, one, over in self.plan.watched}
        wanted = {**self._asked(features), **watched}
        facts, outcome = self._work_out(ledger, seen, wanted)
        result = self.result_of(facts, outcome)
        return make_review(
            result,
            stand(self.compiled, self.learned, outcome) if outcome.grade else None,
            joined=joined_days(facts)[facts.population()],
            on=day,
            journal=journal,
            policy=self.policy_digest,
            fitted=self.digest,
        )

    def facts(self, ledger: Ledger, day: int) -> Facts:
        """Return what a ledger tells on a day, beside what was learned."""
        basis, references = self.tree.basis, self.learned.references
        return Facts(ledger, day, basis.fiscal, self.tree.seller, references)

    def result_of(self, facts: Facts, outcome: Outcome) -> Result:
        """Return what was worked out from facts as a result."""
        name = f"{self.tree.code} {self.tree.about.version} [{self.digest[:12]}]"
        return Result(
            outcome=outcome,
            plan=self.plan,
            learned=self.learned,
            titles=self.titles,
            policy=name,
            as_of=facts.as_of,
            currency=self.currency,
            decimals=self.decimals,
            ledger=facts.ledger,
            explainer=partial(getattr, self, "explainer"),
            workings=partial(self._workings, facts, name),
        )

    def _workings(self, facts: Facts, name: str) -> Workings:
        from custseg.whatif import Workings  # noqa: PLC0415 - heavy

        return Workings(
            facts, self.compiled, self.learned, self.classifiers, name, self.currency
        )

    def classify_one(
        self,
        customer: Customer | Sequence[Customer],
        transactions: Iterable[Transaction],
        *,
        as_of: date | str,
        invoices: Iterable[Invoice] | None = None,
        payments: Iterable[Payment] | None = None,
        interactions: Iterable[Interaction] | None = None,
        feedback: Iterable[Feedback] | None = None,
        projects: Iterable[Project] | None = None,
        costs: Iterable[Cost] | None = None,
        events: Iterable[Event] | None = None,
        group: Sequence[Customer] | None = None,
        features: Sequence[str] = (),
        time_zone: str | None = None,
        quality: Treatments | None = None,
    ) -> CustomerResult:
        """Classify one customer from records, as :meth:`classify` would among all.

        Parameters
        ----------
        customer : Customer or sequence of Customer
            Several where what is declared has changed, each with its ``valid_from``.
        transactions : iterable of Transaction
            Of this customer.
        as_of : date or str
        invoices, payments : iterables of records or None
            None where they are not at hand; an empty list says there were none. A
            payment counts with its invoice.
        interactions, feedback : iterables of records or None
            Likewise.
        projects, costs, events : iterables of records or None
            Likewise.
        group : sequence of Customer, or None
            The other companies of the customer's group; their records then stand beside
            the customer's own, above all the invoices and payments. None where they are
            not at hand: what the group owes is unknown. An empty list says that there
            are no others.
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
            When something is no record, one of another customer or of another group, or
            the features are no sequence of names.
        UnknownCustomer
            When the customer is not known by that day: registered later, or without
            any event by then.

        Notes
        -----
        What a group owes is the one fact that rests on others' records. So a customer
        that names a group gets the answer of :meth:`classify` where ``group`` is given.

        A field is read if the ledger of the fit had its column. Then an empty one says
        what an empty cell says there: an open account, for instance, where closings are
        recorded. A field whose column was not there is passed over, as for everybody.
        """
        extra = self._asked(features)
        ledger = ledger_of_one(
            customer,
            transactions,
            {
                "invoices": invoices,
                "payments": payments,
                "interactions": interactions,
                "feedback": feedback,
                "projects": projects,
                "costs": costs,
                "events": events,
            },
            group=group,
            currency=self.currency,
            columns=self._recorded_for(extra),
            tables={column.split(".")[0] for column in self.recorded},
            attributes=self.tree.attributes,
            time_zone=time_zone,
            quality=quality,
        )
        day, owner = as_day(as_of), owner_of(customer)
        asked = self._work_out(ledger, day, extra, is_part=group is not None)
        result = self.result_of(*asked)
        own = ledger.only(owner) if group else ledger
        check_known(customer, own, day, result.customer_ids.tolist())
        return result.customer(owner) if group else CustomerResult(result=result)

    def _recorded_for(self, extra: Wanted) -> frozenset[str]:
        return self.recorded & needed_columns(self.plan, extra)

    def _content(self, recorded: frozenset[str], learned: Learned) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "policy": policy_to_data(self.tree),
            "fitted_on": self.fitted_on.isoformat(),
            "currency": self.currency,
            "decimals": self.decimals,
            "recorded": sorted(recorded),
            "classifiers": [one.code for one in self.classifiers],
            "learned": learned.to_data(),
        }

    def save(self, path: str | Path) -> None:
        """Write the fitted policy as JSON, with its digest and a checksum.

        The file is written beside its place and moved there whole.

        Raises
        ------
        FittedPolicyError
            When it holds classifiers of the user's own: code is not saved; or when the
            file cannot be written.
        SettingError
            When it is no path.
        """
        save_content(path, self._saved())

    def to_json(self) -> str:
        """Return what :meth:`save` writes, to be kept in a database or a variable.

        ``custseg.fitted_from_json`` reads it.

        Raises
        ------
        FittedPolicyError
            When it holds classifiers of the user's own: code is not saved.
        """
        return as_text(self._saved())

    def _saved(self) -> dict[str, Any]:
        check_saveable(one.code for one in self.classifiers)
        content = self._content(self.recorded, self.learned)
        return {"digest": self.digest, **content}
