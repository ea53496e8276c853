"""One clause as a template: pieces of text, and places for the customer's values.

The method: the tree of the clause is walked once for each answer and each language.

Limits: a nested formula is told as a formula, with names in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from custseg.labels import Language
from custseg.rules.explaining.leaves import Leaf, is_simple
from custseg.rules.explaining.signs import ARITHMETIC, OPPOSITE, SIGNS, WORDS
from custseg.rules.explaining.standing_in import is_lost, settled
from custseg.rules.explaining.terms import Learnt, Setting, Term
from custseg.rules.expression import (
    All,
    Any,
    Arithmetic,
    Call,
    Compare,
    FittedCut,
    FittedValue,
    Membership,
    Name,
    Negate,
    Node,
    Not,
    Number,
    Text,
    Truth,
    to_text,
)
from custseg.rules.learned import key_of
from custseg.units import Unit
from custseg.wording import say_number

__all__ = ["Case", "Piece", "pieces_of"]

Piece = str | int
"""Text, or the place of a quantity among those that the clause shows."""


class Case(NamedTuple):
    """How a clause stands with a customer: all of one case are told alike.

    Parameters
    ----------
    holds : bool or None
        Whether the clause holds; None where it cannot be told.
    known : bool
        Whether all that it shows is known: nothing is said then of what would stand in
        for it.
    given : tuple of bool
        Which of the quantities that it shows are known, where that matters.
    even : bool
        Whether the value is the bar, and that is 0 or 1: "0 ≤ 0" says no more than 0.
    """

    holds: bool | None
    known: bool
    given: tuple[bool, ...]
    even: bool


def pieces_of(
    leaf: Leaf, case: Case, language: Language, *, brief: bool
) -> list[Piece]:
    """Return a clause as pieces that are true of all customers of a case.

    Parameters
    ----------
    leaf : Leaf
    case : Case
    language : {"zh", "en"}
    brief : bool
        Leave out codes of labels and thresholds, and which text a text is not.
    """
    return _Phraser(leaf, case, language, brief=brief).clause(holds=case.holds)


class _Phraser:
    """Puts one clause into pieces, in one language."""

    def __init__(
        self, leaf: Leaf, case: Case, language: Language, *, brief: bool
    ) -> None:
        self.leaf = leaf
        self.case = case
        self.language = language
        self.brief = brief
        self.words = WORDS[language]

    def clause(self, *, holds: bool | None) -> list[Piece]:  # noqa: PLR0911 - a case per node
        node = self.leaf.node
        match node:
            case FittedCut():
                return self.cut(node, holds=holds)
            case Membership():
                return self.membership(node, holds=holds)
            case Compare() if self.compares_texts():
                return self.texts(node, holds=holds)
            case Compare():
                return self.numbers(node, holds=holds)
            case Call(function="known"):
                return self.is_known(node.arguments[0], holds=holds)
            case Name():
                return [*self.named(node), self.words["is"], self.slot(node)]
            case Call(function="coalesce", arguments=(Name() as name, last)):
                pieces = [*self.named(name), self.words["is"], self.slot(name)]
                return [*pieces, *self.otherwise(last)]
            case Call(function="coalesce", arguments=(inner, Truth() as last)):
                return self.guarded(inner, last, holds=holds)
            case _:
                return self.formula(node, holds=holds)

    def guarded(self, node: Node, last: Truth, *, holds: bool | None) -> list[Piece]:
        """Return a condition for which the policy has an answer where it is unknown."""
        if not isinstance(node, Compare):
            whole = node if self.case.known else self.leaf.node
            return self.formula(whole, holds=holds)
        left, right = self.subject(node.left), self.number(node.right)
        if isinstance(node.right, Text):
            right = [self.text(node.right.value, node.left)]
        if self.case.known:
            sign = SIGNS[node.op if holds else OPPOSITE[node.op]]
            return [*left, f" {sign} ", *right]
        asked, taken = self.words["asked"], self.words["taken"]
        return [*left, f"{asked}{SIGNS[node.op]} ", *right, taken, *self.number(last)]

    def term(self, node: Name | FittedValue | FittedCut) -> Term:
        code = key_of(node) if isinstance(node, FittedValue) else node.name
        terms = (one.term for one in self.leaf.shown if one.term is not None)
        return next(term for term in terms if term.code == code)

    def named(self, node: Name | FittedValue) -> list[Piece]:
        return [self.term(node).spoken.of(self.language)]

    def slot(self, node: Node) -> int:
        return self.leaf.slot(node)

    def is_given(self, node: Name | FittedValue) -> bool:
        return self.case.given[self.slot(node)]

    def settled(self, node: Node) -> Node:
        return settled(node, self.is_given)

    def is_lost(self, node: Node) -> bool:
        return is_lost(node, self.is_given)

    def compares_texts(self) -> bool:
        side = self.leaf.compared
        return side is not None and side.left.unit in {Unit.TEXT, Unit.FLAG}

    # -- comparisons

    def numbers(self, node: Compare, *, holds: bool | None) -> list[Piece]:
        side = self.leaf.compared
        assert side is not None  # noqa: S101 - every comparison has sides
        left = side.left.node
        right = node.right if left == node.left else node.left
        pieces = self.subject(left)
        if self.fact(left) is None and not self.is_lost(left):
            pieces += [" = ", self.slot(left)]
        if isinstance(right, Number) and self.asks_yes_or_no(left, side.op):
            said = self.leaf.speech.say(bool(right.value), Unit.FLAG, self.language)
            asked = [self.sign(side.op, holds=None), said]
            return pieces if holds is not None else [*pieces, *asked]
        equal = (side.op == "==") if holds else (holds is False and side.op == "!=")
        if equal and isinstance(right, Number):  # the value says it all
            return [*pieces, *self.notes_of(right)]
        plain = self.brief and side.op in {"==", "!="} and holds is not None
        if (
            isinstance(right, Number)
            and (plain or self.case.even)
            and not self.notes_of(right)
        ):
            return pieces
        sign = self.sign(side.op, holds=holds)
        return [*pieces, sign, *self.side(right)]

    def subject(self, node: Node) -> list[Piece]:
        """Return the side that is looked at: a title and a value, or a formula."""
        node = self.settled(node)
        one = self.fact(node)
        if one is None:
            return self.number(node)
        pieces = [*self.named(one), self.words["is"], self.slot(one)]
        if isinstance(node, Call):
            pieces += self.otherwise(node.arguments[-1])
        return pieces

    def fact(self, node: Node) -> Name | FittedValue | None:
        """Return the one thing with a name that is all there is to say of a side."""
        match node := self.settled(node):
            case Name() | FittedValue():
                return node
            case Call(function="coalesce", arguments=(Name() as first, *rest)):
                alone = len(rest) == 1 and isinstance(rest[0], Number)
                return first if self.case.known or alone else None
            case _:
                return None

    def asks_yes_or_no(self, left: Node, op: str) -> bool:
        of_score = isinstance(left, Name) and self.term(left).is_yes_or_no
        return of_score and op in {"==", "!="}

    def sign(self, op: str, *, holds: bool | None) -> str:
        if holds is None:
            return f"{self.words['asked']}{SIGNS[op]} "
        return f" {SIGNS[op if holds else OPPOSITE[op]]} "

    def side(self, node: Node) -> list[Piece]:
        """Return the bar: a number with its threshold, or a formula and its value."""
        if is_simple(node) or self.fact(node) is not None:
            return self.number(node)
        return [*self.number(node), " = ", self.slot(node)]

    def texts(self, node: Compare, *, holds: bool | None) -> list[Piece]:
        side = self.leaf.compared
        assert side is not None  # noqa: S101 - every comparison has sides
        left = side.left.node
        pieces = [*self.number(left)]
        if not is_simple(left) and _first_of(left) == left:
            pieces += [" = ", self.slot(left)]
        right = node.right if left == node.left else node.left
        other = self.number(right)
        if holds is None:
            return [*pieces, self.words["asked"], SIGNS[side.op], " ", *other]
        if (side.op == "==") == holds:
            same = isinstance(right, Text | Truth)  # the value says it all
            return pieces if same else [*pieces, " = ", *other]
        if isinstance(right, Truth) or (self.brief and isinstance(right, Text)):
            return pieces
        return [*pieces, self.words["stop"], self.words["not"], *other]

    def membership(self, node: Membership, *, holds: bool | None) -> list[Piece]:
        pieces = self.number(node.item)
        if not is_simple(self.settled(node.item)):
            pieces += [" = ", self.slot(node.item)]
        if self.brief and holds is not None:
            return pieces
        inside = "not in" if node.negated else "in"
        if holds is False:
            inside = "in" if node.negated else "not in"
        between = self.words["asked" if holds is None else inside]
        said = [self.text(one.value, node.item) for one in node.choices]
        asked = self.words[inside].removeprefix(self.words["stop"])
        extra = asked if holds is None else ""
        return [*pieces, between, extra, self.words["list"].join(said)]

    def is_known(self, node: Node, *, holds: bool | None) -> list[Piece]:
        title = self.named(node) if isinstance(node, Name) else self.number(node)
        if not holds:
            return [*title, self.words["unknown"]]
        if isinstance(node, Name):
            return [*title, self.words["known"], self.slot(node)]
        return [*title, self.words["known"].rstrip(":： ")]

    # -- what is learned

    def cut(self, node: FittedCut, *, holds: bool | None) -> list[Piece]:
        (learnt,), name = self.leaf.learnt, Name(node.name)
        level = self.level(node)
        reached = self.words[f"cut {node.function}"].format(level)
        pieces = [*self.named(name), self.words["is"], self.slot(name)]
        settings = self.leaf.settings
        notes = self.notes(settings)
        side = self.leaf.compared
        assert side is not None  # noqa: S101 - every cut is a comparison
        if holds is None or (learnt.value is None and not learnt.too_few):
            sign = SIGNS[node.op]
            asks = self.words[f"asks {node.function}"].format(sign, level)
            few = self.words["few"] if learnt.too_few else ""
            if holds is None:
                return [*pieces, self.words["asked"], asks, *notes, few]
            return [*pieces, self.words["nobody"], reached, *notes]
        sign = self.sign(side.op, holds=holds)
        return [*pieces, sign, self.learned(learnt), *self.notes(settings, reached)]

    def level(self, node: FittedCut) -> str:
        said = say_number(float(100 * node.level), 6)
        return said if node.function == "pct" else f"{said} %"

    def learned(self, learnt: Learnt) -> str:
        term = learnt.term
        return term.speech.say(learnt.value, term.unit, self.language)

    # -- formulas

    def number(self, node: Node) -> list[Piece]:  # noqa: PLR0911 - a case per node
        match node := self.settled(node):
            case Number():
                return [self.constant(node), *self.notes_of(node)]
            case Text():
                side = self.leaf.compared
                beside = side.left.node if side is not None else node
                return [self.text(node.value, beside), *self.notes_of(node)]
            case Truth():
                said = self.leaf.speech.say(node.value, Unit.FLAG, self.language)
                return [said, *self.notes_of(node)]
            case Name():
                between = self.words["is"] if self.compares_texts() else " "
                return [*self.named(node), between, self.slot(node)]
            case FittedValue():
                return [*self.named(node), " ", self.slot(node)]
            case Negate():
                return ["−", *self.inner(node.operand)]
            case Arithmetic():
                left, right = self.inner(node.left), self.inner(node.right)
                return [*left, f" {ARITHMETIC[node.op]} ", *right]
            case Call():
                return self.call(node)
            case _:
                return self.formula(node, holds=True)

    def inner(self, node: Node) -> list[Piece]:
        """Return a part of something larger, in parentheses where it needs them."""
        node = self.settled(node)
        pieces = self.number(node)
        is_if = isinstance(node, Call) and node.function == "if"
        if not is_if and not isinstance(node, Arithmetic | All):
            return pieces
        return [self.words["left"], *pieces, self.words["right"]]

    def call(self, node: Call) -> list[Piece]:
        parts = node.arguments
        if node.function == "coalesce":
            if self.is_lost(node):
                return self.several("", parts)
            if len(parts) == 2 and isinstance(parts[1], Number | Truth | Text):
                return [*self.inner(parts[0]), *self.otherwise(parts[1])]
            return self.several("first", parts)
        if node.function == "if":
            test, yes, no = parts
            pieces = [self.words["if"], *self.formula(test, holds=True)]
            pieces += [self.words["then"], *self.number(yes)]
            return [*pieces, self.words["else"], *self.number(no)]
        if node.function in self.words:
            return self.several(node.function, parts)
        return [to_text(node)]

    def several(self, word: str, parts: Sequence[Node]) -> list[Piece]:
        pieces: list[Piece] = []
        for at, part in enumerate(parts):
            pieces += [self.words["list"]] * bool(at) + self.number(part)
        if not word:
            return pieces
        return [self.words[word], self.words["left"], *pieces, self.words["right"]]

    def otherwise(self, node: Node) -> list[Piece]:
        if self.case.known:
            return []
        return [self.words["otherwise"], *self.number(node), self.words["counts"]]

    def formula(self, node: Node, *, holds: bool | None) -> list[Piece]:
        """Tell a condition inside another: the formula with names in words."""
        pieces: list[Piece]
        match node:
            case All():
                pieces = self.joined("and", node.items)
            case Any():
                inner = self.joined("or", node.items)
                pieces = [self.words["left"], *inner, self.words["right"]]
            case Not():
                inner = self.formula(node.operand, holds=True)
                pieces = self.denied(inner)
            case Compare():
                left, right = self.number(node.left), self.number(node.right)
                pieces = [*left, f" {SIGNS[node.op]} ", *right]
            case FittedCut():
                asks = self.words[f"asks {node.function}"]
                title = self.term(node).spoken.of(self.language)
                asked = asks.format(SIGNS[node.op], self.level(node))
                pieces = [title, " ", asked]
            case Membership():
                said = [self.text(one.value, node.item) for one in node.choices]
                inside = self.words["not in" if node.negated else "in"]
                pieces = [
                    *self.number(node.item),
                    inside,
                    self.words["list"].join(said),
                ]
            case _:
                pieces = self.number(node)
        if holds is None:
            return [self.words["cannot"], *pieces]
        return pieces if holds else self.denied(pieces)

    def denied(self, pieces: Sequence[Piece]) -> list[Piece]:
        left, right = self.words["left"], self.words["right"]
        return [self.words["denied"], left, *pieces, right]

    def joined(self, word: str, items: Sequence[Node]) -> list[Piece]:
        pieces: list[Piece] = []
        for at, one in enumerate(items):
            pieces += [self.words[word]] * bool(at) + self.formula(one, holds=True)
        return pieces

    # -- words for constants

    def constant(self, node: Number) -> str:
        unit = node.unit or Unit.NUMBER
        return self.leaf.speech.say_major(node.value, unit, self.language)

    def text(self, value: str, beside: Node) -> str:
        beside = _first_of(self.settled(beside))
        if isinstance(beside, Name):
            return self.term(beside).say(value, self.language, brief=self.brief)
        return value

    def notes_of(self, node: Node) -> list[Piece]:
        return self.notes(self.leaf.passage.settings_in(node))

    def notes(self, settings: Sequence[Setting], first: str = "") -> list[Piece]:
        told = () if self.brief else settings
        codes = self.words["list"].join(one.code for one in told)
        named = f"{self.words['setting']}{codes}" if codes else ""
        said = self.words["stop"].join(one for one in (first, named) if one)
        return [self.words["open"], said, self.words["close"]] if said else []


def _first_of(node: Node) -> Node:
    """Return the first part of a coalesce, and of anything else itself."""
    if isinstance(node, Call) and node.function == "coalesce":
        return node.arguments[0]
    return node
