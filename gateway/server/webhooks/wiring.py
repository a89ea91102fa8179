"""The webhooks of one application: the event log, the receiver, and what of both is shown in figures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from aiohttp import web

from gateway.events.family import Family
from gateway.events.log import EventLog, NotStored
from gateway.events.notification import Notifications
from gateway.events.signature import Signatures
from gateway.events.stores.choice import event_log, redis_log
from gateway.keys import Keys
from gateway.server.middleware import error as edge
from gateway.server.middleware.access_log import WEBHOOKS
from gateway.server.observability.metrics import Metrics
from gateway.server.shared_state import SharedState
from gateway.server.webhooks.receiver import Receiver
from gateway.settings import Settings, SettingsError


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What is there when webhooks are received."""

    log: EventLog
    notifications: Notifications
    receiver: Receiver

    def install(self, app: web.Application, metrics: Metrics) -> None:
        """Receive notifications, and open and close the log with the application."""
        app.router.add_post(WEBHOOKS, self.receiver.handle, expect_handler=edge.expected)
        log = self.log
        # Processes of one gateway have one log.
        metrics.watch("gateway_event_log_events", "Events that are kept.", lambda: log.figures.events, across="max")
        metrics.watch(
            "gateway_event_log_dead_letters",
            "Events that subscribers could not be told of.",
            lambda: log.figures.dead_letters,
            across="max",
        )
        metrics.watch_total(
            "gateway_webhooks_unknown_merchant",
            "Notifications about sellers for whom nobody has called yet.",
            lambda: self.receiver.unknown_merchants,
        )
        app.cleanup_ctx.append(self._opened)

    async def _opened(self, _: web.Application) -> AsyncIterator[None]:
        try:
            await self.log.open()
        except NotStored as error:
            raise SettingsError(f"GATEWAY_STORE: the event log cannot be used: {error}") from None
        yield
        await self.log.close()


def webhooks(
    settings: Settings,
    families: Iterable[Family],
    metrics: Metrics,
    met: Callable[[str], bool],
    shared: SharedState | None = None,
) -> Webhooks | None:
    """The webhooks that the settings name, if they name any.

    `met` tells whether anybody has called for a seller; `shared` is the Redis that keeps their events, if one does.
    """
    url = settings.square_webhook_url
    if url is None:
        return None
    notifications = Notifications(families)
    keeping = (settings.gateway_event_retention, settings.gateway_event_limit)
    if shared is None:
        log = event_log(settings.gateway_store, *keeping)
    else:
        keys = Keys(settings.gateway_secret)
        log = redis_log(shared.redis, shared.announcements, keys, settings.environment, *keeping)
    receiver = Receiver(
        Signatures(settings.square_webhook_signature_key, url),
        notifications,
        log,
        metrics,
        url=url,
        merchant=settings.square_merchant_id,
        met=met,
        seconds=settings.gateway_request_timeout,
    )
    return Webhooks(log, notifications, receiver)
