"""Plots of what benchmarks took, as SVG that is the same byte for byte.

The same figures always give the same file: ids come from a fixed salt, no date is
written, and text stays text, in the reader's font. Nothing here measures anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

__all__ = ["Series", "bars", "time_and_memory"]

Series = Mapping[str, Sequence[tuple[float, float]]]
"""By the name of a line, its points; they rise in the first number."""

STYLE = {
    "svg.hashsalt": "custseg",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
}

# Told apart by people who do not tell red from green, and by their marks in grey.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
MARKS = ("o", "s", "^", "D", "v", "P", "X")


def time_and_memory(path: Path, *, seconds: Series, mebibytes: Series) -> None:
    """Draw time and memory over the number of rows, both axes in powers of ten.

    Parameters
    ----------
    path : Path
        The SVG file to write.
    seconds, mebibytes : Series
        Over rows; of the same jobs in the same order.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8.0, 3.6), layout="constrained")
        left, right = figure.subplots(1, 2)
        _lines(left, seconds, "seconds, whole process")
        _lines(right, mebibytes, "peak memory, MiB")
        handles, names = left.get_legend_handles_labels()
        figure.legend(
            handles, names, loc="outside lower center", ncols=4, frameon=False
        )
        _save(figure, path)


def bars(path: Path, *, groups: Mapping[str, Mapping[str, float]], axis: str) -> None:
    """Draw groups of bars side by side, lying, the first group on top.

    Parameters
    ----------
    path : Path
        The SVG file to write.
    groups : mapping of str to mapping of str to float
        By group, the number of each job; the jobs are the same in all.
    axis : str
        What the numbers are.
    """
    jobs = list(next(iter(groups.values())))
    height = 0.8 / len(jobs)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8.0, 1.2 + 0.55 * len(groups)), layout="constrained")
        axes = figure.subplots()
        for place, job in enumerate(jobs):
            at = [row + place * height for row in range(len(groups))]
            numbers = [of_jobs[job] for of_jobs in groups.values()]
            axes.barh(at, numbers, height, label=job, color=COLOURS[place])
        middle = height * (len(jobs) - 1) / 2
        axes.set_yticks([row + middle for row in range(len(groups))], list(groups))
        axes.invert_yaxis()
        axes.set_xlabel(axis)
        figure.legend(loc="outside lower center", ncols=len(jobs), frameon=False)
        _save(figure, path)


def _lines(axes: Axes, series: Series, label: str) -> None:
    for place, (name, points) in enumerate(series.items()):
        kind = place % len(COLOURS)
        axes.plot(
            [x for x, _ in points],
            [y for _, y in points],
            color=COLOURS[kind],
            marker=MARKS[kind],
            markersize=4,
            linewidth=1.4,
            label=name,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("rows of sales")
    axes.set_ylabel(label)
    axes.grid(visible=True, which="major", linewidth=0.4, color="#cccccc")
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    for one in (axes.xaxis, axes.yaxis):
        one.set_minor_formatter(NullFormatter())
        one.set_minor_locator(NullLocator())
    rows = sorted({x for points in series.values() for x, _ in points})
    axes.set_xticks(rows, [f"{int(one):,}" for one in rows])


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    FigureCanvasSVG(figure).print_svg(path, metadata={"Date": None})
    # No blanks at the ends of lines: they say nothing, and checks complain of them.
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(map(str.rstrip, lines)) + "\n", encoding="utf-8")
