"""Made-up customers for the laws of classification, from a seed.

A population is one to sixty customers with sales, returns, orders over several days,
declared attributes, accounts, flags and contacts, as of 2026-06-30. Columns are what is
recorded, not what happened: where a law changes rows and not columns, the first
customer fills every field.
"""

import datetime as dt
import random
from decimal import Decimal

from hypothesis import strategies as st

import custseg as cs

TODAY = dt.date(2026, 6, 30)


def ago(days):
    """Return the day so many days before the day looked at."""
    return TODAY - dt.timedelta(days=days)


DECLARED = {
    "legal_form": ("个人", "Ltd", "government", "?"),
    "industry": ("C13", "GB/T:F52", "ISIC K64", "NACE 45.2", "5165", "零售"),
    "employees": (0, 49, 50, 250),
    "annual_revenue": (10**6, 10**7, 10**8),
    "income_band": ("high", "中等", "low"),
    "country": ("CN", "中国", "Viet Nam", "HK", "nowhere"),
    "province": ("广东", "CN-GX", "Lower Saxony"),
    "city": ("佛山市", "foshan", "广州"),
}


def declared(rng, *, full):
    """Return what one customer declares, perhaps nothing."""
    told = {
        name: rng.choice(values)
        for name, values in DECLARED.items()
        if full or rng.random() < 0.6
    }
    if full or rng.random() < 0.3:
        told |= {"latitude": rng.choice([23.0, 39.9]), "longitude": 113.0}
    return told


def history(rng, name, *, full):
    """Return one customer with sales and contacts."""
    customer = cs.Customer(
        name,
        valid_from=ago(rng.randrange(1200)) if rng.random() < 0.5 else None,
        **declared(rng, full=full),
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
                category="TILE"
                if full
                else rng.choice(["TILE", "PAINT", "PAINT", "PIPE", None]),
                brand="north" if full else rng.choice(["north", "south", None]),
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


def ledger_of(population, *, also=()):
    """Put a population into one ledger, perhaps with further rows of customers."""
    return cs.Ledger.from_records(
        [*(customer for customer, _, _ in population), *also],
        [sale for _, sales, _ in population for sale in sales],
        interactions=[contact for _, _, contacts in population for contact in contacts],
        currency="CNY",
    )
