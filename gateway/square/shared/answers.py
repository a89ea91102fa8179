"""Answers of reference data, in Redis: a second level, behind the one in memory.

An answer is kept under the numbers of changes that it was asked for with, and counts as long as they are the current
ones. What holds personal data is not for here: the rows of endpoints say what may be remembered at all. Who may be
shown an answer is decided by each process for itself: see `Reference`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from secrets import token_hex
from time import monotonic
from typing import Any

from gateway.identity import Access
from gateway.keys import Keys
from gateway.redis.background import Background
from gateway.redis.connection import Redis, Unreachable
from gateway.square.endpoint import Call
from gateway.square.shared.changes import NUMBER_LIFE, SharedChanges

# Bytes that one process writes within the life of an answer, in all and for one identity.
MAX_WRITTEN = 16 * 1024 * 1024
MAX_WRITTEN_FOR_ONE = 2 * 1024 * 1024

# The numbers of changes, made where there are none; the answer, if it was kept with the same; the rest of its life.
_GET = """
local numbers = redis.call('MGET', unpack(KEYS, 2))
for place = 1, #KEYS - 1 do
  if not numbers[place] then
    numbers[place] = ARGV[1]
    redis.call('SET', KEYS[place + 1], ARGV[1], 'EX', ARGV[2])
  end
end
local current = table.concat(numbers)
local kept = redis.call('GET', KEYS[1])
if not kept or string.sub(kept, 1, #current) ~= current then return {current} end
return {current, string.sub(kept, #current + 1), redis.call('PTTL', KEYS[1])}
"""
_PUT = """
local numbers = redis.call('MGET', unpack(KEYS, 2))
for place = 1, #KEYS - 1 do
  if not numbers[place] then return 0 end
end
if table.concat(numbers) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ARGV[2], 'PX', ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Where an answer belongs and the numbers of now; the bytes of one that is kept, good for so many seconds."""

    keys: list[str]
    numbers: bytes
    content: bytes | None = None
    seconds: float = 0.0


class SharedAnswers:
    """The answers that all processes of one Redis have kept."""

    def __init__(self, redis: Redis, keys: Keys, changes: SharedChanges, background: Background) -> None:
        """`keys` names calls."""
        self._redis = redis
        self._get, self._put = redis.script(_GET), redis.script(_PUT)
        self._keys = keys
        self._changes = changes
        self._background = background
        self._written: Counter[str] = Counter()
        self._all = 0
        self._since = float("-inf")

    async def get(self, access: Access, call: Call[Any]) -> Found | None:
        """What is there for a call of this caller's; None while Redis is away or has still to be told of a change."""
        numbers = self._changes.numbers(access, call.endpoint.cache)
        if not self._changes.settled(numbers):
            return None
        keys = [self._key(access, call), *numbers]
        try:
            found = await self._get(keys, [token_hex(8), NUMBER_LIFE])
        except Unreachable:
            return None
        if not self._changes.settled(numbers):
            return None
        if len(found) == 1:
            return Found(keys, found[0])
        return Found(keys, found[0], found[1], found[2] / 1000)

    def put(self, access: Access, place: Found, content: bytes, seconds: float) -> None:
        """Keep the answer to what was asked after `place` was found, unless something has changed. Nobody waits."""
        identity, size = access.identity.key, len(content)
        if monotonic() - self._since >= seconds:
            self._since, self._all = monotonic(), 0
            self._written.clear()
        if self._written[identity] + size > MAX_WRITTEN_FOR_ONE or self._all + size > MAX_WRITTEN:
            return
        self._written[identity] += size
        self._all += size
        milliseconds = max(1, int(seconds * 1000))
        self._background.begin(lambda: self._put(place.keys, [place.numbers, content, milliseconds]))

    def _key(self, access: Access, call: Call[Any]) -> str:
        name, target, content = call.key
        asked = self._keys.name("answer", *sorted(access.scopes), name, target, content or b"")
        return self._redis.key(access.identity.key, "answer", asked)
