"""A PostgreSQL server of the tests' own: a temporary folder, a socket, no network."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["MISSING", "running_postgres"]


def _program(name: str) -> str | None:
    found = shutil.which(name)
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return found or (str(places[-1]) if places else None)


def _missing() -> str:
    try:
        import psycopg  # noqa: F401, PLC0415
    except ImportError:
        return "psycopg is not installed: pip install 'custseg[postgres]'"
    for name in ("initdb", "pg_ctl"):
        if _program(name) is None:
            return f"PostgreSQL's {name} is not on this machine"
    return ""


MISSING = _missing()
"""Why no server can be had here; "" where it can."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server; yield a URL that leads to it, without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="custseg-pg-"))
    # PostgreSQL does not run as root; in a container the tests do.
    user = None
    if os.geteuid() == 0:
        user = "nobody"
        shutil.chown(folder, user)
    data = str(folder / "data")

    def run(name: str, *arguments: str) -> None:
        program = _program(name)
        assert program is not None
        done = subprocess.run(  # noqa: S603 - the tests' own program
            [program, *arguments],
            check=False,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open as long as the server
            stderr=subprocess.DEVNULL,
            user=user,
        )
        assert done.returncode == 0, f"{name} failed, see {folder}"

    run("initdb", "-D", data, "-U", "crm", "-A", "trust", "-E", "UTF8", "-N")
    options = f"-c listen_addresses='' -k {folder} -c fsync=off -c max_connections=30"
    log = str(folder / "log")
    run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "start")
    try:
        yield f"postgresql://crm@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)
