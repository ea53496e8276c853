"""What of the tables is read in every partition, settled once for all of them.

A partition that lacks a category, a currency or every row of a table must still be read
like the others. So columns, currency and decimals are chosen from the heads of the
tables, before anything is parted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from custseg.contract import Columns
from custseg.errors import Problem, SettingError
from custseg.fitted import FittedPolicy
from custseg.intake.intake import choose, unread
from custseg.intake.raw import RawColumn, RawTable
from custseg.intake.settings import Settings, check_named
from custseg.ledger import Ledger
from custseg.measuring import extra_features, needed_columns
from custseg.policy import Policy, load_policy
from custseg.quality.examples import SOME_ROW
from custseg.seller import Seller

__all__ = ["Heads", "needs_of", "policy_of", "wanted_columns"]


def policy_of(
    policy: str | Path | Policy | FittedPolicy, seller: Seller | None
) -> Policy | FittedPolicy:
    """Return the policy that a call named.

    Parameters
    ----------
    policy : str, Path, Policy or FittedPolicy
    seller : Seller or None
        In place of the one in the policy.

    Raises
    ------
    SettingError
        When a fitted policy is to have another seller.
    """
    if isinstance(policy, FittedPolicy):
        if seller is not None:
            raise SettingError(
                Problem(
                    "a fitted policy keeps the seller that it was fitted with",
                    where="seller",
                    hint="leave it out, or pass the policy itself",
                )
            )
        return policy
    chosen = policy if isinstance(policy, Policy) else load_policy(policy)
    return chosen if seller is None else chosen.with_seller(seller)


def needs_of(
    policy: Policy | FittedPolicy, features: Sequence[str] = ()
) -> frozenset[str]:
    """Return the columns that are asked for, as ``table.column``.

    Examples
    --------
    >>> "sales.amount" in needs_of(load_policy("company"))
    True
    """
    if isinstance(policy, FittedPolicy):
        extra = extra_features(policy.tree, policy.classifiers, features)
        return needed_columns(policy.plan, extra)
    return policy.columns_for(features)


def wanted_columns(
    policy: Policy | FittedPolicy, features: Sequence[str] = ()
) -> set[str]:
    """Return the names of the columns to read, whatever table they stand in.

    Examples
    --------
    >>> {"customer_id", "employees"} <= wanted_columns(load_policy("company"))
    False
    >>> "amount" in wanted_columns(load_policy("company"))
    True
    """
    return {column.split(".")[1] for column in needs_of(policy, features)}


def _nothing(name: str) -> RawColumn:
    raise LookupError(name)  # only the names of a head are asked for


@frozen
class Heads:
    """Which columns of which tables are read, and how.

    Parameters
    ----------
    settings : Settings
    columns : mapping of str to tuple of str
        For each table its columns, as the user calls them.
    unread : tuple of str
        Columns of the sales that are there and that nobody wants.
    assumed : str
        The currency where nobody says one.

    Examples
    --------
    >>> from custseg.intake.settings import check_settings
    >>> names = {"sales": ("customer_id", "date", "amount", "note")}
    >>> heads = Heads.of(names, check_settings(), assumed="CNY")
    >>> heads.columns["sales"]
    ('customer_id', 'date', 'amount')
    """

    settings: Settings
    columns: Mapping[str, tuple[str, ...]]
    unread: tuple[str, ...]
    assumed: str

    @classmethod
    def of(
        cls, names: Mapping[str, Sequence[str]], settings: Settings, *, assumed: str
    ) -> Heads:
        """Choose the columns to read, from the names of all.

        Parameters
        ----------
        names : mapping of str to sequence of str
            For each table the columns that it has.
        settings : Settings
        assumed : str

        Raises
        ------
        MissingColumn, DataError, SettingError
            As the ledger's door does.
        """
        raw = {name: RawTable(tuple(all_), 0, _nothing) for name, all_ in names.items()}
        check_named(raw, settings.columns)
        theirs = settings.columns.theirs
        columns: dict[str, tuple[str, ...]] = {}
        left: tuple[str, ...] = ()
        for name, table in raw.items():
            fields = choose(settings.spec(name), table, settings)
            columns[name] = tuple(theirs(one.name) for one in fields)
            if name == "sales":
                left = unread(settings.spec(name), table, settings, fields)
        there = {name for chosen in columns.values() for name in chosen}
        named = {n: their for n, their in settings.columns.items() if their in there}
        return cls(evolve(settings, columns=Columns(**named)), columns, left, assumed)

    def ledger(self, raw: Mapping[str, RawTable]) -> Ledger:
        """Return the ledger of one partition.

        Parameters
        ----------
        raw : mapping of str to RawTable
            All tables, those without a row too.
        """
        # The row of a partition is no row of the user's.
        nameless = {
            name: evolve(table, row_name=lambda _: SOME_ROW)
            for name, table in raw.items()
        }
        ledger = Ledger._from_raw(nameless, self.settings)  # noqa: SLF001 - as segment
        report = evolve(ledger.report, uncompared=self.unread)
        currency = ledger.currency or self.assumed
        return evolve(ledger, report=report, currency=currency)
