"""The reference page of labels shows all that a packaged policy decides and does."""

import re
import sys

import pytest

from custseg.policies import NAMES
from custseg.rules.files.loader import load_tree


@pytest.fixture(scope="module")
def page(project):
    """The rows of each policy's tables, by its code and the tables' first heads."""
    sys.path.append(str(project / "docs" / "_ext"))
    try:
        from policy_labels import labels_lines  # noqa: PLC0415 - no package
    finally:
        sys.path.pop()
    rows, policy = {}, ""

    def table(header, cells):
        found = rows.setdefault((policy, header[0]), [])
        found += [tuple(map(str, row)) for row in cells]
        return ""

    for line in labels_lines(table):
        heading = re.match(r"## `(\w+)`", line)
        policy = heading[1] if heading else policy
    return rows


def codes(rows):
    """Return the first cell of each row, without its marks."""
    return [first.strip("`") for first, *_ in rows]


@pytest.mark.parametrize("name", NAMES)
def test_everything_has_a_row(page, name):
    """Labels, tiers, cards, gates, triggers, pools, clean-out, shares, thresholds."""
    policy = load_tree(name)
    grading, acting = policy.grading, policy.acting
    clean_out, allocation = acting.clean_out, acting.allocation
    wanted = {
        "code": [label for family in policy.families for label in family.labels],
        "part": grading.parts,
        "card": grading.cards,
        "tier": grading.tiers,
        "gate": grading.gates,
        "trigger": grading.triggers,
        "pool": acting.pools,
        "rule": clean_out.rules if clean_out else (),
        "exemption": clean_out.exemptions if clean_out else (),
        "threshold": policy.thresholds,
    }
    shown = {head: codes(page.get((name, head), [])) for head in wanted}
    shares = [one.tier for one in allocation.shares] if allocation else []
    expected = {head: [one.code for one in every] for head, every in wanted.items()}
    expected["tier"] += shares
    assert shown == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_a_lookup_is_shown(page, name):
    """What is declared stands beside its outcome, and so does what is left over."""
    declared = " ".join(texts for _, texts in page[name, "outcome · 结果"])
    outcomes = codes(page[name, "outcome · 结果"])
    for lookup in load_tree(name).lookups:
        assert all(f"`{one.text}`" in declared for one in lookup.entries)
        assert set(lookup.words) <= set(outcomes)
    left_over = [one for one in load_tree(name).lookups if one.otherwise is not None]
    assert declared.count("all others") == len(left_over)


def test_the_rows_of_the_grading(page):
    """Conditions have their thresholds put in: 64, 8,000,000 and two years."""
    name = "building_materials_grading"
    assert page[name, "gate"][1] == (
        "`high_risk`",
        "High credit risk · 高信用风险",
        "`credit_risk == 'HIGH'`",
        "at most B",
    )
    assert page[name, "trigger"][1][2:] == (
        "`recent_defaults >= 1`",
        "demote C",
        "critical",
    )
    [pool] = page[name, "pool"]
    assert pool[2] == "B to A"
    assert pool[3].startswith("`(score >= 64 or spend >= 8000000 or ")
    assert page[name, "rule"][0][2:] == (
        "C",
        "`days_since_last_sale > 730 days or lifecycle == 'CHURNED'`",
    )
    tiers = page[name, "tier"]
    assert tiers[0][2:] == ("`score >= 80`", "`score >= 72`")
    assert tiers[2][2:] == ("all others", "all others")
    assert tiers[3:] == [("A", "80 %", "none", "none"), ("B", "20 %", "none", "none")]
