"""The shape of a policy file: from plain tables to a policy.

Each table of the file has one function here that reads it. What is read is only the
shape; whether the policy makes sense is the business of
:mod:`custseg.rules.checks.soundness` and :mod:`custseg.rules.plan`.

The reading is done by a small walker (:mod:`custseg.rules.files.reading`) and not by
cattrs, which was tried. It finds every slip too, with its path; but it then gives
exceptions and no tree, so a person would first be told of the wrong types and only in a
second round of the wrong conditions. The walker leaves a harmless value in the place of
each slip and goes on. Beside that, the file has tables keyed by codes where the tree
has tuples, and the keys ``is`` and ``yes``, so most classes would need a hook of their
own.

Limits: only the shape of today, which is called schema 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any, Final

from custseg.attributes import ATTRIBUTE_UNITS
from custseg.errors import SettingError
from custseg.labels import Title
from custseg.periods import FiscalCalendar, Window, WindowKind
from custseg.rules.acts.acting import read_acting
from custseg.rules.describing import described
from custseg.rules.files.grading_file import read_grading
from custseg.rules.files.reading import Reader, read_title
from custseg.rules.paths import Found
from custseg.rules.policy import (
    About,
    Basis,
    Better,
    Bins,
    BinsBy,
    Family,
    LabelRule,
    Lookup,
    LookupEntry,
    LookupTitle,
    Match,
    NamedFeature,
    Playbook,
    PolicyTree,
    Reference,
    Score,
    Threshold,
)
from custseg.seller import Seller, Site
from custseg.units import Unit

__all__ = ["SCHEMA", "THRESHOLD_UNITS", "is_flag", "read_policy"]

SCHEMA: Final = 1
"""The version of the file's shape that this module reads and writes."""

THRESHOLD_UNITS: Final = ("share", "days", "count", "money", "quantity", "number")
"""The units that a threshold can have."""

_NO_TITLE: Final = Title(zh="", en="")
_YES: Final = Title(zh="是", en="Yes")
_NO: Final = Title(zh="否", en="No")


def read_policy(data: Mapping[str, object]) -> tuple[PolicyTree, list[Found]]:
    """Read the plain tables of a policy.

    Parameters
    ----------
    data : mapping of str to object
        As ``tomllib`` or ``json`` gives it.

    Returns
    -------
    policy : PolicyTree
        With harmless values wherever there was a problem.
    problems : list of Found
        Everything that is wrong with the shape.

    Examples
    --------
    >>> _, problems = read_policy({"schema": 1, "abuot": {}})
    >>> [found.problem.where for found in problems]
    ['$.about', '$.basis', '$.abuot']
    """
    problems: list[Found] = []
    reader = Reader(data, (), problems)
    _schema(reader)
    policy = PolicyTree(
        about=reader.part("about", _about),
        basis=reader.part("basis", _basis),
        thresholds=reader.keyed("thresholds", _threshold),
        features=reader.keyed("features", _feature),
        lookups=reader.keyed("lookups", _lookup),
        scores=reader.keyed("scores", _score),
        families=reader.keyed("families", _family),
        grading=reader.part("grading", read_grading, None),
        playbooks=tuple(chain(*reader.keyed("playbooks", _playbooks))),
        seller=reader.part("seller", _seller, None),
        acting=read_acting(reader),
    )
    reader.close()
    return policy, problems


def _schema(reader: Reader) -> None:
    before = len(reader.problems)
    schema = reader.whole("schema")
    if len(reader.problems) == before and schema != SCHEMA:
        reader.wrong(
            "this version of the file's shape is not known",
            "schema",
            got=str(schema),
            allowed=str(SCHEMA),
            hint="a newer custseg may read it" if schema > SCHEMA else "",
        )


def _about(reader: Reader) -> About:
    return About(
        code=reader.text("code"),
        version=reader.text("version"),
        title=reader.part("title", read_title),
        currency=reader.text("currency", "CNY"),
        source=reader.text("source", ""),
    )


def _window(reader: Reader) -> Window:
    before = len(reader.problems)
    text = reader.text("window")
    if len(reader.problems) == before:
        try:
            return Window.parse(text)
        except SettingError as error:
            (one,) = error.problems
            reader.wrong(one.what, "window", got=described(text), allowed=one.allowed)
    return Window(WindowKind.LIFETIME)


