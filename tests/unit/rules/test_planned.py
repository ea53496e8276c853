from attrs import evolve

from custseg.rules import planned
from custseg.rules.files.loader import load_tree, policy_from_text, policy_to_text
from custseg.rules.planned import plan_of, unplannable


def test_a_policy_that_was_loaded_has_its_plan(monkeypatch):
    """Loading has read and checked every expression; nobody does it again."""
    text = policy_to_text(load_tree("company")).replace("Companies", "Our companies")
    tree = policy_from_text(text)
    monkeypatch.setattr(planned, "make_plan", None)
    plan = plan_of(tree)
    assert plan.policy is tree
    assert plan_of(policy_from_text(text)).policy == tree


def test_what_is_refused_leaves_no_plan(monkeypatch):
    """A plan without its checks would let a policy through."""
    made = []
    monkeypatch.setattr(planned, "make_plan", lambda *_, **__: made.append(1))
    tree = load_tree("company")
    doubtful = evolve(tree, families=(*tree.families, tree.families[0]))
    assert unplannable(doubtful)
    plan_of(doubtful)
    assert made == [1]
