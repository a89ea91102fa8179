"""Who a token is for, in Redis: gone with the first 401 whatever else there is to do, and believed only as written."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis as Client

from tests.redis_server import needs_redis
from tests.square.shared.replicas import CUSTOMERS, GROUPS, Shop, replica, replicas, shop, until

__all__ = ["shop"]

pytestmark = needs_redis


async def kept(client: Client) -> list[bytes]:
    return [key async for key in client.scan_iter("*:identity")]


@pytest.mark.parametrize("value", [b'["A", "B", [1, "x"], null]', b'[["a"], "b", [], null]', b'["A", "B", ["C"], "D"]'])
async def test_what_somebody_else_has_written_there_is_nothing(shop: Shop, redis_url: str, value: bytes) -> None:
    client = Client.from_url(redis_url)
    async with replicas(shop, redis_url) as (here, _):
        await here.cost(GROUPS)
        [key] = await kept(client)
        await client.set(key, value, px=60_000)
        async with replica(shop, redis_url) as third:
            assert await third.names() == ["Old"]
    await client.aclose()


async def test_a_refused_token_is_forgotten_however_many_others_are_refused(shop: Shop, redis_url: str) -> None:
    client = Client.from_url(redis_url)
    async with replicas(shop, redis_url) as (here, _):
        await here.cost(GROUPS)
        assert len(await kept(client)) == 1
        shop.tenants.revoke("test-token")
        made_up = [here(CUSTOMERS, token=f"made-up-{number}") for number in range(150)]
        await asyncio.gather(*made_up[:100], here(CUSTOMERS), *made_up[100:])

        async def forgotten() -> bool:
            return not await kept(client)

        await until(forgotten)
    await client.aclose()
