"""Nothing of one tenant reaches another, and nothing secret reaches a log, an error or another host."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from typing import Any

import pytest

from gateway.areas.groups.endpoints import CREATE_GROUP, RETRIEVE_GROUP, UPDATE_GROUP
from gateway.square.errors import BadResponse, NotFound
from gateway.square.policies.call_budget import Budget
from gateway.square.policies.tenant_state import FORGOTTEN_AFTER, Tenants
from gateway.square.tenant_square import TenantSquare
from tests.square import fault_server as fault
from tests.square.conftest import TOKEN, Client, tenant
from tests.square.fault_server import Exchange, FaultServer, answer, group, refusal
from tests.square.held_time import HeldTime

READ = RETRIEVE_GROUP(group_id="G-private")
RENAME = UPDATE_GROUP(group_id="G-private", body={"group": {"name": "planted-name"}})


async def test_a_cookie_is_not_sent_back(client: Client, faults: FaultServer) -> None:
    faults.otherwise = group(Set_Cookie="session=secret; Path=/")
    # Cookie jars refuse cookies of bare addresses in any case.
    client.in_front_of(faults.url.replace("127.0.0.1", "localhost"))
    for token in ("A", "A", "B"):
        await client.operation(token).send(READ)

    assert all("cookie" not in request.headers for request in faults.requests)
    # One for each token: connections are not shared.
    assert faults.connections == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_and_the_token_stays_here(
    client: Client, faults: FaultServer, status: int
) -> None:
    elsewhere = FaultServer()
    listening = await asyncio.start_server(elsewhere.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    faults.otherwise = answer(b"", status, Location=f"http://127.0.0.1:{port}/stolen")

    assert type(await client.failure(READ)) is BadResponse
    assert (elsewhere.connections, elsewhere.requests) == (0, [])
    listening.close()


async def test_interleaved_requests_of_two_tenants_on_one_pool_never_mix(client: Client, faults: FaultServer) -> None:
    chance = random.Random(7)

    async def echo(exchange: Exchange) -> None:
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0)
        owner = exchange.request.headers["authorization"].removeprefix("Bearer ")
        await group(owner)(exchange)

    faults.otherwise = echo

    async def ask(token: str) -> bool:
        found = await client.operation(token).send(RETRIEVE_GROUP(group_id=f"G{chance.randrange(5)}"))
        return found.name == token

    same = await asyncio.gather(*(ask(chance.choice(["tenant-a", "tenant-b"])) for _ in range(1_000)))

    assert all(same)
    assert len(faults.requests) < 1_000


async def test_tenants_that_are_silent_are_forgotten_and_busy_ones_are_not() -> None:
    time = HeldTime()
    tenants = Tenants(time.timing, Budget())
    gate = asyncio.Event()
    busy = asyncio.create_task(tenants.of("busy").limiter.run("X", time.now + 10**6, gate.wait))
    await asyncio.sleep(0)
    for number in range(100):
        tenants.of(f"old-{number}")
    time.pass_by(FORGOTTEN_AFTER + 1)
    for number in range(101):
        tenants.of(f"new-{number}")

    assert not any(f"old-{number}" in tenants for number in range(100))
    assert "busy" in tenants
    assert len(tenants) == 102
    gate.set()
    await busy


async def test_the_number_of_remembered_tenants_is_bounded() -> None:
    tenants = Tenants(HeldTime().timing, Budget(), remembered=50)
    for number in range(10_000):
        tenants.of(f"tenant-{number}")

    assert len(tenants) == 50
    assert "tenant-9999" in tenants


@pytest.mark.parametrize(
    "reply",
    [
        fault.HTML,
        fault.BAD_STATUS_LINE,
        fault.HUGE_HEADER,
        fault.TRUNCATED,
        fault.BAD_CHUNK,
        fault.reset(processed=True),
        fault.stall,
        refusal(401, "UNAUTHORIZED"),
        refusal(400, "BAD_REQUEST"),
        answer(b'{"errors": "planted-body"', 500),
        answer(b"planted-body"),
    ],
)
async def test_no_error_or_log_line_holds_token_address_or_body(
    client: Client, faults: FaultServer, caplog: pytest.LogCaptureFixture, reply: fault.Reply
) -> None:
    caplog.set_level(logging.DEBUG)
    faults.otherwise = reply
    texts = []
    for call in (READ, RENAME, CREATE_GROUP(body={"idempotency_key": "k", "group": {"name": "planted-name"}})):
        error: BaseException | None = await client.failure(call)
        texts.append("".join(traceback.format_exception(error)))
        while error is not None:
            texts.append(f"{error!r} {error} {vars(error)}")
            error = error.__cause__ or error.__context__
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("gateway", "aiohttp"))]

    everything = "\n".join(texts + ours)

    for secret in (TOKEN, "127.0.0.1", "G-private", "planted-name", "planted-body"):
        assert secret not in everything


async def test_a_tenant_shows_no_token() -> None:
    assert TOKEN not in repr(tenant())


async def test_an_id_that_cannot_be_costs_no_request(client: Client, faults: FaultServer) -> None:
    operation: TenantSquare = client.operation()

    for impossible in ("", "x" * 256):
        with pytest.raises(NotFound):
            await operation.send(RETRIEVE_GROUP(group_id=impossible))

    assert (faults.requests, operation.calls) == ([], 0)


async def test_every_request_carries_token_version_and_kind(client: Client, faults: FaultServer) -> None:
    await client.send(READ)
    await client.send(RENAME)
    read, write = (request.headers for request in faults.requests)

    def chosen(headers: dict[str, str]) -> dict[str, Any]:
        return {name: headers.get(name) for name in ("authorization", "square-version", "accept", "content-type")}

    expected = {"authorization": f"Bearer {TOKEN}", "square-version": "2025-08-20", "accept": "application/json"}
    assert chosen(read) == {**expected, "content-type": None}
    assert chosen(write) == {**expected, "content-type": "application/json"}


async def test_tokens_that_are_made_up_push_out_nothing_of_a_known_tenant() -> None:
    tenants = Tenants(HeldTime().timing, Budget(), remembered=50)
    state = tenants.of("known", known=True)
    for number in range(500):
        tenants.of(f"made-up-{number}")

    assert tenants.of("known", known=True) is state
    assert len(tenants) <= 52
