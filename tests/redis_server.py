"""A real Redis on loopback for one test or many, which can be stopped as a machine stops, and continued.

A machine can hold it up by itself, for longer than a gateway waits for one, which would go on without it. So the limits
of the gateways in this process are a test's patience, but for the time in which a test has stopped its Redis.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.redis import announcements, connection
from tests.patience import PATIENCE
from tests.ports import free_port

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")
needs_redis = pytest.mark.skipif(PROGRAM is None, reason="needs redis-server (Debian: apt-get install redis-server)")
# The limits of gateways: what one command may take, and how long nothing may be heard.
LIMITS = connection.MAX_SECONDS, announcements.MAX_SILENCE


class RedisServer:
    """One server, empty at first, that keeps nothing on disk."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.socket = folder / "redis.sock"
        self.process = self._start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def hang(self) -> None:
        """Answer nothing, and keep every connection open."""
        os.kill(self.process.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)
        _limit(*LIMITS)

    def go_on(self) -> None:
        _limit(PATIENCE, PATIENCE)
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End at once, with everything that was kept."""
        self.process.kill()
        self.process.wait()

    def start_again(self) -> None:
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        assert PROGRAM is not None
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--unixsocket", str(self.socket)]
        options = ["--save", "", "--appendonly", "no", "--dir", str(self.socket.parent)]
        process = subprocess.Popen([PROGRAM, *where, *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as found:
                    found.sendall(b"PING\r\n")
                    if found.recv(16).startswith(b"+PONG"):
                        return process
            except OSError:
                time.sleep(0.02)
        raise AssertionError("redis-server did not start")


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    before = connection.MAX_SECONDS, announcements.MAX_SILENCE
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(free_port(), Path(folder))
        _limit(PATIENCE, PATIENCE)
        try:
            yield server
        finally:
            server.go_on() if server.process.poll() is None else None
            server.kill()
            _limit(*before)


def _limit(command: float, silence: float) -> None:
    connection.MAX_SECONDS, announcements.MAX_SILENCE = command, silence
