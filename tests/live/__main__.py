"""A long history of subscribers; exit code 1 when one saw something older after something newer, or missed the last.

\b
python -m tests.live --events 10000 --subscribers 1000 --seed 7               shuffled, 10 % twice, 10 % stale
python -m tests.live --events 5000 --subscribers 200 --deaths 3 --seed 7      the gateway is killed and started again
python -m tests.live --events 5000 --subscribers 200 --deaths 3 --lost        and what was sent meanwhile never comes
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.live.histories import Plan, Report, live_history


@click.command(help=__doc__)
@click.option("--events", type=click.IntRange(1), default=10_000, show_default=True, help="Writes at Square.")
@click.option("--subscribers", type=click.IntRange(1), default=1000, show_default=True)
@click.option("--objects", type=click.IntRange(8), default=200, show_default=True)
@click.option("--writers", type=click.IntRange(1), default=16, show_default=True)
@click.option("--filters", type=click.IntRange(4), default=40, show_default=True, help="Different subscriptions.")
@click.option("--deaths", type=click.IntRange(0), default=0, show_default=True, help="How often the gateway is killed.")
@click.option("--lost", is_flag=True, help="Drop the webhooks of its downtimes: they are searched for.")
@click.option("--spread", type=float, default=0.5, show_default=True, help="Most seconds that a webhook is held back.")
@click.option("--seed", type=int, default=7, show_default=True)
def main(**given: int) -> None:
    plan = Plan(**given)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("writes", total=plan.events)

        async def run() -> Report:
            with tempfile.TemporaryDirectory() as folder:
                return await live_history(Path(folder), plan, lambda done: bar.update(task, completed=done))

        report = asyncio.run(run())
    for line in report.summary():
        click.echo(line)
    sys.exit(bool(report.violations))


if __name__ == "__main__":
    main()
