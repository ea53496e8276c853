"""What holds for every ledger: one answer, no future, no order, no drift.

The populations stand in :mod:`strategies_people`.
"""

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import custseg as cs
from answers import answer, answers
from custseg.scoring.catalogue import CATALOGUE
from strategies_people import DECLARED, TODAY, ago, declared, ledger_of, populations

FEATURES = tuple(CATALOGUE)
SELLER = cs.Seller(
    country="CN", sites=[cs.Site(city="佛山", latitude=23.02, longitude=113.12)]
)
POLICY = cs.load_policy("company").with_seller(SELLER)
FEW = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])


def fit(population):
    """Fit the company policy."""
    return POLICY.fit(ledger_of(population), as_of=TODAY)


OPTIONAL = {
    "sales": ("order_id", "line_id", "quantity", "cost", "category", "brand"),
    "customers": (
        *("registered_on", "closed_on", "flags", "valid_from"),
        *(*DECLARED, "latitude", "longitude"),
    ),
    "interactions": ("kind",),
}
EVERY = [f"{table}.{name}" for table, names in OPTIONAL.items() for name in names]


def frames_of(population, columns, tables):
    """Put a population into frames with some optional columns and tables."""
    parts = {
        "customers": ([customer for customer, _, _ in population], ("customer_id",)),
        "sales": (
            [sale for _, sales, _ in population for sale in sales],
            ("customer_id", "date", "amount"),
        ),
        "interactions": (
            [contact for _, _, contacts in population for contact in contacts],
            ("customer_id", "date"),
        ),
    }
    return {
        table: {
            name: [getattr(record, name) for record in records]
            for name in required
            + tuple(one for one in OPTIONAL[table] if f"{table}.{one}" in columns)
        }
        for table, (records, required) in parts.items()
        if table == "sales" or table in tables
    }


@FEW
@given(populations(filled=False))
def test_one_answer(population):
    """A customer among all, alone in a ledger, and as records gets the same bits."""
    holds_for_each(population, ledger_of(population))


@settings(FEW, max_examples=40)
@given(
    populations(filled=False),
    st.sets(st.sampled_from(EVERY)),
    st.sets(st.sampled_from(["customers", "interactions"])),
)
def test_one_answer_whatever_is_recorded(population, columns, tables):
    """With and without each optional column and table, one answer is the same."""
    frames = frames_of(population, columns, tables)
    ledger = cs.Ledger.from_frames(frames.pop("sales"), **frames, currency="CNY")
    holds_for_each(population, ledger)


def holds_for_each(population, ledger):
    """Check that every customer gets one answer, whichever way it is asked for."""
    fitted, at_once = POLICY.fit_and_classify(ledger, as_of=TODAY, features=FEATURES)
    bulk = answers(fitted.classify(ledger, as_of=TODAY, features=FEATURES))
    assert answers(at_once) == bulk
    known = set(ledger.customer_ids)
    for customer, sales, contacts in population:
        name = customer.customer_id
        if name not in known:  # no table that was handed over names it
            continue
        alone = fitted.classify(ledger.only(name), as_of=TODAY, features=FEATURES)
        one = fitted.classify_one(
            customer, sales, as_of=TODAY, interactions=contacts, features=FEATURES
        )
        assert answer(alone) == bulk[name]
        assert answer(one.result) == bulk[name]


@FEW
@given(populations(), st.randoms(use_true_random=False))
def test_nothing_after_the_day_is_seen(population, rng):
    """Sales, contacts and accounts after the day change neither fit nor labels."""
    later = [
        (
            customer,
            [
                *sales,
                cs.Transaction(customer.customer_id, ago(-1), 10**6, order_id="o1"),
            ],
            [*contacts, cs.Interaction(customer.customer_id, ago(-1), kind="intent")],
        )
        if rng.random() < 0.5
        else (customer, sales, contacts)
        for customer, sales, contacts in population
    ]
    newcomer = cs.Customer("new", registered_on=ago(-1))
    later.append((newcomer, [cs.Transaction("new", ago(-2), 5)], []))
    # What somebody will declare tomorrow is of tomorrow, whoever said something before.
    tomorrow = [
        cs.Customer(
            customer.customer_id, valid_from=ago(-1), **declared(rng, full=True)
        )
        for customer, _, _ in population
        if rng.random() < 0.5
    ]
    ledger, all_of_it = ledger_of(population), ledger_of(later, also=tomorrow)
    before = POLICY.fit(ledger, as_of=TODAY)
    after = POLICY.fit(all_of_it, as_of=TODAY)
    assert before.digest == after.digest
    now = before.classify(ledger, as_of=TODAY)
    then = after.classify(all_of_it, as_of=TODAY)
    assert answers(now) == answers(then)


