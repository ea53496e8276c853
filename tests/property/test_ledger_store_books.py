"""Vocabularies are merged, and words found, in text order whatever their form."""

from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from custseg.adapters.ledger_store import kept as kept_module
from custseg.adapters.ledger_store.books import (
    inserted,
    merged_books,
    places,
    spelled,
)
from custseg.adapters.ledger_store.kept import kept_from
from custseg.events import arrange
from custseg.table import Column
from custseg.units import Unit
from custseg.vocabulary import texts_of

short = st.text("ab01", min_size=1, max_size=3)
long = st.text("ab", min_size=7, max_size=11)
words = st.one_of(short, long, st.sampled_from(["王", "é", "zzzzzzzz", "zzzzzzzzz"]))


@st.composite
def books(draw):
    """Return a sorted vocabulary, of bytes where it can be one."""
    texts = sorted(set(draw(st.lists(words, max_size=8))))
    if draw(st.booleans()) and texts and all(one.isascii() for one in texts):
        return np.array([one.encode() for one in texts])
    book = np.empty(len(texts), dtype=object)
    book[:] = texts
    return book


@given(st.lists(books(), min_size=1, max_size=4))
def test_merging_is_the_sorted_union(some):
    """Every word stands where it was sent."""
    merged, went = merged_books(some)
    texts = [texts_of(one).tolist() for one in some]
    assert texts_of(merged).tolist() == sorted(set().union(*texts))
    for own, place in zip(texts, went, strict=True):
        assert texts_of(merged)[place].tolist() == own


@given(books(), books())
def test_words_are_found_where_they_are(wanted, book):
    """And only there, spelled or not."""
    there = {text: at for at, text in enumerate(texts_of(book).tolist())}
    expected = [there.get(text, -1) for text in texts_of(wanted).tolist()]
    assert places(wanted, book).tolist() == expected
    assert places(spelled(wanted), spelled(book)).tolist() == expected


@given(books(), st.lists(books(), max_size=3))
def test_what_is_new_is_told(book, others):
    """Exactly the words that the large vocabulary lacked."""
    merged, went, new = inserted(book, spelled(book), others)
    before = set(texts_of(book).tolist())
    assert set(texts_of(merged)[new].tolist()) == set(texts_of(merged)) - before
    for own, place in zip(others, went, strict=True):
        assert texts_of(merged)[place].tolist() == texts_of(own).tolist()


lines = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(-(10**12), 10**12),
        st.one_of(st.none(), st.integers(-3, 3)),
        st.integers(-1, 2),
    ),
    max_size=15,
)


@given(lines, st.sets(st.integers(0, 2)), st.sampled_from([0, 8]))
def test_kept_lines_are_the_lines(rows, some, few):
    """All of them, or those of some customers; the runs have their sums."""
    owner, day, amount, quantity, order = ([row[at] for row in rows] for at in range(5))
    known = np.array([one is not None for one in quantity], dtype=np.bool_)
    numbers = np.array([one or 0 for one in quantity], dtype=np.int64)
    codes = np.array(order, dtype=np.int32)
    columns = {
        "amount": Column(np.array(amount, dtype=np.int64), Unit.MONEY),
        "quantity": Column(numbers, Unit.QUANTITY, known),
        "order_id": Column(codes, Unit.TEXT, codes >= 0),
    }
    book = np.array(["o1", "o2", "o3"], dtype=object)
    sales = arrange(
        np.array(owner, dtype=np.int32),
        np.array(day, dtype=np.int32),
        columns,
        3,
        books={"order_id": book},
    )
    kept = kept_from(sales)
    assert len(kept) == len(rows)
    for customers in ([0, 1, 2], sorted(some)):
        with patch.object(kept_module, "_FEW", few):  # 0: any words are few
            table = kept.select(np.array(customers, dtype=np.int64))
        for at, customer in enumerate(customers):
            mine, theirs = table.slice_of(at), sales.slice_of(customer)
            assert plain(mine) == plain(theirs)
    for name in ("amount", "quantity"):
        of_runs, of_lines = (one.columns[name] for one in (kept.merged, sales))
        assert total(of_runs) == total(of_lines)
    assert len(kept.merged) <= len(sales)


def total(column):
    """Return the sum of the values that are known."""
    return int(column.values[column.is_known()].sum())


def plain(table):
    """Return the rows of a table as plain values."""
    found = [table.day.tolist()]
    for name in sorted(table.columns):
        column = table.columns[name]
        values = column.values.tolist()
        if name in table.books:
            values = [table.books[name][one] if one >= 0 else None for one in values]
        known = column.is_known().tolist()
        found.append(
            [one if here else None for one, here in zip(values, known, strict=True)]
        )
    return list(zip(*found, strict=True))
