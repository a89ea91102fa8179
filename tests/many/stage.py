"""Everything that runs: a Square that sends webhooks, a Redis, the replicas that share it, and their balancer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.live.stage import ENVIRONMENT, SECRET_OF_GATEWAYS, client, subscribe
from tests.many.balancer import balancer
from tests.many.replicas import Replica
from tests.ports import free_port
from tests.redis_server import RedisServer, running_redis
from tests.server.process import running

# A minute until a notification is sent again takes 0.3 seconds: the tries that Square makes in a day, 7 minutes.
TIME_SCALE = "0.005"


@dataclass
class Stage:
    """What a run is played on. `url` is the balancer's."""

    square: str
    database: Path
    url: str
    store: str
    replicas: list[Replica]
    redis: RedisServer | None
    http: aiohttp.ClientSession


@asynccontextmanager
async def stage(folder: Path, *, replicas: int, workers: int, store: str, **settings: str) -> AsyncIterator[Stage]:
    """All of it, with an empty Square. `store` is redis or sqlite; `settings` are the gateways' own."""
    async with AsyncExitStack() as stack:
        database = folder / "square.db"
        emulator = ("emulator", "--seed", "empty", "--port", "0", "--db", str(database))
        _, square = await stack.enter_async_context(running(*emulator, "--webhook-time-scale", TIME_SCALE))
        redis = stack.enter_context(running_redis()) if store == "redis" else None
        where = redis.url if redis else f"sqlite:{folder / 'events.db'}"
        http = await stack.enter_async_context(client())
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {
            "SQUARE_ENVIRONMENT": ENVIRONMENT,
            "SQUARE_BASE_URL": square,
            "SQUARE_WEBHOOK_SIGNATURE_KEY": await subscribe(http, square, f"{url}/webhooks/square"),
            "SQUARE_WEBHOOK_URL": f"{url}/webhooks/square",
            "GATEWAY_AUTH": "forward",
            "GATEWAY_STORE": where,
            "GATEWAY_SECRET": SECRET_OF_GATEWAYS,
            "GATEWAY_WORKERS": str(workers),
            "GATEWAY_MAX_STREAMS": "50000",
            "GATEWAY_CALLER_SHARE": "1",
            "GATEWAY_LOG_LEVEL": "warning",
            **settings,
        }
        found = [Replica(environment, http) for _ in range(replicas)]
        for each in found:
            stack.push_async_callback(each.close)
        await asyncio.gather(*(each.start() for each in found))
        await stack.enter_async_context(balancer(folder, port, [each.port for each in found]))
        yield Stage(square, database, url, where, found, redis, http)
