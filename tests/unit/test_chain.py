"""What is hashed, and how."""

import hashlib
import json
import random

import pytest

from custseg.errors import SettingError
from custseg.journal.chain import (
    ORIGIN,
    Head,
    Header,
    Line,
    canonical,
    check_of,
    commitment,
    members_digest,
    seal_header,
    seal_line,
    sound_header,
    sound_line,
    token_of,
)
from custseg.journal.sounding import Sounder

HEADER = Header(
    1, "review", "2026-Q3", 20727, "2026-10-01T12:00:00.000000Z", "p", "", 1, 0, 0,
    b"", b"",
)  # fmt: skip
LINE = Line(
    2, 1, 9, 0, None, "B", "FIRST", '["OVER_BAR"]', '{"score":71.25}', '{"tier":1}', 0,
    "", "", b"", b"",
)  # fmt: skip


def test_the_hash_is_that_of_the_written_form():
    """Anybody can compute it again with any JSON and any SHA-256."""
    header = seal_header(HEADER, ORIGIN)
    text = (
        '["custseg-journal-1","' + "0" * 64 + '",1,"review","2026-Q3",20727,'
        '"2026-10-01T12:00:00.000000Z","p","",1,0,0]'
    )
    assert header.hash.hex() == hashlib.sha256(text.encode()).hexdigest()
    line = seal_line(LINE, header.hash)
    text = (
        f'["{header.hash.hex()}",2,1,9,0,null,"B","FIRST",["OVER_BAR"],'
        '{"score":71.25},{"tier":1},0,"",""]'
    )
    assert line.hash.hex() == hashlib.sha256(text.encode()).hexdigest()
    assert line.previous == header.hash


def test_sealed_rows_are_sound():
    """And only behind the row that they were sealed behind."""
    header = seal_header(HEADER, ORIGIN)
    line = seal_line(LINE, header.hash)
    assert sound_header(header, ORIGIN)
    assert sound_line(line, header.hash)
    assert not sound_header(header, header.hash)
    assert not sound_line(line, ORIGIN)


@pytest.mark.parametrize("name", Header._fields)
def test_every_part_of_a_header_counts(name):
    """Whatever is changed, the header is not sound any more."""
    header = seal_header(HEADER, ORIGIN)
    part = getattr(header, name)
    changed = part + {int: 1, str: "x", bytes: b"x"}[type(part)]
    assert not sound_header(header._replace(**{name: changed}), ORIGIN)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("number", 3), ("batch", 2), ("subject", 8), ("corrects", 1), ("before", ""),
        ("before", "null"), ("after", None), ("after", "b"), ("action", "UP"),
        ("reasons", "[]"), ("inputs", '{"score":71.5}'), ("state", '{"tier":2}'),
        ("members", 1), ("digest", "x"), ("note", "x"), ("previous", ORIGIN),
        ("hash", ORIGIN),
        # another spelling of the same data is a change as well
        ("inputs", '{"score": 71.25}'), ("inputs", '{"score":71.250}'),
        ("state", '{"tier":0,"tier":1}'), ("state", '{"tier":1'), ("state", ""),
        ("state", None), ("reasons", '["OVER\\u005fBAR"]'), ("state", "[" * 100_000),
    ],
)  # fmt: skip
def test_every_part_of_a_line_counts(name, part):
    """Whatever is changed, the line is not sound any more."""
    header = seal_header(HEADER, ORIGIN)
    line = seal_line(LINE, header.hash)
    changed = line._replace(**{name: part})
    assert not sound_line(changed, header.hash)
    sounder = Sounder()
    assert sounder.sound(line, header.hash)
    assert not sounder.sound(changed, header.hash)


