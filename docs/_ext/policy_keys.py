"""What each key of a policy file means, held against what the loader accepts.

The keys, and whether one has to be there, are asked of the loader itself: it is given a
file of empty tables with one strange key in each, and its complaints name the rest. A
key without a meaning here, or a meaning without a key, stops the build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from custseg.rules.structure import read_policy

__all__ = ["TABLES", "known_keys"]

_STRANGE = "no_such_key"

#: A file in which every table occurs once, and each has a key that nobody knows.
_PROBE: Mapping[str, object] = {
    _STRANGE: 1,
    "about": {_STRANGE: 1},
    "basis": {_STRANGE: 1, "reference": {_STRANGE: 1}},
    "thresholds": {"code": {_STRANGE: 1, "before": [{_STRANGE: 1}]}},
    "features": {"code": {_STRANGE: 1}},
    "scores": {"code": {_STRANGE: 1, "bins": {_STRANGE: 1}}},
    "families": {"code": {_STRANGE: 1, "labels": [{_STRANGE: 1}]}},
    "grading": {_STRANGE: 1, "parts": [{_STRANGE: 1}], "tiers": [{_STRANGE: 1}]},
}

#: Files without the tables that have to be there.
_EMPTY: tuple[Mapping[str, object], ...] = ({}, {"basis": {}})

_TITLE = 'what people read: `{ zh = "...", en = "..." }`'
_SOURCE = "who says so; free text"

#: By the path of a table: its header, its purpose, and its keys with their meanings.
TABLES: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "$": (
        "",
        "The top of the file.",
        {
            "schema": "the version of this form; 1",
            "about": "what the policy is",
            "basis": "what everything is measured on",
            "thresholds": "numbers with a name and a source",
            "features": "features over windows of their own",
            "scores": "numbers made of features and of the scores above them",
            "families": "sets of labels, of which a customer has exactly one each",
            "grading": "the composite score and the tiers that it earns",
        },
    ),
    "$.about": (
        "[about]",
        "What the policy is.",
        {
            "code": "its name, in lower case with underscores",
            "version": "a text of your choice; change it whenever the policy changes",
            "title": _TITLE,
            "currency": "ISO 4217 code of the amounts in the policy; CNY if absent",
            "source": "where its classes and numbers come from",
        },
    ),
    "$.basis": (
        "[basis]",
        "What everything is measured on.",
        {
            "window": "the window of every feature that has one: `365 days`, "
            "`year to date`, `last quarter`, `last fiscal year`, `lifetime`, and the "
            "like",
            "fiscal_year_starts_in": "the month in which the year begins, 1 to 12; "
            "1 if absent",
            "reference": "whom percentiles compare with",
        },
    ),
    "$.basis.reference": (
        "[basis.reference]",
        "The customers that percentiles and other learned numbers compare with.",
        {
            "members": 'a condition, such as `"orders >= 1"`',
            "minimum": "with fewer members nothing is learned, and what depends on it "
            "is UNKNOWN; 20 if absent",
        },
    ),
    "$.thresholds.code": (
        "[thresholds.CODE]",
        (
            "A number with a name; mostly written on one line as "
            '`CODE = { is = 0.80, unit = "share", source = "..." }`.'
        ),
        {
            "is": "the value: a number, a text, true or false; money in the major "
            "unit, a share as a part of one",
            "unit": "`share`, `days`, `count`, `money`, `quantity` or `number`; "
            "keeps days from being compared with money",
            "source": _SOURCE,
            "since": "the date from which it holds; used when the policy is fitted on "
            "or after that day",
            "before": "earlier values of the same threshold",
        },
    ),
    "$.thresholds.code.before[0]": (
        "[[thresholds.CODE.before]]",
        "An earlier value of a threshold.",
        {
            "is": "the value that held",
            "source": _SOURCE,
            "since": "the date from which it held",
        },
    ),
    "$.features.code": (
        "[features.CODE]",
        "A feature of the catalogue over a window of its own, under a name of its own.",
        {
            "feature": "its code in the catalogue",
            "window": 'its window, such as `"90 days"`',
            "title": _TITLE,
        },
    ),
    "$.scores.code": (
        "[scores.CODE]",
        "A number made of features and of the scores above it.",
        {
            "title": _TITLE,
            "of": "a formula",
            "bins": "cut the formula's value into steps",
            "source": _SOURCE,
        },
    ),
    "$.scores.code.bins": (
        "[scores.CODE.bins]",
        "How a number becomes a score of a few steps, from 1 upwards.",
        {
            "by": "`quantile` (edges from percentiles of the reference), `natural` "
            "(natural breaks in the reference) or `edges` (from the policy)",
            "into": "how many steps, for quantile and natural; 5 if absent",
            "at": "the lower edges, rising, for edges",
            "better": "`higher` or `lower`: which end gets the highest score; `higher` "
            "if absent",
            "only_if": "a condition; customers who do not meet it get `otherwise`",
            "otherwise": "the score of the others; 1 if absent",
        },
    ),
    "$.families.code": (
        "[families.CODE]",
        "Labels of which a customer has exactly one. Either `labels` or `yes`.",
        {
            "yes": "a condition; the family is then a flag with YES and NO",
            "labels": "the labels, tried from top to bottom",
            "title": _TITLE,
            "source": _SOURCE,
        },
    ),
    "$.families.code.labels[0]": (
        "[[families.CODE.labels]]",
        (
            "One label. The first whose condition holds wins; the last has none and "
            "is for all others."
        ),
        {
            "code": "its name in results, in upper case",
            "title": _TITLE,
            "when": "the condition",
            "source": _SOURCE,
        },
    ),
    "$.grading": (
        "[grading]",
        "The composite score and the tiers that it earns.",
        {
            "title": _TITLE,
            "parts": "what the score is made of",
            "tiers": "the tiers, from the highest to the lowest",
            "minimum_coverage": "the share of the weights that must be known; under it "
            "the tier is UNKNOWN; 0.5 if absent",
            "source": _SOURCE,
        },
    ),
    "$.grading.parts[0]": (
        "[[grading.parts]]",
        "One part of the composite score.",
        {
            "code": "its name, in lower case",
            "title": _TITLE,
            "weight": "positive; the weights of all parts add up to 100",
            "score": "a formula that gives 0 to 100 points",
        },
    ),
    "$.grading.tiers[0]": (
        "[[grading.tiers]]",
        "One tier.",
        {
            "code": "its name in results",
            "title": _TITLE,
            "entry": "the score from which it is earned; the lowest tier has none",
        },
    ),
}


def known_keys() -> Iterator[tuple[str, list[str], set[str]]]:
    """Yield each table's path, its keys, and those that must be there.

    Raises
    ------
    LookupError
        When the loader and the meanings above differ.
    """
    problems = [one.problem for one in read_policy(_PROBE)[1]]
    empty = [one.problem for probe in _EMPTY for one in read_policy(probe)[1]]
    missing = {one.where for one in (*problems, *empty) if "is missing" in one.what}
    keys = {
        one.where.removesuffix(f".{_STRANGE}"): set(one.allowed.split(", "))
        for one in problems
        if one.where.endswith(f".{_STRANGE}")
    }
    if set(keys) != set(TABLES):
        odd = ", ".join(sorted(set(keys) ^ set(TABLES)))
        message = f"policy tables without a meaning, or the other way round: {odd}"
        raise LookupError(message)
    for path, (_, _, meanings) in TABLES.items():
        if keys[path] != set(meanings):
            odd = ", ".join(sorted(keys[path] ^ set(meanings)))
            message = f"keys of {path} without a meaning, or the other way round: {odd}"
            raise LookupError(message)
        yield path, list(meanings), {k for k in meanings if f"{path}.{k}" in missing}
