"""What the packaged policies call a customer is understood where a system declares it.

A CRM that was set up from these policies writes their own titles and codes into the
fields of type, legal form, industry, income and channel. Each finds the label that it
names.
"""

import pytest

from building_materials_world import client, trade
from custseg.rules.files.loader import load_tree
from custseg.rules.lookups import matched_entry

SPOKEN = [
    ("company", "legal_kind", "type"),
    ("company", "industry_kind", "sector"),
    ("company", "income_kind", "income"),
    ("company", "channel_kind", "channel"),
    ("building_materials", "type_kind", "type"),
    ("building_materials_grading", "declared_kind", "type"),
    ("building_materials_grading", "declared_kind", "end_user"),
    ("frozen_goods", "type_outlet", "type"),
    ("frozen_goods", "type_outlet", "outlet"),
    ("frozen_goods", "trade_outlet", "type"),
    ("frozen_goods", "trade_outlet", "outlet"),
    ("lighting", "declared_application", "sector"),
]


@pytest.mark.parametrize(("policy", "lookup", "family"), SPOKEN)
def test_a_policy_reads_its_own_words(policy, lookup, family):
    """Code, Chinese and English title of a label are read as what the label stands for.

    The plain title of the checklist, without 客户 at its end, as well.
    """
    tree = load_tree(policy)
    (table,) = [one for one in tree.lookups if one.code == lookup]
    (spoken,) = [one for one in tree.families if one.code == family]
    outcomes = {entry.value for entry in table.entries}
    labels = [label for label in spoken.labels if label.code in outcomes]
    assert len(labels) >= 2
    for label in labels:
        zh = label.title.zh
        for text in (label.code, label.title.en, zh, zh.removesuffix("客户")):
            found = matched_entry(table, text)
            assert found is not None, text
            assert found.value == label.code, text


@pytest.mark.parametrize(
    "text", ["appointment", "site visit", "网点拜访", "shop visit"]
)
def test_a_visit_is_no_browsing_though_it_begins_like_it(text):
    """A text is known by its beginning: app, site, shop and 网 are online."""
    (table,) = [one for one in load_tree("company").lookups if "channel" in one.code]
    assert matched_entry(table, text).value == "PERSONAL"


def test_who_is_declared_an_end_user_without_more_is_one_of_a_kind_unknown():
    """终端类客户 may be a home or a firm: an end user, of a kind that nobody knows.

    Nor does anybody know whether it buys once in years, as a home does.
    """
    one = client(type="终端类客户").classified(trade())
    told = {name: one.labels[name] for name in ("type", "end_user", "long_cycle")}
    assert told == {"type": "END_USER", "end_user": "UNKNOWN", "long_cycle": "UNKNOWN"}
    dealer = client(type="经销商客户").label(trade(), "end_user")
    assert dealer == "NOT_END_USER"


@pytest.mark.parametrize("text", ["大型地产商", "Key developer", "KEY_DEVELOPER"])
def test_a_key_developer_has_to_be_one_to_be_called_so(text):
    """Its declaration makes a project customer; rank or spend make a key developer."""
    fitted = trade()
    assert client(type=text).label(fitted, "type") == "PROJECT"
    assert client(type=text, developer_rank=100).label(fitted, "type") == (
        "KEY_DEVELOPER"
    )
