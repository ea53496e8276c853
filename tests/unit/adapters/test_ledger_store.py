from pathlib import Path

import numpy as np
import pytest

from custseg.adapters.ledger_store import open_ledger, writer
from custseg.adapters.ledger_store.errors import StoreUnavailable
from custseg.contract import Columns
from custseg.errors import (
    CurrencyMismatch,
    DataError,
    MissingColumn,
    QualityRefused,
    SettingError,
    UnknownCustomer,
)
from custseg.fitted import FittedPolicy
from custseg.ledger import Ledger
from custseg.policy import load_policy
from custseg.quality.treatments import Treatments
from custseg.vocabulary import texts_of

SALES = {
    "customer_id": ["a", "a", "b", "zoe-the-plumber"],
    "date": ["2026-05-01", "2026-05-01", "2026-05-02", "2026-05-03"],
    "amount": [10.0, 5.0, 20.0, 70.0],
    "order_id": ["o1", "o1", "o2", "secret-order"],
    "line_id": ["1", "2", "1", "1"],
}
MORE = {
    "customer_id": ["b", "c"],
    "date": ["2026-04-30", "2026-06-01"],
    "amount": [2.0, 30.0],
    "order_id": ["o0", "o3"],
    "line_id": ["1", "1"],
}

LINES = {
    "customer_id": ["a", "b"],
    "date": ["2026-05-01", "2026-05-01"],
    "amount": [10.0, 5.0],
    "order_id": ["o1", "o2"],
}


@pytest.fixture
def store(tmp_path):
    """A store of four sales, whose lowest layer stays."""
    store = open_ledger(tmp_path / "store", currency="CNY")
    store.append(SALES)
    return store


@pytest.fixture
def layered(store, monkeypatch):
    """A store that never writes its layers together."""
    monkeypatch.setattr(writer, "_MOST_SHARE", 1e9)
    return store


def both(*tables):
    """Return the rows of several tables as one."""
    return {name: [one for t in tables for one in t[name]] for name in tables[0]}


def ledger_of(*tables, **further):
    """Return the ledger of some sales."""
    return Ledger.from_frames(both(*tables), currency="CNY", **further)


def layers(store):
    """Return how many layers a store has."""
    return len(list(store.folder.glob("*.sheet")))


def test_late_rows_and_new_customers_are_taken_in(layered):
    """Rows of any day go where they belong; the receipt counts them."""
    receipt = layered.append(MORE)
    assert (receipt.version, receipt.customers, receipt.rows) == (2, 2, 2)
    assert layers(layered) == 2
    assert layered.ledger() == ledger_of(SALES, MORE)
    assert repr(layered).endswith("6 sales, CNY, version 2)")


def test_a_line_that_comes_again_counts_once(layered):
    """It is reported as dropped, and the account closes."""
    assert layered.append(both(MORE, SALES)).rows == 2
    assert layered.ledger() == ledger_of(SALES, MORE)
    report = layered.quality()
    assert report.count("duplicate_line") == 4
    assert report.closes()
    assert report.rows_in["sales"] == 10


def test_a_contradiction_is_refused_and_nothing_is_written(layered):
    """As when all rows are read at once."""
    with pytest.raises(QualityRefused, match="with different content"):
        layered.append({**SALES, "amount": [11.0, 5.0, 20.0, 70.0]})
    assert layered.version == 1
    assert layered.ledger() == ledger_of(SALES)


def test_a_correction_takes_the_place_of_lines(layered):
    """The corrected line may move to another day; a line not known yet is added."""
    new = {
        "customer_id": ["a", "a"],
        "date": ["2026-05-09", "2026-05-09"],
        "amount": [6.0, 1.0],
        "order_id": ["o1", "o1"],
        "line_id": ["2", "3"],
    }
    receipt = layered.correct(new)
    assert (receipt.replaced, receipt.rows, receipt.customers) == (1, 1, 1)
    rest = {name: [one[0], *one[2:]] for name, one in SALES.items()}
    assert layered.ledger() == ledger_of(rest, new)
    assert dict(layered.quality().rows_in) == {"sales": 5}


