from __future__ import annotations

import asyncio
import errno
import time

import aiohttp
import pytest

from gateway.emulator.store.faults import Fault, Faults, Kind
from tests.emulator.attributes import customer, define, put
from tests.patience import PATIENCE

CUSTOMERS = "/v2/customers"
ANN = {"given_name": "Ann"}
AUTHORIZED = {"Authorization": "Bearer test-token"}


async def names(emulator):
    _, body = await emulator.call("GET", CUSTOMERS)
    return [customer["given_name"] for customer in body.get("customers", [])]


@pytest.mark.parametrize(
    ("status", "category", "code"),
    [
        (429, "RATE_LIMIT_ERROR", "RATE_LIMITED"),
        (500, "API_ERROR", "INTERNAL_SERVER_ERROR"),
        (502, "API_ERROR", "BAD_GATEWAY"),
        (503, "API_ERROR", "SERVICE_UNAVAILABLE"),
        (504, "API_ERROR", "GATEWAY_TIMEOUT"),
        (401, "AUTHENTICATION_ERROR", "UNAUTHORIZED"),
        (403, "AUTHENTICATION_ERROR", "INSUFFICIENT_SCOPES"),
    ],
)
async def test_a_status_is_answered_as_often_as_asked_and_nothing_is_done(emulator, status, category, code):
    emulator.faults.add("status", "CreateCustomer", status=status, count=2)

    answers = [await emulator.call("POST", CUSTOMERS, ANN) for _ in range(3)]

    assert [answer[0] for answer in answers] == [status, status, 200]
    assert [(e["category"], e["code"]) for e in answers[0][1]["errors"]] == [(category, code)]
    assert await names(emulator) == ["Ann"]


@pytest.mark.parametrize("retry_after", [None, "7", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"])
async def test_a_rate_limit_may_say_when_to_come_back(emulator, retry_after):
    emulator.faults.add("status", status=429, retry_after=retry_after)

    response = await emulator.send("GET", CUSTOMERS)

    assert response.status == 429
    assert response.headers.get("Retry-After") == retry_after


async def test_a_switch_concerns_its_own_operation_only(emulator):
    emulator.faults.add("status", "CreateCustomer", status=503)

    assert (await emulator.call("GET", CUSTOMERS))[0] == 200


async def test_a_reset_before_the_request_leaves_no_trace(emulator):
    emulator.faults.add("reset_before", "CreateCustomer", count=1)

    with pytest.raises(aiohttp.ClientConnectionError):
        await emulator.call("POST", CUSTOMERS, ANN)

    assert await names(emulator) == []


async def test_a_reset_after_the_request_leaves_it_done(emulator):
    emulator.faults.add("reset_after", "CreateCustomer", count=1)

    with pytest.raises(aiohttp.ClientConnectionError):
        await emulator.call("POST", CUSTOMERS, ANN)

    assert await names(emulator) == ["Ann"]


async def test_a_reset_is_a_real_one(emulator):
    emulator.faults.add("reset_after", "CreateCustomer", count=1)

    with pytest.raises(aiohttp.ClientOSError) as caught:
        await emulator.call("POST", CUSTOMERS, ANN)

    assert caught.value.errno == errno.ECONNRESET


async def test_a_reset_swallows_a_refusal_too(emulator):
    emulator.faults.add("reset_after", "CreateCustomer", count=1)

    with pytest.raises(aiohttp.ClientConnectionError):
        await emulator.call("POST", CUSTOMERS, {})


async def test_a_truncated_answer_ends_in_the_middle_and_the_request_is_done(emulator):
    emulator.faults.add("truncated", "CreateCustomer", count=1)

    with pytest.raises(aiohttp.ClientPayloadError):
        await emulator.call("POST", CUSTOMERS, ANN)

    assert await names(emulator) == ["Ann"]


async def test_latency_is_added_to_whatever_else_goes_wrong(emulator):
    emulator.faults.add("latency", milliseconds=30)
    emulator.faults.add("latency", milliseconds=20)
    emulator.faults.add("status", status=500, count=1)
    began = time.monotonic()

    status, _ = await emulator.call("GET", CUSTOMERS)

    assert status == 500
    assert time.monotonic() - began >= 0.05


def test_only_one_thing_goes_wrong_at_a_time_and_the_other_waits():
    faults = Faults()
    faults.add("status", status=500, count=1)
    faults.add("reset_before", count=1)

    kinds = [trouble.fault.kind if trouble.fault else None for trouble in (faults.strike("Any") for _ in range(3))]

    assert kinds == [Kind.STATUS, Kind.RESET_BEFORE, None]


def test_a_probability_strikes_about_so_often_and_the_same_way_for_the_same_seed():
    def pattern(seed):
        faults = Faults()
        faults.replace([Fault(Kind.STATUS, probability=0.3)], seed=seed)
        return [faults.strike("Any").fault is not None for _ in range(1000)]

    assert pattern(1) == pattern(1) != pattern(2)
    assert 250 < sum(pattern(1)) < 350


async def test_list_and_search_lag_behind_as_far_as_asked(emulator):
    emulator.faults.lag = 30
    _, created = await emulator.call("POST", CUSTOMERS, ANN)

    assert await names(emulator) == []
    assert (await emulator.call("GET", f"{CUSTOMERS}/{created['customer']['id']}"))[0] == 200
    emulator.clock.advance(31)
    assert await names(emulator) == ["Ann"]


async def test_switches_are_set_shown_and_cleared_over_http(emulator):
    fault = {"kind": "status", "operation": "ListCustomers", "status": 429, "retry_after": "1", "count": 5}

    status, shown = await emulator.call(
        "PUT", "/_emulator/faults", {"lag": 2, "seed": 3, "faults": [fault]}, token=None
    )
    struck, _ = await emulator.call("GET", CUSTOMERS)
    _, later = await emulator.call("GET", "/_emulator/faults", token=None)
    _, cleared = await emulator.call("DELETE", "/_emulator/faults", token=None)

    assert status == 200
    assert shown == {
        "lag": 2.0,
        "definitions": True,
        "faults": [{**fault, "probability": 1.0, "milliseconds": 0.0}],
    }
    assert struck == 429
    assert later["faults"][0]["count"] == 4
    assert cleared == {"lag": 0.0, "definitions": True, "faults": []}
    assert (await emulator.call("GET", CUSTOMERS))[0] == 200


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"faults": {}},
        {"faults": [{}]},
        {"faults": None},
        {"faults": [{"kind": "gremlins"}]},
        {"faults": [{"kind": "status", "status": 418}]},
        {"faults": [{"kind": "latency", "milliseconds": -1}]},
        {"faults": [{"kind": "latency", "milliseconds": "1"}]},
        {"faults": [{"kind": "status", "probability": True}]},
        {"faults": [{"kind": "status", "probability": 5}]},
        {"faults": [{"kind": "status", "operation": "ListCustomer"}]},
        {"faults": [{"kind": "status", "retry_after": "1\r\nX: 2"}]},
        {"speed": 1},
        {"page": 0},
        {"definitions": "no"},
        {"definitions": None},
    ],
)
async def test_nonsensical_switches_are_refused_and_change_nothing(emulator, body):
    emulator.faults.lag = 9

    status, _ = await emulator.call("PUT", "/_emulator/faults", body, token=None)

    assert status == 400
    assert emulator.faults.lag == 9


