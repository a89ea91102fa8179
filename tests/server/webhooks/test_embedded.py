"""`gateway` without any setting: its embedded Square tells it of changes, and it tells its subscribers."""

from __future__ import annotations

import asyncio

import aiohttp

from gateway.server.explorer.asset_files import complete
from tests.patience import PATIENCE
from tests.server.process import running

FOLLOWED = {"query": "subscription { customerChanged { kind customer { givenName } } }"}
WRITTEN = {"query": 'mutation { createCustomer(input: {givenName: "Grace"}) { customer { id } } }'}


async def test_a_write_reaches_a_subscriber_in_the_first_minute() -> None:
    async with (
        running("--port", "0", GATEWAY_SHUTDOWN_DELAY="0") as (_, url),
        aiohttp.ClientSession(url) as http,
        asyncio.timeout(PATIENCE),
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


async def test_the_console_of_the_embedded_square_leads_to_the_explorer_of_its_gateway() -> None:
    async with (
        running("--port", "0", GATEWAY_SHUTDOWN_DELAY="0") as (process, url),
        aiohttp.ClientSession() as http,
    ):
        console = (await process.until(r"Console\s+(http://127\.0\.0\.1:\d+/)"))[1]
        async with http.get(f"{console}_emulator/console/about") as answer:
            links = (await answer.json())["links"]

    assert links == ([{"name": "GraphiQL", "url": f"{url}/graphql"}] if complete() else [])
