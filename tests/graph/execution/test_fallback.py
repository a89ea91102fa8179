"""What the compiled way does not cover is run by graphql-core, and counted."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
import strawberry
from strawberry.directive import DirectiveLocation

from gateway.context import new_context
from gateway.graph.engine import Engine
from gateway.graph.subgraph.area import Registry
from gateway.square.client import Square
from gateway.tenant import Tenant


@strawberry.type
class Query:
    @strawberry.field
    def greeting(self, name: Annotated[str, strawberry.argument(description="Whom to greet.")] = "you") -> str:
        return f"Hello {name}"


@strawberry.directive(locations=[DirectiveLocation.QUERY])
def loudly() -> Any:
    """A directive of operations."""


@pytest.fixture
def engine() -> Engine:
    return Engine(strawberry.Schema(Query, directives=[loudly]), Registry(()))


async def _run(engine: Engine, query: str) -> dict[str, Any]:
    context = new_context(Square("http://127.0.0.1:1"), Tenant("token", "emulator", "2026-09-16"))
    return await engine.run(query, context, {"name": "Ada"})


async def test_an_operation_with_a_directive_of_its_own_is_given_to_graphql_core_and_counted(engine: Engine) -> None:
    plain = await _run(engine, "query ($name: String!) { greeting(name: $name) __typename }")
    assert engine.fallbacks == 0

    directed = await _run(engine, "query ($name: String!) @loudly { greeting(name: $name) __typename }")

    assert engine.fallbacks == 1
    assert directed["data"] == plain["data"] == {"greeting": "Hello Ada", "__typename": "Query"}
