"""Read a fitted policy back from the file or the text that it was saved to.

What was saved is taken whole or not at all: a digest tells whether anybody changed it,
and what the policy needs to have learned must be there.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from custseg.errors import CustsegError, FittedPolicyError, Problem, SettingError
from custseg.fitted import SCHEMA, FittedPolicy
from custseg.measuring import compared_with
from custseg.rules.files.loader import policy_from_data
from custseg.rules.learned import Learned
from custseg.rules.policy import PolicyTree
from custseg.saving import content_of, load_content

__all__ = ["fitted_from_json", "load_fitted"]


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
    >>> from custseg.policy import load_policy
    >>> from custseg.ledger import Ledger
    >>> fitted = load_policy("company").fit(
    ...     Ledger.from_records(currency="CNY"), as_of="2026-06-30")
    >>> with TemporaryDirectory() as folder:
    ...     fitted.save(Path(folder) / "fitted.json")
    ...     load_fitted(Path(folder) / "fitted.json").digest == fitted.digest
    True
    """
    return _fitted(load_content(path, schema=SCHEMA), str(path))


def fitted_from_json(text: str) -> FittedPolicy:
    """Read a fitted policy from what :meth:`FittedPolicy.to_json` returned.

    Parameters
    ----------
    text : str

    Raises
    ------
    FittedPolicyError, SchemaMismatch, AlteredFile
        As :func:`load_fitted` does.
    SettingError
        When it is no text.

    Examples
    --------
    >>> from custseg.policy import load_policy
    >>> from custseg.ledger import Ledger
    >>> fitted = load_policy("company").fit(
    ...     Ledger.from_records(currency="CNY"), as_of="2026-06-30")
    >>> fitted_from_json(fitted.to_json()).digest == fitted.digest
    True
    """
    if not isinstance(text, str):
        raise SettingError(
            Problem(
                "expected the text of a fitted policy",
                where="text",
                got="None" if text is None else f"a {type(text).__name__}",
                hint="what FittedPolicy.to_json returned; load_fitted reads files",
            )
        )
    return _fitted(content_of(text, schema=SCHEMA, where=_TEXT), _TEXT)


_TEXT = "the text"


def _fitted(data: dict[str, Any], where: str) -> FittedPolicy:
    """Make a fitted policy of plain data that are whole."""
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
        lacks = isinstance(error, KeyError)
        raise FittedPolicyError(
            Problem(
                "what was saved is whole, but it is no fitted policy",
                where=where,
                got=f"content without {error}" if lacks else str(error),
            )
        ) from error
    missing = fitted.learned.missing(
        fitted.plan.fitted, _binned(fitted.tree), compared_with(fitted.plan, {})
    )
    if missing:
        raise FittedPolicyError(
            Problem(
                "what was saved lacks what its policy needs to have learned",
                where=where,
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
