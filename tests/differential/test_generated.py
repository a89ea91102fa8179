"""Generated operations give the same answers both ways."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.differential.case import Bench
from tests.differential.shop import shop
from tests.differential.smaller import smaller
from tests.differential.told import told

CASES, PARTS = 2000, 8


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def both() -> AsyncIterator[Bench]:
    async with shop() as running:
        yield running


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("part", range(PARTS))
async def test_generated_operations_give_the_same_answer_for_the_same_calls(both: Bench, part: int) -> None:
    both.seen.clear()
    size = CASES // PARTS
    for seed in range(part * size, (part + 1) * size):
        found = await both.check(both.case(seed))
        if found is not None:
            pytest.fail(told(await smaller(both, found)))

    # They are about something: most ask Square, and there are some of all kinds of outcomes.
    assert both.seen["without a call"] < both.seen["executions"] / 4
    assert both.seen["with errors"] > both.seen["executions"] / 10
    assert both.seen["calls"] > both.seen["executions"]
    assert both.seen["UPSTREAM_BAD_RESPONSE"] > 0
