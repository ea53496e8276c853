"""Odd invoices and payments: each kind counted, shown and treated as was chosen."""

import pytest

from custseg.errors import QualityRefused, SettingError
from custseg.ledger import Ledger
from custseg.quality.kinds import KINDS
from custseg.quality.treatments import Treatments
from open_items import book, told

ROW = ("a", "1", "2026-01-01", "2026-01-31", 1000.0)
OTHER = ("b", "2", "2026-01-01", "2026-01-31", 50.0)

# A kind, invoices and payments that show it once, its table and what is shown.
ODD = {
    "unnumbered_invoice": (
        [ROW, ("a", None, "2026-02-01", "2026-03-01", 5.0)],
        [],
        "invoices",
        "row 1: nothing",
    ),
    "missing_due_date": (
        [ROW, ("b", "2", "2026-02-01", None, 5.0)],
        [],
        "invoices",
        "row 1: nothing",
    ),
    "due_before_issue": (
        [("b", "2", "2026-02-01", "2026-01-31", 5.0), ROW],
        [],
        "invoices",
        "row 0: '2026-01-31'",
    ),
    "negative_invoice": (
        [ROW, ("a", "2", "2026-02-01", "2026-02-01", -5.0)],
        [],
        "invoices",
        "row 1: -5.0",
    ),
    "undated_write_off": (
        [OTHER, (*ROW, {"written_off_amount": 3.0})],
        [],
        "invoices",
        "row 1: 3.0",
    ),
    "excess_write_off": (
        [
            (*OTHER, {"written_off_on": "2026-03-01", "written_off_amount": 50.01}),
            (*ROW, {"written_off_on": "2026-03-01", "written_off_amount": 1000.0}),
        ],
        [],
        "invoices",
        "row 0: 50.01",
    ),
    "misdated_dispute": (
        [
            (*OTHER, {"disputed_on": "2026-02-02", "resolved_on": "2026-02-01"}),
            (*ROW, {"disputed_on": "2026-02-02", "resolved_on": "2026-02-02"}),
        ],
        [],
        "invoices",
        "row 0: '2026-02-01'",
    ),
    "negative_payment": (
        [ROW],
        [("1", "2026-02-01", 30.0), ("1", "2026-02-02", -20.0)],
        "payments",
        "row 1: -20.0",
    ),
    "paid_before_issue": (
        [ROW],
        [("1", "2025-12-31", 30.0), ("1", "2026-01-01", 20.0)],
        "payments",
        "customer 'a' on 2025-12-31",
    ),
    "overpaid_invoice": (
        [ROW, OTHER],
        [
            ("1", "2026-01-05", 1000.0),
            ("2", "2026-01-05", 50.0),
            ("2", "2026-01-06", 0.01),
        ],
        "invoices",
        "customer 'b' on 2026-01-01",
    ),
    "duplicate_invoice": (
        [ROW, OTHER, ROW],
        [],
        "invoices",
        "customer 'a' on 2026-01-01",
    ),
    "conflicting_invoice": (
        [ROW, ("a", "1", "2026-01-02", "2026-01-31", 1000.0)],
        [],
        "invoices",
        "customer 'a' on 2026-01-02",
    ),
}
CASES = [
    (kind, treatment)
    for kind in ODD
    for treatment in KINDS[kind].allowed
    if treatment != "refuse"
]


def read(kind, treatment):
    """Make the ledger that shows a kind, treated as said."""
    rows, paid, *_ = ODD[kind]
    return book(rows, paid, quality=Treatments(**{kind: treatment}))


@pytest.mark.parametrize(("kind", "treatment"), CASES)
def test_each_kind_is_counted_once(kind, treatment):
    """With its table, an example, and an account that closes."""
    *_, table, shown = ODD[kind]
    report = read(kind, treatment).quality("2026-06-30")
    finding = next(one for one in report.findings if one.kind == kind)
    assert (finding.table, finding.rows, finding.treatment) == (table, 1, treatment)
    assert finding.examples == (shown,)
    assert report.closes()
    rows = len(ODD[kind][0 if table == "invoices" else 1])
    assert report.rows_in[table] == rows
    assert report.rows_used[table] == rows - (treatment == "drop")


