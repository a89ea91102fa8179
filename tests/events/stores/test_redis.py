"""The log in a Redis: several replicas, a Redis that hangs, is away or has lost everything, and clocks that go back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from gateway.events.log import DeadLetter, NotStored
from gateway.events.stores.streams.log import RedisLog
from gateway.events.stores.streams.places import Names
from gateway.keys import Keys
from gateway.redis.announcements import Announcements
from gateway.redis.connection import Redis
from tests.events.feed_stage import FIRST_SELLER, Stage, open_stage
from tests.events.signed import MERCHANT, event
from tests.events.stores.conftest import KEYS, Clock, redis_log
from tests.patience import PATIENCE
from tests.redis_server import needs_redis, running_redis


async def ids(log: RedisLog) -> list[str]:
    return [each.event.event_id for each in await log.read(MERCHANT, 0, 1000)]


async def appended(log: RedisLog, id: str) -> int | None:
    """The position of an event that is given until it is kept, as Square does."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                [position] = await log.append([event(id)])
                return position
            except NotStored:
                await asyncio.sleep(0.02)


async def test_each_replica_hears_of_each_event_once_and_positions_hold_on_all(redis_url: str) -> None:
    async with redis_log(redis_url) as one, redis_log(redis_url) as two:
        heard: list[str] = []
        all_heard = asyncio.Event()

        def hear(name: str, count: int) -> None:
            heard.extend([name] * count)
            if len(heard) == 20:
                all_heard.set()

        one.on_stored(lambda events: hear("one", len(events)))
        two.on_stored(lambda events: hear("two", len(events)))
        waiting = asyncio.create_task(two.changed(MERCHANT, 0))
        positions = [(await (one, two)[number % 2].append([event(f"e-{number}")]))[0] or 0 for number in range(10)]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(waiting, all_heard.wait())

        assert one.name == two.name
        assert (heard.count("one"), heard.count("two")) == (10, 10)
        assert [each.position for each in await one.read(MERCHANT, positions[4], 100)] == positions[5:]
        assert await two.append([event("e-3")]) == [None]
        assert one.figures == two.figures


async def test_positions_grow_when_the_clock_goes_back(redis_url: str, clock: Clock) -> None:
    async with redis_log(redis_url, now=clock) as log:
        [first] = await log.append([event("e-1")])
        clock.time -= 500
        positions = [first, *await log.append([event("e-2"), event("e-3")])]

        assert positions == sorted(set(positions), key=lambda each: each or 0)
        assert await ids(log) == ["e-1", "e-2", "e-3"]


async def test_what_is_no_event_of_ours_is_left_out_and_keeps_nobody_from_others(redis_url: str, clock: Clock) -> None:
    redis = Redis(redis_url, "test")
    async with redis_log(redis_url, now=clock) as log:
        missed = asyncio.Event()
        log.on_missed(missed.set)
        await log.append([event("e-1")])
        stream = Names(redis.key, KEYS, "sandbox").events(MERCHANT)
        foreign = ({b"e": b"[1]"}, {b"e": b"no JSON"}, {b"x": b"1"}, {b"e": b'["","","","","","?","","",{},0,1]'})
        for number, fields in enumerate(foreign):
            # By a clock that is ahead of the log's.
            place = f"{int((clock() + 1) * 1000)}-{number}"
            await redis.run(lambda client, fields=fields, place=place: client.xadd(stream, fields, id=place))
        await Announcements(redis).announce("events", b'[9, 0, [["of", "a", "later", "version"]]]')
        async with asyncio.timeout(PATIENCE):
            await missed.wait()
        await log.append([event("e-2")])

        assert [each.event.event_id for each in await log.read(MERCHANT, 0, 2)] == ["e-1"]
        [first, *_] = await log.read(MERCHANT, 0, 1)
        assert [each.event.event_id for each in await log.read(MERCHANT, first.position, 2)] == ["e-2"]
    await redis.close()


async def test_one_replica_holds_a_task_at_a_time(redis_url: str) -> None:
    async with redis_log(redis_url) as one, redis_log(redis_url) as two:
        assert await one.hold("search", "one", 30)
        assert not await two.hold("search", "two", 30)
        assert not await two.hold("search", "two", 0)
        await one.hold("search", "one", 0)

        assert await two.hold("search", "two", 30)


