"""Begin a policy of one's own: a copy with all its comments, or a file of changes.

Nothing is ever overwritten, and what is written loads as it is.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from custseg.commands.saying import say
from custseg.errors import Problem, SettingError
from custseg.labels import Title
from custseg.policies import NAMES
from custseg.rules.files.beginning import changes_to, copy_of
from custseg.rules.files.loader import layers_of, load_tree
from custseg.rules.naming import check_code, check_title
from custseg.rules.policy import PolicyTree

__all__ = ["add_options", "run"]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    add = parser.add_argument
    add("file", type=Path, help="the file to write; it must not be there yet")
    add(
        "--from",
        dest="source",
        default="company",
        metavar="POLICY",
        help=f"{', '.join(NAMES)}, or a TOML file; company if not said",
    )
    add(
        "--changes-only",
        action="store_true",
        help="write a short file that builds on the other policy and follows it",
    )
    add("--code", help="its name in results; the file's name if not said")
    add("--title-zh", metavar="TITLE", help="what people call it, in Chinese")
    add("--title-en", metavar="TITLE", help="what people call it, in English")


def run(options: argparse.Namespace) -> int:
    """Write the file, and say what to do next."""
    path: Path = options.file
    if path.suffix != ".toml":
        raise SettingError(
            Problem(
                "a policy is a file that ends in .toml",
                where="file",
                got=f"'{path}'",
                hint=f"write {path.with_suffix('.toml')}" if path.name else "",
            )
        )
    if path.exists():
        raise SettingError(
            Problem(
                "the file is there already, and nothing is overwritten",
                where="file",
                got=f"'{path}'",
                hint="give another name, or move it away",
            )
        )
    base = load_tree(options.source)
    code, title = _names(options, base)
    if options.changes_only:
        text = changes_to(_reference(options), base, code=code, title=title)
    else:
        text = _copied(options.source, code, title)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(f"# {code}: begun from {base.code} {base.about.version}\n\n{text}")
    load_tree(path)
    say(f"Wrote {path}. Change it, then: python -m custseg check {path}")
    return 0


def _names(options: argparse.Namespace, base: PolicyTree) -> tuple[str, Title]:
    code = options.code or re.sub(r"[\s-]+", "_", options.file.stem).lower()
    title = Title(
        zh=options.title_zh or f"{code}（{base.about.title.zh}）",
        en=options.title_en or f"{code} ({base.about.title.en})",
    )
    wrong = [
        *check_code(code, ("--code",), upper=False, reserved=frozenset()),
        *check_title(title, ("--title",)),
    ]
    if wrong:
        first = wrong[0].problem
        option = "-".join(map(str, wrong[0].path))
        hint = first.hint
        if not options.code and option == "--code":
            hint = "it is the file's name; give another, such as --code our_customers"
        raise SettingError(Problem(first.what, option, first.got, first.allowed, hint))
    return code, title


def _reference(options: argparse.Namespace) -> str:
    """Return how the new file names the policy that it builds on."""
    if options.source in NAMES:
        return str(options.source)
    source, folder = Path(options.source), options.file.parent
    return Path(os.path.relpath(source, folder)).as_posix()


def _copied(source: str, code: str, title: Title) -> str:
    layers = layers_of(source)
    # What a packaged policy builds on is packaged too: a copy finds it from anywhere.
    if layers.bases and source not in NAMES:
        raise SettingError(
            Problem(
                "a policy that builds on another cannot be copied alone",
                where="--from",
                got=f"'{source}'",
                hint="add --changes-only to build on it",
            )
        )
    return copy_of(layers.files[0].text, code=code, title=title)
