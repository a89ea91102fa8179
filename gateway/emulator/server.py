"""Running an emulator: on a port, in this event loop or as a command. Holds no rules and no routes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from gateway.emulator.app import create_app
from gateway.emulator.clock import Clock
from gateway.emulator.store import Store


@dataclass(frozen=True, slots=True)
class Running:
    """An emulator that answers at `url` until it is closed."""

    host: str
    port: int
    _runner: web.AppRunner
    _store: Store | None = None

    @property
    def url(self) -> str:
        """The base URL, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    async def close(self) -> None:
        """Stop answering, and close the store if this emulator opened it."""
        await self._runner.cleanup()
        if self._store is not None:
            self._store.close()


async def start(app: web.Application, host: str = "127.0.0.1", port: int = 0, *, store: Store | None = None) -> Running:
    """Serve the application in the running event loop; port 0 takes a free one.

    A `store` given here is closed with the server. Raises OSError when the port is taken.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return Running(host, runner.addresses[0][1], runner, store)


async def serve_emulator(
    host: str = "127.0.0.1",
    port: int = 8001,
    db: str | Path | None = None,
    seed: str = "demo",
    customers: int = 1000,
) -> Running:
    """Open the database (None: in memory), fill it, and serve it.

    `seed` is "demo", with so many customers, or "empty": a seller that has no customers yet.
    """
    from gateway.emulator.seed import seed_demo, seed_empty  # noqa: PLC0415 - only this needs the demo data

    store, clock = Store(db or ":memory:"), Clock()
    try:
        if seed == "demo":
            seed_demo(store, clock, customers=customers)
        else:
            seed_empty(store, clock)
        return await start(create_app(store, clock=clock), host, port, store=store)
    except BaseException:
        store.close()
        raise


def run(
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    db: str | Path | None = None,
    seed: str = "demo",
    customers: int = 1000,
    announce: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve an emulator until SIGINT or SIGTERM; `announce` is told its base URL once it answers."""

    async def serve() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
        running = await serve_emulator(host, port, db, seed, customers)
        announce(running.url)
        try:
            await stop.wait()
        finally:
            await running.close()

    asyncio.run(serve())