@pytest.mark.parametrize(
    ("amount", "left"),
    [(8.0, [8.0, -3.0]), (-4.0, [5.0, -4.0]), (0.0, [0.0])],
    ids=["the sale", "the return", "both"],
)
def test_a_return_that_quotes_its_sale_stands_beside_it(layered, amount, left):
    """A correction takes the place of the line of its own direction; zero of both."""
    line = {"customer_id": ["a"], "order_id": ["o1"], "line_id": ["2"]}
    note = {**line, "date": ["2026-05-09"], "amount": [-3.0]}
    assert layered.append(note).rows == 1
    assert layered.append(note).dropped == 1
    assert layered.ledger() == ledger_of(SALES, note)
    layered.correct({**line, "date": ["2026-05-10"], "amount": [amount]})
    lines = layered.ledger().only("a").tables["sales"].columns
    of_two = lines["line_id"].values == lines["line_id"].values[-1]
    got = lines["amount"].values[of_two] / 100
    assert sorted(got.tolist(), reverse=True) == left


@pytest.mark.parametrize(
    ("ids", "replaced"),
    [({}, 0), ({"line_id": [None, "1"]}, 1)],
    ids=["without line ids", "one of two has a line id"],
)
def test_a_correction_leaves_lines_that_have_no_id(tmp_path, ids, replaced):
    """Nobody can say that they are the lines which the new ones name."""
    store = open_ledger(tmp_path / "store", currency="CNY")
    store.append({**LINES, **ids})
    receipt = store.correct({**LINES, "line_id": ["1", "1"]})
    assert (receipt.replaced, receipt.rows) == (replaced, 2 - replaced)
    assert store.quality().closes()


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"line_id": None}, MissingColumn, "which lines it corrects.*no such column"),
        ({"line_id": ["1", None]}, DataError, "sales.line_id.*1 rows without"),
    ],
)
def test_a_correction_must_name_its_lines(layered, change, error, said):
    """Orders and lines are named in every row."""
    table = {k: v for k, v in {**MORE, **change}.items() if v is not None}
    with pytest.raises(error, match=said):
        layered.correct(table)
    assert layered.version == 1


def test_who_is_forgotten_is_in_no_file_any_more(layered):
    """Not the id, not the order, not an example in the report, not an answer."""
    layered.append(MORE)
    layered.append({**SALES})  # duplicates, with the customers as examples
    fitted = load_policy("company").fit(layered.ledger(), as_of="2026-06-30")
    layered.classify(fitted, as_of="2026-06-30", remember=True)
    content = b"".join(one.read_bytes() for one in layered.folder.iterdir())
    assert b"zoe-the-plumber" in content
    assert b"secret-order" in content
    receipt = layered.forget("zoe-the-plumber")
    assert (receipt.rows, receipt.customers) == (-1, 1)
    content = b"".join(one.read_bytes() for one in layered.folder.iterdir())
    assert b"zoe" not in content
    assert b"secret" not in content
    rest = {name: one[:3] for name, one in SALES.items()}
    assert layered.ledger() == ledger_of(rest, MORE)
    assert layered.quality().closes()


def test_several_are_forgotten_together_or_nobody(layered):
    """One unknown id, and nobody is forgotten."""
    with pytest.raises(UnknownCustomer, match="'nobody'"):
        layered.forget(["a", "nobody"])
    assert layered.version == 1
    assert layered.forget(["a", "b"]).customers == 2
    assert layered.ledger().customer_ids.tolist() == ["zoe-the-plumber"]


def test_everybody_can_be_forgotten(store):
    """What is left is an empty store that can grow again."""
    store.forget(["a", "b", "zoe-the-plumber"])
    assert len(store) == 0
    assert store.append(SALES).forgotten == 4
    store.append(MORE)
    assert store.ledger() == ledger_of({name: one[1:] for name, one in MORE.items()})


def test_a_payment_waits_for_its_invoice(layered):
    """In whatever order the two come, and as long as it takes."""
    payments = {
        "payment_id": ["p1", "p2"],
        "invoice_id": ["i1", "i2"],
        "paid_on": ["2026-06-01", "2026-06-02"],
        "amount": [5, 6],
    }
    first = {
        "customer_id": ["a"],
        "invoice_id": ["i1"],
        "issued_on": ["2026-05-01"],
        "due_on": ["2026-05-31"],
        "amount": [5],
    }
    second = {**first, "customer_id": ["b"], "invoice_id": ["i2"]}
    layered.append(payments=payments)
    assert layered.quality().count("orphan_payment") == 2
    assert layered.quality().closes()
    assert len(layered.ledger().tables["payments"]) == 0
    layered.append(invoices=first)
    assert layered.quality().count("orphan_payment") == 1
    layered.append(invoices=second)
    assert layered.quality().count("orphan_payment") == 0
    assert layered.ledger() == ledger_of(
        SALES, invoices=both(first, second), payments=payments
    )
    with pytest.raises(DataError, match="'i2'"):
        layered.append(invoices={**second, "customer_id": ["a"]})


