"""What workers do before the shuffle, without Spark."""

from itertools import chain
from zlib import crc32

import pytest

from custseg.adapters.spark import spreading
from custseg.adapters.spark.spreading import place_of_id, spelled, spread
from custseg.errors import DataError

pa = pytest.importorskip("pyarrow")


def batches(size=2, **columns):
    """Return columns as batches of a few rows, as Spark hands them out."""
    return pa.table(columns).to_batches(max_chunksize=size)


def rows_of(parcels):
    """Return what stands in parcels, by their places."""
    found = {}
    for one in parcels:
        table = pa.ipc.open_stream(one.payload).read_all()
        found.setdefault(one.place, []).extend(table.to_pylist())
    return found


def spread_all(some, by="customer_id", places=4, chiefs=()):
    """Spread rows of sales."""
    return spread(some, table="sales", by=by, places=places, chiefs=dict(chiefs))


def test_every_row_goes_to_the_place_of_its_customer():
    """The checksum of the bare id decides; no row is lost and none comes twice.

    CRC-32 is that of PNG and zip files: that of "123456789" is 0xCBF43926, which is
    2 more than a multiple of 4.
    """
    assert place_of_id("123456789", 1 << 32) == 0xCBF43926
    ids = ["123456789", " 123456789\t", "b", "王", None, ""]
    found = rows_of(spread_all(batches(customer_id=ids, amount=[1, 2, 3, 4, 5, 6])))
    amounts = {place: [row["amount"] for row in rows] for place, rows in found.items()}
    assert {1, 2} <= set(amounts[2])
    assert 3 in amounts[place_of_id("b", 4)]
    assert 4 in amounts[place_of_id("王", 4)]
    assert sorted(chain(*amounts.values())) == [1, 2, 3, 4, 5, 6]


def test_many_plain_ids_go_where_each_of_them_goes():
    """Checksums that are made at once are those that zlib makes, whatever the length.

    That of "123456789" is 0xCBF43926, in decimal 3,421,780,262.
    """
    ids = ["123456789", "b", "C-17", "x" * 60, *map(str, range(9998, 10_003))]
    found = rows_of(spread_all(batches(customer_id=ids), places=1000))
    gone = {row["customer_id"]: place for place, rows in found.items() for row in rows}
    assert gone == {one: crc32(one.encode()) % 1000 for one in ids}
    assert gone["123456789"] == 262


def test_spellings_and_kinds_meet():
    """A whole number, a float and a text of the same customer go to one place."""
    kinds = [pa.array([7]), pa.array([7.0]), pa.array([" 7"])]
    places = {
        tuple(rows_of(spread_all(batches(customer_id=one), places=64))) for one in kinds
    }
    assert places == {(place_of_id("7", 64),)}


def test_rows_of_nobody_are_spread():
    """No partition has to hold all rows without a customer."""
    found = rows_of(spread_all(batches(customer_id=[None] * 8, amount=[*range(8)])))
    assert {place: len(rows) for place, rows in found.items()} == dict.fromkeys(
        range(4), 2
    )


def test_customers_of_a_group_go_by_their_chief():
    """Whoever has to stay with somebody goes to the place of that one."""
    chiefs = {"b": "a", "c": "a", "a": "a"}
    some = batches(customer_id=["a", "b", "c", "lone"], amount=[1, 2, 3, 4])
    found = rows_of(spread_all(some, places=1000, chiefs=chiefs))
    together = found[place_of_id("a", 1000)]
    assert [row["amount"] for row in together] == [1, 2, 3]
    assert len(found) == 2


def test_large_heaps_are_packed_in_turn(monkeypatch):
    """A parcel holds the rows of one heap, so none grows with the data."""
    monkeypatch.setattr(spreading, "_AT_ONCE", 4)
    some = batches(size=2, customer_id=["a"] * 10, amount=[*range(10)])
    parcels = list(spread_all(some))
    sizes = [pa.ipc.open_stream(one.payload).read_all().num_rows for one in parcels]
    assert sizes == [4, 4, 2]


def test_floats_too_large_are_refused_with_their_column():
    """Ids that cannot be told apart are no ids, whatever partition they are in."""
    with pytest.raises(DataError, match=r"sales\.nr: ids came as floats too large"):
        list(spread_all(batches(nr=[2.0**60]), by="nr"))


def test_an_invoice_of_two_customers_is_refused():
    """The first and the last customer of an invoice have to be one."""
    columns = {
        "payment_id": ["P1", "P2", "P3"],
        spreading.INVOICE: ["I1", "I2", "I3"],
        spreading.PAYER: ["a", "a", None],
        spreading.SECOND_PAYER: ["a", "b", None],
    }
    with pytest.raises(DataError, match="several customers; got 'I2'"):
        list(spread_all(batches(**columns), by=spreading.SECOND_PAYER))
    fine = {name: values[:1] + values[2:] for name, values in columns.items()}
    found = rows_of(spread_all(batches(**fine), by=spreading.SECOND_PAYER))
    rows = sorted(chain(*found.values()), key=lambda row: row["payment_id"])
    assert rows == [{"payment_id": "P1"}, {"payment_id": "P3"}]


def test_ids_are_spelled_for_a_join():
    """7.0 and " 7 " are written as 7, empty ones as nothing, unreadable ones too."""
    some = batches(size=9, who=[7.0, None, 7.5], amount=[1, 2, 3])
    [got] = spelled(some, columns={"who": "key"}, keep=True)
    assert got.to_pydict()["key"] == ["7", None, "7.5"]
    assert got.schema.names == ["who", "amount", "key"]
    [bare] = spelled(batches(who=[" 7 ", ""]), columns={"who": "key"}, keep=False)
    assert bare.to_pydict() == {"key": ["7", None]}
    [lost] = spelled(batches(who=[2.0**60]), columns={"who": "key"}, keep=False)
    assert lost.to_pydict() == {"key": [None]}