@pytest.mark.parametrize("kind", ODD)
def test_each_kind_can_be_refused(kind):
    """The error says what, where and what to do."""
    title = KINDS[kind].title.en
    with pytest.raises(QualityRefused, match=f"{title}, 1 row"):
        read(kind, "refuse")


@pytest.mark.parametrize("kind", ODD)
def test_sound_rows_show_nothing(kind):
    """Rows on the right side of every edge are not odd."""
    rows = [
        (*ROW, {"written_off_on": "2026-05-01", "written_off_amount": 1000.0}),
        (*OTHER[:3], "2026-01-01", 50.0, {"disputed_on": "2026-01-01"}),
    ]
    ledger = book(rows, [("2", "2026-01-01", 50.0)])
    assert ledger.quality("2026-06-30").count(kind) == 0


def test_what_is_not_refused_by_default():
    """Only rows that contradict each other, or can never be paid."""
    refused = {kind for kind in ODD if KINDS[kind].default == "refuse"}
    assert refused == {"unnumbered_invoice", "conflicting_invoice"}
    for kind in ODD.keys() - refused:
        assert read(kind, KINDS[kind].default).quality().count(kind) == 1


def test_an_unreadable_due_date_is_told_once():
    """Not as missing too."""
    report = book([("a", "1", "2026-01-01", "soon", 5.0)]).quality()
    assert report.count("unparseable_value", table="invoices") == 1
    assert report.count("missing_due_date") == 0


def test_an_unreadable_amount_is_not_under_zero():
    """What stands in its place is nobody's credit; nor is a zero."""
    lenient = Treatments(unparseable_amount="drop")
    rows = [ROW, *(("a", one, *ROW[2:4], one) for one in ("-x", "0"))]
    report = book(rows, quality=lenient).quality()
    assert report.count("negative_invoice") == 0
    assert report.rows_used["invoices"] == 2


def test_the_same_invoice_twice_counts_once():
    """Given again with new payments, as an extract of each month does."""
    assert told(book([ROW, ROW]), "open_receivable") == [100_000, 0]
    first = book([ROW, OTHER], [("1", "2026-01-05", 300.0)])
    second = book([ROW], [("1", "2026-02-05", 200.0)])
    joined = first.append(second)
    assert told(joined, "open_receivable") == [50_000, 5_000]
    report = joined.quality()
    assert report.count("duplicate_invoice") == 1
    assert report.closes()
    books = [
        joined.tables[name].books["invoice_id"] for name in ("invoices", "payments")
    ]
    assert books[0] is books[1]


def test_of_two_versions_the_fuller_one_is_used():
    """The one that knows of the dispute, whichever came first."""
    more = (*ROW, {"disputed_on": "2026-02-01"})
    drop = Treatments(conflicting_invoice="drop")
    for rows in ([ROW, more], [more, ROW], [ROW, more, ROW, more]):
        ledger = book(rows, quality=drop)
        assert told(ledger, "has_open_dispute") == [True, False]
        report = ledger.quality()
        kinds = ("conflicting_invoice", "duplicate_invoice")
        assert sum(map(report.count, kinds)) == len(rows) - 1
    with pytest.raises(QualityRefused, match="recorded twice with different content"):
        book([ROW]).append(book([more]))


def payments(**columns):
    """Make a ledger of one invoice and payments by column."""
    sales = {"customer_id": ["a"], "date": ["2026-01-01"], "amount": [1.0]}
    names = ("customer_id", "invoice_id", "issued_on", "due_on", "amount")
    rows = [ROW, ("a", "2", *ROW[2:])]
    invoices = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    quality = columns.pop("quality", None)
    return Ledger.from_frames(
        sales, invoices=invoices, payments=columns, currency="CNY", quality=quality
    )


