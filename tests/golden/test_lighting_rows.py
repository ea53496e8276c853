"""The lighting policy, row by row: who gets a label, who just misses it, who is open.

The rows, and the arithmetic behind them, stand in :mod:`lighting_taxonomy`.
"""

import pytest
from attrs import asdict

import custseg as cs
from answers import answer, answers
from company_taxonomy import FEW, MONEY
from company_world import TODAY, ago, case, fit, line, money_reference, on_days
from custseg import cli
from custseg.demo import wholesaler
from custseg.geography.provinces import PROVINCES
from custseg.rules.files.loader import inspect_policy, load_tree
from lighting_taxonomy import CHECKLIST, LAMPS, OTHERS, ROWS, lamps_reference

BY_NAME = [pytest.param(row, id=row.name) for row in ROWS]
ALWAYS_KNOWN = [one for one in BY_NAME if not one.values[0].lacks]


def lamps(n=20):
    """Return the lighting policy fitted on the world of lamps, without a seller."""
    return fit(lamps_reference(n), seller=None, policy="lighting")


@pytest.fixture(scope="module")
def worlds():
    """The lighting policy fitted in each of the worlds."""
    return {
        LAMPS: lamps(),
        FEW: lamps(19),
        MONEY: fit(money_reference(), seller=None, policy="lighting"),
    }


@pytest.fixture(scope="module")
def fitted(worlds):
    """The lighting policy with the cuts that were worked out by hand."""
    return worlds[LAMPS]


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
    data = one.explain().to_data()
    told = data["tier"] if row.family == "tier" else data["families"][row.family]
    assert told["label"] == "UNKNOWN"
    said = {
        (entry["fact"] or entry["not_learned"]).split(" >")[0]: entry["said"]
        for entry in told["missing"]
    }
    for language in ("en", "zh"):
        text = one.explain().only(row.family).to_text(language)
        assert said[row.fact][language] in text


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
    tree = load_tree("lighting")
    every = {
        (family.code, one.code) for family in tree.families for one in family.labels
    }
    every |= {("tier", one.code) for one in tree.grading.tiers}
    shown = {(row.family, row.code) for row in ROWS} | {one[:2] for one in OTHERS}
    shown |= {(row.family, row.instead) for row in ROWS}
    assert every - shown == set()


def test_what_was_learned_is_what_was_worked_out(fitted):
    """The cuts in fen, the usual share of each category, the usual gap."""
    learned = fitted.learned
    assert learned.cuts["pct(spend) >= 0.95"] == 200000
    assert learned.cuts["pct(spend) >= 0.8"] == 170000
    assert learned.cuts["pct(spend) >= 0.5"] == 110000
    assert learned.cuts["pct(average_order_value) >= 0.8"] == 170000
    assert learned.cuts["pct(quantity) >= 0.8"] == 17 * 10_000
    assert learned.medians == {"median(median_gap_days)": 30}
    assert learned.references["category_buyers"].common == ("光源", "筒灯")
    usual = learned.references["category_shares"].shares
    assert usual == pytest.approx({"光源": 0.5, "筒灯": 0.5})


# --- what the rows above leave out ----------------------------------------------------


def vip(fitted, sales, **more):
    """Return the value label of one customer."""
    return case(sales, **more).label(fitted, "value")


def test_the_top_fifth_is_vip_where_it_buys_often(fitted):
    """Of 1,700 on twelve days, on eleven, and of a fen less on twelve."""
    for first, days, wanted in (
        (1700, 12, "VIP"),
        (1700, 11, "ORDINARY"),
        (1699.99, 12, "ORDINARY"),
    ):
        rest = [
            line(1, days_ago=back, order=f"o{back}", quantity=0)
            for back in range(1, days)
        ]
        sales = [line(first - len(rest), quantity=0, days_ago=0, order="o"), *rest]
        assert vip(fitted, sales) == wanted


