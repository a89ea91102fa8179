"""How the gateway ends: as a process, with requests, writes and sockets under way."""

from __future__ import annotations

import asyncio
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM
from typing import Any

import aiohttp
import pytest

from tests.patience import PATIENCE
from tests.server.held_gateway import READ, WRITE, gateway
from tests.server.process import running

CREATE = """mutation ($key: String!) {
  createCustomer(input: {givenName: $key}, idempotencyKey: $key) { customer { id } }
}"""
EVERYBODY = """query ($after: String) {
  customers(first: 100, after: $after) { nodes { id givenName } pageInfo { hasNextPage endCursor } }
}"""


@pytest.mark.parametrize("number", [SIGTERM, SIGINT])
async def test_with_nothing_to_do_it_ends_at_once(number: Any) -> None:
    async with gateway() as gate:
        gate.process.send(number)

        assert await gate.process.exit_code() == 0
        assert "Traceback" not in gate.process.written


async def test_what_runs_is_finished_and_what_comes_is_refused() -> None:
    async with gateway() as gate:
        read, write = await gate.begin(READ, "GET"), await gate.begin(WRITE, "POST")
        kept = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1))
        async with kept:
            await (await kept.get(f"{gate.url}/livez")).read()

            gate.process.send(SIGTERM)
            await gate.until_not_ready()
            async with kept.post(f"{gate.url}/graphql", json=READ) as refused:
                assert refused.status == 503
                assert refused.headers["Connection"] == "close"
                assert refused.headers["Retry-After"] == "1"
                assert (await refused.json())["errors"][0]["extensions"]["code"] == "SHUTTING_DOWN"
            async with kept.get(f"{gate.url}/livez") as alive:
                assert alive.status == 200
        gate.square.gate.set()

        assert (await read)[1]["data"] == {"customers": {"nodes": [{"id": "C1"}]}}
        assert (await write)[1]["data"] == {"createCustomer": {"customer": {"id": "C1"}}}
        assert await gate.process.exit_code() == 0
        assert sorted(gate.square.answered) == ["GET", "POST"]


async def test_sockets_are_told_to_go_before_what_runs_is_finished() -> None:
    async with gateway() as gate:
        write = await gate.begin(WRITE, "POST")
        async with gate.http.ws_connect(f"{gate.url}/graphql", protocols=["graphql-transport-ws"]) as socket:
            await socket.send_json({"type": "connection_init"})
            assert (await socket.receive_json())["type"] == "connection_ack"

            gate.process.send(SIGTERM)
            await socket.receive(timeout=PATIENCE)

            assert socket.close_code == 1001
            assert gate.square.answered == []
        gate.square.gate.set()
        assert (await write)[0] == 200
        assert await gate.process.exit_code() == 0


async def test_a_write_outlives_the_time_that_requests_have() -> None:
    async with gateway(GATEWAY_SHUTDOWN_TIMEOUT="0.2") as gate:
        write = await gate.begin(WRITE, "POST")
        gate.process.send(SIGTERM)
        await gate.process.until("1 requests unfinished")
        with pytest.raises(aiohttp.ClientError):
            await write
        gate.square.gate.set()

        assert await gate.process.exit_code() == 0
        assert gate.square.answered == ["POST"]
        assert "CreateCustomer was carried out after its caller had left" in gate.process.written


async def test_a_second_signal_ends_reads_at_once_and_lets_a_write_finish() -> None:
    async with gateway() as gate:
        read, write = await gate.begin(READ, "GET"), await gate.begin(WRITE, "POST")
        gate.process.send(SIGTERM)
        await gate.until_not_ready()
        gate.process.send(SIGTERM)
        async with asyncio.timeout(PATIENCE):
            with pytest.raises(aiohttp.ClientError):
                await read
        gate.square.gate.set()

        assert await gate.process.exit_code() == 0
        assert "CreateCustomer was carried out after its caller had left" in gate.process.written
        await asyncio.gather(write, return_exceptions=True)


async def test_a_second_signal_does_not_wait_for_ever_for_a_write() -> None:
    async with gateway() as gate:
        write = await gate.begin(WRITE, "POST")
        gate.process.send(SIGTERM)
        await gate.until_not_ready()
        gate.process.send(SIGTERM)

        assert await gate.process.exit_code() == 1
        assert "Square may have carried it out" in gate.process.written
        await asyncio.gather(write, return_exceptions=True)


async def test_acknowledged_writes_survive_kill_9_of_everything(tmp_path: Path) -> None:
    file = str(tmp_path / "square.sqlite")
    emulator = ("emulator", "--port", "0", "--db", file, "--seed", "empty")
    acknowledged: dict[str, str] = {}
    enough = asyncio.Event()

    async def write(http: aiohttp.ClientSession, url: str, key: str) -> str:
        async with http.post(f"{url}/graphql", json={"query": CREATE, "variables": {"key": key}}) as response:
            return str((await response.json())["data"]["createCustomer"]["customer"]["id"])

    async def client(http: aiohttp.ClientSession, url: str, name: int) -> None:
        for number in range(10_000):
            key = f"{name}-{number}"
            acknowledged[key] = await write(http, url, key)
            if len(acknowledged) >= 40:
                enough.set()

    async with aiohttp.ClientSession() as http:
        async with (
            running(*emulator) as (square, square_url),
            running("--port", "0", SQUARE_ENVIRONMENT="emulator", SQUARE_BASE_URL=square_url) as (gate, url),
        ):
            clients = [asyncio.create_task(client(http, url, name)) for name in range(8)]
            async with asyncio.timeout(PATIENCE):
                await enough.wait()
            square.send(SIGKILL)
            gate.send(SIGKILL)
            await asyncio.gather(square.exit_code(), gate.exit_code())
            ends = await asyncio.gather(*clients, return_exceptions=True)
            assert all(isinstance(each, Exception) for each in ends)

        async with (
            running(*emulator) as (square, square_url),
            running("--port", "0", SQUARE_ENVIRONMENT="emulator", SQUARE_BASE_URL=square_url) as (gate, url),
        ):
            unknown = {f"{name}-{sum(key.startswith(f'{name}-') for key in acknowledged)}" for name in range(8)}
            again = {key: await write(http, url, key) for key in {*acknowledged, *unknown}}
            found = await everybody(http, url)

    assert {key: again[key] for key in acknowledged} == acknowledged
    assert sorted(found) == sorted((id, key) for key, id in again.items())


async def everybody(http: aiohttp.ClientSession, url: str) -> list[tuple[str, str]]:
    """The ids and names of all customers."""
    found: list[tuple[str, str]] = []
    after = None
    while True:
        async with http.post(f"{url}/graphql", json={"query": EVERYBODY, "variables": {"after": after}}) as response:
            page = (await response.json())["data"]["customers"]
        found += [(node["id"], node["givenName"]) for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]
