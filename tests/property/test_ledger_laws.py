import datetime as dt
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from custseg.ledger import Ledger
from custseg.periods import FiscalCalendar, Window, as_day, day_of
from custseg.quality.treatments import Treatments
from custseg.scoring import quarters, stability
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.seasonality import seasons
from strategies import AS_OF, days, rows, windows

NAMES = ("customer_id", "date", "amount", "quantity", "line_id", "order_id")
FISCAL = FiscalCalendar(start_month=4)


def ledger_of(sales, **options):
    """Make a ledger of plain rows; the columns are those of the first row."""
    names = [name for name in NAMES if not sales or name in sales[0]]
    table = {name: [row[name] for row in sales] for name in names}
    return Ledger.from_frames(table, currency="CNY", **options)


def measured(ledger, window, *, as_of=AS_OF):
    """Return every feature of the catalogue, as bytes and masks, by customer."""
    facts = Facts(ledger, day_of(as_of), FISCAL)
    columns = {
        code: facts.measure(feature, Window.parse(window))
        for code, feature in CATALOGUE.items()
    }
    table = facts.table(columns)
    found = {}
    for row, customer in enumerate(table.customers.tolist()):
        found[customer] = {
            code: column.values[row].tobytes() if column.is_known()[row] else None
            for code, column in table.items()
        }
    return found


CALENDAR = {one.code for one in (*quarters.FEATURES, *seasons.FEATURES)}
CALENDAR |= {one.code for one in stability.FEATURES}
"""Features of the quarters or months of the calendar."""


def without_calendar(found):
    """Return the features that know no calendar."""
    return {
        customer: {code: one for code, one in row.items() if code not in CALENDAR}
        for customer, row in found.items()
    }


@given(rows(), rows(), st.randoms(use_true_random=False))
def test_appending_is_reading_everything_at_once(first, second, chance):
    """ledger(a) with b appended equals the ledger of both in any order."""
    for row in second:
        row["line_id"] = "b" + row["line_id"]
    together = [*first, *second]
    chance.shuffle(together)
    joined = ledger_of(first).append(ledger_of(second))
    whole = ledger_of(together)
    assert joined == whole
    assert joined.report.closes()
    assert measured(joined, "365 days") == measured(whole, "365 days")


@given(rows(), st.data())
def test_a_line_that_comes_twice_counts_once(sales, data):
    """Rows with the same customer, order and line id do not count twice."""
    ordered = [row for row in sales if row["order_id"] is not None]
    again = data.draw(st.lists(st.sampled_from(ordered))) if ordered else []
    whole = ledger_of(sales)
    doubled = ledger_of([*again, *sales])
    assert doubled == whole
    assert doubled.report.count("duplicate_line") == len(again)
    assert doubled.report.closes()
    if sales and again:
        appended = whole.append(ledger_of(again))
        assert appended == whole
        assert appended.report.closes()


@given(rows(), windows, st.randoms(use_true_random=False))
def test_row_order_changes_nothing(sales, window, chance):
    """Features are the same bit for bit, whatever the order of the rows."""
    shuffled = list(sales)
    chance.shuffle(shuffled)
    first, second = ledger_of(sales), ledger_of(shuffled)
    assert first == second
    assert measured(first, window) == measured(second, window)


@given(st.lists(st.tuples(st.integers(0, 10**12), days, st.integers(-99, 999))))
def test_the_spelling_of_ids_changes_nothing(triples):
    """7, "7", " 7 " and 7.0 are one customer."""
    ids = [one for one, _, _ in triples]
    spelled = [
        ids,
        list(map(str, ids)),
        [f" {one}\t" for one in ids],
        np.array(ids, dtype=np.int64),
        np.array(ids, dtype=np.float64),
        np.array(list(map(str, ids)), dtype="U20"),
    ]
    ledgers = [
        Ledger.from_frames(
            {
                "customer_id": one,
                "date": [day for _, day, _ in triples],
                "amount": [amount for _, _, amount in triples],
            }
        )
        for one in spelled
    ]
    assert all(ledger == ledgers[0] for ledger in ledgers)
    features = [measured(ledger, "365 days") for ledger in ledgers]
    assert all(one == features[0] for one in features)


@given(rows(), windows)
def test_nothing_is_seen_of_the_future(sales, window):
    """Events after the day looked at change no feature of anybody."""
    past = [row for row in sales if row["date"] <= AS_OF]
    assert measured(ledger_of(past), window) == measured(ledger_of(sales), window)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "customer_id": st.sampled_from(["a", " a", "", None, "b"]),
                "date": st.sampled_from(
                    ["2026-01-05", "03/04/2026", "1900-01-01", None, "2026-06-01"]
                ),
                "amount": st.sampled_from([1, "x", None, 0, "2.345", -3, "nan"]),
                "order_id": st.sampled_from(["o", None]),
                "line_id": st.sampled_from(["1", None]),
                "quantity": st.sampled_from([1, "many", None]),
            }
        )
    ),
    st.sampled_from(["drop", "keep"]),
)
def test_the_account_closes(sales, rest):
    """Rows in = rows used + rows dropped, whatever is wrong with them."""
    choices = Treatments(
        unparseable_date="drop",
        implausible_date="drop",
        unparseable_amount="drop",
        conflicting_line="drop",
        unparseable_value=rest,
        zero_amount=rest,
        identical_row=rest,
        orphan_return=rest,
        rounded_amount=rest,
    )
    ledger = ledger_of(sales, quality=choices)
    report = ledger.quality(as_of="2026-03-01")
    assert report.closes()
    assert report.rows_in["sales"] == len(sales)
    assert report.rows_used["sales"] == len(ledger) <= len(sales)
    assert set(ledger.customer_ids.tolist()) <= {"a", "b"}
    assert np.all(np.diff(ledger.tables["sales"].offsets) > 0)


