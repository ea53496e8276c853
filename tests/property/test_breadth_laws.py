"""Breadth, prices, gaps and trends of any customers, against plain Python.

Every feature is worked out a second time with dictionaries, fractions and logarithms,
for populations made from a seed; and the laws hold of which the answers of a CRM
depend: no future, no order, no other customers once fitted, one answer.
"""

import datetime as dt
import math
import random
import statistics
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import custseg as cs

TODAY = dt.date(2026, 6, 30)
FEATURES = (
    "categories",
    "top_category_share",
    "top_category",
    "category_breadth",
    "category_gap",
    "top_category_lift",
    "brands",
    "top_brand_share",
    "top_brand",
    "price_position",
    "quarterly_trend",
)
POLICY = cs.load_policy("company")
MINIMUM = POLICY.tree.basis.reference.minimum
FEW = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])

# The last days of the quarters up to the day looked at, the ninth one back first.
ENDS = [
    dt.date(2024, 6, 30),
    dt.date(2024, 9, 30),
    dt.date(2024, 12, 31),
    dt.date(2025, 3, 31),
    dt.date(2025, 6, 30),
    dt.date(2025, 9, 30),
    dt.date(2025, 12, 31),
    dt.date(2026, 3, 31),
    dt.date(2026, 6, 30),
]


def ago(days):
    """Return the day so many days before the day looked at."""
    return TODAY - dt.timedelta(days=days)


def sales_of(rng, name):
    """Return the lines of one customer."""
    return [
        cs.Transaction(
            name,
            ago(rng.choice([rng.randrange(365), rng.randrange(900), 364, 365, 91])),
            Decimal(rng.choice([1, 1, 1, -1]) * rng.choice([500, 1000, 1001, 7777]))
            / 100,
            line_id=f"l{line}",
            order_id=f"o{line}",
            quantity=rng.choice([None, 1, 1, 2, 3, 0]),
            category=rng.choice(["tile", "TILE", "paint", "王", "paint", None])
            if rng.random() < 0.5
            else "tile",
            brand=rng.choice(["north", "south", None]) if rng.random() < 0.3 else "x",
        )
        for line in range(rng.choice([1, 2, 5, 9, 20]))
    ]


@st.composite
def populations(draw):
    """Lists of sales, of some forty customers, all columns recorded by the first."""
    rng = random.Random(draw(st.integers(0, 2**32 - 1)))  # noqa: S311 - tests
    full = cs.Transaction("c00", TODAY, 5, quantity=1, category="tile", brand="north")
    names = [f"c{n:02}" for n in range(draw(st.sampled_from([1, 19, 40])))]
    return [full, *(sale for name in names for sale in sales_of(rng, name))]


def ledger_of(sales):
    """Put sales into a ledger."""
    return cs.Ledger.from_records([], sales, currency="CNY")


def fit(sales):
    """Fit the company policy, with all these features."""
    return POLICY.fit(ledger_of(sales), as_of=TODAY, features=FEATURES)


def answers(fitted, ledger):
    """Return every feature of every customer with all its bits; None if unknown."""
    result = fitted.classify(ledger, as_of=TODAY, features=FEATURES)
    said = {name: [] for name in result.customer_ids}
    for feature in FEATURES:
        column = result.worked_out(feature)
        known, words = column.is_known().tolist(), column.words
        for at, (name, value) in enumerate(
            zip(said, column.values.tolist(), strict=True)
        ):
            shown = words[value] if words and known[at] else value
            said[name].append(shown if known[at] else None)
    return said


def by_customer(sales):
    """Return the visible sales of each customer, in text order of the ids."""
    found = {}
    for sale in sorted(sales, key=lambda sale: sale.customer_id):
        if sale.date <= TODAY:
            found.setdefault(sale.customer_id, []).append(sale)
    return found


def in_year(sales):
    """Return the sale lines of the year up to the day looked at."""
    return [sale for sale in sales if ago(365) < sale.date and sale.amount > 0]


