"""The breaker that all tenants share: it opens when no connection can be made, and for nothing else."""

from __future__ import annotations

import asyncio
import socket

import pytest

from gateway.areas.groups.endpoints import RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import (
    Ambiguous,
    BadResponse,
    CircuitOpen,
    NotSent,
    RateLimited,
    Rejected,
    SquareError,
    TooLate,
    Unauthenticated,
    Unavailable,
    UpstreamTimeout,
)
from gateway.square.policies.breaker import Breaker, seen_by_all
from gateway.square.policies.call_budget import Budget
from tests.square import fault_server as fault
from tests.square.conftest import Client
from tests.square.fault_server import FaultServer, Reply, refusal
from tests.square.held_time import HeldTime
from tests.square.policies.test_breaker import fail

READ = RETRIEVE_GROUP(group_id="G1")
RENAME = UPDATE_GROUP(group_id="G1", body={"group": {"name": "Friends"}})
NOWHERE = "http://127.0.0.1:1"


async def refused_by_host(client: Client, token: str) -> bool:
    with pytest.raises(SquareError) as caught:
        await client.operation(token).send(READ)
    return type(caught.value) is CircuitOpen


@pytest.mark.parametrize(
    "reply",
    [refusal(500), refusal(503), fault.stall, fault.close, fault.reset(processed=True), fault.TRUNCATED, fault.HTML],
    ids=["500", "503", "timeout", "closed", "reset", "truncated", "HTML"],
)
async def test_failures_of_some_tenants_shut_out_only_these(client: Client, faults: FaultServer, reply: Reply) -> None:
    faults.then(*[reply] * 15)
    for _ in range(5):
        for token in ("A", "B", "C"):
            with pytest.raises(SquareError):
                await client.operation(token).send(RENAME)
    assert len(faults.requests) == 15

    assert (await client.operation("innocent").send(READ)).id == "G1"
    assert not client.square.circuit_open
    assert [await refused_by_host(client, token) for token in ("A", "B", "C")] == [True] * 3


async def test_a_host_that_cannot_be_reached_is_closed_to_all_tenants(client: Client) -> None:
    client.in_front_of(NOWHERE)
    for token in ("A", "B"):
        with pytest.raises(SquareError):
            await client.operation(token).send(READ)
    other = client.operation("C")

    with pytest.raises(CircuitOpen):
        await other.send(READ)

    assert other.usage.retries == 0
    assert client.square.circuit_open


async def test_one_tenant_is_enough_to_find_that_the_host_is_gone(client: Client) -> None:
    client.in_front_of(NOWHERE)
    for _ in range(2):
        await client.failure(READ)

    assert await refused_by_host(client, "another-token")


async def test_a_host_that_is_back_is_open_to_all_whatever_it_answers(
    client: Client, faults: FaultServer, time: HeldTime
) -> None:
    address = socket.socket()
    address.bind(("127.0.0.1", 0))
    client.in_front_of(f"http://127.0.0.1:{address.getsockname()[1]}")
    for _ in range(2):
        await client.failure(READ)
    listening = await asyncio.start_server(faults.serve, sock=address)
    time.pass_by(30)
    faults.then(refusal(503))
    with pytest.raises(Ambiguous):
        await client.operation("unlucky").send(RENAME)

    assert not client.square.circuit_open
    assert (await client.operation("another-token").send(READ)).id == "G1"
    listening.close()


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("X", status=503),
        Ambiguous("X"),
        UpstreamTimeout("X"),
        BadResponse("X"),
        RateLimited("X", status=429),
        Unauthenticated("X", status=401),
        Rejected("X", status=400),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_whatever_comes_over_a_connection_ends_a_row_of_failures_to_connect(error: SquareError) -> None:
    breaker = Breaker(HeldTime().timing, Budget(), seen_by_all)
    for each in (*[NotSent("X")] * 4, error, *[NotSent("X")] * 4):
        await fail(breaker, each)
    assert not breaker.open

    await fail(breaker, NotSent("X"))

    assert breaker.open


@pytest.mark.parametrize("error", [TooLate("X"), CircuitOpen("X")], ids=lambda error: type(error).__name__)
async def test_what_was_not_sent_tells_nothing(error: SquareError) -> None:
    breaker = Breaker(HeldTime().timing, Budget(), seen_by_all)

    for each in (*[NotSent("X")] * 4, error, NotSent("X")):
        await fail(breaker, each)

    assert breaker.open


async def test_trials_that_cannot_connect_keep_it_open(client: Client, time: HeldTime) -> None:
    client.in_front_of(NOWHERE)
    for _ in range(2):
        await client.failure(READ)
    time.pass_by(30)

    ends = await asyncio.gather(
        *(client.operation(f"T{number}").send(READ) for number in range(5)), return_exceptions=True
    )

    assert {type(end) for end in ends} == {CircuitOpen}
    assert max(end.retry_after for end in ends if isinstance(end, CircuitOpen)) == 60.0
