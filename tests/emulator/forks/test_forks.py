"""Forks: a copy of the shop under tokens of its own, of which nothing reaches the original or another fork."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from gateway.emulator.http.forks import MAX_FORKS
from gateway.emulator.seed import seed_demo
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.emulator.webhooks.receiver import receiving
from tests.patience import LONG, PATIENCE

FORKS = "/_emulator/forks"
NAMES = "{ customers(first: 3, sort: {field: CREATED_AT}) { nodes { id givenName } } }"


async def fork(emulator: Emulator, sender: str | None = None, **asked: Any) -> dict[str, Any]:
    status, made = await emulator.call("POST", FORKS, asked or None, token=sender)
    assert status == 200, made
    return made["fork"]


async def names(emulator: Emulator, token: str) -> list[str]:
    _, found = await emulator.call("GET", "/v2/customers", token=token)
    return [each["given_name"] for each in found.get("customers", [])]


async def test_a_fork_has_what_was_there_and_each_goes_its_own_way(emulator: Emulator) -> None:
    await emulator.call("POST", "/v2/customers", {"given_name": "Ada"})
    one, other = await fork(emulator), await fork(emulator)
    for token, name in (("test-token", "Original"), (one["token"], "One"), (other["token"], "Other")):
        await emulator.call("POST", "/v2/customers", {"given_name": name}, token=token)
    child = await fork(emulator, one["token"])

    assert await names(emulator, "test-token") == ["Ada", "Original"]
    assert await names(emulator, one["token"]) == ["Ada", "One"]
    assert await names(emulator, other["token"]) == ["Ada", "Other"]
    assert await names(emulator, child["token"]) == ["Ada", "One"]
    listed = (await emulator.call("GET", FORKS, token=None))[1]["forks"]
    assert listed == [one, other, child]
    assert len({each["merchant_id"] for each in listed}) == 3


async def test_every_token_of_the_original_is_one_of_the_fork(emulator: Emulator) -> None:
    await emulator.call("POST", "/_emulator/tokens", {"token": "reader", "scopes": ["CUSTOMERS_READ"]})
    made = await fork(emulator, "test-token", token="second-seller-token")

    async def status(name: str) -> tuple[int, str | None]:
        code, body = await emulator.call("POST", "/oauth2/token/status", token=f"{made['id']}.{name}")
        return code, body.get("merchant_id")

    assert made["token"] == f"{made['id']}.second-seller-token"
    assert await status("second-seller-token") == (200, made["merchant_id"])
    assert await status("reader") == (200, f"{emulator.seller}-{made['id']}")
    assert (await status("revoked-token"))[0] == (await status("nobody"))[0] == 401
    refused, body = await emulator.call("POST", "/_emulator/tokens", {"token": f"{made['id']}.new"})
    assert (refused, body["errors"][0]["field"]) == (400, "token")
    issued = (await emulator.call("POST", "/_emulator/tokens", {"token": "new"}, token=made["token"]))[1]
    assert issued["token"] == f"{made['id']}.new"
    assert await status("new") == (200, issued["seller"])
    # It is the fork's alone, and is revoked by either name.
    assert (await emulator.call("POST", "/oauth2/token/status", token="new"))[0] == 401
    await emulator.call("POST", "/_emulator/tokens/revoke", {"token": issued["token"]}, token=made["token"])
    assert (await status("new"))[0] == 401


async def test_calls_faults_and_the_clock_of_a_fork_are_its_own(emulator: Emulator) -> None:
    emulator.clock.advance(3600)
    emulator.faults.add("status", "ListCustomers")
    made = await fork(emulator)
    token = made["token"]
    await emulator.call("PUT", "/_emulator/faults", {"page": 1}, token=token)
    await emulator.call("POST", "/_emulator/clock", {"advance_seconds": 86_400}, token=token)

    assert (await emulator.call("GET", "/v2/customers", token=token))[0] == 200
    assert (await emulator.call("GET", "/v2/customers"))[0] == 500
    assert (await emulator.call("GET", "/_emulator/calls", token=token))[1]["count"] == {"ListCustomers": 1}
    assert (emulator.calls, emulator.faults.page) == (Counter(ListCustomers=1), None)
    here, there = [
        (await emulator.call("GET", "/_emulator/clock", token=each))[1]["now"] for each in ("test-token", token)
    ]
    assert there[:10] > here[:10]


async def test_a_fork_tells_what_happens_in_it_as_its_own_seller_and_nothing_from_before(emulator: Emulator) -> None:
    async with receiving() as receiver:
        emulator.running.subscribe(receiver.url, key="k")
        receiver.statuses = [503]
        await emulator.call("POST", "/v2/customers", {"given_name": "Before"})
        await receiver.wait(1)
        made = await fork(emulator)
        await emulator.call("POST", "/v2/customers", {"given_name": "After"}, token=made["token"])
        await receiver.wait(2)
        await emulator.call("POST", "/_emulator/webhooks/idle", token=made["token"])

    first, second = receiver.received
    assert first.event["merchant_id"] == emulator.seller
    assert second.event["merchant_id"] == made["merchant_id"]
    assert second.signed("k", receiver.url)
    wanted = {"query": {"filter": {"merchant_ids": [made["merchant_id"]]}}}
    _, found = await emulator.call("POST", "/v2/events", wanted, token=made["token"])
    shown = [(each["data"]["object"]["customer"]["given_name"], each["merchant_id"]) for each in found["events"]]
    assert shown == [("After", made["merchant_id"]), ("Before", made["merchant_id"])]


async def test_callers_of_two_forks_do_not_meet_in_the_gateway(graph: Graph) -> None:
    seed_demo(graph.emulator.store, graph.emulator.clock, customers=30)
    one, other = await fork(graph.emulator), await fork(graph.emulator)
    found = (await graph.data(NAMES, token=one["token"]))["customers"]["nodes"]
    path = f"/v2/customers/{found[0]['id']}"
    await graph.emulator.call("PUT", path, {"given_name": "Changed"}, token=other["token"])

    assert (await graph.data(NAMES, token=one["token"]))["customers"]["nodes"] == found
    changed = (await graph.data(NAMES, token=other["token"]))["customers"]["nodes"]
    assert changed == [{**found[0], "givenName": "Changed"}, *found[1:]]
    assert graph.calls == Counter()
    counted = (await graph.emulator.call("GET", "/_emulator/calls", token=one["token"]))[1]["count"]
    assert counted == {"ListCustomers": 2}


async def test_a_fork_that_is_dropped_is_gone_for_every_path(emulator: Emulator) -> None:
    made = await fork(emulator)
    await emulator.call("DELETE", f"{FORKS}/{made['id']}", token=None)

    for token in (made["token"], made["id"], f"{made['id'][:-1]}.test-token"):
        for method, path in (("GET", "/v2/customers"), ("DELETE", "/_emulator/calls"), ("POST", FORKS)):
            status, body = await emulator.call(method, path, token=token)
            assert (status, body["errors"][0]["code"]) == (401, "UNAUTHORIZED"), path
    assert (await emulator.call("DELETE", f"{FORKS}/{made['id']}", token=None))[0] == 404


async def test_a_request_whose_fork_is_dropped_while_it_waits_is_told_so_at_once(emulator: Emulator) -> None:
    made = await fork(emulator)
    slow = {"faults": [{"kind": "latency", "milliseconds": LONG * 1000}]}
    await emulator.call("PUT", "/_emulator/faults", slow, token=made["token"])
    waiting = asyncio.ensure_future(emulator.call("GET", "/v2/customers", token=made["token"]))
    while not (await emulator.call("GET", "/_emulator/calls", token=made["token"]))[1]["count"]:
        pass
    await emulator.call("DELETE", f"{FORKS}/{made['id']}")

    async with asyncio.timeout(PATIENCE):
        status, body = await waiting

    assert (status, body["errors"][0]["code"]) == (401, "UNAUTHORIZED")


async def test_a_cursor_of_one_fork_is_none_of_another(emulator: Emulator) -> None:
    for name in ("Ada", "Zoe"):
        await emulator.call("POST", "/v2/customers", {"given_name": name})
    one, other = await fork(emulator), await fork(emulator)
    cursor = (await emulator.call("GET", "/v2/customers?limit=1", token=one["token"]))[1]["cursor"]
    found = [
        (await emulator.call("GET", f"/v2/customers?cursor={cursor}", token=each))[0]
        for each in (one["token"], other["token"], "test-token")
    ]

    assert found == [200, 400, 400]


@pytest.mark.parametrize(("token", "field"), [("nobody", "token"), (5, "token")])
async def test_a_fork_for_no_token_is_refused_and_not_made(emulator: Emulator, token: object, field: str) -> None:
    status, body = await emulator.call("POST", FORKS, {"token": token})

    assert (status // 100, body["errors"][0]["field"]) == (4, field)
    assert (await emulator.call("GET", FORKS))[1] == {"forks": []}


async def test_there_are_at_most_so_many_forks(emulator: Emulator) -> None:
    made = [await fork(emulator) for _ in range(MAX_FORKS)]
    status, body = await emulator.call("POST", FORKS)
    assert (status, body["errors"][0]["code"]) == (400, "BAD_REQUEST")
    assert str(MAX_FORKS) in body["errors"][0]["detail"]

    await emulator.call("DELETE", f"{FORKS}/{made[0]['id']}")

    assert (await emulator.call("POST", FORKS))[0] == 200
