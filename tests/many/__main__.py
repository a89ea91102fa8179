"""Replicas behind a balancer that are killed and whose Redis hangs; exit code 1 when anything was lost, twice or wrong.

\b
python -m tests.many --seconds 300                          two replicas of two workers, 1,000 subscribers
python -m tests.many --seconds 60 --store sqlite            what they share is a file of one machine
python -m tests.many --seconds 60 --hang-every 0            kills only
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import click
import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.many.plan import Plan
from tests.many.report import Report
from tests.many.run import many_history

SHOWN = 30


@click.command(help=__doc__)
@click.option("--seconds", type=click.FloatRange(1), default=Plan.seconds, show_default=True)
@click.option("--subscribers", type=click.IntRange(40), default=Plan.subscribers, show_default=True)
@click.option("--replicas", type=click.IntRange(1), default=Plan.replicas, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=Plan.workers, show_default=True, help="Of each replica.")
@click.option("--store", type=click.Choice(["redis", "sqlite"]), default=Plan.store, show_default=True)
@click.option("--changes", type=float, default=Plan.changes, show_default=True, help="A second, at Square.")
@click.option("--mutations", type=float, default=Plan.mutations, show_default=True, help="A second.")
@click.option("--queries", type=float, default=Plan.queries, show_default=True, help="A second.")
@click.option("--kill-every", type=float, default=Plan.kill_every, show_default=True, help="Seconds; 0 is never.")
@click.option("--hang-every", type=float, default=Plan.hang_every, show_default=True, help="Seconds; 0 is never.")
@click.option("--hang-for", type=float, default=Plan.hang_for, show_default=True, help="Seconds that Redis hangs.")
@click.option("--seed", type=int, default=Plan.seed, show_default=True)
def main(**given: Any) -> None:
    plan = Plan(**given)
    columns = BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("starting", total=plan.seconds)

        async def run() -> Report:
            with tempfile.TemporaryDirectory() as folder:
                return await many_history(
                    Path(folder), plan, lambda seconds, what: bar.update(task, completed=seconds, description=what)
                )

        report = uvloop.run(run())
    table = Table("what", "figure")
    for row in report.rows():
        table.add_row(*row)
    Console().print(table)
    for line in report.violations[:SHOWN]:
        click.echo(line)
    sys.exit(bool(report.violations))


if __name__ == "__main__":
    main()