def test_orphans_are_refused_where_that_is_wanted(tmp_path):
    """Then payments must not come before their invoices."""
    store = open_ledger(
        tmp_path, currency="CNY", quality=Treatments(orphan_payment="refuse")
    )
    with pytest.raises(QualityRefused, match="unknown invoice"):
        store.append(
            payments={
                "payment_id": ["p1"],
                "invoice_id": ["i1"],
                "paid_on": ["2026-06-01"],
                "amount": [5],
            }
        )
    assert store.version == 0


def test_a_new_column_is_known_of_everybody(layered):
    """A column that comes later makes a difference for those who came before."""
    closed = {"customer_id": ["b"], "closed_on": ["2026-06-01"]}
    layered.append(customers=closed)
    assert layers(layered) == 1  # all rows were written anew, with the column
    assert layered.ledger() == ledger_of(SALES, customers=closed)


def test_words_that_nobody_uses_any_more_are_gone(layered):
    """A ledger from the store has the vocabularies of its final rows."""
    goods = {**MORE, "category": ["pipes", "tiles"]}
    layered.append(goods)
    layered.correct({**goods, "category": ["taps", "tiles"]})
    sales = layered.ledger().tables["sales"]
    assert sales.columns["category"].words == ("taps", "tiles")
    assert texts_of(sales.books["line_id"]).tolist() == ["1", "2"]


def test_many_layers_are_written_together(layered, monkeypatch):
    """The lowest layer stays what it is; those above become one."""
    monkeypatch.setattr(writer, "_MOST_LAYERS", 2)
    tables = [SALES]
    for at in range(5):
        more = {**MORE, "order_id": [f"x{at}", f"y{at}"]}
        layered.append(more)
        tables.append(more)
        assert layers(layered) <= 3
        assert layered.ledger() == ledger_of(*tables)
    layered.compact()
    assert layers(layered) == 1
    assert layered.version == 6
    assert layered.ledger() == ledger_of(*tables)


def labels(result):
    """Return all labels by customer."""
    return {
        customer: [result.labels(name)[row] for name in result.families]
        for row, customer in enumerate(result.customer_ids.tolist())
    }


def test_only_changed_customers_are_asked_again(layered, monkeypatch):
    """Where an answer is remembered, the others' is taken from it."""
    fitted = load_policy("company").fit(layered.ledger(), as_of="2026-06-30")
    layered.classify(fitted, as_of="2026-06-30", remember=True)
    layered.append(MORE)
    asked = []
    plain = FittedPolicy.classify

    def counting(self, ledger, **how):
        asked.append(ledger.customer_ids.tolist())
        return plain(self, ledger, **how)

    monkeypatch.setattr(FittedPolicy, "classify", counting)
    result = layered.classify(fitted, as_of="2026-06-30")
    assert asked == [["b", "c"]]
    whole = plain(fitted, ledger_of(SALES, MORE), as_of="2026-06-30")
    assert labels(result) == labels(whole)
    assert np.array_equal(
        result.outcome.table["spend"].values, whole.outcome.table["spend"].values
    )
    assert str(result.explain("c")) == str(whole.explain("c"))
    assert str(result.what_would_change("c", "abc")) == str(
        whole.what_would_change("c", "abc")
    )
    asked.clear()
    layered.classify(fitted, as_of="2026-07-01")
    assert asked == [[], ["b", "c"]], "nobody's sale has left a window since"
    asked.clear()
    layered.classify(fitted, as_of="2027-06-30")
    assert asked == [["a", "b", "zoe-the-plumber"], ["b", "c"]], "everybody's has"


