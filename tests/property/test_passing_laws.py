"""What another day changes: only what features say, and only for whom they say."""

import datetime as dt
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custseg as cs
from custseg.adapters.ledger_store import ageing, answering, open_ledger, writer
from custseg.adapters.ledger_store.passing import can_pass, grown_older, stirred
from custseg.demo import TRADES, trade
from custseg.periods import FiscalCalendar, Window, day_of
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.seller import Seller, Site
from custseg.table import Column
from custseg.units import Unit
from strategies import AS_OF, days, rows, windows

PASSING = {
    code: one
    for code, one in CATALOGUE.items()
    if one.daily != "anew" and not one.references
}
HOME = Seller(
    country="China", sites=(Site(city="广州", latitude=23.1, longitude=113.3),)
)

people = st.sampled_from(["12", "7", "王", "new"])
words = st.sampled_from([None, "A", "B"])
gaps = st.one_of(st.integers(1, 40), st.integers(41, 800)).flatmap(
    lambda n: st.sampled_from([n, -n])
)
described = st.fixed_dictionaries(
    {
        "customer_id": people,
        "valid_from": st.one_of(st.none(), days),
        "registered_on": st.one_of(st.none(), days),
        "closed_on": st.one_of(st.none(), days),
        "flags": st.sampled_from([None, "key_account", "vip", "whole_house"]),
        "type": words,
        "country": st.sampled_from([None, "China", "FR"]),
        "city": st.sampled_from([None, "广州", "Lyon"]),
        "employees": st.sampled_from([None, 3, 900]),
    }
)
contacts = st.fixed_dictionaries(
    {"customer_id": people, "date": days, "kind": st.sampled_from(["intent", "view"])}
)
said = st.fixed_dictionaries(
    {
        "customer_id": people,
        "date": days,
        "complaint": words,
        "csat": st.sampled_from([None, 2, 5]),
    }
)


@st.composite
def ledgers(draw):
    """Sales with goods, and customers, contacts and feedback of any day."""
    sales = draw(rows(max_size=15))
    for one in sales:
        one |= {"category": draw(words), "brand": draw(words), "ship_to": draw(words)}
    tables = {"sales": sales or [{"customer_id": "7", "date": AS_OF, "amount": 1}]}
    for name, one in (
        ("customers", described),
        ("interactions", contacts),
        ("feedback", said),
    ):
        found = draw(st.lists(one, max_size=6))
        if name == "customers":  # one description from one day on
            by = {(row["customer_id"], row["valid_from"]): row for row in found}
            found = [*by.values()]
        if found:
            tables[name] = found
    return cs.Ledger.from_frames(
        **{
            name: {key: [one[key] for one in some] for key in some[0]}
            for name, some in tables.items()
        },
        currency="CNY",
    )


@settings(max_examples=150, deadline=None)
@given(ledgers(), days, gaps, windows)
def test_whoever_is_not_stirred_is_only_older(ledger, day, gap, window):
    """Features of another day follow from those of this one, bit for bit."""
    wanted = {code: (one, Window.parse(window)) for code, one in PASSING.items()}
    calendar = FiscalCalendar(start_month=4)
    facts = Facts(ledger, day_of(day), calendar, HOME)
    assert can_pass(facts, wanted)
    later = Facts(ledger, day_of(day) + gap, calendar, HOME)
    stays = ~stirred(facts, wanted, later.as_of)
    assert (facts.population() == later.population())[stays].all()
    before, after = (
        {code: one.measure(*wanted[code]) for code in wanted} for one in (facts, later)
    )
    before |= grown_older(before, facts, wanted, gap)
    for code, one in after.items():
        was, here = before[code], stays & one.is_known()
        assert (was.is_known() == one.is_known())[stays].all(), code
        assert was.words == one.words, code
        assert np.array_equal(was.values[here], one.values[here]), code


def test_what_changes_in_other_ways_cannot_pass():
    """Engagement fades a little each day, so nobody's can be told from the last."""
    ledger = cs.Ledger.from_frames(
        {"customer_id": ["a"], "date": ["2026-01-05"], "amount": [1]},
        interactions={"customer_id": ["a"], "date": ["2026-01-05"], "kind": ["view"]},
        currency="CNY",
    )
    facts, over = Facts(ledger, day_of(AS_OF)), Window.parse("30 days")
    assert can_pass(facts, {"spend": (CATALOGUE["spend"], over)})
    assert not can_pass(facts, {"engagement": (CATALOGUE["engagement"], over)})
    unknown = {"overdue": (CATALOGUE["max_days_past_due"], over)}
    assert can_pass(facts, unknown), "of what is not recorded nothing changes"


def test_only_who_stands_at_an_edge_is_stirred():
    """Of four customers one has a sale that leaves a window of 30 days."""
    ledger = cs.Ledger.from_frames(
        {
            "customer_id": ["a", "b", "c", "d"],
            "date": ["2026-06-01", "2026-05-31", "2026-06-02", "2026-07-02"],
            "amount": [1, 2, 3, 4],
        },
        currency="CNY",
    )
    wanted = {"spend": (CATALOGUE["spend"], Window.parse("30 days"))}
    facts = Facts(ledger, day_of(dt.date(2026, 6, 30)))  # after 31 May, up to 30 June
    assert stirred(facts, wanted, facts.as_of + 1).tolist() == [
        True,
        False,
        False,
        False,
    ]
    assert stirred(facts, wanted, facts.as_of + 2).tolist() == [True, False, True, True]
    assert stirred(facts, wanted, facts.as_of - 1).tolist() == [
        False,
        True,
        False,
        False,
    ]
    assert stirred(facts, wanted, facts.as_of).tolist() == [False] * 4


