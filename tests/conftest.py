"""What every test may ask for: the public data sets, and how Hypothesis runs."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

PROJECT = Path(__file__).resolve().parent.parent

# No deadline: a slow machine is not a fault. In CI the same examples come each time, so
# a change is judged by itself; at a desk new ones come, so new faults are found.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder in which pyproject.toml stands."""
    return PROJECT


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the public data sets; the test is skipped where there is none."""
    named = os.environ.get("CUSTSEG_DATA", "")
    folder = Path(named) if named else PROJECT.parent / "shared" / "data"
    if folder.is_dir():
        return folder
    if named:
        pytest.fail(f"CUSTSEG_DATA names {named}, which is not a folder")
    pytest.skip("no public data sets here: set CUSTSEG_DATA to their folder")