def test_the_top_fifth_is_vip_where_it_buys_much(fitted):
    """Seventeen pieces are in the top fifth, sixteen are not."""
    assert vip(fitted, [line(1700, quantity=17)]) == "VIP"
    assert vip(fitted, [line(1700, quantity=16)]) == "ORDINARY"
    assert vip(fitted, [line(1699.99, quantity=17)]) == "ORDINARY"


def test_the_top_fifth_is_open_where_no_quantity_is_told(fitted):
    """Volume could make it VIP; below the top fifth it could not."""
    one = case([line(1700)]).classified(fitted)
    assert one.labels["value"] == "UNKNOWN"
    missing = one.explain().to_data()["families"]["value"]["missing"]
    assert [entry["fact"] for entry in missing] == ["quantity"]
    assert vip(fitted, [line(1699.99)]) == "ORDINARY"


def test_a_vip_marked_by_hand_is_one_until_the_mark_ends(fitted):
    """The last day counts; a mark of something else is none."""
    for flags, wanted in (
        ({"vip"}, "VIP"),
        ({f"vip:{TODAY}"}, "VIP"),
        ({f"vip:{ago(1)}"}, "LOW"),
        ({"key_account"}, "LOW"),
        (None, "LOW"),
    ):
        assert vip(fitted, [], flags=flags) == wanted


def test_a_key_account_marked_by_hand_is_one(fitted):
    """Whatever it spends."""
    assert case(flags={"key_account"}).label(fitted, "key_account") == "YES"
    assert case(flags={"vip"}).label(fitted, "key_account") == "NO"


def test_what_is_declared_goes_before_the_goods(fitted):
    """And what names no application leaves it to them."""
    goods = [line(100, category="筒灯")]
    for industry, wanted in (
        ("家居照明", "HOME"),
        ("Residential lighting", "HOME"),
        ("Hotels", "COMMERCIAL_LIGHTING"),
        ("工业照明工程", "INDUSTRIAL_LIGHTING"),
        ("C3872", "COMMERCIAL_LIGHTING"),  # a maker of lamps: by its goods
        (None, "COMMERCIAL_LIGHTING"),
    ):
        assert case(goods, industry=industry).label(fitted, "sector") == wanted


@pytest.mark.parametrize(
    ("goods", "expected"),
    [
        ({"筒灯": 40, "射灯": 40, "电缆": 20}, "COMMERCIAL_LIGHTING"),
        ({"筒灯": 30, "射灯": 25, "电缆": 45}, "OTHER"),
        ({"筒灯": 30, "射灯": 30, "吸顶灯": 40}, "COMMERCIAL_LIGHTING"),
        ({"筒灯": 25, "射灯": 25, "吸顶灯": 50}, "OTHER"),
        ({"电缆": 70, "光源": 10, "筒灯": 20}, "OTHER"),
        ({"筒灯": 40, "射灯": 40, None: 20}, "UNKNOWN"),
        ({"筒灯": 30, "射灯": 25, "电缆": 35, None: 10}, "COMMERCIAL_LIGHTING"),
        ({"筒灯": 30, "射灯": 23, "电缆": 37, None: 10}, "OTHER"),
    ],
)
def test_all_goods_for_one_application_count_together(fitted, goods, expected):
    """Of those whose category is told: 55 of 90 are enough, 53 are not."""
    sales = [line(amount, category=one) for one, amount in goods.items()]
    assert case(sales).label(fitted, "sector") == expected


def test_the_application_and_its_share_are_told(fitted):
    """In both languages, with the window of the policy, which is not said twice."""
    sales = [line(40, category=one) for one in ("筒灯", "射灯")]
    one = case([*sales, line(20, category="电缆")]).classified(fitted)
    told = one.explain().only("sector")
    for language, group, share in (
        ("en", "Leading application in the last 365 days: Commercial lighting (COMM",
         "Share of the leading application in the last 365 days: 80 % ≥ 60 %"),
        ("zh", "近 365 天主要照明应用 商业照明（COMMERCIAL_LIGHTING）",
         "近 365 天主要照明应用占比 80 % ≥ 60 %"),
    ):  # fmt: skip
        text = told.to_text(language)
        assert group in text
        assert share in text


