"""Readings: a vocabulary is read once, however many parts and threads ask."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

from custseg.scoring.readings import Readings, meaning_of


def test_a_vocabulary_is_read_once_by_many_threads():
    """Who comes while another reads waits for him."""
    seen, words, readings = [], ("a", "b"), Readings()

    def read(given):
        seen.append(given)
        sleep(0.02)
        return len(given)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: readings.of("n", words, read), range(8)))
    assert (found, seen) == ([2] * 8, [words])


def test_readings_are_told_apart_by_name_and_vocabulary():
    """Two questions about one vocabulary, and one about two."""
    readings, words = Readings(), ("a",)
    assert readings.of("first", words, lambda w: w[0]) == "a"
    assert readings.of("count", words, len) == 1
    assert readings.of("first", ("b",), lambda w: w[0]) == "b"


def test_a_word_without_a_meaning_is_minus_one():
    """Words that mean the same share a code; none is unknown, and so is nobody's."""
    found = meaning_of(("UK", "GB", "?"), {"UK": "GB", "GB": "GB"}.get, ("CN",))
    assert (found.words, found.codes.tolist()) == (("CN", "GB"), [1, 1, -1, -1])
    assert (found.code("GB"), found.code("FR")) == (1, -2)
