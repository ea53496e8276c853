"""From a policy back to plain tables in the shape of the file, and to its text.

What is written is what a person would write: defaults are left out, a plain yes or no
is one condition, dates are dates. It is the form in which a policy is kept in JSON, and
from which its digest is taken.

Limits: comments are no part of a policy, so they are not written; of TOML, only what a
policy can hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final
from unicodedata import category

from custseg.errors import PolicyError, Problem
from custseg.labels import Title
from custseg.rules.acts.acting import acting_to_data
from custseg.rules.describing import described, too_long
from custseg.rules.files.grading_file import grading_to_data
from custseg.rules.files.structure import SCHEMA, is_flag
from custseg.rules.policy import (
    About,
    Basis,
    Family,
    Lookup,
    NamedFeature,
    Playbook,
    PolicyTree,
    Score,
    Threshold,
)
from custseg.seller import Seller, Site
from custseg.units import Unit

__all__ = ["policy_to_data", "write_toml"]


def policy_to_data(policy: PolicyTree) -> dict[str, Any]:
    """Return a policy as plain tables in the shape of the file, ready for JSON.

    Numbers are whole numbers or floats, dates ISO text. Because a policy's numbers have
    at most fifteen digits, each float stands for exactly one of them, and
    :func:`~custseg.rules.files.loader.policy_from_data` gives an equal policy back.

    Parameters
    ----------
    policy : PolicyTree

    Returns
    -------
    dict
        In the order of the file; defaults are left out.

    Raises
    ------
    PolicyError
        When a number is not finite or has more than fifteen digits.

    Examples
    --------
    >>> from custseg.rules.files.loader import load_tree
    >>> data = policy_to_data(load_tree("company"))
    >>> data["thresholds"]["frequent_days"]["is"], data["basis"]["window"]
    (12, '365 days')
    """
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "about": _about_to(policy.about),
        "basis": _basis_to(policy.basis),
    }
    keyed = {
        "thresholds": {one.code: _threshold_to(one) for one in policy.thresholds},
        "features": {one.code: _feature_to(one) for one in policy.features},
        "lookups": {one.code: _lookup_to(one) for one in policy.lookups},
        "scores": {one.code: _score_to(one) for one in policy.scores},
        "families": {one.code: _family_to(one) for one in policy.families},
    }
    data |= {key: table for key, table in keyed.items() if table}
    if policy.grading is not None:
        data["grading"] = grading_to_data(policy.grading, _plain)
    for one in policy.playbooks:
        of_family = data.setdefault("playbooks", {}).setdefault(one.family, {})
        of_family[one.label] = _playbook_to(one)
    if policy.seller is not None:
        data["seller"] = _seller_to(policy.seller)
    return data | acting_to_data(policy.acting, _plain)


def _plain(value: Decimal | bool | str) -> object:  # noqa: FBT001 - a value, no option
    if not isinstance(value, Decimal):
        return value
    if too_long(value):
        what = "the number is not finite, or has too many digits"
        raise PolicyError(Problem(what, where="$", got=described(value)))
    return int(value) if value == value.to_integral_value() else float(value)


def _title_to(title: Title) -> dict[str, str]:
    return {"zh": title.zh, "en": title.en}


def _about_to(about: About) -> dict[str, object]:
    return {
        "code": about.code,
        "version": about.version,
        "title": _title_to(about.title),
        "currency": about.currency,
        **_given(source=about.source),
    }


def _basis_to(basis: Basis) -> dict[str, object]:
    reference = basis.reference
    return {
        "window": str(basis.window),
        "fiscal_year_starts_in": basis.fiscal.start_month,
        "reference": {"members": reference.members, "minimum": reference.minimum},
    }


def _threshold_to(threshold: Threshold) -> dict[str, object]:
    said: dict[str, object] = {"is": _plain(threshold.value)}
    if threshold.unit is not None:
        said["unit"] = threshold.unit.value
    said |= _given(source=threshold.source, since=_iso(threshold.since))
    if threshold.before:
        said["before"] = [
            {
                "is": _plain(one.value),
                **_given(source=one.source, since=_iso(one.since)),
            }
            for one in threshold.before
        ]
    return said


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _feature_to(feature: NamedFeature) -> dict[str, object]:
    said: dict[str, object] = {"feature": feature.feature}
    if feature.window is not None:
        said["window"] = str(feature.window)
    said |= _given(groups=feature.groups)
    if feature.attribute is not None:
        said = {"attribute": feature.attribute}
        said |= {} if feature.unit is None else {"unit": feature.unit.value}
    said["title"] = _title_to(feature.title)
    return said | _given(better=feature.better, source=feature.source)


def _lookup_to(lookup: Lookup) -> dict[str, object]:
    said: dict[str, object] = {"title": _title_to(lookup.title), "of": lookup.of}
    if lookup.match != "exact":
        said["match"] = lookup.match
    said |= _given(assume=lookup.assume)
    if lookup.otherwise is not None:
        said["otherwise"] = _plain(lookup.otherwise)
    if lookup.unit not in {Unit.TEXT, Unit.NUMBER}:
        said["unit"] = lookup.unit.value
    said |= _given(source=lookup.source)
    if lookup.titles:
        said["titles"] = {one.code: _title_to(one.title) for one in lookup.titles}
    into: dict[str, Any] = {}
    if lookup.unit is Unit.TEXT:
        for entry in lookup.entries:
            into.setdefault(str(entry.value), []).append(entry.text)
        return {**said, "into": into}
    return {**said, "numbers": {one.text: _plain(one.value) for one in lookup.entries}}


def _score_to(score: Score) -> dict[str, object]:
    said: dict[str, object] = {"title": _title_to(score.title), "of": score.of}
    if (bins := score.bins) is not None:
        said["bins"] = {
            "by": bins.by,
            "into": bins.into,
            "better": bins.better,
            "otherwise": bins.otherwise,
            **_given(at=[_plain(edge) for edge in bins.at], only_if=bins.only_if),
        }
    return said | _given(source=score.source)


def _family_to(family: Family) -> dict[str, object]:
    said: dict[str, object] = {"title": _title_to(family.title)}
    if is_flag(family):
        said["yes"] = family.labels[0].when
    else:
        said["labels"] = [
            {
                "code": one.code,
                "title": _title_to(one.title),
                **_given(when=one.when, source=one.source),
            }
            for one in family.labels
        ]
    return said | _given(source=family.source)


def _playbook_to(playbook: Playbook) -> dict[str, object]:
    titles = {"owner": playbook.owner, "channel": playbook.channel}
    hours = playbook.respond_within_hours
    numbers = {"every_days": playbook.every_days, "respond_within_hours": hours}
    return {
        **{key: _title_to(one) for key, one in titles.items() if one is not None},
        **{key: one for key, one in numbers.items() if one is not None},
        **_given(source=playbook.source),
        "actions": [_title_to(one) for one in playbook.actions],
    }


def _seller_to(seller: Seller) -> dict[str, object]:
    return {
        "country": seller.country,
        **_given(sites=[_site_to(one) for one in seller.sites]),
    }


def _site_to(site: Site) -> dict[str, object]:
    said = _given(city=site.city, province=site.province)
    for key in ("latitude", "longitude"):
        degrees = getattr(site, key)
        if degrees is not None:
            said[key] = _plain(Decimal(repr(degrees)))
    return said


def _given(**keys: object) -> dict[str, object]:
    """Return the keys that say something."""
    return {key: value for key, value in keys.items() if value not in ("", [])}


def write_toml(data: Mapping[str, Any]) -> str:
    """Write plain tables as TOML.

    Parameters
    ----------
    data : mapping
        Of texts, numbers, flags, tables and lists.

    Returns
    -------
    str

    Examples
    --------
    >>> print(write_toml({"schema": 1, "tiers": [{"code": "A", "title": {"en": "A"}}]}))
    schema = 1
    <BLANKLINE>
    [[tiers]]
    code = "A"
    title = { en = "A" }
    <BLANKLINE>
    """
    return "\n".join(_lines(data, "")).lstrip("\n") + "\n"


def _lines(table: Mapping[str, Any], path: str) -> list[str]:
    lines, later = [], []
    for key, value in table.items():
        inner = f"{path}.{_key(key)}" if path else _key(key)
        if isinstance(value, Mapping) and _has_header(inner):
            own = _lines(value, inner)
            # A table that only holds tables with headers needs none itself.
            later += own if own[:1] == [""] else ["", f"[{inner}]", *own]
        elif _is_tables(value) and _has_header(inner):
            for row in value:
                later += ["", f"[[{inner}]]", *_lines(row, inner)]
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    return lines + later


_NAMED: Final = {"families", "features", "lookups", "playbooks", "pools", "scores"}
"""Tables of tables that a person named."""


def _has_header(path: str) -> bool:
    """Say whether a table gets a header: titles, bins and thresholds stay in a line.

    What a person named has one whatever its name is: a family may be called channel.
    """
    inline = (".title", ".bins", ".owner", ".channel", ".actions")
    section, _, name = path.partition(".")
    if section in _NAMED and "." not in name:
        return True
    return not path.startswith("thresholds.") and not path.endswith(inline)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(row, Mapping) for row in value)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case int():
            return str(value)
        case Mapping():
            pairs = (f"{_key(key)} = {_value(one)}" for key, one in value.items())
            return f"{{ {', '.join(pairs)} }}"
        case list():
            between = ",\n  " if _is_tables(value) else ", "
            return f"[{between.join(map(_value, value))}]"
    return f"{Decimal(repr(value)):f}"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _text(key)


def _text(text: str) -> str:
    escaped = (
        _ESCAPES.get(c) or (f"\\U{ord(c):08x}" if category(c)[0] == "C" else c)
        for c in text
    )
    return f'"{"".join(escaped)}"'


_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
