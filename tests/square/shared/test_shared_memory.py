"""What one replica has read of reference data is shown by the other, as long as nothing has changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from redis.asyncio import Redis as Client

from gateway.emulator.store.tenants import FIRST_SELLER, SECOND_SELLER, Token
from gateway.workers.change_board import ChangeBoard
from gateway.workers.readiness import Readiness
from gateway.workers.worker import Worker
from tests.areas.people import make_groups
from tests.emulator.attributes import DEFINITIONS, define
from tests.ports import free_port
from tests.redis_server import needs_redis, running_redis
from tests.square.reads.remembering_shop import GROUPS_PATH, RENAME, Delay
from tests.square.shared.replicas import (
    CUSTOMERS,
    GROUPS,
    IDENTITY,
    Replica,
    Shop,
    kept,
    remembering,
    replica,
    replicas,
    shop,
    until,
)

__all__ = ["shop"]

Two = tuple[Replica, Replica]
DEFINED = "{ customAttributeDefinitions { nodes { name } } }"
RENAME_AGAIN = RENAME.replace("New", "Newer")

pytestmark = needs_redis


@pytest.fixture
async def two(shop: Shop, redis_url: str) -> AsyncIterator[Two]:
    async with replicas(shop, redis_url) as running:
        yield running


async def shows(replica: Replica, names: list[str]) -> bool:
    return await replica.names() == names


async def free(replica: Replica) -> bool:
    return await replica.cost(GROUPS) == 0


async def asks(replica: Replica) -> bool:
    return not await free(replica)


async def defined(replica: Replica) -> list[str]:
    found = (await replica.data(DEFINED))["customAttributeDefinitions"]["nodes"]
    return [each["name"] for each in found]


async def shows_defined(replica: Replica, names: list[str]) -> bool:
    return await defined(replica) == names


async def asked(replica: Replica) -> int:
    """How often Square was asked who a token is."""
    return int(await replica.figure('gateway_square_calls_total{operation="RetrieveTokenStatus",outcome="ok"}'))


def code(answer: dict[str, Any]) -> str:
    return answer["errors"][0]["extensions"]["code"]


async def refused(replica: Replica, token: str) -> bool:
    answer = await replica(GROUPS, token=token)
    return "errors" in answer and code(answer) == "UNAUTHENTICATED"


@pytest.fixture
async def client(redis_url: str) -> AsyncIterator[Client]:
    async with Client.from_url(redis_url) as client:
        yield client


async def test_what_one_replica_has_read_the_other_shows_without_a_call(two: Two, client: Client) -> None:
    here, there = two

    async def in_redis() -> bool:
        return any([b'"Old"' in (await client.get(key) or b"") async for key in client.scan_iter("*:answer:*")])

    assert await here.cost(GROUPS) == 1
    await until(in_redis)

    before = there.emulator.calls.total()
    answer = await there(GROUPS, extensions={"trace": True})
    assert (answer["extensions"]["cost"]["actualCalls"], there.emulator.calls.total() - before) == (0, 0)
    assert [(each["cache"], each["attempts"]) for each in answer["extensions"]["trace"]["calls"]] == [("redis", [])]
    assert await there.cost(GROUPS) == 0
    assert await there.names() == ["Old"]
    assert await there.figure("gateway_reference_cache_shared_hits_total") >= 1


@pytest.mark.parametrize("writer", ["test-token", "renewed-token"], ids=["known", "not known before"])
async def test_after_a_write_through_one_replica_both_show_it(two: Two, shop: Shop, writer: str) -> None:
    here, there = two
    shop.tenants.put(Token("renewed-token"))
    for each in two:
        assert await each.names() == ["Old"]

    await there.data(RENAME, token=writer)

    assert await there.names() == ["New"]
    await until(lambda: shows(here, ["New"]))


async def test_a_replica_that_remembers_nothing_tells_those_that_do(shop: Shop, redis_url: str) -> None:
    async with (
        replica(shop, redis_url, gateway_reference_cache=3600) as here,
        replica(shop, redis_url, gateway_reference_cache=0) as there,
    ):
        await here.data(CUSTOMERS)
        await remembering(here)
        assert await here.names() == ["Old"]

        await there.data(RENAME)

        await until(lambda: shows(here, ["New"]))


async def test_a_read_from_before_a_write_elsewhere_is_kept_by_nobody(two: Two, shop: Shop) -> None:
    here, there = two
    delay = shop.delayed[GROUPS_PATH] = Delay()
    early = asyncio.create_task(here.names())
    await delay.made.wait()

    await there.data(RENAME)
    delay.go.set()

    assert await early == ["Old"]
    assert await there.names() == ["New"]
    await until(lambda: shows(here, ["New"]))


async def test_another_seller_application_or_permission_is_shown_nothing_of_it(two: Two, shop: Shop) -> None:
    here, there = two
    shop.tenants.put(Token("renewed-token"))
    shop.tenants.put(Token("customers-only-token", scopes=("CUSTOMERS_READ",)))
    shop.seller = SECOND_SELLER
    make_groups(shop, "Theirs")
    shop.seller = FIRST_SELLER
    for token in ("test-token", "renewed-token"):
        await here.data(CUSTOMERS, token=token)
        assert await here.names(token) == ["Old"]

    for token, names in (
        ("customers-only-token", ["Old"]),
        ("second-app-token", ["Old"]),
        ("second-seller-token", ["Theirs"]),
    ):
        await there.data(CUSTOMERS, token=token)
        assert await there.cost(GROUPS, token) == 1
        assert await there.names(token) == names


async def test_a_token_that_square_has_not_taken_here_asks_square(two: Two, shop: Shop) -> None:
    here, there = two
    shop.tenants.put(Token("renewed-token"))
    # Whose the token is, the other replica knows.
    await here.names("renewed-token")

    assert await there.cost(GROUPS, "renewed-token") == 1


async def test_a_token_that_one_replica_is_refused_takes_all_with_it_everywhere(two: Two, shop: Shop) -> None:
    here, there = two
    shop.tenants.put(Token("renewed-token"))
    for token in ("test-token", "renewed-token"):
        await there.data(CUSTOMERS, token=token)
        await there.names(token)
    assert await there.cost(GROUPS, "renewed-token") == 0
    shop.tenants.revoke("test-token")

    assert code(await here(CUSTOMERS)) == "UNAUTHENTICATED"

    await until(lambda: refused(there, "test-token"))
    assert await there.cost(GROUPS, "renewed-token") == 1


async def test_a_token_that_is_refused_where_it_was_never_seen_is_shown_nothing_elsewhere(two: Two, shop: Shop) -> None:
    here, there = two
    shop.tenants.put(Token("renewed-token"))
    await there.data(CUSTOMERS, token="renewed-token")
    await there.names("renewed-token")
    assert await there.cost(GROUPS, "renewed-token") == 0
    shop.tenants.revoke("renewed-token")

    assert code(await here(CUSTOMERS, token="renewed-token")) == "UNAUTHENTICATED"

    await until(lambda: refused(there, "renewed-token"))


async def test_who_a_token_is_one_replica_learns_from_the_other(two: Two, shop: Shop, client: Client) -> None:
    here, there = two
    shop.tenants.put(Token("renewed-token"))

    before = [await asked(each) for each in two]
    await kept(client, IDENTITY)

    await here.data(GROUPS, token="renewed-token")
    await kept(client, IDENTITY, 2)
    await there.data(GROUPS, token="renewed-token")

    assert [await asked(each) for each in two] == [before[0] + 1, before[1]]


async def test_with_what_is_remembered_switched_off_nothing_is_shared(shop: Shop, redis_url: str) -> None:
    async with replica(shop, redis_url) as here, replica(shop, redis_url, gateway_reference_cache=0) as there:
        await here.data(CUSTOMERS)
        await remembering(here)
        await here.names()

        assert [await there.cost(GROUPS) for _ in range(2)] == [1, 1]


async def test_a_redis_that_hangs_costs_no_answer_and_all_heals_when_it_goes_on(shop: Shop) -> None:
    with running_redis() as redis:
        async with replicas(shop, redis.url) as (here, there):
            for each in (here, there):
                assert await each.names() == ["Old"]
            redis.hang()
            try:
                await here.data(RENAME)
                assert await here.names() == ["New"]
                # What was heard until a second ago is shown that long.
                for each in (here, there):
                    await until(partial(asks, each))
                    assert [await each.cost(GROUPS) for _ in range(2)] == [1, 1]
                    assert await each.names() == ["New"]
            finally:
                redis.go_on()

            for each in (here, there):
                await until(partial(free, each))
                assert await each.names() == ["New"]
            await there.data(RENAME_AGAIN)
            await until(lambda: shows(here, ["Newer"]))


@pytest.mark.parametrize("redis", [False, True], ids=["alone", "with redis"])
async def test_what_one_worker_writes_the_others_show_at_once(shop: Shop, redis_url: str, redis: bool) -> None:
    board, readiness = ChangeBoard(2), Readiness(2)
    workers = [Worker(2, board, readiness) for _ in range(2)]
    store = redis_url if redis else "memory"
    async with replica(shop, store, workers[0]) as here, replica(shop, store, workers[1]) as there:
        for each in (here, there):
            await each.data(CUSTOMERS)
            await remembering(each)
            await each.names()
        assert [await each.cost(GROUPS) for each in (here, there)] == [0, 0]

        await here.data(RENAME)

        assert await there.names() == ["New"]


async def test_what_a_webhook_tells_one_replica_the_other_reads_again(shop: Shop, redis_url: str) -> None:
    await define(shop, "mine", name="Old", visibility="VISIBILITY_READ_ONLY")
    port = free_port()
    url = f"http://127.0.0.1:{port}/webhooks/square"
    hooks = {"square_webhook_url": url, "square_webhook_signature_key": (shop.running.subscribe(url),)}
    async with (
        replica(shop, redis_url, port=port, **hooks) as here,
        replica(shop, redis_url, **hooks) as there,
    ):
        for each in (here, there):
            await each.data(CUSTOMERS)
            await remembering(each)
            assert await defined(each) == ["Old"]
        assert await there.cost(DEFINED) == 0

        await shop.call("PUT", f"{DEFINITIONS}/mine", {"custom_attribute_definition": {"name": "New"}})

        for each in (here, there):
            await until(partial(shows_defined, each, ["New"]))
