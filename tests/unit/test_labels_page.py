"""The reference page of labels shows all that a packaged policy decides and does."""

import re
import sys

import pytest

from custseg.policies import NAMES
from custseg.rules.files.loader import load_tree


@pytest.fixture(scope="module")
def written(project):
    """What writes the pages of labels and of playbooks."""
    sys.path.append(str(project / "docs" / "_ext"))
    try:
        from playbooks import playbooks_lines  # noqa: PLC0415 - no package
        from policy_labels import labels_lines  # noqa: PLC0415
    finally:
        sys.path.pop()
    return {"labels": labels_lines, "playbooks": playbooks_lines}


@pytest.fixture(scope="module")
def page(written):
    """The rows of each policy's tables, by its code and the tables' first heads."""
    return tables_of(written["labels"])


def tables_of(lines):
    """Return the rows that a page is written from, by policy and first head."""
    rows, policy = {}, ""

    def table(header, cells):
        found = rows.setdefault((policy, header[0]), [])
        found += [tuple(map(str, row)) for row in cells]
        return ""

    for line in lines(table):
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
        "score": policy.scores,
        "name": policy.features,
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
    outcomes = [said.split("`")[1] for said, _ in page[name, "outcome · 结果"]]
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


def test_the_rows_of_the_scores(page):
    """A formula has its thresholds put in, a score in steps says what they are."""
    score = {first: rest for first, *rest in page["company", "score"]}
    assert score["`recency_score`"][1:3] == [
        "`days_since_last_sale`",
        "1 to 5, by quantile, lower is better; 1 unless `orders >= 1`",
    ]
    cost = {first: rest for first, *rest in page["building_materials_grading", "score"]}
    assert cost["`credit_cost`"][1] == "`average_open_receivable * 0.08`"
    window = page["building_materials_grading", "name"]
    assert ("`spend`", "1095 days") in [row[2:] for row in window]


def test_the_page_says_when_tiers_are_reviewed_and_how_they_move(written):
    """The fiscal quarter, two reviews in a row downwards, 90 days, one tier."""
    text = "\n".join(written["labels"](lambda _, rows: str(list(rows))))
    grading = text[text.index("## `building_materials_grading`") :]
    assert "Reviewed quarterly, by the fiscal year. Source: (text): each" in grading
    assert (
        "A tier rises when it is earned at one review, and falls when it is not kept "
        "at 2 reviews in a row; it is held for 90 days at least; a fall goes 1 tier "
        "at most."
    ) in grading


@pytest.mark.parametrize("name", NAMES)
def test_every_playbook_is_shown(written, name):
    """To whom, each action in both languages, and where it comes from."""
    rows = tables_of(written["playbooks"])[name, "for · 对象"]
    books = load_tree(name).playbooks
    assert len(rows) == len(books)
    for (whom, actions, _, source), book in zip(rows, books, strict=True):
        assert whom.startswith(f"`{book.family}` is `{book.label}`")
        assert all(one.en in actions and one.zh in actions for one in book.actions)
        assert source == book.source


def test_a_playbook_says_by_whom_and_how_soon(written):
    """The 1+N team of an A, each week, and within two hours."""
    rows = tables_of(written["playbooks"])["building_materials_grading", "for · 对象"]
    [how] = [row[2] for row in rows if row[0].startswith("`tier` is `A`")]
    assert "1+N" in how
    assert "每 7 天" in how
    assert "answer within 2 hours" in how
