"""The search for missed events as a part of the application, where the settings have the application's own token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from gateway.events.catching_up import CatchUp
from gateway.events.event_search import EventSearch
from gateway.events.reconciliation import Reconciliation
from gateway.keys import Keys
from gateway.server.observability.metrics import Metrics
from gateway.server.webhooks.wiring import Webhooks
from gateway.settings import Settings
from gateway.square.client import Square
from gateway.tenant import Tenant


def reconcile(app: web.Application, settings: Settings, square: Square, received: Webhooks, metrics: Metrics) -> None:
    """Search for events of which no webhook came while the application runs. The log and the client are open then."""
    token, url = settings.square_application_token, settings.square_webhook_url
    if token is None or url is None:
        return
    application = Tenant(token, settings.environment, settings.square_version, keys=Keys(settings.gateway_secret))
    search = EventSearch(
        square, application.called_by("the search for missed events"), received.notifications.types, url
    )
    catch_up = CatchUp(
        search,
        received.log,
        received.notifications.event,
        retention=settings.gateway_event_retention,
        timing=square.timing,
    )
    reconciliation = Reconciliation(catch_up, square.timing)
    received.receiver.on_not_stored(reconciliation.missed)
    text = "1 while missed events cannot be searched for."
    metrics.watch("gateway_event_search_failing", text, lambda: reconciliation.failing, across="max")
    metrics.watch_total(
        "gateway_events_recovered", "Events of which no webhook had come.", lambda: reconciliation.recovered
    )

    async def running(_: web.Application) -> AsyncIterator[None]:
        await reconciliation.open(received.log)
        task = asyncio.create_task(reconciliation.run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    app.cleanup_ctx.append(running)
