"""Whether the gateway's memory stays where it is: `python -m tests.benchmarks.soak --minutes 10`.

Mixed load by many clients on a gateway process; its resident memory is sampled every few seconds, and the slope of a
straight line through the samples after the warm-up is printed in megabytes a minute. Exit code 1 when it is too steep.
"""

from __future__ import annotations

import asyncio
import sys
import time

import click
from rich.console import Console
from rich.progress import Progress

from tests.benchmarks.load import Sample, load, servers
from tests.benchmarks.processes import memory

# Caches fill up for a while; this share of the time is not counted.
WARM_UP = 0.5
STEEPEST = 1.0


def slope(points: list[tuple[float, float]]) -> float:
    """How much the second grows with the first, by least squares."""
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread if spread else 0.0


async def soak(minutes: float, clients: int, every: float, seed: int) -> bool:
    """Whether the slope was small enough."""
    sample, samples = Sample(), []
    async with servers() as (url, pid):
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("soaking", total=minutes * 60)
            begun = time.monotonic()
            work = asyncio.create_task(load(url, clients=clients, seconds=minutes * 60, seed=seed, sample=sample))
            while not work.done():
                await asyncio.wait([work], timeout=every)
                passed = time.monotonic() - begun
                samples.append((passed / 60, memory(pid)))
                bar.update(task, completed=passed)
            await work
    warm = [point for point in samples if point[0] >= minutes * WARM_UP]
    steepness = slope(warm)
    click.echo(f"{sum(sample.ends.values())} requests by {clients} clients, {sample.goodput:.0f} good ones a second")
    click.echo(f"ends {dict(sample.ends)}")
    click.echo(f"p50 {sample.percentile(0.5):.1f} ms, p99 {sample.percentile(0.99):.1f} ms")
    click.echo(
        "memory in MB " + " ".join(f"{megabytes:.1f}" for _, megabytes in samples[:: max(1, len(samples) // 24)])
    )
    click.echo(f"slope after warm-up {steepness:+.3f} MB a minute over {len(warm)} samples (at most {STEEPEST})")
    return steepness < STEEPEST


@click.command(help=__doc__)
@click.option("--minutes", type=float, default=10.0, show_default=True)
@click.option("--clients", type=click.IntRange(1, 500), default=8, show_default=True)
@click.option("--every", type=float, default=2.0, show_default=True, help="Seconds between two samples of the memory.")
@click.option("--seed", type=int, default=7, show_default=True)
def main(minutes: float, clients: int, every: float, seed: int) -> None:
    sys.exit(not asyncio.run(soak(minutes, clients, every, seed)))


if __name__ == "__main__":
    main()
