"""Write ROOMS in test_architecture.py anew: each module on its lowest floor.

Run it from the project's folder after adding or moving a module, and read the
difference: whatever rose stands on something new.

    python tests/update_floors.py
    git diff tests/test_architecture.py

A module that imports itself in a circle has no floor; the circle is told, and nothing
is written.
"""

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

from test_architecture import imports_of, modules_of

HERE = Path(__file__).resolve().parent
TABLE = re.compile(r"^ROOMS = \(\n.*?^\)\n", flags=re.MULTILINE | re.DOTALL)
ABOVE_ALL = {"custseg", "custseg.__main__"}
"""The face and the door of the command line, which stand above the table."""


def lowest_floors(known: Mapping[str, Path]) -> dict[str, int]:
    """Return the lowest floor that the imports of each module allow."""
    below = {
        module: {name for name, _ in imports_of(module, path, known)} & known.keys()
        for module, path in known.items()
        if module not in ABOVE_ALL
    }
    floors: dict[str, int] = {}
    while len(floors) < len(below):
        ready = {
            module: 1 + max((floors[name] for name in under), default=-1)
            for module, under in below.items()
            if module not in floors and under <= floors.keys()
        }
        if not ready:
            circle = ", ".join(sorted(below.keys() - floors.keys()))
            raise SystemExit(f"in a circle, or above one: {circle}")
        floors |= ready
    return floors


def main() -> None:
    """Write the table."""
    floors = lowest_floors(modules_of(HERE.parent / "src"))
    written = ["ROOMS = ("]
    for floor in range(max(floors.values()) + 1):
        here = sorted(name for name, at in floors.items() if at == floor)
        words = " ".join(name.removeprefix("custseg.") for name in here)
        lines = textwrap.wrap(words, 72, break_on_hyphens=False)
        if len(lines) == 1:
            written.append(f'    "{lines[0]}",')
            continue
        ends = [*(f"{line} " for line in lines[:-1]), lines[-1]]
        written += ["    (", *(f'        "{line}"' for line in ends), "    ),"]
    table = "\n".join([*written, ")\n"])
    test = HERE / "test_architecture.py"
    text = test.read_text(encoding="utf-8")
    test.write_text(TABLE.sub(lambda _: table, text, count=1), encoding="utf-8")


if __name__ == "__main__":
    main()