def test_every_province_is_in_one_region(fitted):
    """All 34 units, whoever spells them; the four regions are all there."""
    (lookup,) = [one for one in load_tree("lighting").lookups if one.of == "province"]
    codes = [entry.text for entry in lookup.entries]
    assert sorted(codes) == sorted(PROVINCES)
    regions = {
        code: case(province=one.full, country="CN").label(fitted, "region")
        for code, one in PROVINCES.items()
    }
    assert regions == {entry.text: entry.value for entry in lookup.entries}
    assert set(regions.values()) == {"NORTH", "SOUTH", "EAST", "WEST"}


def test_the_same_word_means_another_thing_here():
    """普通 is the middle band and tier of this trade, as its titles say."""
    tree = load_tree("lighting")
    (value,) = [one for one in tree.families if one.code == "value"]
    assert [one.title.zh for one in value.labels] == [
        "VIP 客户", "普通客户", "低价值客户",
    ]  # fmt: skip
    assert [one.title.zh for one in tree.grading.tiers] == [
        "A 级（VIP）", "B 级（普通）", "C 级（低价值）",
    ]  # fmt: skip


def test_it_is_reviewed_each_quarter_and_warns_of_vips_that_leave():
    """The periodic review of the trade, and the one alert between reviews."""
    grading = load_tree("lighting").grading
    assert grading.reviews.every.value == "quarterly"
    assert [one.code for one in grading.triggers] == ["vip_at_risk"]


def test_nothing_is_odd_and_every_label_is_owed_something():
    """The check has no remarks; each label that says yes has a playbook."""
    inspected = inspect_policy("lighting")
    assert inspected.remarks == ()
    assert inspected.bases == ("company",)
    tree = load_tree("lighting")
    owed = {(one.family, one.label) for one in tree.playbooks}
    every = {
        (family.code, one.code) for family in tree.families for one in family.labels
    }
    every |= {("tier", one.code) for one in tree.grading.tiers}
    assert {one for one in every if one[1] != "NO"} == owed


@pytest.mark.parametrize(
    ("family", "label", "zh"),
    [
        ("value", "VIP", "专属客户经理"),
        ("value", "LOW", "促销活动"),
        ("region", "NORTH", "暖"),
        ("region", "SOUTH", "防潮"),
        ("region", "EAST", "设计"),
        ("region", "WEST", "耐用"),
        ("sector", "HOME", "设计"),
        ("sector", "COMMERCIAL_LIGHTING", "亮度与节能"),
        ("sector", "INDUSTRIAL_LIGHTING", "耐用与安全"),
        ("frequency", "FREQUENT", "新品"),
        ("frequency", "LOW_FREQUENCY_HIGH_VALUE", "专属服务"),
        ("lifecycle", "NEW", "欢迎礼"),
        ("lifecycle", "PROSPECT", "营销活动"),
    ],
)
def test_the_playbook_of_the_texts(family, label, zh):
    """What practitioners owe to the label stands in it, and its source says so."""
    (book,) = [
        one
        for one in load_tree("lighting").playbooks
        if (one.family, one.label) == (family, label)
    ]
    titles = [asdict(action) for action in (*book.actions, book.owner)]
    assert zh in str(titles)
    assert book.source.startswith("(text)")


# --- on the demo ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo():
    """The demo's ledger with contacts and places of delivery made up beside."""
    data = wholesaler()
    ids = data.customers["customer_id"]
    contacts = {
        "customer_id": ids,
        "date": [ago(at % 90) for at in range(len(ids))],
        "kind": [None if at % 3 else "intent" for at in range(len(ids))],
        "weight": [1 + at % 7 for at in range(len(ids))],
    }
    places = [f"P{sum(map(ord, order)) % 9}" for order in data.sales["order_id"]]
    return cs.Ledger.from_frames(
        {**data.sales, "ship_to": places},
        customers=data.customers,
        interactions=contacts,
        currency="CNY",
    )


