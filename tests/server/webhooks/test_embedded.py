"""`gateway` without any setting: its embedded Square tells it of changes, and it tells its subscribers."""

from __future__ import annotations

import asyncio

import aiohttp

from tests.server.process import running

FOLLOWED = {"query": "subscription { customerChanged { kind customer { givenName } } }"}
WRITTEN = {"query": 'mutation { createCustomer(input: {givenName: "Grace"}) { customer { id } } }'}


async def test_a_write_reaches_a_subscriber_in_the_first_minute() -> None:
    async with (
        running("--port", "0", GATEWAY_SHUTDOWN_DELAY="0") as (_, url),
        aiohttp.ClientSession(url) as http,
        asyncio.timeout(30),
        http.post("/graphql", json=FOLLOWED, headers={"Accept": "text/event-stream"}) as stream,
    ):
        # The first bytes come once the subscription has begun.
        await stream.content.readany()
        async with http.post("/graphql", json=WRITTEN) as written:
            assert "errors" not in await written.json()
        async for line in stream.content:
            if line.startswith(b"data:"):
                break

    assert b'"kind":"CREATED"' in line
    assert b'"givenName":"Grace"' in line
