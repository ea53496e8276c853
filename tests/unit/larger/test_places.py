"""Where runs lay rows aside: folders of their own, and what killed runs left."""

import pytest

from custseg.adapters.larger import places
from custseg.adapters.larger.places import own_folder, written_whole
from custseg.errors import SettingError


def test_only_folders_without_a_holder_are_swept(tmp_path):
    """A mark that nobody holds tells what was left; everything else stays."""
    left = tmp_path / "custseg-left"
    left.mkdir()
    (left / "rows.parquet").write_bytes(b"rows")
    (tmp_path / "custseg-left.running").touch()
    (tmp_path / "custseg-died-before-the-folder.running").touch()
    (tmp_path / "custseg-mine").mkdir()
    (tmp_path / "custseg-notes").write_text("a file")
    with own_folder(tmp_path) as first, own_folder(tmp_path) as second:
        assert not left.exists()
        assert first.is_dir()
        assert second.is_dir()
        assert first != second
    names = sorted(one.name for one in tmp_path.iterdir())
    assert names == ["custseg-mine", "custseg-notes"]


def test_a_link_is_not_followed(tmp_path):
    """A link to somewhere else is no folder of a run, whatever is behind it."""
    behind = tmp_path / "behind"
    behind.mkdir()
    (behind / "rows").touch()
    (tmp_path / "mark").touch()
    spill = tmp_path / "spill"
    spill.mkdir()
    (spill / "custseg-link").symlink_to(behind)
    (spill / "custseg-link.running").touch()
    (spill / "custseg-other.running").symlink_to(tmp_path / "mark")
    with own_folder(spill):
        assert (behind / "rows").exists()
        assert (tmp_path / "mark").exists()


def test_without_locks_nothing_is_swept(tmp_path, monkeypatch):
    """Where a file system knows no locks, a run works and leaves others alone."""

    def no_locks(_handle, *, wait):
        raise OSError(f"no locks here, waiting {wait}")

    monkeypatch.setattr(places, "lock", no_locks)
    left = tmp_path / "custseg-left"
    left.mkdir()
    (tmp_path / "custseg-left.running").touch()
    with own_folder(tmp_path) as made:
        assert list(made.iterdir()) == []
        assert left.exists()
    names = sorted(one.name for one in tmp_path.iterdir())
    assert names == ["custseg-left", "custseg-left.running"]


def test_a_place_where_no_folder_lasts_is_refused(tmp_path, monkeypatch):
    """Somebody else takes every new folder for one that was left."""
    monkeypatch.setattr(places, "lock", lambda _handle, wait: wait)
    with (
        pytest.raises(SettingError, match="no folder can be kept here"),
        own_folder(tmp_path),
    ):
        pass


def test_half_of_a_result_is_taken_away_by_the_next_run(tmp_path):
    """Drafts of a run that was killed go; files of others stay."""
    for name in (".customers-00007.parquet.new", ".notes.new"):
        (tmp_path / name).touch()
    with written_whole(tmp_path, ["customers-00000.parquet"]) as (draft,):
        assert draft is not None
        draft.touch()
    names = sorted(one.name for one in tmp_path.iterdir())
    assert names == [".notes.new", "customers-00000.parquet"]
