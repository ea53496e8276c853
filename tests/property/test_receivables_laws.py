"""Laws of receivables: no look ahead, no order of rows, and sums that add up."""

import datetime as dt
from collections import defaultdict
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from custseg.ledger import Ledger
from custseg.periods import Window, day_of
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from strategies import windows
from strategies_receivables import AS_OF, FIRST, invoices, open_on, payments_of

RECEIVABLES = [
    one
    for one in CATALOGUE.values()
    if any(need.startswith(("invoices.", "payments.")) for need in one.needs)
]
SALES = {"customer_id": ["a", "b"], "date": [FIRST, FIRST], "amount": [1, 1]}
PEOPLE = {
    "customer_id": ["a", "b"],
    "group_id": ["g", "g"],
    "credit_limit": [10, 20],
    "open_orders": [1, None],
}
COLUMNS = {
    "invoices": (
        "customer_id",
        "invoice_id",
        "issued_on",
        "due_on",
        "amount",
        "written_off_on",
        "written_off_amount",
        "disputed_on",
        "resolved_on",
    ),
    "payments": ("payment_id", "invoice_id", "paid_on", "amount"),
}
BUCKETS = ("overdue_1_30", "overdue_31_60", "overdue_61_90", "overdue_over_90")


def ledger_of(rows, paid, *, further=False):
    """Make a ledger of plain rows; a further delivery brings nothing else."""
    given_rows = {"invoices": rows, "payments": paid}
    tables = {
        table: {name: [row[name] for row in given_rows[table]] for name in names}
        for table, names in COLUMNS.items()
    }
    sales = {name: [] for name in SALES} if further else SALES
    people = None if further else PEOPLE
    return Ledger.from_frames(sales, customers=people, currency="CNY", **tables)


def measured(ledger, window="90 days", as_of=AS_OF):
    """Return every feature of receivables by customer, None where it is unknown."""
    facts = Facts(ledger, day_of(as_of))
    found = {}
    for one in RECEIVABLES:
        column = facts.measure(one, Window.parse(window))
        pairs = zip(column.values.tolist(), column.is_known().tolist(), strict=True)
        found[one.code] = [value if known else None for value, known in pairs]
    return found


def known_by(rows, paid, day):
    """Return what somebody knew on a day: later rows and later dates are not there."""
    seen = [dict(row) for row in rows if row["issued_on"] <= day]
    for row in seen:
        for name in ("written_off_on", "disputed_on", "resolved_on"):
            if row[name] is not None and row[name] > day:
                row[name] = None
    ids = {row["invoice_id"] for row in seen}
    return seen, [
        one for one in paid if one["paid_on"] <= day and one["invoice_id"] in ids
    ]


books = invoices().flatmap(lambda rows: st.tuples(st.just(rows), payments_of(rows)))


@given(books, windows)
def test_nothing_of_later_days_is_seen(book, window):
    """Take away what was not known on the day: the answers are the same."""
    rows, paid = book
    whole, seen = ledger_of(rows, paid), ledger_of(*known_by(rows, paid, AS_OF))
    assert measured(whole, window) == measured(seen, window)
    day = day_of(AS_OF)
    populations = [Facts(one, day).population().tolist() for one in (whole, seen)]
    assert populations[0] == populations[1]


