import numpy as np

from custseg.intake.gathering.batches import Lines
from custseg.intake.gathering.numerals import spell_numbers
from custseg.intake.gathering.runs import IdWords, Store
from custseg.intake.gathering.spelling import spell
from custseg.intake.raw import TextChunk


def lines_of(*rows):
    """Return lines given as (customer, order, day, amount, quantity)."""
    customer, order, day, amount, quantity = map(list, zip(*rows, strict=True))
    return Lines(
        np.array(day, np.int32),
        {"amount": np.array(amount), "quantity": np.array(quantity)},
        spell_numbers(np.array(customer)),
        spell_numbers(np.array(order)),
    )


def part_of(*batches, room=20):
    """Gather batches into one part of a store with another part before it."""
    store = Store.with_room([3, room], ("amount", "quantity"))
    part = store.parts[1]
    for batch in batches:
        part.add(lines_of(*batch))
    return part


def test_neighbouring_lines_are_one_run():
    """Of one customer, order, day and direction; a zero has none."""
    part = part_of(
        [
            (1, 1, 5, 100, 1),
            (1, 1, 5, 200, 2),
            (1, 1, 5, -50, -1),
            (1, 1, 5, -60, -1),
            (1, 1, 5, 0, 7),
            (1, 1, 5, 0, 7),
            (1, 2, 5, 10, 1),
            (1, 2, 6, 10, 1),
            (2, 2, 6, 10, 1),
        ]
    )
    assert part.n == 6
    assert part.sums[: part.n, 0].tolist() == [300, -110, 0, 10, 10, 10]
    assert part.sums[: part.n, 1].tolist() == [3, -2, 14, 1, 1, 1]
    assert part.start[: part.n].tolist() == [3, 5, 7, 9, 10, 11]
    assert part.day[: part.n].tolist() == [5, 5, 5, 5, 6, 6]
    assert [word >> 56 for word in part.customer.columns[0][: part.n].tolist()] == [
        *[0x31] * 5,
        0x32,
    ]


def test_a_batch_begins_a_run_anew():
    """Its sums are its own."""
    part = part_of([(1, 1, 5, 100, 1)], [(1, 1, 5, 200, 2), (1, 1, 5, 300, 2)])
    assert part.sums[: part.n, 0].tolist() == [100, 500]
    assert part.start[: part.n].tolist() == [3, 4]
    assert part.n_lines == 3


def test_lines_are_kept_in_32_bits_while_they_fit():
    """And in 64 from the first that does not; nothing before it is lost."""
    part = part_of([(1, 1, 5, 7, 1)], [(1, 1, 5, 2**31, 2)], [(1, 1, 5, -9, 3)])
    assert part.lines["amount"].dtype == np.int64
    assert part.lines["amount"][:3].tolist() == [7, 2**31, -9]
    assert part.lines["quantity"].dtype == np.int32
    assert part.lines["quantity"][:3].tolist() == [1, 2, 3]


def test_ids_may_grow_longer_and_shorter_again():
    """A word that an id does not reach is zero."""
    ids = IdWords(3)
    for at, text in enumerate([b"a", b"abcdefghi", b"b"]):
        chunk = TextChunk(np.array([0, len(text)]), np.frombuffer(text, np.uint8))
        ids.put(spell(chunk).at(np.array([0])), slice(at, at + 1))
    assert [hex(word) for word in ids.columns[0].tolist()] == [
        "0x6100000000000000",
        "0x6162636465666768",
        "0x6200000000000000",
    ]
    assert ids.columns[1].tolist() == [0, 0x69 << 56, 0]
    assert ids.bits.varying[1] == 0x69 << 56


def test_a_store_has_room_for_a_run_of_every_line():
    """Parts share its arrays; the last column in use is the orders'."""
    store = Store.with_room([2, 3], ("amount", "quantity"))
    assert store.sums.shape == (5, 4)
    assert store.parts[1].first == 2
    store.parts[1].add(lines_of((1, 1, 5, 100, 1)))
    assert store.n_runs == 1
    assert store.sums[2, :2].tolist() == [100, 1]
    store.orders()[2] = 8
    assert store.sums[2, 2] == 8
    assert Store.with_room([1], ("amount",)).sums.shape == (1, 2)
    assert Store.with_room([1], ("amount", "cost", "quantity")).sums.shape == (1, 4)
