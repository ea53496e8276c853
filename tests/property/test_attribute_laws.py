"""Columns that only a policy has a name for obey the laws of all others."""

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import custseg as cs
from answers import answer, answers

PLACE = Path(__file__).resolve().parents[1] / "policies" / "good" / "attributes.toml"
POLICY = cs.load_policy(PLACE)
TODAY = date(2026, 6, 30)
FEATURES = ("lots", "rent", "height", "notice", "has_lift", "system")
VALUES = {
    "parking lots": st.sampled_from([None, 0, -1, 49.5, 60, "100", 1e6]),
    "租金": st.sampled_from([None, "10.50", 4999.99, 5000, -3]),
    "height": st.sampled_from([None, 1.9, "2.1", 2.5]),
    "notice": st.sampled_from([None, 0, 29.5, 30]),
    "lift": st.sampled_from([None, True, False, "yes", "否", "perhaps"]),
    "system": st.sampled_from([None, "parkit", " parkit", "own", "停车"]),
}
DAYS = st.integers(-60, 60).map(lambda many: TODAY + timedelta(many))
CARDS = st.fixed_dictionaries(VALUES)
CUSTOMERS = st.tuples(
    st.dictionaries(st.none() | DAYS, CARDS, max_size=3),
    st.lists(st.tuples(DAYS, st.integers(1, 90)), max_size=3),
)
POPULATIONS = st.lists(CUSTOMERS, min_size=1, max_size=6)


def cards_of(who, customer):
    """Return what is declared about a customer, as records."""
    declared, _ = customer
    cards = [
        cs.Customer(who, valid_from=since, attributes=values)
        for since, values in declared.items()
    ]
    return cards or [cs.Customer(who)]


def sales_of(who, customer):
    """Return the sales of a customer as records."""
    return [cs.Transaction(who, day, amount) for day, amount in customer[1]]


def records_of(population):
    """Return a population as records, customer by customer."""
    named = [(f"c{at}", one) for at, one in enumerate(population)]
    cards = [card for who, one in named for card in cards_of(who, one)]
    return cards, [sale for who, one in named for sale in sales_of(who, one)]


def ledger_of(cards, sales):
    """Return a ledger in which every column is there, said or not."""
    table = {
        "customer_id": [one.customer_id for one in cards],
        "valid_from": [one.valid_from for one in cards],
    }
    table |= {name: [one.attributes.get(name) for one in cards] for name in VALUES}
    return cs.Ledger.from_frames(
        {
            "customer_id": [one.customer_id for one in sales],
            "date": [one.date for one in sales],
            "amount": [one.amount for one in sales],
        },
        customers=table,
        currency="EUR",
        attributes=POLICY.tree.attributes,
    )


def classified(fitted, ledger):
    """Return everything that is said of everybody."""
    return answers(fitted.classify(ledger, as_of=TODAY, features=FEATURES))


@settings(max_examples=40)
@given(population=POPULATIONS, data=st.data())
def test_one_answer_in_any_order_and_company(population, data):
    """Among all, among some, in another order, and alone from records."""
    cards, sales = records_of(population)
    whole = ledger_of(cards, sales)
    fitted = POLICY.fit(whole, as_of=TODAY)
    among_all = classified(fitted, whole)
    mixed = ledger_of(
        data.draw(st.permutations(cards)), data.draw(st.permutations(sales))
    )
    assert classified(fitted, mixed) == among_all
    who = data.draw(st.sampled_from(sorted({one.customer_id for one in cards})))
    mine = [one for one in cards if one.customer_id == who]
    bought = [one for one in sales if one.customer_id == who]
    assert classified(fitted, ledger_of(mine, bought)) == {
        name: said for name, said in among_all.items() if name == who
    }
    if who in among_all:
        one = fitted.classify_one(mine, bought, as_of=TODAY, features=FEATURES)
        assert answer(one.result) == among_all[who]


@settings(max_examples=40)
@given(population=POPULATIONS)
def test_what_is_declared_tomorrow_changes_nothing(population):
    """A card with a later day is invisible, whatever it says."""
    cards, sales = records_of(population)
    known = [c for c in cards if c.valid_from is None or c.valid_from <= TODAY]
    before = [one for one in sales if one.date <= TODAY]
    fitted = POLICY.fit(ledger_of(known, before), as_of=TODAY)
    seen = classified(fitted, ledger_of(known, before))
    assert classified(fitted, ledger_of(cards, sales)) == seen
    assert POLICY.fit(ledger_of(cards, sales), as_of=TODAY).digest == fitted.digest


@settings(max_examples=40)
@given(population=POPULATIONS, data=st.data())
def test_what_is_appended_is_as_if_it_had_been_there(population, data):
    """Two ledgers with the same columns, joined, are the ledger of all rows."""
    cards, sales = records_of(population)
    cut, sold = (data.draw(st.integers(0, len(rows))) for rows in (cards, sales))
    first = ledger_of(cards[:cut], sales[:sold])
    both = first.append(ledger_of(cards[cut:], sales[sold:]))
    assert both == ledger_of(cards, sales)
