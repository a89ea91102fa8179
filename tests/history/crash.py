"""A history across deaths of the emulator: killed in the middle of writes, started again on the same file.

The emulator is a process of its own; the gateway and the clients live on. What reached it before it died is not
known, so that the wire is not checked here, only what its file holds in the end.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from tests.history.checks.data import check_shop, let_linger
from tests.history.checks.ledger import check_ledger
from tests.history.clients import Clients, Progress
from tests.history.seeded_faults import MIX, switches
from tests.history.shop import read_shop
from tests.history.stage import post, settings
from tests.history.writes import Report
from tests.patience import PATIENCE
from tests.ports import free_port


@dataclass
class Process:
    """`gateway emulator --db FILE` on one port, as often as it is started."""

    file: Path
    port: int
    http: aiohttp.ClientSession
    child: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it answers."""
        command = ("-m", "gateway", "emulator", "--db", str(self.file), "--seed", "empty", "--port", str(self.port))
        quiet = asyncio.subprocess.DEVNULL
        self.child = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=quiet)
        async with asyncio.timeout(PATIENCE):
            while not await self._healthy():  # noqa: ASYNC110 - another process sets no event
                await asyncio.sleep(0.02)

    async def _healthy(self) -> bool:
        assert self.child is not None
        assert self.child.returncode is None, "the emulator did not start"
        with suppress(aiohttp.ClientError):
            async with self.http.get(f"{self.url}/_emulator/health") as response:
                return response.status == 200
        return False

    async def trouble(self, mix: str, seed: int) -> None:
        """Set the emulator's fault switches."""
        body = {"seed": seed, "faults": switches(MIX[mix])}
        async with self.http.put(f"{self.url}/_emulator/faults", json=body) as response:
            assert response.status == 200

    async def kill(self) -> None:
        """End it as no signal handler could notice."""
        if self.child is not None and self.child.returncode is None:
            self.child.kill()
            await self.child.wait()


async def crash_history(
    file: Path, *, seed: int, clients: int, acknowledged: int, deaths: int, progress: Progress | None = None
) -> Report:
    """Mutate until so many writes are acknowledged while the emulator dies so many times; then check its file."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        emulator = Process(file, free_port(), http)
        await emulator.start()
        gateway = await listen(create_app(settings(emulator.url, gateway_breaker_failures=1000)), "127.0.0.1", 0)
        try:
            writers = Clients(lambda query, variables: post(http, gateway.url, query, variables), seed)
            await writers.prepare()
            due = [acknowledged * number // (deaths + 1) for number in range(1, deaths + 1)]
            time_to_die = asyncio.Event()

            def tell(_: int) -> None:
                done = writers.history.fates["ok"]
                if due and done >= due[0]:
                    due.pop(0)
                    time_to_die.set()
                if progress is not None:
                    progress(done)

            async def die_and_rise() -> None:
                for death in range(deaths):
                    await time_to_die.wait()
                    time_to_die.clear()
                    await emulator.kill()
                    await emulator.start()
                    await emulator.trouble("mixed", seed + death + 1)

            await emulator.trouble("mixed", seed)
            rising = asyncio.create_task(die_and_rise())
            # Refusals while the emulator is away do not count.
            await writers.run(clients, lambda _: writers.history.fates["ok"] >= acknowledged and rising.done(), tell)
            await rising
        finally:
            await gateway.close()
            # The last death is in the middle of late writes.
            await emulator.kill()
    history = writers.history
    let_linger(history.claims, None)
    with sqlite3.connect(file) as db:
        shop = read_shop(db)
        healthy = db.execute("PRAGMA integrity_check").fetchone()[0]
    db.close()
    violations = [] if healthy == "ok" else [f"the file is damaged: {healthy}"]
    violations += [*history.violations, *check_shop(history.claims, shop), *check_ledger(history.claims, shop)]
    return Report(seed, violations, history, shop)
