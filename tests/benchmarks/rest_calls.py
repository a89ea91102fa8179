"""What one call to Square costs above the HTTP client alone: CPU of this process, with all policies on. Run by hand:

python -m tests.benchmarks.rest_calls [--calls 4000] [--at-once 16] [--rounds 5] [--profile]

All ask a server of another process that answers at once, over kept connections, and read the body as JSON: a session
of aiohttp's, the gateway's own use of aiohttp's connections, and `TenantSquare.send`, with one operation for every four
calls. Only reads, none of them shared. The median of the rounds, which take turns.
"""

from __future__ import annotations

import asyncio
import cProfile
import multiprocessing
import pstats
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection

import aiohttp
import click
import orjson
import uvloop

from gateway.server.observability.metrics import Metrics
from gateway.square.client import Square
from gateway.square.connections.http_client import HttpClient
from gateway.square.endpoint import Endpoint, Nothing, Repeat
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant

READ = Endpoint("ReadNothing", "GET", "/v2/things/{thing_id}", Nothing, under="", repeat=Repeat.SAFE, scope="")
TENANT = Tenant("EAAA-token", "sandbox", "2025-08-20")
BODY = orjson.dumps({"thing": {"id": "T1", "name": "A thing of some length", "created_at": "2016-03-23T20:21:54.859Z"}})
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: Sat, 28 Nov 2026 12:00:00 GMT\r\n"
    b"Connection: keep-alive\r\nKeep-Alive: timeout=60\r\nContent-Length: %d\r\n\r\n" % len(BODY)
) + BODY
CALLS_OF_ONE_OPERATION = 4


class Answering(asyncio.Protocol):
    """Answers every request that has no body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.transport.write(ANSWER * data.count(b"\r\n\r\n"))


def serve(told: Connection) -> None:
    async def run() -> None:
        listening = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0)
        told.send(listening.sockets[0].getsockname()[1])
        await asyncio.Event().wait()

    uvloop.run(run())


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[Callable[[int], Awaitable[object]]]:
    client = HttpClient(url, 100, 2.0)
    headers = [("Authorization", f"Bearer {TENANT.token}"), ("Square-Version", TENANT.version)]

    async def call(number: int) -> None:
        reply = await client.request(TENANT.key, "GET", f"/v2/things/T{number}", headers, None, fresh=False)
        orjson.loads(await reply.payload.read())
        reply.end()

    yield call
    await client.close()


@asynccontextmanager
async def plain(url: str) -> AsyncIterator[Callable[[int], Awaitable[object]]]:
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Authorization": f"Bearer {TENANT.token}", "Square-Version": TENANT.version},
    ) as session:

        async def call(number: int) -> None:
            async with session.request("GET", f"{url}/v2/things/T{number}") as response:
                orjson.loads(await response.read())

        yield call


@asynccontextmanager
async def with_policies(url: str) -> AsyncIterator[Callable[[int], Awaitable[object]]]:
    square = Square(url, observe=Metrics().called)
    operation = TenantSquare(square, TENANT)

    async def call(number: int) -> None:
        nonlocal operation
        if number % CALLS_OF_ONE_OPERATION == 0:
            operation = TenantSquare(square, TENANT)
        await operation.send(READ(thing_id=f"T{number}"))

    yield call
    await square.close()


async def microseconds(call: Callable[[int], Awaitable[object]], calls: int, at_once: int) -> float:
    """CPU time of this process for one call."""
    numbers = iter(range(calls))

    async def work() -> None:
        for number in numbers:
            await call(number)

    began = time.process_time()
    await asyncio.gather(*(work() for _ in range(at_once)))
    return (time.process_time() - began) / calls * 1e6


async def bench(url: str, calls: int, at_once: int, rounds: int, *, profile: bool) -> None:
    ways = {"aiohttp as it comes": plain, "the gateway's connections": bare, "with all policies": with_policies}
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            async with way(url) as call:
                await microseconds(call, at_once * 4, at_once)
                took[name].append(await microseconds(call, calls, at_once))
    middle = {name: statistics.median(each) for name, each in took.items()}
    for name, each in middle.items():
        click.echo(f"{name:28} {each:6.0f} us")
    difference = middle["with all policies"] - middle["the gateway's connections"]
    click.echo(f"{'policies above connections':28} {difference:6.0f} us")
    click.echo(f"{'policies above aiohttp':28} {middle['with all policies'] - middle['aiohttp as it comes']:6.0f} us")
    if profile:
        async with with_policies(url) as call:
            profiler = cProfile.Profile()
            profiler.enable()
            await microseconds(call, calls, at_once)
            profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(60)


@click.command()
@click.option("--calls", default=4000)
@click.option("--at-once", default=16)
@click.option("--rounds", default=5)
@click.option("--profile", is_flag=True, help="Show where the time of the calls with policies goes.")
def main(calls: int, at_once: int, rounds: int, *, profile: bool) -> None:
    """What one call costs, with policies and without."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{here.recv()}"
    try:
        uvloop.run(bench(url, calls, at_once, rounds, profile=profile))
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
