"""Playbooks speak of labels and tiers that the policy has, and ask for something."""

from attrs import evolve

from custseg.labels import Title
from custseg.rules.acts.playbooks import check_playbooks
from custseg.rules.files.loader import load_tree, policy_from_text, policy_to_text
from custseg.rules.policy import Playbook
from custseg.seller import Seller, Site

COMPANY = load_tree("company")
CALL = Title(zh="每周联系", en="Call every week")


def problems_of(*playbooks):
    """Return what is wrong with these playbooks in the company policy."""
    policy = evolve(COMPANY, playbooks=playbooks)
    return [str(found.problem) for found in check_playbooks(policy)]


def test_a_label_and_a_tier_can_have_a_playbook():
    """Both are found again by family and label."""
    high = Playbook("value", "HIGH", (CALL,), every_days=7)
    top = Playbook("tier", "A", (CALL,))
    policy = evolve(COMPANY, playbooks=(high, top))
    assert problems_of(high, top) == []
    assert policy.playbook("value", "HIGH") is high
    assert policy.playbook("tier", "A") is top
    assert policy.playbook("value", "LOW") is None


def test_a_playbook_for_nobody_is_refused_with_the_nearest():
    """A typo in a family or a label would leave its customers without care."""
    (told,) = problems_of(Playbook("valeu", "HIGH", (CALL,)))
    assert "no family 'valeu'" in told
    assert "did you mean 'value'?" in told
    (told,) = problems_of(Playbook("value", "HIHG", (CALL,)))
    assert "'HIHG' is no label of 'value'" in told
    assert "did you mean 'HIGH'?" in told
    (told,) = problems_of(Playbook("tier", "D", (CALL,)))
    assert "'D' is no tier" in told
    assert "A, B, C" in told


def test_a_strange_family_is_told_once():
    """Two labels of one mistyped family are one mistake."""
    first, second = (Playbook("valeu", one, (CALL,)) for one in ("HIGH", "LOW"))
    assert len(problems_of(first, second)) == 1


def test_a_playbook_asks_for_something_at_a_pace_that_exists():
    """No action, and every 0 days, are slips."""
    (told,) = problems_of(Playbook("value", "HIGH", ()))
    assert "a playbook needs actions" in told
    (told,) = problems_of(Playbook("value", "HIGH", (CALL,), every_days=0))
    assert "a period is at least 1" in told


def test_a_title_is_wanted_in_both_languages():
    """An action without Chinese words would be an empty line to half of the staff."""
    told = problems_of(Playbook("value", "HIGH", (Title(zh="", en="Call"),)))
    assert any("zh" in one for one in told)


def test_playbooks_and_seller_survive_the_way_through_a_file():
    """What is written as TOML comes back equal."""
    owner, channel = (
        Title(zh="大客户经理", en="Key account"),
        Title(zh="电话", en="Phone"),
    )
    book = Playbook("value", "HIGH", (CALL, CALL), owner, channel, 7, 24, "a text")
    sites = [Site(city="佛山", province="广东"), Site(latitude=23.5, longitude=-113.25)]
    seller = Seller(country="CN", sites=sites)
    policy = evolve(COMPANY, playbooks=(book,), seller=seller)
    assert policy_from_text(policy_to_text(policy)) == policy
