"""What an author is told of a policy that loads, and what of one that does not."""

from pathlib import Path

import pytest

from custseg.errors import PolicyError
from custseg.policies import NAMES
from custseg.rules.checks.remarks import remarks_on
from custseg.rules.files.loader import inspect_policy, policy_from_text
from custseg.rules.planning import plan_and_reach

FOLDER = Path(__file__).resolve().parents[2] / "policies" / "good"
GROUP = (FOLDER / "group.toml").read_text(encoding="utf-8")
FREQUENT = 'when = "purchase_days >= frequent_days"'
REGULAR = 'when = "purchase_days >= regular_days"'
HIGH = 'when = "pct(spend) >= high_share"'
LOW = '[[families.value.labels]]\ncode = "LOW"'
MEDIUM = f'when = "pct(spend) >= medium_share"\n\n{LOW}'


def changed(*pairs):
    """Return a policy with texts replaced, each of which is in it."""
    text = GROUP
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def remarks(*pairs):
    """Return the remarks on a changed policy, as texts."""
    policy = policy_from_text(changed(*pairs))
    return [str(one.problem) for one in remarks_on(*plan_and_reach(policy))]


@pytest.mark.parametrize("name", NAMES)
def test_a_packaged_policy_has_no_odd_bands(name):
    """Neither gaps nor overlaps are in what custseg brings along."""
    said = [one.what for one in inspect_policy(name).remarks]
    assert [one for one in said if "is in neither" in one or "is in both" in one] == []


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        (
            [(FREQUENT, 'when = "purchase_days > frequent_days"'),
             (REGULAR, ('when = "purchase_days >= regular_days and '
                       'purchase_days < frequent_days"'))],
            ("purchase_days = 12 is in neither 'FREQUENT' nor 'REGULAR': it falls to "
            "'INFREQUENT'; write >= or <= in one of the two conditions"),
        ),
        (
            [(HIGH, 'when = "pct(spend) > high_share"'),
             (MEDIUM, ('when = "pct(spend) < high_share and '
                      f'pct(spend) >= medium_share"\n\n{LOW}'))],
            "pct(spend) = 80% is in neither 'HIGH' nor 'MEDIUM': it falls to 'LOW'",
        ),
        (
            [(MEDIUM, ('when = "pct(spend) < 70% and '
                      f'pct(spend) >= medium_share"\n\n{LOW}'))],
            ("pct(spend) = 70% is in neither 'HIGH' nor 'MEDIUM': it falls to 'LOW'; "
            "widen one of the two, if that is not meant"),
        ),
        (
            [(REGULAR, ('when = "purchase_days >= regular_days and '
                       'purchase_days <= frequent_days"'))],
            ("purchase_days = 12 is in both 'FREQUENT' and 'REGULAR': 'FREQUENT' "
             "stands above and wins"),
        ),
        (
            [('when = "days_since_last_sale <= dormant_days"',
              ('when = "days_since_last_sale > 200 days and days_since_last_sale <= '
              'dormant_days"'))],
            ("days_since_last_sale = 200 days is in neither 'COOLING' nor 'ACTIVE': it "
            "falls to 'DORMANT'"),
        ),
    ],
    ids=["twelve days", "a share", "a wide gap", "an overlap", "days"],
)  # fmt: skip
def test_bands_that_do_not_meet_are_shown_with_a_value(pairs, told):
    """The value was worked out by hand; the remark stands at the lower label."""
    (said,) = remarks(*pairs)
    assert told in said
    assert said.startswith("$.families.")


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [(REGULAR, 'when = "purchase_days >= regular_days and purchase_days < 12"')],
        [(FREQUENT, 'when = "purchase_days > 11"'),
         (REGULAR, 'when = "purchase_days >= regular_days and purchase_days < 12"'),
         (('frequent_days     = { is = 12, unit = "count", source = "(text): restocks '
          'every month" }\n'), "")],
    ],
)  # fmt: skip
def test_bands_that_meet_are_not_remarked_upon(pairs):
    """Bands of whole numbers meet where no whole number lies between them."""
    assert remarks(*pairs) == []


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([('source = "default: the top fifth"', 'source = " "')],
         "$.thresholds.high_share: nobody knows who set this threshold; add source"),
        ([('zh = "高价值客户"', 'zh = "High value"')],
         "$.families.value.labels[0].title.zh: the Chinese title is the English one"),
        ([('score = "100 * pct(spend)"', 'score = "pct(spend)"')],
         "$.grading.parts[0].score: this part gives only 0 to 1 points; write 100 *"),
        ([('score = "100 * pct(spend)"', 'score = "120 * pct(spend)"')],
         "this part can give more or fewer than 0 to 100 points; got 0 to 120 points"),
        ([('score = "100 * pct(spend)"', 'score = "spend / 1000 CNY"'),
          (" CNY", " * (100 / 100)")], "fewer than 0 to 100 points; max(0, ...)"),
        ([(('yes = "days_since_last_sale > churn_risk_gaps * usual_gap_days and '
           'days_since_last_sale <= dormant_days"'),
           'yes = "orders >= 0 or tenure_days > churn_risk_gaps * 1 days"')],
         "$.families.churn_risk: nobody is left for 'NO': the labels above it take"),
        ([("[families.value]", ('[features.late]\nfeature = "spend"\nwindow = "30 days"'
           '\ntitle = { zh = "近", en = "Late" }\n\n[families.value]'))],
         "$.features.late: nothing uses this feature"),
        ([("[grading]", ('[playbooks.tier.A]\nactions = [{ zh = "拜访", en = "Visit" }]'
           "\n\n[grading]"))],
         "$.grading.tiers[1]: nothing is owed to 'B': no playbook"),
    ],
    ids=["source", "title", "share", "too much", "unbounded", "flag", "idle", "owed"],
)  # fmt: skip
def test_a_second_look_is_asked_for(pairs, told):
    """Each remark says where, what, and what could be done."""
    assert told in "\n".join(remarks(*pairs))


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([(REGULAR, 'when = "purchase_days >= regular_days + 10"')],
         ("nobody can get 'REGULAR': whoever meets its condition is 'FREQUENT' "
          "already; got purchase_days >= 14 below purchase_days >= 12; put it above "
          "'FREQUENT', or change one of the two conditions")),
        ([(REGULAR, 'when = "purchase_days >= regular_days and purchase_days < 3"')],
         ("$.families.frequency.labels[4].when: nobody can meet this condition; got "
         "purchase_days >= 4 and purchase_days < 3")),
        ([('"recency_score == 5 and fm_score == 1"',
           '"recency_score == 6 and fm_score == 1"')],
         "nobody can meet this condition; got recency_score == 6"),
        ([(REGULAR, 'when = "purchase_days > 0 and purchase_days < 1"'),
          (('regular_days      = { is = 4, unit = "count", source = "default: once a '
           'quarter" }\n'), "")], "got purchase_days > 0 and purchase_days < 1"),
        ([('when = "spend > 0 and share_above(spend) < abc_b_share"',
           'when = "spend > 0 and share_above(spend) <= 70%"'),
          (('abc_b_share       = { is = 0.95, unit = "share", source = "Pareto: the '
           'next 15 %" }\n'), "")], "nobody can get 'ABC_B': whoever meets its"),
        ([('when = "recency_score == 1 and fm_score >= 4"',
           'when = "recency_score == 3 and fm_score >= 2 and fm_score <= 3"')],
         ("nobody can get 'CANT_LOSE': whoever meets its condition is one of those "
          "above already; put it higher up, or change the conditions")),
        ([("entry = 80", "entry = 180")],
         ("$.grading.tiers[0].entry: nobody can reach this tier: the score is at most "
         "100; got the number 180")),
    ],
    ids=["taken", "clash", "score", "whole", "share", "several", "tier"],
)  # fmt: skip
def test_what_nobody_can_get_is_refused(pairs, told):
    """A rule that never decides is a mistake, and the file does not load."""
    with pytest.raises(PolicyError, match="nobody can") as caught:
        policy_from_text(changed(*pairs))
    assert told in str(caught.value)


def test_no_more_time_is_spent_than_it_is_worth():
    """Two hundred labels of twenty alternatives each are loaded within seconds."""
    labels = "".join(
        f'[[families.value.labels]]\ncode = "L{n}"\ntitle = {{ zh = "级", en = "L" }}\n'
        + 'when = "{}"\n'.format(
            " or ".join(f"(orders == {n * 20 + k} and spend > {k})" for k in range(20))
        )
        for n in range(200)
    )
    first = '[[families.value.labels]]\ncode = "HIGH"'
    policy = policy_from_text(changed((first, labels + first)))
    assert len(policy.families[0].labels) == 203
