"""What a router may ask with its key alone: the schema, and whether the gateway is there. The rest needs a caller."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from graphql import get_introspection_query

from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from gateway.tools.sdl import federated_sdl
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.server.auth.issuer import KEYS, settings

KEY = "planted-router-key"
ROUTER = {"Router-Authorization": KEY}
OWN = {"square_access_token": "test-token", "square_environment": "sandbox"}
MODES: dict[str, dict[str, Any]] = {
    "forward": {"gateway_auth": "forward", "square_environment": "production"},
    "forward with the emulator": {"gateway_auth": "forward", "square_environment": "emulator"},
    "key": {**OWN, "gateway_auth": "key", "gateway_api_keys": "one-of-the-keys"},
    "jwt": {**OWN, **settings("keys.json")},
}
# What Apollo's gateway, rover, Cosmo's wgc and Hive send to read a subgraph, and to see whether it is there.
SCHEMA = [
    "query __ApolloGetServiceDefinition__ { _service { sdl } }",
    "query SubgraphIntrospectQuery { # eslint-disable-next-line\n _service { sdl } }",
    "query IntrospectSubgraph { subgraph: _service { ...Text } } fragment Text on _Service { sdl }",
    "{ _service { sdl __typename } ... on Query { __typename } }",
]
HEALTH = [
    "{ __typename }",
    "query __ApolloServiceHealthCheck__ { __typename }",
    "mutation { __typename }",
    "query ($all: Boolean = false) { __typename customers @include(if: $all) { nodes { id } } }",
]
GUARDED = [
    "{ customers(first: 1) { nodes { id } } }",
    "{ _service { sdl } customers(first: 1) { nodes { id } } }",
    "query ($all: Boolean = true) { __typename customers @include(if: $all) { nodes { id } } }",
    '{ _entities(representations: [{ __typename: "Customer", id: "A" }]) { ... on Customer { id } } }',
    'mutation { createCustomer(input: { givenName: "A" }) { customer { id } } }',
    "mutation { bulkCreateCustomers(customers: []) { idempotencyKey } }",
]
Start = Callable[..., Awaitable[Graph]]


@pytest.fixture
async def start(emulator: Emulator, tmp_path: Path) -> AsyncIterator[Start]:
    """Start gateways with a key for routers."""
    running, keys = [], tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": KEYS}))
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:

        async def started(mode: str, **more: Any) -> Graph:
            given = {**MODES[mode], "gateway_router_key": KEY, "square_base_url": emulator.url, **more}
            if "gateway_jwt_jwks_url" in given:
                given["gateway_jwt_jwks_url"] = str(keys)
            running.append(await listen(create_app(Settings(_env_file=None, **given)), "127.0.0.1", 0))
            return Graph(running[-1], emulator, http)

        yield started
    for each in running:
        await each.close()


async def ask(gateway: Graph, query: str, headers: dict[str, str] = ROUTER, **more: Any) -> tuple[int, Any]:
    async with gateway.http.post(gateway.url, json={"query": query, **more}, headers=headers) as response:
        return response.status, await response.json()


@pytest.mark.parametrize("mode", MODES)
async def test_the_key_alone_reads_the_schema_and_nothing_else(start: Start, mode: str) -> None:
    gateway = await start(mode)

    for query in SCHEMA:
        status, answer = await ask(gateway, query, operationName=None)
        [service] = [each for each in answer["data"].values() if isinstance(each, dict)]
        assert (status, service["sdl"]) == (200, federated_sdl())
    for query in HEALTH:
        status, answer = await ask(gateway, query)
        assert (status, set(answer)) == (200, {"data", "extensions"})
    for query in GUARDED:
        status, answer = await ask(gateway, query)
        assert (status, answer["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")
        assert "data" not in answer

    assert not gateway.calls


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shown", ["", "planted-router-ke", f"{KEY}x", f"Bearer {KEY}", None])
async def test_a_wrong_key_is_no_key(start: Start, mode: str, shown: str | None) -> None:
    gateway = await start(mode)
    headers = {} if shown is None else {"Router-Authorization": shown}

    for query in ("{ __typename }", "{ _service { sdl } }"):
        assert (await ask(gateway, query, headers))[0] == 401


async def test_two_keys_are_none(start: Start) -> None:
    gateway = await start("forward")
    headers = [("Router-Authorization", KEY), ("Router-Authorization", KEY)]

    async with gateway.http.post(gateway.url, json={"query": "{ __typename }"}, headers=headers) as response:
        assert response.status == 401


@pytest.mark.parametrize("authorization", ["", "Bearer", "Basic dXNlcjpwYXNz", "Bearer a b"])
async def test_with_the_key_a_caller_that_fails_to_identify_is_still_refused(start: Start, authorization: str) -> None:
    gateway = await start("forward")

    status, _ = await ask(gateway, "{ __typename }", {**ROUTER, "Authorization": authorization})

    assert status == 401


async def test_the_whole_schema_can_be_introspected_with_the_key_alone(start: Start) -> None:
    gateway = await start("forward")

    status, answer = await ask(gateway, get_introspection_query(), operationName="IntrospectionQuery")

    assert status == 200
    assert answer["data"]["__schema"]["queryType"]["name"] == "Query"


async def test_what_is_wrong_with_a_document_is_told_to_a_router(start: Start) -> None:
    gateway = await start("forward")

    _, answer = await ask(gateway, "{ _servise { sdl } }")

    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_a_get_with_the_key_needs_nothing_more(start: Start) -> None:
    gateway = await start("forward", gateway_allow_get=True)

    for query, status in (("{ __typename }", 200), ("{ _service { sdl } }", 200), (GUARDED[0], 401)):
        async with gateway.http.get(gateway.url, params={"query": query}, headers=ROUTER) as response:
            assert response.status == status


async def test_a_persisted_query_is_read_with_the_key_alone(start: Start) -> None:
    gateway = await start("forward")
    query = "{ _service { sdl } }"
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}

    assert (await ask(gateway, query, extensions=hashed))[0] == 200
    async with gateway.http.post(gateway.url, json={"extensions": hashed}, headers=ROUTER) as response:
        assert (await response.json())["data"]["_service"]["sdl"]


async def test_a_caller_behind_the_router_asks_for_both(start: Start) -> None:
    gateway = await start("forward")

    status, answer = await ask(gateway, GUARDED[1], {**ROUTER, "Authorization": "Bearer test-token"})

    assert status == 200
    assert answer["data"]["customers"] == {"nodes": []}


async def test_a_stream_with_the_key_alone_is_no_way_around(start: Start) -> None:
    gateway = await start("forward")
    headers = {**ROUTER, "Accept": "text/event-stream"}

    async with gateway.http.post(gateway.url, json={"query": SCHEMA[0]}, headers=headers) as response:
        assert "event: complete" in await response.text()
    async with gateway.http.post(gateway.url, json={"query": GUARDED[0]}, headers=headers) as response:
        assert response.status == 401
    assert not gateway.calls


async def test_a_socket_of_a_router_needs_a_caller_and_shows_the_schema_to_it(start: Start) -> None:
    gateway = await start("forward")
    subscribe = {"id": "1", "type": "subscribe", "payload": {"query": "{ _service { sdl } }"}}
    options: dict[str, Any] = {"protocols": ["graphql-transport-ws"], "headers": ROUTER}

    async with gateway.http.ws_connect(gateway.url, **options) as socket:
        await socket.send_json({"type": "connection_init"})
        await socket.receive()
        assert socket.close_code == 4401
    async with gateway.http.ws_connect(gateway.url, **options) as socket:
        await socket.send_json({"type": "connection_init", "payload": {"Authorization": "Bearer test-token"}})
        assert (await socket.receive_json())["type"] == "connection_ack"
        await socket.send_json(subscribe)
        assert (await socket.receive_json())["payload"]["data"]["_service"]["sdl"]
