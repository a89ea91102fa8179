"""Large answers are read a few at a time, so that many of them together do not fill the memory."""

from __future__ import annotations

import asyncio
import gc
import socket

import psutil
import pytest

from gateway.areas.groups.endpoints import RETRIEVE_GROUP
from gateway.square.errors import SquareError, UpstreamTimeout
from gateway.square.exchange import LARGE, MAX_BODY
from tests.square import fault_server as fault
from tests.square.conftest import Client
from tests.square.fault_server import Exchange, FaultServer, Reply, answer

READ = RETRIEVE_GROUP(group_id="G1")
START = b'{"group":{"id":"G1","name":"Regulars"},"more":"'
CHUNK = b"x" * 65_536


class Large:
    """A body of this many bytes, sent as fast as it is read, and the most memory seen while it was."""

    def __init__(self, size: int, *, announced: bool = True, end: bytes = b'"}') -> None:
        self.size, self.announced, self.end = size, announced, end
        self.most = 0

    def _head(self) -> bytes:
        kind = f"Content-Length: {self.size}" if self.announced else "Transfer-Encoding: chunked"
        return f"HTTP/1.1 200 OK\r\n{kind}\r\n\r\n".encode()

    def _piece(self, data: bytes) -> bytes:
        return data if self.announced else f"{len(data):x}\r\n".encode() + data + b"\r\n"

    async def __call__(self, exchange: Exchange) -> None:
        asked = exchange.request.target[-2:].encode()
        exchange.write(self._head() + self._piece(START.replace(b"G1", asked)))
        left = self.size - len(START) - len(self.end)
        while left:
            exchange.write(self._piece(CHUNK[:left]))
            left -= min(left, len(CHUNK))
            await exchange.writer.drain()
            self.most = max(self.most, psutil.Process().memory_info().rss)
        exchange.write(self._piece(self.end) + (b"" if self.announced else b"0\r\n\r\n"))


class StallInLargeBody:
    """Most of the largest body, then nothing; `read` is set when more than a small body was read of it."""

    def __init__(self) -> None:
        self.read = asyncio.Event()

    async def __call__(self, exchange: Exchange) -> None:
        # What the system holds between server and client is less than the rest of the body.
        exchange.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, len(CHUNK))
        exchange.writer.transport.set_write_buffer_limits(0)
        exchange.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(9 * LARGE // len(CHUNK)):
            exchange.write(b"10000\r\n" + CHUNK + b"\r\n")
            await exchange.writer.drain()
        self.read.set()
        await exchange.until_dropped()


@pytest.fixture
async def busy(client: Client, faults: FaultServer) -> list[asyncio.Task[object]]:
    """Two tenants read large bodies that do not end, until the time of their attempts runs out."""
    client.with_budget(attempts=1)
    faults.then(*(replies := [StallInLargeBody(), StallInLargeBody()]))
    readers: list[asyncio.Task[object]] = [
        asyncio.create_task(client.operation(token).send(READ)) for token in ("A", "B")
    ]
    for reply in replies:
        await reply.read.wait()
    return readers


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
async def test_forty_large_answers_at_once_take_the_memory_of_a_few(
    client: Client, faults: FaultServer, announced: bool
) -> None:
    faults.otherwise = large = Large(9 * LARGE, announced=announced)
    tenants = [client.operation(f"tenant-{number}") for number in range(5)]
    await asyncio.gather(*(tenant.send(READ) for tenant in tenants[:2]))
    gc.collect()
    before = psutil.Process().memory_info().rss
    large.most = 0

    calls = [RETRIEVE_GROUP(group_id=f"G{number}") for number in range(8)]
    groups = await asyncio.gather(*(tenant.send(call) for tenant in tenants for call in calls))

    assert [group.name for group in groups] == ["Regulars"] * 40
    assert large.most - before < 160 * LARGE


async def test_a_large_body_that_finds_no_room_in_time_is_a_timeout(
    client: Client, faults: FaultServer, busy: list[asyncio.Task[object]]
) -> None:
    faults.otherwise = Large(2 * LARGE)
    late = client.operation("C")
    late.deadline = client.time.now + 0.1
    client.time.real = 0.2

    with pytest.raises(UpstreamTimeout) as caught:
        await late.send(READ)

    assert caught.value.maybe_processed
    assert not any(reader.done() for reader in busy)
    client.time.run_out()
    await asyncio.wait(busy)
    assert {type(reader.exception()) for reader in busy} == {UpstreamTimeout}


async def test_small_bodies_do_not_wait(client: Client, faults: FaultServer, busy: list[asyncio.Task[object]]) -> None:
    faults.otherwise = Large(LARGE)

    assert (await client.send(READ)).id == "G1"

    assert not any(reader.done() for reader in busy)
    client.time.run_out()
    await asyncio.wait(busy)


async def test_a_large_body_that_waits_is_read_when_there_is_room(
    client: Client, faults: FaultServer, busy: list[asyncio.Task[object]]
) -> None:
    faults.otherwise = Large(2 * LARGE)
    waiting = asyncio.create_task(client.send(READ))
    await faults.until(lambda: len(faults.requests) == 3)
    busy[0].cancel()

    assert (await waiting).id == "G1"
    assert not busy[1].done()
    client.time.run_out()
    await asyncio.wait(busy)


@pytest.mark.parametrize(
    "reply",
    [
        Large(2 * LARGE),
        Large(2 * LARGE, end=b"no JSON"),
        Large(MAX_BODY + 1, announced=False),
        Large(MAX_BODY + 1),
        fault.gzip_bomb(20),
        answer(b"x" * 2 * LARGE, 503),
    ],
    ids=["good", "not JSON", "too large", "announced too large", "bomb", "error page"],
)
async def test_the_room_is_given_back_however_the_reading_ends(
    client: Client, faults: FaultServer, reply: Reply
) -> None:
    client.with_budget(attempts=1)
    faults.then(*[reply] * 4)
    await asyncio.gather(*(client.operation(f"T{number}").send(READ) for number in range(4)), return_exceptions=True)
    faults.otherwise = Large(MAX_BODY)

    # Twice as many as there are places: had each kept its place, there would be none.
    assert (await client.send(READ)).id == "G1"


@pytest.mark.parametrize(("size", "fits"), [(MAX_BODY, True), (MAX_BODY + 1, False)])
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
async def test_the_largest_body_is_ten_mebibytes(
    client: Client, faults: FaultServer, size: int, fits: bool, announced: bool
) -> None:
    faults.otherwise = Large(size, announced=announced)
    try:
        read = (await client.send(READ)).id == "G1"
    except SquareError:
        read = False

    assert read is fits
