"""What a read shows before its events come: told to all who were not shown it, however they come and go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence

import pytest

from gateway.events.event import Kind
from gateway.events.family import Change
from tests.events.feed_stage import Stage, Thing, open_stage, stage
from tests.events.test_feed_positions import position_of

__all__ = ["stage"]


@pytest.mark.parametrize("version", [1, None], ids=["with versions", "without"])
async def test_who_comes_while_others_are_told_misses_nothing_of_what_was_read_ahead(version: int | None) -> None:
    # An object a round, so that there is a time between two rounds.
    async with open_stage(queue=2) as stage:
        positions = []
        for name in ("first", "second"):
            follower = await stage.follow(group=name)
            await stage.write(name, 1)
            await follower.take()
            await follower.leave()
            positions.append(follower.position)
            if name == "first":
                stage.objects["A"] = Thing("A", version and 3)
                await stage.tell(stage.event("A", version and 2))
                await stage.settle()
        begun, go = asyncio.Event(), asyncio.Event()

        def wait(changes: Sequence[Change]) -> Awaitable[object] | None:
            if changes[0].event.object_id != "second":
                return None
            begun.set()
            return go.wait()

        await stage.tell(stage.event("A", version and 3))
        stage.reading = wait
        early = await stage.follow(after=positions[0])
        await begun.wait()
        late = await stage.follow(after=positions[1])
        go.set()

        assert await early.take(2) == [("UPDATED", "A", 3 if version else ""), ("UPDATED", "second", 1)]
        assert await late.take() == [("UPDATED", "A", 3 if version else "")]


@pytest.mark.parametrize("version", [3, None], ids=["with versions", "without"])
async def test_who_returns_to_those_in_front_misses_nothing_of_what_was_read_ahead(
    stage: Stage, version: int | None
) -> None:
    before = await position_of(stage)
    follower = await stage.follow()
    await stage.write("A", version and 2, "old")
    await follower.take()
    await follower.leave()
    stage.objects["A"] = Thing("A", version, "new")
    staying = await stage.follow(after=before)
    await staying.take()

    returned = await stage.follow(after=follower.position)
    await stage.tell(stage.event("A", version))
    got = await returned.take()
    await stage.write("B", 1)

    assert got == [("UPDATED", "A", version or "new")]
    assert await staying.take() == await returned.take() == [("UPDATED", "B", 1)]


async def test_a_position_claims_nothing_that_only_others_were_shown(stage: Stage) -> None:
    before = await position_of(stage)
    follower = await stage.follow()
    await stage.write("A", None, "old")
    await follower.take()
    await follower.leave()
    stage.objects["A"] = Thing("A", None, "new")
    staying = await stage.follow(after=before)
    await staying.take()

    # It is shown another object beside the others, and leaves before the event that tells of the first.
    between = await stage.follow(after=follower.position)
    await stage.write("B", 1)
    assert await between.take() == [("UPDATED", "B", 1)]
    await between.leave()
    await stage.tell(stage.event("A", None))
    returned = await stage.follow(after=between.position)

    assert await returned.take() == [("UPDATED", "A", "new")]


async def test_a_second_event_about_what_never_changes_does_not_tell_of_it_again_after_a_return(stage: Stage) -> None:
    ledger = stage.make_family("ledger", single=True)
    follower = await stage.follow(family=ledger)
    await stage.write("A", None, "earned", kind=Kind.CREATED, family=ledger)
    await follower.take()
    await follower.leave()

    await stage.tell(stage.event("A", None, Kind.CREATED, family=ledger))
    returned = await stage.follow(family=ledger, after=follower.position)
    await stage.write("B", None, "earned", kind=Kind.CREATED, family=ledger)

    assert await returned.take() == [("CREATED", "B", "earned")]


async def test_who_is_further_on_is_shown_what_was_read_ahead_for_others(stage: Stage) -> None:
    before = await position_of(stage)
    follower = await stage.follow()
    await stage.write("A", None, "old")
    await follower.take()
    await stage.write("B", 1)
    await follower.take()
    await follower.leave()
    stage.objects["A"] = Thing("A", None, "new")
    begun, go = asyncio.Event(), asyncio.Event()

    def wait(_: object) -> Awaitable[object]:
        begun.set()
        return go.wait()

    stage.reading = wait
    behind, further = await stage.follow(after=before), await stage.follow(after=follower.position)
    await begun.wait()
    await stage.tell(stage.event("A", None))
    go.set()

    assert await behind.take(2) == [("UPDATED", "A", "new"), ("UPDATED", "B", 1)]
    assert await further.take() == [("UPDATED", "A", "new")]


async def test_who_was_shown_it_is_not_told_again_though_others_came_meanwhile(stage: Stage) -> None:
    staying = await stage.follow()
    stage.objects["A"] = Thing("A", None, "new")
    await stage.tell(stage.event("A", None))
    await staying.take()
    newcomer = await stage.follow()
    await stage.write("B", 1)
    assert await staying.take() == await newcomer.take() == [("UPDATED", "B", 1)]
    await staying.leave()
    await newcomer.leave()

    await stage.tell(stage.event("A", None))
    again, first = await stage.follow(after=staying.position), await stage.follow(after=newcomer.position)
    await stage.write("C", 1)

    assert await again.take() == [("UPDATED", "C", 1)]
    assert await first.take(2) == [("UPDATED", "A", "new"), ("UPDATED", "C", 1)]


@pytest.mark.parametrize("version", [2, None], ids=["with versions", "without"])
async def test_who_goes_on_in_front_is_told_what_was_read_ahead_for_others_before(
    stage: Stage, version: int | None
) -> None:
    staying = await stage.follow()
    before = await position_of(stage)
    follower = await stage.follow()
    await stage.write("A", version and 1, "old")
    await stage.write("B", 1)
    await follower.take(2)
    await follower.leave()
    await stage.write("C", 1)
    await staying.until(lambda told: told[1] == "C")
    stage.objects["A"] = Thing("A", version, "new")
    behind, further = await stage.follow(after=before), await stage.follow(after=follower.position)
    assert await behind.take(3) == [("UPDATED", "A", version or "new"), ("UPDATED", "B", 1), ("UPDATED", "C", 1)]
    assert await further.take() == [("UPDATED", "C", 1)]
    await stage.settle()

    await stage.tell(stage.event("A", version))
    await stage.write("D", 1)

    assert await further.take() == [("UPDATED", "A", version or "new")]
    assert await further.take() == await behind.take() == [("UPDATED", "D", 1)]
