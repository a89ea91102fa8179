"""Batches begin when what they wait for is over, and for nothing else."""

from __future__ import annotations

import asyncio

from gateway.graph.loading.in_flight import TURNS, Awaited, InFlight


class Customers:
    """A loader whose batch waits for rewards."""


class Accounts:
    """A loader whose batch waits for groups."""


WAITS = {
    Customers: Awaited(frozenset({"rewards"}), frozenset()),
    Accounts: Awaited(frozenset({"groups"}), frozenset()),
}


async def test_a_batch_that_comes_later_begins_while_another_still_waits() -> None:
    in_flight = InFlight(WAITS, lambda: 60.0)
    with in_flight.calling("rewards"):
        first = asyncio.create_task(in_flight.turn(Customers))
        for _ in range(3 * TURNS):
            await asyncio.sleep(0)
        late = asyncio.create_task(in_flight.turn(Accounts))
        for _ in range(3 * TURNS):
            await asyncio.sleep(0)

        assert (first.done(), late.done()) == (False, True)

    await asyncio.wait_for(first, 10)
    in_flight.close()
