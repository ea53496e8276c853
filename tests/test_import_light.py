"""`import custseg` must stay cheap: what a name needs is loaded with the name."""

import json
import subprocess
import sys

import pytest

HEAVY = frozenset(
    {
        "duckdb",
        "matplotlib",
        "narwhals",
        "pandas",
        "polars",
        "pyarrow",
        "scipy",
        "sklearn",
        "sqlite3",
        "tomllib",
    }
)


def modules_after(code: str) -> set[str]:
    """Run code in a fresh Python; return the modules loaded after it."""
    ending = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{ending}"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def loaded_by(code: str) -> set[str]:
    """Run code in a fresh Python; return the top-level modules loaded after it."""
    return {name.partition(".")[0] for name in modules_after(code)}


@pytest.mark.parametrize(
    "code",
    ["import custseg", "import custseg; dir(custseg)", "import custseg.errors"],
)
def test_nothing_heavy_is_loaded(code):
    """Importing the package, or listing its names, loads no heavy package."""
    loaded = loaded_by(code)
    assert "custseg" in loaded
    assert loaded & HEAVY == set()


def test_the_face_alone_loads_not_even_numpy():
    """The names of the face are loaded when they are first used."""
    loaded = loaded_by("import custseg; dir(custseg)")
    assert loaded & {"attr", "attrs", "numpy"} == set()
    assert "numpy" in loaded_by("import custseg; custseg.Ledger")


def test_a_heavy_import_would_be_seen():
    """The subprocess does report a heavy package where one is imported."""
    assert "sqlite3" in loaded_by("import custseg, sqlite3") & HEAVY


SEGMENT = """
import custseg
sales = {"customer_id": ["a"], "date": ["2026-06-01"], "amount": [9.5]}
custseg.segment(sales, as_of="2026-06-30", currency="CNY").customer("a").labels
"""
LATER = ("journal", "reviews", "rules.explaining", "rules.whatif", "simulation")


def test_labels_alone_load_nothing_of_reviews_and_reasons():
    """What is asked for later is loaded later: each of it is many modules."""
    loaded = modules_after(SEGMENT)
    assert "custseg.fitted" in loaded
    rooms = tuple(f"custseg.{room}" for room in LATER)
    assert {name for name in loaded if name.startswith(rooms)} == set()
