"""What thousands of subscribers cost, and how soon they all have an event. Run by hand:

python -m tests.benchmarks.subscribers --sockets 10000 --each 1
python -m tests.benchmarks.subscribers --sockets 100 --each 100

Each follows the same customer, over a real socket of a gateway that Square's signed webhooks reach. Then all vanish at
once, and after ten seconds it is seen what is left. Exit code 1 when a figure is beyond its limit.
"""

from __future__ import annotations

import asyncio
import math
import sys
import time
from collections.abc import Sequence

import click
import uvloop

from tests.benchmarks.processes import memory
from tests.benchmarks.raw_sockets import Socket, open_socket
from tests.live.figures import all_follow, figure, lines
from tests.live.stage import TOKEN, Stage, direct
from tests.live.writers import Writers

QUERY = "subscription ($ids: [ID!]) { customerChanged(ids: $ids) { kind position customer { note version } } }"
MAX_MEGABYTES, MAX_SECONDS, LEFT_AFTER = 512.0, 2.0, 10.0
AT_ONCE = 50
# Seconds for all to connect.
PATIENCE = 300.0


class Arrivals:
    """When each answer to the latest write came."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.wanted = 0
        self.all = asyncio.Event()

    def came(self, _: bytes) -> None:
        self.times.append(time.perf_counter())
        if len(self.times) >= self.wanted:
            self.all.set()

    def expect(self, count: int) -> None:
        self.times, self.wanted = [], count
        self.all.clear()


def percentile(numbers: Sequence[float], share: float) -> float:
    """The number that so great a share of them does not exceed."""
    ordered = sorted(numbers)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


async def bench(sockets: int, each: int, writes: int) -> bool:
    async with direct() as on:
        assert on.gateway.process is not None
        pid = on.gateway.process.pid
        writers = Writers(on.square, on.http, 7)
        await writers.prepare(1)
        watched = next(iter(writers.objects.values()))
        empty, streams = memory(pid), await figure(on.http, on.gateway.url, "gateway_streams_open")
        arrivals = Arrivals()
        begun = time.perf_counter()
        opened = await connect(on, sockets, each, watched.id, arrivals)
        click.echo(f"{sockets} sockets with {each} subscriptions each in {time.perf_counter() - begun:.1f} s")
        slowest = 0.0
        await all_follow(on.http, on.gateway.url, sockets * each, PATIENCE)
        click.echo(f"all follow after {time.perf_counter() - begun:.1f} s")
        idle = memory(pid)
        for _ in range(writes):
            arrivals.expect(sockets * each)
            begun = time.perf_counter()
            await writers.round()
            written = time.perf_counter() - begun
            try:
                async with asyncio.timeout(30):
                    await arrivals.all.wait()
            except TimeoutError:
                click.echo(f"only {len(arrivals.times)} of {arrivals.wanted} were told")
            took = [moment - begun for moment in arrivals.times]
            slowest = max([slowest, *took]) if len(took) == arrivals.wanted else math.inf
            click.echo(
                f"written in {written * 1000:.0f} ms; first {min(took, default=math.nan) * 1000:.0f} ms, "
                f"p50 {percentile(took, 0.5) * 1000:.0f} ms, p99 {percentile(took, 0.99) * 1000:.0f} ms, "
                f"last {max(took, default=math.nan) * 1000:.0f} ms"
            )
        most = memory(pid)
        ends = [end for socket in opened for end in socket.ends]
        for socket in opened:
            if socket.transport is not None:
                socket.transport.abort()
        await asyncio.sleep(LEFT_AFTER)
        left = await figure(on.http, on.gateway.url, "gateway_streams_open")
        click.echo(f"memory in MB: {empty:.0f} at first, {idle:.0f} with all, {most:.0f} at the end")
        click.echo(f"{(idle - empty) * 1e3 / (sockets * each):.1f} kB for each subscriber")
        click.echo(f"ended early: {len(ends)} {ends[:3]}")
        click.echo(f"{LEFT_AFTER:.0f} s after they vanished: {left:.0f} streams, {memory(pid):.0f} MB")
        click.echo("\n".join(await lines(on.http, on.gateway.url, "gateway_(subscribers|feeds|streams)")))
        return most <= MAX_MEGABYTES and slowest <= MAX_SECONDS and left == streams and not ends


async def connect(on: Stage, sockets: int, each: int, id: str, arrivals: Arrivals) -> list[Socket]:
    places = asyncio.Semaphore(AT_ONCE)

    async def one() -> Socket:
        async with places:
            socket = await open_socket(on.gateway.url, TOKEN, arrivals.came)
            for number in range(each):
                payload = {"query": QUERY, "variables": {"ids": [id]}}
                socket.send({"id": str(number), "type": "subscribe", "payload": payload})
            return socket

    return await asyncio.gather(*(one() for _ in range(sockets)))


@click.command(help=__doc__)
@click.option("--sockets", type=click.IntRange(1), default=10_000, show_default=True)
@click.option("--each", type=click.IntRange(1), default=1, show_default=True, help="Subscriptions of one socket.")
@click.option("--writes", type=click.IntRange(1), default=5, show_default=True)
def main(sockets: int, each: int, writes: int) -> None:
    sys.exit(not uvloop.run(bench(sockets, each, writes)))


if __name__ == "__main__":
    main()
