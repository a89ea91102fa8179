"""What HTTP requests may take: bytes and time; and what happens when a connection ends."""

from __future__ import annotations

import asyncio
import json

import pytest

from gateway.server.connections.listener import ClientLimits
from tests.patience import PATIENCE
from tests.server.conftest import Serve, Site

HELLO = json.dumps({"query": "{ hello }"}).encode()


async def test_a_huge_body_is_refused_before_it_is_sent(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 9999999999\r\n\r\n"
    )

    async with asyncio.timeout(PATIENCE):
        assert (await reader.readline()).split()[1] == b"413"
    writer.close()


async def test_a_huge_body_in_chunks_is_refused_at_the_limit(site: Site) -> None:
    head = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    writer.write(head + (b"10000\r\n" + b" " * 0x10000 + b"\r\n") * 5)

    async with asyncio.timeout(PATIENCE):
        assert (await reader.readline()).split()[1] == b"413"
    writer.close()


async def test_the_largest_body_allowed_is_read(serve: Serve) -> None:
    site = await serve(gateway_max_request=4096)
    padding = 4096 - len(HELLO)

    assert (await site.post(data=HELLO + b" " * padding)).status == 200
    assert (await site.post(data=HELLO + b" " * (padding + 1))).status == 413


async def test_a_body_that_does_not_arrive_in_time_is_given_up(serve: Serve) -> None:
    site = await serve(gateway_request_timeout=0.05)
    head = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"

    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    writer.write(head)

    async with asyncio.timeout(PATIENCE):
        assert (await reader.readline()).split()[1] == b"408"
    writer.close()


@pytest.mark.parametrize(
    "part", [b"G", b"POST /graphql HTTP/1.1\r\n", b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-Slow: "]
)
async def test_a_head_that_does_not_arrive_in_time_is_given_up(serve: Serve, part: bytes) -> None:
    site = await serve(client_limits=ClientLimits(head=0.05))

    answer = await site.raw(part)

    assert (answer.status, answer.code) == (408, "REQUEST_TIMEOUT")


async def test_a_second_head_on_the_same_connection_has_the_same_deadline(serve: Serve) -> None:
    site = await serve(client_limits=ClientLimits(head=0.05))
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    writer.write(b"OPTIONS /graphql HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).split()[1] == b"204"
    writer.write(b"POST /gra")

    async with asyncio.timeout(PATIENCE):
        assert (await reader.read()).split()[1] == b"408"
    writer.close()


async def test_a_connection_that_says_nothing_is_closed(serve: Serve) -> None:
    site = await serve(client_limits=ClientLimits(unused=0.05))
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)

    async with asyncio.timeout(PATIENCE):
        assert await reader.read() == b""
    writer.close()


async def test_a_long_answer_is_not_cut_by_the_deadline_for_requests(serve: Serve) -> None:
    site = await serve(client_limits=ClientLimits(head=0.02), gateway_request_timeout=0.02)
    asking = asyncio.create_task(site.post({"query": "{ waits }"}))
    await site.stage.entered.wait()
    late = asyncio.Event()
    asyncio.get_running_loop().call_later(0.1, late.set)
    await late.wait()
    site.stage.gate.set()

    assert (await asking).json["data"] == {"waits": "done"}


async def test_a_client_that_waits_to_send_its_body_is_told_to_go_on(site: Site) -> None:
    async with site.http.post(
        site.url, data=HELLO, headers={"Content-Type": "application/json"}, expect100=True
    ) as response:
        assert (await response.json())["data"] == {"hello": "Hello, world"}


async def test_two_callers_on_one_connection_are_told_apart(serve: Serve) -> None:
    site = await serve(gateway_auth="forward")
    seen = [
        (await site.post({"query": "{ tenant }"}, Authorization=f"Bearer {token}")).json["data"]["tenant"]
        for token in ("one", "two", "one")
    ]

    assert seen[0] == seen[2]
    assert seen[0] != seen[1]


async def test_a_mutation_goes_on_when_its_client_leaves(site: Site) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    body = json.dumps({"query": 'mutation { note(text: "kept") }'}).encode()
    writer.write(b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
    writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    await site.stage.entered.wait()
    writer.transport.abort()
    await site.post({"query": "{ hello }"})

    site.stage.gate.set()
    await site.listening.close()

    assert site.stage.notes == ["kept"]


async def test_a_mutation_that_is_running_is_not_cut_by_shutdown(site: Site) -> None:
    asking = asyncio.create_task(site.post({"query": 'mutation { note(text: "kept") }'}))
    await site.stage.entered.wait()
    closing = asyncio.create_task(site.listening.close())
    await asyncio.sleep(0)
    site.stage.gate.set()

    assert (await asking).json["data"] == {"note": "kept"}
    await closing