@FEW
@given(populations(), st.randoms(use_true_random=False))
def test_a_past_day_sees_what_was_declared_then(population, rng):
    """New rows of customers change labels from their day on, and not before."""
    ledger = ledger_of(population)
    fitted = POLICY.fit(ledger, as_of=TODAY)
    moved = {
        customer.customer_id: declared(rng, full=True)
        for customer, _, _ in population
        if rng.random() < 0.5
    }
    news = [cs.Customer(name, valid_from=ago(-30), **moved[name]) for name in moved]
    both = ledger_of(population, also=news)
    past = answers(fitted.classify(ledger, as_of=TODAY))
    assert answers(fitted.classify(both, as_of=TODAY)) == past
    assert answers(fitted.classify(both, as_of=ago(-29))) == answers(
        fitted.classify(ledger, as_of=ago(-29))
    )
    day = ago(-30)
    result = fitted.classify(both, as_of=day)
    families = ("type", "sector", "size", "income", "place", "domestic")
    for name, fields in moved.items():
        alone = fitted.classify_one(cs.Customer(name, **fields), [], as_of=day)
        one = result.customer(name)
        assert all(one.labels[f] == alone.labels[f] for f in families)


@FEW
@given(populations(), st.randoms(use_true_random=False))
def test_order_and_names_do_not_count(population, rng):
    """Shuffled rows, and ids in another text order, give the same fit and labels."""
    plain = POLICY.fit_and_classify(ledger_of(population), as_of=TODAY)
    new = [f"{rng.randrange(10**9):09}-{n}" for n in range(len(population))]
    names = {
        customer.customer_id: name
        for (customer, _, _), name in zip(population, new, strict=True)
    }
    tables = [[], [], []]
    for customer, sales, contacts in population:
        for table, records in zip(tables, ([customer], sales, contacts), strict=True):
            table += [renamed(record, names) for record in records]
    for table in tables:
        rng.shuffle(table)
    ledger = cs.Ledger.from_records(
        tables[0], tables[1], interactions=tables[2], currency="CNY"
    )
    fitted, result = POLICY.fit_and_classify(ledger, as_of=TODAY)
    assert fitted.digest == plain[0].digest
    expected = {names[name]: said for name, said in answers(plain[1]).items()}
    assert answers(result) == expected


def renamed(record, names):
    """Return a record of the same content under another customer id."""
    fields = {
        name: getattr(record, name) for name in type(record).__slots__ if name[0] != "_"
    }
    fields.pop("customer_id")
    return type(record)(names[record.customer_id], **fields)


@FEW
@given(populations(), st.integers(0, 59))
def test_equal_inputs_get_equal_answers(population, at):
    """Two customers with the same history get the same scores, labels and tier."""
    twin = population[at % len(population)]
    name = twin[0].customer_id
    copies = [[renamed(record, {name: "twin"}) for record in part] for part in twin[1:]]
    customer = renamed(twin[0], {name: "twin"})
    ledger = ledger_of([*population, (customer, *copies)])
    said = answers(POLICY.fit_and_classify(ledger, as_of=TODAY)[1])
    assert ("twin" in said) == (name in said)
    assert said.get("twin") == said.get(name)


def rank(words, code):
    """Return the place of a label, the best highest; UNKNOWN is None."""
    return None if code is None else -words.index(code)


def importance_by_spend(one):
    """Return the importance, potential left aside: that is an outlook and no rank.

    Who buys a new category has closed a gap to its peers, so potential may fall while
    spend rises; and who spends much has become what it might.
    """
    label = one.labels["importance"]
    if label != "HIGH_POTENTIAL":
        return None if label == "UNKNOWN" else label
    return {"MEDIUM": "ORDINARY", "LOW": "MINOR"}[one.labels["value"]]


