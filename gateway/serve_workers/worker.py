"""One worker: serves the port as the gateway alone would, and ends as its parent says, or when the parent is gone.

SIGTERM to a worker asks the parent to replace it. It hears no other signal: the terminal sends SIGINT to all, and the
parent passes on what that means.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

import uvloop

from gateway.graph.exception_summary import described
from gateway.serve import close, keep_what_is_there, probes
from gateway.server.app import create_app
from gateway.server.connections.listener import Listening, listen
from gateway.server.observability import logging as log
from gateway.server.observability.metrics import METRICS, Metrics
from gateway.server.observability.worker_figures import all_figures, report
from gateway.settings import Settings, SettingsError
from gateway.workers import messages
from gateway.workers.figures import Family
from gateway.workers.messages import Message
from gateway.workers.parent_link import ParentLink
from gateway.workers.worker import Worker

# Seconds for the parent to answer: twice what it gives the other workers.
MAX_GATHERING = 1.0
# Seconds for requests over connections that are there when the parent is gone: who balances has noticed by then.
ORPHANED_SECONDS = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker serves: its sockets of the port, and of that for figures, if there is one."""

    sockets: Sequence[socket.socket]
    probes: Sequence[socket.socket]
    # What is to be removed when the parent cannot do it any more.
    folder: Path | None


def run(settings: Settings, worker: Worker, place: Place, end: socket.socket) -> int:
    """Serve until the parent says so. Gives the exit code: 0, or 1 when something had to be left undone."""
    # The parent's are the old ones until all workers have the new ones.
    log.configure(settings)
    try:
        uvloop.run(_run(settings, worker, place, end))
    except Exception as error:  # the edge of the process: texts of exceptions may hold what somebody sent
        _log.error("A worker ends: %s", described(error))
        return 1
    return 0


async def _run(settings: Settings, worker: Worker, place: Place, end: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log.loop_failed)
    link = ParentLink(end)
    loop.add_signal_handler(signal.SIGTERM, link.say, messages.LEAVING)
    orders = Orders()
    orders.on_alive = partial(link.say, messages.ALIVE)
    await link.open(orders.heard, orders.parent_is_gone)
    try:
        await _serve(settings, worker, place, link, orders)
    except SettingsError as error:
        link.say(messages.REFUSED, why=str(error))
        raise SystemExit(2) from None
    finally:
        if orders.orphaned and place.folder is not None:
            shutil.rmtree(place.folder, ignore_errors=True)
        await link.close()


async def _serve(settings: Settings, worker: Worker, place: Place, link: ParentLink, orders: Orders) -> None:
    app = create_app(settings, worker)
    metrics = app[METRICS]
    figures = _Figures(link, metrics)
    orders.on_report, orders.on_shown = figures.report, figures.shown
    metrics.of_all = partial(all_figures, figures.gather)
    async with probes(app, settings, place.probes):
        running = await listen(app, settings.gateway_host, settings.gateway_port, sockets=place.sockets)
        orders.running = running
        keep_what_is_there()
        link.say(messages.READY)
        try:
            await orders.first.wait()
            if orders.orphaned:
                # The port is free from here on; who has a connection is answered once more.
                running.retire()
                await running.emptied(ORPHANED_SECONDS, asyncio.Event())
            elif not orders.at_once.is_set():
                await _retire(settings, running, link, orders.at_once)
        finally:
            try:
                await close(running, orders.second, settings.gateway_shutdown_timeout)
            finally:
                if settings.gateway_metrics:
                    link.say(messages.FIGURES, figures=report(metrics))


async def _retire(settings: Settings, running: Listening, link: ParentLink, at_once: asyncio.Event) -> None:
    """Leave the port to another worker, and return once no connection is left that could bring another request.

    An answer ends its connection. One that is unused is closed as late as ever, as its client may be about to use it.
    """
    running.retire()
    await running.emptied(settings.gateway_shutdown_delay, at_once)
    await running.end_streams()
    link.say(messages.QUIET)
    await running.emptied(settings.gateway_keep_alive, at_once)
    await running.close_unused()


class Orders:
    """What the parent has said about the end."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.running: Listening | None = None
        self.on_alive: Callable[[], None] = lambda: None
        self.on_report: Callable[[Message], None] = _nothing
        self.on_shown: Callable[[Message], None] = _nothing
        # To end in any way; to do so without waiting for others to notice; to wait for nothing but writes.
        self.first, self.at_once, self.second = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.orphaned = False

    def heard(self, message: Message) -> None:
        """Take a message."""
        match message["kind"]:
            case messages.ANNOUNCE if self.running is not None:
                self.running.announce()
            case messages.RETIRE:
                self.first.set()
            case messages.DRAIN:
                self._end()
            case messages.HURRY:
                self._end()
                self.second.set()
            case messages.ALIVE:
                self.on_alive()
            case messages.REPORT:
                self.on_report(message)
            case messages.SHOWN:
                self.on_shown(message)

    def parent_is_gone(self) -> None:
        """There is nobody any more who would say when to end."""
        self.orphaned = True
        self._end()
        self.second.set()

    def _end(self) -> None:
        self.at_once.set()
        self.first.set()


class _Figures:
    """The figures of this worker for others, and those of others for a client that asks this one."""

    def __init__(self, link: ParentLink, metrics: Metrics) -> None:
        self._link = link
        self._metrics = metrics
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Message]] = {}

    def report(self, message: Message) -> None:
        """Tell one's own, for a question."""
        self._link.say(messages.FIGURES, id=message["id"], figures=report(self._metrics))

    def shown(self, message: Message) -> None:
        """Pass an answer on to who waits for it."""
        waiting = self._waiting.get(message["id"])
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    async def gather(self, own: list[Family]) -> Message | None:
        """What the others tell, or None when the parent does not answer."""
        number = next(self._numbers)
        waiting: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        self._link.say(messages.SHOW, id=number, figures=own)
        try:
            async with asyncio.timeout(MAX_GATHERING):
                return await waiting
        except TimeoutError:
            return None
        finally:
            del self._waiting[number]


def _nothing(_: Message) -> None:
    """Before there are figures there is nothing to report."""
