"""The long runs, each with a progress bar and a summary; exit code 1 when something is wrong.

\b
python -m tests.history --operations 10000 --clients 16 --seed 7    random faults, every check
python -m tests.history --injections 10000 --clients 16 --seed 7    only resets, broken answers and timeouts
python -m tests.history --acknowledged 5000 --deaths 10 --seed 7    the emulator is killed and started again
python -m tests.history --requests 10000 --clients 16 --seed 7      two sellers in turn, no id of the other
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.history.crash import crash_history
from tests.history.tenancy import interleave
from tests.history.writes import Report, write_history

Tell = Callable[[int], None]


@click.command(help=__doc__)
@click.option("--operations", type=click.IntRange(1), default=None, help="Mutations to send.  [default: 10000]")
@click.option("--injections", type=click.IntRange(1), default=None, help="Resets, broken answers and timeouts.")
@click.option("--acknowledged", type=click.IntRange(1), default=None, help="Writes acknowledged across crashes.")
@click.option("--requests", type=click.IntRange(1), default=None, help="Requests of two sellers.")
@click.option("--deaths", type=click.IntRange(1), default=5, show_default=True, help="How often it crashes.")
@click.option("--clients", type=click.IntRange(1, 500), default=16, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
def main(
    operations: int | None,
    injections: int | None,
    acknowledged: int | None,
    requests: int | None,
    deaths: int,
    clients: int,
    seed: int,
) -> None:
    if requests is not None:
        wanted = requests

        async def sellers(tell: Tell) -> bool:
            found = await interleave(seed=seed, clients=clients, requests=wanted, progress=tell)
            click.echo(f"seed {seed}: {found.requests} requests, {found.probes} for an object of the other seller")
            click.echo(f"{found.ids} ids answered, {len(found.foreign)} foreign, errors {dict(found.errors)}")
            for line in found.foreign[:20]:
                click.echo(line)
            return not found.foreign

        sys.exit(not _run("requests", requests, sellers))
    if acknowledged is not None:
        wanted = acknowledged

        async def crashes(tell: Tell) -> bool:
            with tempfile.TemporaryDirectory() as folder:
                return _said(
                    await crash_history(
                        Path(folder, "square.db"),
                        seed=seed,
                        clients=clients,
                        acknowledged=wanted,
                        deaths=deaths,
                        progress=tell,
                    )
                )

        sys.exit(not _run("acknowledged writes", acknowledged, crashes))
    total = injections or operations or 10_000

    async def writes(tell: Tell) -> bool:
        limits = {"injections": total} if injections else {"operations": total}
        return _said(await write_history(seed=seed, clients=clients, progress=tell, **limits))

    sys.exit(not _run("faults injected" if injections else "mutations", total, writes))


def _run(name: str, total: int, work: Callable[[Tell], Awaitable[bool]]) -> bool:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=total)

        async def run() -> bool:
            return await work(lambda done: bar.update(task, completed=done))

        return asyncio.run(run())


def _said(report: Report) -> bool:
    for line in report.summary():
        click.echo(line)
    return not report.violations


if __name__ == "__main__":
    main()
