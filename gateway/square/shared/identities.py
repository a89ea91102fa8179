"""Who tokens are for, in Redis, as Square has told some process: by the name of the token, which is an HMAC.

Kept are the ids of the seller and the application, the permissions and the end: nothing of a person, and no token.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from gateway.identity import Access
from gateway.redis.background import Background
from gateway.redis.connection import Redis, Unreachable
from gateway.square.shared.changes import SharedChanges
from gateway.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Told:
    """What Square said of a token, good for so many seconds."""

    access: Access
    seconds: float


class SharedIdentities:
    """The identities that all processes of one Redis have learnt."""

    def __init__(self, redis: Redis, changes: SharedChanges, background: Background) -> None:
        """All of one process."""
        self._redis = redis
        self._changes = changes
        self._background = background

    async def get(self, tenant: Tenant) -> Told | None:
        """What is known of a token; None when nobody knows, or Redis is away."""
        try:
            kept, left = await self._redis.run(lambda client: self._get(client, self._changes.identity_of(tenant.key)))
        except Unreachable:
            return None
        return None if kept is None or left <= 0 else _read(tenant, kept, left / 1000)

    def put(self, tenant: Tenant, access: Access, seconds: float) -> None:
        """Keep what Square has just said of a token. Nobody waits."""
        identity = access.identity
        kept = orjson.dumps([identity.merchant, identity.application, sorted(access.scopes), access.expires])
        key, milliseconds = self._changes.identity_of(tenant.key), int(seconds * 1000)
        if milliseconds > 0:
            self._background.begin(lambda: self._redis.run(lambda client: client.set(key, kept, px=milliseconds)))

    def refused(self, tenant: Tenant, access: Access | None) -> None:
        """Square does not take a token: forget it everywhere, with what was kept for its identity. Nobody waits."""
        if access is not None:
            # Neither a Redis that is away nor much else to do keeps it there.
            self._changes.later(self._changes.refusal(tenant.key, None, access.identity.key))
        else:
            self._background.begin(lambda: self._forget(tenant))

    async def _forget(self, tenant: Tenant) -> None:
        kept = await self._redis.run(lambda client: self._take(client, self._changes.identity_of(tenant.key)))
        known = None if kept is None else _read(tenant, kept, 1.0)
        # Of a token that nobody has known, nothing is kept: anybody can make up thousands.
        if known is not None:
            self._changes.later(self._changes.refusal(tenant.key, None, known.access.identity.key))

    @staticmethod
    async def _get(client: Any, key: str) -> Any:
        async with client.pipeline(transaction=False) as both:
            return await both.get(key).pttl(key).execute()

    @staticmethod
    async def _take(client: Any, key: str) -> Any:
        return await client.getdel(key)


def _read(tenant: Tenant, kept: bytes, seconds: float) -> Told | None:
    """What was kept. Whatever else stands there is nothing."""
    try:
        merchant, application, scopes, expires = orjson.loads(kept)
    except (ValueError, TypeError):
        return None
    if not (isinstance(scopes, list) and all(isinstance(each, str) for each in (merchant, application, *scopes))):
        return None
    if not (expires is None or isinstance(expires, int | float)):
        return None
    return Told(Access(tenant.identity(merchant, application), frozenset(scopes), expires), seconds)
