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
from gateway.running import say
from gateway.schema import build_schema
from gateway.serve import HURRIED_SECONDS, explorer_link, keep_what_is_there, note_settings
from gateway.serve_workers import configuration, emulator, worker
from gateway.serve_workers.configuration import CUT_SECONDS, end_seconds, leave_seconds
from gateway.serve_workers.emulator import Embedded
from gateway.server.connections.listener import url_at
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
        Parent(settings, load, port).run()
    except Unstartable as error:
        raise click.ClickException(f"{error}.") from None
    finally:
        port.close()


class Parent:
    """A parent and what it holds: the ports, the children, shared memory, a folder."""

    def __init__(self, given: Settings, load: Callable[[], Settings], port: Port) -> None:
        """Nothing is forked yet. `given` is what was there at the start, `load` reads it again."""
        self._given, self._load = given, load
        self._port = port
        # What is opened when it is first wanted, and kept: the port for figures, a private folder that workers share.
        self._probes: Port | None = None
        self._folder: Path | None = None
        self._url = url_at(given.gateway_host, port.sockets[0][0])
        self._count = given.gateway_workers
        self._selector = selectors.DefaultSelector()
        self._signals = Signals(self._selector, self._heard)
        self._changes, self._readiness = ChangeBoard(lanes(self._count)), Readiness(lanes(self._count))
        self._pool: Pool | None = None
        self._emulator: Child | None = None
        self._embedded: Embedded | None = None
        # Those that the workers have: others that were read count once all of them serve with these.
        self._settings = given
        # When the workers are to end, once that is known, and why, if it is no signal.
        self._drain_at: float | None = None
        self._ending = False
        # Settings are to be read again, which waits until all workers serve.
        self._reload_asked = False
        self._failure: Exception | None = None

    def run(self) -> None:
        """Everything from the first fork to the end of the last child."""
        try:
            self._open(self._given)
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
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
        if self._failure is not None:
            raise self._failure
        if self._pool is not None and self._pool.cut:
            raise SystemExit(1)

    def _serve(self) -> None:
        self._settings = settings = self._for_workers(self._given)
        self._pool = pool = Pool(self._count, self._launch, self._is_gone, settings, leave_seconds)
        keep_what_is_there()
        shown = False
        while not self._ending or any(pool.children()):
            self._turn()
            if pool.complete and self._reload_asked:
                self._reload()
            if pool.complete and not shown and not self._ending:
                shown = True
                url = self._embedded.url if self._embedded else None
                say(banner(settings, self._url, url, complete=explorer_files.complete()))

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
            self._keep_to_what_serves()
        except Unstartable as error:
            failure = SettingsError(str(error)) if isinstance(error, Refused) else error
            self._failure = self._failure or failure
            self._drain()

    def _keep_to_what_serves(self) -> None:
        if self._pool is not None and self._pool.settled is not self._settings:
            self._settings = self._pool.settled
            log.configure(self._settings)

    def _open(self, wanted: Settings) -> None:
        """Open what these settings are the first to want. Raises `SettingsError`."""
        self._probes = self._probes or configuration.probes(wanted)
        self._folder = self._folder or configuration.private_folder(wanted)

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
        if self._drain_at is not None or self._ending:
            return
        self._reload_asked = self._pool is None or not self._pool.complete
        if self._pool is None or self._reload_asked:
            return
        try:
            found = configuration.renewed(self._given, self._load(), embedded=self._embedded is not None)
            self._open(found)
        except SettingsError as error:
            _log.error("The settings stay as they are: %s", error)
            return
        _log.info("The settings are read again, and the workers exchanged one by one")
        self._pool.renew(self._for_workers(found))

    def _asked_to_end(self, number: int) -> None:
        again = self._ending or self._drain_at is not None
        if again or number != signal.SIGTERM or self._pool is None or not self._pool.complete:
            self._drain()
            if again and self._pool is not None:
                self._pool.hurry(HURRIED_SECONDS + CUT_SECONDS)
            return
        self._readiness.end()
        self._pool.announce()
        self._drain_at = monotonic() + self._settings.gateway_shutdown_delay
        _log.info("Not ready any more; serving on for %g seconds", self._settings.gateway_shutdown_delay)

    def _drain(self) -> None:
        if self._ending:
            return
        self._ending = True
        self._readiness.end()
        if self._pool is not None:
            self._pool.end(end_seconds)

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
        notified = f"{self._url}{WEBHOOKS}"
        return configuration.for_workers(given, self._port.number, notified, self._embedded, self._folder)
