"""`extensions.ftv1`: the trace that Apollo's routers ask a subgraph for, and who gets it."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import pytest
import strawberry

from gateway.context import new_context
from gateway.graph.engine import Engine
from gateway.graph.subgraph.area import Registry
from gateway.square.client import Square
from gateway.tenant import Tenant
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.graph.planning.batch_world import uneven, world
from tests.planted import NOTE, PLANTED
from tests.tracing.apollo_trace import nodes, read
from tests.tracing.conftest import Gateway
from tests.tracing.test_spans import customer, in_group

ASKING = {"apollo-federation-include-trace": "ftv1"}
QUERY = """query Nested {
  all: customers(first: 2) { nodes { id note groups { name } loyaltyAccounts { balance } } }
}"""


async def ask(graph: Graph, query: str, **headers: str) -> tuple[Any, str]:
    """An answer, and for how long it may be kept."""
    sent = {"Authorization": "Bearer test-token", **headers}
    async with graph.http.post(graph.url, json={"query": query}, headers=sent) as answer:
        return await answer.json(), answer.headers["Cache-Control"]


async def test_references_that_come_one_by_one_are_traced_for_the_calls_that_were_planned(
    gateway: Gateway, emulator: Emulator
) -> None:
    ids = (await world(emulator))["LoyaltyAccount"][:20]
    uneven(emulator)
    listed = ", ".join(f'{{__typename: "LoyaltyAccount", id: "{id}"}}' for id in ids)
    query = (
        f"""{{ _entities(representations: [{listed}]) {{ ... on LoyaltyAccount {{ customer {{ givenName }} }} }} }}"""
    )

    async with gateway() as graph:
        graph.reset()
        answer, _ = await ask(graph, query, **ASKING)

    assert "errors" not in answer
    assert answer["extensions"]["ftv1"]
    assert graph.calls == {"RetrieveLoyaltyAccount": 20, "BulkRetrieveCustomers": 1}


async def test_a_trace_tells_of_each_resolver_where_it_stands_and_how_long_it_took(
    gateway: Gateway, emulator: Emulator
) -> None:
    await in_group(emulator)
    await customer(emulator, given_name="Grace")

    async with gateway() as graph:
        graph.reset()
        plain, _ = await ask(graph, QUERY)
        expected = graph.calls
        graph.reset()
        answer, _ = await ask(graph, QUERY, **ASKING)

    assert answer["data"] == plain["data"]
    assert graph.calls == expected == {"ListCustomers": 1, "RetrieveCustomerGroup": 1, "SearchLoyaltyAccounts": 1}
    trace = read(answer["extensions"]["ftv1"])
    found = nodes(trace)
    lists = ("all", "nodes")
    assert {path: (each.parent_type, each.type) for path, each in found.items()} == {
        ("all",): ("Query", "CustomerConnection"),
        lists: ("", ""),
        (*lists, 0): ("", ""),
        (*lists, 0, "groups"): ("Customer", "[Group!]"),
        (*lists, 0, "loyaltyAccounts"): ("Customer", "[LoyaltyAccount!]"),
        (*lists, 1): ("", ""),
        (*lists, 1, "groups"): ("Customer", "[Group!]"),
        (*lists, 1, "loyaltyAccounts"): ("Customer", "[LoyaltyAccount!]"),
    }
    assert time.time() - 60 < trace.start_time.ToSeconds() <= trace.end_time.ToSeconds() < time.time() + 60
    root, below = found["all",], found[(*lists, 0, "groups")]
    assert 0 < root.start_time < root.end_time <= below.start_time < below.end_time <= trace.duration_ns


async def test_what_a_router_asks_of_entities_is_traced(gateway: Gateway, emulator: Emulator) -> None:
    ids = [await customer(emulator, given_name=name) for name in ("Ada", "Grace")]
    asked = ", ".join(f'{{__typename: "Customer", id: "{id}"}}' for id in ids)
    query = (
        f"{{ _entities(representations: [{asked}]) {{ ... on Customer {{ givenName loyaltyAccounts {{ id }} }} }} }}"
    )

    async with gateway() as graph:
        graph.reset()
        answer, _ = await ask(graph, query, **ASKING)

    assert [each["givenName"] for each in answer["data"]["_entities"]] == ["Ada", "Grace"]
    assert graph.calls == {"BulkRetrieveCustomers": 1, "SearchLoyaltyAccounts": 1}
    found = nodes(read(answer["extensions"]["ftv1"]))
    assert found["_entities",].parent_type == "Query"
    assert [found["_entities", index, "loyaltyAccounts"].parent_type for index in (0, 1)] == ["Customer"] * 2


async def test_an_error_in_a_trace_says_what_the_caller_is_told(gateway: Gateway, emulator: Emulator) -> None:
    await in_group(emulator)
    emulator.faults.add("status", "SearchLoyaltyAccounts", status=500)

    async with gateway(gateway_attempts=1) as graph:
        plain, _ = await ask(graph, QUERY)
        answer, _ = await ask(graph, QUERY, **ASKING)

    assert (answer["data"], answer["errors"]) == (plain["data"], plain["errors"])
    [told] = answer["errors"]
    [error] = nodes(read(answer["extensions"]["ftv1"]))[tuple(told["path"])].error
    assert error.message == told["message"]
    assert [{"line": each.line, "column": each.column} for each in error.location] == told["locations"]
    assert json.loads(error.json) == {each: told[each] for each in ("message", "locations", "path")}


async def test_an_error_that_nobody_expected_is_masked_in_a_trace(caplog: pytest.LogCaptureFixture) -> None:
    @strawberry.type
    class Query:
        @strawberry.field
        def fails(self) -> int:
            raise RuntimeError(NOTE)

    engine = Engine(strawberry.Schema(Query), Registry(()))
    prepared = engine.prepare("{ fails }")
    context = new_context(Square("http://127.0.0.1:1"), Tenant("token", "emulator", "2026-09-16"))
    answer = await engine.execute(prepared, prepared.operation(None), context, federated=True)

    [error] = nodes(read(answer["extensions"]["ftv1"]))["fails",].error
    assert error.message == answer["errors"][0]["message"] == "Something went wrong inside the gateway."
    assert not any(each in error.json for each in PLANTED)
    # It is logged as without a trace: once, and by where it was raised.
    [line] = [each.getMessage() for each in caplog.records if "A resolver failed" in each.getMessage()]
    assert "RuntimeError" in line
    assert "fails" in line


async def test_a_write_with_a_trace_happens_once_and_in_turn(gateway: Gateway) -> None:
    group = 'createCustomerGroup(input: {name: "%s"}) { group { name } }'
    mutation = f"mutation {{ a: {group % 'First'} b: {group % 'Second'} }}"

    async with gateway() as graph:
        answer, _ = await ask(graph, mutation, **ASKING)

    assert graph.calls == {"CreateCustomerGroup": 2}
    assert [each["group"]["name"] for each in answer["data"].values()] == ["First", "Second"]
    found = nodes(read(answer["extensions"]["ftv1"]))
    assert found["a",].parent_type == "Mutation"
    assert found["a",].end_time <= found["b",].start_time


async def test_an_answer_with_a_trace_is_not_kept_and_counts_as_run_by_graphql_core(gateway: Gateway) -> None:
    query = "{ groups { nodes { name } } }"

    async with gateway(gateway_reference_cache=30) as graph:
        kept = [(await ask(graph, query, **headers))[1] != "no-store" for headers in ({}, ASKING, {})]
        async with graph.http.get(f"{graph.gateway.url}/metrics") as metrics:
            lines = (await metrics.text()).splitlines()

    assert kept == [True, False, True]
    assert "gateway_execution_fallbacks_total 1.0" in lines


@pytest.mark.parametrize(
    ("settings", "headers", "given"),
    [
        ({}, ASKING, True),
        ({}, {}, False),
        ({}, {"apollo-federation-include-trace": "ftv2"}, False),
        ({"gateway_trace": False}, ASKING, False),
        ({"gateway_trace": False, "gateway_router_key": "its"}, ASKING, False),
        ({"gateway_trace": False, "gateway_router_key": "its"}, {**ASKING, "Router-Authorization": "its"}, True),
        ({"gateway_trace_key": "a-key"}, ASKING, False),
        ({"gateway_trace_key": "a-key"}, {**ASKING, "Gateway-Trace": "a-key"}, True),
    ],
)
async def test_a_router_with_its_key_gets_a_trace_and_others_as_they_get_ours(
    gateway: Gateway, settings: dict[str, Any], headers: dict[str, str], given: bool
) -> None:
    async with gateway(**settings) as graph:
        answer, _ = await ask(graph, "{ __typename }", **headers)

    assert answer["data"] == {"__typename": "Query"}
    assert ("ftv1" in answer["extensions"]) == given


async def test_without_the_library_nobody_gets_a_trace(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.protobuf", None)

    async with gateway() as graph:
        answer, _ = await ask(graph, "{ __typename }", **ASKING)

    assert "ftv1" not in answer["extensions"]