def test_the_demo_is_classified_and_a_customer_alone_gets_the_same(demo):
    """One by one as all at once, and the labels of this trade come up."""
    fitted, result = cs.load_policy("lighting").fit_and_classify(demo, as_of=TODAY)
    every = answers(result)
    for name in demo.customer_ids[::8]:
        alone = fitted.classify(demo.only(name), as_of=TODAY)
        assert answer(alone) == every[name]
    met = {(family, one) for family, ones in labels_of(result).items() for one in ones}
    assert {("value", "VIP"), ("region", "ABROAD"), ("engaged", "HIGHLY_ENGAGED"),
            ("frequency", "LOW_FREQUENCY_HIGH_VALUE"), ("cross_sell", "YES"),
            ("delivery_coverage", "MANY_PLACES")} <= met  # fmt: skip


def labels_of(result):
    """Return the labels that come up in each family."""
    frame = result.to_pandas()
    families = [one.code for one in load_tree("lighting").families]
    return {one: set(frame[one].astype(str)) for one in families}


def test_one_customer_gets_the_same_from_records_as_among_all():
    """The customers of the world of lamps, from tables and one at a time."""
    rows = lamps_reference()
    people = [
        cs.Customer(f"l{i:02}", province="广东" if i % 2 else "四川", country="CN",
                    industry="家居" if i % 3 else None,
                    flags={"vip:2026-12-31"} if i == 5 else set(),
                    registered_on=ago(900), closed_on=ago(1) if i == 7 else None)
        for i in range(1, 21)
    ]  # fmt: skip
    contacts = [
        cs.Interaction(f"l{i:02}", ago(9 * i), kind="intent", weight=i)
        for i in range(1, 19)
    ]
    ledger = cs.Ledger.from_records(people, rows, interactions=contacts, currency="CNY")
    fitted, result = cs.load_policy("lighting").fit_and_classify(ledger, as_of=TODAY)
    every = answers(result)
    assert len(every) == 20
    for person in people:
        own = [
            [one for one in records if one.customer_id == person.customer_id]
            for records in (rows, contacts)
        ]
        one = fitted.classify_one(person, own[0], as_of=TODAY, interactions=own[1])
        assert answer(one.result) == every[person.customer_id]
    assert result.customer("l05").labels["value"] == "VIP"
    assert result.customer("l07").labels["lifecycle"] == "CHURNED"


def test_labels_do_not_depend_on_who_else_is_in_the_run(fitted):
    """A fitted policy says the same of a customer beside others."""
    alone = case(on_days(1, 2, 3), province="上海", country="CN").classified(fitted)
    crowd = cs.Ledger.from_records(
        [cs.Customer("x", province="上海", country="CN")],
        [cs.Transaction("x", ago(d), 10, order_id=f"o{d}") for d in (1, 2, 3)]
        + [cs.Transaction(f"y{d}", ago(d), 10_000 * d) for d in range(1, 40)],
        currency="CNY",
    )
    labels = fitted.classify(crowd, as_of=TODAY).customer("x").labels
    for family in ("value", "frequency", "region", "lifecycle", "churn_risk"):
        assert labels[family] == alone.labels[family] != "UNKNOWN"


# --- on the command line --------------------------------------------------------------


def test_the_command_line_takes_it_by_its_name(capsys):
    """The demo by the policy of this trade, in both languages."""
    assert cli.main(["--policy", "lighting"]) == 0
    out = capsys.readouterr().out
    assert "policy lighting 2026.1" in out
    assert "A, VIP" in out
    assert "Low frequency, high value (LOW_FREQUENCY_HIGH_VALUE)" in out
    assert cli.main(["--policy", "lighting", "--language", "zh"]) == 0
    out = capsys.readouterr().out
    assert "低频高额客户" in out
    assert "B 级（普通）" in out


def test_check_finds_it_sound(capsys):
    """It says what the policy builds on, and that nothing is odd about it."""
    assert cli.main(["check", "lighting"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("lighting is sound: policy 'lighting'")
    assert "Built on: company" in out
    assert out.rstrip().endswith("Remarks: none")
