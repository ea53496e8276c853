"""What a command takes: time, processor time and memory of it and all its children.

The system tells the peak memory of one process when it ends, but not that of a process
and its children at one moment, so the tree is looked at every few milliseconds while it
runs. The larger of the two is taken: what peaks between two looks is not lost, as long
as it is one process that peaks.

A Python that runs may keep what it compiles, as it does for an installed package: else
the source of the project would be compiled anew in each run, and that of its peers, who
were compiled when they were installed, in none. So let a job run once before it counts.

A virtual machine has to ask its host for memory that it never used, or has given back,
and that can take longer than the work: a second for each gigabyte on ours, for whoever
comes first. So before each run a process takes some memory and gives it back, and all
jobs find the machine alike.

Limits: the looks need Linux (``/proc``); elsewhere the system's figure for the process
alone is taken. Pages that two processes share count in both. Not for Windows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

__all__ = ["Cost", "Failed", "measure"]

LOOK_SECONDS = 0.02

WARMED_BYTES = 3 << 30
"""Memory that is taken and given back before each run, where there is four times it."""

_KEEPS_NOTHING = "PYTHONDONTWRITEBYTECODE"

# ru_maxrss is in bytes on macOS and in kibibytes elsewhere.
RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


class Failed(RuntimeError):
    """A command did not end well."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took.

    Parameters
    ----------
    wall_seconds, cpu_seconds : float
        From start to end of the process; user and system time of all its threads, and
        of the children that it waited for.
    peak_bytes : int
        Largest resident memory of the whole tree of processes.
    """

    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int


def measure(
    command: Sequence[str], *, at_most: float | None = None
) -> tuple[Cost, str]:
    """Run a command to its end; return its cost and what it printed.

    Parameters
    ----------
    command : sequence of str
    at_most : float or None
        Seconds after which it is ended.

    Raises
    ------
    Failed
        When it does not end with status 0, or takes too long; with the end of what it
        had to say.
    """
    kept = {key: os.environ[key] for key in os.environ if key != _KEEPS_NOTHING}
    _warm()
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as printed:
        began = perf_counter()
        child = subprocess.Popen(command, stdout=printed, stderr=said, env=kept)
        over, peaks = Event(), [0]
        watch = Thread(target=_watch, args=(child, over, peaks, at_most), daemon=True)
        watch.start()
        _, status, usage = os.wait4(child.pid, 0)
        wall = perf_counter() - began
        # wait4 has reaped the child: Popen must not wait for it again.
        child.returncode = os.waitstatus_to_exitcode(status)
        over.set()
        watch.join()
        printed.seek(0)
        said.seek(0)
        text = printed.read().decode().strip()
        if child.returncode != 0:
            complaint = said.read().decode().strip()
            print(complaint, file=sys.stderr)
            why = complaint.rpartition("\n")[2]
            if at_most is not None and wall >= at_most:
                why = f"stopped after {at_most:.0f} s"
            raise Failed(why or f"ended with status {child.returncode}")
    own = usage.ru_maxrss * RSS_UNIT_BYTES
    cost = Cost(wall, usage.ru_utime + usage.ru_stime, max(own, *peaks))
    return cost, text


def _warm() -> None:
    """Let a process touch memory, so that the machine has it at hand."""
    there = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    taken = min(WARMED_BYTES, there // 4)
    program = f"bytearray(b'x') * {taken}"
    subprocess.run([sys.executable, "-I", "-S", "-c", program], check=True)


def _watch(
    child: subprocess.Popen[bytes],
    over: Event,
    peaks: list[int],
    at_most: float | None,
) -> None:
    """Look at the memory of the tree until the command is over."""
    began = perf_counter()
    while not over.wait(LOOK_SECONDS):
        peaks.append(max(peaks.pop(), sum(map(_resident, _tree(child.pid)))))
        if at_most is not None and perf_counter() - began > at_most:
            os.kill(child.pid, 9)
            return


def _tree(pid: int) -> Iterator[int]:
    """Yield a process and all that descend from it, as far as they are still there."""
    yield pid
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
    except OSError:
        return
    for task in tasks:
        try:
            children = (task / "children").read_text().split()
        except OSError:
            continue
        for one in children:
            yield from _tree(int(one))


def _resident(pid: int) -> int:
    """Return the resident bytes of a process, 0 when it is gone."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
