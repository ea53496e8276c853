"""The machine and the software that a benchmark ran on, in words for its report."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path

__all__ = ["described", "versions"]

ASKED = (
    "numpy", "pandas", "pyarrow", "polars", "duckdb", "openretailscience", "lifetimes",
    "rfm",
)  # fmt: skip

_ASK = """
import json, platform, sys
from importlib.metadata import PackageNotFoundError, version
found = {"python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps(found))
"""


def described() -> dict[str, str]:
    """Return processor, cores, memory and system, without the machine's name."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0)) if _linux() else os.cpu_count()),
        "memory": f"{total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def versions(python: str) -> dict[str, str]:
    """Return the versions of what an interpreter has of the libraries compared."""
    command = [python, "-c", _ASK, *ASKED]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(answer.stdout)
    return found


def _linux() -> bool:
    return hasattr(os, "sched_getaffinity")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    for line in lines:
        if line.startswith("model name"):
            return " ".join(line.partition(":")[2].split())
    return platform.machine()
