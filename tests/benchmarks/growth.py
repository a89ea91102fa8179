"""Whether time and memory grow no faster than what is asked for, and how long a large answer holds up others.

    python -m tests.benchmarks.growth

Answers of 10 to 10,000 customers, then 1 to 1,000 operations at once, over the canned Square. For each size: processor
time and memory, and what one more item costs beyond the size before; exit code 1 where it costs much more at the last
size than at the one before. The longest time in which the event loop did nothing else is measured inside, as processor
time, and outside, as the longest wait of a tiny request. While one answer is made it must stay below `--stall`
milliseconds; operations that come together are begun together.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import click
import orjson
import uvloop

from tests.benchmarks.comparison import servers
from tests.benchmarks.comparison.workloads import PROFILE, ids
from tests.benchmarks.processes import memory, peak_memory, processor_seconds, reset_peak

INSIDE = Path(__file__).parent / "inside" / "heartbeat"
PAGE = 1000
SIZES, AT_ONCE = (10, 100, 1000, 10_000), (1, 10, 100, 1000)
STEEPEST = 1.5
# Each size is asked for until it has used about this much of a processor, at least three times.
ENOUGH_SECONDS, MIN_TIMES, MAX_TIMES = 1.0, 3, 200
TURN = 0.005
LIMITS = {
    "GATEWAY_MAX_VALUES": "10000000",
    "GATEWAY_MAX_CALLS": "100000",
    "GATEWAY_MAX_CONCURRENT": "5000",
    "GATEWAY_CALLER_SHARE": "1",
    "GATEWAY_REFERENCE_CACHE": "0",
    # A thousand operations that arrive at once keep the event loop busy for longer than it takes to connect.
    "GATEWAY_CONNECT_TIMEOUT": "60",
    "GATEWAY_ATTEMPT_TIMEOUT": "120",
    "GATEWAY_OPERATION_TIMEOUT": "300",
}
NODES = f"{{ nodes {{ {PROFILE} address {{ locality postalCode }} }} pageInfo {{ endCursor }} }}"
RELATED = "{ nodes { id givenName groups { id name } segments { id name } loyaltyAccounts { id balance } } }"


@dataclass
class Point:
    """What one size has cost: milliseconds of a processor, the most megabytes above those of a gateway that has
    answered nothing yet, milliseconds in which the event loop was held up, and where."""

    size: int
    milliseconds: float
    megabytes: float
    inside: float
    outside: float
    where: list[str]


class Measured:
    """A gateway to measure."""

    def __init__(self, http: aiohttp.ClientSession, gateway: servers.Server, heartbeat: Path) -> None:
        self._http = http
        self._gateway = gateway
        self._heartbeat = heartbeat
        # Megabytes before the first request.
        self._empty = memory(gateway.pid)

    async def ask(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        body = orjson.dumps({"query": query, "variables": variables or {}})
        headers = {"Content-Type": "application/json"}
        async with self._http.post(f"{self._gateway.url}/graphql", data=body, headers=headers) as response:
            answer = orjson.loads(await response.read())
        if answer.get("errors"):
            raise click.ClickException(f"{len(query)} characters were refused: {answer['errors'][0]}")
        data: dict[str, Any] = answer["data"]
        return data

    async def point(self, size: int, work: Callable[[], Awaitable[Any]]) -> Point:
        """Do the work several times, while a tiny request asks again and again."""
        await work()
        await self._held_up()
        reset_peak(self._gateway.pid)
        waits: list[float] = []
        asking = asyncio.create_task(self._ask_meanwhile(waits))
        began = processor_seconds(self._gateway.pid)
        times, used = 0, 0.0
        try:
            while times < MIN_TIMES or (used < ENOUGH_SECONDS and times < MAX_TIMES):
                await work()
                times += 1
                used = processor_seconds(self._gateway.pid) - began
        finally:
            asking.cancel()
        inside, where = await self._held_up()
        megabytes = peak_memory(self._gateway.pid) - self._empty
        return Point(size, used / times * 1000, megabytes, inside * 1000, max(waits, default=0.0) * 1000, where)

    async def _ask_meanwhile(self, waits: list[float]) -> None:
        while True:
            began = time.perf_counter()
            await self.ask("{ __typename }")
            waits.append(time.perf_counter() - began)
            await asyncio.sleep(TURN)

    async def _held_up(self) -> tuple[float, list[str]]:
        """The longest the event loop has been busy since this was asked last, in seconds, and where."""
        os.kill(self._gateway.pid, signal.SIGUSR1)
        while not self._heartbeat.exists():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(TURN)
        longest, *where = self._heartbeat.read_text().splitlines()
        self._heartbeat.unlink()
        return float(longest), where


async def cursors(on: Measured, pages: int) -> list[str]:
    """The cursors with which each page of customers but the first begins."""
    found: list[str] = []
    for _ in range(pages - 1):
        document = (
            f"query ($after: String) {{ customers(first: {PAGE}, after: $after) {{ pageInfo {{ endCursor }} }} }}"
        )
        answer = await on.ask(document, {"after": found[-1] if found else None})
        found.append(answer["customers"]["pageInfo"]["endCursor"])
    return found


async def large_answers(on: Measured, selection: str) -> list[Point]:
    """One answer of so many customers: pages of a thousand, as aliases of one operation."""
    after: list[str | None] = [None, *await cursors(on, SIZES[-1] // PAGE)]
    points = []
    for size in SIZES:
        pages = max(1, size // PAGE)
        fields = [f"p{page}: customers(first: {min(size, PAGE)}, after: $c{page}) {selection}" for page in range(pages)]
        document = f"query ({' '.join(f'$c{page}: String' for page in range(pages))}) {{ {' '.join(fields)} }}"
        variables = {f"c{page}": after[page] for page in range(pages)}
        points.append(await on.point(size, lambda: on.ask(document, variables)))  # noqa: B023 - done at once
    return points


async def many_at_once(on: Measured) -> list[Point]:
    """So many operations at once, of 20 other customers each."""
    document = "query ($ids: [ID!]!) { customersById(ids: $ids) { id givenName familyName emailAddress note } }"
    points = []
    for count in AT_ONCE:
        wanted = [ids(20 * place % 9000 + place // 450, 20) for place in range(count)]

        async def work() -> None:
            await asyncio.gather(*(on.ask(document, {"ids": each}) for each in wanted))  # noqa: B023

        points.append(await on.point(count, work))
    return points


PARTS: dict[str, tuple[str, Callable[[Measured], Awaitable[list[Point]]]]] = {
    "customers": ("one answer of so many customers", partial(large_answers, selection=NODES)),
    "relations": ("with groups, segments and accounts", partial(large_answers, selection=RELATED)),
    "operations": ("so many operations at once", many_at_once),
}


def told(title: str, points: list[Point], stall: float | None) -> bool:
    """Print the points, and whether they are as they must be."""
    heads = ("", "ms", "us each", "us more", "MB", "kB each", "held up ms", "a wait ms")
    click.echo(f"\n{title}\n" + "".join(f"{head:>12}" for head in heads))
    more = []
    for last, point in zip([None, *points], points, strict=False):
        step = (point.milliseconds - last.milliseconds) / (point.size - last.size) * 1000 if last else None
        more += [] if step is None else [step]
        cells = (
            f"{point.size:,}",
            f"{point.milliseconds:.1f}",
            f"{point.milliseconds / point.size * 1000:.0f}",
            "" if step is None else f"{step:.0f}",
            f"{point.megabytes:.1f}",
            f"{point.megabytes / point.size * 1000:.1f}",
            f"{point.inside:.1f}",
            f"{point.outside:.1f}",
        )
        click.echo("".join(f"{cell:>12}" for cell in cells))
    ratio = more[-1] / more[-2]
    click.echo(f"one more costs {ratio:.2f} times what it did at a tenth of the size (at most {STEEPEST})")
    worst = max(points, key=lambda each: each.inside)
    stalls = stall is not None and worst.inside > stall
    if stalls:
        click.echo(f"held up for {worst.inside:.0f} ms (at most {stall:.0f}), seen in")
        click.echo("\n".join(f"    {each.rpartition('site-packages/')[2]}" for each in worst.where))
    return ratio <= STEEPEST and not stalls


async def grow(names: Sequence[str], stall: float) -> bool:
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        square = await stack.enter_async_context(servers.upstream())
        paths = os.pathsep.join([f"{INSIDE}", os.environ.get("PYTHONPATH", "")])
        heartbeat = Path(folder) / "heartbeat"
        environment = {**LIMITS, "PYTHONPATH": paths, "HEARTBEAT_TO": f"{heartbeat}"}
        gateway = await stack.enter_async_context(servers.serving("gateway", square, **environment))
        timeout = aiohttp.ClientTimeout(total=600)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout)
        )
        on = Measured(http, gateway, heartbeat)
        results = []
        for name in names:
            title, measure = PARTS[name]
            results.append(told(title, await measure(on), None if name == "operations" else stall))
        return all(results)


@click.command(help=__doc__)
@click.option("--only", type=click.Choice(list(PARTS)), multiple=True, help="Only these.")
@click.option("--stall", type=click.FloatRange(1), default=50.0, show_default=True, help="Milliseconds, at most.")
def main(only: tuple[str, ...], stall: float) -> None:
    sys.exit(not uvloop.run(grow(only or tuple(PARTS), stall)))


if __name__ == "__main__":
    main()
