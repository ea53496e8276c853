"""Counts and spend of each label."""

import numpy as np
import pytest

from custseg.errors import UnknownFeature
from custseg.labels import Title
from custseg.summary import FamilySummary, Line, Summary, summarise_family
from custseg.table import Column
from custseg.units import Unit

TITLES = [
    ("A", Title(zh="核心", en="Core")),
    ("B", Title(zh="B", en="B")),
    ("UNKNOWN", Title(zh="未知", en="Unknown")),
]


def family(codes, spend, *, known=None):
    """Summarise a family of two labels."""
    column = Column(np.array(codes), Unit.TEXT, known, ("A", "B"))
    money = None if spend is None else Column(np.array(spend), Unit.MONEY)
    return summarise_family("tier", Title(zh="等级", en="Tier"), TITLES, column, money)


def test_unknown_comes_last_and_only_where_there_is_one():
    """A label without customers is shown, UNKNOWN is not."""
    some = family([0, 0, 1], [5, 6, 7], known=np.array([True, False, True]))
    assert [(one.code, one.customers, one.spend) for one in some.lines] == [
        ("A", 1, 5),
        ("B", 1, 7),
        ("UNKNOWN", 1, 6),
    ]
    nobody = family([0], [5])
    assert [(one.code, one.customers) for one in nobody.lines] == [("A", 1), ("B", 0)]


def test_text_is_aligned_with_wide_characters():
    """A Chinese character takes two places."""
    text = Summary((family([0, 1], [75000, 25000]),), "CNY").to_text("zh")
    assert text.splitlines() == [
        "等级       客户数    占比  净采购额  采购额占比",
        "-----------------------------------------------",
        "核心（A）       1  50.0 %    750.00      75.0 %",
        "B               1  50.0 %    250.00      25.0 %",
    ]


def test_all_tables_as_one():
    """Money in yuan, shares of the family; what is not measured or has none is NaN."""
    some = family([0, 0, 0, 1], [7500, 0, 0, 2500])
    summary = Summary((some, family([0], None), family([0], [-5])), "CNY")
    table = summary.to_pandas()
    assert table.iloc[0].tolist() == ["tier", "A", 3, 0.75, 75.0, 0.75]
    assert table["spend"].isna().tolist() == [False] * 2 + [True] * 2 + [False] * 2
    assert table["spend_share"].isna().tolist() == [False] * 2 + [True] * 4
    chinese = summary.to_pandas(language="zh")
    assert chinese.columns[:4].tolist() == ["类别", "标签", "客户数", "占比"]
    assert chinese.iloc[0, :3].tolist() == ["等级", "核心", 3]
    assert len(Summary(()).to_pandas()) == 0


def test_shares_of_nothing_are_not_told():
    """Where spend is zero or less in all, or not measured, there are no shares."""
    for spend in ([5, -5], [-5, -6], None):
        (one, *_), decimals = family([0, 1], spend).lines, 2
        rows = list(family([0, 1], spend).rows("en", decimals))
        assert rows[1][-1] == "-"
    assert one.spend is None


def test_the_one_is_all_there_is():
    """A single customer who spent a single cent has all of it."""
    _, row, _ = family([0], [1]).rows("en", 2)
    assert row[1:] == ("1", "100.0 %", "0.01", "100.0 %")
    shares = Summary((family([0], [1]),)).to_pandas()
    assert shares.iloc[0, 3:].tolist() == [1.0, 0.01, 1.0]


def test_html_is_escaped():
    """A title cannot smuggle markup into a notebook."""
    sly = [("A", Title(zh="x", en="<b>")), *TITLES[1:]]
    column = Column(np.array([0]), Unit.TEXT, None, ("A", "B"))
    one = summarise_family("t", Title(zh="t", en="<i>"), sly, column, None)
    shown = Summary((one,))._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown
    assert "<i>" not in shown


def test_a_mistyped_family_is_told():
    """The nearest name is offered."""
    summary = Summary((family([0], [1]),))
    assert summary["tier"].customers == 1
    with pytest.raises(UnknownFeature, match=r"no family 'teir'.*did you mean 'tier'"):
        _ = summary["teir"]


def test_a_small_minus_is_no_minus_zero():
    """One cent sent back, of a thousand: 0.0 %, not -0.0 %."""
    title = Title(zh="x", en="x")
    lines = (Line("A", title, 1, 100_001), Line("B", title, 1, -1))
    family = FamilySummary("f", title, lines)
    assert [row[4] for row in family.rows("en", 2)][1:] == ["100.0 %", "0.0 %"]


def test_one_family_prints_as_its_table():
    """What a notebook shows of one family is the table, in the currency's decimals."""
    lines = (Line("A", Title(zh="甲", en="Best"), 2, 1234567),)
    one = FamilySummary("tier", Title(zh="等级", en="Tier"), lines, 0)
    assert str(one).splitlines()[-1].split() == [
        *("Best", "(A)", "2", "100.0", "%", "1,234,567", "100.0", "%"),
    ]
    assert "1,234,567" in one._repr_html_()
    assert one.to_text("zh").splitlines()[0].startswith("等级")
