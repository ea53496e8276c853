"""`import custseg` must stay cheap: what a name needs is loaded with the name."""

import json
import subprocess
import sys
from datetime import date

import pytest

HEAVY = frozenset(
    {
        "duckdb",
        "matplotlib",
        "narwhals",
        "openpyxl",
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
LATER = ("journal", "reviews", "rules.explaining", "whatif", "simulation")


def test_labels_alone_load_nothing_of_reviews_and_reasons():
    """What is asked for later is loaded later: each of it is many modules."""
    loaded = modules_after(SEGMENT)
    assert "custseg.fitted" in loaded
    rooms = tuple(f"custseg.{room}" for room in LATER)
    assert {name for name in loaded if name.startswith(rooms)} == set()


CHECK = """
from contextlib import redirect_stdout
from io import StringIO
from custseg import cli
with redirect_stdout(StringIO()):
    assert cli.main(["check", "company"]) == 0
"""


def test_a_command_loads_its_own_rooms():
    """Whoever checks a policy waits neither for the demo nor for the journal."""
    loaded = modules_after(CHECK)
    assert "custseg.commands.check" in loaded
    rooms = tuple(f"custseg.{room}" for room in ("demos", "journal", "reviews"))
    assert {name for name in loaded if name.startswith(rooms)} == set()


READ = """
import custseg
{making}
custseg.segment(sales, as_of="2026-06-30", currency="CNY").labels("abc")
"""
MAKING = {
    "a file": "sales = {path!r}",
    "an Arrow table": "from pyarrow.parquet import ParquetFile; "
    "sales = ParquetFile({path!r}).read()",
    "a polars frame": "import polars; sales = polars.read_parquet({path!r})",
}


@pytest.mark.parametrize("making", MAKING.values(), ids=MAKING)
def test_sales_are_read_without_pandas(making, tmp_path):
    """Numbers, days and words, known and missing, come from Arrow's own buffers.

    Asking pyarrow for them as numpy arrays would load pandas, which takes several times
    as long as the work; np.unique would load numpy.ma.
    """
    pytest.importorskip("pyarrow")
    frame = pytest.importorskip("polars").DataFrame(
        {
            "customer_id": ["a", "b", None],
            "date": [date(2026, 6, day) for day in (1, 2, 3)],
            "amount": [9.5, 2.0, 3.0],
            "quantity": [1, None, 2],
            "category": ["x", None, "y"],
        }
    )
    path = tmp_path / "sales.parquet"
    frame.write_parquet(path)
    loaded = modules_after(READ.format(making=making.format(path=str(path))))
    assert "pyarrow" in loaded
    assert loaded & {"numpy.ma", "pandas"} == set()
