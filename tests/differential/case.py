"""One case: an operation, two sets of variables, and how Square misbehaves, all from one number."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import aiohttp
from graphql import ExecutionResult, Executor, GraphQLSchema

from gateway.context import REGISTRY
from gateway.emulator.api.clock import Clock
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import start
from gateway.emulator.seed import seed_demo
from gateway.emulator.store.store import Store
from gateway.graph.documents.parser import Prepared
from gateway.graph.engine import Engine
from gateway.graph.execution.response import response
from gateway.graph.loading.context import Context
from gateway.graph.subgraph.core_schema import core_schema
from gateway.schema import build_schema
from gateway.square.client import Square, TenantSquare
from tests.differential.documents import Document, Writer
from tests.differential.pools import Pools, pools
from tests.differential.sameness import Outcome, differences
from tests.differential.upstream import TENANT, Script, Scripted, Upstream
from tests.differential.values import Values

# Cursors of the emulator hold the moment when they were made.
MOMENT = datetime(2026, 6, 1, 12, tzinfo=UTC)
CUSTOMERS = 40
# The share of cases that write.
WRITING = 0.1


@dataclass
class Case:
    """An operation that is run with each of its variables; `share` is how probable it is that an answer is spoilt."""

    seed: int
    document: Document | str
    variables: list[dict[str, Any]]
    share: float
    writes: bool

    @property
    def text(self) -> str:
        """The operation as a client sends it."""
        return self.document if isinstance(self.document, str) else self.document.text


@dataclass
class Difference:
    """A case that is not the same both ways."""

    case: Case
    variables: dict[str, Any]
    ways: tuple[str, str]
    what: list[str]
    one: Outcome
    other: Outcome
    spoilt: list[str] = field(default_factory=list)


@dataclass
class Bench:
    """Both ways to run an operation, over one shop."""

    upstream: Upstream
    pools: Pools
    store: Store
    schema: GraphQLSchema
    compiled: Engine
    core: Engine
    # What cases were like, and what came of them.
    seen: Counter[str] = field(default_factory=Counter)

    def case(self, seed: int) -> Case:
        """The case of a number. The operation is valid."""
        for attempt in range(50):
            chance = Random(f"{seed} {attempt}")
            writes = chance.random() < WRITING
            root = self.schema.mutation_type if writes else self.schema.query_type
            assert root is not None
            document = Writer(self.schema, Values(self.pools, chance), chance, depth=chance.choice([2, 3, 4, 5])).write(
                root, "mutation" if writes else "query"
            )
            prepared = self.compiled.prepare(document.text)
            if prepared.errors:
                self.seen["documents that are not valid"] += 1
                continue
            share = chance.choice([0.0, 0.0, 0.15, 0.3, 0.8])
            return Case(seed, document, [document.variables(chance), document.variables(chance)], share, writes)
        raise AssertionError(f"no valid document for {seed}")

    async def check(self, case: Case) -> Difference | None:
        """Run a case in all ways; gives the first difference."""
        prepared = self.compiled.prepare(case.text)
        assert not prepared.errors, prepared.errors
        for number, variables in enumerate(case.variables):
            script = Script(self.upstream, case.seed * 2 + number, case.share, case.writes)
            expected = await self._run(self.core, prepared, script, variables)
            self._note(expected)
            found = await self._run(self.compiled, prepared, script, variables)
            ways = ("compiled", "graphql-core")
            what = differences(found, expected)
            if not what and case.seed % 8 == 0 and not case.writes:
                # The same by nothing but graphql-core, which collects the fields by itself.
                ways, expected = ("compiled", "graphql-core's own"), await self._alone(prepared, script, variables)
                what = differences(found, _places_of_first(expected, found))
            if what:
                spoilt = [
                    f"{key[0]} {key[1]}: {each.told}"
                    for key, said in script.recorded.items()
                    for each in said
                    if each.told
                ]
                return Difference(case, variables, ways, what, found, expected, spoilt)
        return None

    async def _run(self, engine: Engine, prepared: Prepared, script: Script, variables: dict[str, Any]) -> Outcome:
        square = Scripted(script)
        context = Context(TenantSquare(square, TENANT), REGISTRY)
        answer = await engine.execute(prepared, prepared.operation(None), context, variables)
        return Outcome(answer, square.asked)

    async def _alone(self, prepared: Prepared, script: Script, variables: dict[str, Any]) -> Outcome:
        square = Scripted(script)
        context, operation = Context(TenantSquare(square, TENANT), REGISTRY), prepared.operation(None)
        try:
            planned = self.core.affordable(prepared, operation, context, variables)
        except Exception:
            return await self._run(self.core, prepared, script, variables)
        executor = self.core.executor(Executor, prepared, operation, context, variables)
        if isinstance(executor, list):
            return await self._run(self.core, prepared, script, variables)
        result: Any = executor.execute_operation()
        if not isinstance(result, ExecutionResult):
            result = await result
        context.close()
        shown = response(result, self.core.limits.values - planned.values)
        shown["extensions"] = {"cost": {"estimatedCalls": planned.calls, **context.facts()}}
        if warnings := context.warned():
            shown["extensions"]["warnings"] = warnings
        return Outcome(shown, square.asked)

    def _note(self, outcome: Outcome) -> None:
        errors = outcome.response.get("errors", ())
        self.seen["executions"] += 1
        self.seen["with errors"] += bool(errors)
        self.seen["refused"] += bool(errors) and "extensions" not in outcome.response
        self.seen["without a call"] += not outcome.requests
        self.seen["calls"] += outcome.requests.total()
        for error in errors:
            self.seen[error["extensions"]["code"]] += 1


def _places_of_first(expected: Outcome, like: Outcome) -> Outcome:
    """Errors with the first place of each field alone: graphql-core names all places that ask for it."""
    for error in expected.response.get("errors", ()):
        if error.get("path"):
            error["locations"] = error["locations"][:1]
    return expected


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    """A shop with some customers, and both engines."""
    store, clock = Store(), Clock(MOMENT)
    seed_demo(store, clock, CUSTOMERS)
    running = await start(create_app(store, clock=clock))
    schema = build_schema()
    core = Engine(schema, REGISTRY, execution="graphql-core")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        square = Square(running.url)
        upstream = Upstream(running.url, http, square)
        names = await pools(core, upstream)
        yield Bench(upstream, names, store, core_schema(schema), Engine(schema, REGISTRY), core)
        await square.close()
    await running.close()
    store.close()
