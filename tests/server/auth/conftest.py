"""A gateway that takes the tokens of an issuer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from gateway.server.connections.listener import Listening, listen
from tests.server.auth.issuer import Issuer, settings
from tests.server.conftest import Serve, Site


@pytest.fixture
async def issuer() -> AsyncIterator[tuple[Issuer, Listening]]:
    issuer, app = Issuer(), web.Application()
    app.router.add_get("/keys", issuer.answer)
    listening = await listen(app, "127.0.0.1", 0)
    yield issuer, listening
    await listening.close()


@pytest.fixture
async def guarded(serve: Serve, issuer: tuple[Issuer, Listening]) -> Site:
    return await serve(**settings(f"{issuer[1].url}/keys"))
