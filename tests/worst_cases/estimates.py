"""Runs random operations and holds what they took against their estimates: the upstream counts."""

from __future__ import annotations

from collections import Counter
from typing import Any

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.graph.selection.limits import Limits
from gateway.schema import build_schema
from gateway.square.client import Budget, Square
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant
from tests.worst_cases.operations import Pools, generate
from tests.worst_cases.pools import CURSORS, cursors

REFUSED = {"COST_LIMIT_EXCEEDED", "OPERATION_TOO_LARGE"}
# What single fields may say: inputs that are made at random, and where the estimate ends.
WITHIN = {"BAD_USER_INPUT", "COST_ESTIMATE_EXCEEDED", "NOT_FOUND"}


class Estimates:
    """Runs random operations and counts what they took."""

    def __init__(self, emulator: Any) -> None:
        self.emulator = emulator
        limits = Limits(
            characters=100_000, tokens=20_000, fields=20_000, aliases=2_000, directives=500, depth=20, calls=600
        )
        self.engine = Engine(build_schema(), REGISTRY, limits=limits)
        self.square = Square(emulator.url, budget=Budget(operation=120))
        self.outcomes: Counter[str] = Counter()
        self.calls = 0

    async def going_on(self, pools: Pools) -> Pools:
        """The pools with cursors of lists besides."""
        return {**pools, **cursors((await self.engine.run(CURSORS, self._context()))["data"])}

    async def run(self, seed: int, pools: Pools) -> None:
        """One operation; raises AssertionError when it took more than estimated."""
        operation = generate(seed, pools)
        before = self.emulator.calls.total()
        answer = await self.engine.run(operation.text, self._context(), operation.variables)
        made = self.emulator.calls.total() - before
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        if "extensions" not in answer:
            assert codes <= REFUSED, (seed, operation.text, answer)
            assert made == 0, (seed, operation.text)
            self.outcomes["refused"] += 1
            return
        assert codes <= WITHIN, (seed, operation.text, answer["errors"])
        cost = answer["extensions"]["cost"]
        assert made == cost["actualCalls"], (seed, operation.text, cost, made)
        assert made <= cost["estimatedCalls"], (seed, operation.text, operation.variables, cost)
        self.outcomes["cut short" if "COST_ESTIMATE_EXCEEDED" in codes else "complete"] += 1
        self.calls += made

    def _context(self) -> Context:
        return Context(TenantSquare(self.square, Tenant("test-token", "sandbox", "2025-08-20")), REGISTRY)
