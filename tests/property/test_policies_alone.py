"""Every packaged policy: once it is fitted, labels depend on nobody else."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import custseg as cs
from answers import answers
from custseg import models
from custseg.contract import TABLES
from custseg.demo import trade
from custseg.policies import NAMES

RECORDS = {
    "sales": models.Transaction,
    "customers": models.Customer,
    "invoices": models.Invoice,
    "payments": models.Payment,
    "interactions": models.Interaction,
    "feedback": models.Feedback,
    "projects": models.Project,
    "costs": models.Cost,
    "events": models.Event,
}


@cache
def fitted_on_its_trade(name):
    """Return a trade, the policy fitted on it, and what it said of everybody."""
    made = trade(name, customers=80)
    policy = cs.load_policy(name).with_seller(made.seller)
    ledger = cs.Ledger.from_frames(**made.tables, currency=made.currency)
    fitted = policy.fit(ledger, as_of=made.as_of)
    return made, fitted, answers(fitted.classify(ledger, as_of=made.as_of))


def rows_of(table, wanted):
    """Return some rows of a table of columns, by their places."""
    return {name: [values[at] for at in wanted] for name, values in table.items()}


def only(tables, ids, order):
    """Return the rows of some customers, in another order; payments by invoice."""
    kept = {}
    for name, table in tables.items():
        if name != "payments":
            owners = enumerate(table["customer_id"])
            kept[name] = [at for at, who in owners if who in ids]
    if "payments" in tables:
        named = {tables["invoices"]["invoice_id"][at] for at in kept["invoices"]}
        paid = tables["payments"]["invoice_id"]
        kept["payments"] = [at for at, which in enumerate(paid) if which in named]
    return {
        name: rows_of(tables[name], order.permutation(places).astype(int))
        for name, places in kept.items()
    }


def records(name, table):
    """Return the rows of a table as records; an empty cell is None."""
    fields = [one for one in TABLES[name].names() if one in table]
    columns = [[plain(value) for value in table[one]] for one in fields]
    if "flags" in fields:
        at = fields.index("flags")
        columns[at] = [None if one is None else one.split(",") for one in columns[at]]
    return [
        RECORDS[name](**dict(zip(fields, row, strict=True)))
        for row in zip(*columns, strict=True)
    ]


def plain(value):
    """Return a value as a CRM holds it: no numpy, and None where there is none."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype(object)
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return int(value) if value.is_integer() else value
    return None if value in {None, ""} else value


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15)
@given(data=st.data())
def test_a_customer_is_the_same_among_few_and_among_all(name, data):
    """Labels, score and tier, whoever else is in the run and in whatever order."""
    made, fitted, among_all = fitted_on_its_trade(name)
    everybody = sorted(among_all)
    ids = data.draw(st.sets(st.sampled_from(everybody), min_size=1, max_size=40))
    order = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    ledger = cs.Ledger.from_frames(
        **only(made.tables, ids, order), currency=made.currency
    )
    among_few = answers(fitted.classify(ledger, as_of=made.as_of))
    assert among_few == {one: among_all[one] for one in among_few}
    assert ids <= set(among_few)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15)
@given(data=st.data())
def test_a_customer_alone_gets_the_answer_of_the_whole(name, data):
    """From records of every table, as a CRM would hand them over."""
    made, fitted, among_all = fitted_on_its_trade(name)
    who = data.draw(st.sampled_from(sorted(among_all)))
    tables = only(made.tables, {who}, np.random.default_rng(0))
    given = {table: records(table, rows) for table, rows in tables.items()}
    sales, customers = given.pop("sales"), given.pop("customers")
    one = fitted.classify_one(customers[0], sales, as_of=made.as_of, **given)
    assert answers(one.result)[who] == among_all[who]
