"""The calls that the emulator has recorded, and whether it answers."""

from __future__ import annotations

import aiohttp
import pytest

from gateway.emulator.operations import ROUTES

CUSTOMERS = "/v2/customers"
ANN = {"given_name": "Ann"}


async def test_calls_are_counted_and_the_latest_are_kept(emulator):
    emulator.faults.add("reset_before", "DeleteCustomer")
    await emulator.call("POST", CUSTOMERS, ANN)
    await emulator.call("GET", CUSTOMERS, limit=3)
    with pytest.raises(aiohttp.ClientConnectionError):
        await emulator.call("DELETE", f"{CUSTOMERS}/X")
    await emulator.send("POST", CUSTOMERS, data=b"{")

    _, calls = await emulator.call("GET", "/_emulator/calls", token=None)

    # aiohttp itself sends a DELETE twice when its connection is cut.
    assert {**calls["count"], "DeleteCustomer": 1} == {"CreateCustomer": 2, "ListCustomers": 1, "DeleteCustomer": 1}
    assert calls["latest"][:3] == [
        {"operation": "CreateCustomer", "method": "POST", "path": CUSTOMERS, "query": "", "body": ANN, "status": 200},
        {
            "operation": "ListCustomers",
            "method": "GET",
            "path": CUSTOMERS,
            "query": "limit=3",
            "body": None,
            "status": 200,
        },
        {
            "operation": "DeleteCustomer",
            "method": "DELETE",
            "path": f"{CUSTOMERS}/X",
            "query": "",
            "body": None,
            "status": None,
        },
    ]
    assert calls["latest"][-1]["status"] == 400
    assert calls["latest"][-1]["body"] is None
    assert emulator.calls["CreateCustomer"] == 2


async def test_of_large_bodies_only_the_latest_are_kept_and_all_are_counted(emulator):
    note = "n" * 900_000
    for number in range(20):
        await emulator.call("POST", CUSTOMERS, {"given_name": str(number), "note": note})
    _, calls = await emulator.call("GET", "/_emulator/calls", token=None)
    _, shown = await emulator.call("GET", "/_emulator/exchanges", token=None)

    assert calls["count"] == {"CreateCustomer": 20}
    kept = [int(call["body"]["given_name"]) for call in calls["latest"]]
    assert 7 <= len(kept) <= 9
    assert kept == list(range(20))[-len(kept) :]
    assert 7 <= len(shown["exchanges"]) <= 9


async def test_calls_can_be_forgotten(emulator):
    await emulator.call("GET", CUSTOMERS)
    await emulator.call("DELETE", "/_emulator/calls", token=None)

    assert await emulator.call("GET", "/_emulator/calls", token=None) == (
        200,
        {"count": {}, "latest": [], "token_status": 0, "others": {}},
    )


async def test_the_emulator_reports_that_it_is_healthy(emulator):
    health = await emulator.call("GET", "/_emulator/health", token=None)

    assert health == (200, {"status": "ok", "operations": len(ROUTES)})
    async with emulator.http.head(f"{emulator.url}/_emulator/health") as head:
        assert (head.status, await head.read()) == (200, b"")