@pytest.mark.parametrize(("treatment", "left"), [("drop", 160_000), ("keep", 130_000)])
def test_a_payment_that_came_twice(treatment, left):
    """Alike in all: once. On another invoice, day, or of another sum: not alike."""
    ledger = payments(
        payment_id=["p", "p", "p", "p", "p"],
        invoice_id=["1", "1", "2", "1", "1"],
        paid_on=["2026-02-01", "2026-02-01", "2026-02-01", "2026-02-02", "2026-02-01"],
        amount=[300.0, 300.0, 50.0, 40.0, 10.0],
        quality=Treatments(duplicate_payment=treatment),
    )
    assert told(ledger, "open_receivable") == [left]
    report = ledger.quality()
    assert report.count("duplicate_payment") == 1
    assert report.closes()


def test_payments_without_an_id_are_not_compared():
    """Two of the same sum on one day may be two."""
    ledger = payments(
        payment_id=[None, None],
        invoice_id=["1", "1"],
        paid_on=["2026-02-01"] * 2,
        amount=[300.0, 300.0],
    )
    assert told(ledger, "open_receivable") == [140_000]
    assert ledger.quality().count("duplicate_payment") == 0


def test_an_invoice_in_another_currency_is_refused_or_dropped():
    """With it go its payments, and both are on the record."""
    foreign = {"currency": ["CNY", "EUR"]}
    names = ("customer_id", "invoice_id", "issued_on", "due_on", "amount")
    table = {name: [ROW[at], OTHER[at]] for at, name in enumerate(names)} | foreign
    paid = {
        "payment_id": ["p", "q"],
        "invoice_id": ["1", "2"],
        "paid_on": ["2026-02-01"] * 2,
        "amount": [1.0, 2.0],
    }
    sales = {"customer_id": ["a"], "date": ["2026-01-01"], "amount": [1.0]}

    def read(quality=None):
        return Ledger.from_frames(
            sales, invoices=table, payments=paid, currency="CNY", quality=quality
        )

    with pytest.raises(QualityRefused, match=r"rows in another currency.*EUR"):
        read()
    report = read(Treatments(other_currency="drop")).quality()
    assert report.count("other_currency", table="invoices") == 1
    assert report.count("orphan_payment") == 1
    assert report.closes()


def test_disputes_that_nobody_closed():
    """Open for more than a year on the day: 366 days, not 365."""
    row = (*ROW, {"disputed_on": "2026-02-01"})
    ledger = book([row, OTHER])
    assert ledger.quality("2027-02-01").count("long_dispute") == 0
    report = ledger.quality("2027-02-02")
    assert report.count("long_dispute", table="invoices") == 1
    assert ledger.quality().count("long_dispute") == 0
    refusing = book([row], quality=Treatments(long_dispute="refuse"))
    with pytest.raises(QualityRefused, match="open for more than a year"):
        refusing.quality("2027-02-02")


@pytest.mark.parametrize(
    "ended",
    [
        {"resolved_on": "2026-03-01"},
        {"written_off_on": "2026-03-01"},
        {"paid": 1000.0},
    ],
)
def test_disputes_that_are_over(ended):
    """Resolved, written off or paid: nothing is open any more."""
    ended = dict(ended)
    amount = ended.pop("paid", 0.0)
    row = (*ROW, {"disputed_on": "2026-02-01", **ended})
    ledger = book([row], [("1", "2026-03-01", amount)] if amount else [])
    assert ledger.quality("2028-01-01").count("long_dispute") == 0
    late = book([row], [("1", "2028-01-02", amount)])
    still_open = late.quality("2028-01-01").count("long_dispute")
    assert still_open == (amount > 0)


def test_some_treatments_make_no_sense():
    """What counts twice cannot be kept, and what was paid cannot be dropped."""
    wrong = {"duplicate_invoice": "keep", "overpaid_invoice": "drop"}
    for kind, treatment in wrong.items():
        with pytest.raises(SettingError, match=f"Treatments.{kind}"):
            Treatments(**{kind: treatment})


def test_kinds_need_only_the_columns_that_are_there():
    """Without the optional columns there is nothing odd about them."""
    report = book([ROW], plain=True).quality("2030-01-01")
    assert report.count("long_dispute") == 0
    assert report.count("undated_write_off") == 0
