"""The building-materials policy, row by row: who gets a label, who just misses it.

The rows, and the arithmetic behind them, stand in :mod:`building_materials_taxonomy`.
"""

import pytest
from attrs import asdict

import custseg as cs
from answers import answer, answers
from building_materials_taxonomy import CHECKLIST, OTHERS, ROWS, YARD, april_july
from building_materials_world import said_missing, yard_reference
from company_taxonomy import FEW, GOODS, MONEY
from company_world import (
    TODAY,
    ago,
    bought,
    case,
    fit,
    goods_reference,
    line,
    money_reference,
    on_days,
    transaction,
)
from custseg import cli
from custseg.demo import wholesaler
from custseg.policy import Policy
from custseg.rules.files.loader import inspect_policy, load_tree, policy_from_text

BY_NAME = [pytest.param(row, id=row.name) for row in ROWS]
ALWAYS_KNOWN = [one for one in BY_NAME if not one.values[0].lacks]


@pytest.fixture(scope="module")
def worlds():
    """The building-materials policy fitted in each of the worlds."""
    references = {
        YARD: yard_reference(),
        FEW: yard_reference(19),
        MONEY: money_reference(),
        GOODS: goods_reference(),
    }
    return {
        name: fit(rows, policy="building_materials")
        for name, rows in references.items()
    }


@pytest.fixture(scope="module")
def fitted(worlds):
    """The policy fitted in the yard."""
    return worlds[YARD]


@pytest.mark.parametrize("row", BY_NAME)
def test_the_row_is_answered(worlds, row):
    """Its customer gets the label."""
    assert row.gets.label(worlds[row.world], row.family) == row.code


@pytest.mark.parametrize("row", BY_NAME)
def test_a_near_miss_is_not(worlds, row):
    """A customer one step away gets another label, and it is the one expected."""
    assert row.instead != row.code
    assert row.misses.label(worlds[row.world], row.family) == row.instead


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


def test_every_row_of_the_checklist_has_its_example():
    """The rows here are those of the checklist, each once."""
    names = [row.name for row in ROWS]
    assert len(names) == len(set(names))
    assert set(names) == CHECKLIST


@pytest.mark.parametrize(("family", "code", "one"), OTHERS)
def test_the_labels_that_no_row_is_named_after(fitted, family, code, one):
    """What is left over has a customer as well."""
    assert one.label(fitted, family) == code


def test_every_label_of_the_policy_has_its_example():
    """No label or tier is without a customer who gets it."""
    tree = load_tree("building_materials")
    every = {
        (family.code, one.code) for family in tree.families for one in family.labels
    }
    every |= {("tier", one.code) for one in tree.grading.tiers}
    shown = {(row.family, row.code) for row in ROWS} | {one[:2] for one in OTHERS}
    shown |= {(row.family, row.instead) for row in ROWS}
    assert every - shown == set()


def test_what_was_learned_is_what_was_worked_out(fitted):
    """The cuts in fen, and an eighth for each category."""
    cuts = fitted.learned.cuts
    assert cuts["pct(average_order_value) > 0.5"] == 110000
    assert cuts["pct(average_order_value) >= 0.8"] == 170000
    assert cuts["pct(spend) >= 0.8"] == 170000
    shares = fitted.learned.references["category_shares"].shares
    assert list(shares.values()) == [0.125] * 8


# --- what the rows above leave out ----------------------------------------------------


def orders(count, amount):
    """Return so many orders of an amount, on one day."""
    return [line(amount, order=f"o{at}") for at in range(count)]


@pytest.mark.parametrize(
    ("sales", "said", "kind", "inferred"),
    [
        # twelve orders in the lower half; eleven tell nothing
        (orders(12, 1099), None, "CONSUMER", "YES"),
        (orders(11, 1099), None, "UNKNOWN", "NO"),
        (orders(12, 1100), None, "UNKNOWN", "NO"),
        # not more than twelve orders in the top fifth
        (orders(12, 1700), None, "WHOLESALE", "YES"),
        (orders(13, 1700), None, "UNKNOWN", "NO"),
        (orders(12, 1699), None, "UNKNOWN", "NO"),
        # what is declared goes before, even where the orders look otherwise
        (orders(12, 1700), "业主", "CONSUMER", "NO"),
        (orders(12, 10), "经销商", "WHOLESALE", "NO"),
        (orders(12, 10), "设计院", "OTHER", "NO"),
    ],
)
def test_the_type_is_inferred_only_where_nobody_declared_it(
    fitted, sales, said, kind, inferred
):
    """And it is marked so."""
    labels = case(sales, type=said).classified(fitted).labels
    assert (labels["type"], labels["type_inferred"]) == (kind, inferred)


