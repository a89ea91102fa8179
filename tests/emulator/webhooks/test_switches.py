"""What goes wrong with notifications on purpose: lost, late, twice, out of order, out of date."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.emulator.conftest import Emulator
from tests.emulator.webhooks.receiver import Receiver, admin, create, idle, rename


async def test_a_share_of_one_sends_everything_twice_under_the_same_id(emulator: Emulator, receiver: Receiver) -> None:
    await admin(emulator, "PUT", "", {"duplicate": 1})
    emulator.running.subscribe(receiver.url)
    for _ in range(3):
        await create(emulator)

    assert await idle(emulator) == {"pending": 0, "delivered": 6, "dropped": 0}
    assert set(Counter(each["event_id"] for each in receiver.events).values()) == {2}
    assert set(Counter(each.body for each in receiver.received).values()) == {2}


async def test_what_is_dropped_never_comes_but_is_found_by_a_search(emulator: Emulator, receiver: Receiver) -> None:
    await emulator.call("PUT", "/v2/events/enable")
    await admin(emulator, "PUT", "", {"drop": 1})
    emulator.running.subscribe(receiver.url)
    customer = await create(emulator)

    assert await idle(emulator) == {"pending": 0, "delivered": 0, "dropped": 1}
    emulator.clock.advance(86_400)
    await idle(emulator)
    assert receiver.received == []
    _, found = await emulator.call("POST", "/v2/events", {})
    assert [each["data"]["id"] for each in found["events"]] == [customer]


async def test_what_is_delayed_comes_when_the_clock_says_so(emulator: Emulator, receiver: Receiver) -> None:
    await admin(emulator, "PUT", "", {"delay": 1, "delay_seconds": 3600})
    emulator.running.subscribe(receiver.url)
    customer = await create(emulator)
    await admin(emulator, "DELETE")
    await rename(emulator, customer, "Grace")
    assert await idle(emulator) == {"pending": 1, "delivered": 1, "dropped": 0}

    emulator.clock.advance(3600)
    assert await idle(emulator) == {"pending": 0, "delivered": 2, "dropped": 0}
    assert receiver.types == ["customer.updated", "customer.created"]


async def test_what_is_out_of_order_all_comes(emulator: Emulator, receiver: Receiver) -> None:
    await admin(emulator, "PUT", "", {"reorder": 1, "seed": 1})
    emulator.running.subscribe(receiver.url)
    await emulator.call("POST", "/v2/customers/bulk-create", {"customers": {f"k{n}": _named(n) for n in range(20)}})

    await receiver.wait(20)
    came = [each["data"]["object"]["customer"]["given_name"] for each in receiver.events]
    assert sorted(came) != came
    assert sorted(came) == sorted(f"Ada {n:02}" for n in range(20))


async def test_stale_content_comes_after_newer_with_an_id_of_its_own(emulator: Emulator, receiver: Receiver) -> None:
    await admin(emulator, "PUT", "", {"stale": 1})
    key = emulator.running.subscribe(receiver.url)
    customer = await create(emulator, "Ada")
    await rename(emulator, customer, "Grace")
    await emulator.call("DELETE", f"/v2/customers/{customer}")
    await idle(emulator)

    told = [(each["type"], each["data"]["object"]["customer"]["version"]) for each in receiver.events]
    created, updated = ("customer.created", 0), ("customer.updated", 1)
    assert told == [created, updated, created, ("customer.deleted", 1), updated]
    assert len({each["event_id"] for each in receiver.events}) == 5
    moments = [each["created_at"] for each in receiver.events]
    assert moments == sorted(moments)
    assert all(each.signed(key, receiver.url) for each in receiver.received)


async def test_a_seed_makes_chance_repeat_itself(emulator: Emulator, receiver: Receiver) -> None:
    emulator.running.subscribe(receiver.url)
    dropped = []
    for _ in range(2):
        await admin(emulator, "PUT", "", {"drop": 0.5, "seed": 7})
        names = [await create(emulator) for _ in range(12)]
        await idle(emulator)
        told = {each["data"]["id"] for each in receiver.events}
        dropped.append([name in told for name in names])

    assert dropped[0] == dropped[1]
    assert set(dropped[0]) == {True, False}


async def test_switches_are_shown_and_all_replaced(emulator: Emulator) -> None:
    await admin(
        emulator, "PUT", "", {"time_scale": 0.5, "timeout": 3, "duplicate": 0.25, "delay": 1, "delay_seconds": 2}
    )
    await admin(emulator, "PUT", "", {"stale": 0.1})

    nothing = dict.fromkeys(("duplicate", "delay", "delay_seconds", "drop", "reorder", "stale"), 0.0)
    counts = {"pending": 0, "delivered": 0, "dropped": 0}
    times = {"time_scale": 0.5, "timeout": 3.0}
    assert await admin(emulator, "GET") == {**times, **nothing, "stale": 0.1, **counts}
    assert await admin(emulator, "DELETE") == {**times, **nothing, **counts}


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"duplicate": 1.5}, "BAD_REQUEST", "duplicate"),
        ({"drop": -1}, "BAD_REQUEST", "drop"),
        ({"seed": "x"}, "EXPECTED_INTEGER", "seed"),
        ({"twice": 1}, "UNKNOWN_BODY_PARAMETER", "twice"),
    ],
)
async def test_a_wrong_switch_is_refused_and_changes_nothing(
    emulator: Emulator, body: dict[str, object], code: str, field: str
) -> None:
    before = await admin(emulator, "GET")
    status, answer = await emulator.call("PUT", "/_emulator/webhooks", body, token=None)

    assert (status, answer["errors"][0]["code"], answer["errors"][0]["field"]) == (400, code, field)
    assert await admin(emulator, "GET") == before


def _named(number: int) -> dict[str, str]:
    return {"given_name": f"Ada {number:02}"}