def spends(sales, field):
    """Return the exact sum of each word, and of what has none."""
    sums, untold = {}, Fraction(0)
    for sale in in_year(sales):
        word, amount = getattr(sale, field), Fraction(sale.amount)
        if word is None:
            untold += amount
        else:
            sums[word] = sums.get(word, 0) + amount
    return sums, untold


def is_told(sums, untold):
    """Say whether at least nine tenths have a word."""
    return 10 * untold <= sum(sums.values()) + untold


def leading(sales, field):
    """Return how many words, the share of the leading one, and the leading one."""
    sums, untold = spends(sales, field)
    if not is_told(sums, untold):
        return None, None, None
    if not sums:
        return 0, None, None
    most = max(sums.values())
    first = min(word for word, amount in sums.items() if amount == most)
    return len(sums), most / sum(sums.values()), first


def breadth(sales):
    """Return e to the entropy of the categories."""
    sums, untold = spends(sales, "category")
    if not sums or not is_told(sums, untold):
        return None
    shares = [float(amount / sum(sums.values())) for amount in sums.values()]
    return math.exp(-math.fsum(p * math.log(p) for p in shares))


def common_categories(customers):
    """Return what two in five of the buyers whose categories are known buy."""
    bought = [
        set(sums)
        for sums, untold in (
            spends(sales, "category") for sales in customers.values() if in_year(sales)
        )
        if is_told(sums, untold)
    ]
    if len(bought) < MINIMUM:
        return set()
    words = set().union(*bought)
    return {w for w in words if 5 * sum(w in b for b in bought) >= 2 * len(bought)}


def gap(sales, common):
    """Return the share of the common categories that are not bought."""
    sums, untold = spends(sales, "category")
    if not common or not is_told(sums, untold):
        return None
    return Fraction(len(common - set(sums)), len(common))


def usual_shares(customers):
    """Return the mean share of each category, of those who buy and say what."""
    told = [spends(sales, "category") for sales in customers.values()]
    told = [sums for sums, untold in told if sums and is_told(sums, untold)]
    if len(told) < MINIMUM:
        return {}
    usual = {}
    for sums in told:
        for word, amount in sums.items():
            part = amount / sum(sums.values()) / len(told)
            usual[word] = usual.get(word, 0) + part
    return usual


def lift(sales, usual):
    """Return how far the leading category stands out, as if five orders were usual."""
    _, share, first = leading(sales, "category")
    if first not in usual:
        return None
    orders, q = len(in_year(sales)), usual[first]  # each line is an order of its own
    return (orders * share + 5 * q) / (orders + 5) / q


def priced(sales):
    """Return the lines with a price: (category, price, amount)."""
    return [
        (sale.category, Fraction(sale.amount) / Fraction(sale.quantity), sale.amount)
        for sale in in_year(sales)
        if sale.category is not None and sale.quantity
    ]


def price_book(customers):
    """Return all prices paid in each category that enough customers bought."""
    paid, buyers = {}, {}
    for name, sales in customers.items():
        for word, price, _ in priced(sales):
            paid.setdefault(word, []).append(price)
            buyers.setdefault(word, set()).add(name)
    return {word: p for word, p in paid.items() if len(buyers[word]) >= MINIMUM}


def position(sales, book):
    """Return the mean mid-rank percentile of the prices, weighted by amount."""
    lines = [
        (Fraction(amount), word, price)
        for word, price, amount in priced(sales)
        if word in book
    ]
    compared = sum(amount for amount, _, _ in lines)
    total = sum(Fraction(sale.amount) for sale in in_year(sales))
    if not compared or 2 * compared < total:
        return None
    weighted = Fraction(0)
    for amount, word, price in lines:
        below = sum(other < price for other in book[word])
        equal = sum(other == price for other in book[word])
        weighted += amount * Fraction(2 * below + equal, 2 * len(book[word]))
    return weighted / compared


