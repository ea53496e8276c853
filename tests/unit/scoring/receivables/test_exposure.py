"""Exposure and use of limits, of a customer and of its group."""

from itertools import product

import numpy as np
import pytest

import custseg as cs
from custseg import measuring
from custseg.periods import Window
from custseg.policy import Policy
from custseg.rules.files.loader import policy_from_text
from custseg.scoring.catalogue import CATALOGUE
from open_items import book, facts_of, told

# a and b are of one group, c of another, d of none.
PEOPLE = {
    "customer_id": ["a", "b", "c", "d"],
    "group_id": ["g", "g", "h", None],
    "credit_limit": [1000.0, 3000.0, None, 200.0],
    "open_orders": [50.0, None, 0.0, -1.0],
}
ROWS = [
    ("a", "1", "2026-05-01", "2026-05-31", 900.0),
    ("a", "2", "2026-06-01", "2026-06-01", -100.0),
    ("b", "3", "2026-05-01", "2026-05-31", 750.0),
    ("c", "4", "2026-05-01", "2026-05-31", 60.0),
    ("d", "5", "2026-05-01", "2026-05-31", 300.0),
]
PAID = [("3", "2026-06-01", 600.0)]
GROUPED = ("group_exposure", "group_utilisation")


@pytest.fixture(scope="module")
def ledger():
    """Four customers, three of them in groups."""
    return book(ROWS, PAID, people=PEOPLE)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("exposure", [85_000, 15_000, 6_000, 30_000]),
        ("utilisation", [0.85, 0.05, None, 1.5]),
        ("group_exposure", [100_000, 100_000, 6_000, 30_000]),
        ("group_utilisation", [0.25, 0.25, None, 1.5]),
    ],
)
def test_exposure(ledger, code, expected):
    """Open invoices less credits, with open orders; over the limit; by group."""
    assert told(ledger, code) == expected


def test_a_limit_of_nothing_cannot_be_used_in_part():
    """Any exposure breaks it, and nothing divides by it."""
    people = {"customer_id": ["a"], "credit_limit": [0.0]}
    ledger = book(ROWS[:1], people=people)
    assert told(ledger, "utilisation") == [None, None]
    assert told(ledger, "credit_limit") == [0, None]


def test_without_groups_each_stands_for_itself():
    """Nobody recorded groups: the group is the customer."""
    people = {name: PEOPLE[name] for name in PEOPLE if name != "group_id"}
    ledger = book(ROWS, PAID, people=people)
    for code in ("exposure", "utilisation"):
        assert told(ledger, f"group_{code}") == told(ledger, code)


def test_groups_of_a_past_day():
    """In June b joined the group; what was open before is then the group's too."""
    people = {
        "customer_id": ["a", "b", "b"],
        "valid_from": ["2020-01-01", "2020-01-01", "2026-06-15"],
        "group_id": ["g", None, "g"],
    }
    ledger = book(ROWS[:3], people=people)
    before = told(ledger, "group_exposure", as_of="2026-06-14")
    assert before == [80_000, 75_000]
    assert told(ledger, "group_exposure", as_of="2026-06-15") == [155_000, 155_000]


def test_who_is_registered_later_is_not_of_the_group_yet():
    """b, of a limit of 3,000, comes on 1 July 2026: the day before a has 850 of 1,000.

    On the day itself 900 of 4,000 are used, 50 of them ordered by b.
    """
    people = {name: column[:2] for name, column in PEOPLE.items()}
    people["open_orders"] = [50.0, 50.0]
    people["registered_on"] = ["2025-01-01", "2026-07-01"]
    sales = {
        "customer_id": ["a", "c"],
        "date": ["2024-01-01"] * 2,
        "amount": [1.0, 1.0],
    }
    ledger = book(ROWS[:2], people=people, sales=sales)
    used = {
        day: told(ledger, "group_utilisation", as_of=day)[0]
        for day in ("2026-06-30", "2026-07-01")
    }
    assert used == {"2026-06-30": 0.85, "2026-07-01": 0.225}
    assert told(ledger, "group_exposure", as_of="2026-06-30")[0] == 85_000


