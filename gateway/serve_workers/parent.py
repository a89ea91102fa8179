"""The parent of all workers: opens the port, forks them, watches them, and ends them together. Serves nothing itself.

It runs no event loop and starts no thread, so that it can fork at any time: a worker is there in a moment, and shares
with the others what none of them changes. Signals mean the same as to a gateway of one process, but for SIGHUP: it
reads the settings again and exchanges the workers one by one.
"""

from __future__ import annotations

import logging
import os
import selectors
import shutil
import signal
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import monotonic

import click

from gateway.banner import banner
from gateway.schema import build_schema
from gateway.serve import HURRIED_SECONDS, MARGIN_SECONDS, explorer_link, keep_what_is_there, note_settings
from gateway.serve_workers import emulator, worker
from gateway.serve_workers.configuration import for_workers, private_folder, renewed
from gateway.serve_workers.emulator import Embedded
from gateway.server.connections.listener import url_at, why_not
from gateway.server.explorer import asset_files as explorer_files
from gateway.server.middleware.access_log import WEBHOOKS
from gateway.server.observability import logging as log
from gateway.settings import Settings, SettingsError
from gateway.workers.change_board import ChangeBoard
from gateway.workers.child import Child
from gateway.workers.forking import fork
from gateway.workers.link import Link
from gateway.workers.messages import Message
from gateway.workers.pool import Pool, Refused, Unstartable, lanes
from gateway.workers.ports import Port, bind
from gateway.workers.readiness import Readiness
from gateway.workers.signals import Signals
from gateway.workers.worker import Worker

# Beyond what a worker gives itself to leave, and to end with all others.
KILL_SECONDS, CUT_SECONDS = 5.0, 0.5
# How long the embedded Square has to end.
EMULATOR_SECONDS = 5.0

_log = logging.getLogger(__name__)


def serve(settings: Settings, load: Callable[[], Settings]) -> None:
    """Serve until SIGINT or SIGTERM; `load` reads the settings again.

    Raises OSError when the port is taken, `SettingsError`, ClickException when workers do not last, and SystemExit when
    something had to be left undone.
    """
    if not hasattr(os, "fork"):
        raise SettingsError("GATEWAY_WORKERS must be 1 here: this system cannot fork processes")
    log.configure(settings)
    note_settings(settings)
    port = bind(settings.gateway_host, settings.gateway_port, settings.gateway_workers)
    try:
        probes = _probes(settings)
        folder = private_folder(settings)
        try:
            Parent(settings, load, port, probes, folder).run()
        except Unstartable as error:
            raise click.ClickException(f"{error}.") from None
        finally:
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        port.close()


def _probes(settings: Settings) -> Port | None:
    """The port for figures, if they have one. Raises `SettingsError` when it cannot be had."""
    if not settings.gateway_metrics or not settings.gateway_metrics_port:
        return None
    try:
        host = settings.gateway_metrics_host or settings.gateway_host
        return bind(host, settings.gateway_metrics_port, settings.gateway_workers)
    except OSError as error:
        raise SettingsError(f"GATEWAY_METRICS_PORT: cannot listen there: {why_not(error)}") from None


