"""Load: as many requests as a fixed number of clients get answered in some seconds, from a process of its own.

    python -m tests.benchmarks.comparison.loading URL SECONDS CONNECTIONS < BODIES

Each client sends one of the bodies, one a line, as soon as it has its answer, and waits for its last answer: what a
server has worked for is always counted. It does as little as it can, so that the servers are what is slow.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import uvloop

from tests.benchmarks.comparison.workloads import Workload

CONNECTIONS = 16
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Load:
    """What was answered."""

    requests: int
    seconds: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def connections(workload: Workload) -> int:
    """How many clients ask at once."""
    return 1 if workload.alone else CONNECTIONS


async def load(url: str, bodies: Sequence[bytes], seconds: float, connections: int = CONNECTIONS) -> Load:
    """Send these bodies in turn. Raises `RuntimeError` where any answer is not a 200."""
    command = [sys.executable, "-m", __name__, url, f"{seconds}", f"{connections}"]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    out, errors = await process.communicate(b"\n".join(bodies))
    if process.returncode:
        raise RuntimeError(f"{url}: {errors.decode()}")
    requests, took = out.split()
    return Load(int(requests), float(took))


class Client(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self, requests: Sequence[bytes], place: int, ends: float) -> None:
        self._requests = requests
        self._place = place
        self._ends = ends
        self._received: list[bytes] = []
        # How many bytes are still to come, None where the answer is in chunks.
        self._left: int | None = 0
        self.answered = 0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        self._transport.write(self._requests[self._place % len(self._requests)])
        self._place += 1

    def data_received(self, data: bytes) -> None:
        if not self._received:
            head, blank, rest = data.partition(b"\r\n\r\n")
            if not data.startswith(b"HTTP/1.1 200") or not blank:
                self._fail(data)
                return
            found = LENGTH.search(head)
            self._left = int(found[1]) - len(rest) if found else None
        elif self._left is not None:
            self._left -= len(data)
        self._received.append(data)
        whole = self._left == 0 if self._left is not None else data.endswith(b"0\r\n\r\n")
        if whole:
            self._received.clear()
            self.answered += 1
            if time.perf_counter() < self._ends:
                self._ask()
            else:
                self._transport.close()
                self.over.set_result(None)

    def connection_lost(self, _: Exception | None) -> None:
        self._fail(b"the connection was closed")

    def _fail(self, why: bytes) -> None:
        if not self.over.done():
            self.over.set_exception(RuntimeError(why[:500].decode()))


async def main(url: str, bodies: Sequence[bytes], seconds: float, connections: int) -> None:
    parts = urlsplit(url)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\nContent-Length: "
    requests = [b"%s%d\r\n\r\n%s" % (head.encode(), len(body), body) for body in bodies]
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    clients = [
        (await loop.create_connection(lambda: Client(requests, place, began + seconds), parts.hostname, parts.port))[1]  # noqa: B023 - called at once
        for place in range(connections)
    ]
    await asyncio.gather(*(client.over for client in clients))
    print(sum(client.answered for client in clients), time.perf_counter() - began)  # noqa: T201


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.stdin.buffer.read().splitlines(), float(sys.argv[2]), int(sys.argv[3])))
