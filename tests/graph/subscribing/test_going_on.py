"""Going on from a position: with `after`, and with the mark that an event stream leaves."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from gateway.emulator.store.faults import STATUS_OPERATION, Kind
from tests.emulator.attributes import customer, done
from tests.emulator.conftest import Emulator
from tests.following import Live, live_gateway
from tests.patience import PATIENCE

FOLLOW = "subscription($from: String) { customerChanged(after: $from) { kind customerId position } }"


async def test_what_changed_meanwhile_comes_first(live: Live) -> None:
    async with live.follow(FOLLOW) as follower:
        ada = await customer(live.emulator)
        position = (await follower.change())["position"]
    bea = await customer(live.emulator)
    eve = await customer(live.emulator)
    async with live.follow(FOLLOW, {"from": position}) as follower:
        meanwhile = {(await follower.change())["customerId"] for _ in range(2)}
        await done(live.emulator.call("DELETE", f"/v2/customers/{ada}"))
        later = await follower.change()

    assert meanwhile == {bea, eve}
    assert (later["kind"], later["customerId"]) == ("DELETED", ada)


async def test_a_position_is_nobody_elses(live: Live) -> None:
    async with live.follow(FOLLOW) as follower:
        await customer(live.emulator)
        position = (await follower.change())["position"]
    for token in ("second-seller-token", "second-app-token"):
        async with live.follow(FOLLOW, {"from": position}, token=token, waits=False) as follower:
            assert (await follower.refusal())["extensions"] == {"code": "BAD_USER_INPUT", "field": ["after"]}
    async with live.follow(FOLLOW, {"from": position}, token="read-only-token") as follower:
        assert await live.subscribers() == 1


async def test_an_event_stream_goes_on_from_its_last_mark_unless_the_operation_says_from_where(
    told_once: Live,
) -> None:
    live = told_once
    async with live.follow(FOLLOW) as follower:
        changes = []
        for _ in range(3):
            await customer(live.emulator)
            changes.append(await follower.change())
    first, second, third = changes

    assert await _first(live, second["position"]) == third["customerId"]
    assert await _first(live, second["position"], {"from": first["position"]}) == second["customerId"]
    for none in ("", None):
        assert await _first(live, second["position"], {"from": none}) == third["customerId"]
    assert await _first(live, "", {"from": second["position"]}) == third["customerId"]


async def test_an_empty_position_is_none(live: Live) -> None:
    async with live.follow(FOLLOW, {"from": ""}) as follower:
        ada = await customer(live.emulator)

        assert (await follower.change())["customerId"] == ada


async def _first(live: Live, mark: str, variables: dict[str, Any] | None = None) -> Any:
    """The customer of the first change on an event stream that goes on from a mark."""
    headers = {"Authorization": "Bearer test-token", "Accept": "text/event-stream", "Last-Event-ID": mark}
    sent = {"query": FOLLOW, "variables": variables or {}}
    async with asyncio.timeout(PATIENCE), live.http.post(live.url, json=sent, headers=headers) as response:
        event: dict[str, str] = {}
        async for line in response.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            event[name] = value
            if name == "data":
                found = json.loads(value)["data"]["customerChanged"]
                assert event["id"] == found["position"]
                return found["customerId"]
    raise AssertionError("the stream has ended")


async def test_what_is_kept_no_longer_is_said_once_and_the_rest_follows(emulator: Emulator) -> None:
    async with live_gateway(emulator, gateway_event_limit=100) as live:
        async with live.follow(FOLLOW) as follower:
            await customer(emulator)
            position = (await follower.change())["position"]
        customers = {f"key-{number}": {"given_name": "Ada"} for number in range(99)}
        await done(emulator.call("POST", "/v2/customers/bulk-create", {"customers": customers}))
        await _received(live, 100)
        # Only now, as different objects are told of in any order.
        await customer(emulator)
        last = await customer(emulator)
        await _received(live, 102)
        async with live.follow(FOLLOW, {"from": position}) as follower:
            lost = await follower.response()
            kept = await follower.change()
            while kept["customerId"] != last:
                kept = await follower.change()

    assert lost["data"] is None
    assert [each["extensions"] for each in lost["errors"]] == [{"code": "EVENTS_EXPIRED"}]


async def _received(live: Live, writes: int) -> None:
    async with asyncio.timeout(PATIENCE):
        # Each is told to both applications.
        while await live.figure("gateway_webhooks_total") < 2 * writes:
            pass


async def test_from_the_first_bytes_on_nothing_is_missed(live: Live) -> None:
    # Whose token it is takes Square a while to say.
    live.emulator.faults.add(Kind.LATENCY, STATUS_OPERATION, count=1, milliseconds=1000)
    headers = {"Authorization": "Bearer test-token", "Accept": "text/event-stream"}
    sent = {"query": FOLLOW, "variables": {}}
    async with asyncio.timeout(PATIENCE), live.http.post(live.url, json=sent, headers=headers) as response:
        ada = await customer(live.emulator)
        async for line in response.content:
            if line.startswith(b"data: "):
                assert json.loads(line[6:])["data"]["customerChanged"]["customerId"] == ada
                return
    raise AssertionError("the stream has ended")
