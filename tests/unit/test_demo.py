import datetime as dt
from collections import Counter, defaultdict

import numpy as np
import pytest

import custseg as cs
from custseg.demo import wholesaler
from custseg.errors import SettingError
from digests import digest

AS_OF = np.datetime64("2026-06-30")


@pytest.fixture(scope="module")
def data():
    """The data of the default seed, made once."""
    return wholesaler()


def days_of_sales(data):
    """The distinct sale days of each customer who bought, as sorted arrays."""
    found = defaultdict(set)
    sales = data.sales
    rows = zip(sales["customer_id"], sales["date"], sales["amount"], strict=True)
    for who, day, amount in rows:
        if who is not None and amount > 0:
            found[who].add(day)
    return {who: np.array(sorted(days)) for who, days in found.items()}


def of_sort(data, sort):
    """The customers that were generated as this sort."""
    return [who for who, what in data.truth.items() if what == sort]


def test_the_same_seed_gives_the_same_bytes_everywhere(data):
    """Golden digests, equal under numpy 1.26.4 and 2.4.6."""
    assert digest(data.sales) == (
        "1c755918ababa9bcb0faba3cfe822b1e5e29d2336dc906ed01d933ec1e0a941a"
    )
    assert digest(data.customers) == (
        "cd3e80cfc2106c316aa167c1767eb508c13fb5abbfde6bedca17a1de153433bf"
    )


def test_another_seed_gives_other_data(data):
    """The seed decides, and nothing else does."""
    other = wholesaler(seed=1)
    assert digest(other.sales) != digest(data.sales)
    assert digest(other.sales) == digest(wholesaler(seed=1).sales)


def test_columns_are_canonical_and_of_one_length(data):
    """Both tables carry the names of the input contract."""
    assert list(data.sales) == [
        "customer_id",
        "order_id",
        "line_id",
        "date",
        "amount",
        "quantity",
        "cost",
        "category",
        "brand",
        "product",
        "currency",
        "returns_order_id",
    ]
    assert list(data.customers) == [
        "customer_id",
        "type",
        "legal_form",
        "industry",
        "employees",
        "income_band",
        "country",
        "province",
        "city",
        "registered_on",
        "closed_on",
        "flags",
    ]
    for table in (data.sales, data.customers):
        assert len({len(values) for values in table.values()}) == 1
    assert data.currency == "CNY"
    assert set(data.sales["currency"]) == {"CNY"}
    assert data.as_of == dt.date(2026, 6, 30)


def test_kinds_of_the_columns(data):
    """Days, money and quantities are arrays of stated kinds; texts are lists."""
    arrays = {
        name: values.dtype.str[1:]
        for table in (data.sales, data.customers)
        for name, values in table.items()
        if isinstance(values, np.ndarray)
    }
    assert arrays == {
        "date": "M8[D]",
        "amount": "f8",
        "quantity": "i8",
        "cost": "f8",
        "employees": "f8",
        "registered_on": "M8[D]",
        "closed_on": "M8[D]",
    }


@pytest.mark.parametrize("name", ["amount", "cost"])
def test_money_is_exact_to_the_fen(data, name):
    """Each float is the nearest one to a number of two decimals."""
    for value in data.sales[name].tolist():
        assert float(f"{value:.2f}") == value
        assert round(value * 100) / 100 == value


def test_sales_lie_in_three_years_on_open_days(data):
    """From 1 July 2023 to 30 June 2026, in order, never on a Sunday."""
    days = data.sales["date"]
    assert days[0] == np.datetime64("2023-07-01")
    assert days[-1] == AS_OF
    assert (np.diff(days) >= np.timedelta64(0, "D")).all()
    assert {day.weekday() for day in np.unique(days).tolist()} == set(range(6))


def test_there_are_320_customers_of_eleven_sorts(data):
    """Every sort is there in its share, and every id has its truth."""
    assert Counter(data.truth.values()) == {
        "DEALER": 40,
        "CONTRACTOR": 36,
        "DECORATOR": 44,
        "HOMEOWNER": 64,
        "SMALL_SHOP": 50,
        "DORMANT": 24,
        "CHURNED": 18,
        "NEW": 16,
        "REACTIVATED": 10,
        "PROSPECT": 16,
        "RETURNS_ONLY": 2,
    }
    assert list(data.truth) == data.customers["customer_id"]
    assert list(data.truth)[6] == "C0007"