async def test_no_name_of_a_key_is_that_of_a_seller(redis_url: str) -> None:
    async with redis_log(redis_url) as log:
        await log.append([event("e-1")])
        [stored] = await log.read(MERCHANT, 0, 1)
        await log.bury(DeadLetter(stored, "UPSTREAM_TIMEOUT", attempts=1))
        redis = Redis(redis_url, "other")
        keys = await redis.run(lambda client: client.keys("*"))
        await redis.close()

        assert keys
        assert all(key.startswith(b"{test}:") and MERCHANT.encode() not in key for key in keys)


@needs_redis
async def test_a_log_that_hangs_or_is_away_is_gone_on_with_and_keeps_what_it_has_taken() -> None:
    with running_redis() as server:
        async with redis_log(server.url) as log:
            await appended(log, "e-1")
            waiting = asyncio.create_task(log.changed(MERCHANT, (await log.bounds(MERCHANT)).last))
            server.hang()
            with pytest.raises(NotStored):
                await log.append([event("e-2")])
            with pytest.raises(NotStored):
                await log.bounds(MERCHANT)
            server.go_on()
            # Redis may have done what nobody waited for any more.
            await appended(log, "e-2")
            async with asyncio.timeout(PATIENCE):
                await waiting
            assert await ids(log) == ["e-1", "e-2"]


@needs_redis
async def test_who_follows_a_log_that_is_lost_is_told_so_and_goes_on_with_the_next_one() -> None:
    with running_redis() as server:
        server.kill()
        async with redis_log(server.url, heard=False) as log, open_stage(log=log) as stage:
            assert log.name == ""
            server.start_again()
            await told(stage, "A", 1)
            follower = await stage.follow()
            await told(stage, "A", 2)
            before = await follower.take()
            name, old = log.name, follower.position
            server.kill()
            server.start_again()
            await told(stage, "A", 3)
            after = await follower.take(2)
            late = await stage.follow(after=old)
            resumed = await stage.follow(after=follower.position)
            await told(stage, "A", 4)

            assert before == [("UPDATED", "A", 2)]
            assert after == ["expired", ("UPDATED", "A", 3)]
            assert await late.take(2) == ["expired", ("UPDATED", "A", 4)]
            assert await follower.take() == await resumed.take() == [("UPDATED", "A", 4)]
            assert log.name != name
            assert (await log.bounds(FIRST_SELLER)).gone == 0


async def test_who_follows_goes_on_with_an_older_state_of_the_log_and_is_told_so(redis_url: str, clock: Clock) -> None:
    async with redis_log(redis_url, now=clock) as log, open_stage(log=log) as stage:
        redis = Redis(redis_url, "test")
        followers = [await stage.follow(group=group) for group in ("one", "other")]
        await stage.write("A", 1)
        told_first = [await each.take() for each in followers]
        names = await redis.run(lambda client: client.keys("{test}:*"))
        # What a replica had of it when it took its server's place.
        kept = {name: await redis.run(lambda client, name=name: client.dump(name)) for name in names}
        clock.time += 1
        await stage.write("A", 2)
        told_last = [await each.take() for each in followers]
        await redis.run(lambda client: restored(client, kept))
        # As it does to those of the server that is gone.
        await redis.run(lambda client: client.client_kill_filter(_type="normal", skipme=True))
        lost = [await each.take() for each in followers]
        clock.time -= 100
        await told(stage, "A", 3)

        assert told_first == [[("UPDATED", "A", 1)]] * 2
        assert told_last == [[("UPDATED", "A", 2)]] * 2
        assert lost == [["expired"]] * 2
        assert [await each.take() for each in followers] == [[("UPDATED", "A", 3)]] * 2
        await redis.close()


def restored(client: Any, dumps: dict[bytes, bytes]) -> Awaitable[Any]:
    """All at once, as a replica takes its server's place: nobody reads one key of now beside another of then."""
    together = client.pipeline(transaction=True)
    for name, dump in dumps.items():
        if b"announcements" not in name:
            together.restore(name, 0, dump, replace=True)
    return together.execute()


async def told(stage: Stage, id: str, version: int) -> None:
    """An object changes, and its webhook is sent until it is kept."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await stage.write(id, version)
                return
            except NotStored:
                await asyncio.sleep(0.02)


async def test_under_another_secret_there_is_another_log_and_none_takes_an_event_from_the_other(redis_url: str) -> None:
    async with redis_log(redis_url) as one, redis_log(redis_url, keys=Keys("another secret")) as other:
        for log in (one, other):
            assert None not in await log.append([event("e-1")])
            assert await log.append([event("e-1")]) == [None]
        assert await ids(one) == await ids(other) == ["e-1"]
