"""What an operation has read is gone with its answer: nothing of it is left to Python's search for cycles."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from gateway.square.client import Square
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant
from tests.graph.planning.batch_world import world

NESTED = """{ customers(first: 20) { nodes { id groups { name } segments { name }
  customAttributes(first: 5) { nodes { key definition { name } } }
  loyaltyAccounts { balance program { id } rewards(first: 5) { nodes { id rewardTier { name } } } } } } }"""


@pytest.fixture
def _no_search_for_cycles() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_no_search_for_cycles")
async def test_what_an_operation_has_read_is_gone_with_its_answer(emulator: Any) -> None:
    await world(emulator)
    square = Square(emulator.url)
    engine = Engine(build_schema(), REGISTRY)
    context = Context(TenantSquare(square, Tenant("test-token", "sandbox", "2025-08-20")), REGISTRY)
    held = weakref.ref(context)

    answer = await engine.run(NESTED, context)
    await square.close()
    assert "errors" not in answer, answer["errors"]
    assert answer["extensions"]["cost"]["actualCalls"] > 20
    del context, answer

    assert held() is None
