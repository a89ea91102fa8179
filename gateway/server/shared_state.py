"""What this process shares with others through Redis, as a part of the application: opened first, closed last."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from gateway.keys import Keys
from gateway.settings import Settings, SettingsError
from gateway.settings.live_checks import in_redis

if TYPE_CHECKING:
    from gateway.graph.documents.shared_documents import SharedDocuments
    from gateway.redis.announcements import Announcements
    from gateway.redis.background import Background
    from gateway.redis.connection import Redis
    from gateway.square.shared.memory import SharedMemory

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SharedState:
    """One Redis, what is announced through it, and what is done in it beside the answers."""

    redis: Redis
    announcements: Announcements
    background: Background
    # Made with `GATEWAY_SECRET`: another one where that is another.
    secret: str

    def install(self, app: web.Application) -> None:
        """Hear announcements while the application runs. To be called before anything that uses them is installed."""
        app.cleanup_ctx.append(self._opened)

    def memory(self, settings: Settings) -> SharedMemory:
        """What the client remembers together with those of other processes."""
        from gateway.square.shared.memory import SharedMemory  # noqa: PLC0415 - as `shared_state`

        return SharedMemory(self.redis, self.announcements, self.background, Keys(settings.gateway_secret))

    def documents(self, size: int) -> SharedDocuments:
        """The automatic persisted queries of all replicas."""
        from gateway.graph.documents.shared_documents import SharedDocuments  # noqa: PLC0415 - as `shared_state`

        return SharedDocuments(self.redis, self.background, size)

    async def _opened(self, _: web.Application) -> AsyncIterator[None]:
        from gateway.redis.failures import Denied, Refused  # noqa: PLC0415 - as below

        try:
            await self.redis.check()
        except Denied as denied:
            raise SettingsError(
                f"GATEWAY_STORE: Redis refuses the user, the password or a command on keys of the prefix ({denied})"
            ) from None
        except Refused as refused:
            raise SettingsError(f"GATEWAY_STORE: Redis refuses a write, or has no such database ({refused})") from None
        await self._compare()
        self.announcements.open()
        yield
        await self.background.close()
        await self.announcements.close()
        await self.redis.close()

    async def _compare(self) -> None:
        """Say so if another secret was in use here. All names are others then, and nothing is shared."""
        from gateway.redis.failures import Unreachable  # noqa: PLC0415 - as below

        key = self.redis.key("secret")
        with suppress(Unreachable):
            before: Any = await self.redis.run(lambda client: client.set(key, self.secret, get=True))
            if before is not None and before != self.secret.encode():
                log.error(
                    "Another GATEWAY_SECRET was used last with this GATEWAY_STORE and GATEWAY_REDIS_PREFIX: "
                    "processes that have it share nothing with this one, nor events"
                )


def shared_state(settings: Settings) -> SharedState | None:
    """The Redis that the settings name, if they name one."""
    if not in_redis(settings.gateway_store):
        return None
    # Only those who use it need redis-py.
    from gateway.redis.announcements import Announcements  # noqa: PLC0415
    from gateway.redis.background import Background  # noqa: PLC0415
    from gateway.redis.connection import Redis  # noqa: PLC0415

    try:
        redis = Redis(settings.gateway_store, settings.gateway_redis_prefix)
    except ValueError as error:
        raise SettingsError(f"GATEWAY_STORE: {error}") from None
    secret = Keys(settings.gateway_secret).name("shared", settings.gateway_redis_prefix)
    return SharedState(redis, Announcements(redis), Background(), secret)
