"""One Redis, reached within half a second or not at all until it is back.

A command that fails, or takes too long, makes it unreachable for all: whoever asks from then on is told at once, while
a `PING` in the background finds out when it answers again. So a Redis that is down or hangs costs those who ask at that
moment half a second, once, and nobody after them. Sends no command again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Any, TypeVar

from redis.asyncio import BlockingConnectionPool
from redis.asyncio import Redis as Client
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

T = TypeVar("T")

# Seconds that one command may take, its connection included, and between two looks whether Redis is back.
MAX_SECONDS = 0.5
LOOK_AGAIN = 0.5
MAX_CONNECTIONS = 32

log = logging.getLogger(__name__)


class Unreachable(Exception):
    """Redis does not answer now. The message names no value and no address."""


class Redis:
    """What all parts of one process share of one Redis."""

    def __init__(self, url: str, prefix: str) -> None:
        """`prefix` begins the name of every key. Nothing is opened yet."""
        self._prefix = prefix
        self._client = _client(url)
        self._up = True
        # Commands that were not answered, or not in time.
        self.failures = 0
        self._looking: asyncio.Task[None] | None = None
        self._returned: list[Callable[[], None]] = []

    @property
    def up(self) -> bool:
        """Whether Redis has answered last time."""
        return self._up

    def on_return(self, listener: Callable[[], None]) -> None:
        """Call this whenever Redis answers again. It must neither fail nor wait."""
        self._returned.append(listener)

    def key(self, *parts: str) -> str:
        """The name of a key. All are in one slot of a cluster, so that a script may use several."""
        return ":".join((f"{{{self._prefix}}}", *parts))

    async def run(self, command: Callable[[Client], Awaitable[T]]) -> T:
        """What a command answers. Raises `Unreachable` at once while Redis is away, else within half a second."""
        if not self._up:
            raise Unreachable
        try:
            async with asyncio.timeout(MAX_SECONDS):
                return await command(self._client)
        except (RedisError, OSError, TimeoutError) as error:
            self.failures += 1
            self._lost(error)
        raise Unreachable

    async def close(self) -> None:
        """Close every connection."""
        if self._looking is not None:
            self._looking.cancel()
        await self._client.aclose()

    def _lost(self, error: Exception) -> None:
        if not self._up:
            return
        self._up = False
        log.warning("Redis does not answer (%s); what needs it waits or goes on without", type(error).__name__)
        self._looking = asyncio.get_running_loop().create_task(self._look(), context=Context())

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AGAIN)
            try:
                async with asyncio.timeout(MAX_SECONDS):
                    await self._client.ping()
            except (RedisError, OSError, TimeoutError):
                continue
            break
        self._up = True
        log.info("Redis answers again")
        for listener in self._returned:
            listener()


def _client(url: str) -> Client:
    pool: Any = BlockingConnectionPool.from_url(
        url,
        max_connections=MAX_CONNECTIONS,
        timeout=MAX_SECONDS,
        socket_timeout=MAX_SECONDS,
        socket_connect_timeout=MAX_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    return Client.from_pool(pool)
