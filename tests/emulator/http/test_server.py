from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE
from datetime import datetime

import aiohttp
import pytest

from gateway.emulator.command import serve_emulator
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import start
from gateway.emulator.store.store import Store
from tests.patience import PATIENCE

SERVE = """
import asyncio, sys
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import start
from gateway.emulator.store.store import Store

async def serve():
    print((await start(create_app(Store(sys.argv[1])))).url, flush=True)
    await asyncio.Event().wait()

asyncio.run(serve())
"""


async def customers(url):
    headers = {"Authorization": "Bearer test-token"}
    async with aiohttp.ClientSession(headers=headers) as http, http.get(f"{url}/v2/customers") as response:
        assert response.status == 200
        return (await response.json()).get("customers", [])


async def create(url):
    headers = {"Authorization": "Bearer test-token"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{url}/v2/customers", json={"given_name": "Ann"}) as response,
    ):
        assert response.status == 200


@pytest.fixture
def store():
    store = Store()
    yield store
    store.close()


async def test_port_zero_takes_a_free_one_and_the_url_says_which(store):
    first, second = await start(create_app(store)), await start(create_app(store))

    assert first.port != second.port
    assert first.url == f"http://127.0.0.1:{first.port}"
    await asyncio.gather(first.close(), second.close())


async def test_an_ipv6_host_stands_in_brackets(store):
    running = await start(create_app(store), "::1")

    assert running.url == f"http://[::1]:{running.port}"
    assert await customers(running.url) == []
    await running.close()


async def test_a_taken_port_is_an_error(store):
    running = await start(create_app(store))

    with pytest.raises(OSError, match="in use"):
        await start(create_app(store), port=running.port)
    await running.close()


async def test_a_closed_emulator_answers_no_more(store):
    running = await start(create_app(store))
    await running.close()

    with pytest.raises(aiohttp.ClientConnectorError):
        await customers(running.url)


async def test_a_store_that_came_with_the_server_is_closed_with_it():
    store = Store()
    running = await start(create_app(store), store=store)
    await running.close()

    with pytest.raises(sqlite3.ProgrammingError):
        store.db.execute("SELECT 1")


async def test_the_time_of_a_file_does_not_go_back(tmp_path):
    shown = []
    for step in (86_400, 3_600, 0):
        running = await serve_emulator(port=0, db=tmp_path / "square.db", seed="empty")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{running.url}/_emulator/clock") as answer:
                shown.append(datetime.fromisoformat((await answer.json())["now"]))
            await session.post(f"{running.url}/_emulator/clock", json={"advance_seconds": step})
        await running.close()

    assert 86_400 <= (shown[1] - shown[0]).total_seconds() < 86_700
    assert 3_600 <= (shown[2] - shown[1]).total_seconds() < 3_900


async def test_a_killed_emulator_comes_back_with_every_answered_write(tmp_path):
    path = tmp_path / "square.db"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVE, str(path), stdout=PIPE)
    url = (await process.stdout.readline()).decode().strip()
    await asyncio.gather(*(create(url) for _ in range(10)))
    process.kill()
    await process.wait()

    store = Store(path)
    running = await start(create_app(store), store=store)

    assert len(await customers(running.url)) == 10
    await running.close()


@pytest.mark.parametrize(
    "request_line",
    [
        b"nonsense",
        b"BREW /v2/customers HTTP/1.1",
        b"GET /v2/customers/\xff HTTP/1.1",
        b"GET /v2/customers/" + b"x" * 20_000 + b" HTTP/1.1",
        b"GET /v2/customers HTTP/1.1\r\nAuthorization: Bearer secret\x01",
        b"POST /v2/customers HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3",
        b"POST /v2/customers HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4",
    ],
    ids=lambda line: f"{len(line)} bytes {line[:20]!r}",
)
async def test_what_is_not_http_is_answered_in_json_and_not_logged(store, caplog, request_line):
    running = await start(create_app(store))
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(request_line + b"\r\n\r\n")

    head, _, body = (await asyncio.wait_for(reader.read(), PATIENCE)).partition(b"\r\n\r\n")

    assert head.split(b" ")[1] == b"400"
    assert b"application/json" in head
    assert [error["code"] for error in json.loads(body)["errors"]] == ["BAD_REQUEST"]
    assert caplog.text == ""
    writer.close()
    await running.close()