def naive(sales, window, *, with_orders):
    """Work out the windowed features of one customer with sets and exact fractions."""
    after, through = Window.parse(window).bounds(day_of(AS_OF), fiscal=FISCAL)
    past = [row for row in sales if row["date"] <= AS_OF]
    inside = [row for row in past if after < day_of(row["date"]) <= through]
    sold = [row for row in inside if row["amount"] > 0]
    ever = sorted({row["date"] for row in past if row["amount"] > 0})
    gaps = [(later - before).days for before, later in pairwise(ever)]
    ended = [
        (later - before).days
        for before, later in pairwise(ever)
        if after < day_of(later) <= through
    ]
    made = {
        ("order", row["order_id"])
        if with_orders and row["order_id"] is not None
        else ("day", row["date"])
        for row in sold
    }
    sales_amount = sum((Fraction(row["amount"]) for row in sold), Fraction(0))
    returned = -sum(
        (Fraction(r["amount"]) for r in inside if r["amount"] < 0), Fraction(0)
    )
    asked = [row["quantity"] for row in inside]
    return {
        "spend": 100 * (sales_amount - returned),
        "sales_amount": 100 * sales_amount,
        "return_amount": 100 * returned,
        "orders": len(made),
        "purchase_days": len({row["date"] for row in sold}),
        "quantity": None if None in asked else 10_000 * sum(map(Fraction, asked)),
        "return_share": float(returned / sales_amount) if sold else None,
        "days_since_last_sale": (AS_OF - ever[-1]).days if ever else None,
        "tenure_days": (AS_OF - ever[0]).days if ever else None,
        "median_gap_days": float(median(gaps)) if len(ever) >= 3 else None,
        "longest_gap_days": max(ended) if ended else None,
        "average_order_value": float(100 * (sales_amount - returned) / len(made))
        if made
        else None,
    }


@settings(max_examples=300)
@given(st.data(), windows, st.booleans())
def test_features_equal_their_definition(data, window, with_orders):
    """Each windowed feature equals a count over sets of plain rows."""
    sales = data.draw(rows(min_size=1, with_orders=with_orders))
    if all(row["quantity"] is None for row in sales):
        sales[0]["quantity"] = Decimal(1)
    ledger = ledger_of(sales)
    facts = Facts(ledger, as_day(AS_OF), FISCAL)
    here = facts.population()
    for row, customer in enumerate(ledger.customer_ids.tolist()):
        own = [one for one in sales if one["customer_id"] == customer]
        assert here[row] == any(one["date"] <= AS_OF for one in own)
        for code, expected in naive(own, window, with_orders=with_orders).items():
            column = facts.measure(CATALOGUE[code], Window.parse(window))
            got = column.values[row].item() if column.is_known()[row] else None
            assert got == expected, (code, customer)


@given(rows(), windows)
def test_one_customer_alone_gets_the_same_answer(sales, window):
    """The ledger of one customer gives what the whole ledger gives for that one."""
    ledger = ledger_of(sales)
    whole = measured(ledger, window)
    for customer in ledger.customer_ids.tolist():
        alone = measured(ledger.only(customer), window)
        own = [row for row in sales if row["customer_id"] == customer]
        assert alone == {k: v for k, v in whole.items() if k == customer}
        assert alone == measured(ledger_of(own), window)


@given(rows(max_size=12), st.integers(0, 40))
def test_a_shift_of_all_days_changes_nothing(sales, shift):
    """Features depend on distances between days, not on the days themselves.

    But for trend and stability, of quarters, and seasons, of months of the calendar.
    """
    moved = [{**row, "date": row["date"] - dt.timedelta(days=shift)} for row in sales]
    earlier = AS_OF - dt.timedelta(days=shift)
    before = measured(ledger_of(sales), "90 days")
    after = measured(ledger_of(moved), "90 days", as_of=earlier)
    assert without_calendar(after) == without_calendar(before)


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "customer_id": st.sampled_from(["7", "12"]),
                "valid_from": st.sampled_from([None, "2026-01-01", "2026-06-01"]),
                "closed_on": st.sampled_from([None, "2026-02-01", "2026-07-01"]),
                "registered_on": st.sampled_from([None, "2020-01-01"]),
                "flags": st.sampled_from([None, "key_account", "other"]),
            }
        ),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 8),
    st.randoms(use_true_random=False),
)
def test_the_order_of_customer_rows_changes_nothing(people, cut, chance):
    """Nor does it which of them were appended, if contradictions are kept."""
    keep = Treatments(conflicting_customer="keep")
    none = {"customer_id": [], "date": [], "amount": []}

    def described(some):
        table = {name: [row[name] for row in some] for name in people[0]}
        return Ledger.from_frames(none, customers=table, quality=keep)

    shuffled = list(people)
    chance.shuffle(shuffled)
    said = [measured(described(rows), "365 days") for rows in (people, shuffled)]
    assert said[0] == said[1]
    joined = described(shuffled[cut:]).append(described(shuffled[:cut]))
    assert measured(joined, "365 days") == said[0]
