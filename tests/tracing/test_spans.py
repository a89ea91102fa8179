"""What an OpenTelemetry collector is told of operations, webhooks and events."""

from __future__ import annotations

import asyncio
import re
import sys
import time

import pytest
from aiohttp import web

from gateway.server.connections.listener import listen
from gateway.settings import SettingsError, load
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.following import live_gateway
from tests.patience import PATIENCE
from tests.planted import EMAIL, NOTE, PHONE, PLANTED
from tests.server.lines import logged
from tests.server.sockets import opened, receive, subscribe
from tests.tracing.collector import Collector, Passing, attributes
from tests.tracing.conftest import Gateway

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE}-{PARENT}-01"
SERVER, CLIENT, CONSUMER = 2, 3, 5
FAILED = 2

NESTED = "query Nested { customers(first: 2) { nodes { id groups { name } loyaltyAccounts { balance } } } }"


async def ask(graph: Graph, query: str, **headers: str) -> dict[str, object]:
    sent = {"Authorization": "Bearer test-token", **headers}
    async with graph.http.post(graph.url, json={"query": query}, headers=sent) as answer:
        found: dict[str, object] = await answer.json()
    return found


async def customer(emulator: Emulator, **fields: object) -> str:
    status, body = await emulator.call("POST", "/v2/customers", {"idempotency_key": str(fields), **fields})
    assert status == 200
    id: str = body["customer"]["id"]
    return id


async def in_group(emulator: Emulator) -> None:
    _, body = await emulator.call(
        "POST", "/v2/customers/groups", {"idempotency_key": "g", "group": {"name": "Regulars"}}
    )
    id = await customer(emulator, given_name="Ada", email_address=EMAIL, phone_number=PHONE, note=NOTE)
    status, _ = await emulator.call("PUT", f"/v2/customers/{id}/groups/{body['group']['id']}")
    assert status == 200


async def test_a_nested_query_is_one_trace_from_the_caller_to_square(
    gateway: Gateway, collector: Collector, emulator: Emulator, square: Passing
) -> None:
    await in_group(emulator)
    emulator.faults.add("status", "RetrieveCustomerGroup", status=503, count=1)

    async with gateway(gateway_telemetry="otlp", gateway_trace_ratio=0) as graph:
        with logged() as lines:
            await ask(graph, NESTED, traceparent=TRACEPARENT, tracestate="shop=1", baggage="tier=gold")
        operation = await collector.until("query")

    assert collector.resource["service.name"] == "square-graphql-gateway"
    assert (operation.trace_id.hex(), operation.parent_span_id.hex(), operation.kind) == (TRACE, PARENT, SERVER)
    said = attributes(operation)
    assert said == {
        "graphql.operation.type": "query",
        "graphql.operation.name": "Nested",
        "http.request.method": "POST",
        "http.route": "/graphql",
        "url.path": "/graphql",
        "http.response.status_code": 200,
        "gateway.calls": 3,
        "gateway.retries": 1,
    }
    levels = collector.children(operation)
    assert [each.name for each in levels] == ["plan", "level 1", "level 2"]
    first, second = ([*collector.children(each)] for each in levels[1:])
    assert [each.name for each in first] == ["GET /v2/customers"]
    assert attributes(first[0])["server.address"] == "127.0.0.1"

    calls = [(attributes(each), each) for each in (*first, *second)]
    assert all(each.kind == CLIENT and each.trace_id == operation.trace_id for _, each in calls)
    told = [
        (one["square.operation"], one["gateway.attempt"], one.get("http.response.status_code"), one["gateway.cache"])
        for one, _ in calls
    ]
    assert sorted(told) == [
        ("ListCustomers", 1, 200, "none"),
        ("RetrieveCustomerGroup", 1, 503, "none"),
        ("RetrieveCustomerGroup", 2, 200, "none"),
        ("SearchLoyaltyAccounts", 1, 200, "none"),
    ]
    assert second[-1].name == "GET /v2/customers/groups/{group_id}"
    failed = [(one["error.type"], each.status.code) for one, each in calls if "error.type" in one]
    assert failed == [("503", FAILED)]
    assert [one["http.request.resend_count"] for one, _ in calls if "http.request.resend_count" in one] == [1]

    # Each request to Square brings the context of its own span.
    ours = sorted(f"00-{TRACE}-{each.span_id.hex()}-01" for _, each in calls)
    assert sorted(headers["traceparent"] for _, headers in square.headers) == ours
    assert {(one["tracestate"], one["baggage"]) for _, one in square.headers} == {("shop=1", "tier=gold")}
    assert {one["user-agent"] for _, one in square.headers} == {"square-graphql-gateway/0.1.0"}
    assert [each["traceId"] for each in lines.requests()] == [TRACE]

    # In `tracestate` callers may have written anything: it is passed on, and in no span.
    assert not any(each.trace_state for each in collector.spans)
    text = " ".join(map(str, collector.spans))
    assert not any(each in text for each in (*PLANTED, "Ada", "balance", "first: 2"))


