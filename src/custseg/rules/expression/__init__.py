"""The language of a policy's rules: read, check and evaluate one line of text."""

from custseg.rules.expression.checker import check
from custseg.rules.expression.evaluator import (
    FittedSource,
    Program,
    compile_expression,
    evaluate,
)
from custseg.rules.expression.functions import FUNCTIONS, Function, Takes
from custseg.rules.expression.measures import unit_of
from custseg.rules.expression.nodes import (
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
    names_in,
    parts_of,
    to_text,
    walk,
)
from custseg.rules.expression.parser import parse
from custseg.rules.expression.scope import Checked, Constant, Scope

__all__ = [
    "FUNCTIONS",
    "All",
    "Any",
    "Arithmetic",
    "Call",
    "Checked",
    "Compare",
    "Constant",
    "FittedCut",
    "FittedSource",
    "FittedValue",
    "Function",
    "Membership",
    "Name",
    "Negate",
    "Node",
    "Not",
    "Number",
    "Program",
    "Scope",
    "Takes",
    "Text",
    "Truth",
    "check",
    "compile_expression",
    "evaluate",
    "names_in",
    "parse",
    "parts_of",
    "to_text",
    "unit_of",
    "walk",
]
