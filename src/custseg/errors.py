"""What can go wrong, said so that the reader can act.

Every error of custseg is a :class:`CustsegError` and, beside that, a child of the
standard error a caller would expect (``ValueError``, ``LookupError``,
``OverflowError``). It carries one or more :class:`Problem` values, so a caller can
show them in its own form, and a file with five mistakes is told all five at once.

No problem ever quotes a personal field (name, phone, e-mail, address).
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from attrs import frozen

__all__ = [
    "AlteredFile",
    "AmountOverflow",
    "CurrencyMismatch",
    "CustsegError",
    "DataError",
    "ExpressionError",
    "FittedPolicyError",
    "JournalAltered",
    "JournalConflict",
    "JournalDifference",
    "JournalError",
    "JournalTooNew",
    "JournalUnavailable",
    "MissingColumn",
    "MissingDependency",
    "PolicyError",
    "Problem",
    "QualityRefused",
    "SchemaMismatch",
    "SettingError",
    "UnknownCustomer",
    "UnknownFeature",
    "UnknownPolicy",
    "did_you_mean",
    "nearest",
]


@frozen
class Problem:
    """One thing that is wrong: what, where, got, allowed, and what to do next.

    Parameters
    ----------
    what : str
        The fault as a clause, without a full stop.
    where : str
        The table and column, the path in a policy file, or the argument; may be "".
    got : str
        The offending value as the reader would write it; "" where there is none.
    allowed : str
        What would have been accepted; "" where the list says nothing.
    hint : str
        The next step as a sentence without its full stop; may be "".
    excerpt : str
        The offending line with the spot underlined, in as many lines as it needs.

    Examples
    --------
    >>> print(Problem("expected a number", where="$.window.days", got='the text "80"',
    ...               hint="remove the quotes"))
    $.window.days: expected a number; got the text "80"; remove the quotes
    """

    what: str
    where: str = ""
    got: str = ""
    allowed: str = ""
    hint: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        said = f"{self.where}: {self.what}" if self.where else self.what
        if self.got:
            said += f"; got {self.got}"
        if self.allowed:
            said += f"; allowed: {self.allowed}"
        if self.hint:
            said += f"; {self.hint}"
        return f"{said}\n{self.excerpt}" if self.excerpt else said


class CustsegError(Exception):
    """The root of every error that custseg raises on purpose.

    Attributes
    ----------
    problems : tuple of Problem
        What is wrong, in the order in which it was met. Never empty.

    Examples
    --------
    >>> error = CustsegError(Problem("the table is empty", where="sales"))
    >>> error.problems[0].where
    'sales'
    >>> str(error)
    'sales: the table is empty'
    """

    problems: tuple[Problem, ...]

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        lines = [f"{len(self.problems)} problems:"]
        lines += [f"- {problem}".replace("\n", "\n  ") for problem in self.problems]
        return "\n".join(lines)


class SettingError(CustsegError, ValueError):
    """An argument of a call is out of its range or of the wrong kind."""


class MissingDependency(CustsegError, ImportError):
    """An optional package is needed for what was asked."""


class DataError(CustsegError, ValueError):
    """The user's data cannot be used as it is.

    Examples
    --------
    >>> from custseg import Ledger
    >>> try:
    ...     Ledger.from_frames({"customer_id": ["a"], "date": ["2026-06-01"]})
    ... except DataError as error:
    ...     print(type(error).__name__, error.problems[0].where)
    MissingColumn sales.amount
    """


class MissingColumn(DataError):
    """A table lacks a required column, or a named column is not in it."""


class AmountOverflow(DataError, OverflowError):
    """An amount, or a sum of amounts, does not fit 64 bits of minor units."""


class CurrencyMismatch(DataError):
    """Amounts in several currencies meet without a table of rates."""


class QualityRefused(DataError):
    """The data hold something odd that the caller chose to refuse.

    Examples
    --------
    >>> from custseg import Ledger, Treatments
    >>> sales = {"customer_id": ["a", None], "date": ["2026-06-01"] * 2,
    ...          "amount": [5, 6]}
    >>> try:
    ...     Ledger.from_frames(sales, quality=Treatments(missing_customer="refuse"))
    ... except QualityRefused as error:
    ...     print(error.problems[0].where)
    sales.customer_id
    """


class PolicyError(CustsegError, ValueError):
    r"""A policy is malformed; every problem in it is listed.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from custseg import load_policy
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "ours.toml"
    ...     written = path.write_text("[policy]\ncode = 5")
    ...     try:
    ...         load_policy(path)
    ...     except PolicyError as error:
    ...         print(len(error.problems) > 1)
    True
    """


class ExpressionError(PolicyError):
    """A condition or formula cannot be read, or does not make sense."""


class UnknownPolicy(CustsegError, LookupError):
    """There is no packaged policy of this name and no file at this path."""


class UnknownFeature(CustsegError, LookupError):
    """A name is not in the catalogue, the policy or the table."""


class UnknownCustomer(CustsegError, LookupError):
    """The customer asked for is not in the result."""


class FittedPolicyError(CustsegError, ValueError):
    """A saved fitted policy cannot be used."""


class AlteredFile(FittedPolicyError):
    """A saved fitted policy does not match its digest."""


class SchemaMismatch(FittedPolicyError):
    """A saved fitted policy was written under another schema version."""


class JournalError(CustsegError, RuntimeError):
    """The journal of tiers cannot do what was asked; nothing was written."""


class JournalConflict(JournalError):
    """Another writer was faster: the decisions rest on what no longer holds."""


class JournalDifference(JournalError, ValueError):
    """The same review is recorded already, with another outcome."""


class JournalAltered(JournalError, ValueError):
    """An entry of the journal is not what was once written.

    Parameters
    ----------
    *problems : Problem
    number : int
        The first entry that is wrong; where a whole chain was written anew, the entry
        of the head that it was held against.
    """

    number: int

    def __init__(self, *problems: Problem, number: int = 0) -> None:
        super().__init__(*problems)
        self.number = number


class JournalTooNew(JournalError):
    """The journal was written by a later version of custseg."""


class JournalUnavailable(JournalError, OSError):
    """Where the journal is kept does not work: read-only, full, damaged, gone."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the known words nearest to a mistyped one.

    Parameters
    ----------
    word : str
        What was written.
    known : iterable of str
        What could have been meant.

    Returns
    -------
    str
        ``"did you mean 'spend'?"``, or "" where nothing is near.

    Examples
    --------
    >>> did_you_mean("spnd", ["spend", "orders"])
    "did you mean 'spend'?"
    >>> did_you_mean("zzz", ["spend", "orders"])
    ''
    """
    near = nearest(word, known)
    return f"did you mean {' or '.join(map(_quoted, near))}?" if near else ""


def _quoted(word: str) -> str:
    return f"'{word}'"


def nearest(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words nearest to a mistyped one, two at most.

    Examples
    --------
    >>> nearest("Spnd", ["spend", "orders"])
    ['spend']
    """
    spelled = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), list(spelled), n=2, cutoff=0.6)
    return [spelled[name] for name in near]
