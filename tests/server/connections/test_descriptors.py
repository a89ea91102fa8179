"""A gateway with few file descriptors and many clients, as a process of its own."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import aiohttp

from tests.environment import without_settings
from tests.patience import PATIENCE
from tests.server.process import Process

DESCRIPTORS = 64
HELLO = {"query": "{ __typename }"}


async def test_while_idle_sockets_hold_all_places_others_are_told_so() -> None:
    clean = without_settings()
    command = f"ulimit -n {DESCRIPTORS}; exec {sys.executable} -u -m gateway --port 0"
    started = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", command, env=clean, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    process = Process(started)
    try:
        url = (await process.until(r"(http://127\.0\.0\.1:(\d+))/graphql"))[1]
        port = int(url.rpartition(":")[2])
        many = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4 * DESCRIPTORS)]
        async with aiohttp.ClientSession() as http, asyncio.timeout(PATIENCE):
            during = [await _asked(http, url) for _ in range(DESCRIPTORS)]
            for _, writer in many:
                writer.close()
            after = [await _answer(http, url) for _ in range(DESCRIPTORS)]
    finally:
        await process.end()

    assert [(status, body["errors"][0]["extensions"]["code"]) for status, body in during] == (
        [(503, "OVERLOADED")] * DESCRIPTORS
    )
    assert after == [{"__typename": "Query"}] * DESCRIPTORS
    assert "connections are in use" in process.written


async def _asked(http: aiohttp.ClientSession, url: str) -> tuple[int, Any]:
    async with http.post(f"{url}/graphql", json=HELLO) as response:
        return response.status, await response.json()


async def _answer(http: aiohttp.ClientSession, url: str) -> Any:
    """The first answer once there is a place."""
    while True:
        status, body = await _asked(http, url)
        if status == 200:
            return body["data"]
