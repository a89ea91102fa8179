"""What a client of the graph sees of Square's troubles, and what is left behind in Square's books."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.conftest import Graph

RENAME = 'mutation { updateCustomerGroup(id: "%s", input: { name: "Friends" }) { group { name } } }'
CREATE = """mutation { createCustomerGroup(input: { name: "Regulars" }%s) { group { id } idempotencyKey } }"""


async def new_group(graph: Graph, name: str = "Old friends") -> str:
    _, body = await graph.emulator.call("POST", "/v2/customers/groups", {"group": {"name": name}})
    graph.reset()
    return str(body["group"]["id"])


async def group_names(graph: Graph) -> list[str]:
    _, body = await graph.emulator.call("GET", "/v2/customers/groups")
    return [group["name"] for group in body.get("groups", [])]


def named(group: str) -> str:
    return f'group(id: "{group}") {{ name }}'


def failure(answer: dict[str, Any]) -> dict[str, Any]:
    (error,) = answer["errors"]
    return {"message": error["message"], "path": error.get("path"), **error["extensions"]}


@pytest.mark.parametrize("kind", ["reset_after", "truncated"])
async def test_a_rename_that_is_seen_afterwards_was_done(graph: Graph, kind: str) -> None:
    group = await new_group(graph)
    graph.emulator.faults.add(kind, "UpdateCustomerGroup", count=1)

    assert await graph.data(RENAME % group) == {"updateCustomerGroup": {"group": {"name": "Friends"}}}
    assert graph.calls["UpdateCustomerGroup"] == 1


@pytest.mark.parametrize("kind", ["reset_before", "status"])
async def test_a_rename_that_gets_no_answer_is_sent_once_and_the_client_told_to_look(graph: Graph, kind: str) -> None:
    group = await new_group(graph)
    graph.emulator.faults.add(kind, "UpdateCustomerGroup", count=1)

    error = failure(await graph(RENAME % group))

    assert (error["code"], error["retryable"]) == ("UPSTREAM_AMBIGUOUS", False)
    assert "before you send it again" in error["message"]
    assert graph.calls["UpdateCustomerGroup"] == 1


@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "truncated", "status"])
async def test_a_keyed_creation_that_gets_no_answer_is_done_once_and_answered(graph: Graph, kind: str) -> None:
    graph.emulator.faults.add(kind, "CreateCustomerGroup", count=1)

    data = await graph.data(CREATE % "")

    assert data["createCustomerGroup"]["group"]["id"]
    assert await group_names(graph) == ["Regulars"]


async def test_the_key_in_the_error_finds_what_the_lost_creation_made(graph: Graph) -> None:
    graph.emulator.faults.add("reset_after", "CreateCustomerGroup", count=3)
    key = failure(await graph(CREATE % ""))["idempotencyKey"]

    await graph.data(CREATE % f', idempotencyKey: "{key}"')

    assert await group_names(graph) == ["Regulars"]


async def test_one_failing_field_leaves_its_siblings(graph: Graph) -> None:
    group = await new_group(graph)
    graph.emulator.faults.add("status", "ListCustomerSegments", status=503)

    answer = await graph("{ segments { nodes { id } } " + named(group) + " }")

    assert answer["data"] == {"segments": None, "group": {"name": "Old friends"}}
    error = failure(answer)
    assert (error["code"], error["path"]) == ("UPSTREAM_UNAVAILABLE", ["segments"])
    assert graph.calls["ListCustomerSegments"] == 3


async def test_a_short_rate_limit_is_invisible_and_a_long_one_says_when_to_return(graph: Graph) -> None:
    group = await new_group(graph)
    query = "{ " + named(group) + " }"
    graph.emulator.faults.add("status", "RetrieveCustomerGroup", count=1, status=429, retry_after="0")
    assert (await graph.data(query))["group"]["name"] == "Old friends"

    graph.emulator.faults.add("status", "RetrieveCustomerGroup", count=1, status=429, retry_after="60")

    error = failure(await graph(query))
    assert (error["code"], error["retryAfter"]) == ("RATE_LIMITED", 60.0)


async def test_a_mutation_is_carried_out_although_its_client_hung_up(graph: Graph) -> None:
    group = await new_group(graph)
    graph.emulator.faults.add("latency", "UpdateCustomerGroup", count=1, milliseconds=50)
    async with aiohttp.ClientSession() as leaving:
        headers = {"Authorization": "Bearer test-token"}
        request = asyncio.ensure_future(leaving.post(graph.url, json={"query": RENAME % group}, headers=headers))
        while not graph.calls["UpdateCustomerGroup"]:  # noqa: ASYNC110 - the emulator tells nobody
            await asyncio.sleep(0)
        request.cancel()
        await asyncio.wait([request])

    await graph.gateway.close()

    assert await group_names(graph) == ["Friends"]


async def test_two_operations_that_ask_the_same_at_once_cost_one_call(graph: Graph) -> None:
    group = await new_group(graph)
    graph.emulator.faults.add("latency", "RetrieveCustomerGroup", milliseconds=30)

    answers = await asyncio.gather(*(graph.data("{ " + named(group) + " }") for _ in range(5)))

    assert [answer["group"]["name"] for answer in answers] == ["Old friends"] * 5
    assert graph.calls["RetrieveCustomerGroup"] == 1
