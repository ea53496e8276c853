"""Load a policy strictly, and write it out again.

A policy decides who gets which terms, so a file is taken only when everything in it
is understood. Otherwise all that is wrong is told at once: where it stands in the file,
what was found and what could stand there.

The method: the text is read as TOML with exact decimals, its shape is checked
(:mod:`custseg.rules.structure`), and then its sense
(:mod:`custseg.rules.soundness`, :mod:`custseg.rules.plan`). What only follows from a
slip that has been told already is not told again.

Limits: files up to a megabyte, lines up to twenty thousand characters; of more than a
hundred problems the first hundred are told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from custseg.errors import (
    PolicyError,
    Problem,
    SettingError,
    UnknownPolicy,
    did_you_mean,
)
from custseg.policies import NAMES, read_text
from custseg.rules.describing import described, shown
from custseg.rules.places import Found
from custseg.rules.places import Path as Spelling
from custseg.rules.planning import unplannable
from custseg.rules.policy import PolicyTree
from custseg.rules.printing import policy_to_data, write_toml
from custseg.rules.reading import MOST_PROBLEMS
from custseg.rules.showing import in_file_order, shown_in
from custseg.rules.soundness import unsound
from custseg.rules.structure import read_policy
from custseg.rules.toml import LARGEST, decode, read_toml

__all__ = [
    "load_tree",
    "policy_digest",
    "policy_from_data",
    "policy_from_text",
    "policy_to_data",
    "policy_to_text",
]

_NAMELESS = frozenset({"schema", "about", "basis", "grading", "playbooks", "seller"})
"""What stands at the top of the file and holds no codes that expressions name."""

_VITAL = frozenset(
    {"is", "unit", "of", "bins", "labels", "yes", "feature", "into", "numbers"}
)
"""Keys on which it depends what a code means."""


def load_tree(source: str | Path) -> PolicyTree:
    """Load a packaged policy, or one from a TOML file.

    Every expression in it is read and checked, so what loads can be used.

    Parameters
    ----------
    source : str or Path
        The name of a packaged policy, or the path of a file.

    Returns
    -------
    PolicyTree

    Raises
    ------
    UnknownPolicy
        When it is neither a packaged name nor a file.
    PolicyError
        When the file cannot be read, or with everything that is wrong in it.
    SettingError
        When it is no text and no path.

    Examples
    --------
    >>> load_tree("company").about.title.en
    'Companies in general'
    >>> load_tree("compny")
    Traceback (most recent call last):
        ...
    custseg.errors.UnknownPolicy: there is no packaged policy and no file of this name; \
