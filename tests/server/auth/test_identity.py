"""Cursors belong to a seller and an application, on every replica that has the same secret, and show no token."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from gateway.emulator.seed import seed_demo
from gateway.emulator.store.tenants import TOKENS, Token
from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.server.lines import logged
from tests.server.process import running

PAGE = "query ($after: String) { customers(first: 2, after: $after) { nodes { id } pageInfo { endCursor } } }"
SECRET = "a-secret-of-the-tests-with-40-characters"
REFUSED = {"code": "BAD_USER_INPUT", "field": ["after"]}
RENEWED = Token("renewed-token")


@pytest.fixture
def shop(emulator: Emulator) -> Emulator:
    seed_demo(emulator.store, emulator.clock, customers=10)
    return emulator


@asynccontextmanager
async def gateway(emulator: Emulator, **settings: Any) -> AsyncIterator[Graph]:
    """A gateway of its own in front of this emulator."""
    settings = {"gateway_auth": "forward", "square_base_url": emulator.url, **settings}
    chosen = Settings(_env_file=None, square_environment="emulator", **settings)
    listening = await listen(create_app(chosen), "127.0.0.1", 0)
    try:
        async with aiohttp.ClientSession() as http:
            yield Graph(listening, emulator, http)
    finally:
        await listening.close()


async def page(graph: Graph, after: str | None = None, **options: Any) -> tuple[list[str], str]:
    found = (await graph.data(PAGE, {"after": after}, **options))["customers"]
    return [node["id"] for node in found["nodes"]], found["pageInfo"]["endCursor"]


async def refused(graph: Graph, after: str, **options: Any) -> bool:
    """Whether a cursor is refused as an argument, before any call."""
    graph.reset()
    answer = await graph(PAGE, {"after": after}, **options)
    return [each["extensions"] for each in answer.get("errors", ())] == [REFUSED] and not graph.calls


async def test_a_cursor_outlives_the_token_that_it_was_made_with(graph: Graph, shop: Emulator) -> None:
    first, cursor = await page(graph)
    await shop.call("POST", "/_emulator/tokens", {"token": "renewed-token"}, token=None)
    await shop.call("POST", "/_emulator/tokens", {"token": "test-token", "state": "revoked"}, token=None)

    second, _ = await page(graph, cursor, token="renewed-token")

    assert len(first) == len(second) == 2
    assert not set(first) & set(second)


@pytest.mark.parametrize("token", ["second-seller-token", "second-app-token"])
async def test_a_cursor_is_not_anothers(graph: Graph, shop: Emulator, token: str) -> None:
    _, cursor = await page(graph)

    assert await refused(graph, cursor, token=token)


async def test_a_query_without_cursors_asks_square_for_nobody(graph: Graph, shop: Emulator) -> None:
    await graph.data("{ customers { nodes { id groups { name } } pageInfo { hasNextPage } } }")

    assert shop.recorded.token_status == 0


async def test_a_replica_with_the_same_secret_goes_on(shop: Emulator) -> None:
    async with gateway(shop, gateway_secret=SECRET) as one, gateway(shop, gateway_secret=SECRET) as two:
        first, cursor = await page(one)

        same, _ = await page(two, cursor)
        other, _ = await page(two, cursor, token="read-only-token")

    assert same == other
    assert not set(first) & set(same)


async def test_another_secret_refuses(shop: Emulator) -> None:
    async with gateway(shop, gateway_secret=SECRET) as one, gateway(shop, gateway_secret=SECRET + "x") as two:
        _, cursor = await page(one)

        assert await refused(two, cursor)


async def test_a_secret_outlives_the_process_and_none_does_not(shop: Emulator) -> None:
    async def ask(after: str | None, **environment: str) -> tuple[Any, str]:
        """The answer of a new process, and what it wrote."""
        given = {"SQUARE_ENVIRONMENT": "emulator", "SQUARE_BASE_URL": shop.url, **environment}
        async with (
            running("serve", "--port", "0", **given) as (process, url),
            shop.http.post(f"{url}/graphql", json={"query": PAGE, "variables": {"after": after}}) as response,
        ):
            return await response.json(), process.written

    kept, quiet = await ask(None, GATEWAY_SECRET=SECRET)
    lost, warned = await ask(None)
    cursors = [each["data"]["customers"]["pageInfo"]["endCursor"] for each in (kept, lost)]
    after_restart, _ = await ask(cursors[0], GATEWAY_SECRET=SECRET)
    after_loss, _ = await ask(cursors[1])

    assert len(after_restart["data"]["customers"]["nodes"]) == 2
    assert [each["extensions"] for each in after_loss["errors"]] == [REFUSED]
    assert "GATEWAY_SECRET is not set" in warned
    assert "GATEWAY_SECRET" not in quiet
    assert SECRET not in quiet


@pytest.mark.parametrize("key", ["first-key", "second-key"])
async def test_callers_with_keys_share_the_cursors_of_the_gateways_own_token(shop: Emulator, key: str) -> None:
    async with gateway(shop, gateway_auth="key", gateway_api_keys="first-key,second-key") as keyed:
        _, cursor = await page(keyed, token="first-key")

        assert len((await page(keyed, cursor, token=key))[0]) == 2


async def test_nothing_logged_names_a_token_or_a_hash_of_one(shop: Emulator) -> None:
    tokens = [*(each.token for each in TOKENS), SECRET, "first-key"]
    hashes = [
        getattr(hashlib, name)(each.encode()).hexdigest() for name in ("sha256", "sha1", "md5") for each in tokens
    ]
    with logged() as lines:
        async with gateway(shop, gateway_secret=SECRET) as one:
            for token in (each.token for each in TOKENS):
                await one(PAGE, {"after": (await page(one))[1]}, token=token)
        async with gateway(shop, gateway_secret=SECRET, gateway_auth="key", gateway_api_keys="first-key") as two:
            await page(two, token="first-key")
    digests = {line["tenant"] for line in lines.requests()}

    assert len(digests - {"-"}) == len(TOKENS)
    assert not [each for each in tokens if each in lines.text]
    assert not [each for each in hashes if each[:8] in lines.text]
    assert not lines.scanner.found


async def test_the_digest_in_the_log_is_the_same_on_every_replica(shop: Emulator) -> None:
    async def digests(**settings: Any) -> set[str]:
        with logged() as lines:
            async with gateway(shop, **settings) as one:
                await page(one)
        return {line["tenant"] for line in lines.requests()}

    one, two = await digests(gateway_secret=SECRET), await digests(gateway_secret=SECRET)
    other = await digests(gateway_secret=SECRET + "x")

    assert len(one) == 1
    assert one == two != other
