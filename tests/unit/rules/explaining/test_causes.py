"""Of several causes for which a fact can be unknown, the one that it is."""

import pytest

import custseg as cs
from custseg.labels import Title
from custseg.periods import Window
from custseg.rules.explaining.causes import causes_of
from custseg.rules.explaining.leaves import Quantity
from custseg.rules.explaining.terms import Speech, Term
from custseg.rules.expression import parse
from custseg.scoring.unknowns import NOT_DECLARED
from custseg.units import Unit

IDLE, SHORT, VAGUE = (Title(zh=one, en=one) for one in ("idle", "short", "vague"))
YEAR, MONTH = Window.parse("365 days"), Window.parse("30 days")


def term(code, *causes, window=None):
    """Return a feature with its causes."""
    title = Title(zh=code, en=code)
    return Term(
        code, "feature", title, Unit.COUNT, Speech(), window=window, causes=causes
    )


@pytest.mark.parametrize(
    ("others", "told"),
    [
        pytest.param([], [IDLE, SHORT], id="all that may be"),
        pytest.param([(term("b", IDLE), 1)], [SHORT], id="not what is ruled out"),
        pytest.param([(term("b", IDLE), None)], [IDLE], id="what must be is enough"),
        pytest.param(
            [(term("b", IDLE, VAGUE), None), (term("c", VAGUE), 1)],
            [IDLE],
            id="what must be since another cannot",
        ),
        pytest.param(
            [(term("b", IDLE), 1), (term("c", SHORT), 1)],
            [IDLE, SHORT],
            id="all of them where none can be",
        ),
        pytest.param(
            [(term("b", IDLE, window=MONTH), 1)],
            [IDLE, SHORT],
            id="of another window nothing",
        ),
    ],
)
def test_other_facts_tell_which_cause_it_is(others, told):
    """The fact a is unknown for want of one of two things."""
    window = YEAR if any(one.window for one, _ in others) else None
    asked = term("a", IDLE, SHORT, window=window)
    terms = [(asked, None), *others]
    measured = [
        Quantity(at, parse(one.code), one.unit, one)
        for at, (one, _) in enumerate(terms)
    ]
    causes = causes_of(measured, [value for _, value in terms])
    assert list(causes.of(asked)) == told


def test_what_one_fact_says_of_itself_says_nothing_of_another():
    """That the staff is declared does not tell that the revenue is."""
    staff, revenue = (term(code, NOT_DECLARED, SHORT) for code in ("a", "b"))
    measured = [
        Quantity(at, parse(one.code), one.unit, one)
        for at, one in enumerate((staff, revenue, term("c", SHORT)))
    ]
    causes = causes_of(measured, [5, None, 1])
    assert list(causes.of(revenue)) == [NOT_DECLARED]
    assert list(causes_of(measured, [None, None, None]).of(revenue)) == [SHORT]


def test_an_explanation_names_the_cause_that_it_is():
    """All goods have a category, so that is not why the leading one is unknown."""
    sales = {
        "customer_id": ["a", "b"],
        "date": ["2024-01-01", "2026-06-01"],
        "amount": [5.0, 5.0],
        "category": ["x", "x"],
        "quantity": [1.0, 1.0],
    }
    told = cs.segment(sales, as_of="2026-06-30", currency="CNY").explain("a")
    (missing,) = told["breadth"].missing
    assert missing.to_text("zh") == "近 365 天最大品类占比（期内没有采购时未知）"
    assert missing.when.zh == "期内没有采购，或超过一成的销售额没有品类"
    text = told.only("breadth").to_text(brief=True)
    assert "Unknown - missing: Share of the leading category in the last 365 days " in (
        text
    )
    assert text.endswith(" (unknown without a sale in the window)")
    (price,) = told["price_preference"].missing
    assert price.to_text("zh") == "近 365 天价格定位（期内没有采购时未知）"
