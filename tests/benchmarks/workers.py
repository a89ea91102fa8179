"""What further workers add: requests a second, memory, and how soon one that dies is replaced. Run by hand:

python -m tests.benchmarks.workers [--seconds 5] [--rounds 3]

wrk asks what needs no call to Square, and runs beside the workers. One worker has a core to itself. On two cores two
workers share both with wrk, so that its part is missing from what they can do: an eighth of a processor's time for the
smallest query, next to nothing for one that costs milliseconds. "Of what is possible" is held against the cores that
wrk leaves. Exit code 1 when two workers answer less than 1.8 times as many of the latter as one does.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import sys
import time
from collections import defaultdict
from dataclasses import dataclass

import aiohttp
import click
import uvloop

from tests.benchmarks import wrk
from tests.benchmarks.comparison.servers import serving
from tests.benchmarks.processes import processor_seconds, shared_memory
from tests.workers.processes import children

COSTLY = "names of all types"
QUERIES = {
    "{ __typename }": "{ __typename }",
    COSTLY: "{ __schema { types { name } } }",
}
CONNECTIONS = 16
WARM = 1.0
LEAST = 1.8
PATIENCE = 30.0


@dataclass(frozen=True)
class Figure:
    """One measurement: requests a second, and microseconds of a processor for each."""

    rate: float
    gateway: float
    generator: float
    p99: float


async def measure(workers: int, query: str, seconds: float) -> Figure:
    async with serving(
        "gateway", "http://127.0.0.1:9", GATEWAY_WORKERS=f"{workers}", GATEWAY_LOG_LEVEL="warning"
    ) as on:
        await wrk.load(f"{on.url}/graphql", query, seconds=WARM, connections=CONNECTIONS)
        used = processor_seconds(on.pid)
        found = await wrk.load(f"{on.url}/graphql", query, seconds=seconds, connections=CONNECTIONS)
        used = processor_seconds(on.pid) - used
    if found.refused or found.broken:
        raise RuntimeError(f"{found.refused} requests were refused, {found.broken} broken")
    return Figure(found.rate, used / found.requests * 1e6, found.used / found.requests * 1e6, found.p99)


async def scaling(seconds: float, rounds: int) -> bool:
    enough = True
    cores = os.cpu_count() or 1
    for name, query in QUERIES.items():
        figures: defaultdict[int, list[Figure]] = defaultdict(list)
        # In turn, so that a noisy minute strikes both.
        for _ in range(rounds):
            for workers in (1, 2):
                figures[workers].append(await measure(workers, query, seconds))
        rates = {}
        for workers, found in figures.items():
            middle = sorted(found, key=lambda each: each.rate)[len(found) // 2]
            rates[workers] = statistics.median(each.rate for each in found)
            # Cores that wrk leaves, no more than there are workers.
            left = min(workers, cores - middle.rate * middle.generator / 1e6)
            click.echo(
                f"{name}, {workers} workers: {middle.rate:.0f}/s, p99 {middle.p99:.1f} ms; for each request "
                f"{middle.gateway:.0f} us of the gateway and {middle.generator:.0f} us of wrk; "
                f"{middle.rate * middle.gateway / 1e6 / left:.0%} of what is possible"
            )
        click.echo(f"{name}: two workers answer {rates[2] / rates[1]:.2f} times as much")
        enough &= name != COSTLY or rates[2] / rates[1] >= LEAST
    return enough


async def memory() -> None:
    totals = {}
    for workers in (1, 2, 3):
        async with serving("gateway", "http://127.0.0.1:9", GATEWAY_WORKERS=f"{workers}") as on:
            for query in QUERIES.values():
                await wrk.load(f"{on.url}/graphql", query, seconds=WARM, connections=CONNECTIONS)
            held = {pid: shared_memory(pid) for pid in (on.pid, *children(on.pid))}
            totals[workers] = sum(each.proportional for each in held.values())
            click.echo(
                f"{workers} workers: {totals[workers]:.0f} MB in {len(held)} processes; each alone (USS) "
                + ", ".join(f"{each.unique:.0f}" for each in held.values())
            )
    click.echo(f"a further worker: {totals[3] - totals[2]:.0f} MB (PSS)")


async def replacement(rounds: int) -> None:
    """Seconds from the death of a worker until another one answers, and until as many serve as before."""
    async with serving("gateway", "http://127.0.0.1:9", GATEWAY_WORKERS="2") as on, aiohttp.ClientSession() as http:
        await settled(on.pid, 2)
        took = []
        for _ in range(rounds):
            before = set(children(on.pid))
            begun = time.perf_counter()
            os.kill(min(before), signal.SIGKILL)
            async with asyncio.timeout(PATIENCE):
                while len(set(children(on.pid)) - before) < 1 or not await ready(http, on.url):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            took.append(time.perf_counter() - begun)
            await settled(on.pid, 2)
        click.echo(f"a killed worker is replaced after {', '.join(f'{each:.2f}' for each in took)} s")


async def settled(pid: int, workers: int) -> None:
    """Wait until so many workers run, for a while."""
    async with asyncio.timeout(PATIENCE):
        while len(children(pid)) < workers:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    await asyncio.sleep(1)


async def ready(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(f"{url}/readyz") as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False


async def bench(seconds: float, rounds: int) -> bool:
    enough = await scaling(seconds, rounds)
    await memory()
    await replacement(rounds)
    return enough


@click.command(help=__doc__)
@click.option("--seconds", type=click.FloatRange(1), default=5, show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
def main(seconds: float, rounds: int) -> None:
    sys.exit(not uvloop.run(bench(seconds, rounds)))


if __name__ == "__main__":
    main()
