"""The end of an application in good order: not ready, after a while no more requests, those that run finish.

While it is only not ready, everything is served as before, new connections, streams and sockets too: load balancers
need a moment to look. Answers end their connections by then, so that clients open their next ones elsewhere.

The listening port stays open to the end, so that clients are told 503 instead of being refused a connection. Once no
requests are let in, streams and sockets end within a second, and mutations always have their time. Closes no
connections itself.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from aiohttp import web

from gateway.server.concurrency_limit import Admission
from gateway.server.observability.health import READY

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Drain:
    """How one application ends."""

    app: web.Application
    admission: Admission

    def announce(self) -> None:
        """Say that the application is going to end. It still serves."""
        self.app[READY].set(False)
        self.admission.ending = True

    def retire(self) -> None:
        """Have answers end their connections, as another process is there for the next ones."""
        self.admission.ending = True

    async def run(self) -> None:
        """Return once nothing is running, or the time is over, or `hurry` was called."""
        self.announce()
        self.admission.close()
        _log.info("Stopping; %d requests are running", self.admission.running + self.admission.arriving)
        # Tells streams and sockets to end; aiohttp will say it again to those that came in between.
        _, finished = await asyncio.gather(self.app.shutdown(), self.admission.emptied())
        if not finished:
            _log.warning("Stopping with %d requests unfinished", self.admission.running + self.admission.arriving)

    def hurry(self) -> None:
        """Wait no longer for requests. Writes that were sent to Square are still waited for when it is closed."""
        self.admission.hurry()
