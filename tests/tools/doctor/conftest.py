"""What the doctor finds, by the names of checks, with nothing of this machine's own settings."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from gateway.tools.doctor import examination, http, redis
from gateway.tools.doctor.check import Finding
from gateway.tools.doctor.examination import examine
from tests.emulator.conftest import Emulator
from tests.patience import LONG, PATIENCE

Doctor = Callable[..., Awaitable[dict[str, Finding]]]
# Where nothing of the gateway answers.
Place = Callable[[web.StreamResponse], Awaitable[str]]


# As long as may be: connecting is slow once an answer takes longer, as on a busy machine.
PATIENT = {"GATEWAY_CONNECT_TIMEOUT": "60"}


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine can hold up what is examined, and the doctor, for longer than people wait for either."""
    monkeypatch.setattr(examination, "MAX_SECONDS", LONG)
    monkeypatch.setattr(http, "MAX_SECONDS", PATIENCE)
    monkeypatch.setattr(redis, "MAX_SECONDS", PATIENCE)
    for name in ("SLOW_MS", "TOO_SLOW_MS"):
        monkeypatch.setattr(redis, name, PATIENCE * 1000)


@pytest.fixture
def doctor(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Examines a gateway with these settings, in front of the emulator unless they say otherwise."""
    for name in os.environ:
        if name.startswith(("SQUARE_", "GATEWAY_")):
            monkeypatch.delenv(name)

    async def run(url: str | None = None, **settings: str) -> dict[str, Finding]:
        for name, value in {"SQUARE_BASE_URL": emulator.url, "GATEWAY_PORT": "0", **PATIENT, **settings}.items():
            monkeypatch.setenv(name, value)
        return {each.name: each.finding for each in await examine(None, url)}

    return run


@pytest.fixture
async def answering() -> AsyncIterator[Place]:
    """Makes servers that answer everything in one way; gives their URLs."""
    runners = []

    async def serve(answer: web.Response) -> str:
        async def handle(_: web.Request) -> web.Response:
            return web.Response(status=answer.status, body=answer.body, headers=answer.headers)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handle)
        runner = web.AppRunner(app)
        await runner.setup()
        runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        return f"http://{host}:{port}"

    yield serve
    for runner in runners:
        await runner.cleanup()
