"""A caller's token is in memory while it is needed, and nowhere once its answer is there and its client has left."""

from __future__ import annotations

import asyncio
import gc
import json
import secrets
from typing import Any

import aiohttp

from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from tests.server.process import running

PAGE = "{ customers(first: 1) { nodes { id groups { name } } pageInfo { endCursor } } }"


def held(text: str) -> list[Any]:
    """What the whole process holds that contains this text, given backwards so that the test itself does not."""
    found, sought = [], (text[::-1], text[::-1].encode())
    # No comprehension: what that takes from here would be among what the process holds.
    for holder in gc.get_objects():
        for each in gc.get_referents(holder):
            if holder is not sought and isinstance(each, str | bytes | bytearray):
                found += [each] if sought[not isinstance(each, str)] in each else []
    return found


async def ask(port: int, token: str, query: str) -> bytes:
    """The whole answer, over a connection of its own."""
    body = json.dumps({"query": query}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
        b"Authorization: Bearer %b\r\nContent-Length: %d\r\n\r\n%b" % (token.encode(), len(body), body)
    )
    answer = await reader.read()
    writer.close()
    return answer


async def visit(square: str, port: int) -> str:
    """The end of a new token, backwards, that has asked for a page, been refused one, and asked for a part of one."""
    token = secrets.token_hex(16)
    async with aiohttp.ClientSession() as http:
        for state, query, expected in (
            ("active", PAGE, b'"endCursor":"'),
            ("active", "{ customers(first: 0) { nodes { id } } }", b"BAD_USER_INPUT"),
            ("revoked", PAGE, b"UNAUTHENTICATED"),
        ):
            given = {"token": token, "state": state}
            assert (await http.post(f"{square}/_emulator/tokens", json=given)).status == 200
            assert expected in await ask(port, token, query)
    return token[:7:-1]


async def test_nothing_holds_a_token_whose_client_has_left() -> None:
    async with running("emulator", "--port", "0") as (_, square):
        chosen = Settings(_env_file=None, square_environment="emulator", square_base_url=square, gateway_auth="forward")
        gateway = await listen(create_app(chosen), "127.0.0.1", 0)
        end = await visit(square, gateway.port)
        somebody = [end[::-1]]
        gc.collect()
        while_held = len(held(end))
        somebody.clear()

        assert (while_held, held(end)) == (1, [])

        await gateway.close()
