"""What /metrics shows of the Redis that replicas share."""

from __future__ import annotations

import asyncio

from tests.emulator.conftest import Emulator
from tests.following import live_gateway
from tests.patience import PATIENCE
from tests.redis_server import needs_redis, running_redis


@needs_redis
async def test_a_redis_that_is_gone_is_shown_until_it_is_back(emulator: Emulator) -> None:
    with running_redis() as server:
        async with (
            live_gateway(emulator, gateway_store=server.url, gateway_secret="s" * 32) as live,
            asyncio.timeout(PATIENCE),
        ):
            assert await live.figure("gateway_redis_up") == 1
            assert await live.figure("gateway_redis_failures_total") == 0
            server.kill()
            while await live.figure("gateway_redis_up"):
                pass
            assert await live.figure("gateway_redis_failures_total") >= 1
            server.start_again()
            while not await live.figure("gateway_redis_up"):
                pass