got 'compny'; allowed: company, or the path of a TOML file; did you mean 'company'?
    """  # noqa: E501 - a line of output
    if not isinstance(source, str | Path):
        raise SettingError(
            Problem(
                "expected the name of a policy or the path of a file",
                where="source",
                got=described(source),
                hint="policy_from_data reads a dict, policy_from_text a text",
            )
        )
    if source in NAMES:
        return policy_from_text(read_text(str(source)), name=str(source))
    return policy_from_text(_file_text(Path(source)), name=Path(source).name)


def policy_from_text(text: str, *, name: str = "policy") -> PolicyTree:
    """Read a policy from the text of a TOML file.

    Parameters
    ----------
    text : str
    name : str
        What to call the file where the text as a whole is at fault.

    Returns
    -------
    PolicyTree

    Raises
    ------
    PolicyError
        With everything that is wrong in it.

    Examples
    --------
    >>> policy_from_text("schema = one")
    Traceback (most recent call last):
        ...
    custseg.errors.PolicyError: policy, line 1: this is no value; ...
    """
    text = text.replace("\r\n", "\n")
    return policy_from_data(read_toml(text, name=name), text=text)


def policy_from_data(data: Mapping[str, object], *, text: str = "") -> PolicyTree:
    """Read a policy from plain tables, as ``tomllib`` or ``json`` gives them.

    Parameters
    ----------
    data : mapping of str to object
        In the shape of the file. Numbers are int, Decimal or float, a float standing
        for the decimal that Python shows; dates are dates or ISO text.
    text : str
        The TOML it came from, if any, so that problems can show their line.

    Returns
    -------
    PolicyTree

    Raises
    ------
    PolicyError
        With everything that is wrong in it.

    Examples
    --------
    >>> data = policy_to_data(load_tree("company"))
    >>> data["about"]["currency"] = "CNX"
    >>> policy_from_data(data)
    Traceback (most recent call last):
        ...
    custseg.errors.PolicyError: $.about.currency: unknown currency; ...
    """
    if not isinstance(data, Mapping):
        raise PolicyError(Problem("expected a table", where="$", got=described(data)))
    policy, slips = read_policy(data)
    every = in_file_order([*slips, *_senseless(policy, slips)], text)
    if not every:
        return policy
    problems = shown_in(every[:MOST_PROBLEMS], text)
    if len(every) > len(problems):
        problems.append(Problem("and more", hint="mend these first"))
    raise PolicyError(*problems)


def policy_to_text(policy: PolicyTree) -> str:
    """Write a policy as a TOML file.

    Parameters
    ----------
    policy : PolicyTree

    Returns
    -------
    str
        :func:`policy_from_text` gives an equal policy back.

    Raises
    ------
    PolicyError
        When a number is not finite or has more than fifteen digits.

    Examples
    --------
    >>> policy = load_tree("company")
    >>> policy_from_text(policy_to_text(policy)) == policy
    True
    """
    return write_toml(policy_to_data(policy))


def policy_digest(policy: PolicyTree) -> str:
    """Return a fingerprint of everything in a policy.

    Parameters
    ----------
    policy : PolicyTree

    Returns
    -------
    str
        SHA-256, in hexadecimal, of the policy as JSON without spaces. Equal policies
        have equal digests, however they were written.

    Raises
    ------
    PolicyError
        When a number is not finite or has more than fifteen digits.

    Examples
    --------
    >>> len(policy_digest(load_tree("company")))
    64
    """
    data = policy_to_data(policy)
    canonical = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode("utf-8")).hexdigest()


def _senseless(policy: PolicyTree, slips: list[Found]) -> list[Found]:
    """Return what makes no sense in a policy, without mere echoes of its slips."""
    if len(slips) > MOST_PROBLEMS:
        return []
    paths = [slip.path for slip in slips]
    if any(len(path) == 1 and path[0] not in _NAMELESS for path in paths):
        found = unsound(policy)  # whole tables are out of sight: names prove nothing
    else:
        ill = {path[1] for path in paths if len(path) == 2 or set(path[2:3]) & _VITAL}
        ill |= {slip.path[-1] for slip in slips if slip.on_key}
        found = unplannable(policy, ill=frozenset(map(str, ill)))
    return [one for one in found if not any(_echoes(one.path, path) for path in paths)]


def _echoes(path: Spelling, slip: Spelling) -> bool:
    """Say whether a problem may only be there because of a slip."""
    if slip[0] == "schema":
        return False
    if slip[0] == "thresholds" or "bins" in slip:  # their keys depend on one another
        return path[:2] == slip[:2] and (slip[0] == "thresholds" or "bins" in path)
    return slip[: len(path)] == path or path[: len(slip)] == slip


def _file_text(path: Path) -> str:
    try:
        if path.is_dir():
            inside = sorted(one.name for one in path.glob("*.toml"))[:5]
            raise PolicyError(
                Problem(
                    "this is a folder, not a file",
                    where=_quoted(path),
                    hint=f"name a file in it: {', '.join(inside)}" if inside else "",
                )
            )
        if not path.exists():
            raise _unknown(path)
        if not path.is_file():
            raise PolicyError(
                Problem("this is not an ordinary file", where=_quoted(path))
            )
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, PolicyError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise PolicyError(
            Problem(f"the file cannot be read: {reason}", where=_quoted(path))
        ) from error
    return decode(raw, name=path.name)


def _quoted(path: Path) -> str:
    return shown(str(path), longest=250)


def _unknown(path: Path) -> UnknownPolicy:
    nearby: list[str] = []
    if path.parent.is_dir():
        files = sorted(path.parent.glob("*.toml"))[:1000]
        nearby = [str(one) for one in files]
    hint = did_you_mean(str(path), [*NAMES, *nearby])
    if not hint and not path.parent.is_dir():
        hint = f"there is no folder '{_quoted(path.parent)}'"
    return UnknownPolicy(
        Problem(
            "there is no packaged policy and no file of this name",
            got=f"'{_quoted(path)}'",
            allowed=f"{', '.join(NAMES)}, or the path of a TOML file",
            hint=hint,
        )
    )
