"""Automatic persisted queries that replicas share: in memory first, then in Redis under their caller's name.

A text that holds a string or a comment may hold a person's data, and is kept in memory only. Callers whom nobody knows
yet have one place together, as anybody can make up thousands. Nobody waits until something is kept.
"""

from __future__ import annotations

import hashlib
import re

from gateway.fairness.fair_share import Holder
from gateway.graph.documents.persisted import MemoryStore
from gateway.redis.background import Background
from gateway.redis.connection import Redis, Unreachable

# Seconds that a document is kept after it was last looked for.
LIFE = 86_400
_SHA256 = re.compile(r"[0-9a-f]{64}")

# The text with a hash, from the first of some places that has it, or the one that is given. It is kept in the first.
_USE = """
local hash, given, life, size = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local text = redis.call('HGET', KEYS[1], hash)
for place = 3, #KEYS do
  local found = not text and redis.call('HGET', KEYS[place], hash)
  if found and ARGV[5] == '' then return found end
  text = text or found
end
if not text then
  if given == '' then return false end
  text = given
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('HSET', KEYS[1], hash, text)
redis.call('ZADD', KEYS[2], now, hash)
local old = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - life * 1000000)
local over = redis.call('ZCARD', KEYS[2]) - #old - size
if over > 0 then
  for _, each in ipairs(redis.call('ZRANGE', KEYS[2], #old, #old + over - 1)) do table.insert(old, each) end
end
for _, each in ipairs(old) do
  redis.call('HDEL', KEYS[1], each)
  redis.call('ZREM', KEYS[2], each)
end
redis.call('EXPIRE', KEYS[1], life)
redis.call('EXPIRE', KEYS[2], life)
return text
"""


class SharedDocuments:
    """A `Store` in front of that of all replicas."""

    def __init__(self, redis: Redis, background: Background, size: int) -> None:
        """`size` is the number of documents in memory, and of one caller in Redis."""
        self._redis = redis
        self._use = redis.script(_USE)
        self._background = background
        self._size = size
        self._memory = MemoryStore(size)

    async def get(self, key: str, caller: Holder) -> str | None:
        """The document with this hash; None when no replica knows it, or Redis is away."""
        found = await self._memory.get(key, caller)
        if found is not None or not _SHA256.fullmatch(key):
            return found
        try:
            kept: bytes | None = await self._use(self._keys(caller), self._args(key, b"", caller))
        except Unreachable:
            return None
        # What others may write into this Redis gives nobody another document.
        if kept is None or hashlib.sha256(kept).hexdigest() != key:
            return None
        document = kept.decode()
        await self._memory.put(key, document, caller)
        return document

    async def put(self, key: str, document: str, caller: Holder) -> None:
        """Keep a document of this caller's."""
        known = await self._memory.get(key, caller) is not None
        await self._memory.put(key, document, caller)
        if not known and not _may_be_personal(document):
            text = document.encode("utf-8", "replace")
            self._background.begin(lambda: self._use(self._keys(caller), self._args(key, text, caller)))

    def _keys(self, caller: Holder) -> list[str]:
        """Where a caller's documents are kept, with when they were used, and where else they may be.

        One who is not known may be known to another replica, and so may its documents.
        """
        own, unknown = self._redis.key(caller.name, "documents"), self._redis.key("unknown", "documents")
        kept, other = (own, unknown) if caller.known else (unknown, own)
        return [kept, f"{kept}-used", other]

    def _args(self, key: str, document: bytes, caller: Holder) -> list[str | bytes | int]:
        """What is found elsewhere becomes a known caller's own."""
        return [key, document, LIFE, self._size, "own" if caller.known else ""]


def _may_be_personal(document: str) -> bool:
    return '"' in document or "#" in document
