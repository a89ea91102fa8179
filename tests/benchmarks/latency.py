"""How soon a write at Square reaches a subscriber. Run by hand:

python -m tests.benchmarks.latency [--writes 300] [--rate 20]

Each write goes through Square's own client to the emulator, whose signed webhook reaches the gateway, which reads the
object and sends it over a WebSocket. Exit code 1 when the 99th percentile is beyond 250 milliseconds.
"""

from __future__ import annotations

import asyncio
import sys
import time

import click
import orjson
import uvloop
from square import AsyncSquare

from tests.benchmarks.raw_sockets import open_socket
from tests.benchmarks.subscribers import QUERY, percentile
from tests.live.figures import all_follow
from tests.live.stage import TOKEN, direct
from tests.live.writers import Writers

MAX_SECONDS = 0.25


async def bench(writes: int, rate: float) -> bool:
    async with direct() as on:
        writers = Writers(on.square, on.http, 7)
        await writers.prepare(1)
        watched = next(iter(writers.objects.values()))
        came: dict[str, float] = {}

        def arrived(message: bytes) -> None:
            change = orjson.loads(message)["payload"]["data"]["customerChanged"]
            came.setdefault(change["customer"]["note"], time.perf_counter())

        socket = await open_socket(on.gateway.url, TOKEN, arrived)
        payload = {"query": QUERY, "variables": {"ids": [watched.id]}}
        socket.send({"id": "1", "type": "subscribe", "payload": payload})
        await all_follow(on.http, on.gateway.url, 1)
        square = AsyncSquare(base_url=on.square, token=TOKEN)
        began, took_to_write = {}, []
        for number in range(writes):
            note = f"latency {number}"
            began[note] = time.perf_counter()
            await square.customers.update(customer_id=watched.id, note=note)
            took_to_write.append(time.perf_counter() - began[note])
            await asyncio.sleep(max(0.0, 1 / rate - took_to_write[-1]))
        await asyncio.sleep(1)
        took = [came[note] - moment for note, moment in began.items() if note in came]
        for name, numbers in (("the write itself", took_to_write), ("from before the write to the client", took)):
            click.echo(
                f"{name}: p50 {percentile(numbers, 0.5) * 1000:.0f} ms, p99 {percentile(numbers, 0.99) * 1000:.0f} ms"
            )
        click.echo(f"{writes - len(took)} of {writes} states were not shown, as a later one was")
        return bool(took) and percentile(took, 0.99) <= MAX_SECONDS


@click.command(help=__doc__)
@click.option("--writes", type=click.IntRange(1), default=300, show_default=True)
@click.option("--rate", type=click.FloatRange(0.1), default=20.0, show_default=True, help="Writes a second.")
def main(writes: int, rate: float) -> None:
    sys.exit(not uvloop.run(bench(writes, rate)))


if __name__ == "__main__":
    main()
