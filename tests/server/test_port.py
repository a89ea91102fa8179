"""The port of a gateway, from when it is chosen to when it is listened on: nobody else gets it in between."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.ports import free_port
from tests.server.process import Process


@dataclass
class Beginning:
    """A gateway with its embedded Square that is about to listen on a port, and does so when it is let go on."""

    process: Process
    port: int
    pipe: int

    def go_on(self) -> None:
        os.write(self.pipe, b"{}")
        os.close(self.pipe)


@asynccontextmanager
async def beginning(folder: Path) -> AsyncIterator[Beginning]:
    port, documents = free_port(), folder / "documents"
    # What it reads there, it waits for.
    os.mkfifo(documents)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "SQUARE_"))}
    given = {"GATEWAY_TRUSTED_DOCUMENTS": str(documents), "GATEWAY_SHUTDOWN_DELAY": "0"}
    process = Process(
        await asyncio.create_subprocess_exec(
            sys.executable, "-u", "-m", "gateway", "--port", str(port),
            env={**clean, **given}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            pipe = await asyncio.to_thread(os.open, documents, os.O_WRONLY)
        yield Beginning(process, port, pipe)
    finally:
        await process.end()


async def test_nobody_is_given_the_port_of_a_gateway_that_is_about_to_listen_there(tmp_path: Path) -> None:
    async with beginning(tmp_path) as gateway:
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", gateway.port))
        gateway.go_on()

        await gateway.process.until(f"http://127.0.0.1:{gateway.port}/graphql")
        gateway.process.send(signal.SIGTERM)
        assert await gateway.process.exit_code() == 0


async def test_who_listens_there_all_the_same_is_told_of_in_one_line(tmp_path: Path) -> None:
    async with beginning(tmp_path) as gateway:
        with socket.create_server(("127.0.0.1", gateway.port)):
            gateway.go_on()

            assert await gateway.process.exit_code() == 2
    assert f"cannot listen on 127.0.0.1:{gateway.port}: address already in use" in gateway.process.written
    assert "Traceback" not in gateway.process.written
