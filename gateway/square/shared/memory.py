"""The parts of what one process shares with others through Redis."""

from __future__ import annotations

from gateway.keys import Keys
from gateway.redis.announcements import Announcements
from gateway.redis.background import Background
from gateway.redis.connection import Redis
from gateway.square.shared.answers import SharedAnswers
from gateway.square.shared.changes import SharedChanges
from gateway.square.shared.identities import SharedIdentities


class SharedMemory:
    """What the client of one host shares with those of other processes."""

    def __init__(self, redis: Redis, announcements: Announcements, background: Background, keys: Keys) -> None:
        """`keys` is that of `GATEWAY_SECRET`, the same in all of them."""
        self.changes = SharedChanges(redis, announcements, keys)
        self.answers = SharedAnswers(redis, keys, self.changes, background)
        self.identities = SharedIdentities(redis, self.changes, background)

    async def close(self) -> None:
        """Wait for what is under way."""
        await self.changes.close()
