"""Begin a policy of one's own from another: as a copy, or as changes laid over it.

A copy has every line of the other, comments included, under a new name: it can be read
from top to bottom and changes only when its owner changes it. Changes are a short file
that builds on the other and follows it.

The method: only the texts under ``[about]`` are replaced, in the place where they
stand, so that nothing else of the file moves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from custseg.errors import PolicyError, Problem
from custseg.labels import Title
from custseg.rules.files.locate import locate
from custseg.rules.files.structure import is_flag
from custseg.rules.plan import Plan, later_expressions
from custseg.rules.planning import make_plan
from custseg.rules.policy import Family, PolicyTree

__all__ = ["changes_to", "copy_of"]


def copy_of(text: str, *, code: str, title: Title) -> str:
    r"""Return the text of a policy under another name.

    Parameters
    ----------
    text : str
        TOML of a policy that loads and builds on no other, with line feeds only.
    code : str
    title : Title

    Returns
    -------
    str
        With "1" for the version.

    Raises
    ------
    PolicyError
        When the text says what it is in a way in which it cannot be replaced.

    Examples
    --------
    >>> text = 'about.code = "a"\nabout.version = "7"\nabout.title.zh = "甲"\n'
    >>> print(copy_of(text + 'about.title.en = "A"', code="b", title=Title("乙", "B")))
    about.code = "b"
    about.version = "1"
    about.title.zh = "乙"
    about.title.en = "B"
    """
    wanted = {
        ("about", "code"): code,
        ("about", "version"): "1",
        ("about", "title", "zh"): title.zh,
        ("about", "title", "en"): title.en,
    }
    spots = locate(text)
    if not all(path in spots for path in wanted):
        raise PolicyError(
            Problem("its [about] cannot be replaced", hint="copy the file by hand")
        )
    for path in sorted(wanted, key=lambda path: spots[path].value, reverse=True):
        start, end = spots[path].value
        text = text[:start] + _quoted(wanted[path]) + text[end:]
    return text


def changes_to(base: str, policy: PolicyTree, *, code: str, title: Title) -> str:
    r"""Return the text of a policy that builds on another and changes nothing yet.

    Parameters
    ----------
    base : str
        The name or relative path of the other.
    policy : PolicyTree
        The other.
    code : str
    title : Title

    Returns
    -------
    str
        With examples of changes, made of what the other holds, in lines that begin
        with ``#`` and no space: without the ``#`` they are sound, one or all.

    Examples
    --------
    >>> from custseg.rules.files.loader import load_tree
    >>> text = changes_to("company", load_tree("company"), code="ours",
    ...                   title=Title("我们的分类", "Our classes"))
    >>> print("\n".join(text.splitlines()[:8]))
    schema = 1
    base = "company"
    #without = ["families.lifecycle"]  # what is not wanted
    <BLANKLINE>
    [about]
    code = "ours"
    version = "1"
    title = { zh = "我们的分类", en = "Our classes" }
    """
    plan = make_plan(policy)
    lines = ["schema = 1", f"base = {_quoted(base)}"]
    if (idle := _dispensable(plan)) is not None:
        lines.append(f'#without = ["families.{idle}"]  # what is not wanted')
    lines += [
        "",
        "[about]",
        f"code = {_quoted(code)}",
        'version = "1"',
        f"title = {{ zh = {_quoted(title.zh)}, en = {_quoted(title.en)} }}",
        "",
        "# What is not named here is as in the base. A line that begins with # and no",
        "# space is an example: take the # away to use it.",
    ]
    for about, example in _examples(policy):
        lines += ["", f"# {about}", *(f"#{line}" for line in example)]
    return "\n".join(lines) + "\n"


def _kinds(policy: PolicyTree) -> list[Family]:
    return [one for one in policy.families if not is_flag(one)]


def _dispensable(plan: Plan) -> str | None:
    """Return a family that can go without anything else: nothing names it."""
    every = (
        *later_expressions(plan.scores, plan.families, plan.parts),
        *(*plan.tiers.entitling, *plan.tiers.reviewing),
    )
    named = frozenset[str]().union(*(one.names for one in every))
    codes = [one.code for one in _kinds(plan.policy)[1:] if one.code not in named]
    return codes[-1] if codes else None


def _examples(policy: PolicyTree) -> Iterator[tuple[str, list[str]]]:
    numbers = [one for one in policy.thresholds if isinstance(one.value, Decimal)]
    if numbers:
        yield (
            "Another number, and who decided it:",
            [
                "[thresholds]",
                *(
                    f'{one.code} = {{ is = {one.value:f}, source = "..." }}'
                    for one in numbers[:2]
                ),
            ],
        )
    if kinds := _kinds(policy):
        yield (
            "A label more, and before which of its family it is tried:",
            [
                f"[[families.{kinds[0].code}.labels]]",
                'code = "NEW_LABEL"',
                'title = { zh = "...", en = "..." }',
                'when = "spend > 5_000_000"',
                f"before = {_quoted(kinds[0].labels[0].code)}",
            ],
        )
    tiers = policy.grading.tiers if policy.grading else ()
    if tiers and tiers[0].entry is not None:
        yield (
            "Another entry to a tier:",
            [
                "[[grading.tiers]]",
                f"code = {_quoted(tiers[0].code)}",
                f"entry = {tiers[0].entry:f}",
            ],
        )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
