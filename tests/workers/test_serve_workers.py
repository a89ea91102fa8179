"""`gateway serve --workers 2`: one port, one /metrics and one end, whatever becomes of a worker."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from signal import SIGHUP, SIGKILL, SIGTERM
from typing import Any

import aiohttp
import pytest

from tests.patience import LONG, PATIENCE
from tests.server.held_gateway import READ, gateway
from tests.server.process import running
from tests.server.sockets import data, opened, receive, subscribe
from tests.workers.processes import children, endings, one_on_each, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the workers' connections are found in Linux's /proc")

NAME = {"query": "{ __typename }"}
CREATE = {"query": 'mutation { createCustomer(input: {givenName: "Amelia"}) { customer { id } } }'}
PAGE = "query ($after: String) { customers(first: 1, after: $after) { nodes { id } pageInfo { endCursor } } }"
QUERIES, MUTATIONS = "gateway_requests_total,200,http,query", "gateway_requests_total,200,http,mutation"
WEBHOOKS = {
    "SQUARE_WEBHOOK_SIGNATURE_KEY": "key",
    "SQUARE_WEBHOOK_URL": "https://gateway.example/webhooks/square",
}
SQUARE = {"SQUARE_ENVIRONMENT": "emulator", "SQUARE_BASE_URL": "http://127.0.0.1:1"}


async def asked(http: aiohttp.ClientSession, url: str, body: Any) -> Any:
    async with http.post(f"{url}/graphql", json=body) as response:
        assert response.status == 200
        return (await response.json())["data"]


@asynccontextmanager
async def unceasing(url: str) -> AsyncIterator[Counter[str]]:
    """Clients that ask without end, on kept connections and on new ones, and whether the gateway is ready.

    Every answer has to be 200. Gives how many there were so far, by path.
    """
    answers: Counter[str] = Counter()
    over = asyncio.Event()

    async def client(path: str, body: Any, *, kept: bool) -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1, force_close=not kept)) as http:
            while not over.is_set():
                async with http.request("POST" if body else "GET", url + path, json=body) as response:
                    assert response.status == 200, await response.text()
                    await response.read()
                answers[path] += 1

    async with asyncio.TaskGroup() as group:
        for kept in (True, True, False):
            group.create_task(client("/graphql", NAME, kept=kept))
        group.create_task(client("/readyz", None, kept=True))
        try:
            yield answers
        finally:
            over.set()


async def test_two_workers_are_one_gateway(tmp_path: Path) -> None:
    async with (
        running("--port", "0", "--workers", "2", TMPDIR=str(tmp_path)) as (process, url),
        one_on_each(process.pid, url) as clients,
    ):
        followers = []
        for http in clients:
            socket = await http.ws_connect(f"{url}/graphql", protocols=["graphql-transport-ws"])
            await opened(socket)
            await socket.send_json(subscribe("subscription { customerChanged { customer { givenName } } }"))
            followers.append(socket)
        async with aiohttp.ClientSession() as writer:
            await until(writer, url, gateway_subscribers=2)
            await asked(writer, url, CREATE)
        for socket in followers:
            assert data(await receive(socket)) == {"customerChanged": {"customer": {"givenName": "Amelia"}}}
            await socket.close()

        async with one_on_each(process.pid, url) as (one, other):
            for _ in range(3):
                await asked(one, url, NAME)
            page = await asked(one, url, {"query": PAGE})
            after = {"after": page["customers"]["pageInfo"]["endCursor"]}
            assert (await asked(other, url, {"query": PAGE, "variables": after}))["customers"]["nodes"]
            for http in (one, other):
                await until(http, url, **{QUERIES: 5, MUTATIONS: 1, "gateway_workers": 2})

        # Two workers and the embedded Square.
        assert len(children(process.pid)) == 3
        with endings(children(process.pid)) as ended:
            process.send(SIGKILL)
            await ended()
    assert not os.listdir(tmp_path)


async def test_workers_are_exchanged_and_replaced_and_no_request_fails() -> None:
    async with gateway(GATEWAY_WORKERS="2", GATEWAY_SHUTDOWN_DELAY=str(LONG)) as gate:
        held = await gate.begin(READ, "GET")
        async with unceasing(gate.url) as answers:
            with endings(children(gate.process.pid)) as ended:
                gate.process.send(SIGHUP)
                await gate.process.until("takes the place")
                gate.square.gate.set()
                assert (await held)[0] == 200
                await ended()

            after = children(gate.process.pid)[0]
            with endings([after]) as ended:
                os.kill(after, SIGTERM)
                await ended()
            async with asyncio.timeout(PATIENCE):
                while answers.total() <= 20:  # noqa: ASYNC110 - clients tell nobody
                    await asyncio.sleep(0.01)

        async with aiohttp.ClientSession() as http:
            # Those of the clients, and the one that was held.
            counts = {QUERIES: answers["/graphql"] + 1, "gateway_workers": 2}
            exchanged = {"gateway_worker_restarts_total,settings": 2, "gateway_worker_restarts_total,asked": 1}
            shown = await until(http, gate.url, **counts, **exchanged)
            os.kill(children(gate.process.pid)[-1], SIGKILL)
            # What a worker has counted stays when it is gone.
            later = await until(http, gate.url, **counts, **{"gateway_worker_restarts_total,died": 1})
            assert later["process_cpu_seconds_total"] >= shown["process_cpu_seconds_total"] - 0.5

            gate.process.send(SIGTERM)
            await gate.until_not_ready()
            assert await asked(http, gate.url, NAME) == {"__typename": "Query"}
            gate.process.send(SIGTERM)
            assert await gate.process.exit_code() == 0
        assert "Traceback" not in gate.process.written


async def test_workers_that_cannot_begin_leave_the_others_be_and_end_the_command_at_last(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    store = f"sqlite:{folder}/events.sqlite"
    async with gateway(GATEWAY_WORKERS="2", GATEWAY_STORE=store, **WEBHOOKS) as gate:
        folder.rename(tmp_path / "gone")
        gate.process.send(SIGHUP)
        await gate.process.until("The new settings are given up.*GATEWAY_STORE")
        assert (await gate.post(NAME))[0] == 200

        os.kill(children(gate.process.pid)[0], SIGKILL)
        assert await gate.process.exit_code() == 1
        assert "Error: 5 workers in a row did not last" in gate.process.written


@pytest.mark.parametrize("fault", ["port", "store"])
async def test_what_is_wrong_at_the_start_is_said_in_one_line(fault: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1] if fault == "port" else 0
        command = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gateway", "--port", str(port), "--workers", "2",
            env={**os.environ, **SQUARE, **WEBHOOKS, "GATEWAY_STORE": f"sqlite:{tmp_path}/none/events"},
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, written = await command.communicate()
    expected = {"port": "address already in use", "store": "GATEWAY_STORE: the event log cannot be used"}[fault]
    assert command.returncode == 2
    assert expected in written.decode()
    assert "Traceback" not in written.decode()
