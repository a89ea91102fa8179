"""What a command cannot do is told in one line: hosts that no lookup takes, a number that is none, a full disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_cli import refused, run

FULL = Path("/dev/full")
# An empty label, one of more than 63 characters, what is no text, what a terminal would obey, and two words.
HOSTS = ("a..b", "x" * 64, "\udcff", "a\x1b[31m", "two words")


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_cannot_be_looked_up_is_refused_by_its_setting(host: str) -> None:
    assert refused(run("serve", "--port", "0", "--host", host)).startswith("Error: GATEWAY_HOST: must be an address")
    line = refused(run("serve", "--port", "0", env={"GATEWAY_METRICS_PORT": "1", "GATEWAY_METRICS_HOST": host}))
    assert line.startswith("Error: GATEWAY_METRICS_HOST: must be an address")


def test_the_emulator_refuses_it_as_well() -> None:
    assert refused(run("emulator", "--port", "0", "--host", "a..b")).startswith("Error: --host must be an address")


def test_a_time_scale_is_a_number() -> None:
    assert "nan" in refused(run("emulator", "--port", "0", "--webhook-time-scale", "nan"))


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full on this system")
@pytest.mark.parametrize("command", ["--version", "--help", "schema", "explain {__typename}", "doctor"])
def test_standard_output_that_is_full_is_named(command: str) -> None:
    with FULL.open("w") as full:
        given = [sys.executable, "-m", "gateway", *command.split()]
        done = subprocess.run(given, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert [line for line in done.stderr.splitlines() if " INFO " not in line] == [
        "Error: cannot write to standard output: no space left on device"
    ]
