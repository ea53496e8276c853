"""Every example in README.md and docs/ runs, so what they show is what happens.

A fenced block of `python` or `pycon` is run; one with prompts (>>>) is a doctest, one
without is run as it stands. The blocks of one page share their names, in order, as a
reader would type them. A page that says `<!-- needs-data -->` is run only where the
public data sets are; it finds their folder in the environment as CUSTSEG_DATA. One
that says `<!-- needs-spark -->` is run only where Spark and Java are.

A `console` block holds commands behind `$ ` and what they print; they are run in this
process, and only those of custseg. A block under `<!-- file: NAME -->` is written to
that file.
"""

import doctest
import io
import re
import shlex
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from attrs import frozen

from custseg import cli
from spark_session import quiet, spark_session

PROJECT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<word>[\w{}:-]*)[^`]*$")
RUN = frozenset({"python", "pycon", "py", "console"})
FILE = re.compile(r"^ *<!-- file: (?P<name>[^/\\]+) -->$")
COMMAND = "python -m custseg"
NEEDS_DATA = "<!-- needs-data -->"
NEEDS_SPARK = "<!-- needs-spark -->"
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@frozen
class Block:
    """One example: its text, and the line of the page on which it starts (from 1)."""

    text: str
    line: int
    is_console: bool = False
    file: str = ""


def blocks_of(page: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown page that are to be run."""
    lines = page.splitlines()
    number = 0
    while number < len(lines):
        opening = FENCE.match(lines[number])
        number += 1
        if opening is None:
            continue
        start, indent = number, opening["indent"]
        file = FILE.match(lines[number - 2]) if number > 1 else None
        closing = re.compile(rf"^ *{opening['ticks']}`* *$")
        while number < len(lines) and not closing.match(lines[number]):
            number += 1
        if opening["word"] in RUN or file:
            body = [line.removeprefix(indent) for line in lines[start:number]]
            yield Block(
                "\n".join(body) + "\n",
                start + 1,
                opening["word"] == "console",
                file["name"] if file else "",
            )
        number += 1


def run_page(page: str, name: str) -> str:
    """Run a page's examples; return the report of those that failed, or ""."""
    names: dict[str, object] = {"__name__": "__main__"}
    parser = doctest.DocTestParser()
    runner = doctest.DocTestRunner(verbose=False, optionflags=OPTIONS)
    report: list[str] = []
    for block in blocks_of(page):
        if block.file:
            Path(block.file).write_text(block.text, encoding="utf-8")
        elif block.is_console:
            report += run_commands(block, name)
        elif ">>>" in block.text:
            test = parser.get_doctest(block.text, names, name, name, block.line - 1)
            test.globs = names  # get_doctest copies; later blocks see these names
            runner.run(test, out=report.append, clear_globs=False)
        else:
            # Blank lines first, so that a traceback tells the page's line number.
            padded = "\n" * (block.line - 1) + block.text
            exec(compile(padded, name, "exec"), names)
    return "".join(report)


def run_commands(block: Block, name: str) -> Iterator[str]:
    """Run the commands of a block; yield a report for each that prints otherwise."""
    checker = doctest.OutputChecker()
    line = block.line
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, wanted = re.sub(r"\\\n *", "", part).partition("\n")
        assert command.startswith(COMMAND), f"{name}:{line}: only {COMMAND} is run"
        with redirect_stdout(io.StringIO()) as said, redirect_stderr(said):
            cli.main(shlex.split(command.removeprefix(COMMAND)))
        if not checker.check_output(wanted, said.getvalue(), OPTIONS):
            yield (
                f'File "{name}", line {line}, in {command}\n'
                f"Expected:\n{wanted}\nGot:\n{said.getvalue()}"
            )
        line += part.count("\n")


def pages() -> list[Path]:
    """Return README.md and all pages of docs/, without what a build left behind."""
    found = sorted((PROJECT / "docs").rglob("*.md"))
    kept = [path for path in found if "_build" not in path.parts]
    return [PROJECT / "README.md", *kept]


WITH_EXAMPLES = [
    pytest.param(path, id=path.relative_to(PROJECT).as_posix())
    for path in pages()
    if any(blocks_of(path.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("path", WITH_EXAMPLES)
def test_examples_run(path, request, tmp_path, monkeypatch):
    """What the page shows is what happens, in a folder of its own."""
    page = path.read_text(encoding="utf-8")
    if NEEDS_DATA in page:
        data = request.getfixturevalue("data_dir")
        monkeypatch.setenv("CUSTSEG_DATA", str(data))
    if NEEDS_SPARK in page:
        spark_session()
    monkeypatch.chdir(tmp_path)
    with quiet() if NEEDS_SPARK in page else nullcontext():
        report = run_page(page, path.relative_to(PROJECT).as_posix())
    assert not report, report


def test_readme_has_examples():
    """README.md is among the pages that are run."""
    assert any(param.id == "README.md" for param in WITH_EXAMPLES)


NAMED = re.compile(r"`((?:[\w.]+/)*[\w.]+(?:\.py|\.toml|/))`")
"""A file or folder as CONTRIBUTING.md names it, such as `scoring/bins.py`."""


def test_contributors_are_sent_to_places_that_exist():
    """What CONTRIBUTING.md names stands at the root or among the sources."""
    named = NAMED.findall((PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    roots = (PROJECT, PROJECT / "src/custseg")
    lost = {one for one in named if not any((root / one).exists() for root in roots)}
    assert sorted(lost) == []
    assert len(named) >= 40


def test_contributors_find_there_what_they_are_sent_for():
    """As in `scoring/bins.py`, `EDGES`: the name is written there, not handed on."""
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    pairs = re.findall(r"`([\w/]+\.py)`, `(\w+)`", text)
    assert ("scoring/bins.py", "EDGES") in pairs
    for place, name in pairs:
        source = (PROJECT / "src/custseg" / place).read_text(encoding="utf-8")
        assert re.search(rf"^{name}\b", source, re.MULTILINE), (place, name)


PAGE = """\
Text with `code` in it.

```python
base = 40
```

```sh
false
```

1. In a list:

   ```pycon
   >>> base + 2
   42
   ```

````text
```python
raise SystemExit
```
````
"""


def test_only_python_blocks_are_taken():
    """Shell and text blocks are left alone, also a fence shown inside another."""
    assert list(blocks_of(PAGE)) == [
        Block("base = 40\n", 4),
        Block(">>> base + 2\n42\n", 14),
    ]


CONSOLE = """\
<!-- file: mine.toml -->
```toml
schema = 1
```

```console
$ python -m custseg check mine.toml
- $.about: this key is missing; add the table [about]
- $.basis: this key is missing; add the table [basis]

mine.toml would be refused: 2 things to mend.
$ python -m custseg check \\
    mine.toml --language zh
...
mine.toml 不能使用：有 2 处要改。
```
"""


def test_commands_are_run_on_the_files_of_the_page(tmp_path, monkeypatch):
    """What a command prints is compared, and files are there when it is run."""
    monkeypatch.chdir(tmp_path)
    assert run_page(CONSOLE, "page.md") == ""
    report = run_page(CONSOLE.replace("2 things", "3 things"), "page.md")
    assert 'File "page.md", line 7, in python -m custseg check mine.toml' in report


def test_only_commands_of_custseg_are_run():
    """A page cannot delete anything."""
    with pytest.raises(AssertionError, match=r"page\.md:2: only python -m custseg"):
        run_page("```console\n$ rm -rf /\n```\n", "page.md")


def test_blocks_share_names():
    """A later block of a page uses what an earlier one made."""
    assert run_page(PAGE, "page.md") == ""


def test_a_wrong_example_is_reported_with_its_line():
    """An output that is not what the page says fails, and tells where."""
    report = run_page(PAGE.replace("42", "43"), "page.md")
    assert 'File "page.md", line 14' in report
    assert re.search(r"Expected:\s+43\s+Got:\s+42", report)


def test_a_block_without_prompts_that_raises_fails():
    """An example without shown output must at least run."""
    with pytest.raises(NameError, match="name 'bse' is not defined"):
        run_page(PAGE.replace("base = 40", "base = bse"), "page.md")