def test_who_wants_no_inference_says_so():
    """One threshold; then a type is declared or UNKNOWN."""
    rows = [*yard_reference(), *(transaction("new", one) for one in orders(12, 10))]
    ledger = cs.Ledger.from_records([], rows, currency="CNY")
    text = (
        'schema = 1\nbase = "building_materials"\n'
        '[about]\ncode = "ours"\nversion = "1"\ntitle = { zh = "本店", en = "Ours" }\n'
        "[thresholds]\ninfer_type = { is = %s }\n"
    )
    for said, wanted in (("true", ("CONSUMER", "YES")), ("false", ("UNKNOWN", "NO"))):
        policy = Policy(policy_from_text(text % said))
        result = policy.fit(ledger, as_of=TODAY).classify(ledger, as_of=TODAY)
        labels = result.customer("new").labels
        assert (labels["type"], labels["type_inferred"]) == wanted


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("零售", "CONSUMER"),
        ("零售客户", "CONSUMER"),
        ("零售商", "WHOLESALE"),  # resells
        ("Retail", "CONSUMER"),
        ("RETAILER", "WHOLESALE"),
        ("Private person", "CONSUMER"),
        ("Private company", "OTHER"),
        ("建材市场批发户", "WHOLESALE"),
        ("项目客户", "WHOLESALE"),
        ("房地产开发商", "WHOLESALE"),
        ("家装公司", "WHOLESALE"),
        ("家装业主", "CONSUMER"),
    ],
)
def test_what_is_declared_in_other_words(fitted, said, kind):
    """The longest entry with which the text begins counts."""
    assert case(type=said).label(fitted, "type") == kind


@pytest.mark.parametrize(
    ("shelf", "kind"),
    [
        ("瓷砖胶", "PAINT"),
        ("水槽", "SANITARY"),
        ("水管", "PIPES_AND_WIRES"),
        ("水泥", "STRUCTURE"),
        ("Tap", "OTHER"),  # no whole word of the list
        ("Taps and mixers", "SANITARY"),
        ("Tape", "OTHER"),
    ],
)
def test_goods_are_known_by_how_their_category_begins(fitted, shelf, kind):
    """Longer entries go before shorter ones."""
    one = case([line(100, category=shelf)]).classified(fitted)
    assert one.feature("goods_kind") == kind


def test_a_large_amount_in_few_orders_is_in_the_middle(worlds):
    """HIGH asks for both; who only buys often is where its amount is."""
    for spend, count, wanted in (
        (1700, 17, "HIGH"),
        (1699.99, 17, "MEDIUM"),
        (1099.99, 20, "LOW"),
    ):
        one = case(bought(spend, count, 10))
        assert one.label(worlds[MONEY], "value") == wanted


def test_high_value_has_no_potential_to_find(worlds):
    """It is there already, whatever its potential."""
    one = case(bought(1700, 17, 10)).classified(worlds[MONEY])
    assert (one.labels["value"], one.feature("potential")) == ("HIGH", None)
    assert one.labels["high_potential"] == "NO"


# --- what the policy is ---------------------------------------------------------------


def test_the_same_word_means_another_thing_here():
    """零售 is a consumer of this trade, as its titles say."""
    (kind,) = [
        one for one in load_tree("building_materials").families if one.code == "type"
    ]
    assert [one.title.zh for one in kind.labels] == ["零售客户", "批发客户", "其他类型"]


