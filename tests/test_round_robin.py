"""Steps of several callers on one event loop."""

from __future__ import annotations

import asyncio

import pytest

from gateway.fairness.fair_share import Holder
from gateway.fairness.round_robin import RoundRobin
from tests.patience import PATIENCE

FLOOD, SMALL = Holder("flood"), Holder("small")


@pytest.fixture
def done() -> list[str]:
    return []


async def take(steps: RoundRobin, holder: Holder, name: str, done: list[str]) -> None:
    await steps.step(holder)
    done.append(name)


async def finished(*tasks: asyncio.Task[None]) -> None:
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_each_caller_has_one_step_in_a_turn_in_the_order_in_which_they_were_asked_for(done: list[str]) -> None:
    steps = RoundRobin()
    tasks = [asyncio.create_task(take(steps, FLOOD, f"flood {number}", done)) for number in range(4)]
    tasks += [asyncio.create_task(take(steps, SMALL, f"small {number}", done)) for number in range(2)]

    await finished(*tasks)

    assert done == ["flood 0", "small 0", "flood 1", "small 1", "flood 2", "flood 3"]


async def test_callers_that_are_not_known_are_one(done: list[str]) -> None:
    steps = RoundRobin()
    made_up = [Holder(f"token {number}", known=False) for number in range(3)]
    tasks = [asyncio.create_task(take(steps, holder, holder.name, done)) for holder in made_up]
    tasks.append(asyncio.create_task(take(steps, SMALL, "small", done)))

    await finished(*tasks)

    assert done == ["token 0", "small", "token 1", "token 2"]


async def test_who_is_exempt_waits_for_nobody(done: list[str]) -> None:
    steps = RoundRobin()
    steps.exempt = {"small"}
    tasks = [asyncio.create_task(take(steps, FLOOD, f"flood {number}", done)) for number in range(2)]
    tasks.append(asyncio.create_task(take(steps, SMALL, "small", done)))

    await finished(*tasks)

    assert done == ["small", "flood 0", "flood 1"]


async def test_a_step_that_was_cancelled_takes_no_turn(done: list[str]) -> None:
    steps = RoundRobin()
    tasks = [asyncio.create_task(take(steps, FLOOD, f"flood {number}", done)) for number in range(3)]
    other = asyncio.create_task(take(steps, SMALL, "small", done))
    await asyncio.sleep(0)
    tasks[0].cancel()

    await finished(*tasks, other)

    assert done == ["flood 1", "small", "flood 2"]
