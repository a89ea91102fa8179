"""What may come by GET: only what reads, whatever else is wrong with it."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.conftest import Graph
from tests.server.conftest import Site

EVENTS = "text/event-stream"
JSON = "application/json"
STRICT = "application/graphql-response+json"
ASKED = {"Apollo-Require-Preflight": "true"}
TOKEN = {"Authorization": "Bearer test-token"}
DEEP = "{a" * 30 + "}" * 30

NEVER_BY_GET = {
    "a mutation": 'mutation { note(text: "a") }',
    "a mutation of unknown fields": "mutation { x }",
    "a mutation with a wrong argument": "mutation { note(txt: 1) }",
    "a mutation with an unused fragment": "mutation { __typename } fragment A on Query { hello }",
    "a mutation that is too deep": f"mutation {DEEP}",
    "a subscription": "subscription { live }",
    "a subscription to unknown fields": "subscription { x }",
    "a subscription to two fields": "subscription { live breaks }",
}


@pytest.mark.parametrize("accept", [JSON, STRICT, "*/*"])
@pytest.mark.parametrize("name", NEVER_BY_GET)
async def test_what_does_not_only_read_is_refused_whether_or_not_it_is_valid(
    site: Site, name: str, accept: str
) -> None:
    answer = await site.send("GET", params={"query": NEVER_BY_GET[name]}, headers={"Accept": accept, **ASKED})

    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "POST, OPTIONS"
    assert not site.stage.entered.is_set()


@pytest.mark.parametrize("kind", ["mutation", "subscription"])
async def test_a_kind_of_operation_that_the_schema_does_not_have_is_no_exception(graph: Graph, kind: str) -> None:
    headers = {"Accept": JSON, **TOKEN}
    async with graph.http.get(graph.url, params={"query": f"{kind}{{x}}"}, headers=headers) as response:
        assert response.status == 405
        assert response.headers["Allow"] == "POST, OPTIONS"


@pytest.mark.parametrize(
    ("query", "name", "status", "code"),
    [
        ("{ x }", None, 200, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { x } mutation B { x }", "A", 200, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { x } mutation B { x }", "B", 405, "METHOD_NOT_ALLOWED"),
        ("query A { x } mutation B { x }", None, 200, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } mutation B { note(text: 1) }", "C", 200, "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } mutation B { __typename }", None, 400, "OPERATION_RESOLUTION_FAILURE"),
        ("mutation {", None, 200, "GRAPHQL_PARSE_FAILED"),
        ("mutation {" + " a" * 2000 + "}", None, 200, "GRAPHQL_PARSE_FAILED"),
    ],
)
async def test_the_operation_that_is_asked_for_decides(
    site: Site, query: str, name: str | None, status: int, code: str
) -> None:
    params = {"query": query} if name is None else {"query": query, "operationName": name}

    answer = await site.send("GET", params=params, headers={"Accept": JSON, **ASKED})

    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize("query", ["subscription { x }", "subscription { live breaks }"])
async def test_whoever_accepts_a_stream_learns_in_it_what_is_wrong(site: Site, query: str) -> None:
    answer = await site.send("GET", params={"query": query}, headers={"Accept": EVENTS, **ASKED})

    assert answer.status == 200
    assert b"GRAPHQL_VALIDATION_FAILED" in answer.body


async def test_accepting_a_stream_lets_no_mutation_in(site: Site) -> None:
    answer = await site.send("GET", params={"query": "mutation { x }"}, headers={"Accept": EVENTS, **ASKED})

    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")


async def test_a_mutation_that_was_registered_and_is_asked_for_by_its_hash_is_refused_as_well(graph: Graph) -> None:
    query = "mutation { x }"
    hashed = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}
    await graph(query, extensions=hashed)

    params = {"extensions": json.dumps(hashed)}
    async with graph.http.get(graph.url, params=params, headers={"Accept": JSON, **TOKEN}) as response:
        assert response.status == 405


async def test_by_post_the_same_document_is_told_what_is_wrong(site: Site) -> None:
    answer = await site.post({"query": "mutation { x }"})

    assert (answer.status, answer.code) == (200, "GRAPHQL_VALIDATION_FAILED")