class Parent:
    """A parent and what it holds: the port, the children, shared memory."""

    def __init__(
        self, given: Settings, load: Callable[[], Settings], port: Port, probes: Port | None, folder: Path | None
    ) -> None:
        """Nothing is forked yet. `folder` is a private one for what workers share."""
        self._given, self._load = given, load
        self._port, self._probes, self._folder = port, probes, folder
        self._url = url_at(given.gateway_host, port.sockets[0][0])
        self._count = given.gateway_workers
        self._selector = selectors.DefaultSelector()
        self._signals = Signals(self._selector, self._heard)
        self._changes, self._readiness = ChangeBoard(lanes(self._count)), Readiness(lanes(self._count))
        self._pool: Pool | None = None
        self._emulator: Child | None = None
        self._embedded: Embedded | None = None
        # When the workers are to end, once that is known, and why, if it is no signal.
        self._drain_at: float | None = None
        self._ending = False
        self._failure: Exception | None = None

    def run(self) -> None:
        """Everything from the first fork to the end of the last child."""
        try:
            if self._given.base_url is None:
                self._start_emulator()
            # What is here before the forks, all share.
            build_schema()
            while self._emulator is not None and self._embedded is None and not self._ending:
                self._turn()
            if not self._ending:
                self._serve()
        finally:
            self._end_emulator()
            self._signals.close()
            self._selector.close()
        if self._failure is not None:
            raise self._failure
        if self._pool is not None and self._pool.cut:
            raise SystemExit(1)

    def _serve(self) -> None:
        settings = self._for_workers(self._given)
        self._pool = pool = Pool(self._count, self._launch, self._is_gone, settings, _leave_seconds(settings))
        keep_what_is_there()
        shown = False
        while not self._ending or any(pool.children()):
            self._turn()
            if pool.complete and not shown and not self._ending:
                shown = True
                url = self._embedded.url if self._embedded else None
                click.echo(banner(settings, self._url, url, complete=explorer_files.complete()))

    def _turn(self) -> None:
        """Do what is due, then what comes, or wait for it."""
        try:
            due = [] if self._pool is None else [self._pool.advance()]
            if self._drain_at is not None and not self._ending:
                due.append(self._drain_at)
                if monotonic() >= self._drain_at:
                    self._drain()
            known = [each for each in due if each is not None]
            for key, _ in self._selector.select(max(0.0, min(known) - monotonic()) if known else None):
                key.data()
        except Unstartable as error:
            failure = SettingsError(str(error)) if isinstance(error, Refused) else error
            self._failure = self._failure or failure
            self._drain()

    def _heard(self, number: int) -> None:
        if number == signal.SIGCHLD:
            self._reap()
        elif number == signal.SIGHUP:
            self._reload()
        else:
            self._asked_to_end(number)

    def _reap(self) -> None:
        lost = self._emulator is not None and self._emulator.exit_code() is not None
        if lost and self._emulator is not None:
            self._emulator.link.close()
            self._emulator = None
        # One signal may stand for several that have ended.
        if self._pool is not None:
            self._pool.reap()
        if lost:
            raise Unstartable("The embedded Square has ended, and the gateway with it")

    def _is_gone(self, child: Child) -> None:
        self._readiness.gone(child.lane)
        if self._ending:
            # New connections go to those who can still say that the gateway ends.
            self._port.close(child.number)

    def _reload(self) -> None:
        if self._pool is None or not self._pool.complete or self._drain_at is not None or self._ending:
            return
        try:
            found = renewed(self._given, self._load(), embedded=self._embedded is not None)
        except SettingsError as error:
            _log.error("The settings stay as they are: %s", error)
            return
        self._given = found
        log.configure(found)
        _log.info("The settings are read again, and the workers exchanged one by one")
        settings = self._for_workers(found)
        self._pool.leave_seconds = _leave_seconds(settings)
        self._pool.renew(settings)

    def _asked_to_end(self, number: int) -> None:
        again = self._ending or self._drain_at is not None
        if again or number != signal.SIGTERM or self._pool is None or not self._pool.complete:
            self._drain()
            if again and self._pool is not None:
                self._pool.hurry(HURRIED_SECONDS + CUT_SECONDS)
            return
        self._readiness.end()
        self._pool.announce()
        self._drain_at = monotonic() + self._given.gateway_shutdown_delay
        _log.info("Not ready any more; serving on for %g seconds", self._given.gateway_shutdown_delay)

    def _drain(self) -> None:
        if self._ending:
            return
        self._ending = True
        self._readiness.end()
        if self._pool is not None:
            self._pool.end(self._given.gateway_shutdown_timeout + MARGIN_SECONDS + CUT_SECONDS)

    def _launch(self, number: int, lane: int, settings: Settings) -> Child:
        mine = Worker(self._count, self._changes, self._readiness)
        probes = () if self._probes is None else self._probes.sockets[number]
        place = worker.Place(self._port.sockets[number], probes, self._folder)

        def work(end: socket.socket) -> int:
            mine.take(lane)
            return worker.run(settings, mine, place, end)

        return self._child(number, lane, settings, work)

    def _start_emulator(self) -> None:
        notified = f"{self._url}{WEBHOOKS}" if self._given.square_webhook_url is None else None
        shown = explorer_link(self._url) if self._given.explorer and explorer_files.complete() else None
        self._emulator = self._child(-1, 0, None, partial(emulator.run, notified, shown))

    def _child(self, number: int, lane: int, config: object, work: Callable[[socket.socket], int]) -> Child:
        forked = fork(work, partial(self._let_go, number))
        child: Child

        def heard(message: Message) -> None:
            if child is self._emulator:
                self._embedded = Embedded(message["url"], message["key"])
            elif self._pool is not None:
                self._pool.heard(child, message)

        child = Child(number, lane, config, forked.pid, Link(forked.end, self._selector, heard), monotonic())
        return child

    def _let_go(self, number: int) -> None:
        """Close, in a child, what is the parent's or another worker's."""
        self._signals.close()
        self._selector.close()
        others = [] if self._pool is None else [*self._pool.children()]
        for child in others if self._emulator is None else [*others, self._emulator]:
            child.link.abandon()
        for port in (self._port, self._probes):
            if port is not None:
                port.close_others(number)

    def _end_emulator(self) -> None:
        """Let it end, as nobody asks it any more."""
        if self._emulator is None:
            return
        ended, self._emulator = self._emulator, None
        ended.link.close()
        until = monotonic() + EMULATOR_SECONDS
        while ended.exit_code() is None:
            if monotonic() >= until:
                ended.kill()
            self._selector.select(0.1)

    def _for_workers(self, given: Settings) -> Settings:
        return for_workers(given, self._port.number, f"{self._url}{WEBHOOKS}", self._embedded, self._folder)


def _leave_seconds(settings: Settings) -> float:
    """How long a worker may take to end before it is killed."""
    waits = settings.gateway_shutdown_delay + settings.gateway_keep_alive + settings.gateway_shutdown_timeout
    return waits + MARGIN_SECONDS + HURRIED_SECONDS + KILL_SECONDS
