"""Complete files, and JSON with a digest."""

import json

import pytest

from custseg.errors import AlteredFile, CustsegError, SchemaMismatch
from custseg.saving import digest_of, drafts, load_content, save_content

CONTENT = {"schema": 1, "cuts": {"spend": 170000, "share": 0.1}, "zh": "客户"}


def test_content_comes_back(tmp_path):
    """What was saved is loaded, without its digest."""
    save_content(tmp_path / "f.json", CONTENT)
    assert load_content(tmp_path / "f.json", schema=1) == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["f.json"]


def test_layout_does_not_count_and_order_does(tmp_path):
    """Another indentation is the same content; another order of keys is not."""
    path = tmp_path / "f.json"
    save_content(path, CONTENT)
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(data), encoding="utf-8")
    assert load_content(path, schema=1) == CONTENT
    turned = dict(reversed(data.items()))
    path.write_text(json.dumps(turned), encoding="utf-8")
    with pytest.raises(
        AlteredFile, match=r"altered since it was saved; .*fit the policy"
    ):
        load_content(path, schema=1)


def test_a_whole_number_is_not_a_float():
    """1 and 1.0 are different content: one is minor units, the other is not."""
    assert digest_of({"a": 1}) != digest_of({"a": 1.0})


@pytest.mark.parametrize("schema", [0, 2, "1", None, True, 1.5])
def test_another_schema_is_refused(tmp_path, schema):
    """A file of another version says so, with what is allowed."""
    save_content(tmp_path / "f.json", {**CONTENT, "schema": schema})
    with pytest.raises(
        SchemaMismatch, match=rf"another schema; got {schema!r}; allowed: 1"
    ):
        load_content(tmp_path / "f.json", schema=1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no JSON: Expecting value"),
        (b"[1, 2]", "got a JSON list"),
        (b"null", "got a JSON NoneType"),
        (b"{}", "JSON without schema"),
        (b'{"schema": 1}', "JSON without checksum"),
        (b"\xff\xfe", "no UTF-8 text"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_another_kind_of_file_is_refused(tmp_path, content, words):
    """What is no fitted policy is told apart from one that was altered."""
    (tmp_path / "f.json").write_bytes(content)
    with pytest.raises(
        CustsegError, match=rf"f.json: this is no fitted policy; .*{words}"
    ):
        load_content(tmp_path / "f.json", schema=1)


def test_a_missing_file_is_told(tmp_path):
    """The reason of the system is given."""
    with pytest.raises(CustsegError, match=r"cannot be read; got No such file"):
        load_content(tmp_path / "none.json", schema=1)


def test_a_failed_save_leaves_the_old_file(tmp_path):
    """What cannot be written as JSON does not harm what stands there."""
    path = tmp_path / "f.json"
    save_content(path, CONTENT)
    before = path.read_bytes()
    with pytest.raises(TypeError, match=r"not JSON serializable"):
        save_content(path, {"schema": 1, "odd": object()})
    assert path.read_bytes() == before


def test_drafts_replace_together(tmp_path):
    """Both files appear when both are written."""
    one, two = tmp_path / "1", tmp_path / "2"
    with drafts(one, two) as (first, second):
        first.write_text("1")
        second.write_text("2")
        assert not one.exists()
    assert (one.read_text(), two.read_text()) == ("1", "2")
