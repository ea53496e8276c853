from decimal import Decimal

import pytest

from custseg.errors import ExpressionError
from custseg.rules.expression import (
    All,
    Any,
    Arithmetic,
    Call,
    Compare,
    Membership,
    Name,
    Negate,
    Not,
    Number,
    Text,
    Truth,
    parse,
    to_text,
    walk,
)
from custseg.rules.expression.nodes import height
from custseg.rules.expression.spots import excerpt
from custseg.units import Unit

A, B, C = Name("a"), Name("b"), Name("c")


def number(said, unit=None):
    """Return the node of a number."""
    return Number(Decimal(said), unit)


def problem(text):
    """Return the first problem with a text that has to be refused."""
    with pytest.raises(ExpressionError) as raised:
        parse(text, where="$.when")
    return raised.value.problems[0]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("12", number("12")),
        ("1_000_000", number("1000000")),
        ("0.8", number("0.8")),
        ("80%", number("0.8", Unit.SHARE)),
        ("180 days", number("180", Unit.DAYS)),
        ("180d", number("180", Unit.DAYS)),
        ("'it'", Text("it")),
        ('"it\'s"', Text("it's")),
        ("true", Truth(value=True)),
        ("a + b * c", Arithmetic("+", A, Arithmetic("*", B, C))),
        ("a - b - c", Arithmetic("-", Arithmetic("-", A, B), C)),
        ("a / (b / c)", Arithmetic("/", A, Arithmetic("/", B, C))),
        ("-a * b", Arithmetic("*", Negate(A), B)),
        ("a or b and c", Any((A, All((B, C))))),
        ("a and (b and c)", All((A, B, C))),
        ("not a == b", Not(Compare("==", A, B))),
        ("not a and b", All((Not(A), B))),
        ("a not in ('X')", Membership(A, (Text("X"),), negated=True)),
        ("if(a, b, c) >= 1", Compare(">=", Call("if", (A, B, C)), number("1"))),
        ("a\n  and b", All((A, B))),
    ],
)
def test_reads_the_grammar(text, tree):
    """Each form of the grammar becomes the tree that its precedence says."""
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("((a))+b", "a + b"),
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a and b)or c", "a and b or c"),
        ("a and(b or c)", "a and (b or c)"),
        ("not(a or b)", "not (a or b)"),
        ("(not a)==b", "(not a) == b"),
        ("-(-a)", "--a"),
        ("-(a+b)", "-(a + b)"),
        ("1d", "1 day"),
        ("0180.50 d", "180.5 days"),
        ("12.50%", "12.5%"),
        ("100%", "100%"),
        ('a in("X","Y")', "a in ('X', 'Y')"),
        ("(a<b)==(b<c)", "(a < b) == (b < c)"),
    ],
)
def test_prints_with_no_more_parentheses_than_needed(text, canonical):
    """The canonical form keeps the meaning and drops the rest, and reads back."""
    assert to_text(parse(text)) == canonical
    assert parse(canonical) == parse(text)


def test_numbers_are_exact_beyond_the_ambient_precision():
    """Forty digits survive reading and printing, in per cent too."""
    digits = "1234567890123456789012345678901234567.891"
    assert to_text(parse(digits)) == digits
    assert to_text(parse(digits + "%")) == digits + "%"
    assert parse(digits).value == Decimal(digits)


