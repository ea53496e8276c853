"""Write what each bad policy is told, for a person to read before it is taken.

Run it from the project's folder after adding a case or changing a message, and read
every difference with the eyes of the one who has to mend the file:

    python tests/policies/update_expected.py
    git diff tests/policies
"""

from pathlib import Path

from custseg.errors import PolicyError
from custseg.rules.files.loader import load_tree

BAD = Path(__file__).resolve().parent / "bad"


def main() -> None:
    """Write NAME.expected.txt beside each NAME.toml."""
    for path in sorted(BAD.glob("*.toml")):
        try:
            load_tree(path)
            told = "NOTHING: this policy loads, so it is no bad one"
        except PolicyError as error:
            told = str(error)
        beside = path.with_suffix(".expected.txt")
        beside.write_text(told + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
