"""Many more random operations than the test runs: `python -m tests.worst_cases --operations 2000 --seed 3`.

Each is run over a shop of 700 groups, whose pages are as long as asked, of ten items, and of one, and whose attributes
come with or without definitions. Exit code 1 when one of them made more calls than it was estimated to.
"""

from __future__ import annotations

import asyncio
import sys

import click
from rich.console import Console
from rich.progress import Progress

from tests.emulator.conftest import running_emulator
from tests.worst_cases.estimates import Estimates
from tests.worst_cases.shop import WAYS, unkind, unkind_shop


async def run(operations: int, seed: int) -> bool:
    """Whether no operation took too much."""
    held = True
    with Progress(console=Console(stderr=True)) as bar:
        for page, definitions in WAYS:
            way = f"pages of {page or 'any'}, {'with' if definitions else 'without'} definitions"
            task = bar.add_task(way, total=operations)
            async with running_emulator() as emulator:
                estimates = Estimates(emulator)
                pools = await estimates.going_on(await unkind_shop(emulator, seed))
                unkind(emulator, page, definitions)
                for number in range(operations):
                    try:
                        await estimates.run(seed * 1_000_000 + number, pools)
                    except AssertionError as error:
                        held = False
                        click.echo(error)
                    bar.advance(task)
                await estimates.square.close()
            click.echo(f"{way}: {dict(estimates.outcomes)}, {estimates.calls} calls")
    return held


@click.command()
@click.option("--operations", default=2000, show_default=True, help="Random operations for each length of pages.")
@click.option("--seed", default=1, show_default=True)
def main(operations: int, seed: int) -> None:
    """Run them, and say how they ended."""
    sys.exit(0 if asyncio.run(run(operations, seed)) else 1)


if __name__ == "__main__":
    main()
