"""The compiled way answers as graphql-core does, for the same REST calls."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.context import REGISTRY, new_context
from gateway.emulator.api.clock import Clock
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import start
from gateway.emulator.seed import seed_demo
from gateway.emulator.store.state import STATE
from gateway.emulator.store.store import Store
from gateway.emulator.store.tenants import Tenants, Token
from gateway.graph.engine import Engine
from gateway.schema import build_schema
from gateway.square.client import Square
from gateway.tenant import Tenant

Answer = tuple[Any, list[Any], Counter[str]]
ENGINE = Engine(build_schema(), REGISTRY)
CORE = Engine(build_schema(), REGISTRY, execution="graphql-core")

WITH_EVERYTHING = """
  { customers(first: 12) { totalCount pageInfo { hasNextPage endCursor } edges { cursor } nodes {
      ...who groupIds groups { id name __typename } segments { name customers(first: 2) { nodes { id } } }
      customAttributes { nodes { key rawValue visibility value { __typename ... on StringValue { string } } } }
      loyaltyAccounts { balance program { id rewardTiers { name } }
        rewards(first: 2) { nodes { status rewardTier { name } } }
        events(first: 2) { nodes { __typename type source ... on AccumulatePointsEvent { points } } } } } } }
  fragment who on Customer { id givenName again: givenName creationSource version address { locality } preferences {
    emailUnsubscribed } createdAt nobody: customAttribute(key: "none") { key } }
"""
ONLY_RELATIONS = (
    "{ customers(first: 30) { nodes { groups { name } segments { name } loyaltyAccounts { id balance } } } }"
)
CASES = [
    WITH_EVERYTHING,
    ONLY_RELATIONS,
    '{ customersById(ids: ["NOBODY", "HJDSHQCZN4MZMP85MAR7KHQ40N"]) { id loyaltyAccounts { customer { id } } } }',
    "{ customers(first: 0) { nodes { id } } groups { nodes { name } } }",
    "{ __typename loyaltyProgram { promotions { nodes { status rawStatus incentive { __typename } } } } }",
]


class Shop:
    """A demo shop to be asked by either executor, in one event loop of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        # A clock that stands, as Square's cursors hold the moment they were made.
        self.store, self.clock = Store(), Clock(datetime.now(UTC))
        self.tenants = Tenants(self.store.db)
        for scope in ("CUSTOMERS_READ", "LOYALTY_READ"):
            self.tenants.put(Token(scope, scopes=(scope,)))
        seed_demo(self.store, self.clock)
        self.app = create_app(self.store, clock=self.clock, tenants=self.tenants)
        self.running = self.loop.run_until_complete(start(self.app))
        self.square = Square(self.running.url)
        self.loop.run_until_complete(self.square.open())

    def close(self) -> None:
        self.loop.run_until_complete(self.square.close())
        self.loop.run_until_complete(self.running.close())
        self.loop.close()
        self.store.close()

    def ask(self, engine: Engine, query: str, token: str = "test-token") -> Answer:
        return self.loop.run_until_complete(self._ask(engine, query, token))

    async def _ask(self, engine: Engine, query: str, token: str) -> Answer:
        calls = self.app[STATE].calls
        before = Counter(calls.count)
        context = new_context(self.square, Tenant(token, "emulator", "2025-08-20"))
        answer = await engine.run(query, context)
        return answer.get("data"), sorted(answer.get("errors", ()), key=repr), calls.count - before


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


@pytest.mark.parametrize("query", CASES, ids=range(len(CASES)))
def test_a_query_gives_the_same_answer_for_the_same_calls(shop: Shop, query: str) -> None:
    assert not ENGINE.prepare(query).errors

    assert shop.ask(ENGINE, query) == shop.ask(CORE, query)


@pytest.mark.parametrize("scope", ["CUSTOMERS_READ", "LOYALTY_READ"])
def test_a_failure_is_told_in_the_same_way(shop: Shop, scope: str) -> None:
    query = "{ loyaltyProgram { id } " + ONLY_RELATIONS.removeprefix("{")

    compiled, core = shop.ask(ENGINE, query, scope), shop.ask(CORE, query, scope)

    assert compiled[1]
    assert compiled == core
