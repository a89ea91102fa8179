"""Load: as many requests as a fixed number of clients get answered in some seconds, from a process of its own.

By `wrk` where it is installed, otherwise by this module: `python -m tests.benchmarks.comparison.loading URL SECONDS
CONNECTIONS`, with the bodies, one a line, in the file that BODIES names.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import uvloop

from tests.benchmarks.comparison.workloads import Workload

CONNECTIONS = 16
SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class Load:
    """What was answered."""

    requests: int
    seconds: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


def connections(workload: Workload) -> int:
    """How many clients ask at once."""
    return 1 if workload.alone else CONNECTIONS


async def load(url: str, bodies: Sequence[bytes], seconds: float, connections: int = CONNECTIONS) -> Load:
    """Send these bodies in turn. Raises `RuntimeError` where any answer is not a 200."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"\n".join(bodies))
        file.flush()
        if shutil.which("wrk"):
            command = [
                "wrk",
                "-t1",
                f"-c{connections}",
                f"-d{seconds:.0f}s",
                "--timeout",
                "30s",
                "-s",
                f"{SCRIPT}",
                url,
            ]
        else:
            command = [sys.executable, "-m", __name__, url, f"{seconds}", f"{connections}"]
        process = await asyncio.create_subprocess_exec(
            *command, stdout=PIPE, stderr=PIPE, env={**os.environ, "BODIES": file.name}
        )
        out, errors = await process.communicate()
    text = out.decode()
    found = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", text)
    if process.returncode or found is None or re.search(r"Non-2xx|Socket errors", text):
        raise RuntimeError(f"{url}: {text}{errors.decode()}")
    return Load(int(found[1]), float(found[2]) * {"ms": 0.001, "s": 1, "m": 60}[found[3]])


async def main(url: str, bodies: list[bytes], seconds: float, connections: int) -> None:
    answered = 0
    began = time.perf_counter()

    async def client(http: aiohttp.ClientSession, place: int) -> None:
        nonlocal answered
        while time.perf_counter() - began < seconds:
            place += 1
            body = bodies[place % len(bodies)]
            async with http.post(url, data=body, headers={"Content-Type": "application/json"}) as response:
                await response.read()
                response.raise_for_status()
                answered += 1

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        await asyncio.gather(*(client(http, place) for place in range(connections)))
    print(f"{answered} requests in {time.perf_counter() - began:.3f}s")  # noqa: T201


if __name__ == "__main__":
    lines = Path(os.environ["BODIES"]).read_bytes().splitlines()
    uvloop.run(main(sys.argv[1], lines, float(sys.argv[2]), int(sys.argv[3])))
