"""What SIGHUP changes in a gateway of two workers: all that new settings want, or nothing."""

from __future__ import annotations

import asyncio
import itertools
import os
import sys
from pathlib import Path
from signal import SIGCONT, SIGHUP, SIGSTOP, SIGTERM

import aiohttp
import pytest

from tests.emulator.conftest import Emulator
from tests.events.signed import notification, sign
from tests.patience import LONG
from tests.ports import free_port
from tests.server.process import running, starting
from tests.server.sockets import data, opened, receive, subscribe
from tests.workers.processes import first_child, one_on_each, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the workers' connections are found in Linux's /proc")

HOOKS = "https://gateway.example/webhooks/square"
WEBHOOKS = f"SQUARE_WEBHOOK_SIGNATURE_KEY=key\nSQUARE_WEBHOOK_URL={HOOKS}\n"


async def test_settings_that_are_given_up_change_nothing_of_the_end(tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    settings.write_text("GATEWAY_SHUTDOWN_DELAY=0\n")
    environment = {"SQUARE_ENVIRONMENT": "emulator", "SQUARE_BASE_URL": "http://127.0.0.1:1"}
    given = ("--port", "0", "--workers", "2", "--env-file", str(settings))
    async with running(*given, **environment) as (process, _):
        await process.until("Ctrl-C")
        settings.write_text(
            f"{WEBHOOKS}GATEWAY_STORE=sqlite:{tmp_path}/none/events\nGATEWAY_SHUTDOWN_DELAY=300\nGATEWAY_LOG_FORMAT=json\n"
        )
        process.send(SIGHUP)
        await process.until(r"Z ERROR gateway\.workers\.pool: The new settings are given up")

        process.send(SIGTERM)

        await process.until(r"Z INFO gateway\.serve_workers\.parent: Not ready any more; serving on for 0 seconds")
        assert await process.exit_code() == 0


async def test_settings_that_change_while_the_first_workers_start_are_read_once_these_serve(tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    settings.write_text("GATEWAY_SHUTDOWN_DELAY=300\n")
    environment = {"SQUARE_ENVIRONMENT": "emulator", "SQUARE_BASE_URL": "http://127.0.0.1:1"}
    async with starting("--port", "0", "--workers", "2", "--env-file", str(settings), **environment) as process:
        first = await first_child(process.pid)
        os.kill(first, SIGSTOP)
        settings.write_text("GATEWAY_SHUTDOWN_DELAY=0\n")
        process.send(SIGHUP)
        os.kill(first, SIGCONT)
        await process.until(r"(?s)that was replaced has ended.*that was replaced has ended")

        process.send(SIGTERM)

        await process.until(r"Z INFO gateway\.serve_workers\.parent: Not ready any more; serving on for 0 seconds")
        assert await process.exit_code() == 0


async def followed(socket: aiohttp.ClientWebSocketResponse) -> object:
    """What a subscription is told of first, which is begun again while the emulator is too slow to say for whom."""
    for number in itertools.count():
        await socket.send_json(subscribe("subscription { customerChanged { kind } }", str(number)))
        message = await receive(socket)
        if message["type"] == "next" and "errors" not in message["payload"]:
            return data(message)
        errors = message["payload"]["errors"] if message["type"] == "next" else message["payload"]
        assert [each["extensions"]["code"] for each in errors] == ["SUBSCRIPTIONS_UNAVAILABLE"]
        if message["type"] == "next":
            assert (await receive(socket))["type"] == "complete"
    return None


async def test_what_new_settings_are_the_first_to_want_all_workers_have(emulator: Emulator, tmp_path: Path) -> None:
    port, settings = free_port(), tmp_path / "settings"
    first = f"GATEWAY_SHUTDOWN_DELAY=0\nGATEWAY_KEEP_ALIVE={LONG:g}\nGATEWAY_METRICS_PORT={port}\n"
    settings.write_text(f"{first}GATEWAY_METRICS=false\n")
    environment = {"SQUARE_ENVIRONMENT": "emulator", "SQUARE_BASE_URL": emulator.url, "TMPDIR": str(tmp_path)}
    given = ("--port", "0", "--workers", "2", "--env-file", str(settings))
    shown = f"http://127.0.0.1:{port}"
    body = notification("customer.deleted", merchant_id=emulator.seller)
    signed = {"x-square-hmacsha256-signature": sign(body, "key", HOOKS)}

    async with running(*given, **environment) as (process, url), aiohttp.ClientSession() as http:
        await process.until("Ctrl-C")
        settings.write_text(first + WEBHOOKS)
        process.send(SIGHUP)
        await process.until(r"(?s)that was replaced has ended.*that was replaced has ended|given up")
        await until(http, shown, **{"gateway_workers": 2, "gateway_worker_restarts_total,settings": 2})

        async with one_on_each(process.pid, url) as clients:
            followers = [
                await each.ws_connect(f"{url}/graphql", protocols=["graphql-transport-ws"]) for each in clients
            ]
            for socket in followers:
                await opened(socket)
            following = [asyncio.create_task(followed(each)) for each in followers]
            await until(http, shown, gateway_subscribers=2)
            async with http.post(f"{url}/webhooks/square", data=body, headers=signed) as response:
                assert response.status == 200
            assert await asyncio.gather(*following) == [{"customerChanged": {"kind": "DELETED"}}] * 2
            for socket in followers:
                await socket.close()

        process.send(SIGTERM)
        assert await process.exit_code() == 0
    assert os.listdir(tmp_path) == [settings.name]
