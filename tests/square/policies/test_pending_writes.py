"""A write is carried out to its end, whoever leaves; and what its failure tells the client of the graph."""

from __future__ import annotations

import asyncio
import gc
import logging
from typing import Any

import pytest
from graphql import GraphQLError

from gateway.areas.groups.endpoints import CREATE_GROUP, RETRIEVE_GROUP, UPDATE_GROUP
from gateway.graph.errors import present
from gateway.graph.loading.context import Context
from gateway.graph.subgraph.area import Registry
from gateway.square.errors import Ambiguous, SquareError
from gateway.square.policies.pending_writes import Writes
from tests.square import fault_server as fault
from tests.square.conftest import TOKEN, Client
from tests.square.fault_server import FaultServer, Reply, refusal
from tests.square.policies.test_in_flight import Gate

READ = RETRIEVE_GROUP(group_id="G1")
KEYED = CREATE_GROUP(body={"idempotency_key": "key-1", "group": {"name": "Regulars"}})
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})


async def abandon(client: Client, faults: FaultServer, reply: Gate) -> None:
    faults.then(reply)
    operation = Context(client.operation(), Registry([]))
    caller = asyncio.create_task(operation.write(RENAME))
    await reply.arrived.wait()
    caller.cancel()
    await asyncio.wait([caller])
    assert caller.cancelled()
    del caller, operation
    gc.collect()


async def test_a_write_whose_caller_left_is_carried_out_and_written_down(
    client: Client, faults: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "gateway.square.policies.pending_writes")
    gate = Gate()
    await abandon(client, faults, gate)
    gate.open.set()

    await client.square.writes.finished()

    assert not gate.dropped.is_set()
    assert len(faults.requests) == 1
    assert caplog.messages == ["UpdateCustomerGroup was carried out after its caller had left"]
    assert len(client.square.writes) == 0


async def test_a_write_that_fails_after_its_caller_left_is_written_down(
    client: Client, faults: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    class Refusing(Gate):
        async def __call__(self, exchange: fault.Exchange) -> None:
            self.arrived.set()
            await self.open.wait()
            await refusal(400, "BAD_REQUEST")(exchange)

    gate = Refusing()
    await abandon(client, faults, gate)
    gate.open.set()

    await client.square.writes.finished()

    assert caplog.messages == [
        "UpdateCustomerGroup failed after its caller had left: UpdateCustomerGroup: Rejected (BAD_REQUEST)"
    ]


async def test_closing_waits_for_writes(client: Client, faults: FaultServer) -> None:
    gate = Gate()
    await abandon(client, faults, gate)
    closing = asyncio.create_task(client.square.close())
    await asyncio.sleep(0)
    assert not closing.done()

    gate.open.set()
    await closing

    assert faults.requests[0].method == "PUT"
    assert not gate.dropped.is_set()


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (ValueError("secret"), "X failed after its caller had left: ValueError"),
        (asyncio.CancelledError(), "X was stopped after its caller had left; Square may have carried it out"),
    ],
)
async def test_other_ends_of_an_abandoned_write_are_named_without_their_text(
    caplog: pytest.LogCaptureFixture, end: BaseException, message: str
) -> None:
    writes, gate = Writes(), asyncio.Event()

    async def work() -> None:
        await gate.wait()
        raise end

    caller = asyncio.create_task(writes.carry_out("X", work()))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.wait([caller])
    gate.set()
    await writes.finished()
    await asyncio.sleep(0)

    assert caplog.messages == [message]


async def test_a_write_that_is_itself_stopped_is_unknown_to_its_caller() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(Ambiguous):
        await Writes().carry_out("X", work())


async def presented(client: Client, call: Any) -> dict[str, Any]:
    error = await client.failure(call)
    shown = present(GraphQLError("whatever", original_error=error))
    assert TOKEN not in str(shown)
    return {"message": shown["message"], **shown["extensions"]}


@pytest.mark.parametrize("reply", [fault.reset(processed=True), fault.stall, fault.HTML, refusal(503)])
async def test_the_client_is_told_to_look_before_it_sends_a_write_without_key_again(
    client: Client, faults: FaultServer, reply: Reply
) -> None:
    faults.otherwise = reply

    shown = await presented(client, RENAME)

    assert (shown["code"], shown["retryable"]) == ("UPSTREAM_AMBIGUOUS", False)
    assert shown["message"].endswith("Read what it would have changed before you send it again.")


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (fault.reset(processed=True), "UPSTREAM_AMBIGUOUS"),
        (fault.stall, "UPSTREAM_TIMEOUT"),
        (fault.HTML, "UPSTREAM_BAD_RESPONSE"),
        (refusal(503), "UPSTREAM_UNAVAILABLE"),
    ],
)
async def test_the_client_is_given_the_key_with_which_a_write_may_be_sent_again(
    client: Client, faults: FaultServer, reply: Reply, code: str
) -> None:
    faults.otherwise = reply

    shown = await presented(client, KEYED)

    assert (shown["code"], shown["retryable"], shown["idempotencyKey"]) == (code, True, "key-1")
    assert shown["message"].endswith("It is safe to send it again with the idempotencyKey given here.")


async def test_a_failed_read_promises_nothing_about_writes(client: Client, faults: FaultServer) -> None:
    faults.otherwise = fault.close

    shown = await presented(client, READ)

    assert shown == {
        "message": "Square is not available.",
        "code": "UPSTREAM_UNAVAILABLE",
        "operation": "RetrieveCustomerGroup",
    }


async def test_the_client_learns_when_to_come_back(client: Client, faults: FaultServer) -> None:
    faults.otherwise = refusal(429, "RATE_LIMITED", Retry_After=60)

    shown = await presented(client, RENAME)

    assert (shown["code"], shown["retryAfter"]) == ("RATE_LIMITED", 60.0)
    assert "retryable" not in shown


async def test_after_a_write_without_answer_reads_are_asked_anew(client: Client, faults: FaultServer) -> None:
    operation = Context(client.operation(), Registry([]))
    await operation.read(READ)
    faults.then(fault.close)
    with pytest.raises(SquareError):
        await operation.write(RENAME)

    await operation.read(READ)

    assert [request.method for request in faults.requests] == ["GET", "PUT", "GET"]
