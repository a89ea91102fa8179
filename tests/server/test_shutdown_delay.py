"""Between SIGTERM and the end: not ready, so that load balancers look elsewhere, yet serving. SIGHUP ends nothing."""

from __future__ import annotations

import asyncio
import time
from signal import SIGHUP, SIGINT, SIGTERM
from typing import Any

import aiohttp
import pytest

from gateway.settings import Settings
from tests.patience import LONG, PATIENCE
from tests.server.held_gateway import READ, WRITE, gateway
from tests.server.process import running

NAMES = {"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }"}}


async def opened(http: aiohttp.ClientSession, url: str) -> aiohttp.ClientWebSocketResponse:
    socket = await http.ws_connect(f"{url}/graphql", protocols=["graphql-transport-ws"])
    await socket.send_json({"type": "connection_init"})
    assert (await socket.receive_json(timeout=PATIENCE))["type"] == "connection_ack"
    return socket


async def answered(socket: aiohttp.ClientWebSocketResponse) -> Any:
    await socket.send_json(NAMES)
    result = await socket.receive_json(timeout=PATIENCE)
    assert (await socket.receive_json(timeout=PATIENCE))["type"] == "complete"
    return result["payload"]["data"]


async def test_after_sigterm_it_is_not_ready_and_serves_on() -> None:
    async with gateway(GATEWAY_SHUTDOWN_DELAY=str(LONG)) as gate:
        running_since = await gate.begin(READ, "GET")
        before = await opened(gate.http, gate.url)
        gate.process.send(SIGTERM)
        await gate.until_not_ready()

        gate.square.gate.set()
        assert (await running_since)[0] == 200
        async with aiohttp.ClientSession() as stranger:
            async with stranger.post(f"{gate.url}/graphql", json=READ) as response:
                assert (response.status, (await response.json())["data"]) == (
                    200,
                    {"customers": {"nodes": [{"id": "C1"}]}},
                )
                # The next connection may be somebody else's to answer.
                assert response.headers["Connection"] == "close"
            async with stranger.post(f"{gate.url}/graphql", json=WRITE) as response:
                assert (await response.json())["data"] == {"createCustomer": {"customer": {"id": "C1"}}}
            accept = {"Accept": "text/event-stream"}
            async with stranger.post(f"{gate.url}/graphql", json=READ, headers=accept) as response:
                assert "event: complete" in await response.text()
            async with stranger.get(f"{gate.url}/livez") as alive:
                assert alive.status == 200
            after = await opened(stranger, gate.url)
            assert await answered(before) == await answered(after) == {"__typename": "Query"}
            gate.process.send(SIGTERM)
            for socket in (before, after):
                await socket.receive(timeout=PATIENCE)
                assert socket.close_code == 1001

        assert await gate.process.exit_code() == 0


async def test_when_the_time_is_over_it_drains() -> None:
    async with gateway(GATEWAY_SHUTDOWN_DELAY="0.3") as gate:
        write = await gate.begin(WRITE, "POST")
        began = time.monotonic()
        gate.process.send(SIGTERM)
        await gate.process.until("Stopping; 1 requests are running")
        assert time.monotonic() - began >= 0.3
        assert (await gate.post(READ))[0] == 503
        gate.square.gate.set()

        assert (await write)[0] == 200
        assert await gate.process.exit_code() == 0


async def test_ctrl_c_waits_for_nobody_to_look() -> None:
    async with gateway(GATEWAY_SHUTDOWN_DELAY=str(LONG)) as gate:
        gate.process.send(SIGINT)

        assert await gate.process.exit_code() == 0
        assert "serving on" not in gate.process.written


async def test_a_second_signal_ends_the_wait_and_reads_and_lets_a_write_finish() -> None:
    async with gateway(GATEWAY_SHUTDOWN_DELAY=str(LONG)) as gate:
        read, write = await gate.begin(READ, "GET"), await gate.begin(WRITE, "POST")
        gate.process.send(SIGTERM)
        await gate.until_not_ready()
        gate.process.send(SIGINT)
        with pytest.raises(aiohttp.ClientError):
            await read
        gate.square.gate.set()

        assert await gate.process.exit_code() == 0
        assert gate.square.answered.count("POST") == 1
        await asyncio.gather(write, return_exceptions=True)


def test_there_is_a_wait_by_default() -> None:
    assert Settings(_env_file=None).gateway_shutdown_delay == 5


async def test_sighup_ends_no_request_and_no_gateway() -> None:
    async with gateway() as gate:
        read, write = await gate.begin(READ, "GET"), await gate.begin(WRITE, "POST")
        socket = await opened(gate.http, gate.url)
        for _ in range(2):
            gate.process.send(SIGHUP)
        await gate.process.until("SIGHUP changes nothing")
        gate.square.gate.set()

        assert [(await each)[0] for each in (read, write)] == [200, 200]
        assert await answered(socket) == {"__typename": "Query"}
        async with gate.http.get(f"{gate.url}/readyz") as ready:
            assert ready.status == 200
        gate.process.send(SIGINT)
        assert await gate.process.exit_code() == 0


@pytest.mark.parametrize("command", [("--port", "0"), ("emulator", "--port", "0", "--customers", "10")])
async def test_sighup_ends_no_embedded_square(command: tuple[str, ...]) -> None:
    async with running(*command) as (process, url), aiohttp.ClientSession() as http:
        process.send(SIGHUP)
        path, body = ("/v2/customers", None) if command[0] == "emulator" else ("/graphql", READ)
        headers = {"Authorization": "Bearer test-token"}
        async with http.request("POST" if body else "GET", url + path, json=body, headers=headers) as response:
            assert response.status == 200
        process.send(SIGINT)

        assert await process.exit_code() == 0
