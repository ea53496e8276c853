"""Load a policy strictly, and write it out again.

A policy decides who gets which terms, so a file is taken only when everything in it
is understood. Otherwise all that is wrong is told at once: where it stands in the file,
what was found and what could stand there.

The method: the text is read as TOML with exact decimals, its shape is checked
(:mod:`custseg.rules.files.structure`), and then its sense
(:mod:`custseg.rules.checks.soundness`, :mod:`custseg.rules.plan`). What only follows
from a slip that has been told already is not told again.

Limits: files up to a megabyte, lines up to twenty thousand characters; of more than a
hundred problems the first hundred are told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from attrs import frozen

from custseg.errors import PolicyError, Problem, SettingError
from custseg.policies import NAMES, read_text
from custseg.rules.checks.overtaken import overtaken
from custseg.rules.checks.remarks import remarks_on
from custseg.rules.checks.soundness import unsound
from custseg.rules.describing import described
from custseg.rules.files.layers import Layered, read_layers
from custseg.rules.files.printing import policy_to_data, write_toml
from custseg.rules.files.reading import MOST_PROBLEMS
from custseg.rules.files.sources import text_of_file
from custseg.rules.files.structure import read_policy
from custseg.rules.paths import Found
from custseg.rules.paths import Path as Spelling
from custseg.rules.plan import Plan
from custseg.rules.planned import unplannable
from custseg.rules.planning import plan_and_reach
from custseg.rules.policy import PolicyTree

__all__ = [
    "Inspected",
    "inspect_policy",
    "layers_of",
    "load_tree",
    "policy_digest",
    "policy_from_data",
    "policy_from_text",
    "policy_to_data",
    "policy_to_text",
]

_NAMELESS = frozenset(
    {
        *("schema", "about", "basis", "grading", "playbooks", "seller"),
        *("pools", "clean_out", "allocation", "precedence"),
    }
)
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
    custseg.errors.UnknownPolicy: there is no packaged policy and no file of this \
name; got 'compny'; allowed: building_materials, ...; did you mean 'company'?
    """
    return _taken(layers_of(source))


def layers_of(source: str | Path) -> Layered:
    """Read a packaged policy or a file, and what it builds on; check nothing yet.

    Parameters
    ----------
    source : str or Path
        As in :func:`load_tree`.

    Returns
    -------
    Layered

    Raises
    ------
    UnknownPolicy
        When it is neither a packaged name nor a file.
    PolicyError
        When one of the files cannot be read.
    SettingError
        When it is no text and no path.
    """
    if not isinstance(source, str | Path):
        raise SettingError(
            Problem(
                "expected the name of a policy or the path of a file",
                where="source",
                got=described(source),
                hint="it is fitted already: ask it, with classify(ledger, as_of=...)"
                if callable(getattr(source, "classify", None))
                else "policy_from_data reads a dict, policy_from_text a text",
            )
        )
    if source in NAMES:
        return read_layers(_lines(read_text(str(source))), name=str(source))
    path = Path(source)
    return read_layers(_lines(text_of_file(path)), name=path.name, place=path)


@frozen
class Inspected:
    """What a policy holds, and what may be worth a second look in it.

    Parameters
    ----------
    plan : Plan
        With the policy in it.
    bases : tuple of str
        The policies on which it builds.
    remarks : tuple of Problem
        They keep it from nothing.
    """

    plan: Plan
    bases: tuple[str, ...]
    remarks: tuple[Problem, ...]


def inspect_policy(source: str | Path) -> Inspected:
    """Load a policy, and look for what is odd although it can be used.

    Parameters
    ----------
    source : str or Path
        As in :func:`load_tree`.

    Returns
    -------
    Inspected

    Raises
    ------
    UnknownPolicy, PolicyError, SettingError
        As :func:`load_tree` does.

    Examples
    --------
    >>> inspect_policy("company").remarks
    ()
    """
    layered = layers_of(source)
    plan, reach = plan_and_reach(_taken(layered))
    found = remarks_on(plan, reach)
    if layered.bases:
        below = layered.files[1]
        # It need not be sound alone: what it lacks may stand in the file on top.
        base, _ = read_policy(layers_of(below.place or below.name).data)
        found += overtaken(plan.policy, base)
    remarks = layered.problems(found, most=MOST_PROBLEMS)
    return Inspected(plan, layered.bases, tuple(remarks))


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
    return _taken(read_layers(_lines(text), name=name))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def policy_from_data(data: Mapping[str, object]) -> PolicyTree:
    """Read a policy from plain tables, as ``tomllib`` or ``json`` gives them.

    Parameters
    ----------
    data : mapping of str to object
        In the shape of the file. Numbers are int, Decimal or float, a float standing
        for the decimal that Python shows; dates are dates or ISO text.

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
    policy, every = _read(data)
    _refuse([one.problem for one in every[:MOST_PROBLEMS]], len(every))
    return policy


def _taken(layered: Layered) -> PolicyTree:
    policy, every = _read(layered.data)
    problems = layered.problems(every, most=MOST_PROBLEMS)
    _refuse(problems, len(every) + len(layered.found))
    return policy


def _read(data: Mapping[str, object]) -> tuple[PolicyTree, list[Found]]:
    policy, slips = read_policy(data)
    return policy, [*slips, *_senseless(policy, slips)]


def _refuse(problems: list[Problem], count: int) -> None:
    if count > len(problems):
        problems = [*problems, Problem("and more", hint="mend these first")]
    if problems:
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