@pytest.mark.parametrize("remember", [True, False])
def test_a_group_stands_in_several_layers(layered, remember):
    """The group owes 170 of its 200 wherever its rows stand, then 270 of them."""
    people = {
        "customer_id": ["a", "b"],
        "group_id": ["g", "g"],
        "credit_limit": [100.0, 100.0],
    }
    invoices = {
        "customer_id": ["a", "b"],
        "invoice_id": ["1", "2"],
        "issued_on": ["2026-05-01", "2026-05-01"],
        "due_on": ["2026-12-31", "2026-12-31"],
        "amount": [90.0, 90.0],
    }
    paid = {
        "payment_id": ["p"],
        "invoice_id": ["2"],
        "paid_on": ["2026-06-01"],
        "amount": [10.0],
    }
    layered.append(customers=people, invoices=invoices, payments=paid)
    policy = load_policy("building_materials_grading")
    fitted = policy.fit(layered.ledger(), as_of="2026-06-30")

    def used():
        result = layered.classify(fitted, as_of="2026-06-30", remember=remember)
        column = result.worked_out("group_utilisation")
        return column.values[:2].tolist(), result.labels("limit")[:2].tolist()

    assert used() == ([0.85, 0.85], ["WARNING", "WARNING"])
    layered.append({"customer_id": ["a"], "date": ["2026-06-10"], "amount": [9.0]})
    assert used() == ([0.85, 0.85], ["WARNING", "WARNING"])
    further = {name: [one[1]] for name, one in invoices.items()} | {"invoice_id": ["3"]}
    further["amount"] = [100.0]
    layered.append(invoices=further)
    assert used() == ([1.35, 1.35], ["BREACH", "BREACH"])
    assert used() == ([1.35, 1.35], ["BREACH", "BREACH"])


@pytest.mark.parametrize("remember", [True, False])
def test_who_is_not_known_any_more_has_no_answer(layered, remember):
    """A customer whose only sale is moved behind the day leaves the answer."""
    fitted = load_policy("company").fit(layered.ledger(), as_of="2026-06-30")
    layered.classify(fitted, as_of="2026-06-30", remember=remember)
    moved = {
        "customer_id": ["b"],
        "date": ["2026-07-02"],
        "amount": [20.0],
        "order_id": ["o2"],
        "line_id": ["1"],
    }
    layered.correct(moved)
    result = layered.classify(fitted, as_of="2026-06-30")
    assert result.customer_ids.tolist() == ["a", "zoe-the-plumber"]
    rest = {name: [*one[:2], one[3]] for name, one in SALES.items()}
    whole = fitted.classify(ledger_of(rest, moved), as_of="2026-06-30")
    assert labels(result) == labels(whole)


def test_payments_number_invoices_as_invoices_do(layered):
    """Also when a ledger is put together from layers, or some are forgotten."""
    invoices = {
        "customer_id": ["a", "b", "c"],
        "invoice_id": ["i1", "i2", "i3"],
        "issued_on": ["2026-05-01"] * 3,
        "due_on": ["2026-05-31"] * 3,
        "amount": [5, 6, 7],
    }
    payments = {
        "payment_id": ["p2", "p3"],
        "invoice_id": ["i2", "i3"],
        "paid_on": ["2026-06-01"] * 2,
        "amount": [6, 7],
    }
    layered.append(invoices=invoices, payments=payments)
    layered.append(MORE)
    for gone in ((), ("a",)):
        if gone:
            layered.forget(gone)
        tables = layered.ledger().tables
        paid = tables["payments"]
        book = tables["invoices"].books["invoice_id"]
        words = texts_of(book)[paid.columns["invoice_id"].values]
        assert words.tolist() == ["i2", "i3"]
        if layers(layered) == 1:  # and nobody need compare the ids again
            assert paid.books["invoice_id"] is book


def test_a_damaged_answer_is_worked_out_again(layered):
    """What is remembered can be worked out, so its loss is no error."""
    fitted = load_policy("company").fit(layered.ledger(), as_of="2026-06-30")
    before = layered.classify(fitted, as_of="2026-06-30", remember=True)
    (kept,) = layered.folder.glob("*.answer")
    kept.write_bytes(kept.read_bytes()[:-1])
    assert labels(layered.classify(fitted, as_of="2026-06-30")) == labels(before)


def test_a_store_remembers_four_answers(layered):
    """The oldest make room."""
    fitted = load_policy("company").fit(layered.ledger(), as_of="2026-06-30")
    for day in range(1, 8):
        layered.classify(fitted, as_of=f"2026-07-0{day}", remember=True)
    assert len(list(layered.folder.glob("*.answer"))) == 4
    assert len(list(layered.folder.glob("*.note"))) == 4