def _basis(reader: Reader) -> Basis:
    window = _window(reader)
    month = reader.whole("fiscal_year_starts_in", 1)
    if not 1 <= month <= 12:
        reader.wrong(
            "a fiscal year begins in one of twelve months",
            "fiscal_year_starts_in",
            got=str(month),
            allowed="1 to 12",
        )
        month = 1
    return Basis(
        window=window,
        reference=reader.part("reference", _reference),
        fiscal=FiscalCalendar(month),
    )


def _reference(reader: Reader) -> Reference:
    return Reference(
        members=reader.text("members"), minimum=reader.whole("minimum", 20)
    )


def _code(reader: Reader) -> str:
    return str(reader.path[-1])


def _threshold(reader: Reader) -> Threshold:
    code = _code(reader)
    unit = None
    if reader.has("unit"):
        unit = Unit(reader.choice("unit", THRESHOLD_UNITS, "number"))
    return Threshold(
        code=code,
        value=reader.plain("is"),
        unit=unit,
        source=reader.text("source", ""),
        since=reader.day("since"),
        before=reader.parts("before", partial(_earlier, code=code, unit=unit)),
    )


def _earlier(reader: Reader, *, code: str, unit: Unit | None) -> Threshold:
    return Threshold(
        code=code,
        value=reader.plain("is"),
        unit=unit,
        source=reader.text("source", ""),
        since=reader.day("since"),
    )


def _feature(reader: Reader) -> NamedFeature:
    listed, declared = reader.has("feature"), reader.has("attribute")
    if listed == declared:
        hint = 'write feature = "..."'
        if listed:
            hint = "take one of them out"
        elif "of" in reader.table:
            hint = "write a formula under [scores.CODE]"
        reader.wrong(
            "a feature has either 'feature', of the catalogue, or 'attribute', a "
            "column of the customers",
            hint=hint,
        )
    for key, fits, what in (
        ("window", listed or not declared, "what is declared has no window"),
        ("groups", listed or not declared, "what is declared has no groups"),
        ("unit", declared or not listed, "a feature of the catalogue has one already"),
        ("better", declared or not listed, "the catalogue says this already"),
    ):
        if reader.has(key) and not fits:
            reader.wrong(what, key, on_key=True, hint="take it out")
    return NamedFeature(
        code=_code(reader),
        feature=reader.text("feature") if listed else "",
        window=_own_window(reader) if listed else Window(WindowKind.LIFETIME),
        title=reader.part("title", read_title),
        attribute=reader.text("attribute") if declared else None,
        unit=Unit(reader.choice("unit", ATTRIBUTE_UNITS)) if declared else None,
        better=_better(reader) if declared else "",
        source=reader.text("source", ""),
        groups=reader.text("groups", "") if listed else "",
    )


def _own_window(reader: Reader) -> Window | None:
    """Return the window; a feature that goes by groups needs none of its own."""
    by_groups = bool(reader.table.get("groups"))
    return None if by_groups and not reader.has("window") else _window(reader)


def _better(reader: Reader) -> Any:
    return reader.literal("better", Better, "")


def _lookup(reader: Reader) -> Lookup:
    if reader.has("into") == reader.has("numbers"):
        reader.wrong(
            "a lookup has either 'into', for codes, or 'numbers'",
            hint=f'write [lookups.{_code(reader)}.into] and CODE = ["text", ...]',
        )
    nothing: tuple[LookupEntry, ...] = ()
    into = reader.part("into", _entries, nothing)
    numbers = reader.part("numbers", _numbered, nothing)
    unit = Unit.TEXT if into or not numbers else Unit.NUMBER
    if reader.has("unit"):
        unit = Unit(reader.choice("unit", THRESHOLD_UNITS, "number"))
    return Lookup(
        code=_code(reader),
        title=reader.part("title", read_title),
        of=reader.text("of"),
        entries=into or numbers,
        match=reader.literal("match", Match, "exact"),
        assume=reader.text("assume", ""),
        otherwise=_otherwise(reader),
        unit=unit,
        source=reader.text("source", ""),
        titles=reader.keyed("titles", _lookup_title),
    )


def _lookup_title(reader: Reader) -> LookupTitle:
    return LookupTitle(_code(reader), read_title(reader))


def _entries(reader: Reader) -> tuple[LookupEntry, ...]:
    return tuple(
        LookupEntry(text, code)
        for code in list(reader.table)
        for text in reader.texts(code)
    )


