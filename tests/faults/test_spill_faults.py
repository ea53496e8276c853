"""Runs over files that fail or are broken off: told plainly, nothing left behind.

``CUSTSEG_SOAK=200`` in the environment kills that many runs instead of ten.
"""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import custseg as cs
from custseg.adapters.larger import segmenting
from custseg.adapters.larger.limits import Limit
from custseg.adapters.larger.segmenting import segment_files
from custseg.errors import SettingError

KILLS = int(os.environ.get("CUSTSEG_SOAK", "10"))

SOURCE = Path(segmenting.__file__).resolve().parents[3]

# Says what it has done, and then goes slowly, so that somebody can break it off.
SLOW = """
import sys, time
sys.path.insert(0, sys.argv[1])
from custseg.adapters.larger.segmenting import segment_files
def step(done, of):
    print(done, flush=True)
    time.sleep(0.5)
segment_files(sys.argv[2], as_of="2026-06-30", currency="CNY", memory_limit="1GB",
              spill=sys.argv[3], out=sys.argv[4], on_progress=step)
"""

# Classifies again and again, in several partitions, each time as fast as it can.
BUSY = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from custseg.adapters.larger.limits import Limit
from custseg.adapters.larger.segmenting import segment_files
from custseg.policy import load_policy
Limit.partitions = lambda limit, rows: 3
out, policy = Path(sys.argv[4]), load_policy("company")
while True:
    segment_files(sys.argv[2], as_of="2026-06-30", currency="CNY", memory_limit="1GB",
                  policy=policy, spill=sys.argv[3], out=out)
    for one in out.iterdir():
        one.unlink()
    print("again", flush=True)
