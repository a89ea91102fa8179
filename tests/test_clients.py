"""Clients, routers and tools that nobody here wrote, run against a real gateway.

They are npm packages, locked in `tests/clients`: `npm ci --prefix tests/clients` fetches them. Where
Node.js or the packages are absent, these tests are skipped and say so.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from gateway.context import REGISTRY, new_context
from gateway.emulator.seed import seed_demo
from gateway.graph.engine import Engine
from gateway.graph.selection.limits import Limits
from gateway.server.app import add_graphql, create_app
from gateway.server.auth.authenticator import Authenticator
from gateway.server.connections.listener import listen
from gateway.server.explorer import asset_files as explorer_files
from gateway.server.view import View
from gateway.settings import Settings
from gateway.square.client import Square
from gateway.tools.check import check
from gateway.tools.sdl import federated_sdl, public_sdl
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.following import live_gateway
from tests.graph.subgraph.contract import contract, leaves
from tests.node import CLIENTS, MODULES, needs_browser, needs_node, node, script
from tests.patience import PATIENCE
from tests.server.stage import Stage, build

TOKEN = "test-token"

pytestmark = needs_node


@pytest.fixture
async def shop(graph: Graph) -> Graph:
    """A gateway in front of a small demo shop."""
    seed_demo(graph.emulator.store, graph.emulator.clock, customers=60)
    graph.reset()
    return graph


@pytest.fixture
def sdl(tmp_path: Path) -> Path:
    place = tmp_path / "schema.graphql"
    place.write_text(public_sdl())
    return place


@pytest.fixture
def subgraph(tmp_path: Path) -> Path:
    place = tmp_path / "subgraph.graphql"
    place.write_text(federated_sdl())
    return place


async def test_every_audit_of_graphql_over_http_passes(open_gateway: str) -> None:
    assert await script("audits.mjs", open_gateway) == {"count": 61, "failed": []}


@pytest.fixture
async def open_gateway(shop: Graph) -> AsyncIterator[str]:
    """A gateway that needs no token, as the audits send none."""
    settings = Settings(_env_file=None, square_environment="emulator", square_base_url=shop.emulator.url)
    gateway = await listen(create_app(settings), "127.0.0.1", 0)
    yield f"{gateway.url}/graphql"
    await gateway.close()


async def test_apollo_client_queries_mutates_and_shows_errors(shop: Graph) -> None:
    found = await script("apollo.mjs", shop.url, TOKEN)
    assert (found["names"], found["created"], found["code"]) == (3, "Ada", "BAD_USER_INPUT")


async def test_apollo_client_registers_a_document_once_and_then_sends_its_hash(shop: Graph) -> None:
    found = await script("apollo.mjs", shop.url, TOKEN)
    assert [each["query"] for each in found["persisted"]] == [False, True, False]


async def test_urql_queries_mutates_and_shows_errors(shop: Graph) -> None:
    assert await script("urql.mjs", shop.url, TOKEN) == {"names": 3, "created": "Ada", "code": "BAD_USER_INPUT"}


async def test_subscriptions_reach_the_libraries_of_every_client() -> None:
    stage = Stage()
    settings = Settings(_env_file=None, square_base_url="http://127.0.0.1:1", gateway_auth="forward")
    square = Square("http://127.0.0.1:1")
    await square.open()
    app = web.Application()
    engine = Engine(build(stage), REGISTRY)
    add_graphql(app, View(engine, Authenticator(settings), lambda tenant: new_context(square, tenant), settings))
    gateway = await listen(app, "127.0.0.1", 0)
    try:
        found = await script("subscriptions.mjs", f"{gateway.url}/graphql", TOKEN)
    finally:
        await gateway.close()
        await square.close()
    names = ("graphqlWs", "graphqlSse", "apolloWs", "apolloMultipart", "urqlWs", "urqlSse")
    assert found == {name: [0, 1, 2] for name in names}
    assert stage.streams == 0


async def test_a_write_at_square_reaches_the_libraries_of_every_client(emulator: Emulator) -> None:
    async with live_gateway(emulator) as live:
        clients = asyncio.create_task(script("following.mjs", live.url, TOKEN))
        async with asyncio.timeout(PATIENCE):
            while await live.subscribers() < 6 and not clients.done():
                pass
        await emulator.call("POST", "/v2/customers", {"given_name": "Ada"})
        found = await clients
    names = ("graphqlWs", "graphqlSse", "apolloWs", "apolloMultipart", "urqlSse", "hiveSse")
    assert found == dict.fromkeys(names, "Ada")


async def test_relay_compiles_to_what_is_checked(sdl: Path, tmp_path: Path) -> None:
    shutil.copytree(CLIENTS / "relay", tmp_path / "src")
    written = check([str(tmp_path / "src")], Limits())
    names = ("DateTime", "Date", "Birthday", "Decimal", "Long", "JSON")
    config = {
        "root": str(tmp_path),
        "sources": {"src": "app"},
        "projects": {
            "app": {
                "schema": sdl.name,
                "language": "typescript",
                "eagerEsModules": True,
                "customScalarTypes": {name: "number" if name == "Long" else "string" for name in names},
            }
        },
    }
    (tmp_path / "relay.config.json").write_text(json.dumps(config))
    await node(str(MODULES / "relay-compiler" / "cli.js"), str(tmp_path / "relay.config.json"))
    compiled = tmp_path / "compiled"
    compiled.mkdir()
    for artifact in (tmp_path / "src" / "__generated__").iterdir():
        for text in re.findall(r'"text": (".*")', artifact.read_text()):
            (compiled / f"{artifact.stem}.graphql").write_text(json.loads(text))
    sent = check([str(compiled)], Limits())
    assert not written.problems
    assert not sent.problems
    assert {each.name for each in sent.operations} >= {"CustomersPaginationQuery", "MembersQuery"}
    assert {(each.name, each.calls) for each in written.operations if each.sends} == {
        (each.name, each.calls) for each in sent.operations
    }


async def test_apollo_client_sends_what_is_checked(tmp_path: Path) -> None:
    written = CLIENTS / "local" / "cart.graphql"
    [text] = (await script("apollo_sent.mjs", str(written)))["sent"]
    (tmp_path / "sent.graphql").write_text(text)

    before, after = check([str(written)], Limits()), check([str(tmp_path)], Limits())

    assert not any(word in text for word in ("@client", "@connection", "@nonreactive", "$currency", "Line"))
    assert not before.problems
    assert not after.problems
    assert [(each.name, each.calls) for each in before.operations] == [
        (each.name, each.calls) for each in after.operations
    ]


async def test_every_composer_puts_the_graph_together_with_another_subgraph(subgraph: Path) -> None:
    found = await script("composition.mjs", str(subgraph), "orders.graphql")
    assert found["apollo"] == {"errors": [], "hints": []}
    assert found["guild"] == {"errors": []}
    assert found["cosmo"] == {"errors": [], "warnings": []}
    assert min(found["supergraphs"]) > 10_000


async def test_every_composer_makes_the_contract_without_personal_data(subgraph: Path) -> None:
    found = await script("contract.mjs", "personal-data", str(subgraph))

    assert {composer: each["errors"] for composer, each in found.items()} == {"apollo": [], "guild": [], "cosmo": []}
    expected = leaves(contract(federated_sdl(), "personal-data"))
    assert all(leaves(contract(each["sdl"])) == expected for each in found.values())


async def test_a_router_joins_in_both_directions_at_the_price_of_ids(shop: Graph, subgraph: Path) -> None:
    customers = (await shop.data("{ customers(first: 40) { nodes { id givenName } } }"))["customers"]["nodes"]
    ids = [each["id"] for each in customers]
    shop.reset()
    lines = (await node("router.mjs", shop.url, TOKEN, str(subgraph), *ids)).splitlines()
    outward, inward = json.loads(lines[-2])["outward"], json.loads(lines[-1])["inward"]
    first = outward["customersById"][0]
    assert first["greeting"] == f"Hello, {customers[0]['givenName']}"
    assert first["orders"] == [{"id": f"order-{ids[0]}", "total": {"amount": 450}}]
    assert [each["customer"]["givenName"] for each in inward["recentOrders"]] == [
        each["givenName"] for each in customers
    ]
    assert all(each["customer"]["groups"] is not None for each in inward["recentOrders"])
    # Forty ids out, forty references in, and the groups of all of them.
    assert shop.calls == {"BulkRetrieveCustomers": 2, "ListCustomerGroups": 1}


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("planted-router-key", {"caller": 1, "nobody": "UNAUTHENTICATED"}),
        ("another-router-key", {"refused": True}),
        ("", {"refused": True}),
    ],
)
async def test_a_router_reads_the_schema_with_its_key_alone(shop: Graph, key: str, found: dict[str, Any]) -> None:
    settings = Settings(
        _env_file=None,
        square_environment="production",
        square_base_url=shop.emulator.url,
        gateway_router_key="planted-router-key",
    )
    gateway = await listen(create_app(settings), "127.0.0.1", 0)
    try:
        assert await script("introspect.mjs", f"{gateway.url}/graphql", TOKEN, key) == found
    finally:
        await gateway.close()


async def test_a_reference_of_an_unknown_type_nulls_only_itself(shop: Graph) -> None:
    [known] = (await shop.data("{ customers(first: 1) { nodes { id } } }"))["customers"]["nodes"]
    query = "query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Customer { id } } }"
    given = [{"__typename": "Parcel", "id": "1"}, {"__typename": "Customer", **known}, {"id": "1"}]
    answer = await shop(query, {"r": given})
    assert answer["data"]["_entities"] == [None, {"__typename": "Customer", **known}, None]
    assert [error["path"] for error in answer["errors"]] == [["_entities", 0], ["_entities", 2]]


@needs_browser
@pytest.mark.skipif(not explorer_files.complete(), reason="the explorer's files were not fetched by the build")
async def test_the_explorer_works_in_a_browser_that_reaches_nothing_else(shop: Graph) -> None:
    screenshots = filter(None, [os.environ.get("SCREENSHOTS")])
    async with live_gateway(shop.emulator) as live, live_gateway(shop.emulator, gateway_trace=False) as untraced:
        found = await script("explorer.mjs", live.url, untraced.url, *screenshots)
    assert (found["outside"], found["console"]) == ([], [])
    assert len(found["response"]["data"]["customers"]["nodes"]) == 10
    assert found["badges"][:2] == ["4 REST calls", "44 estimated"]
    assert sorted(found["calls"]) == [
        "ListCustomerGroups",
        "ListCustomerSegments",
        "ListCustomers",
        "SearchLoyaltyAccounts",
    ]
    assert "trace" not in found["response"]["extensions"]
    assert found["faults"] == []
    assert found["docs"]
    assert "customers" in found["hints"]
    assert found["completed"] == "{ customer }"
    assert found["tabs"][0] == "Customers"
    assert '"Bearer test-token"' in found["headers"][-1]
    assert (found["left"], found["closed"], found["opened"]) == (True, True, True)
    assert found["heads"] == "rgb(255, 255, 255)"
    assert found["examples"] == len(explorer_files.examples()) + 1
    assert found["event"]["data"]["customerChanged"]["customer"]["givenName"] == "Ada"
    assert found["switched"]["data"].keys() == {"loyaltyProgram"}
    assert found["afterMenu"]["data"].keys() == {"groups", "segments"}
    assert found["attempts"] == 1
    assert found["eventCalls"] == ["BulkRetrieveCustomers"]
    assert found["untraced"] == ["customers"]
    assert found["untracedBadges"][1] == "44 estimated"
    assert "GATEWAY_TRACE" in found["untracedCalls"]
    assert found["policy"].startswith("default-src 'self'; script-src 'self';")
