"""How long an answer may be kept by its caller: as long as all that it is made of is remembered, and no longer."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.emulator.store.faults import Kind
from tests.areas.people import make_customers, make_groups
from tests.conftest import Graph
from tests.following import Live, live_gateway

GROUPS = "{ groups { nodes { name } } }"
CUSTOMERS = "{ customers(first: 1) { nodes { givenName } } }"
FORWARDED = {"Authorization": "Bearer test-token", "Apollo-Require-Preflight": "true"}


async def headers(graph: Graph, method: str, query: str, **more: str) -> Any:
    sent: dict[str, Any] = {"json": {"query": query}} if method == "POST" else {"params": {"query": query}}
    async with graph.http.request(method, graph.url, headers={**FORWARDED, **more}, **sent) as response:
        await response.read()
        assert response.status == 200
        return response.headers


@pytest.fixture
async def remembering(emulator: Any) -> Any:
    make_customers(emulator, 2, make_groups(emulator, "Old"))
    async with live_gateway(emulator) as graph:
        yield graph


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_answer_of_reference_data_may_be_kept_by_its_caller_alone(remembering: Live, method: str) -> None:
    first, again = [await headers(remembering, method, GROUPS) for _ in range(2)]

    ages = [re.fullmatch(r"private, max-age=(\d+)", each["Cache-Control"]) for each in (first, again)]
    assert all(age is not None and 1 <= int(age[1]) <= 30 for age in ages)
    assert "Authorization" in first["Vary"]
    assert remembering.calls == {"ListCustomerGroups": 1}


@pytest.mark.parametrize(
    "query",
    [
        CUSTOMERS,
        "{ groups { nodes { name } } customers(first: 1) { nodes { givenName } } }",
        "{ customers(first: 2) { nodes { groups { name } } } }",
        '{ groups { nodes { name } } group(id: "none") { name } }',
        "{ groups(first: 0) { nodes { name } } segments { nodes { name } } }",
        "{ __typename }",
        'mutation { createCustomerGroup(input: {name: ""}) { userErrors { message } } }',
        'mutation { updateCustomerGroup(id: "ID-Old", input: {name: "N"}) { group { name } } }',
    ],
)
async def test_any_other_answer_is_not_kept(remembering: Live, query: str) -> None:
    await headers(remembering, "POST", GROUPS)

    for _ in range(2):
        assert (await headers(remembering, "POST", query))["Cache-Control"] == "no-store"


async def test_an_answer_with_an_error_is_not_kept(remembering: Live) -> None:
    remembering.emulator.faults.add(Kind.STATUS, "ListCustomerSegments", status=500)

    found = await headers(remembering, "POST", "{ groups { nodes { name } } segments { nodes { name } } }")

    assert found["Cache-Control"] == "no-store"


async def test_an_answer_to_a_token_that_square_does_not_tell_of_is_kept_for_it_alone(remembering: Live) -> None:
    remembering.emulator.faults.add(Kind.STATUS, "RetrieveTokenStatus", status=500)

    found = await headers(remembering, "POST", GROUPS)

    assert found["Cache-Control"].startswith("private, max-age=")
    assert "Authorization" in found["Vary"]


async def test_with_the_setting_at_0_nothing_is_kept(emulator: Any) -> None:
    async with live_gateway(emulator, gateway_reference_cache=0) as graph:
        kept = [(await headers(graph, "POST", GROUPS))["Cache-Control"] for _ in range(2)]
        assert kept == ["no-store"] * 2
        assert graph.calls == {"ListCustomerGroups": 2}


async def test_the_figures_tell_of_hits_misses_and_entries(remembering: Live) -> None:
    for _ in range(3):
        await headers(remembering, "POST", GROUPS)

    async with remembering.http.get(f"{remembering.gateway.url}/metrics") as response:
        text = await response.text()

    figures = dict(re.findall(r"^gateway_reference_cache_(\w+) (\S+)$", text, re.MULTILINE))
    assert figures == {"hits_total": "2.0", "misses_total": "1.0", "entries": "1.0"}
