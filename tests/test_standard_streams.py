"""A server that was started without standard streams, as some supervisors and scripts do it."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.environment import without_settings
from tests.patience import PATIENCE
from tests.ports import free_port

SQUARE = {"SQUARE_ENVIRONMENT": "emulator", "SQUARE_BASE_URL": "http://127.0.0.1:1"}


@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-", "--workers 2 2>&-"])
def test_it_ends_as_any_other(closed: str) -> None:
    environment = without_settings()
    process = subprocess.Popen(
        ["/bin/sh", "-c", f'exec "$0" -u -m gateway serve --port 0 {closed}', sys.executable],
        stdout=subprocess.PIPE,
        text=True,
        env={**environment, "GATEWAY_SHUTDOWN_DELAY": "0"},
    )
    try:
        assert process.stdout
        assert any("Ctrl-C" in line for line in iter(process.stdout.readline, ""))
        process.send_signal(signal.SIGTERM)
        written, _ = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0
    # None of its processes says so again.
    assert "Error" not in written


@pytest.mark.parametrize("command", ["serve", "serve --workers 2", "emulator --seed empty"])
def test_where_nobody_takes_what_it_says_it_serves_on_and_ends_as_any_other(command: str) -> None:
    environment = without_settings()
    port = free_port()
    process = subprocess.Popen(
        ["/bin/sh", "-c", f'exec "$0" -m gateway {command} --port {port} >/dev/full', sys.executable],
        stderr=subprocess.PIPE,
        text=True,
        env={**environment, **SQUARE, "GATEWAY_SHUTDOWN_DELAY": "0"},
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while not answers(port):
            assert process.poll() is None
            assert time.monotonic() < deadline
        process.send_signal(signal.SIGTERM)
        _, written = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0
    assert "Error" not in written


def answers(port: int) -> bool:
    """Whether there is an answer of HTTP."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            return connection.recv(16).startswith(b"HTTP/1.1 ")
    except OSError:
        return False
