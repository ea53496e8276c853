"""Momentum, stability, orders, gaps and news of any customers, against plain Python.

Every feature is worked out a second time, customer by customer, with lists, fractions
and numpy's median; and the laws hold of which the answers of a CRM depend: no future,
no order of rows, no other customers, no parts.
"""

import datetime as dt
import random
import statistics
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import custseg as cs
from custseg import measuring
from custseg.periods import Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts

TODAY = dt.date(2026, 6, 30)
FEW = settings(
    max_examples=25,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
    ],
)

# The last days of eleven quarters up to the day looked at, the latest first. On its
# very last day a quarter is over for a trend, but not yet "the last quarter".
QUARTERS = [
    dt.date(year, month, 31 if month in {3, 12} else 30)
    for year in (2026, 2025, 2024, 2023)
    for month in (12, 9, 6, 3)
][2:13]

OF_SALES = (
    "momentum_change",
    "momentum_z",
    "earlier_orders",
    "stability",
    "largest_order_amount",
    "shortest_gap_days",
    "long_gap_days",
    "new_categories",
)
OF_NEWS = (
    "defaults",
    "days_since_default",
    "worst_event_severity",
    "expansion_intents",
    "average_csat",
    "average_nps",
    "complaint_share",
)
WINDOWS = ("30 days", "90 days", "365 days")


def ago(days):
    """Return the day so many days before the day looked at."""
    return TODAY - dt.timedelta(days=days)


def sales_of(rng, name, first=-20):
    """Return the lines of one customer; some come after the day looked at."""
    edges = [0, 29, 30, 89, 90, 179, 180, 364, 365, 454, 455]
    return [
        cs.Transaction(
            name,
            ago(rng.choice([rng.randrange(first, 900), rng.choice(edges)])),
            Decimal(rng.choice([1, 1, 1, 1, -1]) * rng.choice([500, 500, 1000, 7777]))
            / 100,
            line_id=f"l{line}",
            order_id=rng.choice([None, "o1", "o2", "o3", f"o{line}"]),
            category=rng.choice(["tile", "TILE", "paint", "paint", "王", None])
            if rng.random() < 0.4
            else "tile",
        )
        for line in range(rng.choice([1, 3, 9, 30]))
    ]


def news_of(rng, name):
    """Return events, contacts and feedback of one customer."""
    days = [-1, 0, 29, 30, 89, 90, 364, 365, 700]
    several = range(rng.choice([0, 1, 4]))
    kinds = ["default", "DEFAULT", "违约", "distress", "fire"]
    return (
        [
            cs.Event(
                name,
                ago(rng.choice(days)),
                rng.choice(kinds),
                severity=rng.choice([None, 1, 2.5, -3]),
            )
            for _ in several
        ],
        [
            cs.Interaction(
                name,
                ago(rng.choice(days)),
                kind=rng.choice([None, "view", "Expansion", "扩店"]),
            )
            for _ in several
        ],
        [
            cs.Feedback(
                name,
                ago(rng.choice(days)),
                csat=rng.choice([None, "0.1", "0.7", "4.3"]),
                nps=rng.choice([None, 0, 7, 10]),
                complaint=rng.choice([None, "LATE"]),
            )
            for _ in several
        ],
    )


@st.composite
def populations(draw):
    """Sales, events, contacts and feedback of up to twelve customers."""
    rng = random.Random(draw(st.integers(0, 2**32 - 1)))  # noqa: S311 - tests
    names = [f"c{n:02}" for n in range(draw(st.sampled_from([1, 4, 12])))]
    sales = [one for name in names for one in sales_of(rng, name)]
    tables = zip(*(news_of(rng, name) for name in names), strict=True)
    news = [[one for part in parts for one in part] for parts in tables]
    # A record that names every column, so that each is there in any population.
    news[0].append(cs.Event("z", ago(999), "x", severity=0))
    news[1].append(cs.Interaction("z", ago(999), kind="x"))
    news[2].append(cs.Feedback("z", ago(999), csat=1, nps=1, complaint="x"))
    sales.append(cs.Transaction("z", ago(999), 1, order_id="o", category="x"))
    return sales, news


