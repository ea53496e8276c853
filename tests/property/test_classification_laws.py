"""What holds for every ledger: one answer, no future, no order, no drift.

The populations are made from a seed: one to sixty customers with sales, returns, orders
over several days, accounts, flags and contacts, as of 2026-06-30. Columns are what is
recorded, not what happened: where a law changes rows and not columns, the first
customer fills every field.
"""

import datetime as dt
import json
import random
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import custseg as cs
from custseg.rules.learned import Learned
from custseg.scoring.catalogue import CATALOGUE

TODAY = dt.date(2026, 6, 30)
FEATURES = tuple(CATALOGUE)
POLICY = cs.load_policy("company")
FEW = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])


def ago(days):
    """Return the day so many days before the day looked at."""
    return TODAY - dt.timedelta(days=days)


def history(rng, name, *, full):
    """Return one customer with sales and contacts."""
    customer = cs.Customer(
        name,
        registered_on=ago(rng.randrange(30, 900))
        if full or rng.random() < 0.7
        else None,
        closed_on=ago(rng.randrange(-90, 90)) if full or rng.random() < 0.1 else None,
        flags={"key_account"} if full or rng.random() < 0.1 else None,
    )
    sales = []
    for line in range(rng.choice([1, 2, 5] if full else [0, 1, 1, 2, 3, 5, 8])):
        cents = rng.choice(
            [rng.randrange(1, 500_000), 1000, 1000, -rng.randrange(1, 5000)]
        )
        goods = rng.randrange(1, 40) if full or rng.random() < 0.8 else None
        if line == 0:
            cents, goods = abs(cents), 3
        sales.append(
            cs.Transaction(
                name,
                ago(rng.choice([rng.randrange(365), rng.randrange(1200), 0, 364, 365])),
                Decimal(cents).scaleb(-2),
                order_id="o0"
                if full and line == 0
                else rng.choice([None, "o1", "o2", f"o{line}"]),
                line_id=f"l{line}",
                quantity=goods,
                cost=Decimal(cents).scaleb(-2) / 2
                if full or rng.random() < 0.8
                else None,
            )
        )
    contacts = [
        cs.Interaction(
            name, ago(rng.randrange(400)), kind=rng.choice(["intent", "view"])
        )
        for _ in range(rng.choice([1, 2] if full else [0, 0, 0, 1, 2]))
    ]
    return customer, sales, contacts


class Population(list):
    """A list of (customer, sales, contacts), told by its size and seed."""

    def __init__(self, size, seed, *, filled=True):
        rng = random.Random(seed)  # noqa: S311 - tests, not secrets
        super().__init__(
            history(rng, f"c{n:02}", full=filled and n == 0) for n in range(size)
        )
        self.told = f"Population({size}, seed={seed}, filled={filled})"

    def __repr__(self):
        return self.told


@st.composite
def populations(draw, *, min_size=1, filled=True):
    """Lists of (customer, sales, contacts)."""
    seed = draw(st.integers(0, 2**32 - 1))
    return Population(draw(st.integers(min_size, 60)), seed, filled=filled)


def ledger_of(population):
    """Put a population into one ledger."""
    return cs.Ledger.from_records(
        [customer for customer, _, _ in population],
        [sale for _, sales, _ in population for sale in sales],
        interactions=[contact for _, _, contacts in population for contact in contacts],
        currency="CNY",
    )


def cell(column, at):
    """Return one value of a column with all its bits; None where it is unknown."""
    if column.known is not None and not column.known[at]:
        return None
    value = column.values[at].item()
    if column.words:
        return column.words[value]
    return (type(value).__name__, repr(value))


def answer(result, at=0):
    """Return everything that a result says of one customer."""
    outcome = result.outcome
    grade = outcome.grade
    said = {name: cell(column, at) for name, column in outcome.table.items()}
    said |= {f"is {name}": cell(one, at) for name, one in outcome.labels.items()}
    said |= {f"part {name}": cell(one, at) for name, one in grade.parts.items()}
    said["score"] = cell(grade.score, at)
    said["coverage"] = cell(grade.coverage, at)
    said["tier"] = cell(grade.tier, at)
    return said


def answers(result):
    """Return everything that a result says, by customer."""
    return {name: answer(result, at) for at, name in enumerate(result.customer_ids)}


def fit(population):
    """Fit the company policy."""
    return POLICY.fit(ledger_of(population), as_of=TODAY)


OPTIONAL = {
    "sales": ("order_id", "line_id", "quantity", "cost"),
    "customers": ("registered_on", "closed_on", "flags"),
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
    before, after = fit(population), fit(later)
    assert before.digest == after.digest
    now = before.classify(ledger_of(population), as_of=TODAY)
    then = after.classify(ledger_of(later), as_of=TODAY)
    assert answers(now) == answers(then)


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
        rank(["IMPORTANT", "ORDINARY", "MINOR"], said["is importance"]),
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
    """One more sale, the first one too, lowers no score, tier or value label."""
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


@settings(FEW, max_examples=8)
@given(population=populations())
def test_a_saved_policy_answers_alike(population, tmp_path_factory):
    """Saving and loading keeps the digest and every bit of every answer."""
    path = tmp_path_factory.mktemp("saved") / "fitted.json"
    fitted = fit(population)
    fitted.save(path)
    loaded = cs.load_fitted(path)
    assert loaded.digest == fitted.digest
    ledger = ledger_of(population)
    assert answers(loaded.classify(ledger, as_of=TODAY)) == answers(
        fitted.classify(ledger, as_of=TODAY)
    )


@settings(FEW, max_examples=10)
@given(populations())
def test_what_was_learned_survives_json(population):
    """Plain data and back, through text, is the same knowledge."""
    data = fit(population).learned.to_data()
    again = Learned.from_data(json.loads(json.dumps(data)))
    assert again.to_data() == data


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The bytes of a saved policy that learned something of every kind."""
    population = Population(60, seed=7)
    path = tmp_path_factory.mktemp("saved") / "fitted.json"
    fit(population).save(path)
    return path.read_bytes()


@settings(FEW, max_examples=60)
@given(data=st.data())
def test_an_altered_byte_is_noticed(data, saved, tmp_path_factory):
    """A digit, letter, sign or bracket that becomes another is refused in words."""
    solid = [at for at, byte in enumerate(saved) if not chr(byte).isspace()]
    at = data.draw(st.sampled_from(solid))
    byte = data.draw(st.sampled_from(b'0123456789.-eE"[]{}:,Aaz\\ \xff'))
    altered = saved[:at] + bytes([byte]) + saved[at + 1 :]
    path = tmp_path_factory.mktemp("altered") / "fitted.json"
    path.write_bytes(altered)
    try:
        same = json.loads(altered) == json.loads(saved)
    except ValueError:
        same = False
    if same:  # the byte itself, or another spelling of the same number
        assert cs.load_fitted(path).digest
        return
    with pytest.raises(
        cs.CustsegError, match=r"altered since|no fitted policy|another schema"
    ):
        cs.load_fitted(path)


@settings(FEW, max_examples=15)
@given(data=st.data())
def test_a_cut_off_file_is_noticed(data, saved, tmp_path_factory):
    """Half a file is no fitted policy."""
    end = data.draw(st.integers(0, len(saved.rstrip()) - 1))
    path = tmp_path_factory.mktemp("cut") / "fitted.json"
    path.write_bytes(saved[:end])
    with pytest.raises(cs.CustsegError, match="this is no fitted policy"):
        cs.load_fitted(path)


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