def test_span_tells_where_and_is_no_part_of_equality():
    """Two readings of the same rule are equal, wherever their parts stand."""
    near, far = parse("a+b"), parse("  a  +  (b)")
    assert near == far
    assert hash(near) == hash(far)
    assert far.right.span == (8, 11)


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("a = 2", "'=' is not part", "write '=='"),
        ("a && b", "'&&' is not part", "write 'and'"),
        ("a || b", r"'||' is not part", "write 'or'"),
        ("!a", "'!' is not part", "write 'not'"),
        ("a <> b", "'<>' is not part", "write '!='"),
        ("a => b", "'=>' is not part", "write '>='"),
        ("a ≥ b", "'≥' is not part", "write '>='"),
        ("a ** 2", "'**' is not part", "no powers"),
        ("a is b", "'is' is not part", "write '=='"),
        ("a AND b", "'AND' is not a name", "write 'and'"),
        ("Spend > 1", "'Spend' is not a name", "write 'spend'"),
        ("a.b", "cannot reach into a value", ""),
        ("a[0]", "cannot take a part of a value", ""),
        ("lambda: a", "'lambda' is not part", "no functions of its own"),
        ("open('x')", "expressions cannot call 'open'", ""),
        ("medain(a)", "expressions cannot call 'medain'", "did you mean 'median'"),
        ("a < b < c", "comparisons cannot be chained", "write 'a < b and b < ...'"),
        ("a == b in ('X')", "cannot be chained", "join two comparisons with 'and'"),
        ("a > not b", "'not' cannot stand here", "write (not ...)"),
        ("a in 'X'", "expected '(' and the choices", "write x in ('A', 'B')"),
        ("a in (b)", "expected a text in quotes", "write x in ('A', 'B')"),
        ("a not b", "expected 'in' after 'not'", ""),
        ("(a", "this '(' is not closed", "add ')'"),
        ("a)", "expected an operator or the end", ""),
        ("a +", "the expression ends where", ""),
        ("", "the expression is empty", ""),
        ("  ", "the expression is empty", ""),
        ("a > 1,000", "expected an operator", "thousands are written 1_000"),
        ("a % 3", "expected an operator", "'%' follows a number"),
        ("1e6", "cannot be followed by 'e6'", "1_000_000"),
        ("6 months", "lengths of time are in days", "write 180 days"),
        (".5", "does not begin with its point", "write 0.5"),
        ("5.", "does not end with its point", "write 5"),
        ("1__0", "'1__0' is not a number", "between two digits"),
        ("'abc", "not closed", "close it with '"),
        ("a > （b）", "fullwidth", "write the ASCII '('"),
        ("a ＞＝ 1", "fullwidth", "write the ASCII '>='"),
        ("min(a，b)", "fullwidth", "write the ASCII ','"),
        ("a、b", "not part", "write ','"),
        ("a\u3000> 1", "IDEOGRAPHIC SPACE (U+3000) stands", "an ordinary space"),
        ("a\u200b > 1", "ZERO WIDTH SPACE (U+200B)", "delete it"),
        ("a == '\u202ex'", "RIGHT-TO-LEFT OVERRIDE (U+202E)", "delete it"),
        ("a\x00", "U+0000", "delete it"),
        ("9" * 41, "at most 40 digits, this one has 41", ""),
    ],
)
def test_refuses_what_is_no_expression(text, what, hint):
    """A slip is told in plain words, with what to write instead and where it is."""
    told = problem(text)
    assert what in told.what
    assert hint in told.hint
    assert bool(told.hint) == bool(hint)
    assert told.where == "$.when"
    assert told.excerpt.splitlines()[-1].strip("^ ") == ""


def test_lists_the_functions_when_a_call_is_refused():
    """Whoever calls what there is not learns what there is."""
    with pytest.raises(ExpressionError, match="cannot call 'eval'; allowed: functions"):
        parse("eval('1')")


def test_lists_all_wrong_characters_at_once_but_not_thousands():
    """Every fullwidth sign is told at once, up to ten."""
    with pytest.raises(ExpressionError, match="2 problems:") as raised:
        parse("（a）")
    assert len(raised.value.problems) == 2
    with pytest.raises(ExpressionError, match="10 problems:"):
        parse("\u200b" * 4000)


def test_underlines_the_spot_under_wide_characters():
    """A Chinese character is two columns wide, so the carets stand under the spot."""
    told = problem("type == '经销商' && a")
    assert told.excerpt == "type == '经销商' && a\n                 ^^"


def test_shows_only_the_line_of_the_spot():
    """Of an expression of several lines, the faulty one is shown."""
    assert problem("a > 1 and\n  b = 2").excerpt == "  b = 2\n    ^"


def test_cuts_a_long_line_around_the_spot():
    """A line of thousands of characters is shown as a window around the spot."""
    shown, carets = excerpt("a + " * 500 + "= 1", 2000, 2001).splitlines()
    assert shown.startswith("...")
    assert len(shown) < 85
    assert shown[carets.index("^")] == "="


def test_shows_hidden_characters_as_replacements():
    """An error message cannot be disguised by the text that it shows."""
    assert problem("a\u202e > 1").excerpt == "a\ufffd > 1\n ^"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 1000 + "a" + ")" * 1000,
        "-" * 1000 + "a",
        "not " * 900 + "a",
        "abs(" * 700 + "a" + ")" * 700,
        "+".join("a" * 1500),
        "a or a and a == a + a * (" * 64 + "a" + ")" * 64,
    ],
)
def test_depth_is_limited_with_words(text):
    """A thousand levels, or a chain that makes as many, is an error like any other."""
    with pytest.raises(ExpressionError, match="more than 64 levels deep"):
        parse(text)


def test_deepest_tree_is_read():
    """Sixty-four levels are allowed, and so is a long chain of conditions."""
    assert height(parse("+".join("a" * 64))) == 64
    assert len(parse(" and ".join("a" * 500)).items) == 500


def test_length_is_limited_as_written_and_as_printed():
    """4,000 characters is the most, also once the spaces are put in."""
    with pytest.raises(ExpressionError, match="too long; got 4,001 characters"):
        parse("a" * 4001)
    with pytest.raises(ExpressionError, match="too long once it is spaced out"):
        parse("min(" + ",".join("a" * 1900) + ")")


def test_walk_goes_from_left_to_right():
    """A node comes before its parts, the left part before the right."""
    names = [n.name for n in walk(parse("a + b * c")) if isinstance(n, Name)]
    assert names == ["a", "b", "c"]
