"""Many more random operations than the test runs: `python -m tests.worst_cases --operations 2000 --seed 3`.

Each is run over a shop of 700 groups, whose pages are as long as asked, of ten items, and of one. Exit code 1 when one
of them made more calls than it was estimated to.
"""

from __future__ import annotations

import asyncio
import sys

import click
from rich.console import Console
from rich.progress import Progress

from tests.emulator.conftest import running_emulator
from tests.worst_cases.estimates import Estimates
from tests.worst_cases.shop import unkind_shop

PAGES = (None, 10, 1)


async def run(operations: int, seed: int) -> bool:
    """Whether no operation took too much."""
    held = True
    with Progress(console=Console(stderr=True)) as bar:
        for page in PAGES:
            task = bar.add_task(f"pages of {page or 'any'}", total=operations)
            async with running_emulator() as emulator:
                pools = await unkind_shop(emulator, seed)
                emulator.faults.page = page
                estimates = Estimates(emulator)
                for number in range(operations):
                    try:
                        await estimates.run(seed * 1_000_000 + number, pools)
                    except AssertionError as error:
                        held = False
                        click.echo(error)
                    bar.advance(task)
                await estimates.square.close()
            click.echo(f"pages of {page or 'any'}: {dict(estimates.outcomes)}, {estimates.calls} calls")
    return held


@click.command()
@click.option("--operations", default=2000, show_default=True, help="Random operations for each length of pages.")
@click.option("--seed", default=1, show_default=True)
def main(operations: int, seed: int) -> None:
    """Run them, and say how they ended."""
    sys.exit(0 if asyncio.run(run(operations, seed)) else 1)


if __name__ == "__main__":
    main()
