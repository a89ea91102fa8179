"""Going on from a position: with `after`, and with the mark that an event stream leaves."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tests.emulator.attributes import customer, done
from tests.following import SECONDS, Live

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


async def test_an_event_stream_goes_on_from_its_last_mark_unless_the_operation_says_from_where(live: Live) -> None:
    async with live.follow(FOLLOW) as follower:
        changes = []
        for _ in range(3):
            await customer(live.emulator)
            changes.append(await follower.change())
    first, second, third = changes

    assert await _first(live, second["position"]) == third["customerId"]
    assert await _first(live, second["position"], {"from": first["position"]}) == second["customerId"]
    assert await _first(live, second["position"], {"from": None}) == third["customerId"]


async def _first(live: Live, mark: str, variables: dict[str, Any] | None = None) -> Any:
    """Whom the first change is about on an event stream that goes on from a mark."""
    headers = {"Authorization": "Bearer test-token", "Accept": "text/event-stream", "Last-Event-ID": mark}
    sent = {"query": FOLLOW, "variables": variables or {}}
    async with asyncio.timeout(SECONDS), live.http.post(live.url, json=sent, headers=headers) as response:
        event: dict[str, str] = {}
        async for line in response.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            event[name] = value
            if name == "data":
                found = json.loads(value)["data"]["customerChanged"]
                assert event["id"] == found["position"]
                return found["customerId"]
    raise AssertionError("the stream has ended")
