"""A batch that waits takes with it what is asked of the same loader at the moment when it could begin."""

from __future__ import annotations

import asyncio

from gateway.graph.loading.in_flight import Awaited, InFlight
from tests.patience import PATIENCE

LIST = "Query.list"


class _Loader:
    """Stands for a loader."""


async def turns(number: int = 10) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_a_batch_that_waits_takes_what_was_just_asked_of_its_loader() -> None:
    in_flight = InFlight({_Loader: Awaited(frozenset({LIST}), frozenset())}, lambda: 10.0)
    in_flight.hold(LIST)
    in_flight.answers()
    in_flight.asked(_Loader)
    assert not in_flight.begins(_Loader, 1, behind=False)
    waiting = asyncio.create_task(in_flight.turn(_Loader))
    await turns()

    in_flight.asked(_Loader)
    in_flight.release(LIST)
    await turns()
    assert not waiting.done()

    # A second request comes before the batch of the first is begun with.
    in_flight.asked(_Loader)
    assert not in_flight.begins(_Loader, 1, behind=True)
    await turns()
    assert not waiting.done()

    assert not in_flight.begins(_Loader, 1, behind=True)
    await asyncio.wait_for(waiting, PATIENCE)
    in_flight.close()
