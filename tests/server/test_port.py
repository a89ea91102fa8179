"""The port of a gateway, from when it is chosen to when it is listened on: nobody else gets it in between."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from tests.environment import without_settings
from tests.server.process import Process

# The command, which stops before it makes what it serves until a line comes.
PROGRAM = """
import sys
from gateway import cli, serve
make = serve.create_app
def make_when_told(settings):
    print("about to serve at", settings.gateway_port, flush=True)
    sys.stdin.readline()
    return make(settings)
serve.create_app = make_when_told
cli.main()
"""


@dataclass
class Beginning:
    """A gateway with its embedded Square that is about to listen on a port, and does so when it is let go on."""

    process: Process
    port: int
    told: asyncio.StreamWriter

    def go_on(self) -> None:
        self.told.write(b"\n")


@asynccontextmanager
async def beginning() -> AsyncIterator[Beginning]:
    clean = without_settings()
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-c", PROGRAM, "--port", "0", env={**clean, "GATEWAY_SHUTDOWN_DELAY": "0"},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    process = Process(started)
    assert started.stdin is not None
    try:
        port = (await process.until(r"about to serve at (\d+)"))[1]
        yield Beginning(process, int(port), started.stdin)
    finally:
        await process.end()


async def test_nobody_is_given_the_port_of_a_gateway_that_is_about_to_listen_there() -> None:
    async with beginning() as gateway:
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", gateway.port))
        gateway.go_on()

        await gateway.process.until(f"http://127.0.0.1:{gateway.port}/graphql")
        gateway.process.send(signal.SIGTERM)
        assert await gateway.process.exit_code() == 0


async def test_who_listens_there_all_the_same_is_told_of_in_one_line() -> None:
    async with beginning() as gateway:
        with socket.create_server(("127.0.0.1", gateway.port)):
            gateway.go_on()

            assert await gateway.process.exit_code() == 2
    assert "Error: cannot listen on 127.0.0.1:0: address already in use" in gateway.process.written
    assert "Traceback" not in gateway.process.written
