"""The picture of a run for the page about speed: bars of processor time, as SVG that is read on light and on dark.

    python -m tests.benchmarks.comparison.picture

It draws the last run that has all of its workloads, and names no font, no link and no script.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import click

from tests.benchmarks.comparison import history
from tests.benchmarks.comparison.history import Run
from tests.benchmarks.comparison.servers import NAMES
from tests.benchmarks.comparison.workloads import BY_NAME

FILE = Path(__file__).parents[3] / "gateway" / "docs" / "figures.svg"
SHOWN = ("W0", "W1", "W2", "ids", "one", "accounts", "thousand", "write")
TITLES = {
    "gateway": "this gateway",
    "floor": "the same by hand in Python, without GraphQL",
    "yoga": "Yoga + DataLoader + JIT, by hand",
    "mesh": "Hive Gateway + Mesh",
}
WIDTH, LEFT, RIGHT = 860, 300, 60
BAR, GAP, HEAD, ROW_GAP = 9, 2, 54, 10
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .small { font-size: 10px; fill: #57606a }
  .gateway { fill: #0969da } .floor { fill: #8c959f } .yoga { fill: #bc4c00 } .mesh { fill: #8250df }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 }
    .gateway { fill: #4493f8 } .floor { fill: #6e7681 } .yoga { fill: #db6d28 } .mesh { fill: #ab7df8 }
  }"""


def draw(run: Run) -> str:
    """The picture. Each workload has a scale of its own, up to its slowest server."""
    shown = [name for name in SHOWN if name in run.figures]
    names = [name for name in NAMES if any(name in run.figures[workload] for workload in shown)]
    body, y = list(_legend(names)), HEAD
    for workload in shown:
        figures = {name: run.figures[workload][name].cpu for name in names if name in run.figures[workload]}
        height = len(figures) * (BAR + GAP)
        title = escape(BY_NAME[workload].title)
        body.append(f'<text x="{LEFT - 10}" y="{y + height / 2 + 3:g}" text-anchor="end">{title}</text>')
        longest = max(figures.values()) or 1.0
        for name, cpu in figures.items():
            width = max(1.0, cpu / longest * (WIDTH - LEFT - RIGHT))
            body.append(f'<rect class="{name}" x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" rx="1"/>')
            body.append(f'<text class="small" x="{LEFT + width + 5:.1f}" y="{y + BAR - 1}">{_amount(cpu)}</text>')
            y += BAR + GAP
        y += ROW_GAP
    label = "Milliseconds of a processor for each request, less is better"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img" aria-label="{label}">',
            f"<style>{STYLE}\n</style>",
            f'<text x="{LEFT}" y="16">{label}</text>',
            *body,
            "</svg>\n",
        ]
    )


def _legend(names: list[str]) -> Iterator[str]:
    x = 10
    for name in names:
        yield f'<rect class="{name}" x="{x}" y="28" width="{BAR}" height="{BAR}" rx="1"/>'
        yield f'<text class="small" x="{x + BAR + 5}" y="36">{escape(TITLES[name])}</text>'
        x += 45 + 5 * len(TITLES[name])


def _amount(milliseconds: float) -> str:
    return f"{milliseconds:.2f} ms" if milliseconds < 10 else f"{milliseconds:.0f} ms"


@click.command(help=__doc__)
def main() -> None:
    for run in reversed(history.runs()):
        if set(SHOWN) <= set(run.figures):
            FILE.write_text(draw(run))
            click.echo(f"{FILE}: the run of {run.moment}")
            return
    raise click.ClickException("no run has all of these: " + " ".join(SHOWN))


if __name__ == "__main__":
    main()