def ledger_of(sales, news):
    """Put a population into a ledger."""
    events, contacts, feedback = news
    return cs.Ledger.from_records(
        [],
        sales,
        events=events,
        interactions=contacts,
        feedback=feedback,
        currency="CNY",
    )


WANTED = {
    f"{code} {window}": (CATALOGUE[code], Window.parse(window))
    for code in (*OF_SALES, *OF_NEWS)
    for window in WINDOWS
} | {
    f"{code} last quarter": (CATALOGUE[code], Window.parse("last quarter"))
    for code in ("momentum_change", "momentum_z")
}


def answers(ledger):
    """Return every feature of every customer with all its bits; None if unknown."""
    table = measuring.features_measured(Facts(ledger, as_day(TODAY)), WANTED)
    columns = []
    for name in WANTED:
        known = table[name].is_known().tolist()
        values = table[name].values.tolist()
        columns.append([v if k else None for v, k in zip(values, known, strict=True)])
    rows = zip(*columns, strict=True)
    return {
        who: dict(zip(WANTED, row, strict=True))
        for who, row in zip(table.customers.tolist(), rows, strict=True)
    }


def spent(sales, after, through):
    """Return the exact net spend after one day and through another."""
    return sum(Fraction(one.amount) for one in sales if after < one.date <= through)


def bought(sales, after, through):
    """Return the sale lines after one day and through another."""
    return [one for one in sales if after < one.date <= through and one.amount > 0]


def order_of(line):
    """Return what makes an order: its id, else its day."""
    return line.order_id or line.date


def blocks(sales, ends):
    """Return the spend of the last block and of the earlier ones that count."""
    last, *earlier = pairwise(ends)
    lines = bought(sales, dt.date.min, TODAY)
    first = min((one.date for one in lines), default=dt.date.max)
    return (
        spent(sales, last[1], last[0]),
        [spent(sales, after, end) for end, after in earlier if first <= end],
    )


def momentum(sales, ends, year_before):
    """Return the change and the z of the last block."""
    last, earlier = blocks(sales, ends)
    base = statistics.median(earlier) if earlier else 0
    if bought(sales, *year_before):
        base = spent(sales, *year_before)
    change = float(last / base - 1) if base > 0 else None
    if len(earlier) < 4:
        return change, None
    each = np.array([float(one) for one in earlier])
    mad = np.median(np.abs(each - np.median(each)))
    return change, (float(last) - np.median(each)) / (1.4826 * mad) if mad else None


def stability(sales):
    """Return 1 less the coefficient of variation of up to eight quarters."""
    lines = bought(sales, dt.date.min, TODAY)
    first = min((one.date for one in lines), default=dt.date.max)
    quarters = [
        float(spent(sales, after, end))
        for end, after in pairwise(QUARTERS[:9])
        if first <= end
    ]
    if len(quarters) < 4 or sum(quarters) < 0.005:
        return None
    return max(0.0, 1 - float(np.std(quarters) / np.mean(quarters)))


def new_categories(sales, after):
    """Return how many categories were first bought after a day."""
    parts = (bought(sales, dt.date.min, after), bought(sales, after, TODAY))
    for lines in parts:
        untold = sum(Fraction(one.amount) for one in lines if one.category is None)
        if 10 * untold > sum(Fraction(one.amount) for one in lines):
            return None
    before, within = ({one.category for one in lines} - {None} for lines in parts)
    return len(within - before)


def long_gap(gaps):
    """Return the first gap than which nine in ten of them are no longer."""
    if len(gaps) < 2:
        return None
    return next(
        one
        for one in sorted(gaps)
        if 10 * sum(other <= one for other in gaps) >= 9 * len(gaps)
    )


def of_sales(sales, window):
    """Return the features of one customer's sales over so many days."""
    n = int(window.split()[0])
    change, z = momentum(
        sales, [ago(k * n) for k in range(10)], (ago(365 + n), ago(365))
    )
    before = {order_of(one) for one in bought(sales, dt.date.min, ago(n))}
    largest = {}
    for one in bought(sales, ago(n), TODAY):
        largest.setdefault(order_of(one), []).append(int(one.amount * 100))
    days = sorted({one.date for one in bought(sales, dt.date.min, TODAY)})
    gaps = [(b - a).days for a, b in pairwise(days)]
    return {
        "momentum_change": change,
        "momentum_z": z,
        "earlier_orders": len(before),
        "stability": stability(sales),
        "largest_order_amount": max(map(sum, largest.values()), default=None),
        "shortest_gap_days": min(gaps, default=None),
        "long_gap_days": long_gap(gaps),
        "new_categories": new_categories(sales, ago(n)),
    }


