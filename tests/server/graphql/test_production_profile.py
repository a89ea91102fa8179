"""What a gateway in production keeps to itself, and which cheap attacks on GraphQL servers it refuses."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from tests.conftest import Graph
from tests.emulator.conftest import Emulator

QUERY = "{ __typename }"
THREE_LISTS = """{ groups(first: 100) { nodes { customers(first: 100) { nodes { groups { customers(first: 100) {
  nodes { loyaltyAccounts { id } } } } } } } } }"""
TOKEN = {"Authorization": "Bearer test-token"}


@pytest.fixture
async def production(emulator: Emulator) -> AsyncIterator[Graph]:
    """The defaults of production, but for the address of Square."""
    settings = Settings(_env_file=None, square_environment="production", square_base_url=emulator.url)
    gateway = await listen(create_app(settings), "127.0.0.1", 0)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Graph(gateway, emulator, http)
    await gateway.close()


async def code(production: Graph, query: str, **variables: Any) -> str:
    answer = await production(query, variables)
    assert "data" not in answer, answer
    return str(answer["errors"][0]["extensions"]["code"])


async def status(production: Graph, method: str, **options: Any) -> tuple[int, str]:
    options["headers"] = TOKEN | options.get("headers", {})
    async with production.http.request(method, production.url, **options) as response:
        text = await response.text()
        return response.status, json.loads(text)["errors"][0]["extensions"]["code"]


async def test_it_serves(production: Graph) -> None:
    assert await production.data(QUERY) == {"__typename": "Query"}
    assert await production.data("{ customers(first: 1) { nodes { id } } }") == {"customers": {"nodes": []}}


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Customer") { name } }',
        "query IntrospectionQuery { __schema { types { name } } }",
        "{ a: __schema { directives { name } } }",
        "fragment A on Query { __schema { types { name } } } { ...A }",
        "{ __schema { types { fields { type { fields { type { name } } } } } } }",
        "{ _service { sdl } }",
        "query SubgraphIntrospectQuery { _service { sdl } }",
        "fragment A on Query { s: _service { sdl } } { ...A }",
        "{ __typename _service { __typename } }",
    ],
)
async def test_the_schema_cannot_be_read(production: Graph, query: str) -> None:
    assert await code(production, query) == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    "query",
    [
        "{ custmers { nodes { id } } }",
        "{ customers { nodes { idd } } }",
        "{ customer(idd: 1) { id } }",
        "{ customers { nodes { ... on Custmer { id } } } }",
        "{ customers(sort: {field: CREATED}) { nodes { id } } }",
        "{ customers(filter: {groupId: 1}) { nodes { id } } }",
        "query ($a: Custmer) { customers { nodes { id } } }",
        "{ __typename @skp(if: true) }",
    ],
)
async def test_mistakes_are_named_and_nothing_is_suggested(production: Graph, query: str) -> None:
    answer = await production(query)

    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "did you mean" not in json.dumps(answer).lower()


@pytest.mark.parametrize("query", ["{ _service { sdl } }", "{ __schema { queryType { name } } }"])
async def test_a_router_with_the_key_reads_it_all_the_same(emulator: Emulator, query: str) -> None:
    key = "planted-router-key"
    settings = Settings(
        _env_file=None, square_environment="production", square_base_url=emulator.url, gateway_router_key=key
    )
    gateway = await listen(create_app(settings), "127.0.0.1", 0)
    errors = {}
    async with aiohttp.ClientSession(headers=TOKEN) as http:
        for shown in (key, None, "", key[:-1], f"{key}x", f"Bearer {key}", "\u00e9"):
            headers = {} if shown is None else {"Router-Authorization": shown}
            async with http.post(f"{gateway.url}/graphql", json={"query": query}, headers=headers) as response:
                errors[shown] = {each["extensions"]["code"] for each in (await response.json()).get("errors", ())}
    await gateway.close()

    assert not errors.pop(key)
    assert list(errors.values()) == [{"GRAPHQL_VALIDATION_FAILED"}] * 6


async def test_without_a_key_in_the_settings_nobody_is_a_router(production: Graph) -> None:
    headers = {**TOKEN, "Router-Authorization": "None"}
    async with production.http.post(production.url, json={"query": "{ _service { sdl } }"}, headers=headers) as got:
        assert (await got.json())["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_mistakes_in_variables_suggest_nothing_either(production: Graph) -> None:
    query = "query ($s: CustomerSort) { customers(sort: $s) { nodes { id } } }"

    answer = await production(query, {"s": {"fild": "CREATED_AT"}})

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "did you mean" not in json.dumps(answer).lower()


@pytest.mark.parametrize("query", [QUERY, "mutation { __typename }", "subscription { __typename }"])
async def test_nothing_runs_by_get(production: Graph, query: str) -> None:
    assert await status(production, "GET", params={"query": query}) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    "type",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "text/plain", "application/graphql"],
)
async def test_nothing_runs_that_a_form_could_send(production: Graph, type: str) -> None:
    body = "query=%7B__typename%7D"

    assert await status(production, "POST", data=body, headers={"Content-Type": type}) == (
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    )


@pytest.mark.parametrize("count", [1, 2, 10, 1000])
async def test_lists_of_operations_are_not_executed(production: Graph, count: int) -> None:
    assert await status(production, "POST", json=[{"query": QUERY}] * count) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ " + " ".join(f"a{n}: __typename" for n in range(101)) + " }", "OPERATION_TOO_LARGE"),
        ("{ " + "__typename " * 500 + "}", "OPERATION_TOO_LARGE"),
        ("{ __typename @a@a@a@a@a@a@a@a@a@a }", "OPERATION_TOO_LARGE"),
        ("{ __typename " + "@skip(if: false)" * 4 + " }", "OPERATION_TOO_LARGE"),
        ('{ customer(id: "a") { ' + "id " * 500 + "} }", "OPERATION_TOO_LARGE"),
        ("{ customers(first: 300) { nodes { customAttributes { nodes { key } } } } }", "COST_LIMIT_EXCEEDED"),
        (THREE_LISTS, "COST_LIMIT_EXCEEDED"),
    ],
    ids=["aliases", "root fields", "directives", "known directives", "fields", "a list for each", "lists of lists"],
)  # fmt: skip
async def test_what_is_overloaded_is_refused_before_any_call(production: Graph, query: str, expected: str) -> None:
    assert await code(production, query) == expected
    assert not production.calls


async def test_there_is_no_trace_whatever_is_asked_for(production: Graph) -> None:
    headers = {**TOKEN, "apollo-tracing": "1", "apollo-federation-include-trace": "ftv1", "X-Debug": "1"}
    body = {"query": "{ customers { nodes { id } } }", "extensions": {"tracing": True}}
    async with production.http.post(production.url, json=body, headers=headers) as response:
        answer = await response.json()

    assert set(answer["extensions"]) == {"cost"}
    assert "server" not in {name.lower() for name in response.headers}


@pytest.mark.parametrize(
    "body",
    [
        "{",
        '{"query": 1}',
        '{"query": "{"}',
        '{"query": "{ customer(id: {}) { id } }"}',
        '{"query": "{ a }", "variables": 1}',
    ],
)
async def test_errors_show_no_stack_no_path_and_no_software(production: Graph, body: str) -> None:
    headers = {**TOKEN, "Content-Type": "application/json"}
    async with production.http.post(production.url, data=body, headers=headers) as response:
        text = await response.text()

    assert json.loads(text)["errors"][0]["extensions"]["code"]
    assert not any(word in text for word in ("Traceback", "File ", ".py", "graphql-core", "strawberry", "aiohttp"))


async def test_a_browser_gets_no_explorer(production: Graph) -> None:
    assert await status(production, "GET", headers={"Accept": "text/html"}) in {
        (405, "METHOD_NOT_ALLOWED"),
        (406, "NOT_ACCEPTABLE"),
    }


async def test_without_a_token_nothing_is_answered(production: Graph) -> None:
    answer = await production(QUERY, token=None)

    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
