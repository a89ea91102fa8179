"""Who a token is for, in Redis: gone with the first 401 even if Redis is away, and believed only as written."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis as Client

from tests.redis_server import needs_redis, running_redis
from tests.square.shared.replicas import CUSTOMERS, GROUPS, IDENTITY, Shop, kept, replica, replicas, shop, until

__all__ = ["shop"]

pytestmark = needs_redis


@pytest.mark.parametrize("value", [b'["A", "B", [1, "x"], null]', b'[["a"], "b", [], null]', b'["A", "B", ["C"], "D"]'])
async def test_what_somebody_else_has_written_there_is_nothing(shop: Shop, redis_url: str, value: bytes) -> None:
    client = Client.from_url(redis_url)
    async with replicas(shop, redis_url) as (here, _):
        await here.cost(GROUPS)
        [key] = await kept(client, IDENTITY)
        await client.set(key, value, px=60_000)
        async with replica(shop, redis_url) as third:
            assert await third.names() == ["Old"]
    await client.aclose()


async def test_a_token_that_is_refused_while_redis_cannot_write_is_forgotten_when_it_can(shop: Shop) -> None:
    with running_redis() as server:
        client = Client.from_url(server.url)
        async with replicas(shop, server.url) as (here, _):

            async def away() -> bool:
                return await here.figure("gateway_redis_up") == 0

            async def forgotten() -> bool:
                return not [key async for key in client.scan_iter(IDENTITY)]

            await here.cost(GROUPS)
            assert len(await kept(client, IDENTITY)) == 1
            shop.tenants.revoke("test-token")
            await client.config_set("min-replicas-to-write", 1)
            assert "errors" in await here(CUSTOMERS)
            await until(away)
            await client.config_set("min-replicas-to-write", 0)

            await until(forgotten)
        await client.aclose()


async def test_a_replica_with_another_secret_says_so(
    shop: Shop, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with replica(shop, redis_url), replica(shop, redis_url):
        assert "GATEWAY_SECRET" not in caplog.text
        async with replica(shop, redis_url, gateway_secret="another-one-that-is-as-long-as-it-has-to-be"):
            assert "Another GATEWAY_SECRET was used last" in caplog.text