@pytest.mark.parametrize("customers", [32, 33, 100])
def test_every_sort_is_there_in_small_data_too(customers):
    """The fewest customers allowed still show each sort."""
    truth = wholesaler(customers=customers).truth
    assert len(truth) == customers
    assert len(set(truth.values())) == 11


def test_lasting_customers_are_still_buying(data):
    """Dealers and shops bought lately and often; contractors and decorators lately."""
    days = days_of_sales(data)
    year = AS_OF - np.timedelta64(365, "D")
    for sort, silence, orders in (
        ("DEALER", 40, 10),
        ("SMALL_SHOP", 30, 12),
        ("CONTRACTOR", 240, 2),
        ("DECORATOR", 120, 6),
    ):
        for who in of_sort(data, sort):
            assert (AS_OF - days[who][-1]).astype(int) <= silence, who
            assert (days[who] > year).sum() >= orders, who


def test_decorators_buy_in_spring_and_autumn(data):
    """At least five of six purchase days fall into March-April or September-October."""
    days = days_of_sales(data)
    for who in of_sort(data, "DECORATOR"):
        months = [day.month for day in days[who].tolist()]
        assert sum(month in (3, 4, 9, 10) for month in months) * 6 >= len(months) * 5


def test_homeowners_buy_once_or_twice(data):
    """One house needs one order, or a second soon after."""
    days = days_of_sales(data)
    counts = {len(days[who]) for who in of_sort(data, "HOMEOWNER")}
    assert counts == {1, 2}


def test_silence_fits_the_sort(data):
    """Days since the last and first sale, and the gap before coming back."""
    days = days_of_sales(data)
    since = {who: (AS_OF - day).astype(int) for who, day in days.items()}
    assert all(365 < since[who][-1] <= 730 for who in of_sort(data, "DORMANT"))
    assert all(since[who][-1] > 730 for who in of_sort(data, "CHURNED"))
    assert all(since[who][0] <= 90 for who in of_sort(data, "NEW"))
    for who in of_sort(data, "REACTIVATED"):
        recent = since[who] <= 90
        assert recent.any()
        assert since[who][~recent][-1] - since[who][recent][0] > 365


def test_prospects_never_bought_and_some_only_returned(data):
    """Prospects have no line; the lines of a returner are all negative."""
    by_customer = defaultdict(list)
    for who, amount in zip(
        data.sales["customer_id"], data.sales["amount"], strict=True
    ):
        by_customer[who].append(amount)
    assert not any(who in by_customer for who in of_sort(data, "PROSPECT"))
    for who in of_sort(data, "RETURNS_ONLY"):
        assert by_customer[who]
        assert max(by_customer[who]) < 0


def test_customers_are_registered_before_they_buy_and_close_after(data):
    """Dates of a customer are in order, and ids follow the registration."""
    days = days_of_sales(data)
    on_file = data.customers
    registered, closed = on_file["registered_on"], on_file["closed_on"]
    assert (np.diff(registered) >= np.timedelta64(0, "D")).all()
    assert registered.max() <= AS_OF
    for place, who in enumerate(on_file["customer_id"]):
        if who in days:
            assert registered[place] <= days[who][0]
        if not np.isnat(closed[place]):
            assert data.truth[who] == "CHURNED"
            assert days[who][-1] < closed[place] <= AS_OF
    assert 0 < (~np.isnat(closed)).sum() < 18


def test_returns_are_three_to_four_in_a_hundred(data):
    """Each points to an earlier order with more goods of that kind, but for three."""
    sales = data.sales
    rows = list(
        zip(
            sales["order_id"],
            sales["customer_id"],
            sales["product"],
            sales["date"].tolist(),
            sales["quantity"].tolist(),
            sales["amount"].tolist(),
            sales["returns_order_id"],
            strict=True,
        )
    )
    returns = [row for row in rows if row[5] < 0]
    assert 0.03 <= len(returns) / len(rows) <= 0.04
    assert all(row[6] is None for row in rows if row[5] >= 0)
    sold = defaultdict(list)
    for order, who, product, day, quantity, amount, _ in rows:
        if amount > 0:
            sold[order, who, product].append((day, quantity, amount))
    unmatched = []
    for _, who, product, day, quantity, amount, order in returns:
        if not any(
            sold_day < day and sold_quantity >= -quantity and sold_amount >= -amount
            for sold_day, sold_quantity, sold_amount in sold[order, who, product]
        ):
            unmatched.append(order)
    assert sorted(unmatched, key=str) == [None, None, "SO999999"]