def _numbered(reader: Reader) -> tuple[LookupEntry, ...]:
    return tuple(
        LookupEntry(text, _sure(reader.number(text))) for text in list(reader.table)
    )


def _otherwise(reader: Reader) -> Decimal | str | None:
    if not reader.has("otherwise"):
        return None
    value = reader.plain("otherwise")
    if isinstance(value, bool):
        reader.unfit("a number or a text in quotes", value, "otherwise")
        return None
    return value


def _score(reader: Reader) -> Score:
    return Score(
        code=_code(reader),
        title=reader.part("title", read_title),
        of=reader.text("of"),
        bins=reader.part("bins", _bins, None),
        source=reader.text("source", ""),
    )


def _bins(reader: Reader) -> Bins:
    return Bins(
        by=reader.literal("by", BinsBy),
        into=reader.whole("into", 5),
        at=reader.numbers("at"),
        better=reader.literal("better", Better, "higher"),
        only_if=reader.text("only_if", ""),
        otherwise=reader.whole("otherwise", 1),
    )


def _family(reader: Reader) -> Family:
    is_flag, has_labels = reader.has("yes"), reader.has("labels")
    if is_flag and has_labels:
        reader.wrong(
            "a family has either 'labels' or 'yes'",
            "yes",
            hint="take one of them out",
        )
    if is_flag:
        yes = LabelRule("YES", _YES, reader.text("yes"))
        labels: tuple[LabelRule, ...] = (yes, LabelRule("NO", _NO))
    else:
        labels = reader.parts("labels", _label)
    title = reader.part("title", read_title)
    return Family(_code(reader), title, labels, reader.text("source", ""))


def _label(reader: Reader) -> LabelRule:
    return LabelRule(
        code=reader.text("code"),
        title=reader.part("title", read_title),
        when=reader.text("when", ""),
        source=reader.text("source", ""),
    )


def _playbooks(reader: Reader) -> tuple[Playbook, ...]:
    return tuple(reader.part(label, _playbook) for label in list(reader.table))


def _playbook(reader: Reader) -> Playbook:
    *_, family, label = map(str, reader.path)
    return Playbook(
        family=family,
        label=label,
        actions=reader.parts("actions", read_title),
        owner=reader.part("owner", read_title, None),
        channel=reader.part("channel", read_title, None),
        every_days=_maybe_whole(reader, "every_days"),
        respond_within_hours=_maybe_whole(reader, "respond_within_hours"),
        source=reader.text("source", ""),
    )


def _maybe_whole(reader: Reader, key: str) -> int | None:
    return reader.whole(key) if reader.has(key) else None


def _seller(reader: Reader) -> Seller | None:
    before = len(reader.problems)
    country = reader.text("country")
    unread = len(reader.problems) > before
    sites = [one for one in reader.parts("sites", _site) if one is not None]
    if unread:
        return None
    try:
        return Seller(country=country, sites=sites)
    except SettingError as error:
        for one in error.problems:
            reader.wrong(one.what, "country", got=one.got, hint=one.hint)
    return None


def _site(reader: Reader) -> Site | None:
    before = len(reader.problems)
    degrees = {
        key: None if one is None else float(one)
        for key in ("latitude", "longitude")
        for one in [reader.number(key, None)]
    }
    city, province = reader.text("city", ""), reader.text("province", "")
    if len(reader.problems) > before:
        return None
    try:
        return Site(city=city, province=province, **degrees)
    except SettingError as error:
        for one in error.problems:
            steps = (one.where,) if one.where in degrees else ()
            hint = one.hint
            if "Site(" in hint:  # in the words of the file
                hint = 'write city = "Foshan", or latitude and longitude'
            reader.wrong(one.what, *steps, got=one.got, allowed=one.allowed, hint=hint)
    return None


def _sure(number: Decimal | None) -> Decimal:
    return Decimal(1) if number is None else number


def is_flag(family: Family) -> bool:
    """Say whether a family is a plain yes or no, written with ``yes = ...``.

    Examples
    --------
    >>> from custseg.rules.files.loader import load_tree
    >>> [family.code for family in load_tree("company").families if is_flag(family)]
    ['domestic', 'loyal', 'churn_risk']
    """
    if len(family.labels) != 2:
        return False
    yes, no = family.labels
    return yes == LabelRule("YES", _YES, yes.when) and no == LabelRule("NO", _NO)