@given(books, windows, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(book, window, chance):
    """Whatever comes first, the same numbers come out."""
    rows, paid = book
    shuffled = [list(rows), list(paid)]
    for one in shuffled:
        chance.shuffle(one)
    first, second = ledger_of(rows, paid), ledger_of(*shuffled)
    assert first == second
    assert measured(first, window) == measured(second, window)


@given(books, invoices(prefix="x"), st.data())
def test_appending_is_reading_everything_at_once(book, more, data):
    """A second delivery, with invoices given again that have been paid since."""
    rows, paid = book
    again = data.draw(st.lists(st.sampled_from(rows), unique_by=id)) if rows else []
    late = data.draw(payments_of([*more, *again], prefix="x"))
    second = ledger_of([*more, *again], late, further=True)
    joined = ledger_of(rows, paid).append(second)
    whole = ledger_of([*rows, *more], [*paid, *late])
    assert joined == whole
    assert joined.report.closes()
    assert joined.report.count("duplicate_invoice") == len(again)
    assert measured(joined) == measured(whole)


@given(books)
def test_open_is_issued_less_paid_less_written_off(book):
    """By customer and over all time; and as one would tell it invoice by invoice."""
    rows, paid = book
    found = measured(ledger_of(rows, paid), "lifetime")
    parts = zip(
        *(found[name] for name in ("invoiced", "collected", "written_off")), strict=True
    )
    assert found["open_receivable"] == [i - c - w for i, c, w in parts]
    for at, who in enumerate("ab"):
        own = [open_on(row, paid, AS_OF) for row in rows if row["customer_id"] == who]
        assert found["collected"][at] == sum(one[0] for one in own)
        assert found["written_off"][at] == sum(one[1] for one in own)
        assert found["open_receivable"][at] == sum(one[2] for one in own)


@given(books)
def test_the_buckets_add_up(book):
    """To what is overdue, which is never more than what is open and undisputed."""
    rows, paid = book
    found = measured(ledger_of(rows, paid))
    for at in (0, 1):
        whole = found["overdue_amount"][at]
        assert sum(found[name][at] for name in BUCKETS) == whole
        assert (found["max_days_past_due"][at] > 0) == (whole > 0)
        left = found["open_receivable"][at] - found["disputed_receivable"][at]
        assert 0 <= whole <= max(left, 0)
        assert found["has_open_dispute"][at] == (found["disputed_receivable"][at] > 0)
        exposure = found["open_receivable"][at] + (100 if at == 0 else 0)
        assert found["exposure"][at] == exposure
    assert found["group_exposure"] == [sum(found["exposure"])] * 2


@given(books, st.integers(1, 120))
def test_the_average_balance_is_that_of_its_days(book, length):
    """The mean of what was open at the end of each day, half to even."""
    rows, paid = book
    found = measured(ledger_of(rows, paid), f"{length} days")
    for at, who in enumerate("ab"):
        own = [row for row in rows if row["customer_id"] == who]
        total = sum(
            open_on(row, paid, AS_OF - dt.timedelta(days=back))[2]
            for back in range(length)
            for row in own
        )
        assert found["average_open_receivable"][at] == round(Fraction(total, length))


@given(books, st.integers(1, 200))
def test_days_late_are_the_days_on_which_something_was_missing(book, length):
    """Added up day by day, for customers without credits and disputes."""
    rows, paid = book
    plain = [
        {**row, "disputed_on": None}
        for row in rows
        if row["due_on"] and row["amount"] > 0
    ]
    ids = {row["invoice_id"]: int(row["amount"] * 100) for row in plain}
    sums = defaultdict(int)
    fitting = []
    for one in paid:  # none is overpaid, so that there are no credits
        cents, which = int(one["amount"] * 100), one["invoice_id"]
        if which in ids and cents > 0 and sums[which] + cents <= ids[which]:
            sums[which] += cents
            fitting.append(one)
    found = measured(ledger_of(plain, fitting), f"{length} days")
    for at, who in enumerate("ab"):
        asked = late = prompt = 0
        for row in plain:
            due = max(row["due_on"], row["issued_on"])
            if row["customer_id"] != who or not 0 <= (AS_OF - due).days < length:
                continue
            asked += ids[row["invoice_id"]]
            prompt += open_on(row, fitting, due)[0]
            late += sum(
                open_on(row, fitting, due + dt.timedelta(days=n))[2]
                for n in range((AS_OF - due).days)
            )
        expected = [prompt / asked, late / asked] if asked else [None, None]
        told = [found[code][at] for code in ("on_time_share", "average_days_late")]
        assert told == expected


@given(books, windows)
def test_a_customer_alone_gets_the_same_answer(book, window):
    """All but what a group owes, which takes the others of the group."""
    rows, paid = book
    whole = ledger_of(rows, paid)
    everybody = measured(whole, window)
    for at, who in enumerate("ab"):
        alone = measured(whole.only(who), window)
        for one in RECEIVABLES:
            expected = None if one.together else everybody[one.code][at]
            assert alone[one.code] == [expected]
