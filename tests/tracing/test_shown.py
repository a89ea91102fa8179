"""`extensions.trace`: who gets it, and what it says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.following import Follower, live_gateway
from tests.server.sockets import opened, subscribe
from tests.tracing.conftest import Gateway
from tests.tracing.test_spans import NESTED, customer, in_group

PRODUCTION = {"square_environment": "production", "square_base_url": None}
ASKED = {"extensions": {"trace": True}}


async def shown(graph: Graph, **headers: str) -> Any:
    sent = {"Authorization": "Bearer test-token", **headers}
    async with graph.http.post(graph.url, json={"query": "{ __typename }"}, headers=sent) as answer:
        return (await answer.json())["extensions"].get("trace")


async def test_a_trace_shows_the_calls_of_an_operation_with_their_attempts(
    gateway: Gateway, emulator: Emulator
) -> None:
    await in_group(emulator)
    emulator.faults.add("status", "RetrieveCustomerGroup", status=503, count=1)

    async with gateway() as graph:
        answer = await graph(NESTED, **ASKED)

    trace = answer["extensions"]["trace"]
    assert list(trace) == ["version", "start", "durationMs", "plan", "calls"]
    assert trace["version"] == 1
    assert abs((datetime.now(UTC) - datetime.fromisoformat(trace["start"])).total_seconds()) < 60
    assert trace["plan"][0] == {
        "level": 1,
        "field": "customers",
        "operation": "ListCustomers",
        "calls": 1,
        "further": False,
    }
    assert [(each["level"], each["operation"], each["calls"]) for each in trace["plan"][1:] if not each["further"]] == [
        (2, "ListCustomerGroups", 1),
        (2, "SearchLoyaltyAccounts", 1),
    ]
    calls = {each["operation"]: each for each in trace["calls"]}
    assert {name: (each["level"], each["cache"], each["outcome"]) for name, each in calls.items()} == {
        "ListCustomers": (1, "none", "ok"),
        "RetrieveCustomerGroup": (2, "none", "ok"),
        "SearchLoyaltyAccounts": (2, "none", "ok"),
    }
    attempts = calls["RetrieveCustomerGroup"]["attempts"]
    assert [(each["status"], each["outcome"]) for each in attempts] == [(503, "Unavailable"), (200, "ok")]
    ends = [each["startMs"] + each["durationMs"] for each in (*attempts, *calls.values())]
    assert all(0 < each <= trace["durationMs"] for each in ends)
    assert attempts[0]["startMs"] + attempts[0]["durationMs"] <= attempts[1]["startMs"]


async def test_a_trace_comes_with_writes_and_with_errors(gateway: Gateway, emulator: Emulator) -> None:
    emulator.faults.add("status", "ListCustomers", status=500)

    async with gateway() as graph:
        written = await graph('mutation { deleteCustomer(id: "NOBODY") { userErrors { code } } }', **ASKED)
        failed = await graph("{ customers(first: 1) { nodes { id } } }", **ASKED)

    (call,) = written["extensions"]["trace"]["calls"]
    assert (call["operation"], call["outcome"], call["attempts"][0]["status"]) == ("DeleteCustomer", "NotFound", 404)
    (call,) = failed["extensions"]["trace"]["calls"]
    assert failed["errors"]
    assert (call["outcome"], {each["status"] for each in call["attempts"]}) == ("Unavailable", {500})
    assert len(call["attempts"]) == failed["extensions"]["cost"]["retries"] + 1


async def test_an_answer_with_a_trace_is_not_kept_and_shows_what_was_remembered(
    gateway: Gateway, emulator: Emulator
) -> None:
    await in_group(emulator)
    body = {"query": "{ groups { nodes { name } } }"}
    kept, caches = [], []

    async with gateway(gateway_reference_cache=30) as graph:
        for extensions in ({}, ASKED, {}):
            sent = {"Authorization": "Bearer test-token"}
            async with graph.http.post(graph.url, json=body | extensions, headers=sent) as answer:
                kept.append(answer.headers["Cache-Control"] != "no-store")
                caches += [
                    each["cache"] for each in (await answer.json())["extensions"].get("trace", {}).get("calls", [])
                ]

    assert kept == [True, False, True]
    assert caches == ["memory"]


@pytest.mark.parametrize(
    ("settings", "headers", "given"),
    [
        ({}, {}, False),
        ({}, {"Gateway-Trace": "1"}, True),
        ({}, {"Gateway-Trace": "no"}, False),
        ({"gateway_trace": False}, {"Gateway-Trace": "1"}, False),
        ({"gateway_trace_key": "a-key"}, {"Gateway-Trace": "1"}, False),
        ({"gateway_trace_key": "a-key"}, {"Gateway-Trace": "a-key"}, True),
        ({"square_environment": "production", "square_base_url": None}, {"Gateway-Trace": "1"}, False),
        (
            {"square_environment": "production", "square_base_url": None, "gateway_trace": True},
            {"Gateway-Trace": "1"},
            True,
        ),
    ],
)
async def test_who_is_shown_a_trace_is_a_setting(
    gateway: Gateway, settings: dict[str, Any], headers: dict[str, str], given: bool
) -> None:
    async with gateway(**settings) as graph:
        assert bool(await shown(graph, **headers)) == given


async def test_with_a_key_the_body_alone_asks_in_vain(gateway: Gateway) -> None:
    async with gateway(gateway_trace_key="a-key") as graph:
        answer = await graph("{ __typename }", **ASKED)

    assert "trace" not in answer["extensions"]


async def test_each_event_of_a_subscription_shows_the_trace_of_its_reading(emulator: Emulator) -> None:
    query = "subscription { customerChanged { customer { givenName } } }"
    async with live_gateway(emulator) as live, live.follow(query) as other:
        url = live.url.replace("http", "ws", 1)
        async with live.http.ws_connect(url, protocols=["graphql-transport-ws"]) as socket:
            await opened(socket, {"Authorization": "Bearer test-token"})
            before = await live.subscribers()
            await socket.send_json(subscribe(query, **ASKED))
            while await live.subscribers() == before:
                pass
            await customer(emulator, given_name="Ada")
            asked, not_asked = (await Follower(socket).response(), await other.response())

    (planned,) = asked["extensions"]["trace"]["plan"]
    (call,) = asked["extensions"]["trace"]["calls"]
    assert (call["operation"], call["level"]) == ("BulkRetrieveCustomers", planned["level"])
    assert "trace" not in not_asked["extensions"]
