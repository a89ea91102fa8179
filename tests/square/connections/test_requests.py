"""What goes over a connection is one whole request, and what comes back ends it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from contextlib import suppress
from pathlib import Path

import aiohttp
import orjson
import pytest

from gateway.areas.groups.endpoints import DELETE_GROUP, RETRIEVE_GROUP
from gateway.square.connections.http_client import HttpClient
from tests.patience import PATIENCE
from tests.patient_loop import by_the_machines_clock
from tests.square import fault_server as fault
from tests.square.certificate import self_signed
from tests.square.conftest import Client
from tests.square.fault_server import GROUP, FaultServer, answer, raw

READ = RETRIEVE_GROUP(group_id="G1")
OWNER = "0" * 32


async def test_a_base_url_with_a_path_stands_before_every_path(client: Client, faults: FaultServer) -> None:
    await client.in_front_of(faults.url + "/proxy/").send(READ)

    assert faults.targets == ["/proxy/v2/customers/groups/G1"]


async def test_a_write_without_a_body_says_so(client: Client, faults: FaultServer) -> None:
    faults.then(answer({}))

    await client.send(DELETE_GROUP(group_id="G1"))

    assert faults.requests[0].headers["content-length"] == "0"


@pytest.mark.parametrize("token", ["a\r\nX-Other: b", "a\nb", "a\rb", "a\0b"])
async def test_a_token_of_more_than_one_line_is_never_sent(client: Client, faults: FaultServer, token: str) -> None:
    with pytest.raises(ValueError, match="more than one line"):
        await client.operation(token).send(READ)
    await client.send(READ)

    assert [request.headers["authorization"] for request in faults.requests] == ["Bearer EAAA-planted-token"]


async def test_what_is_said_before_the_answer_is_none(client: Client, faults: FaultServer) -> None:
    content = b'{"group":{"id":"G1","name":"Regulars"}}'
    head = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content)
    faults.then(raw(head + content, close=False))

    assert (await client.send(READ)).name == "Regulars"


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_the_connection_of_an_answer_that_came_too_early_is_closed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scheme: str
) -> None:
    ended = asyncio.get_running_loop().create_future()

    async def answer_early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}")
        await asyncio.wait_for(early.wait(), PATIENCE)
        count = 0
        with suppress(ConnectionError):
            while piece := await reader.read(65_536):
                count += len(piece)
        ended.set_result(count)
        writer.close()

    early = asyncio.Event()
    tls = self_signed(tmp_path) if scheme == "https" else None
    trusting = ssl.create_default_context(cafile=tmp_path / "server.pem" if tls else None)
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", trusting)
    server = await asyncio.start_server(answer_early, "127.0.0.1", 0, ssl=tls)
    client = HttpClient(f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}", 10, 60.0)
    # More than the sockets of both sides hold.
    content = b" " * 20_000_000
    reply = await client.request(OWNER, "POST", "/", [], content, fresh=False)
    assert await reply.payload.read() == b"{}"

    reply.end()
    early.set()

    assert await asyncio.wait_for(ended, PATIENCE) < len(content)
    await client.close()
    server.close()


async def test_a_request_that_is_given_up_is_not_written_to_its_end() -> None:
    """Nobody reads it until long after its caller has been told that it failed."""
    read, ended = asyncio.Event(), asyncio.get_running_loop().create_future()

    async def read_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.wait_for(read.wait(), PATIENCE)
        count = 0
        try:
            while piece := await reader.read(65_536):
                count += len(piece)
        except ConnectionError:
            pass
        ended.set_result(count)
        writer.close()

    server = await asyncio.start_server(read_late, "127.0.0.1", 0)
    client = HttpClient(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", 10, 60.0)
    # More than the sockets of both sides hold.
    content = b" " * 50_000_000
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await client.request(OWNER, "POST", "/", [], content, fresh=False)

    read.set()

    assert await asyncio.wait_for(ended, PATIENCE) < len(content)
    await client.close()
    server.close()


async def test_a_caller_that_leaves_while_it_waits_for_the_head_closes_the_connection(
    client: Client, faults: FaultServer
) -> None:
    faults.then(fault.stall)
    caller = asyncio.create_task(client.send(READ))
    await faults.until(lambda: len(faults.requests) == 1)

    caller.cancel()
    await asyncio.wait([caller])

    await faults.until(lambda: faults.open == 0)
    faults.then(answer(GROUP))
    assert (await client.send(READ)).id == "G1"


async def test_connecting_does_not_fail_because_the_gateway_was_too_busy_to_look(faults: FaultServer) -> None:
    client = HttpClient(faults.url, 10, 0.01)
    with by_the_machines_clock():
        asked = asyncio.create_task(client.request(OWNER, "GET", "/v2/customers/groups/G1", [], None, fresh=False))
        asyncio.get_running_loop().call_later(0, time.sleep, 0.1)

        reply = await asked

    assert orjson.loads(await reply.payload.read())["group"]["id"] == "G1"
    reply.end()
    await client.close()


async def test_a_host_that_does_not_answer_at_all_takes_the_time_for_connecting_and_no_more() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        # The queue of the operating system is full, and nobody takes anything from it.
        queued = [socket.socket() for _ in range(4)]
        for each in queued:
            each.setblocking(False)
            each.connect_ex(deaf.getsockname())
        client = HttpClient(f"http://127.0.0.1:{deaf.getsockname()[1]}", 10, 0.01)

        with pytest.raises(aiohttp.ConnectionTimeoutError):
            await client.request(OWNER, "GET", "/", [], None, fresh=False)

        await client.close()
        for each in queued:
            each.close()


async def test_a_caller_that_leaves_while_it_waits_for_its_connection_has_made_no_call(client: Client) -> None:
    connected = asyncio.Event()

    async def say_nothing_of_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing_of_tls, "127.0.0.1", 0)
    client.in_front_of(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", connect=60.0)
    operation = client.operation()
    asked = asyncio.create_task(operation.send(READ))
    await asyncio.wait_for(connected.wait(), PATIENCE)

    asked.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asked
    assert operation.usage.calls == 0
    server.close()