def test_one_customer_alone_cannot_tell_what_its_group_owes(ledger):
    """Unknown rather than wrong; who names no group is known as ever."""
    for name, known in {"a": None, "c": None, "d": 30_000}.items():
        assert told(ledger.only(name), "group_exposure") == [known]
    assert told(ledger.only("a"), "group_utilisation") == [None]
    assert told(ledger.only("d"), "group_utilisation") == [1.5]


def measured(ledger, names):
    """Return features as the whole way of measuring tells them."""
    wanted = {name: (CATALOGUE[name], Window.parse("365 days")) for name in names}
    table = measuring.features_measured(facts_of(ledger), wanted)
    return {
        name: np.where(column.is_known(), column.values, -1).tolist()
        for name, column in table.items()
    }


@pytest.mark.parametrize("names", [GROUPED, (*GROUPED, "exposure", "spend")])
def test_groups_are_added_up_across_the_parts_of_a_large_ledger(monkeypatch, names):
    """Customers a and b come into different parts, and owe the same together."""
    sales = list(product("abcd", ["2026-01-01", "2026-02-01"]))
    columns = {
        "customer_id": [who for who, _ in sales],
        "date": [day for _, day in sales],
        "amount": [1.0] * len(sales),
    }
    whole = book(ROWS, PAID, people=PEOPLE, sales=columns)
    expected = measured(whole, names)
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 0)
    monkeypatch.setattr(measuring, "_PART", 2)
    assert len(list(measuring.divided(whole))) > 2
    assert measured(whole, names) == expected
    assert list(measured(whole, names)) == list(names)
    assert expected["group_exposure"] == [100_000, 100_000, 6_000, 30_000]


def test_groups_without_invoices_are_unknown_in_parts_too(monkeypatch):
    """Nothing to add up."""
    sales = {"customer_id": ["a", "b"], "date": ["2026-01-01"] * 2, "amount": [1.0] * 2}
    ledger = cs.Ledger.from_frames(sales, customers=PEOPLE, currency="CNY")
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 0)
    monkeypatch.setattr(measuring, "_PART", 1)
    assert measured(ledger, GROUPED) == dict.fromkeys(GROUPED, [-1] * 4)


POLICY = """
schema = 1

[about]
code = "limits"
version = "1"
title = { zh = "额度", en = "Limits" }
currency = "CNY"

[basis]
window = "365 days"

[basis.reference]
members = "true"
minimum = 1

[families.credit]
title = { zh = "授信", en = "Credit" }

[[families.credit.labels]]
code = "TIGHT"
title = { zh = "紧张", en = "Tight" }
when = "group_utilisation >= 20% or spend > 900"

[[families.credit.labels]]
code = "FREE"
title = { zh = "宽松", en = "Free" }

[grading]
title = { zh = "得分", en = "Score" }

[grading.reviews]
every = "monthly"

[[grading.parts]]
code = "room"
title = { zh = "余量", en = "Room" }
weight = 100
score = "100 - 100 * group_utilisation"

[[grading.tiers]]
code = "A"
title = { zh = "甲级", en = "Tier A" }
entry = 90
hold = 80

[[grading.tiers]]
code = "B"
title = { zh = "乙级", en = "Tier B" }
"""


@pytest.fixture(scope="module")
def fitted():
    """A policy that looks at the limits of groups."""
    ledger = book(ROWS, PAID, people=PEOPLE)
    policy = Policy(policy_from_text(POLICY))
    return policy.fit(ledger, as_of="2026-06-30")


def test_a_policy_sees_the_group(fitted, ledger):
    """For a and b a quarter of the limits is used, by d more than all of its own."""
    result = fitted.classify(ledger, as_of="2026-06-30")
    assert result.labels("credit").tolist() == ["TIGHT", "TIGHT", "UNKNOWN", "TIGHT"]
    read = {"customers.group_id", "invoices.written_off_on", "customers.open_orders"}
    assert read <= fitted.plan.columns


