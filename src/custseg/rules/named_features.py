"""The features that a policy names itself, as features that can be measured.

One of the catalogue is measured over a window of its own, or by groups of words. Who
buys downlights for 40 of 100 and spotlights for 40 has no leading category of 60 %, but
a leading use: shops. A lookup of the policy says which words belong together.

The share of a group is of all that is in a group. What the lookup has no entry for is
in none, and counts as goods of which nothing is told; where the lookup says
``otherwise``, it is in one group more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve

from custseg.errors import did_you_mean
from custseg.periods import Window
from custseg.rules.describing import described
from custseg.rules.lookups import WordGroups
from custseg.rules.paths import Found, Path, found_at
from custseg.rules.policy import Lookup, NamedFeature, PolicyTree
from custseg.scoring.attributes import attribute_feature
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Feature
from custseg.scoring.unknowns import ungrouped
from custseg.units import Unit

__all__ = ["check_named", "check_words", "named_feature", "unasked", "window_of"]


def named_feature(
    one: NamedFeature,
    policy: PolicyTree,
    catalogue: Mapping[str, Feature] = CATALOGUE,
) -> Feature:
    """Return what a feature of the policy measures, whatever window it looks at.

    Parameters
    ----------
    one : NamedFeature
    policy : PolicyTree
        With the lookup whose groups it may name.
    catalogue : mapping of str to Feature

    Raises
    ------
    UnknownFeature
        When it names a feature that the catalogue does not have.

    Examples
    --------
    >>> from custseg.rules.files.loader import load_tree
    >>> company = load_tree("company")
    >>> intents = next(f for f in company.features if f.code == "recent_intents")
    >>> named_feature(intents, company).unit
    <Unit.COUNT: 'count'>
    """
    if one.attribute is not None:
        return attribute_feature(
            one.code,
            attribute=one.attribute,
            unit=one.unit or Unit.NUMBER,
            title=one.title,
            better=one.better,
        )
    feature = catalogue[one.feature]
    named = (one.groups, feature.words)
    lookup = next((two for two in policy.lookups if (two.code, two.of) == named), None)
    if lookup is None:
        return feature
    grouped = feature.over(WordGroups(lookup))
    if lookup.otherwise is not None:
        return grouped  # whatever has a word is in a group
    cause = ungrouped(lookup.title, lookup.of)
    return evolve(grouped, missing=(*feature.missing, cause))


def window_of(one: NamedFeature, policy: PolicyTree) -> Window:
    """Return the window of a feature of the policy: its own, or that of the policy."""
    return policy.basis.window if one.window is None else one.window


def check_named(
    one: NamedFeature, policy: PolicyTree, catalogue: Mapping[str, Feature]
) -> Iterator[Found]:
    """Refuse a feature that the catalogue does not have, or not in this way.

    Parameters
    ----------
    one : NamedFeature
    policy : PolicyTree
    catalogue : mapping of str to Feature
    """
    path: Path = ("features", one.code)
    if one.attribute is not None:
        return
    if one.feature not in catalogue:
        yield found_at(
            (*path, "feature"),
            f"the catalogue has no feature '{one.feature}'",
            hint=did_you_mean(one.feature, catalogue)
            or "see the reference page of features",
        )
        return
    if one.window is None and not one.groups:
        yield found_at(
            (*path, "window"),
            "only what goes by groups can do without a window of its own",
            hint='write one, such as window = "90 days"',
        )
    if not catalogue[one.feature].windowed and one.window is not None:
        yield found_at(
            (*path, "window" if one.groups else "feature"),
            f"'{one.feature}' looks at the whole history and has no window",
            hint="take the window out"
            if one.groups
            else f"write {one.feature} where {one.code} is used",
        )
    if one.groups:
        yield from _check_groups(one, policy, catalogue)


def _check_groups(
    one: NamedFeature, policy: PolicyTree, catalogue: Mapping[str, Feature]
) -> Iterator[Found]:
    path: Path = ("features", one.code, "groups")
    words = catalogue[one.feature].words
    lookup = next((two for two in policy.lookups if two.code == one.groups), None)
    if not words:
        able = [code for code, feature in catalogue.items() if feature.words]
        yield found_at(
            path,
            f"'{one.feature}' does not go by words that could be grouped",
            allowed=", ".join(able),
            hint="take the groups out",
            on_key=True,
        )
    elif lookup is None:
        codes = [two.code for two in policy.lookups if two.of == words]
        yield found_at(
            path,
            f"there is no lookup '{one.groups}'",
            allowed=", ".join(codes),
            hint=did_you_mean(one.groups, codes)
            or f'write [lookups.{one.groups}] with of = "{words}"',
        )
    elif lookup.of != words:
        yield found_at(
            path,
            f"'{one.feature}' goes by the words of {words}, and this lookup by others",
            got=f"{lookup.code}, of {lookup.of}",
            hint=f'take a lookup with of = "{words}"',
        )


def check_words(lookup: Lookup, catalogue: Mapping[str, Feature]) -> Iterator[Found]:
    """Refuse a lookup of a column that no feature goes by, and one of numbers.

    Parameters
    ----------
    lookup : Lookup
        Of the words of a column.
    catalogue : mapping of str to Feature
    """
    path: Path = ("lookups", lookup.code)
    columns = sorted({one.words for one in catalogue.values() if one.words})
    if lookup.of not in columns:
        yield found_at(
            (*path, "of"),
            "no feature goes by the words of this column",
            got=described(lookup.of),
            allowed=", ".join(columns),
            hint=did_you_mean(lookup.of, columns),
        )
    if lookup.unit is not Unit.TEXT:
        yield found_at(
            (*path, "numbers"),
            f"the words of {lookup.of} are brought together under codes",
            hint=f'write [lookups.{lookup.code}.into] and CODE = ["text", ...]',
            on_key=True,
        )


def unasked(lookup: Lookup, policy: PolicyTree) -> tuple[str, str]:
    """Say that nobody has an outcome of a lookup of words, and what to ask instead.

    Parameters
    ----------
    lookup : Lookup
        Of the words of a column.
    policy : PolicyTree

    Returns
    -------
    what, hint : str
        As in :class:`~custseg.errors.Problem`.
    """
    code = lookup.code
    what = f"'{code}' groups the words of {lookup.of}, and no customer has it"
    own = [
        one.code
        for one in policy.features
        if one.groups == code and one.feature in CATALOGUE
        if CATALOGUE[one.feature].words == lookup.of
    ]
    if own:
        return what, f"ask for {' or '.join(own)}, which goes by it"
    return what, f'write a feature with groups = "{code}" under [features.CODE]'