def test_oddities_for_the_quality_report(data):
    """One line twice, two of amount zero, one orphan return, three without customer."""
    sales = data.sales
    keys = Counter(zip(sales["order_id"], sales["line_id"], strict=True))
    (twice,) = (key for key, count in keys.items() if count > 1)
    same = [
        tuple(values[row] for values in sales.values())
        for row in range(len(sales["date"]))
        if (sales["order_id"][row], sales["line_id"][row]) == twice
    ]
    assert len(same) == 2
    assert same[0] == same[1]
    assert (sales["amount"] == 0).sum() == 2
    assert sales["returns_order_id"].count("SO999999") == 1
    assert "SO999999" not in sales["order_id"]
    assert sales["customer_id"].count(None) == 3
    assert data.customers["type"].count(None) > 0
    assert set(data.customers["flags"]) == {
        "",
        "key_account",
        "key_account,strategic_partner",
    }


@pytest.mark.parametrize(
    ("family", "labels"),
    [
        ("type", {"INDIVIDUAL", "ENTERPRISE", "GOVERNMENT"}),
        ("sector", {"MANUFACTURING", "RETAIL_TRADE", "SERVICES", "OTHER", "UNKNOWN"}),
        ("size", {"SMALL", "MEDIUM", "LARGE", "UNKNOWN"}),
        ("income", {"INCOME_HIGH", "INCOME_MID", "INCOME_LOW", "UNKNOWN"}),
        ("place", {"LOCAL", "NON_LOCAL", "INTERNATIONAL", "UNKNOWN"}),
        ("domestic", {"YES", "NO"}),
        ("importance", {"IMPORTANT", "HIGH_POTENTIAL", "ORDINARY", "MINOR"}),
        (
            "breadth",
            {"SINGLE_CATEGORY", "MULTI_CATEGORY", "FEW_CATEGORIES", "UNKNOWN"},
        ),
        ("loyal", {"YES", "NO"}),
        ("price_preference", {"PREMIUM", "VALUE_SEEKER", "MIXED", "UNKNOWN"}),
        ("brand", {"BRAND_LOYAL", "NOT_LOYAL", "UNKNOWN"}),
    ],
)
def test_it_shows_what_can_be_told_of_a_customer(shown, family, labels):
    """Customers of all kinds are there, and some of whom a fact is missing."""
    assert set(shown.labels(family)) == labels


@pytest.fixture(scope="module")
def shown(data):
    """The demo, classified as the command line does."""
    return cs.segment(
        data.sales,
        customers=data.customers,
        as_of=data.as_of,
        currency=data.currency,
        seller=data.seller,
    )


def test_an_order_belongs_to_one_customer_and_day(data):
    """Order numbers rise with the days, and no order is shared."""
    of_order = defaultdict(set)
    sales = data.sales
    for order, who, day in zip(
        sales["order_id"], sales["customer_id"], sales["date"].tolist(), strict=True
    ):
        of_order[order].add((who, day))
    assert all(len(owners) == 1 for owners in of_order.values())
    numbers = [order for order in sales["order_id"] if order.startswith("SO")]
    assert numbers == sorted(numbers)


def test_size_differs_by_sort(data):
    """A year's spend spreads from homeowners to a contractor above ten million."""
    spend = Counter()
    sales = data.sales
    year = sales["date"] > AS_OF - np.timedelta64(365, "D")
    for who, amount in zip(
        np.array(sales["customer_id"])[year], sales["amount"][year], strict=True
    ):
        spend[data.truth.get(who), who] += round(amount * 100)
    top = (max(spend.values()) / 100, max(spend, key=spend.get)[0])
    assert top[0] > 10_000_000
    assert top[1] == "CONTRACTOR"
    middle = {
        sort: np.median([value for (what, _), value in spend.items() if what == sort])
        for sort in ("CONTRACTOR", "DEALER", "DECORATOR", "SMALL_SHOP", "HOMEOWNER")
    }
    assert list(middle.values()) == sorted(middle.values(), reverse=True)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"customers": 31}, "customers: out of range; got 31; allowed: .* 32 or more"),
        ({"seed": True}, "seed: out of range; got True"),
        ({"customers": 320.0}, "customers: out of range; got 320.0"),
        ({"seed": -1}, "seed: out of range; got -1; allowed: .* 0 or more"),
        ({"seed": None}, "seed: out of range; got None"),
    ],
)
def test_settings_are_checked(setting, words):
    """Too few customers to show all sorts, and what is no seed, are refused."""
    with pytest.raises(SettingError, match=words):
        wholesaler(**setting)
