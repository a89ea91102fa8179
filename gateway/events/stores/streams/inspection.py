"""What an operator can do with the event log in a Redis, while gateways use it or not. Waits for no event.

Nothing personal can be seen, as none is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from gateway.events.event import Stored
from gateway.events.log import NotStored
from gateway.events.stores.event_text import readable
from gateway.events.stores.inspection import Kept, NotKept
from gateway.events.stores.streams import scripts
from gateway.events.stores.streams.places import place_of, position_of, shared_names, stored_at
from gateway.redis.connection import Redis, Unreachable

# Entries of the order that are looked at together.
PAGE = 1000
# Digits of a position: there is none with more.
MAX_DIGITS = 19


class RedisInspection:
    """One log. Every method raises `NotStored` when it cannot be used. `close` it at the end."""

    def __init__(self, redis: Redis) -> None:
        """It is closed with this."""
        self._redis = redis
        self._log, self._order, self._ids, self._dead = shared_names(redis.key)
        self._replay, self._drop = redis.script(scripts.REPLAY), redis.script(scripts.DROP)

    async def close(self) -> None:
        """Let go of Redis."""
        await self._redis.close()

    async def latest(
        self, limit: int, *, types: Sequence[str] = (), merchant: str | None = None, dead: bool = False
    ) -> list[Kept]:
        """The latest events, the last one first: of these types, of this seller, only dead letters."""
        found: list[Kept] = []
        end = "+"
        while len(found) < limit:
            entries = await self._page(end)
            for each in await self._kept(entries):
                event = each.stored.event
                if (not types or event.type in types) and merchant in {None, event.merchant}:
                    found += [each] if each.reason is not None or not dead else []
            if len(entries) < PAGE:
                break
            end = f"({entries[-1][0].decode()}"
        return found[:limit]

    async def one(self, name: str) -> Kept:
        """The event with this position or id. Raises `NotKept`."""
        place = await self._place(name)
        entries = await self._do(lambda client: client.xrange(self._order, place, place)) if place else []
        for each in await self._kept(entries):
            return each
        raise NotKept(name)

    async def replay(self, name: str) -> int:
        """Append an event once more, so that subscribers are told of it; gives its new position. Raises `NotKept`.

        It leaves its old position: there is only one of each id.
        """
        place = await self._script(self._replay, name)
        return position_of(place)

    async def drop(self, name: str) -> None:
        """Forget an event, so that nobody is told of it any more. Its id stays known. Raises `NotKept`."""
        await self._script(self._drop, name)

    async def _page(self, end: str) -> Any:
        return await self._do(lambda client: client.xrevrange(self._order, end, "-", count=PAGE))

    async def _script(self, script: Any, name: str) -> Any:
        place = place_of((await self.one(name)).stored.position)
        keys = [self._log, self._order, self._ids, self._dead, self._redis.key("announcements")]
        try:
            done = await script(keys, (self._redis.key(""), -1, 0, 0, secrets.token_hex(8), place))
        except Unreachable as error:
            raise NotStored(_reason(error)) from None
        if not done:
            raise NotKept(name)
        return done

    async def _place(self, name: str) -> str | None:
        if name.isascii() and name.isdigit() and len(name) <= MAX_DIGITS:
            return place_of(int(name))
        digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
        found = await self._do(lambda client: client.hget(self._ids, digest))
        return None if found is None else str(found, "ascii")

    async def _kept(self, entries: Sequence[Any]) -> list[Kept]:
        """The events of these entries of the order that are still there."""
        if not entries:
            return []
        places = [place.decode() for place, _ in entries]

        async def read(client: Any) -> Any:
            pipeline = client.pipeline(transaction=False)
            for place, (_, fields) in zip(places, entries, strict=True):
                pipeline.xrange(self._redis.key(fields[b"s"].decode(), "events"), place, place)
            return await pipeline.execute()

        events = await self._do(read)
        letters = await self._do(lambda client: client.hmget(self._dead, places))
        found = []
        for place, event, letter in zip(places, events, letters, strict=True):
            told = readable(event[0][1].get(b"e")) if event else None
            if told is not None:
                position = position_of(place)
                reason, attempts = orjson.loads(letter) if letter else (None, None)
                found.append(Kept(Stored(position, told), stored_at(position), reason, attempts))
        return found

    async def _do(self, command: Callable[[Any], Any]) -> Any:
        try:
            return await self._redis.run(command)
        except Unreachable as error:
            raise NotStored(_reason(error)) from None


def _reason(error: Unreachable) -> str:
    return str(error) or "Redis does not answer"
