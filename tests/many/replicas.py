"""`gateway serve` with workers, on one port, as often as it is started: killed as no signal handler could notice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.environment import without_settings
from tests.ports import free_port
from tests.server.process import Process

# Seconds until it must be ready, and until workers must have ended whose parent was killed.
PATIENCE, ORPHANS = 60.0, 15.0
LOOK = 0.02


@dataclass
class Replica:
    """One of several gateways that share a store; its port stays the same."""

    environment: Mapping[str, str]
    http: aiohttp.ClientSession
    port: int = field(default_factory=free_port)
    process: Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> float:
        """Start it; seconds until it was ready."""
        begun = time.monotonic()
        clean = without_settings()
        self.process = Process(
            await asyncio.create_subprocess_exec(
                sys.executable, "-u", "-m", "gateway", "serve", "--port", str(self.port),
                env={**clean, **self.environment}, stdout=PIPE, stderr=PIPE, start_new_session=True,
            )
        )  # fmt: skip
        await self.ready()
        return time.monotonic() - begun

    async def ready(self) -> None:
        """Wait until it says that it is ready."""
        assert self.process is not None
        try:
            async with asyncio.timeout(PATIENCE):
                while not await self._is_ready():  # noqa: ASYNC110 - another process
                    await asyncio.sleep(LOOK)
        except TimeoutError:
            raise AssertionError(f"a replica does not start:\n{self.process.written[-2000:]}") from None

    async def _is_ready(self) -> bool:
        with suppress(aiohttp.ClientError, TimeoutError):
            async with self.http.get(f"{self.url}/readyz", timeout=aiohttp.ClientTimeout(total=2)) as response:
                return response.status == 200
        return False

    async def kill_all(self) -> None:
        """End every process of it at once."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.end()

    async def kill_parent(self) -> float:
        """End the parent alone; seconds until its workers had ended as well. What is left then is killed."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send(signal.SIGKILL)
        group = self.process.pid
        while any(processes(group)) and time.monotonic() - begun < ORPHANS:  # noqa: ASYNC110 - another process
            await asyncio.sleep(LOOK)
        took = time.monotonic() - begun
        await self.kill_all()
        return took

    async def close(self) -> None:
        if self.process is not None:
            await self.kill_all()


def processes(group: int) -> Iterator[int]:
    """The living processes of a group (Linux)."""
    for each in Path("/proc").iterdir():
        if each.name.isdecimal():
            with suppress(OSError):
                state, _, found = (each / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(found) == group and state not in "ZX":
                    yield int(each.name)
