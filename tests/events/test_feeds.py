"""Subscribers are told what happens: each object once for each state, in order, never going back."""

from __future__ import annotations

from gateway.events.event import Kind
from tests.events.feed_stage import Stage, Thing, stage

__all__ = ["stage"]


async def test_a_change_reaches_who_is_there(stage: Stage) -> None:
    follower = await stage.follow()

    await stage.write("A", 0, kind=Kind.CREATED)
    await stage.write("A", 1)
    first = await follower.take()
    if first == [("CREATED", "A", 0)]:
        assert await follower.take() == [("UPDATED", "A", 1)]
    else:
        assert first == [("CREATED", "A", 1)]


async def test_events_that_wait_together_are_one_change(stage: Stage) -> None:
    follower = await stage.follow()
    stage.objects["A"] = Thing("A", 3)

    await stage.tell(stage.event("A", 0, Kind.CREATED), stage.event("A", 3), stage.event("A", 2), stage.event("A", 3))
    await stage.settle()

    assert await follower.take() == [("CREATED", "A", 3)]
    assert stage.answers == 2


async def test_equal_subscriptions_are_read_and_answered_once(stage: Stage) -> None:
    followers = [await stage.follow() for _ in range(5)]

    await stage.write("A", 4)

    assert [await each.take() for each in followers] == [[("UPDATED", "A", 4)]] * 5
    assert (stage.reads, stage.answers) == (1, 1)


async def test_an_older_version_is_never_shown_after_a_newer(stage: Stage) -> None:
    follower = await stage.follow()
    await stage.write("A", 7)
    await follower.take()

    await stage.tell(stage.event("A", 5), stage.event("A", 7))
    await stage.write("B", 1)

    assert await follower.take() == [("UPDATED", "B", 1)]
    assert stage.reads == 2


async def test_a_read_that_is_older_than_its_event_is_made_again(stage: Stage) -> None:
    follower = await stage.follow()
    stage.objects["A"] = Thing("A", 1)

    def later(_: object) -> None:
        if stage.reads == 3:
            stage.objects["A"] = Thing("A", 2)

    stage.reading = later
    await stage.tell(stage.event("A", 2))

    assert await follower.take() == [("UPDATED", "A", 2)]
    assert stage.shop.time.slept == [0.05, 0.1]


async def test_a_delete_wins_over_what_comes_late(stage: Stage) -> None:
    follower = await stage.follow()
    await stage.write("A", 3)
    await follower.take()

    await stage.delete("A", 3)
    assert await follower.take() == [("DELETED", "A", None)]
    await stage.tell(stage.event("A", 2), stage.event("A", 3), stage.event("A", 4), stage.event("A", 3, Kind.DELETED))
    await stage.write("B", 1)

    assert await follower.take() == [("UPDATED", "B", 1)]


async def test_an_object_without_a_version_is_shown_when_it_has_changed(stage: Stage) -> None:
    follower = await stage.follow()
    await stage.write("A", None, "185")
    assert await follower.take() == [("UPDATED", "A", "185")]

    await stage.tell(stage.event("A", None))
    await stage.settle()
    await stage.write("A", None, "168")

    assert await follower.take() == [("UPDATED", "A", "168")]


async def test_only_who_asks_for_an_object_hears_of_it(stage: Stage) -> None:
    a = await stage.follow(group="a", object_id="A")
    b = await stage.follow(group="b", object_id="B C")

    await stage.write("A", 1)
    await stage.write("D", 1)
    await stage.write("C", 1)

    assert (await a.take(), await b.take()) == ([("UPDATED", "A", 1)], [("UPDATED", "C", 1)])
    assert stage.reads == 2


async def test_nothing_is_left_when_the_last_has_gone(stage: Stage) -> None:
    followers = [await stage.follow(group=str(number % 7)) for number in range(20)]
    assert (stage.feeds.subscribers, stage.feeds.feeds) == (20, 1)

    for each in followers:
        await each.leave()

    assert (stage.feeds.subscribers, stage.feeds.feeds) == (0, 0)
