"""A gateway that has no file descriptors left, as a process of its own."""

from __future__ import annotations

import asyncio
import os
import sys

import aiohttp

from tests.server.process import Process

DESCRIPTORS = 64


async def test_more_connections_than_descriptors_are_got_over() -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "SQUARE_"))}
    command = f"ulimit -n {DESCRIPTORS}; exec {sys.executable} -u -m gateway --port 0"
    started = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", command, env=clean, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    process = Process(started)
    try:
        url = (await process.until(r"(http://127\.0\.0\.1:(\d+))/graphql"))[1]
        port = int(url.rpartition(":")[2])
        crowd = [await asyncio.open_connection("127.0.0.1", port) for _ in range(4 * DESCRIPTORS)]
        for _, writer in crowd:
            writer.close()

        async with aiohttp.ClientSession() as http, asyncio.timeout(20):
            answer = await _answer(http, url)
    finally:
        await process.end()

    assert answer == {"__typename": "Query"}


async def _answer(http: aiohttp.ClientSession, url: str) -> object:
    """The first answer; connections that were waiting when the descriptors ran out may be cut before it."""
    while True:
        try:
            async with http.post(f"{url}/graphql", json={"query": "{ __typename }"}) as response:
                return (await response.json())["data"]
        except aiohttp.ClientConnectionError:
            await asyncio.sleep(0.1)
