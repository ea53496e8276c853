"""Say what is wrong with an expression, in the words of the person who wrote it.

Every problem quotes the part that it is about, shows its spot, and tells what to
write instead wherever that can be guessed.

Limits: a quoted part is cut to forty characters.
"""

from __future__ import annotations

from typing import Final

from custseg.errors import Problem, did_you_mean
from custseg.rules.expression.functions import FUNCTIONS
from custseg.rules.expression.measures import Bare, Measure, said
from custseg.rules.expression.nodes import (
    Arithmetic,
    Compare,
    Name,
    Node,
    Text,
    to_text,
)
from custseg.rules.expression.scope import Scope
from custseg.rules.expression.spots import problem_at
from custseg.units import Unit

__all__ = ["Complaints"]

_LONGEST_QUOTE: Final = 40


class Complaints:
    """Gathers the problems of one expression.

    Attributes
    ----------
    problems : list of Problem
        In the order in which they were met.
    """

    def __init__(self, scope: Scope, text: str, where: str) -> None:
        self.scope = scope
        self.text = text
        self.where = where
        self.problems: list[Problem] = []

    def wrong(
        self, node: Node, what: str, *, hint: str = "", allowed: str = ""
    ) -> None:
        """Add a problem with a part."""
        problem = problem_at(
            self.text, node.span, what, where=self.where, hint=hint, allowed=allowed
        )
        self.problems.append(problem)

    def quoted(self, node: Node) -> str:
        """Return a part as it was written, cut short."""
        written = " ".join(self.text[slice(*node.span)].split()) or to_text(node)
        if len(written) <= _LONGEST_QUOTE:
            return written
        return written[: _LONGEST_QUOTE - 3] + "..."

    def unknown(self, node: Name) -> None:
        """Add the problem that a name means nothing."""
        if node.name in FUNCTIONS:
            hint = f"it is a function: write {FUNCTIONS[node.name].usage}"
        else:
            hint = did_you_mean(node.name, (*self.scope.units, *self.scope.constants))
        what = f"there is no feature, score or threshold '{node.name}'"
        self.wrong(node, what, hint=hint)

    def mismatch(
        self,
        node: Arithmetic | Compare,
        one: Measure,
        other: Measure,
        verb: str,
        hint: str = "",
    ) -> None:
        """Add the problem that the units of two sides do not go together."""
        what = (
            f"{self.quoted(node.left)} is {said(one)}, "
            f"{self.quoted(node.right)} is {said(other)}: they cannot be {verb}"
        )
        self.wrong(node, what, hint=hint)

    def no_arithmetic(self, node: Arithmetic, one: Measure, other: Measure) -> None:
        """Add the problem that a calculation has no meaning."""
        verb = {"+": "added", "-": "subtracted", "*": "multiplied", "/": "divided"}
        hint = ""
        if node.op == "/" and other is Unit.DAYS:
            days = self.quoted(node.right)
            hint = (
                "write '365 days' for a number of days"
                if one is Bare.BARE
                else f"divide by ({days} / 1 day) for an amount per day"
            )
        self.mismatch(node, one, other, verb[node.op], hint)

    def check_words(self, item: Node, choice: Node) -> None:
        """Say so where a text is compared with a code that it can never have."""
        if not (isinstance(item, Name) and isinstance(choice, Text)):
            return
        words = self.scope.words.get(item.name)
        if words is not None and choice.value not in words:
            what = f"'{choice.value}' is not a code of {item.name}"
            hint, allowed = did_you_mean(choice.value, words), ", ".join(words)
            self.wrong(choice, what, hint=hint, allowed=allowed)
