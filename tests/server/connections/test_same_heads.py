"""A head that is the same as the one before is not checked again; whatever differs in it counts."""

from __future__ import annotations

import asyncio
import json

from tests.patience import PATIENCE
from tests.server.conftest import Serve, Site

HELLO = json.dumps({"query": "{ hello }"}).encode()
OTHER = json.dumps({"query": "{ other }"}).encode()


def head(*more: str, length: int = len(HELLO)) -> bytes:
    lines = ["POST /graphql HTTP/1.1", "Host: localhost", "Content-Type: application/json", *more]
    return "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode()


async def statuses(site: Site, *requests: bytes) -> list[int]:
    """The statuses of the answers to requests on one connection, each sent when the one before is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    found = []
    for each in requests:
        writer.write(each)
        async with asyncio.timeout(PATIENCE):
            answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            found.append(int(answer.split()[1]))
            await reader.readexactly(int(answer.split("content-length: ")[1].split("\r\n")[0]))
    writer.close()
    return found


async def test_the_same_head_again_is_answered_like_the_first(serve: Serve) -> None:
    site = await serve()

    assert await statuses(site, *[head() + HELLO] * 3, head() + OTHER, head() + b"x" * len(HELLO)) == [200] * 4 + [400]


async def test_the_same_head_in_parts_or_twice_at_once_is_answered_too(serve: Serve) -> None:
    site = await serve()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)

    for sent in (head() + HELLO, head(), HELLO + head() + HELLO + head() + HELLO[:3], HELLO[3:]):
        writer.write(sent)
        await writer.drain()
        await site.post({"query": "{ hello }"})
    writer.write_eof()
    async with asyncio.timeout(PATIENCE):
        received = await reader.read()
    writer.close()

    assert received.count(b"HTTP/1.1 200 OK") == 4


async def test_a_head_that_differs_in_its_end_is_checked(serve: Serve) -> None:
    site = await serve()
    twice = head("Content-Length: 1") + HELLO

    assert await statuses(site, head() + HELLO, twice) == [200, 400]


async def test_a_key_counts_for_its_own_request_only(serve: Serve) -> None:
    site = await serve(gateway_auth="key", gateway_api_keys="key-number-1,key-number-2")
    keys = [head(f"Authorization: Bearer key-number-{number}") + HELLO for number in (1, 3, 1, 2, 2)]

    assert await statuses(site, *keys, head() + HELLO) == [200, 401, 200, 200, 200, 401]
