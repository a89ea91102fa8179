"""Objects that are deleted and made again: who was shown them elsewhere is told of the delete that follows."""

from __future__ import annotations

import pytest

from gateway.events.event import Kind
from tests.events.feed_stage import Follower, Stage, Thing, open_stage, stage
from tests.events.test_feed_positions import position_of

__all__ = ["stage"]


async def _left(stage: Stage, follower: Follower) -> str:
    await follower.leave()
    await stage.settle()
    return follower.position


@pytest.mark.parametrize("queue", [2, 128], ids=["an object a round", "all in one round"])
async def test_a_second_delete_is_told_to_who_saw_the_object_made_again(queue: int) -> None:
    async with open_stage(queue=queue) as stage:
        values = stage.make_family("values", recreated=True)
        before = await position_of(stage)
        follower = await stage.follow(family=values)
        await stage.write("A", 1, family=values)
        await follower.take()
        await stage.delete("A", 1, family=values)
        await follower.take()
        await stage.write("B", 1, family=values)
        await follower.take()
        await stage.write("A", 1, "again", family=values)
        await follower.take()
        after = await _left(stage, follower)
        await stage.write("B", 2, family=values)
        await stage.delete("A", 1, family=values)

        behind = await stage.follow(family=values, after=before)
        further = await stage.follow(family=values, after=after)
        await stage.write("C", 1, family=values)

        last = ("UPDATED", "C", 1)
        assert await further.until(lambda told: told == last) == [
            ("UPDATED", "B", 2), ("DELETED", "A", None), last
        ]  # fmt: skip
        assert [told for told in await behind.until(lambda told: told == last) if told[1] == "A"] == [
            ("DELETED", "A", None)
        ]


async def test_a_delete_is_told_by_who_has_not_seen_the_object_made_again(stage: Stage) -> None:
    # Two gateways share a log; what the second one shows of an object it knows as deleted is nothing.
    async with open_stage(log=stage.log) as other:
        values, there = stage.make_family("values", recreated=True), other.make_family("values", recreated=True)
        staying = await other.follow(family=there)
        elsewhere = await stage.follow(family=values)
        stage.objects["A"] = Thing("A", 1)
        await stage.tell(stage.event("A", 1, family=values))
        await elsewhere.take()
        stage.objects.pop("A")
        await stage.tell(stage.event("A", 1, Kind.DELETED, family=values))
        assert (await staying.take(), await elsewhere.take()) == ([("DELETED", "A", None)],) * 2
        # The first one is shown it as it is made again, the second one reads it when it is gone.
        stage.objects["A"] = Thing("A", 1, "again")
        await stage.tell(stage.event("A", 1, family=values))
        await elsewhere.take()
        await elsewhere.leave()
        for version in (1, 2):
            other.objects["B"] = Thing("B", version)
            await stage.tell(stage.event("B", version, family=values))
            assert await staying.take() == [("UPDATED", "B", version)]
            if version == 1:
                returned = await other.follow(family=there, after=elsewhere.position)
            assert await returned.take() == [("UPDATED", "B", version)]
        # It goes on once more, from a position that does not claim to know of a delete.
        await returned.leave()
        returned = await other.follow(family=there, after=returned.position)

        await stage.tell(stage.event("A", 1, Kind.DELETED, family=values))
        assert await returned.take() == [("DELETED", "A", None)]
        other.objects["C"] = Thing("C", 1)
        await stage.tell(stage.event("C", 1, family=values))
        assert await returned.take() == await staying.take() == [("UPDATED", "C", 1)]


async def test_a_delete_that_is_told_alone_is_read_for_who_has_come_back(stage: Stage) -> None:
    values = stage.make_family("values", recreated=True)
    follower = await stage.follow(family=values)
    names = ["A", *(f"B{number}" for number in range(12))]
    for name in names:
        stage.objects[name] = Thing(name, 2)
        await stage.tell(stage.event(name, 1, family=values))
        await follower.take()
    returned = await stage.follow(family=values, after=await _left(stage, follower))

    await stage.tell(stage.event("A", 1, Kind.DELETED, family=values))
    assert await returned.take() == [("UPDATED", "A", 2)]
    await stage.tell(stage.event("A", 2, family=values))
    await stage.delete("A", 2, family=values)

    assert await returned.take() == [("DELETED", "A", None)]
