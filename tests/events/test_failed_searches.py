"""Searches for missed events that Square refuses, breaks off or answers for ever."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

import pytest

from gateway.events.catching_up import CatchUp
from gateway.events.event import Event
from gateway.events.event_search import Envelope, EventSearch
from gateway.events.reconciliation import INTERVAL, SILENCE, SOON, Reconciliation
from gateway.events.stores.memory import MemoryLog
from gateway.square.policies.call_budget import Budget
from tests.patience import PATIENCE
from tests.square import conftest as square_conftest
from tests.square.conftest import TOKEN, Client, tenant
from tests.square.fault_server import FaultServer, Reply, answer, refusal, reset
from tests.square.held_time import HeldTime

client, faults, time = square_conftest.client, square_conftest.faults, square_conftest.time
ENABLED = answer({})
NONE = answer({})
URL = "https://gateway.example.com/webhooks/square"
TYPES = ["customer.updated", "customer.created"]
SUBSCRIBED = answer({"subscriptions": [{"enabled": True, "notification_url": URL, "event_types": TYPES}]})
# Seconds that Square has for each answer.
ATTEMPT = Budget().attempt
RETENTION = 259_200.0
LOGGED = "gateway.events.reconciliation"


def envelope(number: int, created_at: str = "2023-11-14T22:13:20Z") -> Envelope:
    return {"event_id": f"E{number}", "merchant_id": "M", "type": "customer.updated", "created_at": created_at}


def page(*numbers: int, cursor: str | None = None) -> Reply:
    return answer({"events": [envelope(number) for number in numbers]} | ({"cursor": cursor} if cursor else {}))


def read(envelope: Envelope) -> Event:
    if len(envelope) < 4:
        raise ValueError
    return Event(envelope["event_id"], envelope["merchant_id"], envelope["type"], envelope["created_at"])


@dataclass
class Searched:
    """A log, and what searches for it."""

    log: MemoryLog
    reconciliation: Reconciliation

    async def ids(self) -> list[str]:
        return [stored.event.event_id for stored in await self.log.read("M", 0, 1000)]


@pytest.fixture
async def searched(client: Client, time: HeldTime) -> Searched:
    client.with_budget(attempts=1)
    log = MemoryLog(RETENTION, 1000, lambda: time.wall)
    # What a gateway had stored before it was stopped.
    await log.append([read(envelope(1))])
    search = EventSearch(client.square, tenant(), TYPES, URL)
    catch_up = CatchUp(search, log, read, retention=RETENTION, timing=time.timing)
    reconciliation = Reconciliation(catch_up, time.timing)
    await reconciliation.open(log)
    return Searched(log, reconciliation)


async def test_all_pages_are_read_and_what_is_known_is_stored_once(searched: Searched, faults: FaultServer) -> None:
    faults.then(ENABLED, SUBSCRIBED, page(1, 2, cursor="A"), page(2, 3, cursor="B"), page(4))

    assert await searched.reconciliation.attempt()
    assert await searched.ids() == ["E1", "E2", "E3", "E4"]
    assert faults.targets == [
        "/v2/events/enable",
        "/v2/webhooks/subscriptions?limit=100",
        "/v2/events",
        "/v2/events",
        "/v2/events",
    ]
    asked = [request.body for request in faults.requests[2:]]
    assert [each.pop("cursor", None) for each in asked] == [None, "A", "B"]
    assert asked[0] == asked[1] == asked[2]
    assert asked[0] == {
        "limit": 100,
        "query": {
            "filter": {
                "event_types": ["customer.created", "customer.updated"],
                # An hour before the last that was stored.
                "created_at": {"start_at": "2023-11-14T21:13:20.000000Z"},
            },
            "sort": {"field": "DEFAULT", "order": "ASC"},
        },
    }


async def test_only_square_gets_the_applications_token(searched: Searched, faults: FaultServer) -> None:
    faults.then(ENABLED, SUBSCRIBED, page(2))

    await searched.reconciliation.attempt()

    assert {request.headers["authorization"] for request in faults.requests} == {f"Bearer {TOKEN}"}


async def test_what_was_read_before_a_search_broke_off_stays_and_the_rest_follows(
    searched: Searched, faults: FaultServer
) -> None:
    faults.then(ENABLED, SUBSCRIBED, page(2, cursor="A"), reset(processed=False), page(2, cursor="A"), page(3))

    assert not await searched.reconciliation.attempt()
    assert searched.reconciliation.failing
    assert await searched.ids() == ["E1", "E2"]
    assert await searched.reconciliation.attempt()
    assert not searched.reconciliation.failing
    assert await searched.ids() == ["E1", "E2", "E3"]


async def test_pages_that_repeat_themselves_end_the_search(searched: Searched, faults: FaultServer) -> None:
    faults.then(ENABLED, SUBSCRIBED)
    faults.otherwise = page(2, cursor="A")

    assert not await searched.reconciliation.attempt()
    assert len(faults.requests) == 4


async def test_an_event_that_cannot_be_read_keeps_no_other_back(searched: Searched, faults: FaultServer) -> None:
    faults.then(ENABLED, SUBSCRIBED, answer({"events": [None, "text", {}, {"event_id": "E9"}, envelope(2)]}))

    assert await searched.reconciliation.attempt()
    assert await searched.ids() == ["E1", "E2"]


@pytest.mark.parametrize(
    ("reply", "advice"),
    [
        (refusal(401, "UNAUTHORIZED", "AUTHENTICATION_ERROR"), "set the application's personal access token"),
        (refusal(403, "FORBIDDEN", "AUTHENTICATION_ERROR"), "no seller's OAuth token"),
        (refusal(404, "NOT_FOUND"), "look at SQUARE_BASE_URL"),
        (refusal(400, "BAD_REQUEST"), "SQUARE_VERSION may be too old"),
        (refusal(503), "it is tried again"),
    ],
    ids=["401", "403", "404", "400", "503"],
)
async def test_what_is_wrong_is_said_once_and_so_is_that_it_is_over(
    searched: Searched, faults: FaultServer, caplog: pytest.LogCaptureFixture, reply: Reply, advice: str
) -> None:
    caplog.set_level(logging.INFO, LOGGED)
    faults.then(reply, reply, ENABLED, SUBSCRIBED, NONE)

    assert [await searched.reconciliation.attempt() for _ in range(3)] == [False, False, True]
    said = [record.getMessage() for record in caplog.records if record.name == LOGGED]
    assert len(said) == 2
    assert advice in said[0]
    assert said[1] == "Missed events can be searched for again"
    assert TOKEN not in caplog.text


async def test_after_a_failure_it_waits_longer_and_longer(
    searched: Searched, faults: FaultServer, time: HeldTime
) -> None:
    faults.then(ENABLED, SUBSCRIBED)
    faults.otherwise = refusal(403, "FORBIDDEN", "AUTHENTICATION_ERROR")
    running = asyncio.create_task(searched.reconciliation.run())
    await faults.until(lambda: len(faults.requests) == 11)
    running.cancel()

    assert time.slept[:8] == [SOON + min(INTERVAL, SOON * 2.0**times) for times in range(1, 9)]


def waits(time: HeldTime) -> list[float]:
    """The seconds between searches so far."""
    return [SOON + limit for limit in time.limits if limit != ATTEMPT]


async def until_it_waits(time: HeldTime, times: int) -> None:
    """Wait until it has waited so many times, this one included; the shortest wait is over at once."""
    async with asyncio.timeout(PATIENCE):
        while len(waits(time)) < times:  # noqa: ASYNC110 - time tells nobody who waits
            await asyncio.sleep(0)


async def test_when_nothing_is_missing_it_searches_less_and_less_often(
    searched: Searched, faults: FaultServer, time: HeldTime
) -> None:
    faults.otherwise = NONE
    time.chance = 0.5
    running = asyncio.create_task(searched.reconciliation.run())
    for times in range(2, 10):
        await until_it_waits(time, times)
        time.run_out()
    running.cancel()

    assert waits(time) == [*(SOON * 2**times for times in range(7)), INTERVAL, INTERVAL]
    assert faults.targets.count("/v2/events") == 9


async def test_it_searches_soon_when_something_may_be_missing(
    searched: Searched, faults: FaultServer, time: HeldTime
) -> None:
    faults.otherwise = NONE
    time.chance = 0.5
    running = asyncio.create_task(searched.reconciliation.run())
    await until_it_waits(time, 2)
    searched.reconciliation.missed()
    await until_it_waits(time, 4)
    # A webhook soon after another says nothing, one after a long silence does.
    await searched.log.append([read(envelope(7))])
    time.run_out()
    await until_it_waits(time, 5)
    time.pass_by(SILENCE + 1)
    await searched.log.append([read(envelope(8))])
    await until_it_waits(time, 7)
    running.cancel()

    assert waits(time) == [SOON, 2 * SOON, SOON, 2 * SOON, 4 * SOON, SOON, 2 * SOON]


async def test_webhooks_that_go_elsewhere_are_warned_of_once(
    searched: Searched, faults: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    faults.otherwise = answer({"subscriptions": [{"enabled": True, "notification_url": "https://other.example.com"}]})

    said = []
    for _ in range(5):
        assert await searched.reconciliation.attempt()
        said.append(caplog.text.count("No enabled webhook subscription at Square has SQUARE_WEBHOOK_URL"))

    assert said == [0, 0, 1, 1, 1]


async def test_one_that_is_made_later_says_which_types_to_search_for(searched: Searched, faults: FaultServer) -> None:
    made = answer({"subscriptions": [{"enabled": True, "notification_url": URL, "event_types": ["customer.created"]}]})
    faults.then(ENABLED, NONE, NONE, ENABLED, made, NONE, NONE)

    assert [await searched.reconciliation.attempt() for _ in range(3)] == [True] * 3
    searches = [request.body for request in faults.requests if request.target == "/v2/events"]
    assert [each["query"]["filter"]["event_types"] for each in searches] == [
        ["customer.created", "customer.updated"],
        ["customer.created"],
        ["customer.created"],
    ]
    assert len(faults.requests) == 7


async def test_a_subscription_without_types_is_told_of_all_and_sought_once(
    searched: Searched, faults: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    made = answer({"subscriptions": [{"enabled": True, "notification_url": URL, "event_types": []}]})
    faults.then(ENABLED, made, NONE, NONE, NONE)

    assert [await searched.reconciliation.attempt() for _ in range(3)] == [True] * 3
    assert faults.targets == ["/v2/events/enable", "/v2/webhooks/subscriptions?limit=100", *["/v2/events"] * 3]
    assert not caplog.text


async def test_events_without_webhooks_are_counted_and_looked_for_again_soon(
    searched: Searched, faults: FaultServer, time: HeldTime
) -> None:
    faults.then(ENABLED, SUBSCRIBED, page(1, 2, 3), NONE)
    time.wall += 120
    running = asyncio.create_task(searched.reconciliation.run())
    await faults.until(lambda: len(faults.requests) == 4)
    running.cancel()

    assert searched.reconciliation.recovered == 2