"""


@pytest.fixture
def folder(tmp_path):
    """A folder of ten files, and places to spill and to write."""
    rng = np.random.default_rng(3)
    (tmp_path / "sales").mkdir()
    for at in range(10):
        frame = pd.DataFrame(
            {
                "customer_id": [f"C{one}" for one in rng.integers(0, 50, 400)],
                "date": np.datetime64("2026-01-01") + rng.integers(0, 180, 400),
                "amount": rng.integers(1, 90, 400) * 1.5,
            }
        )
        frame.to_parquet(tmp_path / "sales" / f"month-{at}.parquet")
    (tmp_path / "spill").mkdir()
    return tmp_path


def run(folder, sales="sales", **how):
    """Classify the files of the folder."""
    return segment_files(
        folder / sales,
        as_of="2026-06-30",
        currency="CNY",
        memory_limit=how.pop("memory_limit", "1GB"),
        spill=folder / "spill",
        out=folder / "out",
        **how,
    )


def check_clean(folder):
    """Nothing was left where rows were spilled or labels were to be written."""
    assert list((folder / "spill").iterdir()) == []
    out = folder / "out"
    assert not out.exists() or list(out.iterdir()) == []


def broken(path, how):
    """Break a Parquet file: cut its end off, or spoil its rows behind a sound end."""
    data = path.read_bytes()
    if how == "cut off":
        path.write_bytes(data[: len(data) // 2])
    else:
        path.write_bytes(data[:4] + b"\xff" * 900 + data[904:])


@pytest.mark.parametrize("how", ["cut off", "spoilt"])
def test_a_broken_file_is_named(folder, how):
    """One of ten files is broken: the error says which, and what can be done."""
    broken(folder / "sales" / "month-7.parquet", how)
    with pytest.raises(
        cs.DataError, match=r"month-7\.parquet.*unreadable='skip'"
    ) as caught:
        run(folder)
    assert len(caught.value.problems) == 1
    check_clean(folder)


@pytest.mark.parametrize("how", ["cut off", "spoilt"])
def test_a_broken_file_can_be_left_out(folder, how):
    """The answers are those of the nine others, and the tenth is named."""
    path = folder / "sales" / "month-7.parquet"
    broken(path, how)
    result = run(folder, unreadable="skip")
    assert result.skipped == (path,)
    assert repr(result).endswith("1 file, 1 unreadable left out)")
    assert f"cannot be read ({path})" in result.quality.to_text("en")
    assert f"有 1 个文件无法读取（{path}）" in result.quality.to_text("zh")
    others = sorted(one for one in (folder / "sales").iterdir() if one != path)
    expected = cs.segment(others, as_of="2026-06-30", currency="CNY")
    assert result.quality.rows_in == {"sales": 9 * 400}
    pd.testing.assert_frame_equal(result.to_pandas(), expected.to_pandas())


def test_no_file_left_is_an_error(folder):
    """Where every file is broken there is nothing to go on with."""
    for path in (folder / "sales").iterdir():
        broken(path, "cut off")
    with pytest.raises(cs.DataError, match="10 problems") as caught:
        run(folder, unreadable="skip")
    assert len(caught.value.problems) == 10
    check_clean(folder)


def test_a_broken_csv_file_is_named(folder):
    """A line with too many cells is found in the file that has it."""
    (folder / "csv").mkdir()
    for at in range(3):
        frame = pd.read_parquet(folder / "sales" / f"month-{at}.parquet")
        frame.to_csv(folder / "csv" / f"month-{at}.csv", index=False)
    with (folder / "csv" / "month-1.csv").open("a") as file:
        file.write("C1,2026-01-01,5,6,7\n")
    with pytest.raises(cs.DataError, match=r"month-1\.csv") as caught:
        run(folder, "csv")
    assert "month-2" not in str(caught.value)
    check_clean(folder)
    result = run(folder, "csv", unreadable="skip")
    assert result.quality.rows_in == {"sales": 800}


def test_a_limit_that_is_too_small_says_which_would_do(folder, monkeypatch):
    """Customers that cannot be parted further need a larger limit, and it is named."""
    monkeypatch.setattr(Limit, "partitions", lambda _limit, _rows: 1)
    monkeypatch.setattr("custseg.adapters.larger.limits._ROW", 500_000)
    said = r"got 1000MB for 4,000 rows .* allowed: 2400MB or more"
    with pytest.raises(SettingError, match=said):
        run(folder)
    check_clean(folder)
    assert run(folder, memory_limit="2400MB").customers == 50


def test_too_many_customers_are_told_after_the_first_partition(folder, monkeypatch):
    """What learning takes is estimated as soon as a partition is measured."""
    monkeypatch.setattr("custseg.adapters.larger.limits._MEMBER", 20_000_000)
    steps = []
    with pytest.raises(SettingError, match="about 50 customers; allowed: 1400MB"):
        run(folder, on_progress=lambda done, of: steps.append((done, of)))
    assert steps == [(1, 4)]
    check_clean(folder)


@pytest.mark.parametrize("step", [1, 3, 7, 12])
def test_a_failing_callback_leaves_nothing(folder, step, monkeypatch):
    """Whatever is raised on the way comes out as it is."""
    monkeypatch.setattr(Limit, "partitions", lambda _limit, _rows: 5)

    def progress(done, of):
        assert of == 12
        if done == step:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        run(folder, on_progress=progress)
    check_clean(folder)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("after", [1, 3])
def test_ctrl_c_leaves_nothing(folder, after):
    """Broken off while rows are read or labels written, the folders are clean."""
    places = [str(folder / name) for name in ("sales", "spill", "out")]
    with subprocess.Popen(  # noqa: S603 - this very Python
        [sys.executable, "-c", SLOW, str(SOURCE), *places],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        for _ in range(after):
            assert process.stdout.readline()
        assert list((folder / "spill").iterdir()) != []
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in said
    check_clean(folder)


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_what_a_killed_run_left_is_swept_by_the_next(folder):
    """A run that goes on keeps its folder; once it is killed, the next clears it."""
    places = [str(folder / name) for name in ("sales", "spill", "elsewhere")]
    (folder / "spill" / "custseg-data").mkdir()  # somebody's own
    with subprocess.Popen(  # noqa: S603 - this very Python
        [sys.executable, "-c", SLOW, str(SOURCE), *places],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline()
        before = sorted((folder / "spill").iterdir())
        assert len(before) == 3  # its own, with a mark, and somebody's
        run(folder)
        assert sorted((folder / "spill").iterdir()) == before
        process.kill()
    assert sorted((folder / "spill").iterdir()) == before
    for one in (folder / "out").iterdir():
        one.unlink()
    run(folder)
    assert [one.name for one in (folder / "spill").iterdir()] == ["custseg-data"]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_killed_at_any_moment_the_next_run_works_and_clears_up(folder):
    """Whenever a run is killed, the next gives its answers and leaves nothing else."""
    dice = random.Random(20261122)  # noqa: S311
    places = [str(folder / name) for name in ("sales", "spill", "out")]
    expected = run(folder)
    names = [one.name for one in expected.files]
    (labels,) = (one.read_bytes() for one in expected.files)
    spilled = 0
    for _ in range(KILLS):
        with subprocess.Popen(  # noqa: S603 - this very Python
            [sys.executable, "-c", BUSY, str(SOURCE), *places],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            for one in (folder / "out").iterdir():
                one.unlink()
            assert process.stdout.readline(), process.stderr.read()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=dice.random() * 0.3)
            process.kill()
        spilled += any((folder / "spill").iterdir())
        for one in (folder / "out").glob("*.parquet"):
            one.unlink()  # as the next run would ask for
        result = run(folder)
        assert result.fitted.digest == expected.fitted.digest
        assert [one.read_bytes() for one in result.files] == [labels]
        assert [one.name for one in (folder / "out").iterdir()] == names
        assert list((folder / "spill").iterdir()) == []
    assert spilled >= KILLS / 2, "the runs were killed before they did anything"


def test_a_full_disk_is_told(folder):
    """A file that may not grow stands for a disk that is full."""
    setup = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))\n"
    )
    places = [str(folder / name) for name in ("sales", "spill", "out")]
    done = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", setup + SLOW, str(SOURCE), *places],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "custseg.errors." in done.stderr.splitlines()[-1]
    assert "spill" in done.stderr.splitlines()[-1]
    check_clean(folder)


def test_older_results_are_not_mixed_with_new_ones(folder):
    """A folder that holds results already is refused before anything is read."""
    run(folder)
    with pytest.raises(SettingError, match="holds Parquet files already"):
        run(folder)
    assert len(list((folder / "out").iterdir())) == 1
