"""The world of the product's own schema: a demo shop of the emulator, which is asked once for every read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import aiohttp

from gateway.context import REGISTRY
from gateway.emulator.api.clock import Clock
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import start
from gateway.emulator.seed import seed_demo
from gateway.emulator.store.store import Store
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from gateway.square.client import Square
from gateway.square.tenant_square import TenantSquare
from tests.differential.case import Bench, Case
from tests.differential.pools import Pools, pools
from tests.differential.sameness import Requests
from tests.differential.upstream import TENANT, Script, Scripted, Upstream
from tests.differential.values import Values

# Cursors of the emulator hold the moment when they were made.
MOMENT = datetime(2026, 6, 1, 12, tzinfo=UTC)
CUSTOMERS = 40
# The share of cases that write.
WRITING = 0.1


@dataclass
class Shop:
    """What there is in the shop, and who answers for it."""

    upstream: Upstream
    pools: Pools

    def values(self, chance: Random) -> Values:
        """What arguments may be: mostly what there is."""
        return Values(self.pools, chance)

    def script(self, case: Case, number: int) -> Script:
        """What Square answers."""
        return Script(self.upstream, case.seed * 2 + number, case.share, case.writes)

    def context(self, script: Script) -> tuple[Context, Requests]:
        """A context whose calls are answered by the script."""
        square = Scripted(script)
        return Context(TenantSquare(square, TENANT), REGISTRY), square.asked

    def told(self, script: Script) -> list[str]:
        """Which answers were spoilt, and how."""
        said = [(key, each) for key, replies in script.recorded.items() for each in replies]
        return [f"{key[0]} {key[1]}: {each.told}" for key, each in said if each.told]


@asynccontextmanager
async def shop() -> AsyncIterator[Bench]:
    """A shop with some customers, and both engines."""
    store, clock = Store(), Clock(MOMENT)
    seed_demo(store, clock, CUSTOMERS)
    running = await start(create_app(store, clock=clock))
    core = Engine(build_schema(), REGISTRY, execution="graphql-core")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        square = Square(running.url)
        upstream = Upstream(running.url, http, square)
        world = Shop(upstream, await pools(core, upstream))
        yield Bench(world, Engine(build_schema(), REGISTRY), core, WRITING)
        await square.close()
    await running.close()
    store.close()