def test_who_is_registered_meanwhile_is_stirred():
    """Nobody is known before that day, whatever is asked for."""
    ledger = cs.Ledger.from_frames(
        {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [1]},
        customers={"customer_id": ["b"], "registered_on": ["2026-07-02"]},
        currency="CNY",
    )
    wanted = {"spend": (CATALOGUE["spend"], Window.parse("365 days"))}
    facts = Facts(ledger, day_of(dt.date(2026, 6, 30)))
    assert stirred(facts, wanted, facts.as_of + 1).tolist() == [False, False]
    assert stirred(facts, wanted, facts.as_of + 2).tolist() == [False, True]


def plain(result):
    """Return all that is known of everybody, as text that tells bits apart."""
    outcome = result.outcome
    columns = {**outcome.table, **outcome.labels, "tier": outcome.grade.tier}
    columns |= {"points": outcome.grade.score, "covered": outcome.grade.coverage}
    columns |= {f"part {name}": one for name, one in outcome.grade.parts.items()}
    columns |= {f"gate {name}": one for name, one in outcome.grade.gates.items()}
    if outcome.grade.card is not None:
        columns["card"] = Column(outcome.grade.card, Unit.COUNT)
    return {
        name: [
            (one.words[value] if one.words else repr(value)) if known else None
            for value, known in zip(one.values, one.is_known(), strict=True)
        ]
        for name, one in columns.items()
    }


AGEING = {"company", "frozen_goods", "lighting"}
"""The policies that ask for nothing of the sales that changes in other ways."""


@pytest.mark.parametrize("policy", TRADES)
@pytest.mark.parametrize("tables", ["all tables", "sales"])
def test_a_store_answers_for_other_days_as_the_ledger_does(policy, tables, tmp_path):
    """Forwards, backwards, remembered again and with new rows: the same bits."""
    made = trade(policy, customers=60)
    given = {name: dict(one) for name, one in made.tables.items()}
    if tables == "sales":
        given = {"sales": given["sales"]}
    sales = given.pop("sales")
    newcomer = sales["customer_id"][0]
    late = [
        who == newcomer or (who[-1] in "37" and at % 5 == 2)
        for at, who in enumerate(sales["customer_id"])
    ]
    parts = [
        {
            name: [
                one for one, is_late in zip(column, late, strict=True) if is_late == of
            ]
            for name, column in sales.items()
        }
        for of in (False, True)
    ]
    store = open_ledger(tmp_path / "s", currency=made.currency)
    store.append(parts[0], **given)
    loaded = cs.load_policy(policy).with_seller(made.seller)
    fitted = loaded.fit(store.ledger(), as_of=made.as_of)
    store.classify(fitted, as_of=made.as_of, remember=True)

    def compare(days):
        as_of = made.as_of + dt.timedelta(days=days)
        answer = store.classify(fitted, as_of=as_of, remember=days == 3)
        expected = fitted.classify(store.ledger(), as_of=as_of)
        assert answer.customer_ids.tolist() == expected.customer_ids.tolist()
        assert plain(answer) == plain(expected), days

    with (
        # Few customers would else be asked all anew, few rows written together.
        patch.object(ageing, "_MOST_SHARE", 1.0),
        patch.object(writer, "_MOST_SHARE", 1e9),
        patch.object(answering, "aged", wraps=ageing.aged) as asked,
        patch.object(ageing, "work_on", wraps=ageing.work_on) as worked,
    ):
        for days in (1, 3, 4, 60, -1, -30):
            compare(days)
        store.append(parts[1])
        for days in (0, 2, 5, -400):
            compare(days)
    assert asked.call_count == 9  # day 0 is remembered
    if policy in AGEING and tables == "sales":
        assert worked.call_count == asked.call_count


def test_a_line_that_was_corrected_stirs_nobody(tmp_path):
    """Its old day is at the edge of a year, but in a layer that no longer counts."""
    sales = {
        "customer_id": ["a", "a", "b", "c"],
        "order_id": ["1", "2", "3", "4"],
        "line_id": ["1"] * 4,
        "date": ["2025-06-30", "2026-06-01", "2026-05-01", "2026-06-20"],
        "amount": [900.0, 50.0, 70.0, 20.0],
    }
    line = {name: column[:1] for name, column in sales.items()}
    with (
        patch.object(ageing, "_MOST_SHARE", 1.0),
        patch.object(writer, "_MOST_SHARE", 1e9),
    ):
        store = open_ledger(tmp_path / "s", currency="CNY")
        store.append(sales)
        store.correct({**line, "date": ["2026-06-10"]})
        fitted = cs.load_policy("company").fit(store.ledger(), as_of="2026-06-29")
        store.classify(fitted, as_of="2026-06-29", remember=True)
        answer = store.classify(fitted, as_of="2026-06-30")
    expected = fitted.classify(store.ledger(), as_of="2026-06-30")
    assert plain(answer) == plain(expected)
