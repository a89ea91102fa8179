"""One Redis, reached within half a second or not at all until it is back.

A command that takes too long, or that a server fails which is not able to do its work, makes it unreachable for all:
those who ask from then on are told at once, while a small write in the background finds out when it works again. So a
Redis that is down, hangs, is full or may not write costs those who ask at that moment half a second, once, and nobody
after them. Sends no command again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import Context
from time import monotonic
from typing import Any, TypeVar

from redis.asyncio import Redis as Client

from gateway.redis.address import read_address
from gateway.redis.client import make_client
from gateway.redis.failures import FAILURES, Denied, Refused, Unreachable, cause, failure, lost
from gateway.redis.time_limit import TimeLimit

T = TypeVar("T")
Argument = str | bytes | int
Script = Callable[[Sequence[str], Sequence[Argument]], Awaitable[Any]]

# Seconds that one command may take, its connection included, and between two looks whether Redis is back.
MAX_SECONDS = 0.5
LOOK_AGAIN = 0.5
# The library's own limit is the clock's, and there for what is not waited for here.
MAX_SOCKET_SECONDS = 10.0
MAX_CONNECTIONS = 32
# Seconds between two lines of the log about commands that are refused.
BETWEEN_LINES = 60.0

log = logging.getLogger(__name__)


class Redis:
    """What all parts of one process share of one Redis."""

    def __init__(self, url: str, prefix: str) -> None:
        """`prefix` begins the name of every key. Nothing is opened yet. Raises ValueError, which repeats no value."""
        self._prefix = prefix
        address = read_address(url)
        self._client = make_client(address, MAX_SOCKET_SECONDS, MAX_CONNECTIONS)
        # Who waits for news takes no connection from anybody.
        self._waiter = make_client(address, MAX_SOCKET_SECONDS, 1)
        # Unlike a pool's own queue, it loses no place to a caller that is cancelled.
        self._turns = asyncio.Semaphore(MAX_CONNECTIONS)
        self._up = True
        # Commands that were not answered, or not in time.
        self.failures = 0
        self._looking: asyncio.Task[None] | None = None
        self._returned: list[Callable[[], None]] = []
        self._next_line = 0.0

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
        """What a command answers. Raises `Unreachable` at once while Redis is away, else within half a second.

        A command that only this Redis or this user refuses raises `Refused` or `Denied`, and leaves it reachable.
        """
        if not self._up:
            raise Unreachable
        await self._turn()
        try:
            if not self._up:
                raise Unreachable
            async with TimeLimit(MAX_SECONDS):
                return await _cancellable(command(self._client))
        except FAILURES as error:
            raise self._failed(error) from None
        finally:
            self._turns.release()

    async def wait(self, command: Callable[[Client], Awaitable[T]], seconds: float) -> T:
        """The same for a command that waits so long for news, on a connection of its own; one at a time."""
        if not self._up:
            raise Unreachable
        try:
            async with TimeLimit(MAX_SECONDS + seconds):
                return await _cancellable(command(self._waiter))
        except FAILURES as error:
            raise self._failed(error) from None

    def script(self, text: str) -> Script:
        """A Lua script, sent by its hash once Redis knows it. It is to be called with keys and arguments."""
        script = self._client.register_script(text)

        async def run(keys: Sequence[str], args: Sequence[Argument]) -> Any:
            return await self.run(lambda client: script(keys, args, client=client))

        return run

    async def check(self) -> None:
        """See whether it may be used; whether it is there too, which is told to the log. Raises `Refused`."""
        try:
            await self.run(self._probe)
        except Refused:
            raise
        except Unreachable:
            # One that is away may be there soon.
            return

    async def close(self) -> None:
        """Close every connection."""
        if self._looking is not None:
            self._looking.cancel()
        for client in (self._client, self._waiter):
            await client.aclose()
            sentinels = getattr(getattr(client, "connection_pool", None), "sentinel_manager", None)
            if sentinels is not None:
                await sentinels.aclose()

    async def _turn(self) -> None:
        """Wait for a connection. That all are in use for long says nothing of Redis."""
        if not self._turns.locked():
            await self._turns.acquire()
            return
        try:
            async with TimeLimit(MAX_SECONDS):
                await self._turns.acquire()
        except TimeoutError:
            raise Unreachable from None

    def _failed(self, error: Exception) -> Unreachable:
        self.failures += 1
        found = failure(error)
        if lost(error):
            self._lost(error)
        elif isinstance(found, Refused) and monotonic() >= self._next_line:
            self._next_line = monotonic() + BETWEEN_LINES
            log.error("Redis refuses a command of the gateway (%s)", found)
        return found

    def _lost(self, error: Exception) -> None:
        if not self._up:
            return
        self._up = False
        why = cause(error)
        log.warning("Redis does not answer (%s); what needs it waits or goes on without", why)
        self._looking = asyncio.get_running_loop().create_task(self._look(why), context=Context())

    async def _look(self, why: str) -> None:
        # A server that has become another's replica would be asked again and again by connections that are kept.
        await self._drop()
        said = {why}
        while (failed := await self._why_not()) is not None:
            # Such as a password that is another one now: it does not come back by itself.
            if (why := cause(failed)) not in said:
                said.add(why)
                log.warning("Redis is still not of use (%s)", why)
            await asyncio.sleep(LOOK_AGAIN)
        self._up = True
        log.info("Redis answers again")
        for listener in self._returned:
            listener()

    async def _drop(self) -> None:
        pool = getattr(self._client, "connection_pool", None)
        with suppress(*FAILURES):
            async with asyncio.timeout(MAX_SECONDS):
                if pool is not None:
                    await pool.disconnect(inuse_connections=False)

    async def _why_not(self) -> Exception | None:
        """Why it is of no use now, None when it is."""
        try:
            async with TimeLimit(MAX_SECONDS):
                await self._probe(self._client)
        except FAILURES as error:
            return error
        except Exception as error:  # nothing that happens in here may end the search
            log.exception("Looking for Redis failed")
            return error
        return None

    async def _probe(self, client: Client) -> None:
        """A full server, and one that may not write, answer a PING."""
        await client.set(self.key("probe"), b"", px=1000)


async def _cancellable(answer: Awaitable[T]) -> T:
    """The answer, unless the task that waits for it was cancelled meanwhile.

    redis-py sends by `asyncio.wait_for`, which in Python 3.11 can lose that: https://github.com/python/cpython/issues/86296
    """
    task = asyncio.current_task()
    assert task is not None
    before = task.cancelling()
    found = await answer
    if task.cancelling() > before:
        raise asyncio.CancelledError
    return found


__all__ = ["Denied", "Redis", "Refused", "Script", "Unreachable"]
