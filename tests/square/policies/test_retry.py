"""When a call is sent again, how long that waits, and how many retries the traffic allows."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from gateway.areas.customers.endpoints import BULK_UPDATE_CUSTOMERS, UPDATE_CUSTOMER
from gateway.areas.groups.endpoints import CREATE_GROUP, DELETE_GROUP, RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import Ambiguous, Conflict, NotFound, Rejected, Unavailable
from gateway.square.policies.retry_budget import Allowance
from tests.square import fault_server as fault
from tests.square.conftest import Client
from tests.square.fault_server import FaultServer, Reply, answer, refusal
from tests.square.held_time import HeldTime

READ = RETRIEVE_GROUP(group_id="G1")
KEYED = CREATE_GROUP(body={"idempotency_key": "key-1", "group": {"name": "Regulars"}})
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})
VERSIONED = UPDATE_CUSTOMER(customer_id="C1", body={"note": "x", "version": 3})
STALE = refusal(409, "CONFLICT")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_read_is_tried_three_times_on_a_server_error(client: Client, faults: FaultServer, status: int) -> None:
    faults.otherwise = refusal(status)
    operation = client.operation()

    with pytest.raises(Unavailable):
        await operation.send(READ)

    assert (len(faults.requests), operation.usage.calls, operation.usage.retries) == (3, 1, 2)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_to_a_write_without_key_leaves_it_unknown_and_unrepeated(
    client: Client, faults: FaultServer, status: int
) -> None:
    faults.otherwise = refusal(status, "GATEWAY_TIMEOUT")

    error = await client.failure(RENAME)

    assert (type(error), error.retryable, error.code, error.status) == (Ambiguous, False, "GATEWAY_TIMEOUT", status)
    assert len(faults.requests) == 1


@pytest.mark.parametrize("status", [501, 505])
async def test_a_server_error_that_will_not_pass_is_not_tried_again(
    client: Client, faults: FaultServer, status: int
) -> None:
    faults.otherwise = refusal(status)

    await client.failure(READ)

    assert len(faults.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422])
@pytest.mark.parametrize("call", [READ, KEYED, RENAME], ids=["read", "keyed", "rename"])
async def test_a_refusal_is_an_answer(client: Client, faults: FaultServer, status: int, call: Any) -> None:
    faults.otherwise = refusal(status)

    error = await client.failure(call)

    assert (error.status, error.retryable, len(faults.requests)) == (status, None, 1)


async def test_a_version_conflict_is_never_tried_again(client: Client, faults: FaultServer) -> None:
    faults.otherwise = refusal(400, "VERSION_MISMATCH", "INVALID_REQUEST_ERROR")

    assert type(await client.failure(VERSIONED)) is Conflict
    assert len(faults.requests) == 1


async def test_a_conflict_after_an_unknown_attempt_may_be_with_that_attempt(
    client: Client, faults: FaultServer
) -> None:
    faults.then(fault.reset(processed=True), STALE)

    error = await client.failure(VERSIONED)

    assert (type(error), error.retryable, len(faults.requests)) == (Ambiguous, False, 2)


async def test_a_conflict_after_an_attempt_that_was_refused_unprocessed_is_a_conflict(
    client: Client, faults: FaultServer
) -> None:
    faults.then(refusal(429, "RATE_LIMITED"), STALE)

    assert type(await client.failure(VERSIONED)) is Conflict


@pytest.mark.parametrize("lost", [True, False])
async def test_in_a_repeated_bulk_update_a_conflict_of_one_item_may_be_its_own_echo(
    client: Client, faults: FaultServer, lost: bool
) -> None:
    conflict = {"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "CONFLICT"}]}
    body = {"responses": {"C1": conflict, "C2": {"customer": {"id": "C2"}}}}
    faults.then(*([fault.reset(processed=True)] if lost else []), answer(body))
    items = {each: {"note": "x", "version": 1} for each in ("C1", "C2")}

    sent = await client.send(BULK_UPDATE_CUSTOMERS(body={"customers": items}))

    assert isinstance(sent.items["C1"], Ambiguous if lost else Conflict)
    assert sent.items["C2"].id == "C2"


@pytest.mark.parametrize("call", [DELETE_GROUP(group_id="G1"), RENAME], ids=["delete", "rename"])
async def test_not_found_on_the_first_attempt_is_not_found(client: Client, faults: FaultServer, call: Any) -> None:
    faults.then(refusal(404, "NOT_FOUND"))

    assert type(await client.failure(call)) is NotFound


async def test_not_found_after_an_attempt_that_was_refused_unprocessed_is_not_found(
    client: Client, faults: FaultServer
) -> None:
    faults.then(refusal(429, "RATE_LIMITED"), refusal(404, "NOT_FOUND"))

    assert type(await client.failure(DELETE_GROUP(group_id="G1"))) is NotFound


async def test_a_keyed_write_that_never_gets_an_answer_may_be_sent_again_with_its_key(
    client: Client, faults: FaultServer
) -> None:
    faults.otherwise = fault.reset(processed=True)

    error = await client.failure(KEYED)

    assert (error.maybe_processed, error.retryable, error.idempotency_key) == (True, True, "key-1")
    assert [request.body for request in faults.requests] == [KEYED.body] * 3


async def test_a_refusal_after_an_unknown_attempt_is_passed_on(client: Client, faults: FaultServer) -> None:
    faults.then(fault.reset(processed=True), refusal(400, "IDEMPOTENCY_KEY_REUSED"))

    error = await client.failure(KEYED)

    assert (type(error), error.code) == (Rejected, "IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize("lost", [fault.reset(processed=True), fault.close, refusal(504)])
async def test_a_refusal_does_not_settle_what_an_earlier_attempt_may_still_do(
    client: Client, faults: FaultServer, lost: Reply
) -> None:
    faults.then(lost, refusal(400, "BAD_REQUEST"))

    error = await client.failure(KEYED)

    assert (type(error), error.code) == (Ambiguous, "BAD_REQUEST")
    assert (error.maybe_processed, error.retryable, error.idempotency_key) == (True, True, "key-1")


async def test_a_refusal_after_an_attempt_that_was_refused_too_is_passed_on(
    client: Client, faults: FaultServer
) -> None:
    faults.then(refusal(503), refusal(400, "BAD_REQUEST"))

    error = await client.failure(KEYED)

    assert (type(error), error.code) == (Rejected, "BAD_REQUEST")


@pytest.mark.parametrize(("chance", "waits"), [(1.0, [0.1, 0.2]), (0.5, [0.05, 0.1]), (0.0, [])])
async def test_the_wait_between_attempts_is_full_jitter_that_doubles(
    client: Client, faults: FaultServer, time: HeldTime, chance: float, waits: list[float]
) -> None:
    time.chance = chance
    faults.otherwise = refusal(503)

    await client.failure(READ)

    assert time.slept == pytest.approx(waits)


def test_the_wait_never_exceeds_five_seconds() -> None:
    assert max(HeldTime().timing.backoff(retries) for retries in range(100)) == 5.0


@pytest.mark.parametrize("seconds", [3, 5])
async def test_a_server_error_with_retry_after_is_waited_for(
    client: Client, faults: FaultServer, time: HeldTime, seconds: int
) -> None:
    faults.then(refusal(503, Retry_After=seconds))

    assert (await client.send(READ)).id == "G1"
    assert time.slept == [float(seconds)]


@pytest.mark.parametrize("seconds", ["5.001", 60])
async def test_a_server_error_with_a_long_retry_after_fails_at_once_and_says_when(
    client: Client, faults: FaultServer, time: HeldTime, seconds: int | str
) -> None:
    faults.then(refusal(503, Retry_After=seconds))

    assert (await client.failure(READ)).retry_after == float(seconds)
    assert time.slept == []


async def test_one_attempt_means_no_retry(client: Client, faults: FaultServer) -> None:
    faults.otherwise = refusal(503)

    await client.with_budget(attempts=1).failure(READ)

    assert len(faults.requests) == 1


async def test_a_brown_out_of_half_of_all_requests_adds_at_most_a_fifth_to_the_load(
    client: Client, faults: FaultServer, time: HeldTime
) -> None:
    client.with_budget(failures=10**6)
    asked = 1_000
    for number in range(asked):
        faults.then(refusal(503) if number % 2 else answer({"group": {"id": "G1"}}))
    operation = client.operation()
    time.chance = 0.0
    for _ in range(asked):
        with contextlib.suppress(Unavailable):
            await operation.send(READ)
        operation.deadline = client.square.deadline()
        time.pass_by(0.01)
        # Retries take replies too: keep every second one a failure.
        while len(faults.script) < 4:
            faults.then(refusal(503), answer({"group": {"id": "G1"}}))

    assert asked * 1.1 < len(faults.requests) <= asked * 1.2 + 3


async def test_one_tenants_failures_do_not_use_up_anothers_retries(client: Client, faults: FaultServer) -> None:
    client.with_budget(failures=10**6)
    faults.otherwise = refusal(503)
    for _ in range(10):
        await client.failure(READ)
    faults.then(refusal(503))
    faults.otherwise = answer({"group": {"id": "G1"}})

    assert (await client.operation("another-token").send(READ)).id == "G1"


def test_the_allowance_recovers_when_time_passes() -> None:
    time = HeldTime()
    allowance = Allowance(time.timing, 0.2, least=3)
    for _ in range(3):
        assert allowance.left
        allowance.retried()
    assert not allowance.left

    time.pass_by(10)
    assert not allowance.left
    time.pass_by(10)

    assert allowance.left


def test_the_allowance_grows_with_traffic() -> None:
    allowance = Allowance(HeldTime().timing, 0.2, least=3)
    for _ in range(50):
        allowance.asked()
    allowed = 0
    while allowance.left:
        allowance.retried()
        allowed += 1

    assert allowed == 10
