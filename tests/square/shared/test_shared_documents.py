"""A document that a client has registered with one replica runs by its hash on all of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.redis_server import needs_redis, running_redis
from tests.server.graphql.test_persisted_documents import code, hashed
from tests.square.shared.replicas import CUSTOMERS, Replica, Shop, replica, shop, until

__all__ = ["shop"]

pytestmark = needs_redis

QUERY = "query Groups { groups { nodes { name } } }"
ANSWER = {"groups": {"nodes": [{"name": "Old"}]}}
PRIVATE = [
    '{ customers(first: 1, filter: { emailAddress: { exact: "amelia@example.com" } }) { nodes { id } } }',
    "{ groups { nodes { name } } } # for Amelia",
]


async def by_hash(replica: Replica, query: str, token: str = "test-token") -> Any:
    """The answer to the hash of a document alone."""
    headers = {"Authorization": f"Bearer {token}"}
    async with replica.http.post(replica.url, json={"extensions": hashed(query)}, headers=headers) as response:
        return await response.json()


async def runs(replica: Replica, query: str, token: str = "test-token") -> bool:
    """Whether a hash leads to its document there, which is not known by its hash otherwise."""
    answer = await by_hash(replica, query, token)
    if "data" in answer:
        return True
    assert code(answer) == "PERSISTED_QUERY_NOT_FOUND"
    return False


async def register(replica: Replica, query: str, token: str = "test-token") -> None:
    assert "errors" not in await replica(query, token=token, extensions=hashed(query))


async def test_it_runs_on_another_replica_and_after_all_have_ended(shop: Shop, redis_url: str) -> None:
    async with replica(shop, redis_url) as here, replica(shop, redis_url) as there:
        await register(here, QUERY)

        await until(lambda: runs(there, QUERY))
        assert (await by_hash(there, QUERY))["data"] == ANSWER
    async with replica(shop, redis_url) as later:
        assert (await by_hash(later, QUERY))["data"] == ANSWER


async def test_what_a_known_caller_has_registered_is_nobody_elses_there(shop: Shop, redis_url: str) -> None:
    async with replica(shop, redis_url) as here, replica(shop, redis_url) as there:
        for each in (here, there):
            for token in ("test-token", "second-seller-token"):
                await each.data(CUSTOMERS, token=token)
        await register(here, QUERY)
        await until(lambda: runs(there, QUERY))
    async with replica(shop, redis_url) as later:
        await later.data(CUSTOMERS, token="second-seller-token")

        assert not await runs(later, QUERY, "second-seller-token")


@pytest.mark.parametrize("private", PRIVATE, ids=["string", "comment"])
async def test_a_text_that_may_hold_a_persons_data_stays_where_it_was_sent(
    shop: Shop, redis_url: str, private: str
) -> None:
    async with replica(shop, redis_url) as here, replica(shop, redis_url) as there:
        for query in (private, QUERY):
            await register(here, query)
        # What was registered after it has arrived.
        await until(lambda: runs(there, QUERY))

        assert await runs(here, private)
        assert not await runs(there, private)


async def test_one_caller_has_so_many_and_those_used_last_are_kept(shop: Shop, redis_url: str) -> None:
    queries = [f"query Number{number} {{ __typename }}" for number in range(3)]
    async with replica(shop, redis_url, gateway_persisted_queries=2) as here:
        await here.data(CUSTOMERS)
        for query in queries:
            await register(here, query)
            # One after the other: what was registered has arrived when another replica knows it.
            async with replica(shop, redis_url) as there:
                await there.data(CUSTOMERS)
                await until(lambda there=there, query=query: runs(there, query))  # type: ignore[misc]
    async with replica(shop, redis_url) as later:
        await later.data(CUSTOMERS)
        assert [await runs(later, query) for query in queries] == [False, True, True]


async def test_with_persisted_queries_switched_off_there_are_none_in_redis_either(shop: Shop, redis_url: str) -> None:
    async with replica(shop, redis_url) as here, replica(shop, redis_url, gateway_persisted_queries=0) as there:
        await register(here, QUERY)

        assert code(await by_hash(there, QUERY)) == "PERSISTED_QUERY_NOT_SUPPORTED"


async def test_while_redis_hangs_each_replica_has_its_own(shop: Shop) -> None:
    with running_redis() as redis:
        async with replica(shop, redis.url) as here, replica(shop, redis.url) as there:
            redis.hang()
            await register(here, QUERY)

            assert await runs(here, QUERY)
            assert not await runs(there, QUERY)
            assert "errors" not in await there(QUERY, extensions=hashed(QUERY))
            assert await runs(there, QUERY)
