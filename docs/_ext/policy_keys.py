"""What each key of a policy file means, held against what the loader accepts.

The keys, and whether one has to be there, are asked of the loader itself: it is given a
file of empty tables with one strange key in each, and its complaints name the rest. A
key without a meaning here, or a meaning without a key, stops the build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from custseg.attributes import ATTRIBUTE_UNITS
from custseg.rules.files.structure import read_policy
from custseg.rules.tiers.calendar import Cadence
from custseg.scoring.catalogue import CATALOGUE

__all__ = ["TABLES", "known_keys"]

_STRANGE = "no_such_key"

#: A file in which every table occurs once, and each has a key that nobody knows.
_PROBE: Mapping[str, object] = {
    _STRANGE: 1,
    "about": {_STRANGE: 1},
    "basis": {_STRANGE: 1, "reference": {_STRANGE: 1}},
    "thresholds": {"code": {_STRANGE: 1, "before": [{_STRANGE: 1}]}},
    "features": {"code": {_STRANGE: 1}},
    "lookups": {"code": {_STRANGE: 1}},
    "scores": {"code": {_STRANGE: 1, "bins": {_STRANGE: 1}}},
    "families": {"code": {_STRANGE: 1, "labels": [{_STRANGE: 1}]}},
    "grading": {
        _STRANGE: 1,
        "parts": [{_STRANGE: 1}],
        "cards": [{_STRANGE: 1}],
        "tiers": [{_STRANGE: 1}],
        "gates": [{_STRANGE: 1}],
        "moves": {_STRANGE: 1},
        "reviews": {_STRANGE: 1},
        "triggers": [{_STRANGE: 1}],
    },
    "playbooks": {"family": {"LABEL": {_STRANGE: 1}}},
    "seller": {_STRANGE: 1, "sites": [{_STRANGE: 1}]},
    "pools": {"code": {_STRANGE: 1}},
    "clean_out": {
        _STRANGE: 1,
        "rules": [{_STRANGE: 1}],
        "exemptions": [{_STRANGE: 1}],
    },
    "allocation": {_STRANGE: 1, "shares": [{_STRANGE: 1}], "freed_to": {_STRANGE: 1}},
}

#: Files without the tables that have to be there.
_EMPTY: tuple[Mapping[str, object], ...] = ({}, {"basis": {}})

_TITLE = 'what people read: `{ zh = "...", en = "..." }`'
_SOURCE = "who says so; free text"
_ATTRIBUTE_UNITS = ", ".join(f"`{one}`" for one in ATTRIBUTE_UNITS)
_BY_WORDS = ", ".join(f"`{one.code}`" for one in CATALOGUE.features if one.words)
_WORDS = " or ".join(
    f"`{one}`" for one in sorted({one.words for one in CATALOGUE.features} - {""})
)
_CADENCES = ", ".join(f"`{one.value}`" for one in Cadence)

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
            "features": "features over windows of their own or by groups of words, and "
            "columns of your own",
            "lookups": "tables from what is declared to what the policy speaks of",
            "scores": "numbers made of features and of the scores above them",
            "families": "sets of labels, of which a customer has exactly one each",
            "grading": "the composite score and the tiers that it earns",
            "playbooks": "what is owed to the customers of a label or tier",
            "seller": "where the seller is",
            "precedence": "families, and `tier`, in the order in which their playbooks "
            "have their way where two ask for the same action; that of the playbooks "
            "if absent",
            "pools": "nurture pools: customers who are near the next tier",
            "clean_out": "whom to archive or hand back",
            "allocation": "who gets how much of an effort or a budget",
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
        (
            "A feature under a name of its own: one of the catalogue over a window of "
            "its own or by groups of words, or a column of the customers that the "
            "contract has no name for. Either `feature` and `window` or `groups`, or "
            "`attribute` and `unit`."
        ),
        {
            "feature": "its code in the catalogue",
            "window": 'its window, such as `"90 days"`; with `groups`, that of the '
            "policy if absent",
            "groups": "a lookup whose codes then stand for the words by which the "
            f"feature goes; for {_BY_WORDS}. A word that is in no group counts as none",
            "attribute": "the column, as the table of customers calls it; one that is "
            "not there leaves the feature unknown",
            "unit": f"what the column counts in: {_ATTRIBUTE_UNITS}",
            "better": "`higher` or `lower`: which way the column is good for the "
            "seller, where there is one",
            "title": _TITLE,
            "source": _SOURCE,
        },
    ),
    "$.lookups.code": (
        "[lookups.CODE]",
        (
            "A table from the words or codes of a text feature to codes of the policy, "
            "or to numbers; or from the words of a column to groups of them. Either "
            "`into` or `numbers`."
        ),
        {
            "title": _TITLE,
            "of": "the text feature, or a lookup above this one; or a column by whose "
            f"words features go, for their `groups`: {_WORDS}",
            "into": "a table of codes, each with the texts that mean it: "
            '`FACTORY = ["C", "13..43"]`',
            "numbers": 'a table from texts to numbers: `"C" = 300`',
            "unit": "of the numbers, as under thresholds; `number` if absent",
            "match": "`exact` (the whole text) or `prefix` (the longest entry with "
            "which it begins; `13..43` stands for 13 to 43); `exact` if absent",
            "assume": "what to put before a text without a colon, such as `GB/T:`",
            "otherwise": "for a text that matches nothing; UNKNOWN if absent, and in "
            "no group",
            "titles": "what codes are called in explanations: "
            '`FACTORY = { zh = "工厂", en = "Factory" }`; a code that is a label of a '
            "family that asks for the lookup has its title",
            "source": _SOURCE,
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
            "cards": "weights of their own for some customers",
            "tiers": "the tiers, from the highest to the lowest",
            "minimum_coverage": "the share of the weights that must be known; under it "
            "the tier is UNKNOWN; 0.5 if absent",
            "gates": "conditions that cap the tier, whatever the score is",
            "moves": "how a held tier follows the one that is earned",
            "reviews": "when tiers are looked at",
            "triggers": "conditions that do not wait for the next review",
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
    "$.grading.cards[0]": (
        "[[grading.cards]]",
        (
            "Weights of the parts for some customers; the first card that fits counts, "
            "those of a file before those of its base."
        ),
        {
            "code": "its name, in lower case",
            "title": _TITLE,
            "when": "a condition that does not name `score`; where it cannot be told, "
            "the card does not fit",
            "weights": "a weight for each part by its code; together 100",
            "source": _SOURCE,
        },
    ),
    "$.grading.tiers[0]": (
        "[[grading.tiers]]",
        "One tier.",
        {
            "code": "its name in results",
            "title": _TITLE,
            "entry": "the score from which it is earned; the lowest tier has none",
            "hold": "the score from which it is kept; nine tenths of the entry if "
            "absent",
            "enter": "a condition in place of the entry; it may name `score`",
            "stay": "a condition in place of the bar to hold",
            "every": "how often its customers are reviewed, where not as often as all",
            "capacity": "how many it can serve: a review lets nobody rise into a full "
            "tier; 0, any number, if absent",
        },
    ),
    "$.grading.gates[0]": (
        "[[grading.gates]]",
        "A hard condition that caps the tier. Where it cannot be told, it is open.",
        {
            "code": "its name, in lower case",
            "title": _TITLE,
            "when": "the condition",
            "cap": "the highest tier that remains",
            "passes_locks": "whether it moves a customer whose tier was set by hand; "
            "`false` if absent",
            "source": _SOURCE,
        },
    ),
    "$.grading.moves": (
        "[grading.moves]",
        "How a held tier follows the one that is earned.",
        {
            "confirm_up": "at how many reviews in a row a rise must be due; 1 if "
            "absent",
            "confirm_down": "the same for a fall; 2 if absent",
            "dwell_days": "how long a tier is held at least; 90 if absent",
            "grace_days": "how long after a rise nobody is judged downwards; 0 if "
            "absent",
            "membership_days": "the same after the first tier; 0 if absent",
            "most_steps_up": "how many tiers one rise goes at most; 0, any number, if "
            "absent",
            "most_steps_down": "how many tiers one fall goes at most; 1 if absent",
            "source": _SOURCE,
        },
    ),
    "$.grading.reviews": (
        "[grading.reviews]",
        "When tiers are looked at.",
        {
            "every": f"{_CADENCES}; `quarterly` if absent",
            "fiscal": "whether periods follow the fiscal calendar; `false` if absent",
            "source": _SOURCE,
        },
    ),
    "$.grading.triggers[0]": (
        "[[grading.triggers]]",
        "A condition that does not wait for the next review.",
        {
            "code": "its name, in lower case",
            "title": _TITLE,
            "when": "the condition",
            "action": "`alert` (tell somebody), `review` (review the customer now), "
            "`cap` (cap the tier at `to` while it holds) or `demote` (move to `to` at "
            "once); `alert` if absent",
            "to": "a tier, for cap and demote",
            "severity": "`info`, `warning` or `critical`; `warning` if absent",
            "cooldown_days": "for how long the same alert is not repeated; 30 if "
            "absent",
            "passes_locks": "whether it moves a customer whose tier was set by hand; "
            "`false` if absent",
            "source": _SOURCE,
        },
    ),
    "$.playbooks.family.LABEL": (
        "[playbooks.FAMILY.LABEL]",
        (
            "What is owed to the customers of a label; `tier` stands for the family of "
            "the tiers: `[playbooks.tier.A]`."
        ),
        {
            "actions": 'what to do: `[{ zh = "...", en = "..." }, ...]`',
            "owner": "who does it; a title in both languages",
            "channel": "by which way; a title in both languages",
            "every_days": "how often",
            "respond_within_hours": "how soon an enquiry is answered",
            "source": _SOURCE,
        },
    ),
    "$.seller": (
        "[seller]",
        "Where the seller is; without it nobody is local or abroad.",
        {
            "country": "in any common spelling or code",
            "sites": "warehouses, shops, offices",
        },
    ),
    "$.seller.sites[0]": (
        "[[seller.sites]]",
        "One place of the seller: a city, a point, or both.",
        {
            "city": "customers in a city of this name are local",
            "province": "tells two cities of one name apart",
            "latitude": "degrees north; with longitude or not at all",
            "longitude": "degrees east",
        },
    ),
    "$.pools.code": (
        "[pools.CODE]",
        "Customers of one tier who are to be brought into a higher one.",
        {
            "title": _TITLE,
            "of": "the tier that they hold",
            "enter": "the condition to come in, at a review; it may name `score`",
            "stay": "the condition to remain; that to come in if absent",
            "toward": "the tier to which they are to rise; the one above if absent",
            "longest_days": "how long anybody remains; 0, for ever, if absent",
            "capacity": "how many it takes; 0, any number, if absent",
            "rank_by": "a formula: who has more comes first; the score if absent",
            "source": _SOURCE,
        },
    ),
    "$.clean_out": (
        "[clean_out]",
        "Proposals to archive customers or to hand them back.",
        {
            "title": _TITLE,
            "rules": "whom to propose; the first that fits counts",
            "exemptions": "whom to leave out all the same",
            "source": _SOURCE,
        },
    ),
    "$.clean_out.rules[0]": (
        "[[clean_out.rules]]",
        "Whom to propose, and for what.",
        {
            "code": "its name, in lower case",
            "title": "what is proposed, such as to archive; in both languages",
            "of": 'the tiers to which it applies: `["C"]`',
            "when": "the condition; it may name `score`",
            "source": _SOURCE,
        },
    ),
    "$.clean_out.exemptions[0]": (
        "[[clean_out.exemptions]]",
        "Whom to leave out. Where it cannot be told, it exempts nobody, and is named.",
        {
            "code": "its name, in lower case",
            "title": "the reason, in both languages",
            "when": "the condition; it may name `score`",
            "source": _SOURCE,
        },
    ),
    "$.allocation": (
        "[allocation]",
        "How an effort or a budget is shared out.",
        {
            "title": "what is shared out, in both languages",
            "shares": "what each tier gets; a tier that is not named gets nothing",
            "by": "a formula: inside a tier each gets in proportion to it; the score "
            "if absent",
            "unit": "the smallest portion; 1 if absent",
            "freed_to": "who gets what those had who are proposed for the clean-out",
            "source": _SOURCE,
        },
    ),
    "$.allocation.shares[0]": (
        "[[allocation.shares]]",
        "What one tier gets.",
        {
            "tier": "its code",
            "share": "a part of one; not more than one for all tiers together",
            "floor": "the least that each customer gets; 0 if absent",
            "cap": "the most that each customer gets; 0, any number, if absent",
        },
    ),
    "$.allocation.freed_to": (
        "[allocation.freed_to]",
        "Who gets what the clean-out frees.",
        {
            "tier": "a tier",
            "when": "a condition; all of the tier if absent",
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
    _check_alike("tables of policies", set(keys), set(TABLES))
    for path, (_, _, meanings) in TABLES.items():
        _check_alike(f"keys of {path}", keys[path], set(meanings))
        yield path, list(meanings), {k for k in meanings if f"{path}.{k}" in missing}


def _check_alike(what: str, known: set[str], explained: set[str]) -> None:
    """Refuse what the loader takes and nobody explains, and the other way round."""
    if odd := ", ".join(sorted(known ^ explained)):
        message = (
            f"{what} without a meaning in docs/_ext/policy_keys.py, or the other way "
            f"round: {odd}"
        )
        raise LookupError(message)
