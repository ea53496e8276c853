"""The short way (runs gathered while reading) answers as the long way does."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

import custseg as cs
from custseg.intake import assembly
from custseg.intake.gathering import road
from custseg.intake.gathering.gathered import Gathered
from custseg.intake.identifiers import texts_of
from custseg.periods import FiscalCalendar, Window, as_day
from custseg.scoring.catalogue import CATALOGUE
from custseg.scoring.features import Facts
from custseg.scoring.references import (
    REFERENCES,
    learn_references,
    survey_references,
)

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

ASKED = {"sales.amount", "sales.order_id", "sales.quantity", "sales.cost"}
WORDS = {"sales.category", "sales.brand"}
PLAIN = ("unsorted", "returns", "zeros", "rounded", "decimal", "moments", "large")
GOODS = ("none", "full", "holes", "blanks", "signs", "encoded", "numbers")
CUSTOMERS = {
    "even": "C{:08d}",
    "uneven": "c{}",
    "long": "customer of a very long and most varied name, number {}",
    "varied": "{0:064b}",
    "inner blanks": "c {} x",
    "whole numbers": 1,
    "long numbers": 987_654_321,
}
TROUBLES = (
    "null customer",
    "null order",
    "null quantity",
    "null amount",
    "null date",
    "NaN",
    "blank at the end",
    "blank alone",
    "beyond ASCII",
    "odd blank",
    "NUL",
    "too long",
    "huge",
    "early date",
    "dictionary",
    "another currency",
)


def table_of(seed, *, customers, orders, plain, trouble, goods="none"):  # noqa: C901 - one if a kind
    """Return a small table of sales, gathered by order unless it is to be unsorted."""
    chance = np.random.default_rng(seed)
    n = int(chance.integers(1, 120))
    order = np.sort(chance.integers(0, max(1, n // 3), n))
    owner = chance.integers(0, int(chance.integers(1, 9)), n)[order]
    day = 19_000 + chance.integers(0, int(chance.choice([1, 5, 900])), n)[order]
    later = chance.random(n) < 0.1
    day = day + later
    minor = chance.integers(1, 99_999, n)
    if "returns" in plain:
        minor *= np.where(chance.random(n) < 0.2, -1, 1)
    if "zeros" in plain:
        minor[chance.random(n) < 0.2] = 0
    rows = np.arange(n)
    if "unsorted" in plain:
        chance.shuffle(rows)
    owner, order, day, minor = (x[rows] for x in (owner, order, day, minor))
    amount = (minor / 100).tolist()
    if "rounded" in plain:
        amount = [a + 0.004 if chance.random() < 0.1 else a for a in amount]
    if "decimal" in plain:
        amount = [Decimal(int(m)).scaleb(-2) for m in minor]
    ids = {}
    for name, form, numbers in (
        ("customer_id", CUSTOMERS[customers], owner),
        ("order_id", CUSTOMERS[orders], order),
    ):
        texts = numbers * form if isinstance(form, int) else None
        if texts is None:
            texts = [form.format(int(one) * 7_654_321) for one in numbers]
        ids[name] = list(texts)
    dates = [dt.date(1970, 1, 1) + dt.timedelta(int(d)) for d in day]
    if "moments" in plain:
        dates = [dt.datetime.combine(d, dt.time(23, 59)) for d in dates]
    quantity = chance.integers(-5, 300_000 if "large" in plain else 9, n).tolist()
    table = {**ids, "date": dates, "amount": amount, "quantity": quantity}
    if "large" in plain:
        table["cost"] = [float(m) * 1e6 for m in minor]
    spoil(table, trouble, int(chance.integers(0, n)))
    arrow = with_goods(pa.table(table), chance, goods)
    if trouble == "dictionary":
        encoded = arrow["customer_id"].dictionary_encode()
        arrow = arrow.set_column(0, "customer_id", encoded)
    return arrow


def with_goods(table, chance, goods):
    """Return the table with categories and brands, said in one way or another."""
    n = table.num_rows
    words = {
        "none": [],
        "full": ["tile", "paint", "pipe"],
        "holes": ["tile", "paint", None],
        "blanks": ["tile", " tile", "paint ", "", " "],
        "signs": ["\u74f7\u7816", "tile", "\u3000tile", "a\0b", "x" * 70],
        "encoded": ["tile", "paint", None],
        "numbers": [7, 8],
    }[goods]
    if not words:
        return table
    chosen = pa.array([words[at] for at in chance.integers(0, len(words), n)])
    if goods == "encoded":
        chosen = chosen.dictionary_encode()
    brand = pa.array([f"b{at}" for at in chance.integers(0, 9, n)])
    return table.append_column("category", chosen).append_column("brand", brand)


def spoil(table, trouble, row):
    """Put one thing into a table that the short way may not pass over."""
    cells = {
        "null customer": ("customer_id", None),
        "null order": ("order_id", None),
        "null quantity": ("quantity", None),
        "null amount": ("amount", None),
        "null date": ("date", None),
        "NaN": ("amount", float("nan")),
        "huge": ("amount", 1e18),
        "early date": ("date", dt.date(1823, 1, 1)),
    }
    ends = {
        "blank at the end": " ",
        "odd blank": "\u3000",
        "beyond ASCII": "\u96c6\u56e2",
        "NUL": "\0",
        "too long": "x" * 65,
    }
    if trouble in cells:
        name, cell = cells[trouble]
        if isinstance(table["amount"][0], Decimal) and isinstance(cell, float):
            return
        if isinstance(table["date"][0], dt.datetime) and isinstance(cell, dt.date):
            cell = dt.datetime.combine(cell, dt.time())
        table[name][row] = cell
    elif trouble in ends or trouble == "blank alone":
        name = ("customer_id", "order_id")[row % 2]
        if isinstance(table[name][row], str):
            table[name][row] += ends.get(trouble, "")
            if trouble == "blank alone":
                table[name][row] = " "
    elif trouble == "another currency":
        table["currency"] = ["CNY"] * len(table["amount"])
        table["currency"][row] = "USD"


def answers(source, *, short, currency, batch=5):
    """Return all that a ledger says, or the error, by one of the two ways."""
    read = cs.Ledger.from_files
    if isinstance(source, pa.Table):
        read = cs.Ledger.from_frames
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assembly, "WORTH_WAITING", 1)
        patch.setattr(road, "WORTH_WAITING", 1)
        patch.setattr(road, "_BATCH", batch)
        if not short:
            patch.setattr(assembly, "gather", lambda *_: None)
        try:
            ledger = read(source, currency=currency)
        except cs.CustsegError as error:
            return type(error), str(error)
    took = isinstance(ledger.tables.given["sales"], Gathered)
    assert not (took and not short)
    merged = ledger.merged_for(ASKED | WORDS)
    found = {
        "customers": ledger.customer_ids.tolist(),
        "report": ledger.report.to_text(),
        "kept": ledger.report,
        "said": repr(ledger),
    }
    for as_of in ("2022-01-20", "2026-06-30"):
        facts = Facts(merged, as_day(as_of), FiscalCalendar(4))
        everybody = np.ones(facts.n, dtype=bool)
        lifetime = Window.parse("lifetime")
        told = survey_references(REFERENCES, [(facts, everybody)], lifetime)
        references = learn_references(REFERENCES, told, minimum=1)
        found[as_of] = {name: one.to_data() for name, one in references.items()}
        facts = evolve(facts, references=references)
        for code, feature in CATALOGUE.items():
            for window in ("lifetime", "30 days", "365 days"):
                one = facts.measure(feature, Window.parse(window))
                known = one.is_known()
                found[code, as_of, window] = known.tolist(), one.values[known].tobytes()
                found[code, as_of, window] += (one.words,)
    lines = ledger.tables["sales"]
    found["lines"] = [lines.offsets.tolist(), lines.day.tolist()]
    for name, column in sorted(lines.columns.items()):
        found["lines"] += [name, column.values.tolist(), column.is_known().tolist()]
        found["lines"] += [column.words, column.values.dtype]
    found["books"] = {n: texts_of(book).tolist() for n, book in lines.books.items()}
    return found


forms = st.sampled_from(sorted(CUSTOMERS))
seeds = st.integers(0, 10**6)


@settings(max_examples=60, deadline=None)
@given(
    seeds,
    forms,
    forms,
    st.sets(st.sampled_from(PLAIN)),
    st.none() | st.sampled_from(TROUBLES),
    st.sampled_from([3, 5, 1 << 16]),
    st.sampled_from(["CNY", None]),
    st.sampled_from(GOODS),
)
@example(198, "even", "long numbers", set(), None, 3, "CNY", "none")
def test_both_ways_answer_alike(  # noqa: PLR0917 - drawn, in this order
    seed, customers, orders, plain, trouble, batch, money, goods
):
    """Every feature, every line, the report and the errors, to the bit."""
    table = table_of(
        seed,
        customers=customers,
        orders=orders,
        plain=plain,
        trouble=trouble,
        goods=goods,
    )
    long = answers(table, short=False, currency=money)
    assert answers(table, short=True, currency=money, batch=batch) == long


@settings(max_examples=25, deadline=None)
@given(
    seeds,
    forms,
    st.sets(st.sampled_from(PLAIN)),
    st.none() | st.sampled_from(TROUBLES),
    st.integers(1, 60),
    st.integers(1, 3),
    st.sampled_from(GOODS),
)
def test_both_ways_read_files_alike(  # noqa: PLR0917 - drawn, in this order
    tmp_path_factory, seed, ids, plain, trouble, group, files, goods
):
    """One file or several, in row groups of any length, an empty one among them."""
    table = table_of(
        seed, customers=ids, orders=ids, plain=plain, trouble=trouble, goods=goods
    )
    folder = tmp_path_factory.mktemp("sales")
    paths = []
    cuts = np.linspace(0, table.num_rows, files + 1).astype(int)
    for at in range(files):
        some = table.slice(cuts[at], cuts[at + 1] - cuts[at])
        paths.append(folder / f"{at}.parquet")
        pq.write_table(some, paths[-1], row_group_size=group)
    source = paths[0] if files == 1 else paths
    long = answers(source, short=False, currency="CNY")
    assert answers(source, short=True, currency="CNY") == long


@pytest.mark.parametrize("goods", GOODS[:-1])
@pytest.mark.parametrize("orders", sorted(CUSTOMERS))
@pytest.mark.parametrize("customers", sorted(CUSTOMERS))
def test_plain_tables_go_the_short_way(customers, orders, goods):
    """The laws above would hold as well if nothing ever did."""
    table = table_of(
        7,
        customers=customers,
        orders=orders,
        plain=set(PLAIN),
        trouble=None,
        goods=goods,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(road, "WORTH_WAITING", 1)
        patch.setattr(assembly, "WORTH_WAITING", 1)
        ledger = cs.Ledger.from_frames(table, currency="CNY")
    assert isinstance(ledger.tables.given["sales"], Gathered)
