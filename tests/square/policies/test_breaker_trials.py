"""Answers that are not Square's: they open a tenant's circuit, and no trial that ends with one closes it."""

from __future__ import annotations

import asyncio

import pytest

from gateway.areas.groups.endpoints import RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import BadResponse, CircuitOpen, NotFound, SquareError, TooLate, Unavailable
from gateway.square.policies.breaker import Breaker
from gateway.square.policies.call_budget import Budget
from tests.square import fault_server as fault
from tests.square.conftest import Client
from tests.square.fault_server import FaultServer, Reply, answer, refusal
from tests.square.held_time import HeldTime
from tests.square.policies.test_breaker import fail, open_circuit, succeed, through

READ = RETRIEVE_GROUP(group_id="G1")
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})
NOT_SQUARE: dict[str, Reply] = {
    "reset in the body": fault.reset_in_body,
    "truncated": fault.TRUNCATED,
    "cut chunks": fault.CUT_CHUNKS,
    "a short length": fault.TOO_SHORT_LENGTH,
    "HTML": fault.HTML,
    "nothing": fault.EMPTY,
    "cut JSON": fault.CUT_JSON,
    "broken gzip": fault.BAD_GZIP,
    "not HTTP": fault.NOT_HTTP,
    "elsewhere": answer(b"", 302, Location="http://127.0.0.1:9/"),
}
DOOR: dict[str, Reply] = {f"{status} page": answer(b"<html>", status) for status in (401, 403, 429)}
ODD_SHAPES: dict[str, Reply] = {
    "a list for an object": answer({"group": [1]}),
    "a text for an object": answer({"group": "G1"}),
}


def cases(table: dict[str, Reply]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("reply", table.values(), ids=table)


async def ends(client: Client, count: int) -> list[type[SquareError]]:
    return [type(await client.failure(RENAME)) for _ in range(count)]


@cases(NOT_SQUARE)
async def test_answers_that_are_not_squares_open_it(client: Client, faults: FaultServer, reply: Reply) -> None:
    faults.otherwise = reply
    await ends(client, 5)

    assert await ends(client, 3) == [CircuitOpen] * 3
    assert len(faults.requests) == 5


@cases(ODD_SHAPES)
async def test_json_of_an_odd_shape_does_not(client: Client, faults: FaultServer, reply: Reply) -> None:
    faults.otherwise = reply
    for _ in range(10):
        assert type(await client.failure(READ)) is BadResponse
    faults.otherwise = answer(fault.GROUP)

    assert (await client.send(READ)).id == "G1"


@cases(NOT_SQUARE | DOOR)
async def test_a_trial_that_is_not_answered_by_square_opens_it_again(
    client: Client, faults: FaultServer, time: HeldTime, reply: Reply
) -> None:
    await open_circuit(client, faults)
    time.pass_by(30)
    faults.then(reply)
    await client.failure(RENAME)

    # Square would answer now; it is not asked.
    error = await client.failure(READ)

    assert (type(error), error.retry_after) == (CircuitOpen, 60.0)
    assert len(faults.requests) == 6


@cases(ODD_SHAPES | {str(status): refusal(status, "SOME_CODE") for status in (400, 401, 403, 404, 429)})
async def test_a_trial_that_square_answers_closes_it_even_with_a_refusal(
    client: Client, faults: FaultServer, time: HeldTime, reply: Reply
) -> None:
    await open_circuit(client.with_budget(attempts=1), faults)
    time.pass_by(30)
    faults.then(reply)
    with pytest.raises(SquareError):
        await client.send(RENAME)

    assert client.square.tenants.of(client.operation().tenant.key).breaker.idle


@pytest.mark.parametrize("error", [TooLate("X"), CircuitOpen("X")], ids=lambda error: type(error).__name__)
async def test_a_trial_that_was_not_sent_makes_room_for_another(error: SquareError) -> None:
    time = HeldTime()
    breaker = Breaker(time.timing, Budget())
    for _ in range(5):
        await fail(breaker, Unavailable("X"))
    time.pass_by(30)
    for _ in range(5):
        await fail(breaker, error)

    await succeed(breaker)

    assert breaker.idle


async def test_one_trial_of_several_that_is_answered_closes_it() -> None:
    time = HeldTime()
    breaker = Breaker(time.timing, Budget())
    for _ in range(5):
        await fail(breaker, BadResponse("X"))
    time.pass_by(30)

    async def slow_answer() -> None:
        await asyncio.sleep(0)
        raise NotFound("X")

    trial = asyncio.create_task(through(breaker, slow_answer))
    await asyncio.sleep(0)
    await fail(breaker, BadResponse("X"))
    assert breaker.open
    with pytest.raises(NotFound):
        await trial

    assert breaker.idle
