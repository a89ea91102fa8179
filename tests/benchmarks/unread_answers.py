"""What clients cost that ask for large answers and do not read them. Run by hand:

python -m tests.benchmarks.unread_answers [--clients 200] [--seconds 10]

Tells the memory of the gateway before, at its highest, and how long another client waits for its answers meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import time

import aiohttp
import orjson

from tests.benchmarks.processes import memory
from tests.server.process import running

FIELDS = "id givenName familyName companyName nickname emailAddress phoneNumber note createdAt updatedAt birthday"
LARGE = {
    "query": "{ "
    + " ".join(f"c{number}: customers(first: 100) {{ nodes {{ {FIELDS} }} }}" for number in range(20))
    + " }"
}
SMALL = {"query": "{ __typename }"}
TURN = 0.05


def request(port: int) -> bytes:
    body = orjson.dumps(LARGE)
    head = f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def measure(clients: int, seconds: float) -> None:
    async with running("emulator", "--port", "0", "--customers", "2000") as (_, square):
        environment = {"SQUARE_ENVIRONMENT": "emulator", "SQUARE_BASE_URL": square, "GATEWAY_LOG_LEVEL": "warning"}
        async with running("serve", "--port", "0", **environment) as (gateway, url), aiohttp.ClientSession() as http:
            port = int(url.rsplit(":", 1)[1])
            async with http.post(f"{url}/graphql", json=LARGE) as response:
                size = len(await response.read())
            before = highest = memory(gateway.pid)
            unread = [await _asking(port) for _ in range(clients)]
            times = []
            ends = time.monotonic() + seconds
            refused = 0
            while time.monotonic() < ends:
                began = time.monotonic()
                async with http.post(f"{url}/graphql", json=SMALL) as response:
                    refused += response.status != 200
                times.append(time.monotonic() - began)
                highest = max(highest, memory(gateway.pid))
                await asyncio.sleep(TURN)
            after = memory(gateway.pid)
            for each in unread:
                each.close()
    times.sort()
    print(  # noqa: T201 - a script
        f"{clients} clients, an answer of {size / 1024:.0f} KiB each: {before:.0f} MB before, at most {highest:.0f}, "
        f"{after:.0f} after {seconds:.0f} s; another client: p50 {times[len(times) // 2] * 1000:.1f} ms, "
        f"worst {times[-1] * 1000:.0f} ms, {refused} of {len(times)} refused"
    )


async def _asking(port: int) -> socket.socket:
    connected = socket.socket()
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connected.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(connected, ("127.0.0.1", port))
    await loop.sock_sendall(connected, request(port))
    return connected


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10.0)
    given = parser.parse_args()
    asyncio.run(measure(given.clients, given.seconds))


if __name__ == "__main__":
    main()
