"""What every event log does, wherever it keeps events."""

from __future__ import annotations

import asyncio

from gateway.events.event import Event
from gateway.events.log import Bounds, DeadLetter, EventLog, Figures
from tests.events.signed import MERCHANT, event
from tests.events.stores.conftest import LIMIT, RETENTION, Clock
from tests.patience import PATIENCE

OTHER = "MERCHANT-2"


def events(*numbers: int, merchant: str = MERCHANT) -> list[Event]:
    return [event(f"e-{number}", merchant) for number in numbers]


async def ids(log: EventLog, merchant: str = MERCHANT, after: int = 0, limit: int = 1000) -> list[str]:
    return [each.event.event_id for each in await log.read(merchant, after, limit)]


async def test_events_are_kept_in_the_order_in_which_they_came(log: EventLog) -> None:
    [one, two] = await log.append(events(7, 3))
    [three] = await log.append(events(5))

    assert one is not None
    assert two is not None
    assert three is not None
    assert one < two < three
    assert await ids(log) == ["e-7", "e-3", "e-5"]


async def test_an_event_is_read_as_it_was_appended(log: EventLog) -> None:
    given = [
        event("e-1"),
        event("e-2", kind=None, family="", object_id="", version=None, facts={}),
        event("e-3", version=2**62, object_id="sq0idp-x:key:CUSTOMER:C 1"),
    ]
    await log.append(given)

    assert [each.event for each in await log.read(MERCHANT, 0, 10)] == given


async def test_an_id_is_kept_once(log: EventLog) -> None:
    assert [each is None for each in await log.append(events(1, 2, 1))] == [False, False, True]
    assert await log.append(events(2)) == [None]
    assert await ids(log) == ["e-1", "e-2"]


async def test_appends_at_the_same_time_are_all_kept_and_each_once(log: EventLog) -> None:
    answers = await asyncio.gather(*(log.append(events(number % 50)) for number in range(100)))
    positions = [each for [each] in answers if each is not None]

    assert len(positions) == len(set(positions)) == 50
    assert await ids(log) == [f"e-{number}" for number in range(50)]


async def test_reading_goes_on_behind_a_position(log: EventLog) -> None:
    positions = await log.append(events(*range(10)))
    assert positions[3] is not None

    assert await ids(log, after=positions[3], limit=2) == ["e-4", "e-5"]
    assert await ids(log, after=(await log.bounds(MERCHANT)).last) == []


async def test_sellers_do_not_see_each_others_events(log: EventLog) -> None:
    await log.append(events(1, 2))
    [position] = await log.append(events(3, merchant=OTHER))

    assert await ids(log, OTHER) == ["e-3"]
    assert await ids(log) == ["e-1", "e-2"]
    assert await log.bounds(OTHER) == Bounds(gone=0, last=position or 0)
    assert await log.bounds("nobody") == Bounds(0, 0)


async def test_beyond_the_limit_the_oldest_are_gone_and_the_bounds_say_so(log: EventLog) -> None:
    [quiet] = await log.append(events(0, merchant=OTHER))
    positions = await log.append(events(*range(1, LIMIT + 21)))
    bounds = await log.bounds(MERCHANT)

    assert await ids(log) == [f"e-{number}" for number in range(21, LIMIT + 21)]
    assert (bounds.gone, bounds.last) == (positions[19], positions[-1])
    assert await log.bounds(OTHER) == Bounds(gone=quiet or 0, last=quiet or 0)
    assert log.figures == Figures(events=LIMIT, dead_letters=0)


async def test_an_id_stays_known_when_its_event_is_gone(log: EventLog) -> None:
    await log.append(events(*range(2 * LIMIT)))

    assert "e-0" not in await ids(log)
    assert await log.append(events(0)) == [None]


async def test_ids_are_known_for_the_retention_and_not_longer(log: EventLog, clock: Clock) -> None:
    await log.append(events(1))
    clock.time += RETENTION - 1
    assert [each is None for each in await log.append(events(1, 2))] == [True, False]

    clock.time += 2
    assert [each is None for each in await log.append(events(1, 2))] == [False, True]


async def test_what_is_too_old_is_gone_even_if_nothing_came_since(log: EventLog, clock: Clock) -> None:
    positions = await log.append(events(*range(5)))
    clock.time += RETENTION + 1

    assert await log.bounds(MERCHANT) == Bounds(gone=positions[-1] or 0, last=positions[-1] or 0)
    assert await ids(log) == []


async def test_positions_go_on_when_everything_is_gone(log: EventLog, clock: Clock) -> None:
    [first] = await log.append(events(1))
    clock.time += RETENTION + 1
    await log.bounds(MERCHANT)
    [second] = await log.append(events(2))

    assert first is not None
    assert second is not None
    assert second > first


async def test_whoever_waits_is_woken_by_an_event_of_its_seller_only(log: EventLog) -> None:
    waiting = asyncio.create_task(log.changed(MERCHANT, 0))
    other = asyncio.create_task(log.changed(OTHER, 0))
    await log.append(events(1))

    await asyncio.wait_for(waiting, PATIENCE)
    assert not other.done()
    other.cancel()


async def test_whoever_waits_for_what_is_there_does_not_wait(log: EventLog) -> None:
    [position] = await log.append(events(1))

    await asyncio.wait_for(log.changed(MERCHANT, (position or 0) - 1), PATIENCE)


async def test_listeners_hear_of_new_events_before_those_who_wait(log: EventLog) -> None:
    heard: list[str] = []

    async def wait() -> None:
        await log.changed(MERCHANT, 0)
        heard.append("woken")

    log.on_stored(lambda stored: heard.extend(each.event_id for each in stored))
    waiting = asyncio.create_task(wait())
    await log.append(events(1, 2, 1))
    await asyncio.wait_for(waiting, PATIENCE)
    await log.append(events(2))

    assert heard == ["e-1", "e-2", "woken"]


async def test_dead_letters_are_counted_and_go_with_their_events(log: EventLog, clock: Clock) -> None:
    await log.append(events(1, 2))
    [stored, _] = await log.read(MERCHANT, 0, 2)
    await log.bury(DeadLetter(stored, "UPSTREAM_TIMEOUT", attempts=5))

    assert log.figures == Figures(events=2, dead_letters=1)
    assert await ids(log) == ["e-1", "e-2"]
    clock.time += RETENTION + 1
    await log.bounds(MERCHANT)
    assert log.figures == Figures(events=0, dead_letters=0)


async def test_the_time_of_the_latest_event_and_notes_outlive_the_events(log: EventLog, clock: Clock) -> None:
    assert await log.latest() is None
    assert await log.note("place") is None
    await log.append(events(1))
    await log.set_note("place", "here")
    await log.set_note("place", "there")
    clock.time += RETENTION + 1
    await log.bounds(MERCHANT)

    assert await log.latest() == "2026-09-16T10:00:00Z"
    assert await log.note("place") == "there"


async def test_who_holds_a_task_keeps_it_and_lets_go_of_it(log: EventLog) -> None:
    assert await log.hold("search", "one", 30)
    assert await log.hold("search", "one", 30)
    assert await log.hold("search", "one", 0)
    assert await log.hold("search", "two", 30)
