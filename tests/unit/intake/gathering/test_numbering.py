import numpy as np
import pytest

from custseg.intake.gathering.batches import Lines
from custseg.intake.gathering.numbering import number_customers, number_orders
from custseg.intake.gathering.plain import NotPlain
from custseg.intake.gathering.runs import Store
from custseg.intake.gathering.spelling import spell
from custseg.intake.raw import TextChunk

UUID = "{0:08x}-{0:04x}-{1:04x}-8000-{1:012x}"


def spelled(texts):
    """Spell texts of any length."""
    parts = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, parts)])
    return spell(TextChunk(offsets, np.frombuffer(b"".join(parts), np.uint8)))


def store_of(*stretches):
    """Return runs with these ids, of customers as well as orders, each a line."""
    store = Store.with_room([len(texts) + 1 for texts in stretches], ("amount",))
    for part, texts in zip(store.parts, stretches, strict=True):
        day = np.arange(len(texts), dtype=np.int32)
        if len(texts):
            amount = {"amount": np.ones(len(texts), np.int64)}
            part.add(Lines(day, amount, spelled(texts), spelled(texts)))
    return store


FORMS = (
    ["b", "a", "c", "a"],
    ["C00000002", "C00000001", "C00000003", "C00000001"],
    [f"customer {n} of those with long names" for n in (2, 1, 30, 1)],
    [UUID.format(n * 2654435761 % 2**32, n * 40503 % 2**16) for n in (2, 1, 3, 1)],
    ["客b", "客a", "客c", "客a"],
)


@pytest.mark.parametrize("texts", FORMS)
def test_customers_are_numbered_in_the_order_of_their_ids(texts):
    """Over all stretches, one of them empty."""
    padded = [text if text.isascii() else f"x{text}" for text in texts]
    done = number_customers(store_of(padded[:1], [], padded[1:]))
    assert done.texts().tolist() == sorted(set(padded))
    assert done.texts()[done.codes].tolist() == padded


@pytest.mark.parametrize("texts", FORMS[:-1])
def test_numbers_tell_orders_apart_and_can_be_read(texts):
    """Whether squeezed or dense."""
    store = store_of(texts[:1], [], texts[1:])
    orders = number_orders(store)
    numbers = store.orders()[[0, 3, 4, 5]]
    assert len(set(numbers.tolist())) == 3
    done = orders.encoded(numbers)
    assert done.texts()[done.codes].tolist() == texts
    assert done.texts().tolist() == sorted(set(texts))


def test_orders_beyond_ascii_are_not_plain():
    """What cannot be read as UTF-8 may be one and the same order."""
    with pytest.raises(NotPlain):
        number_orders(store_of(["x客x"]))


def test_ids_that_would_be_merged_are_not_plain():
    """Two that cannot be read as UTF-8 are shown alike."""
    bad = [b"a\xffb", b"a\xfeb"]
    store = store_of(["aab", "abb"])
    for row, text in enumerate(bad):
        word = int.from_bytes(text.ljust(8, b"\0"), "big")
        store.parts[0].customer.columns[0][row] = word
    bits = type(store.parts[0].customer.bits)
    store.parts[0].customer.bits = bits.of([store.parts[0].customer.columns[0][:2]])
    with pytest.raises(NotPlain):
        number_customers(store)
