"""The clean-out: whom to archive or hand back, as a policy says it.

Customers of the lowest tier who have not bought for a year cost visits and letters that
others could use. Each quarter they are proposed for the archive, or for the public pool
from which any salesperson may take them up. Nobody is moved by that: it is a proposal,
and whoever is exempt (a seasonal buyer, one with an open dispute) is named with the
reason.

A section ``[clean_out]`` has the lists ``[[clean_out.rules]]``, of which the first that
fits a customer counts, and ``[[clean_out.exemptions]]``.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from custseg.errors import did_you_mean
from custseg.labels import Title
from custseg.rules.acts.questions import Question
from custseg.rules.files.reading import Reader, read_title
from custseg.rules.grading import Grading
from custseg.rules.naming import RESERVED, check_code, check_repeated, check_title
from custseg.rules.paths import Found, Path, found_at

__all__ = [
    "CleanOut",
    "CleanOutRule",
    "Exemption",
    "check_clean_out",
    "read_clean_out",
]

_PATH: Path = ("clean_out",)


@frozen
class CleanOutRule:
    """Whom to clean out, and how.

    Parameters
    ----------
    code : str
    title : Title
        What is proposed, such as "archive".
    of : tuple of str
        The tiers held by those to whom it applies.
    when : str
        A condition on features, the score and families. Days can differ by tier: one
        rule for each.
    source : str
    """

    code: str
    title: Title
    of: tuple[str, ...]
    when: str
    source: str = ""


@frozen
class Exemption:
    """Who is left out all the same.

    Parameters
    ----------
    code : str
    title : Title
        The reason.
    when : str
        A condition on features, the score and families. Where it cannot be told it
        exempts nobody, and the proposal says so.
    source : str
    """

    code: str
    title: Title
    when: str
    source: str = ""


@frozen
class CleanOut:
    """Proposals to archive customers or to hand them back.

    Parameters
    ----------
    title : Title
    rules : tuple of CleanOutRule
        The first that fits counts.
    exemptions : tuple of Exemption
        They hold for every rule.
    source : str
    """

    title: Title
    rules: tuple[CleanOutRule, ...]
    exemptions: tuple[Exemption, ...] = ()
    source: str = ""

    def questions(self) -> Iterator[Question]:
        """Yield what it asks about customers: its rules first, then exemptions."""
        for place, rule in enumerate(self.rules):
            yield Question((*_PATH, "rules", place, "when"), rule.when)
        for place, one in enumerate(self.exemptions):
            yield Question((*_PATH, "exemptions", place, "when"), one.when)


def read_clean_out(reader: Reader) -> CleanOut:
    """Read the section; every slip is noted, and a harmless value put in its place."""
    return CleanOut(
        title=reader.part("title", read_title),
        rules=reader.parts("rules", _rule),
        exemptions=reader.parts("exemptions", _exemption),
        source=reader.text("source", ""),
    )


def _rule(reader: Reader) -> CleanOutRule:
    return CleanOutRule(
        code=reader.text("code"),
        title=reader.part("title", read_title),
        of=reader.texts("of"),
        when=reader.text("when"),
        source=reader.text("source", ""),
    )


def _exemption(reader: Reader) -> Exemption:
    return Exemption(
        code=reader.text("code"),
        title=reader.part("title", read_title),
        when=reader.text("when"),
        source=reader.text("source", ""),
    )


def check_clean_out(clean_out: CleanOut, grading: Grading) -> Iterator[Found]:
    """Refuse rules for nobody.

    Parameters
    ----------
    clean_out : CleanOut
    grading : Grading
    """
    yield from check_title(clean_out.title, (*_PATH, "title"))
    if not clean_out.rules:
        yield found_at(
            (*_PATH, "rules"),
            "a clean-out needs rules",
            hint="add [[clean_out.rules]]",
        )
    yield from check_repeated(clean_out.rules, (*_PATH, "rules"), "rule")
    path = (*_PATH, "exemptions")
    yield from check_repeated(clean_out.exemptions, path, "exemption")
    rows: tuple[tuple[str, tuple[CleanOutRule | Exemption, ...]], ...] = (
        ("rules", clean_out.rules),
        ("exemptions", clean_out.exemptions),
    )
    for table, entries in rows:
        for place, one in enumerate(entries):
            here = (*_PATH, table, place)
            yield from check_code(
                one.code, (*here, "code"), upper=False, reserved=RESERVED
            )
            yield from check_title(one.title, (*here, "title"))
    codes = [tier.code for tier in grading.tiers]
    for place, rule in enumerate(clean_out.rules):
        here = (*_PATH, "rules", place, "of")
        if not rule.of:
            yield found_at(
                here,
                "a rule has to name its tiers",
                allowed=", ".join(codes),
                hint=f'write of = ["{codes[-1]}"]' if codes else "",
            )
        for at, code in enumerate(rule.of):
            if code not in codes:
                yield found_at(
                    (*here, at),
                    f"there is no tier '{code}'",
                    allowed=", ".join(codes),
                    hint=did_you_mean(code, codes),
                )
