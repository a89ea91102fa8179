"""Who was away goes on from a position: nothing is missed, nothing comes twice, nothing goes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from gateway.emulator.store.tenants import SECOND_APPLICATION, SECOND_SELLER, Token
from gateway.events.event import Kind
from gateway.events.subscription import BadPosition
from tests.events.feed_stage import Stage, Thing, open_stage, stage

__all__ = ["stage"]


async def position_of(stage: Stage) -> str:
    """The position of the first change of all."""
    follower = await stage.follow(group="first")
    await stage.write("first", 1)
    await follower.take()
    await follower.leave()
    return follower.position


@pytest.mark.parametrize("others", [0, 1], ids=["alone", "beside another"])
async def test_what_was_missed_comes_first(stage: Stage, others: int) -> None:
    position = await position_of(stage)
    other = [await stage.follow() for _ in range(others)]
    for version in (1, 2):
        await stage.write("A", version)
        await stage.write("B", version)
    for each in other:
        await each.until(lambda answer: answer[1:] == ("B", 2))

    follower = await stage.follow(after=position)
    missed = await follower.until(lambda answer: answer[1:] == ("B", 2))
    await stage.write("A", 3)

    assert missed == [("UPDATED", "A", 2), ("UPDATED", "B", 2)]
    assert await follower.take() == [("UPDATED", "A", 3)]
    for each in other:
        assert await each.take() == [("UPDATED", "A", 3)]


async def test_many_who_were_away_are_told_with_one_read(stage: Stage) -> None:
    position = await position_of(stage)
    await stage.write("A", 1)
    await stage.settle()
    before = stage.reads

    followers = [await stage.follow(after=position) for _ in range(20)]
    got = [await each.take() for each in followers]

    assert got == [[("UPDATED", "A", 1)]] * 20
    assert stage.reads - before <= 2


async def test_who_was_told_of_the_creation_is_told_of_an_update(stage: Stage) -> None:
    start = await position_of(stage)
    follower = await stage.follow()
    await stage.write("A", 0, kind=Kind.CREATED)
    await follower.take()
    created = follower.position
    await follower.leave()
    await stage.write("A", 1)

    told = await stage.follow(after=created)
    new = await stage.follow(after=start, group="new")

    assert await told.take() == [("UPDATED", "A", 1)]
    assert await new.take() == [("CREATED", "A", 1)]


async def test_another_token_of_the_seller_and_application_goes_on(stage: Stage) -> None:
    stage.shop.put(Token("renewed-token"))
    position = await position_of(stage)
    await stage.write("A", 1)

    follower = await stage.follow("renewed-token", after=position)

    assert await follower.take() == [("UPDATED", "A", 1)]


@pytest.mark.parametrize(
    "other", [Token("other", seller=SECOND_SELLER), Token("other", application=SECOND_APPLICATION)]
)
async def test_another_seller_or_application_does_not(stage: Stage, other: Token) -> None:
    stage.shop.put(other)
    follower = await stage.follow("other", after=await position_of(stage))

    with pytest.raises(BadPosition):
        await follower.take()


@pytest.mark.parametrize("change", ["", "x", "AAAA", "é", "A" * 38, "A" * 5000])
async def test_a_made_up_position_is_refused(stage: Stage, change: str) -> None:
    follower = await stage.follow(after=change)

    with pytest.raises(BadPosition):
        await follower.take()


async def test_a_changed_position_is_refused(stage: Stage) -> None:
    position = await position_of(stage)
    for place in range(len(position) - 1):
        other = "A" if position[place] != "A" else "B"
        follower = await stage.follow(after=position[:place] + other + position[place + 1 :])
        with pytest.raises(BadPosition):
            await follower.take()


async def test_what_is_lost_is_said_once_and_the_rest_is_told() -> None:
    async with open_stage(kept=4) as stage:
        position = await position_of(stage)
        for number in range(6):
            await stage.write(f"A{number}", 1)

        follower = await stage.follow(after=position)
        got = await follower.take(5)
        await stage.write("A0", 2)

        assert got == ["expired", *(("UPDATED", f"A{number}", 1) for number in range(2, 6))]
        assert await follower.take() == [("UPDATED", "A0", 2)]


async def test_a_position_of_another_log_is_known_as_such(stage: Stage) -> None:
    async with open_stage() as other:
        position = await position_of(other)
    await stage.write("A", 1)

    follower = await stage.follow(after=position)
    await stage.write("A", 2)

    assert await follower.take(2) == ["expired", ("UPDATED", "A", 2)]


async def test_what_was_read_ahead_does_not_come_again_in_front(stage: Stage) -> None:
    front = await stage.follow()
    position = await position_of(stage)
    await front.take()
    await stage.tell(stage.event("A", 1))
    stage.objects["A"] = Thing("A", 2)
    await front.take()

    late = await stage.follow(after=position)
    assert await late.take() == [("UPDATED", "A", 2)]
    stage.objects["A"] = Thing("A", 3)
    await stage.tell(stage.event("A", 2), stage.event("A", 3))

    assert await late.take() == [("UPDATED", "A", 3)]


@pytest.mark.parametrize("version", [2, None], ids=["with versions", "without"])
async def test_what_was_read_ahead_does_not_come_again_after_a_return(stage: Stage, version: int | None) -> None:
    follower = await stage.follow()
    stage.objects["A"] = Thing("A", version, "later")
    await stage.tell(stage.event("A", version and 1))
    await follower.take()
    await follower.leave()

    await stage.tell(stage.event("A", version))
    returned = await stage.follow(after=follower.position)
    await stage.write("B", 1)

    assert await returned.take() == [("UPDATED", "B", 1)]


async def test_a_second_event_about_a_delete_does_not_tell_of_it_again_after_a_return(stage: Stage) -> None:
    follower = await stage.follow()
    await stage.delete("A", 1)
    await follower.take()
    await follower.leave()

    await stage.delete("A", 1)
    returned = await stage.follow(after=follower.position)
    await stage.write("B", 1)

    assert await returned.take() == [("UPDATED", "B", 1)]


async def test_what_changes_and_changes_back_is_shown_both_times(stage: Stage) -> None:
    follower = await stage.follow()
    await stage.write("A", None, "10")
    await follower.take()
    await follower.leave()

    returned = await stage.follow(after=follower.position)
    await stage.write("A", None, "20")
    assert await returned.take() == [("UPDATED", "A", "20")]
    await stage.write("A", None, "10")

    assert await returned.take() == [("UPDATED", "A", "10")]


async def test_a_position_stays_short(stage: Stage) -> None:
    follower = await stage.follow()
    for number in range(20):
        await stage.write(f"A{number}", number)
        await follower.take()

    assert len(follower.position) < 300


async def test_what_is_lost_while_a_round_takes_long_is_said_once() -> None:
    async with open_stage(kept=4) as stage:
        begun, go = asyncio.Event(), asyncio.Event()

        def wait(_: object) -> Awaitable[object]:
            begun.set()
            return go.wait()

        follower = await stage.follow()
        stage.reading = wait
        await stage.write("first", 1)
        await begun.wait()
        for number in range(6):
            await stage.write(f"A{number}", 1)
        go.set()
        got = await follower.take(6)
        await stage.write("last", 1)

        assert got == [("UPDATED", "first", 1), "expired", *(("UPDATED", f"A{number}", 1) for number in range(2, 6))]
        assert await follower.take() == [("UPDATED", "last", 1)]
