"""Grading in building materials, row by row: who gets a label, and who just misses it.

The rows, and the arithmetic behind them, stand in
:mod:`building_materials_grading_taxonomy`.
"""

import pytest
from attrs import asdict

import building_materials_taxonomy as base
import custseg as cs
from building_materials_grading_taxonomy import (
    CHECKLIST,
    NOBODY,
    OTHERS,
    ROWS,
    SALES,
    TRADE,
)
from building_materials_world import (
    said_missing,
    trade,
    trade_reference,
    yard_reference,
)
from company_taxonomy import FEW
from company_world import TODAY, ago
from custseg import cli
from custseg.rules.files.loader import inspect_policy, load_tree

BY_NAME = [pytest.param(row, id=row.name) for row in ROWS]
ALWAYS_KNOWN = [one for one in BY_NAME if not one.values[0].lacks]
POLICY = "building_materials_grading"


@pytest.fixture(scope="module")
def worlds():
    """The grading policy fitted in each of the worlds."""
    return {
        TRADE: trade(),
        FEW: trade(19),
        SALES: of_sales(trade_reference()),
        NOBODY: of_sales([cs.Transaction("r", ago(400), 1)]),
    }


def of_sales(rows):
    """Return the grading policy fitted on nothing but sales."""
    ledger = cs.Ledger.from_records([], rows, currency="CNY")
    return cs.load_policy(POLICY).fit(ledger, as_of=TODAY)


@pytest.fixture(scope="module")
def fitted(worlds):
    """The policy fitted in the trade on credit."""
    return worlds[TRADE]


@pytest.mark.parametrize("row", BY_NAME)
def test_the_row_is_answered(fitted, row):
    """Its customer gets the label."""
    assert row.gets.label(fitted, row.family) == row.code


@pytest.mark.parametrize("row", BY_NAME)
def test_a_near_miss_is_not(fitted, row):
    """A customer one step away gets another label, and it is the one expected."""
    assert row.instead != row.code
    assert row.misses.label(fitted, row.family) == row.instead


@pytest.mark.parametrize("row", [one for one in BY_NAME if one.values[0].lacks])
def test_without_its_input_the_row_is_open_and_says_what_it_lacks(worlds, row):
    """The label is UNKNOWN, and the explanation names the fact that is missing."""
    one = row.lacks.classified(worlds[row.in_world or row.world])
    assert row.fact in said_missing(one, row.family)


@pytest.mark.parametrize("row", ALWAYS_KNOWN)
def test_a_row_that_is_never_open_is_known_with_a_table_of_sales_alone(worlds, row):
    """Whoever gets it gets it where nobody could be compared with, too."""
    for policy in worlds.values():
        assert row.gets.label(policy, row.family) == row.code
        assert row.misses.label(policy, row.family) == row.instead


@pytest.mark.parametrize(("family", "code", "one"), OTHERS)
def test_the_labels_that_no_row_is_named_after(fitted, family, code, one):
    """What is left over has a customer as well."""
    assert one.label(fitted, family) == code


INHERITED = [row for row in base.ROWS if row.family in {"season", "product_preference"}]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in INHERITED])
def test_what_is_as_in_the_base_is_answered_alike(yard, row):
    """Seasons and preferences, for the customers of the base's own examples."""
    assert row.gets.label(yard, row.family) == row.code
    assert row.misses.label(yard, row.family) == row.instead


@pytest.fixture(scope="module")
def yard():
    """The grading policy fitted in the yard, with all its shelves."""
    return of_sales(yard_reference())


def test_every_row_of_the_checklist_has_its_example():
    """The rows here are those of the checklist, each once."""
    names = [row.name for row in ROWS]
    assert len(names) == len(set(names))
    assert set(names) == CHECKLIST


def test_every_label_of_the_policy_has_its_example():
    """No label or tier is without a customer who gets it."""
    tree = load_tree(POLICY)
    every = {
        (family.code, one.code) for family in tree.families for one in family.labels
    }
    every |= {("tier", one.code) for one in tree.grading.tiers}
    rows = [*ROWS, *INHERITED]
    shown = {(row.family, row.code) for row in rows} | {one[:2] for one in OTHERS}
    shown |= {(row.family, row.instead) for row in rows}
    assert every - shown == set()


# --- what the policy is ---------------------------------------------------------------


def test_it_builds_on_the_trade_and_nothing_is_odd():
    """Two bases, no remarks; each label that says yes has a playbook."""
    inspected = inspect_policy(POLICY)
    assert inspected.remarks == ()
    assert inspected.bases == ("building_materials", "company")
    tree = load_tree(POLICY)
    owed = {(one.family, one.label) for one in tree.playbooks}
    every = {
        (family.code, one.code) for family in tree.families for one in family.labels
    }
    every |= {("tier", one.code) for one in tree.grading.tiers}
    assert {one for one in every if one[1] != "NO"} == owed


def test_the_same_word_means_another_thing_here():
    """普通 is C, the lowest; 潜力 is potential and no prospect."""
    tree = load_tree(POLICY)
    assert [one.title.zh for one in tree.grading.tiers] == [
        "A 级（核心客户）", "B 级（重点客户）", "C 级（普通客户）",
    ]  # fmt: skip
    titles = {one.code: one.title.zh for one in tree.scores}
    assert titles["potential_score"] == "潜力得分"


@pytest.mark.parametrize(
    ("family", "label", "zh"),
    [
        ("tier", "A", "1+N"),
        ("tier", "A", "每周联系，每月复盘"),
        ("tier", "A", "定制产品"),
        ("tier", "A", "按项目节点付款"),
        ("tier", "A", "专属配送与现场备货"),
        ("tier", "A", "高层会谈、联合论坛、工厂参观"),
        ("tier", "A", "研发优先"),
        ("tier", "A", "24 小时"),
        ("tier", "B", "高毛利组合"),
        ("tier", "B", "促销方案"),
        ("tier", "B", "销售培训"),
        ("tier", "B", "培育池"),
        ("tier", "B", "区域保护与季度返利"),
        ("tier", "C", "自助下单，标准报价"),
        ("tier", "C", "库存与物流"),
        ("tier", "C", "消息推送，按需才派专人"),
        ("tier", "C", "每季度筛选"),
        ("scale_class", "STRATEGIC", "垫资"),
        ("scale_class", "STRATEGIC", "定制产品"),
        ("scale_class", "STRATEGIC", "驻场服务"),
    ],
)
def test_the_playbook_of_the_texts(family, label, zh):
    """What practitioners owe to the label stands in it, and its source says so."""
    (book,) = [
        one
        for one in load_tree(POLICY).playbooks
        if (one.family, one.label) == (family, label)
    ]
    titles = [asdict(action) for action in (*book.actions, book.owner, book.channel)]
    assert zh in str(titles)
    assert book.source.startswith("(text)")


def test_check_finds_it_sound(capsys):
    """It says what the policy builds on, and that nothing is odd about it."""
    assert cli.main(["check", POLICY]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{POLICY} is sound: policy '{POLICY}'")
    assert "Built on: building_materials, company" in out
    assert out.rstrip().endswith("Remarks: none")
