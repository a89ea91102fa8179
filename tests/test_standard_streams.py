"""A server that was started without standard streams, as some supervisors and scripts do it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.patience import PATIENCE


@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-", "--workers 2 2>&-"])
def test_it_ends_as_any_other(closed: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "SQUARE_"))}
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
