"""How many requests are answered in time at twice the load that the gateway can carry. Run by hand:

python -m tests.benchmarks.overload [--seconds 10] [--limit 200] [--latency 0.05]

First as many requests as the gateway can answer are made by a fixed number of clients: the peak. Then twice
as many are begun each second, whether or not earlier ones were answered.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import cast

import orjson
import uvloop
from aiohttp import web

from gateway.server.connections.listener import listen
from tests.server.process import running

QUERY = {"query": "{ customers(first: 20) { nodes { id givenName familyName emailAddress note createdAt } } }"}
CONTENT = orjson.dumps(QUERY)
REQUEST = (
    b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
    % (len(CONTENT), CONTENT)
)
CLIENTS = 100
IN_TIME = 10.0
TICK = 0.005


@dataclass
class Count:
    """What came back, and how long it took."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: dict[int, list[float]] = field(default_factory=dict)

    def add(self, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        self.seconds.setdefault(status, []).append(seconds)

    def line(self, name: str, elapsed: float) -> str:
        parts = [f"{name}:"]
        for status, times in sorted(self.seconds.items()):
            times.sort()
            middle, late = times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000
            parts.append(f"{status}: {len(times) / elapsed:.0f}/s, p50 {middle:.0f} ms, p99 {late:.0f} ms;")
        return " ".join(parts)


class Connection(asyncio.Protocol):
    """One kept-alive connection that asks the same question again and again. As little work as possible."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._received = b""
        self._answered: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if end and len(body) >= int(head.lower().partition(b"content-length: ")[2].split(b"\r")[0]):
            self._received = b""
            self._settle(int(head[9:12]))

    def connection_lost(self, _: BaseException | None) -> None:
        self.transport = None
        self._settle(0)

    def _settle(self, status: int) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(status)

    async def ask(self) -> int:
        """The status of one answer; 0 when none came in time."""
        if self.transport is None:
            return 0
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(REQUEST)
        try:
            async with asyncio.timeout(IN_TIME):
                return await self._answered
        except TimeoutError:
            self.transport.abort()
            return 0


class Clients:
    """Connections to the gateway, used in turn."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[Connection] = []

    async def ask(self, count: Count) -> None:
        began = time.perf_counter()
        connection = self._idle.pop() if self._idle else await self._open()
        count.add(await connection.ask(), time.perf_counter() - began)
        if connection.transport is not None:
            self._idle.append(connection)

    async def _open(self) -> Connection:
        return (await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self._port))[1]


async def peak(clients: Clients, seconds: float) -> tuple[Count, float]:
    count, end = Count(), time.perf_counter() + seconds

    async def client() -> None:
        while time.perf_counter() < end:
            await clients.ask(count)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return count, time.perf_counter() - began


async def flood(clients: Clients, seconds: float, rate: float) -> tuple[Count, float]:
    count, tasks = Count(), set()
    began = time.perf_counter()
    asked = 0
    while (due := time.perf_counter() - began) < seconds:
        for _ in range(int(due * rate) - asked):
            task = asyncio.create_task(clients.ask(count))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            asked += 1
        # A loop that never sleeps would take the processor from the gateway.
        await asyncio.sleep(TICK)
    elapsed = time.perf_counter() - began
    in_time = Count(Counter(count.statuses), {status: list(times) for status, times in count.seconds.items()})
    await asyncio.gather(*tasks)
    return in_time, elapsed


async def serve_square(latency: float) -> None:
    """A Square that answers everything with the same customers."""
    people = [
        {"id": f"C{n}", "given_name": "A", "family_name": "B", "note": "x" * 40, "created_at": "2026-01-01T00:00:00Z"}
        for n in range(20)
    ]
    body = orjson.dumps({"customers": people})

    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(latency)
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    square = await listen(app, "127.0.0.1", 0)
    print(square.url, flush=True)  # noqa: T201
    await asyncio.Event().wait()


async def main(seconds: float, limit: int, latency: float) -> None:
    square = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.overload", "--square", "--latency", str(latency),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert square.stdout is not None
    settings = {
        "SQUARE_ENVIRONMENT": "emulator",
        "SQUARE_BASE_URL": (await square.stdout.readline()).decode().strip(),
        "GATEWAY_MAX_CONCURRENT": str(limit),
        # As many as there are clients, so that the gateway's own work is the limit.
        "GATEWAY_CONNECTIONS": "1000",
        "GATEWAY_TENANT_CONCURRENCY": "1000",
    }
    try:
        async with running("--port", "0", **settings) as (_, url):
            clients = Clients(int(url.rpartition(":")[2]))
            await peak(clients, 2)
            count, elapsed = await peak(clients, seconds)
            best = count.statuses[200] / elapsed
            print(count.line("peak", elapsed))  # noqa: T201
            count, elapsed = await flood(clients, seconds, 2 * best)
            print(count.line("twice that", elapsed))  # noqa: T201
            print(f"goodput kept: {count.statuses[200] / elapsed / best:.0%}")  # noqa: T201
    finally:
        square.kill()
        await square.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--square", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    uvloop.run(serve_square(given.latency) if given.square else main(given.seconds, given.limit, given.latency))