def trend(sales):
    """Return the median slope of the quarters over their mean."""
    bought = [sale.date for sale in sales if sale.amount > 0]
    if not bought:
        return None
    quarters = [
        sum(Fraction(sale.amount) for sale in sales if start < sale.date <= end)
        for start, end in pairwise(ENDS)
        if min(bought) <= end
    ]
    if len(quarters) < 4 or sum(quarters) <= 0:
        return None
    slopes = [
        (quarters[j] - quarters[i]) / (j - i)
        for i, j in combinations(range(len(quarters)), 2)
    ]
    return statistics.median(slopes) / statistics.mean(quarters)


@FEW
@given(populations())
def test_the_features_are_those_of_plain_python(sales):
    """Every feature of every customer, to nine decimals, knowns and unknowns."""
    customers = by_customer(sales)
    common, book = common_categories(customers), price_book(customers)
    usual = usual_shares(customers)
    found = answers(fit(sales), ledger_of(sales))
    assert list(found) == list(customers)
    for name, own in customers.items():
        count, share, first = leading(own, "category")
        brands, brand_share, brand = leading(own, "brand")
        expected = [
            *(count, share, first, breadth(own), gap(own, common)),
            lift(own, usual),
            *(brands, brand_share, brand, position(own, book), trend(own)),
        ]
        for feature, said, true in zip(FEATURES, found[name], expected, strict=True):
            is_number = isinstance(true, Fraction | float)
            near = pytest.approx(float(true), abs=1.1e-9) if is_number else true
            assert said == near, (name, feature)


@FEW
@given(populations(), st.randoms(use_true_random=False))
def test_order_and_the_future_do_not_count(sales, rng):
    """Shuffled rows, and sales after the day, change neither the fit nor a bit."""
    fitted = fit(sales)
    later = [
        cs.Transaction(
            f"c{n:02}", ago(-1), 10**6, quantity=1, category="new", brand="y"
        )
        for n in range(0, 50, 7)
    ]
    shuffled = [*sales, *later]
    rng.shuffle(shuffled)
    again = fit(shuffled)
    assert again.digest == fitted.digest
    before = answers(fitted, ledger_of(sales))
    after = answers(again, ledger_of(shuffled))
    assert {name: after[name] for name in before} == before


@FEW
@given(populations(), st.integers(0, 1000))
def test_a_ledger_in_two_parts_is_the_ledger(sales, cut):
    """Appending the later rows gives the bits of all at once."""
    cut %= len(sales) + 1
    fitted = fit(sales)
    whole = answers(fitted, ledger_of(sales))
    if 0 < cut < len(sales):
        joined = ledger_of(sales[cut:]).append(ledger_of(sales[:cut]))
        assert answers(fitted, joined) == whole


@FEW
@given(populations())
def test_each_customer_alone_is_the_customer_among_all(sales):
    """Once fitted, nobody's features hang on who else is looked at."""
    fitted, ledger = fit(sales), ledger_of(sales)
    among_all = answers(fitted, ledger)
    for name, own in by_customer(sales).items():
        assert answers(fitted, ledger.only(name)) == {name: among_all[name]}
        one = fitted.classify_one(
            cs.Customer(name), own, as_of=TODAY, features=FEATURES
        )
        result = one.result.outcome.table
        said = []
        for feature in FEATURES:
            column = result[feature]
            value = column.values[0].item()
            known = column.known is None or column.known[0]
            said.append(
                (column.words[value] if column.words else value) if known else None
            )
        assert said == among_all[name]


@settings(FEW, max_examples=8)
@given(sales=populations())
def test_a_saved_policy_compares_alike(sales, tmp_path_factory):
    """Tables of prices and buyers come back from the file bit for bit."""
    path = tmp_path_factory.mktemp("saved") / "fitted.json"
    fitted = fit(sales)
    fitted.save(path)
    loaded = cs.load_fitted(path)
    assert loaded.digest == fitted.digest
    ledger = ledger_of(sales)
    assert answers(loaded, ledger) == answers(fitted, ledger)
