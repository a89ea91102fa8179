"""The gateway as a command: start the embedded Square if there is no other, serve, stop cleanly.

SIGTERM, by which orchestrators stop it, first makes it not ready, and for a while it serves on, so that load balancers
can look and send requests elsewhere. Then, or at once after SIGINT (Ctrl-C), it drains: what runs has its time, and the
command ends with 0. A second signal ends the waiting and what only reads; writes that were sent to Square still have
`HURRIED_SECONDS` to be answered. When either takes too long, the command ends with 1. SIGHUP ends nothing.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from gateway.banner import banner
from gateway.running import say
from gateway.server.app import create_app
from gateway.server.connections.listener import Listening, listen, url_at, why_not
from gateway.server.explorer import asset_files as explorer_files
from gateway.server.middleware.access_log import WEBHOOKS
from gateway.server.observability import logging as log
from gateway.server.observability.metrics_port import MAX_CONNECTIONS, create_probes
from gateway.settings import EMULATOR_TOKEN, Settings, SettingsError, passed_over
from gateway.workers.ports import Port, bind

if TYPE_CHECKING:
    from gateway.emulator.http.server import Running

HURRIED_SECONDS = 5.0
# Beyond what running requests have: for connections to close.
MARGIN_SECONDS = 4.0
# Characters of a list of names in the log.
MAX_NAMES = 1000

# Of Python's search for cycles: new objects before one among them, such searches before one among what outlived them,
# and those before one among all. The first takes 10 ms under load, the others up to 100 ms. As operations leave no
# cycles behind, the others would look at little but what is in use: they come once in a million new objects.
_GARBAGE_THRESHOLDS = (10_000, 100, 10)

_log = logging.getLogger(__name__)


async def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises OSError when the port is taken, or `SettingsError`."""
    log.configure(settings)
    signals = Signals()
    asyncio.get_running_loop().set_exception_handler(log.loop_failed)
    note_settings(settings)
    emulator = None
    # Before anybody is told of it: nobody else can take it meanwhile.
    port = bind(settings.gateway_host, settings.gateway_port, 1)
    try:
        if settings.base_url is None:
            from gateway.emulator.command import serve_emulator  # noqa: PLC0415 - not needed with a real Square

            emulator = await serve_emulator(port=0)
            settings = in_front_of(emulator, settings, port)
        app = create_app(settings)
        # Open before and after the gateway itself: meanwhile it says that the gateway is not ready.
        async with probes(app, settings):
            await _until_told(app, settings, signals, emulator, port)
    finally:
        port.close()
        if emulator is not None:
            await emulator.close()


def note_settings(settings: Settings) -> None:
    """Log what an operator may not have meant."""
    if others := passed_over():
        _log.info("No settings of the gateway, and passed over: %s", ", ".join(others)[:MAX_NAMES])
    if settings.base_url is not None and settings.gateway_secret is None:
        _log.warning(
            "GATEWAY_SECRET is not set, so this process has made one for itself: other replicas refuse the cursors "
            "that it writes, and so will every process after a restart"
        )


def keep_what_is_there() -> None:
    """Look no more for garbage in what there is now: doing so would hold up requests for half a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE_THRESHOLDS)


def in_front_of(emulator: Running, settings: Settings, port: Port) -> Settings:
    """The settings of a gateway at a port to which the embedded Square sends webhooks, unless others are expected."""
    found: dict[str, object] = {"square_base_url": emulator.url}
    if settings.square_webhook_url is None:
        notified = f"{url_at(settings.gateway_host, port.sockets[0][0])}{WEBHOOKS}"
        found |= {
            "gateway_port": port.number,
            "square_webhook_url": notified,
            "square_webhook_signature_key": (emulator.subscribe(notified),),
            "square_application_token": settings.square_application_token or EMULATOR_TOKEN,
        }
    return settings.model_copy(update=found)


def explorer_link(url: str) -> tuple[str, str]:
    """What the embedded Square's console calls the explorer of the gateway at `url`, and where it is."""
    return "GraphiQL", f"{url}/graphql"


async def listen_at(port: Port, app: web.Application, settings: Settings) -> Listening:
    """Serve at a port that was bound for it, which is free again once `Listening` is closed."""
    running = await listen(app, settings.gateway_host, port.number, sockets=port.sockets[0])
    port.close()
    return running


async def _until_told(
    app: web.Application, settings: Settings, signals: Signals, emulator: Running | None, port: Port
) -> None:
    running = await listen_at(port, app, settings)
    keep_what_is_there()
    complete = explorer_files.complete()
    if emulator is not None and settings.explorer and complete:
        emulator.link(*explorer_link(running.url))
    try:
        say(banner(settings, running.url, emulator.url if emulator else None, complete=complete))
        await signals.first.wait()
        if signals.leaves_time:
            await _serve_on(running, signals, settings.gateway_shutdown_delay)
    finally:
        await close(running, signals.second, settings.gateway_shutdown_timeout)


async def _serve_on(running: Listening, signals: Signals, seconds: float) -> None:
    """Be not ready and serve all the same, for so many seconds or until a second signal."""
    running.announce()
    _log.info("Not ready any more; serving on for %g seconds", seconds)
    try:
        async with asyncio.timeout(seconds):
            await signals.second.wait()
    except TimeoutError:
        return


@asynccontextmanager
async def probes(
    app: web.Application, settings: Settings, sockets: Sequence[socket.socket] = ()
) -> AsyncIterator[None]:
    """The port for figures, if they have one, until the block ends; at `sockets` if these are bound for it already.

    Raises `SettingsError` when it cannot be had.
    """
    if not settings.gateway_metrics or not settings.gateway_metrics_port:
        yield
        return
    host = settings.gateway_metrics_host or settings.gateway_host
    try:
        running = await listen(
            create_probes(app), host, settings.gateway_metrics_port, most=MAX_CONNECTIONS, sockets=sockets
        )
    except OSError as error:
        raise SettingsError(f"GATEWAY_METRICS_PORT: cannot listen there: {why_not(error)}") from None
    try:
        yield
    finally:
        await running.close()


class Signals:
    """The signals that ask the command to stop, and SIGHUP, which asks for nothing."""

    def __init__(self) -> None:
        """Watch for them in the running event loop."""
        self.first = asyncio.Event()
        self.second = asyncio.Event()
        # Whether the one that came first leaves others the time to see that the gateway is not ready.
        self.leaves_time = False
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._came, number)
        loop.add_signal_handler(signal.SIGHUP, _log.info, "SIGHUP changes nothing: settings are read at the start")

    def _came(self, number: signal.Signals) -> None:
        if self.first.is_set():
            self.second.set()
            return
        self.leaves_time = number == signal.SIGTERM
        self.first.set()


async def close(running: Listening, second: asyncio.Event, seconds: float) -> None:
    """Close what is running, within `seconds` and a little more, or sooner after a `second` signal.

    Raises SystemExit when that was not enough.
    """
    closing = asyncio.ensure_future(running.close())
    hurried = asyncio.ensure_future(second.wait())
    await asyncio.wait({closing, hurried}, timeout=seconds + MARGIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if not closing.done() and hurried.done():
        running.hurry()
        await asyncio.wait({closing}, timeout=HURRIED_SECONDS)
    hurried.cancel()
    if not closing.done():
        _log.error("Stopped before everything had finished")
        raise SystemExit(1)
    await closing