def test_columns_may_be_called_otherwise_each_time(layered):
    """How rows are read is said with the rows."""
    theirs = {"Kunde": ["c"], "Tag": ["01.06.2026"], "Betrag": [3]}
    layered.append(
        theirs,
        columns=Columns(customer_id="Kunde", date="Tag", amount="Betrag"),
        date_format="%d.%m.%Y",
    )
    assert len(layered.ledger().only("c")) == 1


def test_files_are_read_as_well(layered, tmp_path):
    """A path is a file; several are one table."""
    path = tmp_path / "more.csv"
    rows = zip(*MORE.values(), strict=True)
    text = [",".join(MORE), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(text))
    layered.append([path])
    assert layered.ledger() == ledger_of(SALES, MORE)


def test_the_currency_is_settled_once(tmp_path):
    """By whoever opens the store, or by its first rows."""
    store = open_ledger(tmp_path / "found")
    store.append({**SALES, "currency": ["JPY"] * 4})
    assert store.ledger().currency == "JPY"
    with pytest.raises(SettingError, match="another currency; got CNY; allowed: JPY"):
        open_ledger(tmp_path / "found", currency="CNY")
    nobody = open_ledger(tmp_path / "unsaid")
    nobody.append(SALES)
    with pytest.raises(CurrencyMismatch, match="another currency cannot be added"):
        nobody.append({**MORE, "currency": ["CNY"] * 2})


def test_settings_are_checked(tmp_path, store):
    """Each in words."""
    with pytest.raises(SettingError, match="no table was given"):
        store.append()
    with pytest.raises(SettingError, match="expected a fitted policy"):
        store.classify("company", as_of="2026-06-30")
    with pytest.raises(SettingError, match="treats odd rows in another way"):
        open_ledger(store.folder, quality=Treatments(zero_amount="drop"))
    with pytest.raises(SettingError, match="sale may come later"):
        open_ledger(tmp_path / "x", quality=Treatments(orphan_return="drop"))
    with pytest.raises(SettingError, match="path of a folder; got None"):
        open_ledger(None)
    assert not (tmp_path / "x").exists()


def test_a_folder_must_be_the_stores_own(tmp_path):
    """Neither a mistyped path nor somebody's papers become a store."""
    with pytest.raises(StoreUnavailable, match="no ledger in this folder"):
        open_ledger(tmp_path / "mistyped", create=False)
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StoreUnavailable, match=r"holds other things.*letter\.txt"):
        open_ledger(tmp_path)


def test_an_empty_store_answers(tmp_path):
    """Nobody is classified, and the account is empty."""
    store = open_ledger(tmp_path, currency="CNY")
    fitted = load_policy("company").fit(store.ledger(), as_of="2026-06-30")
    assert len(store.classify(fitted, as_of="2026-06-30")) == 0
    assert store.quality().closes()
    store.check()
    store.compact()
    with pytest.raises(UnknownCustomer, match="no such customer"):
        store.forget("a")


def test_kept_duplicates_are_counted_once(tmp_path, monkeypatch):
    """Rows that are kept although odd are counted anew with their customer."""
    monkeypatch.setattr(writer, "_MOST_SHARE", 1e9)
    store = open_ledger(
        tmp_path, currency="CNY", quality=Treatments(duplicate_line="keep")
    )
    store.append(both(SALES, SALES))
    assert store.quality().count("duplicate_line") == 4
    store.append({name: one[:1] for name, one in SALES.items()})
    assert store.quality().count("duplicate_line") == 5
    assert len(store) == 9
    assert store.quality().closes()


def test_forgetting_says_where_a_file_cannot_be_removed(layered, monkeypatch):
    """A person is not called forgotten while a file still tells of it."""
    layered.append(MORE)
    plain = Path.unlink

    def held(self, *, missing_ok=False):
        if self.suffix == ".sheet":
            raise PermissionError(13, "in use")
        plain(self, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", held)
        with pytest.raises(StoreUnavailable, match=r"00000001.*call compact\(\)"):
            layered.forget("a")
    layered.compact()
    assert layers(layered) == 1
    assert "a" not in layered.ledger().customer_ids.tolist()
