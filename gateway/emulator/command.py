"""The emulator as a command: fill it with a progress bar, say where it is, stop on a signal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gateway.emulator.api.clock import Clock
from gateway.emulator.errors import SquareFault
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import Running, start
from gateway.emulator.http.signals import stopping
from gateway.emulator.seed import seed_demo, seed_empty
from gateway.emulator.store.faults import Faults
from gateway.emulator.store.store import Store
from gateway.emulator.webhooks.delivery.schedule import Pace
from gateway.emulator.webhooks.notification_urls import NotificationUrl


async def run(
    host: str,
    port: int,
    db: Path | None,
    seed: str,
    customers: int,
    *,
    faults: Faults,
    pace: Pace,
    told: Mapping[str, str | None],
    remote: bool = False,
    say: Callable[[str], None] = click.echo,
) -> None:
    """Serve until SIGINT or SIGTERM, and send the first application's notifications to the URLs of `told`.

    Their values are the keys to sign with (None: one of the emulator's own, which is shown). `say` writes a line for
    who has started it. Raises BadParameter for a URL that is none.
    """
    for url in told:
        _check(url)
    running = await serve_emulator(host, port, db, seed, customers, faults=faults, pace=pace, remote=remote)
    stop = stopping()
    say(f"The embedded Square answers at {running.url} (token: test-token; in a browser: the console)")
    for url, key in told.items():
        say(f"Notifications go to {url} (signature key: {running.subscribe(url, key=key)})")
    say("Stop it with Ctrl-C.")
    try:
        await stop.wait()
    finally:
        await running.close()


async def serve_emulator(
    host: str = "127.0.0.1",
    port: int = 8001,
    db: Path | None = None,
    seed: str = "demo",
    customers: int = 1000,
    *,
    faults: Faults | None = None,
    pace: Pace | None = None,
    remote: bool = False,
) -> Running:
    """Open the database (None: in memory), fill it, and serve it.

    `seed` is "demo", with so many customers, or "empty": a seller that has no customers yet. A
    database file that holds data already is served as it is, at the time to which its clock was moved. `faults` is what
    goes wrong to begin with, `pace` how fast notifications that failed are sent again. With `remote`,
    other machines may use the emulator's own paths.
    """
    store, clock = Store(str(db) if db else ":memory:"), Clock()
    try:
        clock.advance(store.seconds_ahead)
        _fill(store, clock, seed, customers)
        app = create_app(store, clock=clock, faults=faults, pace=pace, remote=remote)
        return await start(app, host, port, store=store)
    except BaseException:
        store.close()
        raise


def _check(url: str) -> None:
    try:
        NotificationUrl(anywhere=True).check(url, "")
    except SquareFault:
        raise click.BadParameter("expected an HTTP or HTTPS URL", param_hint="--webhook-url") from None


def _fill(store: Store, clock: Clock, seed: str, customers: int) -> None:
    if seed == "empty":
        seed_empty(store, clock)
        return
    columns = TextColumn("Making {task.total} customers"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=customers <= 5000) as progress:
        task = progress.add_task("customers", total=customers)
        seed_demo(store, clock, customers=customers, progress=lambda done, total: progress.update(task, completed=done))