def test_nothing_is_odd_and_every_label_is_owed_something():
    """The check has no remarks; each label that says yes has a playbook."""
    inspected = inspect_policy("building_materials")
    assert inspected.remarks == ()
    assert inspected.bases == ("company",)
    tree = load_tree("building_materials")
    owed = {(one.family, one.label) for one in tree.playbooks}
    every = {
        (family.code, one.code) for family in tree.families for one in family.labels
    }
    every |= {("tier", one.code) for one in tree.grading.tiers}
    assert {one for one in every if one[1] != "NO"} == owed


@pytest.mark.parametrize(
    ("family", "label", "zh"),
    [
        ("type", "CONSUMER", "个性化"),
        ("type", "CONSUMER", "会员"),
        ("type", "CONSUMER", "门店体验"),
        ("type", "WHOLESALE", "长期供货合同"),
        ("type", "WHOLESALE", "折扣"),
        ("type", "WHOLESALE", "定期会谈"),
        ("place", "LOCAL", "快速配送"),
        ("place", "LOCAL", "上门服务"),
        ("place", "LOCAL", "活动"),
        ("place", "NON_LOCAL", "代理商"),
        ("place", "NON_LOCAL", "远程"),
        ("place", "NON_LOCAL", "物流"),
        ("value", "HIGH", "VIP 服务与优先供货"),
        ("value", "HIGH", "定期拜访"),
        ("value", "LOW", "积分与折扣"),
        ("high_potential", "YES", "增值支持与产品培训"),
        ("frequency", "FREQUENT", "快速响应"),
        ("frequency", "FREQUENT", "反馈机制"),
        ("frequency", "FREQUENT", "回访"),
        ("season", "SEASONAL", "预测需求并备货"),
        ("season", "SEASONAL", "季节性优惠"),
        ("season", "SEASONAL", "灵活"),
    ],
)
def test_the_playbook_of_the_texts(family, label, zh):
    """What practitioners owe to the label stands in it, and its source says so."""
    (book,) = [
        one
        for one in load_tree("building_materials").playbooks
        if (one.family, one.label) == (family, label)
    ]
    titles = [asdict(action) for action in (*book.actions, book.owner)]
    assert zh in str(titles)
    assert book.source.startswith("(text)")


# --- on the demo, and on the command line ---------------------------------------------


def test_the_demo_is_classified_and_a_customer_alone_gets_the_same():
    """One by one as all at once, and the labels of this trade come up."""
    data = wholesaler()
    ledger = cs.Ledger.from_frames(data.sales, customers=data.customers, currency="CNY")
    fitted, result = cs.load_policy("building_materials").fit_and_classify(
        ledger, as_of=TODAY
    )
    every = answers(result)
    for name in ledger.customer_ids[::8]:
        alone = fitted.classify(ledger.only(name), as_of=TODAY)
        assert answer(alone) == every[name]
    met = set(result.labels("season")) | set(result.labels("high_potential"))
    assert {"SEASONAL", "NOT_SEASONAL", "YES", "NO", "UNKNOWN"} <= met


def test_labels_do_not_depend_on_who_else_is_in_the_run(fitted):
    """A fitted policy says the same of a customer beside others."""
    alone = case(april_july(5, 1), type="批发").classified(fitted)
    crowd = cs.Ledger.from_records(
        [cs.Customer("x", type="批发")],
        [transaction("x", one) for one in april_july(5, 1)]
        + [cs.Transaction(f"y{d}", ago(d), 10_000 * d) for d in range(1, 40)],
        currency="CNY",
    )
    labels = fitted.classify(crowd, as_of=TODAY).customer("x").labels
    for family in ("type", "value", "frequency", "season", "lifecycle", "churn_risk"):
        assert labels[family] == alone.labels[family] != "UNKNOWN"


def test_the_command_line_takes_it_by_its_name(capsys):
    """A table is classified by the policy of this trade, in both languages."""
    assert cli.main(["check", "building_materials"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("building_materials is sound: policy 'building_materials'")
    assert "Built on: company" in out
    assert out.rstrip().endswith("Remarks: none")


def test_who_buys_on_twelve_days_is_frequent_wherever_it_stands(fitted):
    """Twelve days in one season are no less than one a month."""
    assert case(on_days(*range(0, 360, 30))).label(fitted, "frequency") == "FREQUENT"
    assert case(on_days(*range(12))).label(fitted, "frequency") == "FREQUENT"
