"""Serving an emulator on a port of the running event loop. Holds no rules and no routes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from aiohttp import web

from gateway.emulator.api.clock import timestamp
from gateway.emulator.http.console import LINKS
from gateway.emulator.http.protocol import Protocol
from gateway.emulator.store.state import STATE
from gateway.emulator.store.store import Store
from gateway.emulator.store.tenants import FIRST_APPLICATION
from gateway.emulator.webhooks import event_search, subscriptions


@dataclass(frozen=True, slots=True)
class Running:
    """An emulator that answers at `url` until it is closed."""

    host: str
    port: int
    _address: str
    _listener: asyncio.Server
    _runner: web.AppRunner
    _store: Store | None = None

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        address = ip_address(self._address.partition("%")[0])
        # A client on this machine calls itself, where the bound address stands for all of them.
        host = {4: "127.0.0.1", 6: "::1"}[address.version] if address.is_unspecified else self.host.replace("%", "%25")
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def subscribe(
        self,
        notification_url: str,
        application: str = FIRST_APPLICATION,
        event_types: Iterable[str] = (),
        key: str | None = None,
    ) -> str:
        """Have an application told of these types of events (none: all that are not deprecated) at this URL.

        Answers the key that the notifications are signed with: the one given, or else the one that is there already
        or a new one. The events can be searched for as well.
        """
        state = self._runner.app[STATE]
        now = timestamp(state.clock.now())
        with state.store.transaction() as db:
            event_search.enable(db, now, application)
            return subscriptions.put(
                db, now, application, notification_url, event_types=event_types, key=key
            ).signature_key

    def link(self, name: str, url: str) -> None:
        """Have the console show a link to a page that belongs to the emulator, such as that of its gateway."""
        self._runner.app[LINKS][name] = url

    async def close(self) -> None:
        """Stop answering, and close the store that came with the server."""
        self._listener.close()
        await self._runner.cleanup()
        if self._store is not None:
            self._store.close()


async def start(app: web.Application, host: str = "127.0.0.1", port: int = 0, *, store: Store | None = None) -> Running:
    """Serve the application; port 0 takes a free one.

    A `store` given here is closed with the server. Raises OSError when the port is taken.
    """
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    server, loop = runner.server, asyncio.get_running_loop()
    assert server is not None
    try:
        # aiohttp documents None for no access log, but does not annotate it.
        listener = await loop.create_server(
            lambda: Protocol(server, loop=loop, access_log=None),  # type: ignore[arg-type]
            host,
            port,
        )
    except (OSError, UnicodeError):
        await runner.cleanup()
        raise
    address, bound = listener.sockets[0].getsockname()[:2]
    return Running(host, bound, address, listener, runner, store)