def test_advice_for_one_keeps_what_its_group_owes(fitted, ledger):
    """On its own b uses 5 %; told is what b's group uses, and how far it must fall."""
    result = fitted.classify(ledger, as_of="2026-06-30")
    advice = result.what_would_change("b", "credit")
    assert (advice.label, advice.label_by) == ("TIGHT", "TIGHT")
    changes = {one.feature: (one.now, one.then) for one in advice.changes}
    now, then = changes["group_utilisation"]
    assert now == 0.25
    assert then == pytest.approx(0.2, abs=2e-4)
    assert then < 0.2


CARDS = {
    who: cs.Customer(who, group_id=group, credit_limit=limit, open_orders=orders)
    for who, group, limit, orders in (
        ("a", "g", 1000, 50),
        ("b", "g", 3000, None),
        ("c", "h", None, 0),
        ("d", None, 200, -1),
    )
}
OWED = [cs.Invoice(*row) for row in ROWS]
PAYMENTS = [cs.Payment(f"P{row[0]}", *row) for row in PAID]


def asked(fitted, who, **group):
    """Return the answer for one customer, with records of its group where given."""
    theirs = {who, *(one.customer_id for one in group.get("group", ()))}
    return fitted.classify_one(
        CARDS[who],
        [],
        as_of="2026-06-30",
        invoices=[one for one in OWED if one.customer_id in theirs],
        payments=PAYMENTS,
        **group,
    )


def test_a_single_customer_is_answered_with_its_group(fitted, ledger):
    """What a and b owe of 4,000 is 1,000: as among all, and advice looks at both."""
    among_all = fitted.classify(ledger, as_of="2026-06-30")
    for who, other in ("ab", "ba"):
        one = asked(fitted, who, group=[CARDS[other]])
        same = among_all.customer(who)
        assert (one.customer_id, one.tier, one.score) == (who, "B", 75)
        assert one.feature("group_utilisation") == 0.25
        assert (one.labels, one.score) == (same.labels, same.score)
        assert one.what_would_change("credit") == same.what_would_change("credit")


def test_a_group_that_is_not_given_is_unknown_and_an_empty_one_is_none(fitted):
    """Alone a uses 85 % of its limit."""
    assert asked(fitted, "a").feature("group_utilisation") is None
    assert asked(fitted, "a", group=[]).feature("group_utilisation") == 0.85


@pytest.mark.parametrize(
    ("who", "group", "said"),
    [
        ("a", ["c"], r"^group: .*got 'c'; allowed: customers with group_id='g'"),
        ("a", ["a"], r"^group: expected the other companies.*got 'a'"),
        ("d", ["a"], r"^group: .*got 'a'; give the customer its group_id"),
    ],
)
def test_others_of_a_group_have_to_name_it(fitted, who, group, said):
    """Else what they owe would be passed over in silence."""
    with pytest.raises(cs.CustsegError, match=said):
        asked(fitted, who, group=[CARDS[one] for one in group])


def test_a_replay_of_the_past_sees_the_group(monkeypatch, fitted, ledger):
    """The group is looked at as a whole, however many parts a ledger might have."""
    monkeypatch.setattr(measuring, "_WORTH_THREADS", 0)
    monkeypatch.setattr(measuring, "_PART", 1)
    replayed = cs.simulate(ledger, fitted, dates=["2026-06-16", "2026-07-01"])
    # Without a, who comes in another part, b would use 5 % and be in A.
    assert replayed.held() == {"A": 0, "B": 4}


def test_only_what_is_measured_together_looks_at_others():
    """Two features do, and both say of which features of each they are made."""
    several = {one.code for one in CATALOGUE.values() if one.together}
    assert several == set(GROUPED)
    for code in several:
        one = CATALOGUE[code]
        assert not one.windowed
        assert not any(part.windowed for part in one.together)
        for part in one.together:
            assert {*part.needs, *part.also} <= {*one.needs, *one.also}
