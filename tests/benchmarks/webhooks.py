"""How many webhooks a second the gateway stores, and how long Square waits for each 2xx. Run by hand:

python -m tests.benchmarks.webhooks [--rate 1000] [--seconds 10] [--store sqlite|memory] [--quiet]

Notifications are sent at a steady rate whether or not earlier ones were answered; the time of each begins when it was
due. Those about one object go one after the other, as Square's would. Afterwards the log is read: every one that was
acknowledged must be in it, and those about one object in the order in which they were sent.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import cast

import uvloop

from gateway.events.stores.inspection import Inspection
from tests.benchmarks.processes import processor_seconds
from tests.events.signed import notification, sign
from tests.server.process import running

URL, KEY = "https://shop.example/webhooks/square", "a-signature-key"
LANES, OBJECTS = 32, 256
LATE = 0.99


class Lane(asyncio.Protocol):
    """One kept-alive connection. As little work as possible."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answered: asyncio.Future[int] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        # An acknowledgement is small, and comes at once.
        self._settle(int(data[9:12]))

    def connection_lost(self, _: BaseException | None) -> None:
        self._settle(0)

    def _settle(self, status: int) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(status)

    async def send(self, request: bytes) -> int:
        assert self._transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answered


def request(number: int) -> bytes:
    object_id = f"CUSTOMER-{number % OBJECTS}"
    customer = {"id": object_id, "version": number, "given_name": "Grace", "note": "n" * 500}
    data = {"type": "customer", "id": object_id, "object": {"customer": customer}}
    body = notification(event_id=f"{number}", data=data)
    head = (
        f"POST /webhooks/square HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\n"
        f"x-square-hmacsha256-signature: {sign(body, KEY, URL)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def measure(port: int, rate: int, seconds: float) -> tuple[list[float], int]:
    """The seconds until each 2xx, and how many were answered otherwise."""
    requests = [request(number) for number in range(int(rate * seconds))]
    loop = asyncio.get_running_loop()
    lanes = [(await loop.create_connection(Lane, "127.0.0.1", port))[1] for _ in range(LANES)]
    times: list[float] = []
    refused = 0
    start = time.perf_counter() + 0.1

    async def run(number: int) -> None:
        nonlocal refused
        for each in range(number, len(requests), LANES):
            due = start + each / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            if await lanes[number].send(requests[each]) == 200:
                times.append(time.perf_counter() - due)
            else:
                refused += 1

    await asyncio.gather(*(run(number) for number in range(LANES)))
    return times, refused


async def stored(file: Path) -> tuple[int, bool]:
    """How many events are in the log, and whether those of each object are in order."""
    log = Inspection(file)
    kept = [int(each.stored.event.event_id) for each in reversed(await log.latest(10_000_000))]
    await log.close()
    last: dict[int, int] = {}
    ordered = True
    for number in kept:
        ordered &= last.get(number % OBJECTS, -1) < number
        last[number % OBJECTS] = number
    return len(kept), ordered


async def main(rate: int, seconds: float, store: str, *, quiet: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "events.db"
        environment = {
            "SQUARE_ENVIRONMENT": "emulator",
            "SQUARE_BASE_URL": "http://127.0.0.1:9",
            "SQUARE_WEBHOOK_SIGNATURE_KEY": KEY,
            "SQUARE_WEBHOOK_URL": URL,
            "GATEWAY_STORE": f"sqlite:{file}" if store == "sqlite" else "memory",
            "GATEWAY_SHUTDOWN_DELAY": "0",
            "GATEWAY_LOG_LEVEL": "warning" if quiet else "info",
        }
        async with running("--port", "0", **environment) as (process, url):
            used = processor_seconds(process.pid)
            times, refused = await measure(int(url.rpartition(":")[2]), rate, seconds)
            used = processor_seconds(process.pid) - used
        times.sort()
        middle, late = times[len(times) // 2] * 1000, times[int(len(times) * LATE)] * 1000
        print(f"{len(times)} acknowledged, {refused} refused; p50 {middle:.1f} ms, p99 {late:.1f} ms")  # noqa: T201
        print(f"{used / (len(times) + refused) * 1e6:.0f} microseconds of a processor for each")  # noqa: T201
        if store == "sqlite":
            count, ordered = await stored(file)
            print(f"{count} stored, of each object {'in order' if ordered else 'OUT OF ORDER'}")  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--store", choices=["sqlite", "memory"], default="sqlite")
    parser.add_argument("--quiet", action="store_true", help="log no line for each")
    given = parser.parse_args()
    uvloop.run(main(given.rate, given.seconds, given.store, quiet=given.quiet))
