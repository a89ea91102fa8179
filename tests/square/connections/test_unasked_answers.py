"""Bytes from Square that nobody asked for: nobody gets them, and their connection is not used again."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from gateway.areas.groups.endpoints import CREATE_GROUP, DELETE_GROUP, RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import NotFound, UpstreamTimeout
from tests.square.conftest import Client
from tests.square.fault_server import Exchange, FaultServer, Reply, answer, group, raw, stall

READ = RETRIEVE_GROUP(group_id="G1")
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})
KEYED = CREATE_GROUP(body={"idempotency_key": "key-1", "group": {"name": "Regulars"}})


def whole(name: str, status: str = "200 OK", id: str = "G1") -> bytes:
    content = orjson.dumps({"group": {"id": id, "name": name}})
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n23\r\n{"group":{"id":"G1","name":"Own1"}}\r\n0\r\n\r\n'
EXTRAS = {
    "a whole answer": whole("Stolen"),
    "two answers": whole("Stolen") * 2,
    "an answer in chunks": CHUNKED,
    "a late 408": b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
    "an interim answer": b"HTTP/1.1 100 Continue\r\n\r\n",
    "a head": b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n",
    "half a head": whole("Stolen")[:20],
    "half a body": whole("Stolen")[:-3],
    "one byte": b"H",
    "no HTTP": b"220 ready\r\n",
}


@pytest.fixture(params=EXTRAS)
def extra(request: pytest.FixtureRequest) -> bytes:
    return EXTRAS[request.param]


@pytest.fixture(params=["in one piece", "behind a long body", "in chunks"])
def beside(request: pytest.FixtureRequest, extra: bytes) -> Reply:
    """The right answer with something in the same piece behind it."""
    # Longer than the client reads ahead: it takes the end of the body when it has long begun with the answer.
    replies = {
        "in one piece": whole("Own"),
        "behind a long body": whole("Own" + "x" * 1_000_000),
        "in chunks": CHUNKED,
    }
    return raw(replies[request.param] + extra, close=False)


async def test_what_comes_with_an_answer_is_not_the_next_one(
    client: Client, faults: FaultServer, beside: Reply
) -> None:
    faults.then(beside)
    faults.otherwise = group("Right")
    # A parser that finds no HTTP behind the answer may refuse the answer with it, and the read is repeated.
    first = (await client.send(READ)).name
    assert first.startswith("Own") or first == "Right"

    await faults.until(lambda: faults.open == faults.connections - 1)
    again = [(await client.send(READ)).name for _ in range(3)]

    assert again == ["Right"] * 3
    assert faults.connections == 2


@pytest.mark.parametrize("call", [READ, RENAME, KEYED], ids=["read", "write", "keyed"])
async def test_what_comes_while_nothing_is_asked_closes_the_connection(
    client: Client, faults: FaultServer, extra: bytes, call: Any
) -> None:
    lines: list[Exchange] = []

    async def remember(exchange: Exchange) -> None:
        lines.append(exchange)
        await group("Right")(exchange)

    faults.otherwise = remember
    await client.send(READ)

    lines[0].write(extra)
    await faults.until(lambda: faults.open == 0)

    assert (await client.send(call)).name == "Right"
    assert faults.connections == 2


async def test_what_has_come_unseen_closes_the_connection(client: Client, faults: FaultServer, extra: bytes) -> None:
    """The bytes are in the socket when the next request begins, and the event loop has not yet looked."""
    lines: list[Exchange] = []

    async def remember(exchange: Exchange) -> None:
        lines.append(exchange)
        await group("Right")(exchange)

    faults.otherwise = remember
    for call in (READ, RENAME, KEYED):
        await client.send(READ)
        socket = lines[-1].writer.get_extra_info("socket")
        # Past the server's event loop, so that the client's next step comes before its own loop reads.
        assert socket.dup().send(extra) == len(extra)

        assert (await client.send(call)).name == "Right"


async def test_a_late_answer_is_not_the_next_one(client: Client, faults: FaultServer) -> None:
    """An answer that comes after its caller has given up finds its connection closed."""
    client.with_budget(attempt=0.5, attempts=1)
    faults.then(stall)
    assert type(await client.failure(READ)) is UpstreamTimeout

    assert (await client.send(READ)).name == "Regulars"
    assert faults.connections == 2


async def test_the_answer_beside_which_something_came_is_its_own(client: Client, faults: FaultServer) -> None:
    faults.then(raw(whole("Own") + whole("Stolen"), close=False))

    assert (await client.send(READ)).name == "Own"


async def test_connections_are_kept_for_their_token_alone(client: Client, faults: FaultServer) -> None:
    used: list[tuple[str, int]] = []

    async def remember(exchange: Exchange) -> None:
        port = exchange.writer.get_extra_info("peername")[1]
        used.append((exchange.request.headers["authorization"], port))
        await group()(exchange)

    faults.otherwise = remember
    for _ in range(5):
        for token in ("A", "B", "C"):
            await client.operation(token).send(READ)

    assert len(set(used)) == len({port for _, port in used}) == 3


@pytest.fixture
async def held(faults: FaultServer) -> AsyncIterator[asyncio.Event]:
    """Answers are held back until the event is set."""
    go = asyncio.Event()

    async def wait(exchange: Exchange) -> None:
        await go.wait()
        await group()(exchange)

    faults.otherwise = wait
    yield go
    go.set()


async def test_all_connections_together_are_as_many_as_allowed(client: Client, faults: FaultServer) -> None:
    client.with_budget(connections=10)
    most = 0

    async def count(exchange: Exchange) -> None:
        nonlocal most
        most = max(most, faults.open)
        await group()(exchange)

    faults.otherwise = count
    for number in range(50):
        await client.operation(f"token-{number}").send(READ)
        await faults.until(lambda: faults.open <= 10)

    assert (faults.connections, faults.open) == (50, 10)
    assert most <= 11


async def test_as_many_calls_at_once_as_a_token_may_have_need_no_new_connections_the_next_time(
    client: Client, faults: FaultServer, held: asyncio.Event
) -> None:
    client.with_budget(connections=40, concurrency=16)
    await widen(client, faults, held)
    connections = []

    for _ in range(2):
        held.clear()
        calls = (client.operation("A").send(RETRIEVE_GROUP(group_id=f"G{number}")) for number in range(16))
        reading = asyncio.gather(*calls)
        before = len(faults.requests)
        await faults.until(lambda before=before: len(faults.requests) >= before + 16)
        held.set()
        await reading
        connections.append(faults.connections)

    assert connections == [connections[0]] * 2
    assert faults.open == 16


async def widen(client: Client, faults: FaultServer, held: asyncio.Event) -> None:
    """Have enough answered that the tenant may have many requests under way."""
    held.set()
    calls = (client.operation("A").send(RETRIEVE_GROUP(group_id=f"W{number}")) for number in range(200))
    await asyncio.gather(*calls)


async def test_a_kept_connection_of_ones_own_is_not_closed_to_make_room(client: Client, faults: FaultServer) -> None:
    client.with_budget(connections=1)

    for _ in range(3):
        await client.send(READ)

    assert faults.connections == 1


async def test_answers_of_every_form_leave_their_connection_open(client: Client, faults: FaultServer) -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"
    packed = gzip.compress(b'{"group":{"id":"G1","name":"Packed"}}')
    forms = [
        raw(whole("Whole"), close=False),
        raw(CHUNKED, close=False),
        raw(interim + whole("Late"), close=False),
        answer(packed, Content_Encoding="gzip"),
        answer({}, 404),
        answer(b'{"group":{"id":"G1","name":"' + b"x" * 5_000_000 + b'"}}'),
    ]
    for form in forms:
        faults.then(form)
        with contextlib.suppress(NotFound):
            await client.send(READ)
    faults.then(raw(b"HTTP/1.1 204 No Content\r\n\r\n", close=False), answer())
    await client.send(DELETE_GROUP(group_id="G1"))

    await client.send(READ)

    assert (faults.connections, faults.open) == (1, 1)
