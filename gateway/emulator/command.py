"""The emulator as a command: fill it with a progress bar, say where it is, stop on a signal."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from gateway.emulator.api.clock import Clock
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import Running, start
from gateway.emulator.http.signals import stopping
from gateway.emulator.seed import seed_demo, seed_empty
from gateway.emulator.store.faults import Faults
from gateway.emulator.store.store import Store
from gateway.emulator.webhooks.delivery.schedule import Pace


async def run(host: str, port: int, db: Path | None, seed: str, customers: int, *, faults: Faults, pace: Pace) -> None:
    """Serve until SIGINT or SIGTERM."""
    running = await serve_emulator(host, port, db, seed, customers, faults=faults, pace=pace)
    stop = stopping()
    click.echo(f"The embedded Square answers at {running.url} (token: test-token)", err=False)
    click.echo("Stop it with Ctrl-C.")
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
) -> Running:
    """Open the database (None: in memory), fill it, and serve it.

    `seed` is "demo", with so many customers, or "empty": a seller that has no customers yet. A
    database file that holds data already is served as it is, at the time to which its clock was moved. `faults` is what
    goes wrong to begin with, `pace` how fast notifications that failed are sent again.
    """
    store, clock = Store(str(db) if db else ":memory:"), Clock()
    try:
        clock.advance(store.seconds_ahead)
        _fill(store, clock, seed, customers)
        return await start(create_app(store, clock=clock, faults=faults, pace=pace), host, port, store=store)
    except BaseException:
        store.close()
        raise


def _fill(store: Store, clock: Clock, seed: str, customers: int) -> None:
    if seed == "empty":
        seed_empty(store, clock)
        return
    columns = TextColumn("Making {task.total} customers"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=customers <= 5000) as progress:
        task = progress.add_task("customers", total=customers)
        seed_demo(store, clock, customers=customers, progress=lambda done, total: progress.update(task, completed=done))
