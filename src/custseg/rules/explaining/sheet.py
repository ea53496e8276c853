"""The columns that explanations read: each clause and number, worked out once.

Filled with a few numpy calls for however many customers are to be explained, then read
row by row. Nothing is compared here that the policy's own evaluator does not compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any as Anything
from typing import Final

import numpy as np

from custseg.labels import Title
from custseg.rules.explaining.leaves import (
    Branch,
    Compared,
    Every,
    First,
    Fork,
    Leaf,
    Passage,
    Quantity,
    Some,
    Turned,
    essential_names,
)
from custseg.rules.explaining.terms import Kind, Learnt, Speech, Term
from custseg.rules.expression import (
    All,
    Any,
    Call,
    Compare,
    FittedCut,
    FittedValue,
    Membership,
    Name,
    Node,
    Not,
    Number,
    Program,
    Text,
    Truth,
    compile_expression,
    names_in,
    unit_of,
    walk,
)
from custseg.rules.expression.nodes import MIRRORED
from custseg.rules.learned import Learned, Remembered, key_of
from custseg.table import Column
from custseg.units import Unit

__all__ = ["Sheet", "listed_values"]

_FITTED: Final = {
    "pct": Title(zh="{}的百分位", en="Percentile of {}"),
    "share_above": Title(
        zh="比该客户更高者占{}总额的比例", en="Share held above in {}"
    ),
    "median": Title(zh="参照客户{}的中位数", en="Median of the reference of {}"),
}


class Sheet:
    """The columns that explanations need, each worked out once.

    Parameters
    ----------
    terms : mapping of str to Term
        All that conditions can name.
    learned : Learned
    speech : Speech
    """

    def __init__(
        self, terms: Mapping[str, Term], learned: Learned, speech: Speech
    ) -> None:
        self.terms = terms
        self.units: dict[str, Unit] = {code: term.unit for code, term in terms.items()}
        self._learned = learned
        self.speech = speech
        self._at: dict[Node, int] = {}
        self._sources: list[str | Program] = []

    def column(self, node: Node) -> int:
        """Return the column of an expression, a new one where it has none yet."""
        if node not in self._at:
            self._at[node] = len(self._sources)
            if isinstance(node, Name):
                self._sources.append(node.name)
            else:
                units = {name: self.units[name] for name in names_in(node)}
                self._sources.append(
                    compile_expression(node, units, money_exponent=self.speech.decimals)
                )
        return self._at[node]

    def measured(self) -> tuple[Quantity, ...]:
        """Return the features that have a column and say when they are unknown."""
        names = [node for node in self._at if isinstance(node, Name)]
        return tuple(self.quantity(one) for one in names if self.terms[one.name].causes)

    def quantity(self, node: Node) -> Quantity:
        """Return an expression as something with a value for each customer."""
        term = None
        if isinstance(node, Name):
            term = self.terms[node.name]
        elif isinstance(node, FittedValue):
            term = self._fitted_term(node)
        return Quantity(self.column(node), node, unit_of(node, self.units), term)

    def _fitted_term(self, node: FittedValue) -> Term:
        """Return a percentile, share or median as something that has a name."""
        of, title = self.terms[node.name], _FITTED[node.function]
        spoken = Title(
            zh=title.zh.format(of.spoken.zh), en=title.en.format(of.spoken.en)
        )
        kind: Kind = "median" if node.function == "median" else "percentile"
        unit = unit_of(node, self.units)
        return Term(key_of(node), kind, spoken, unit, self.speech)

    def quantities(self, node: Node) -> tuple[Quantity, ...]:
        """Return the names and percentiles in an expression, in order, each once."""
        return tuple(self.quantity(part) for part in dict.fromkeys(_named(node)))

    def learnt(self, node: Node) -> tuple[Learnt, ...]:
        """Return what an expression needs to have learned."""
        found = (n for n in walk(node) if isinstance(n, FittedCut | FittedValue))
        return tuple(self._learnt(part) for part in dict.fromkeys(found))

    def _learnt(self, part: FittedCut | FittedValue) -> Learnt:
        key, value = key_of(part), None
        too_few = key in self._learned.too_few
        if not too_few and isinstance(part, FittedCut):
            value = self._learned.cuts[key]
        elif not too_few and part.function == "median":
            value = self._learned.medians[key]
        return Learnt(key, part, self.terms[part.name], value, too_few)

    def branch(self, node: Node, passage: Passage) -> Branch:
        """Take a condition apart."""
        match node:
            case All():
                return Every(tuple(self.branch(one, passage) for one in node.items))
            case Any():
                return Some(tuple(self.branch(one, passage) for one in node.items))
            case Not():
                return Turned(self.branch(node.operand, passage))
            case Call(function="if"):
                return Fork(*(self.branch(one, passage) for one in node.arguments))
            case Call(function="coalesce") if not _has_default(node):
                return First(tuple(self.branch(one, passage) for one in node.arguments))
            case _:
                return self._leaf(node, passage)

    def _leaf(self, node: Node, passage: Passage) -> Leaf:
        compared = self._compared(node)
        shown = self.quantities(node)
        if compared is not None:
            sides = (compared.left, compared.right)
            there = {one.node for one in shown}
            shown += tuple(one for one in sides if one and one.node not in there)
        return Leaf(
            self.column(node),
            node,
            passage,
            shown,
            compared,
            passage.settings_in(node),
            self.learnt(node),
            self.speech,
            essential_names(node),
        )

    def _compared(self, node: Node) -> Compared | None:
        if isinstance(node, FittedCut):
            of = self.quantity(Name(node.name))
            (learnt,) = self.learnt(node)
            rising = node.op in ({">=", ">"} if node.function == "pct" else {"<", "<="})
            return Compared(of, ">=" if rising else "<", None, learnt.value, of.unit)
        if isinstance(node, Membership):
            choices = tuple(choice.value for choice in node.choices)
            inside = "not in" if node.negated else "in"
            return Compared(self.quantity(node.item), inside, None, choices, Unit.TEXT)
        if not isinstance(node, Compare):
            return None
        left, op, right = node.left, node.op, node.right
        if isinstance(left, Number | Text):
            left, op, right = right, MIRRORED[op], left
        quantity = self.quantity(left)
        if isinstance(right, Number):
            unit = right.unit or Unit.NUMBER
            bar = self.speech.raw(right.value, unit)
            return Compared(quantity, op, None, bar, unit)
        if isinstance(right, Text):
            return Compared(quantity, op, None, right.value, Unit.TEXT)
        other = self.quantity(right)
        return Compared(quantity, op, other, None, other.unit)

    def columns(self, frame: Mapping[str, Column], n: int) -> list[list[object]]:
        """Work every column out for the n customers of a frame, as plain values."""
        listed, learned = [], Remembered(self._learned)
        for source in self._sources:
            column = (
                frame[source] if isinstance(source, str) else source(frame, learned, n)
            )
            listed.append(listed_values(column))
        return listed


def listed_values(column: Column) -> list[Anything]:
    """Return a column as plain Python values, None where it is unknown.

    Examples
    --------
    >>> known = np.array([True, False])
    >>> listed_values(Column(np.array([0, 0]), Unit.TEXT, known, ("A", "B")))
    ['A', None]
    """
    values = column.values
    if column.unit is Unit.TEXT:
        words = np.array([*column.words, ""], dtype=object)
        values = words.take(values, mode="clip")
    listed: list[Anything] = values.tolist()
    if column.known is not None and not column.known.all():
        for at in np.flatnonzero(~column.known).tolist():
            listed[at] = None
    return listed


def _has_default(node: Call) -> bool:
    return isinstance(node.arguments[-1], Truth)


def _named(node: Node) -> Iterator[Node]:
    for part in walk(node):
        if isinstance(part, FittedCut | FittedValue):
            yield Name(part.name)
        if isinstance(part, Name | FittedValue):
            yield part
