"""The event log in a Redis: it outlives every process, and replicas share it. Keeps nothing in the process.

Events that arrive together are stored by one script, which Redis has run before `append` returns, and which announces
them: each process hears of all events, its own too, over its one reader. How durable they are is for Redis to say
(`appendfsync`). What is stored is in `scripts`.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from gateway.events.event import Event, Stored
from gateway.events.log import Bounds, DeadLetter, Figures, NotStored, OnStored
from gateway.events.stores.event_text import event_of, readable, text_of
from gateway.events.stores.streams import scripts
from gateway.events.stores.streams.places import Names, digest_of, place_of, position_of
from gateway.events.stores.together import Together
from gateway.events.stores.waiting import Waiting
from gateway.redis.announcements import Announcements
from gateway.redis.connection import Argument, Denied, Redis, Script, Unreachable

log = logging.getLogger(__name__)


class RedisLog:
    """Keeps at most `limit` events for `retention` seconds; `now` is the time in seconds, by default that of Redis."""

    def __init__(  # noqa: PLR0917 - where it is, and what it keeps
        self,
        redis: Redis,
        announcements: Announcements,
        names: Names,
        retention: float,
        limit: int,
        now: Callable[[], float] | None = None,
    ) -> None:
        self._redis = redis
        self._names = names
        self._keys = [*names.shared, announcements.stream]
        self._keeping = (int(retention * 1000), limit)
        self._now = now
        self._name = ""
        self._figures = Figures(0, 0)
        self._append, self._bounds, self._last, self._bury = (
            redis.script(text) for text in (scripts.APPEND, scripts.BOUNDS, scripts.LAST, scripts.BURY)
        )
        self._hold = redis.script(scripts.HOLD)
        self._together = Together(self._write)
        self._waiting = Waiting()
        announcements.on(scripts.APPENDED, self._heard)
        announcements.on(scripts.BEGUN, lambda name: self._begun(name.decode()))
        announcements.on_missed(self._waiting.missed)
        redis.on_return(self._waiting.wake)

    @property
    def name(self) -> str:
        """Made with the data, and empty as long as Redis has not told it."""
        return self._name

    @property
    def figures(self) -> Figures:
        """How much there was when this process last wrote, looked or heard."""
        return self._figures

    def on_stored(self, listener: OnStored) -> None:
        """Tell this listener first, of what any process has appended."""
        self._waiting.listen(listener)

    def on_missed(self, listener: Callable[[], None]) -> None:
        """See `EventLog`."""
        self._waiting.listen_missed(listener)

    async def open(self) -> None:
        """Find or begin the log. One that is away is looked for when it is needed. Raises `NotStored`."""
        try:
            await self._do(self._bounds, "")
        except NotStored as error:
            if isinstance(error.__cause__, Denied):
                raise

    async def close(self) -> None:
        """Write what was given already."""
        await self._together.close()

    async def append(self, events: Sequence[Event]) -> list[int | None]:
        """See `EventLog`. A script that nobody waits for any more may still run: then the events are known already."""
        return await self._together.append(events)

    async def read(self, merchant: str, after: int, limit: int) -> list[Stored]:
        """See `EventLog`."""
        stream, start = self._names.events(merchant), place_of(after)
        while True:
            found = await self._entries(stream, f"({start}", limit)
            read = [(position_of(place), readable(fields.get(b"e"))) for place, fields in found]
            events = [Stored(position, event) for position, event in read if event is not None]
            if events or len(found) < limit:
                return events
            start = str(found[-1][0], "ascii")

    async def bounds(self, merchant: str) -> Bounds:
        """See `EventLog`. What is too old by now is gone, even if nothing was appended since."""
        seller, more = self._names.seller(merchant), True
        gone = last = b"0-0"
        while more:
            gone, last, more = await self._do(self._bounds, seller)
        return Bounds(position_of(gone), position_of(last))

    async def changed(self, merchant: str, after: int) -> None:
        """See `EventLog`. A Redis that is away has changed nothing yet; another log, or an older state of it, has."""
        seller, name = self._names.seller(merchant), self._name
        while True:
            with self._waiting.one(merchant) as woken:
                try:
                    [last] = await self._do(self._last, seller)
                    if position_of(last) != after or self._name != name:
                        return
                except NotStored:
                    # Woken when Redis is back, or by what is heard.
                    pass
                await woken

    async def bury(self, letter: DeadLetter) -> None:
        """See `EventLog`."""
        told = orjson.dumps([letter.reason, letter.attempts])
        seller = self._names.seller(letter.stored.event.merchant)
        await self._do(self._bury, seller, place_of(letter.stored.position), told)

    async def latest(self) -> str | None:
        """See `EventLog`."""
        return await self._field(self._keys[0], "latest")

    async def note(self, name: str) -> str | None:
        """See `EventLog`."""
        return await self._field(self._names.notes, name)

    async def set_note(self, name: str, text: str) -> None:
        """See `EventLog`."""
        try:
            await self._redis.run(lambda client: client.hset(self._names.notes, name, text))
        except Unreachable as error:
            raise _not_stored(error) from error

    async def hold(self, task: str, holder: str, seconds: float) -> bool:
        """See `EventLog`."""
        try:
            return bool(await self._hold([self._names.key("log", "held", task)], [holder, int(seconds * 1000)]))
        except Unreachable as error:
            raise _not_stored(error) from error

    async def _entries(self, stream: str, start: str, limit: int) -> Any:
        try:
            return await self._redis.run(lambda client: client.xrange(stream, start, "+", count=limit))
        except Unreachable as error:
            raise _not_stored(error) from error

    async def _field(self, key: str, name: str) -> str | None:
        try:
            found: Any = await self._redis.run(lambda client: client.hget(key, name))
        except Unreachable as error:
            raise _not_stored(error) from error
        return None if found is None else str(found, "utf-8")

    async def _write(self, events: Sequence[Event]) -> list[int | None]:
        args: list[Argument] = []
        for event in events:
            digest = digest_of(self._names.keys, event.event_id)
            args += (digest, self._names.seller(event.merchant), text_of(event), event.created_at)
        [places] = await self._do(self._append, *args)
        return [position_of(place) if place else None for place in places]

    async def _do(self, script: Script, *args: Argument) -> Any:
        """What a script tells beside the name of the log and its figures. Raises `NotStored`."""
        now = -1 if self._now is None else int(self._now() * 1000)
        try:
            told = await script(self._keys, (self._names.base, now, *self._keeping, secrets.token_hex(8), *args))
        except Unreachable as error:
            raise _not_stored(error) from error
        name, kept, dead, *found = told
        self._figures = Figures(kept, dead)
        self._begun(name.decode())
        return found

    def _begun(self, name: str) -> None:
        """This is the log now; if there was another one, everybody has to look."""
        before, self._name = self._name, name
        if before not in {"", name}:
            log.warning("Redis has lost the log of events: there is a new one")
            self._waiting.wake()

    def _heard(self, payload: bytes) -> None:
        try:
            kept, dead, texts = orjson.loads(payload)
            events = [event_of(each) for each in texts]
        except (ValueError, TypeError, AttributeError):
            # Of whom they tell is not known: everybody looks.
            self._waiting.missed()
            return
        self._figures = Figures(kept, dead)
        self._waiting.stored(events)


def _not_stored(error: Unreachable) -> NotStored:
    text = "Redis refuses it" if str(error) and isinstance(error, Denied) else "Redis does not answer"
    return NotStored(f"{text} ({error})" if str(error) else text)
