"""The reference page of policy keys says what every key means."""

import sys

import pytest


@pytest.fixture
def policy_keys(project, monkeypatch):
    """The module that the page is written by."""
    monkeypatch.syspath_prepend(project / "docs" / "_ext")
    monkeypatch.delitem(sys.modules, "policy_keys", raising=False)
    import policy_keys  # noqa: PLC0415 - no package

    return policy_keys


def test_every_key_that_the_loader_takes_has_a_meaning(policy_keys):
    """Table by table; a key that nobody explains is refused here already."""
    keys = {path: keys for path, keys, _ in policy_keys.known_keys()}
    assert "capacity" in keys["$.grading.tiers[0]"]


def test_a_key_without_a_meaning_is_named(policy_keys):
    """With its table, and where to write what it means."""
    del policy_keys.TABLES["$.grading.tiers[0]"][2]["capacity"]
    words = r"keys of \$\.grading\.tiers\[0\] without .*policy_keys\.py, .*: capacity"
    with pytest.raises(LookupError, match=words):
        list(policy_keys.known_keys())
