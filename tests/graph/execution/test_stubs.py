"""Objects of which nothing but the id is asked cost no call, and are shown once for all that refer to them."""

from __future__ import annotations

from typing import Any

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from gateway.square.client import Square
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant
from tests.graph.planning.batch_world import world

QUERY = """{ customers(first: 50) { nodes {
  id groups { __typename same: id id } segments { id } groups2: groups { ... on Group { id } } } } }"""


async def test_objects_with_nothing_but_ids(emulator: Any) -> None:
    names = await world(emulator)
    square = Square(emulator.url)
    context = Context(TenantSquare(square, Tenant("test-token", "sandbox", "2025-08-20")), REGISTRY)

    answer = await Engine(build_schema(), REGISTRY).run(QUERY, context)
    await square.close()

    assert "errors" not in answer, answer["errors"]
    assert answer["extensions"]["cost"]["actualCalls"] == answer["extensions"]["cost"]["estimatedCalls"] == 1
    shown = answer["data"]["customers"]["nodes"]
    groups = [{"__typename": "Group", "same": id, "id": id} for id in names["Group"]]
    assert len(shown) == 50
    for each in shown:
        assert sorted(each["groups"], key=lambda group: names["Group"].index(group["id"])) == groups
        assert [group["id"] for group in each["groups2"]] == [group["id"] for group in each["groups"]]
        assert len(each["segments"]) == 2
    # Referred to by all, each is one object.
    assert len({id(group) for each in shown for group in each["groups"]}) == len(groups)
