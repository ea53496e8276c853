"""Where runs lay rows aside: folders of their own, and what killed runs left."""

import pytest

from custseg.adapters.larger import places
from custseg.adapters.larger.places import own_folder
from custseg.errors import SettingError


def test_only_folders_without_a_holder_are_swept(tmp_path):
    """A lock file that nobody holds marks what was left; everything else stays."""
    left = tmp_path / "custseg-left"
    left.mkdir()
    (left / "running.lock").touch()
    (left / "rows.parquet").write_bytes(b"rows")
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
    (behind / "running.lock").touch()
    spill = tmp_path / "spill"
    spill.mkdir()
    (spill / "custseg-link").symlink_to(behind)
    with own_folder(spill):
        assert (behind / "running.lock").exists()


def test_without_locks_nothing_is_swept(tmp_path, monkeypatch):
    """Where a file system knows no locks, a run works and leaves others alone."""

    def no_locks(_handle, *, wait):
        raise OSError(f"no locks here, waiting {wait}")

    monkeypatch.setattr(places, "lock", no_locks)
    left = tmp_path / "custseg-left"
    left.mkdir()
    (left / "running.lock").touch()
    with own_folder(tmp_path) as made:
        assert list(made.iterdir()) == []
        assert left.exists()
    assert not made.exists()


def test_a_place_where_no_folder_lasts_is_refused(tmp_path, monkeypatch):
    """Somebody else takes every new folder for one that was left."""
    monkeypatch.setattr(places, "lock", lambda _handle, wait: wait)
    with (
        pytest.raises(SettingError, match="no folder can be kept here"),
        own_folder(tmp_path),
    ):
        pass