async def test_pages_are_short_and_attributes_without_definitions_when_switched_so(emulator):
    customer_id = await customer(emulator)
    for key in ("a", "b", "c"):
        await define(emulator, key)
        await put(emulator, customer_id, key, "x")
    path = f"{CUSTOMERS}/{customer_id}/custom-attributes"

    _, shown = await emulator.call("PUT", "/_emulator/faults", {"page": 2, "definitions": False}, token=None)
    _, first = await emulator.call("GET", path, with_definitions=True, limit=100)
    _, second = await emulator.call("GET", path, with_definitions=True, limit=100, cursor=first["cursor"])
    _, one = await emulator.call("GET", f"{path}/a", with_definition=True)
    await emulator.call("DELETE", "/_emulator/faults", token=None)
    _, whole = await emulator.call("GET", path, with_definitions=True, limit=100)

    assert shown == {"lag": 0.0, "page": 2, "definitions": False, "faults": []}
    assert [[each["key"] for each in page["custom_attributes"]] for page in (first, second)] == [["a", "b"], ["c"]]
    bare = [*first["custom_attributes"], *second["custom_attributes"], one["custom_attribute"]]
    assert [each for each in bare if "definition" in each] == []
    assert [each["definition"]["key"] for each in whole["custom_attributes"]] == ["a", "b", "c"]


@pytest.mark.parametrize("kind", ["reset_after", "truncated", "latency"])
async def test_a_client_that_has_left_is_no_trouble_and_its_request_is_done(emulator, kind, caplog):
    emulator.faults.add("latency", milliseconds=50)
    emulator.faults.add(kind)

    leaving = asyncio.create_task(emulator.send("POST", CUSTOMERS, json=ANN, headers=AUTHORIZED))
    async with asyncio.timeout(PATIENCE):
        while not emulator.calls["CreateCustomer"]:  # noqa: ASYNC110 - nobody is told of it
            await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.wait({leaving})

    # Closing waits for what is still being worked on.
    await emulator.running.close()
    assert emulator.store.db.execute("SELECT count(*) FROM customers").fetchone()[0] == 1
    assert caplog.text == ""


async def test_lists_lag_as_far_as_a_switch_lets_them(emulator):
    century = 3_162_240_000
    status, refused = await emulator.call("PUT", "/_emulator/faults", {"lag": century + 1}, token=None)
    taken, _ = await emulator.call("PUT", "/_emulator/faults", {"lag": century}, token=None)

    assert (status, refused["errors"][0]["field"], taken) == (400, "lag", 200)
    assert await emulator.call("POST", f"{CUSTOMERS}/search", {}) == (200, {})
