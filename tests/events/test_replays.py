"""An event that subscribers could not be told of is told when an operator has it appended once more."""

from __future__ import annotations

from dataclasses import replace

from gateway.emulator.store.tenants import FIRST_SELLER
from gateway.square.errors import SquareError, Unavailable
from tests.events.feed_stage import Stage, stage

__all__ = ["stage"]


async def test_a_dead_letter_is_told_when_it_comes_again(stage: Stage) -> None:
    def fail(_: object) -> SquareError:
        raise Unavailable("read")

    follower = await stage.follow()
    stage.reading = fail
    await stage.write("A", 1)
    failed = await follower.take()
    stage.reading = lambda _: None
    [stored] = await stage.log.read(FIRST_SELLER, 0, 10)
    # The log gives it its own id again; to those who follow that is the same.
    await stage.log.append([replace(stored.event, event_id="again")])

    assert failed == [("UPDATED", "A", "Unavailable")]
    assert await follower.take() == [("UPDATED", "A", 1)]
