"""Lookups, worked out by hand: what is declared, and what it means to a policy."""

from decimal import Decimal
from typing import get_args

import numpy as np
import pytest

from custseg.labels import Title
from custseg.rules.lookups import MATCHES, check_lookup, looked_up, matched_entry
from custseg.rules.policy import Lookup, LookupEntry, Match
from custseg.table import Column
from custseg.units import Unit

TITLE = Title(zh="行业", en="Industry")


def lookup(entries, **more):
    """Return a lookup of pairs of text and value."""
    made = tuple(LookupEntry(text, value) for text, value in entries)
    return Lookup("kind", TITLE, "industry", made, **more)


def texts(*words):
    """Return a column of these texts, None where nothing is declared."""
    book = tuple(dict.fromkeys(word for word in words if word is not None))
    codes = [-1 if word is None else book.index(word) for word in words]
    known = np.array([word is not None for word in words], dtype=np.bool_)
    return Column(np.array(codes, dtype=np.int32), Unit.TEXT, known, book)


def answers(found):
    """Return what came out for each customer, None where it is unknown."""
    sure = found.is_known().tolist()
    values = [found.words[v] if found.words else v for v in found.values.tolist()]
    return [value if known else None for value, known in zip(values, sure, strict=True)]


def test_every_way_to_match_that_a_file_may_name_is_known():
    """What the loader lets through, a lookup can do."""
    assert set(get_args(Match)) == set(MATCHES), "add it to MATCHES in rules/lookups.py"


def test_an_exact_lookup_knows_case_and_width_as_one():
    """A CRM writes enterprise, ENTERPRISE or with full-width letters: all one form."""
    kinds = lookup([("enterprise", "ENTERPRISE"), ("企业", "ENTERPRISE")])
    declared = texts("Enterprise", "ＥＮＴＥＲＰＲＩＳＥ", " 企业", "firm", None)
    found = looked_up(kinds, declared, decimals=2)
    assert answers(found) == ["ENTERPRISE", "ENTERPRISE", "ENTERPRISE", None, None]


def test_otherwise_is_for_texts_that_match_nothing_and_not_for_the_undeclared():
    """Who declares something strange is OTHER; who declares nothing is unknown."""
    kinds = lookup([("c", "MANUFACTURING")], otherwise="OTHER")
    found = looked_up(kinds, texts("c", "x", None), decimals=2)
    assert answers(found) == ["MANUFACTURING", "OTHER", None]


def test_the_longest_prefix_decides():
    """F51 is wholesale within trade, F; F52 falls back on the section."""
    kinds = lookup([("F", "TRADE"), ("F51", "WHOLESALE")], match="prefix")
    found = looked_up(kinds, texts("F5134", "F52", "F", "51"), decimals=2)
    assert answers(found) == ["WHOLESALE", "TRADE", "TRADE", None]


def test_a_range_stands_for_each_of_its_prefixes():
    """13..43 are the divisions of manufacturing: 13 and 43 belong, 12 and 44 do not."""
    kinds = lookup([("13..43", "MANUFACTURING")], match="prefix")
    found = looked_up(kinds, texts("13", "4311", "12", "44"), decimals=2)
    assert answers(found) == ["MANUFACTURING", "MANUFACTURING", None, None]


def test_a_range_keeps_its_leading_zeros():
    """01..03 are the divisions 01, 02 and 03, and not 1."""
    kinds = lookup([("GB/T:01..03", "FARMING")], match="prefix")
    found = looked_up(kinds, texts("gb/t:0212", "GB/T:1"), decimals=2)
    assert answers(found) == ["FARMING", None]


def test_what_is_assumed_is_tried_after_the_text_itself():
    """A bare code is taken for GB/T; one that names its standard never is."""
    kinds = lookup(
        [("GB/T:C", "MANUFACTURING"), ("ISIC:G", "TRADE"), ("服务业", "SERVICES")],
        match="prefix",
        assume="GB/T:",
    )
    found = looked_up(kinds, texts("C30", "ISIC:G47", "服务业", "ISIC:C"), decimals=2)
    assert answers(found) == ["MANUFACTURING", "TRADE", "SERVICES", None]


def test_a_word_is_no_code():
    """Construction begins with a C, and is not of section C for that."""
    kinds = lookup([("GB/T:C", "MANUFACTURING")], match="prefix", assume="GB/T:")
    found = looked_up(kinds, texts("Construction", "C", "C 制造业"), decimals=2)
    assert answers(found) == [None, "MANUFACTURING", "MANUFACTURING"]


def test_numbers_are_scaled_to_their_unit():
    """40 million yuan are 4,000,000,000 fen inside; a count stays as it is."""
    bars = lookup([("C", Decimal(40_000_000))], unit=Unit.MONEY)
    assert looked_up(bars, texts("c"), decimals=2).values.tolist() == [4_000_000_000]
    staff = lookup([("C", Decimal(300))], unit=Unit.COUNT, otherwise=Decimal(50))
    assert answers(looked_up(staff, texts("c", "x"), decimals=2)) == [300, 50]


def test_a_fraction_stays_exact_beside_whole_numbers():
    """0.9 for real estate and 1 for others are what the policy says."""
    factors = lookup([("K", Decimal("0.9")), ("C", Decimal(1))], unit=Unit.NUMBER)
    assert answers(looked_up(factors, texts("k", "c"), decimals=2)) == [0.9, 1.0]


def test_nobody_to_look_up():
    """No customers, and customers who declare nothing, are no trouble."""
    kinds = lookup([("c", "MANUFACTURING")], otherwise="OTHER")
    assert answers(looked_up(kinds, texts(), decimals=2)) == []
    assert answers(looked_up(kinds, texts(None, None), decimals=2)) == [None, None]


def test_the_matched_entry_is_shown_as_it_stands_in_the_file():
    """An explanation quotes the line of the table that decided."""
    kinds = lookup([("13..43", "MANUFACTURING")], match="prefix", otherwise="OTHER")
    assert matched_entry(kinds, "3011") == LookupEntry("13..43", "MANUFACTURING")
    assert matched_entry(kinds, "52") is None


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lookup([]), "a lookup needs entries"),
        (lookup([("c", "manufacturing")]), "this cannot be a code"),
        (lookup([("c", "UNKNOWN")]), "'UNKNOWN' has a meaning of its own"),
        (lookup([("c", "ONE"), ("C ", "TWO")]), "'c' is there twice"),
        (lookup([("13..15", "ONE"), ("14", "TWO")]), "'14' is there twice"),
        (lookup([("  ", "ONE")]), "an empty text matches nothing"),
        (lookup([("43..13", "ONE")]), "a range goes up, between digits of one length"),
        (lookup([("1..13", "ONE")]), "a range goes up, between digits of one length"),
        (lookup([("c", "ONE")], otherwise=Decimal(1)), "of the same kind"),
        (lookup([("c", "ONE")], unit=Unit.MONEY), "codes have no unit"),
        (
            lookup([("c", Decimal(1))], unit=Unit.NUMBER, otherwise="ONE"),
            "of the same kind",
        ),
    ],
)
def test_a_lookup_without_sense_is_refused_in_words(made, words):
    """Each slip in a table gets a problem of its own that names it."""
    assert any(words in str(found.problem) for found in check_lookup(made))


def test_a_sound_lookup_has_no_problems():
    """Two spellings of one code are the very use of a lookup."""
    made = lookup([("c", "ONE"), ("13..15", "ONE"), ("f", "TWO")], otherwise="OTHER")
    assert list(check_lookup(made)) == []
