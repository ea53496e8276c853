"""Tables of benchmark figures, and the places in the documentation where they stand.

A page says where a table goes by two comments, ``<!-- measured: NAME -->`` and
``<!-- end: NAME -->``; what stands between them is made by the benchmark, and nothing
else on the page is touched.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from textwrap import fill as fill_lines
from typing import Any

from process_tree import Cost

__all__ = ["fill", "kept", "least", "machine_line", "table", "write"]


HEADS = (
    "job", "least s", "median s", "least CPU s", "peak MiB", "times the wall s",
    "times the CPU s",
)  # fmt: skip


def kept(cost: Cost) -> dict[str, float]:
    """Return a cost as plain data, no finer than it was measured."""
    return {
        "wall_seconds": round(cost.wall_seconds, 3),
        "cpu_seconds": round(cost.cpu_seconds, 3),
        "peak_mib": round(cost.peak_bytes / 2**20, 1),
    }


def least(runs: Sequence[Mapping[str, float]], what: str) -> float:
    """Return the least of a figure; of memory the most."""
    pick = max if what == "peak_mib" else min
    return pick(run[what] for run in runs)


def table(
    runs: Mapping[str, Any], *, base: str, names: Mapping[str, str], rounds: int
) -> str:
    """Return what jobs took as a Markdown table.

    Parameters
    ----------
    runs : mapping of str to list of dict, or str
        The runs of each job as :func:`kept` gives them, or why there are none.
    base : str
        The job to which the ratios refer.
    names : mapping of str to str
        How the jobs are called in the table.
    rounds : int
        How many runs each job was to have.

    Returns
    -------
    str
        A row for each job, in the order of ``runs``.
    """
    lines = [
        f"| {' | '.join(HEADS)} |",
        "|---" + "|--:" * (len(HEADS) - 1) + "|",
    ]
    first = runs.get(base)
    for job, found in runs.items():
        if isinstance(found, str):
            lines.append(f"| {names.get(job, job)} | {found} | | | | | |")
            continue
        called = names.get(job, job)
        if len(found) < rounds:
            called += f" ({len(found)} of {rounds} rounds)"
        walls = sorted(run["wall_seconds"] for run in found)
        median = (walls[(len(walls) - 1) // 2] + walls[len(walls) // 2]) / 2
        wall, cpu = (least(found, f"{of}_seconds") for of in ("wall", "cpu"))
        ratios = ["", ""]
        if first and not isinstance(first, str):
            ratios = [
                f"{wall / least(first, 'wall_seconds'):.2f}",
                f"{cpu / least(first, 'cpu_seconds'):.2f}",
            ]
        lines.append(
            f"| {called} | {wall:.2f} | {median:.2f} | {cpu:.2f} "
            f"| {least(found, 'peak_mib'):,.0f} | {ratios[0]} | {ratios[1]} |"
        )
    return "\n".join(lines)


def machine_line(measured: Mapping[str, Any], *, jobs: Collection[str]) -> str:
    """Return on what, with what and how it was measured, as a paragraph.

    Parameters
    ----------
    measured : mapping
        The whole of the figures.
    jobs : collection of str
        The jobs that are spoken of, as they are called in the table.
    """
    machine, rounds = measured["machine"], measured["rounds"]
    of = ", ".join(f"{name} {number}" for name, number in measured["versions"].items())
    apart = "; ".join(
        f"{job} {found[job]} with pandas {found['pandas']}"
        for job, found in measured.get("apart", {}).items()
        if job in jobs
    )
    if apart:
        of += f"; in environments of their own {apart}"
    text = (
        f"Measured on {measured['day']}: {machine['processor']}, {machine['cores']} "
        f"cores, {machine['memory']}, {machine['system']}; {of}. "
        f"{rounds} round{'s' * (rounds != 1)}, in turns; one-minute load before them "
        f"{machine['load']}, after them {measured['load_after']}."
    )
    return fill_lines(text, 88)


def write(path: Path, measured: Mapping[str, Any]) -> None:
    """Write figures as JSON; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    text = json.dumps(measured, indent=1, ensure_ascii=False)
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(path)


def fill(page: Path, name: str, text: str) -> None:
    """Put a text between the two comments of a name.

    Raises
    ------
    ValueError
        When the page does not have them both, once each.
    """
    whole = page.read_text(encoding="utf-8")
    begin, end = f"<!-- measured: {name} -->", f"<!-- end: {name} -->"
    if whole.count(begin) != 1 or whole.count(end) != 1:
        raise ValueError(f"{page} must hold {begin} and {end}, once each")
    before, _, rest = whole.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
