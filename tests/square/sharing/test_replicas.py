"""Two gateways on one Redis, in front of the emulator: what Square refuses to one of them holds back the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from gateway.emulator.store.tenants import Tenants, Token
from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.patience import PATIENCE

SEARCH = "SearchCustomers"
ASK = '{ customers(first: 1, filter: { emailAddress: { exact: "a@example.com" } }) { nodes { id } } }'


class Replica(Graph):
    """One of them, asked with a token."""

    async def throttle(self, token: str) -> Any:
        return (await self("{ __typename }", token=token))["extensions"]["cost"]["throttleStatus"]

    async def until(self, token: str, so: Callable[[Any], bool]) -> Any:
        """What the throttle says as soon as it is so."""
        async with asyncio.timeout(PATIENCE):
            while not so(status := await self.throttle(token)):
                pass
        return status


@asynccontextmanager
async def replicas(emulator: Emulator, redis_url: str, **more: Any) -> AsyncIterator[list[Replica]]:
    settings = Settings(
        _env_file=None,
        square_environment="emulator",
        square_base_url=emulator.url,
        gateway_store=redis_url,
        gateway_secret="0123456789abcdef0123456789abcdef",
        gateway_reference_cache=0,
        gateway_connect_timeout=10,
        **{"gateway_auth": "forward", **more},
    )
    gateways = [await listen(create_app(settings), "127.0.0.1", 0) for _ in range(2)]
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield [Replica(each, emulator, http) for each in gateways]
    for each in gateways:
        await each.close()


async def test_a_429_to_one_gateway_pauses_the_other_for_every_token_of_the_seller(
    emulator: Emulator, redis_url: str
) -> None:
    Tenants(emulator.store.db).put(Token("renewed-token"))
    async with replicas(emulator, redis_url) as (one, other):
        for replica, token in ((one, "test-token"), (other, "renewed-token"), (other, "test-token")):
            await replica.data(ASK, token=token)
        before = emulator.calls[SEARCH]
        emulator.faults.add("status", SEARCH, status=429, retry_after="60", count=1)
        assert (await one(ASK, token="test-token"))["errors"][0]["extensions"]["code"] == "RATE_LIMITED"

        status = await other.until("renewed-token", lambda found: found["pauseSeconds"] > 0)

        assert (status["maximumAvailable"], status["currentlyAvailable"]) == (4, 0)
        # Both wait for the same moment.
        assert (await one.throttle("test-token"))["pauseSeconds"] - 1 <= status["pauseSeconds"] <= 60
        for token in ("test-token", "renewed-token"):
            assert (await other(ASK, token=token))["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert emulator.calls[SEARCH] == before + 1


async def test_what_a_caller_has_used_up_at_one_gateway_it_has_used_up_at_the_other(
    emulator: Emulator, redis_url: str
) -> None:
    keys = {"gateway_auth": "key", "gateway_api_keys": "first-key,second-key"}
    async with replicas(emulator, redis_url, gateway_caller_calls=0.01, **keys) as (one, other):
        await one.data(ASK, token="first-key")

        # It has asked nothing of Square here.
        async with asyncio.timeout(PATIENCE):
            while "errors" not in (refused := await other("{ __typename }", token="first-key")):
                pass

        extensions = refused["errors"][0]["extensions"]
        assert (extensions["code"], extensions["retryAfter"] > 0) == ("TOO_MANY_REQUESTS", True)
        await other.data("{ __typename }", token="second-key")
