"""Who does not take its answers is let go, alone; a burst waits in the log and becomes one change for each object."""

from __future__ import annotations

import asyncio

import pytest

from gateway.events.subscription import SlowSubscriber
from gateway.square.errors import Unavailable
from tests.events.feed_stage import Follower, Stage, Thing, open_stage, stage

__all__ = ["stage"]


async def test_who_takes_nothing_is_let_go_and_goes_on_from_its_position() -> None:
    async with open_stage(queue=4) as stage:
        slow, quick = await stage.follow(), await stage.follow(group="quick")
        for number in range(12):
            await stage.write(f"A{number}", 1)
            await quick.take()

        # One was taken off the queue when it came.
        assert await slow.take() == [("UPDATED", "A0", 1)]
        with pytest.raises(SlowSubscriber):
            await slow.take()
        again = await stage.follow(after=slow.position)
        assert await again.take(11) == [("UPDATED", f"A{number}", 1) for number in range(1, 12)]


async def test_a_burst_lets_nobody_overflow_who_keeps_up() -> None:
    async with open_stage(queue=4) as stage:
        followers = [await stage.follow(group=str(number % 2)) for number in range(10)]
        for version in range(1, 6):
            for number in range(50):
                await stage.write(f"A{number}", version)

        async def takes_all(follower: Follower) -> None:
            seen: dict[str, int] = {}
            while len(seen) < 50 or min(seen.values()) < 5:
                ((_, id, version),) = await follower.take()
                assert version > seen.get(id, 0)
                seen[id] = version

        await asyncio.gather(*(takes_all(each) for each in followers))
        assert stage.reads <= 100


async def test_objects_that_nobody_asks_for_are_not_read(stage: Stage) -> None:
    follower = await stage.follow(group="one", object_id="A")
    await stage.tell(*(stage.event(f"B{number}", 1) for number in range(2000)))
    await stage.write("A", 1)

    assert await follower.take() == [("UPDATED", "A", 1)]
    assert stage.reads == 1


async def test_a_fact_of_an_event_chooses_who_hears_of_it(stage: Stage) -> None:
    ada = await stage.follow(group="ada", customer_id="ADA")
    both = await stage.follow(group="both", customer_id="ADA BEA", kind="x y")
    stage.objects.update(A=Thing("A", 1), B=Thing("B", 1))

    await stage.tell(
        stage.event("B", 1, facts={"customer_id": "BEA", "kind": ("z", "y")}),
        stage.event("A", 1, facts={"customer_id": "ADA", "kind": "z"}),
    )
    await stage.settle()
    stage.objects["A"] = Thing("A", 2)
    await stage.tell(stage.event("A", 2, facts={"customer_id": "ADA", "kind": "x"}))

    assert await ada.take(2) == [("UPDATED", "A", 1), ("UPDATED", "A", 2)]
    assert await both.take(2) == [("UPDATED", "B", 1), ("UPDATED", "A", 2)]


async def test_thousands_come_and_go_and_leave_nothing(stage: Stage) -> None:
    await (await stage.follow()).leave()
    before = len(asyncio.all_tasks())
    for _ in range(3):
        followers = await asyncio.gather(*(stage.follow(group=str(number % 10)) for number in range(500)))
        await stage.write("A", 1)
        await asyncio.gather(*(each.take() for each in followers))
        await asyncio.gather(*(each.leave() for each in followers))
        stage.objects.clear()

    assert (stage.feeds.subscribers, stage.feeds.feeds) == (0, 0)
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == before


async def test_a_subscriber_who_leaves_during_a_read_disturbs_nobody(stage: Stage) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()

    async def reading(_: object) -> None:
        begun.set()
        await gate.wait()

    stage.reading = reading
    leaves, stays = await stage.follow(), await stage.follow()
    await stage.write("A", 1)
    await begun.wait()
    await leaves.leave()
    late = await stage.follow()
    gate.set()

    assert await stays.take() == [("UPDATED", "A", 1)]
    await stage.write("A", 2)
    assert await late.take() == await stays.take() == [("UPDATED", "A", 2)]


async def test_the_last_who_leaves_during_a_read_ends_it(stage: Stage) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def reading(_: object) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    stage.reading = reading
    follower = await stage.follow()
    await stage.write("A", 1)
    await begun.wait()
    await follower.leave()

    await ended.wait()
    assert stage.feeds.feeds == 0


async def test_one_object_that_cannot_be_read_keeps_nothing_of_the_others_back(stage: Stage) -> None:
    follower = await stage.follow()
    stage.objects["A"], stage.objects["B"] = Unavailable("read"), Thing("B", 1)
    await stage.tell(stage.event("A", 1), stage.event("B", 1))

    assert await follower.take(2) == [("UPDATED", "A", "Unavailable"), ("UPDATED", "B", 1)]
    stage.objects["A"] = Thing("A", 2)
    await stage.tell(stage.event("A", 2))
    assert await follower.take() == [("UPDATED", "A", 2)]


async def test_who_joins_while_an_object_is_read_is_shown_what_was_read(stage: Stage) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()

    async def reading(_: object) -> None:
        begun.set()
        await gate.wait()

    stage.reading = reading
    first = await stage.follow()
    await stage.write("A", 1)
    await begun.wait()
    joins = await stage.follow()
    # It happens after the second has joined, and the read shows it before its own event is there.
    stage.objects["A"] = Thing("A", 2)
    gate.set()
    assert await first.take() == [("UPDATED", "A", 2)]
    await stage.tell(stage.event("A", 2))

    assert await joins.take() == [("UPDATED", "A", 2)]