async def test_a_failed_mutation_and_an_unknown_path_tell_codes_and_no_ids(
    gateway: Gateway, collector: Collector, square: Passing
) -> None:
    mutation = 'mutation { deleteCustomer(id: "NOBODY") { userErrors { code } } }'
    read = '{ customer(id: "NOBODY") { note } }'

    async with gateway(gateway_telemetry="otlp", gateway_trace_ratio=1) as graph:
        await ask(graph, mutation)
        await ask(graph, read)
        await ask(graph, "{ nothing }")
        async with graph.http.get(f"{graph.gateway.url}/nowhere/{EMAIL}"):
            pass
        await collector.until("GET unknown")
        operations = [each for each in collector.spans if each.kind == SERVER]

    assert sorted(each.name for each in operations) == ["GET unknown", "POST /graphql", "mutation", "query"]
    refused = next(each for each in operations if each.name == "POST /graphql")
    assert (attributes(refused)["error.type"], refused.status.code) == ("GRAPHQL_VALIDATION_FAILED", FAILED)
    (deleted,) = [each for each in collector.spans if each.name == "DELETE /v2/customers/{customer_id}"]
    assert (attributes(deleted)["error.type"], attributes(deleted)["gateway.outcome"]) == ("404", "NotFound")
    assert "NOBODY" not in str(collector.spans)


async def test_what_no_request_was_sent_for_says_who_answered(
    gateway: Gateway, collector: Collector, emulator: Emulator
) -> None:
    await in_group(emulator)

    async with gateway(gateway_telemetry="otlp", gateway_trace_ratio=1, gateway_reference_cache=30) as graph:
        for _ in range(2):
            await ask(graph, "{ groups { nodes { name } } }")
        remembered = await collector.until("ListCustomerGroups")

    assert attributes(remembered) == {
        "square.operation": "ListCustomerGroups",
        "gateway.cache": "memory",
        "gateway.outcome": "ok",
    }


async def test_the_events_of_a_subscription_are_linked_to_the_webhooks_that_caused_them(
    collector: Collector, emulator: Emulator
) -> None:
    async with (
        live_gateway(emulator, gateway_telemetry="otlp", gateway_trace_ratio=1) as live,
        live.follow("subscription { customerChanged { customer { givenName } position } }") as follower,
        live.follow("subscription { customerChanged { customer { loyaltyAccounts { balance } } } }"),
    ):
        await customer(emulator, given_name="Ada")
        await follower.change()
        event = await collector.until("event")

    webhooks = [each for each in collector.spans if each.name == "POST /webhooks/square"]
    assert (webhooks[0].kind, attributes(webhooks[0])["square.event.type"]) == (SERVER, "customer.created")
    assert event.kind == CONSUMER
    assert event.trace_id not in {each.trace_id for each in webhooks}
    # The emulator, as Square, tells of a new customer more than once.
    causes = {(each.trace_id, each.span_id) for each in event.links}
    assert (webhooks[0].trace_id, webhooks[0].span_id) in causes
    assert causes <= {(each.trace_id, each.span_id) for each in webhooks}
    # One plan, of what both need.
    parts = {each.name: each for each in collector.children(event)}
    assert sorted(parts) == ["level 1", "level 2", "plan"]
    reads = [attributes(each)["square.operation"] for name in sorted(parts) for each in collector.children(parts[name])]
    assert reads == ["BulkRetrieveCustomers", "SearchLoyaltyAccounts"]


async def test_an_operation_on_a_socket_has_the_context_that_comes_with_it(
    gateway: Gateway, collector: Collector
) -> None:
    on_opening, own = f"00-{'1' * 32}-{'a' * 16}-01", f"00-{'2' * 32}-{'b' * 16}-01"

    async with gateway(gateway_telemetry="otlp", gateway_trace_ratio=0) as graph:
        url = graph.url.replace("http", "ws", 1)
        async with graph.http.ws_connect(url, protocols=["graphql-transport-ws"]) as socket:
            await opened(socket, {"Authorization": "Bearer test-token", "headers": {"Traceparent": on_opening}})
            for extensions in (None, {"traceparent": own}):
                await socket.send_json(subscribe("{ __typename }", extensions=extensions))
                while (await receive(socket))["type"] != "complete":
                    pass
        await collector.until("query", 2)

    found = {each.trace_id.hex(): each.parent_span_id.hex() for each in collector.spans if each.name == "query"}
    assert found == {"1" * 32: "a" * 16, "2" * 32: "b" * 16}


async def test_a_collector_that_hangs_costs_one_line_and_a_short_while_at_the_end(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, square: Passing
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.05")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "5")

    with logged() as lines:
        async with gateway(gateway_telemetry="otlp", gateway_trace_ratio=1) as graph:
            answers = [await ask(graph, "{ __typename }") for _ in range(20)]
            began = time.monotonic()
        took = time.monotonic() - began

    assert answers == [{"data": {"__typename": "Query"}, "extensions": answers[0]["extensions"]}] * 20
    assert took < 10
    assert len(re.findall("collector of traces", lines.text)) == 1


async def test_a_collector_that_sends_elsewhere_takes_none_which_one_line_tells(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def elsewhere(_: web.Request) -> web.Response:
        asked.set()
        return web.Response(status=307, headers={"Location": "https://collector.example/v1/traces"})

    app = web.Application()
    app.router.add_post("/v1/traces", elsewhere)
    proxy = await listen(app, "127.0.0.1", 0)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", proxy.url)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "5")

    with logged() as lines:
        async with gateway(gateway_telemetry="otlp", gateway_trace_ratio=1) as graph:
            await ask(graph, "{ __typename }")
            async with asyncio.timeout(PATIENCE):
                await asked.wait()
    await proxy.close()

    assert len(re.findall("The collector of traces takes none", lines.text)) == 1


def test_without_the_extra_telemetry_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk", None)

    with pytest.raises(SettingsError, match=r"install square-graphql-gateway\[telemetry\]"):
        load(gateway_telemetry="otlp")
