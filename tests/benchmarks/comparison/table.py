"""Figures as text: a run as a table, and how figures moved from run to run."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.benchmarks.comparison.history import Run
from tests.benchmarks.comparison.servers import NAMES

RATIOS = (("gateway", "floor"), ("yoga", "gateway"), ("mesh", "gateway"))
# Wide enough for any: a table takes only what it needs.
WIDTH = 400


def of(run: Run) -> str:
    """CPU per request, requests a second and calls to Square of each server, and what they are to each other."""
    names = [name for name in NAMES if any(name in each for each in run.figures.values())]
    ratios = [(of, to) for of, to in RATIOS if of in names and to in names]
    table = Table(
        "", title="Milliseconds of a processor for each request (requests a second, calls to Square for each)"
    )
    for title in (*names, *map("/".join, ratios)):
        table.add_column(title, justify="right")
    for workload, figures in run.figures.items():
        cells = [
            f"{figure.cpu:.3f} ({figure.rate:,.0f}/s, {figure.calls:.1f})" if (figure := figures.get(name)) else "-"
            for name in names
        ]
        cells += [f"{ratio:.2f}" if (ratio := run.ratio(workload, *pair)) else "-" for pair in ratios]
        table.add_row(workload, *cells)
    if run.latency:
        waits = [f"{run.latency[name]:.1f} ms" if name in run.latency else "-" for name in names]
        table.add_row("p50 of W2", *waits)
        table.caption = "p50 of W2: one client, each answer of Square takes 50 ms, two round trips are 100"
    return _text(table)


def moved(runs: Sequence[Run]) -> str:
    """The gateway's milliseconds, and how many times the floor's they are, run by run."""
    names = list(dict.fromkeys(name for run in runs for name in run.figures))
    table = Table("", "", title="Milliseconds of a processor for each request, and how many times the floor's")
    for name in names:
        table.add_column(name, justify="right")
    for run in runs:
        cells = []
        for name in names:
            figure, ratio = run.figures.get(name, {}).get("gateway"), run.ratio(name, "gateway", "floor")
            cells.append("-" if figure is None else f"{figure.cpu:.3f}" + (f" {ratio:.2f} x" if ratio else ""))
        table.add_row(run.moment, run.commit, *cells)
    return _text(table)


def _text(table: Table) -> str:
    console = Console(width=WIDTH)
    with console.capture() as captured:
        console.print(table)
    return captured.get()