def standing(one):
    """Return what must never fall when a customer buys more."""
    said = answer(one.result)
    scores = [
        one.feature(f"{name}_score") for name in ("recency", "frequency", "monetary")
    ]
    return (
        one.score,
        rank(["A", "B", "C"], said["tier"]),
        rank(["HIGH", "MEDIUM", "LOW"], said["is value"]),
        rank(["IMPORTANT", "ORDINARY", "MINOR"], importance_by_spend(one)),
        rank(["ABC_A", "ABC_B", "ABC_C"], said["is abc"]),
        *scores,
    )


@FEW
@given(
    populations(min_size=45),
    st.integers(0, 59),
    st.integers(0, 400),
    st.decimals("0.01", 10_000, places=2),
)
def test_buying_more_never_lowers_anything(population, at, days_ago, amount):
    """One more sale, the first one too, lowers no score, tier or value label.

    Nor importance, as far as it goes by spend and orders; potential has its own law.
    """
    fitted = fit(population)
    # With too few buyers, entering the window turns a score of 1 into UNKNOWN.
    assume("recency_score" not in fitted.learned.too_few)
    customer, sales, _ = population[at % len(population)]
    sale = cs.Transaction(
        customer.customer_id, ago(days_ago), amount, order_id="more", line_id="more"
    )
    before = standing(fitted.classify_one(customer, sales, as_of=TODAY))
    after = standing(fitted.classify_one(customer, [*sales, sale], as_of=TODAY))
    for was, becomes in zip(before, after, strict=True):
        assert (was is None) == (becomes is None)
        assert was is None or becomes >= was


@FEW
@given(
    populations(min_size=45),
    st.integers(0, 59),
    st.integers(0, 364),
    st.decimals("0.01", 10_000, places=2),
)
def test_more_of_the_same_goods_never_lowers_potential(population, at, days, amount):
    """One more sale in the year, in a category bought in it, leaves the gap as it is.

    Growth and recency can only rise with it, so potential does not fall, and who had
    it has it until its spend is high. What counts has to stay the same: a part that
    becomes known may well be a poor one.
    """
    customer, sales, _ = population[at % len(population)]
    had = [
        s.category for s in sales if s.date > ago(365) and s.amount > 0 and s.category
    ]
    assume(had)
    name = customer.customer_id
    more = {"order_id": "more", "line_id": "more", "category": had[0]}
    sale = cs.Transaction(name, ago(days), amount, **more)
    fitted = fit(population)
    before = fitted.classify_one(customer, sales, as_of=TODAY)
    after = fitted.classify_one(customer, [*sales, sale], as_of=TODAY)
    assume(before.feature("potential_known") == after.feature("potential_known"))
    was, becomes = before.feature("potential"), after.feature("potential")
    assert (was is None) == (becomes is None)
    assert was is None or becomes >= was
    if before.labels["importance"] == "HIGH_POTENTIAL":
        high = after.labels["value"] == "HIGH"
        assert after.labels["importance"] in (
            {"IMPORTANT", "ORDINARY"} if high else {"HIGH_POTENTIAL"}
        )


@FEW
@given(populations())
def test_totals_add_up(population):
    """Every family and the tiers hold each customer once and the whole spend."""
    ledger = ledger_of(population)
    result = POLICY.fit_and_classify(ledger, as_of=TODAY)[1]
    inside = [
        int(sale.amount * 100)
        for _, sales, _ in population
        for sale in sales
        if ago(365) < sale.date <= TODAY
    ]
    summary = result.summary()
    assert len(summary.families) == len(result.families) + 1
    for family in summary.families:
        assert family.customers == len(result)
        assert family.spend == sum(inside)
        labels = result.labels(family.code).tolist()
        assert {line.code: line.customers for line in family.lines} == {
            line.code: labels.count(line.code) for line in family.lines
        }


@FEW
@given(populations())
def test_results_are_not_the_callers_to_change(population):
    """Whatever is done to a frame of results, the result stays as it was."""
    result = POLICY.fit_and_classify(ledger_of(population), as_of=TODAY)[1]
    before = answers(result)
    frame = result.to_pandas(features=True)
    for name in frame:
        column = frame[name].array
        if not isinstance(column.dtype, np.dtype) or column.dtype.kind == "O":
            continue
        values = np.asarray(column)
        if values.flags.writeable:
            values[:] = 0
    assert answers(result) == before