def mean(values):
    """Return the mean of what was said."""
    said = [float(one) for one in values if one is not None]
    return statistics.fmean(said) if said else None


def of_news(sales, news, window):
    """Return the features of one customer's events, contacts and feedback."""
    after = ago(int(window.split()[0]))
    visible = [[one for one in part if one.date <= TODAY] for part in news]
    events, contacts, feedback = (
        [one for one in part if one.date > after] for part in visible
    )
    defaults = {"default", "DEFAULT", "违约"}
    dates = [one.date for one in visible[0] if one.kind in defaults]
    severities = [float(one.severity) for one in events if one.severity is not None]
    complaints = sum(one.complaint is not None for one in feedback)
    orders = len({order_of(one) for one in bought(sales, after, TODAY)})
    return {
        "defaults": sum(one.kind in defaults for one in events),
        "days_since_default": (TODAY - max(dates)).days if dates else None,
        "worst_event_severity": max(severities, default=None),
        "expansion_intents": sum(one.kind in {"Expansion", "扩店"} for one in contacts),
        "average_csat": mean(one.csat for one in feedback),
        "average_nps": mean(one.nps for one in feedback),
        "complaint_share": complaints / orders if orders else None,
    }


def own(records, name):
    """Return the records of one customer."""
    return [one for one in records if one.customer_id == name]


@FEW
@given(populations())
def test_the_features_are_those_of_plain_python(population):
    """Every feature of every customer, to nine decimals, knowns and unknowns."""
    sales, news = population
    for name, found in answers(ledger_of(sales, news)).items():
        lines = own(sales, name)
        told = [own(part, name) for part in news]
        expected = {
            f"{code} {window}": value
            for window in WINDOWS
            for code, value in (
                of_sales(lines, window) | of_news(lines, told, window)
            ).items()
        }
        change, z = momentum(lines, QUARTERS[1:], (QUARTERS[6], QUARTERS[5]))
        expected["momentum_change last quarter"] = change
        expected["momentum_z last quarter"] = z
        assert found.keys() == expected.keys()
        for code, true in expected.items():
            near = pytest.approx(true, rel=1e-9, abs=1.1e-9) if true else true
            assert found[code] == near, (name, code)


@FEW
@given(populations(), st.randoms(use_true_random=False))
def test_order_and_the_future_do_not_count(population, rng):
    """Shuffled rows, and rows after the day, change no bit."""
    sales, news = population
    before = answers(ledger_of(sales, news))
    later = [
        cs.Transaction(name, ago(-1), 10**6, order_id="o1", category="new")
        for name in before
    ]
    grave = [cs.Event(name, ago(-1), "default", severity=9) for name in before]
    sales, news = [*sales, *later], [[*news[0], *grave], list(news[1]), list(news[2])]
    for rows in (sales, *news):
        rng.shuffle(rows)
    assert answers(ledger_of(sales, news)) == before


@FEW
@given(populations(), st.integers(1, 50))
def test_nobody_hangs_on_others(monkeypatch, population, size):
    """Each customer alone, and a ledger in many parts, give the bits of the whole."""
    ledger = ledger_of(*population)
    with monkeypatch.context() as patched:
        patched.setattr(measuring, "_WORTH_THREADS", 10**9)
        whole = answers(ledger)
        for name, found in whole.items():
            assert answers(ledger.only(name)) == {name: found}
        patched.setattr(measuring, "_WORTH_THREADS", 1)
        patched.setattr(measuring, "_PART", size)
        assert answers(ledger) == whole


@FEW
@given(populations(), st.integers(0, 1000))
def test_a_ledger_in_two_parts_is_the_ledger(population, cut):
    """Appending the later rows gives the bits of all at once."""
    sales, news = population
    cut %= len(sales)
    nothing = [[], [], []]
    ledger = ledger_of(sales[cut:], news).append(ledger_of(sales[:cut], nothing))
    assert answers(ledger) == answers(ledger_of(sales, news))
