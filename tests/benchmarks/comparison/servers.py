"""The servers that are compared: how each is started, and where it is asked. Measures nothing.

A peer that is not installed is left out, and says by which command it is installed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.comparison.workloads import Workload
from tests.benchmarks.processes import started
from tests.ports import free_port

PEERS = Path(__file__).parent.parent / "peers"
INSTALL = "npm ci --prefix tests/benchmarks/peers"
NAMES = ("gateway", "floor", "yoga", "mesh")
GATEWAY = {
    "SQUARE_ENVIRONMENT": "sandbox",
    "SQUARE_ACCESS_TOKEN": "token",
    "GATEWAY_AUTH": "none",
    # Nothing is remembered from one operation to the next, as with the others.
    "GATEWAY_REFERENCE_CACHE": "0",
    "GATEWAY_SHUTDOWN_DELAY": "0",
}


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    url: str
    pid: int

    def url_of(self, workload: Workload) -> str | None:
        """Where the workload is asked; None when this server has no answer to it."""
        if self.name == "floor":
            return f"{self.url}/{workload.name.lower()}"
        return f"{self.url}/graphql" if self.name != "mesh" or workload.mesh else None

    def bodies(self, workload: Workload) -> list[bytes]:
        return workload.mesh_bodies if self.name == "mesh" else workload.bodies


def missing(name: str) -> str | None:
    """What must be done before this server can take part; None when it can."""
    if name in ("gateway", "floor"):
        return None
    if shutil.which("node") is None:
        return "install Node 20 or newer"
    return None if (PEERS / "node_modules").is_dir() else INSTALL


@asynccontextmanager
async def upstream() -> AsyncIterator[str]:
    """The URL of the canned Square."""
    port = free_port()
    async with started([sys.executable, "-m", "tests.benchmarks.comparison.upstream", f"{port}"], port):
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def serving(name: str, square: str, **environment: str) -> AsyncIterator[Server]:
    """One of the servers, over this Square; `environment` is more for the gateway."""
    port = free_port()
    if name == "gateway":
        command = [sys.executable, "-m", "gateway", "--port", f"{port}"]
        environment = {**GATEWAY, "SQUARE_BASE_URL": square, **environment}
    elif name == "floor":
        command = [sys.executable, "-m", "tests.benchmarks.comparison.floor", square, f"{port}"]
    else:
        command = ["node", f"{PEERS / name}.mjs", square, f"{port}"]
    async with started(command, port, **environment) as pid:
        yield Server(name, f"http://127.0.0.1:{port}", pid)