def test_the_quick_way_and_the_slow_way_agree():
    """On every line, whatever was done to it; and nearly all sound ones go quickly.

    Each line is sealed, and then some parts of it are exchanged for others, among them
    such as make the same text with their neighbours.
    """
    dice = random.Random(20261001)  # noqa: S311
    parts = {
        "before": [None, "A", "B", 'A"', "null", "王", "a\\"],
        "after": [None, "A", 'B","x', ""],
        "action": ["UP", 'UP",["R"],{', "DOWN"],
        "reasons": ["[]", '["R"]', '["R"],{"a":1}', '{"a":1}', '"R"', "[", "[ ]"],
        "inputs": [
            "{}",
            '{"a":1,"b":2}',
            '{"a":1',
            '{"a":1},{"b":2}',
            "",
            "7",
            '"b":2}',
        ],
        "state": ["{}", '{"b":2}', '"b":2},{}', '{"n":1.50}', '{"n":1}', "{", None],
        "members": [0, 1, True, "0"],
        "corrects": [0, 4, "0", False],
        "digest": ["", "ab", '","', "g"],
        "note": ["", "0f", '"]'],
    }
    sounder, sound = Sounder(), 0
    for _ in range(20_000):
        chosen = {
            name: dice.choice(parts[name][:2]) for name in dice.sample([*parts], 3)
        }
        line = seal_line(LINE._replace(**chosen), ORIGIN)
        odd = dice.sample([*parts], dice.randrange(3))
        changed = line._replace(**{name: dice.choice(parts[name]) for name in odd})
        said = sounder.sound(changed, ORIGIN)
        assert said == sound_line(changed, ORIGIN), changed
        sound += said
    assert 5_000 < sound < 15_000


@pytest.mark.parametrize(
    "parts",
    [{"before": "王"}, {"action": 'a"b'}, {"after": "a\\b"}, {"digest": "x"}],
)
def test_what_is_not_plain_goes_the_slow_way(parts):
    """A line whose hash is that of its values is sound, be it written with escapes."""
    line = LINE._replace(**parts, previous=ORIGIN)
    values = [ORIGIN.hex(), *line[:7], *map(json.loads, line[7:10]), *line[10:13]]
    line = line._replace(hash=hashlib.sha256(canonical(values).encode()).digest())
    assert sound_line(line, ORIGIN)
    assert Sounder().sound(line, ORIGIN)


def test_a_shifted_comma_is_noticed():
    """Two parts that read the same one after the other are not the same two parts."""
    line = seal_line(LINE._replace(inputs='{"a":1,"b":2}', state="{}"), ORIGIN)
    shifted = line._replace(inputs='{"a":1', state='"b":2},{}')
    assert f"{line.inputs},{line.state}" == f"{shifted.inputs},{shifted.state}"
    assert seal_line(shifted, ORIGIN).hash == line.hash
    assert not sound_line(shifted, ORIGIN)
    assert not Sounder().sound(shifted, ORIGIN)


def test_tokens_depend_on_name_role_and_salt():
    """63 bits, so that every database keeps them as a whole number."""
    token = token_of("customer", "王", "00")
    others = {
        token_of("author", "王", "00"),
        token_of("customer", "王", "01"),
        token_of("customer", "李", "00"),
    }
    assert len({token, *others}) == 4
    assert all(0 <= one < 2**63 for one in {token, *others})
    assert commitment("why", "00") != commitment("why", "01")


def test_checks_and_digests_tell_differences():
    """The check has 48 bits; the digest of members depends on each."""
    assert check_of("{}") == int(hashlib.sha256(b"{}").hexdigest()[:12], 16)
    digests = {
        members_digest(pairs)
        for pairs in ([], [(1, 2)], [(1, 3)], [(2, 2)], [(1, 2), (3, 4)], [(12, 3)])
    }
    assert len(digests) == 6


def test_a_head_survives_being_written_down():
    """As text in a mail or another database."""
    head = Head(12, "ab" * 32)
    assert Head.parse(f" {head}\n") == head
    assert Head.parse(str(Head())) == Head()


@pytest.mark.parametrize("text", ["", "12", "12:ab", ":" + "a" * 64, "x:" + "a" * 64])
def test_what_is_no_head_is_refused(text):
    """A mistyped head is told from a journal that was altered."""
    with pytest.raises(SettingError, match="head: this is no head of a journal; got"):
        Head.parse(text)
