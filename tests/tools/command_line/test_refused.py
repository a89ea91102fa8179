"""What a command cannot do is told in one line: hosts that no lookup takes, a number that is none, a full disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE
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
        done = subprocess.run(given, stdout=full, stderr=subprocess.PIPE, text=True, timeout=PATIENCE, check=False)

    assert done.returncode == 2
    assert [line for line in done.stderr.splitlines() if " INFO " not in line] == [
        "Error: cannot write to standard output: no space left on device"
    ]


@pytest.mark.parametrize(
    "command", [("check",), ("doctor", "--env-file"), ("--port", "0", "--env-file"), ("explain", "@{}")]
)
def test_a_file_whose_name_is_too_long_is_one_that_is_not_there(command: tuple[str, ...]) -> None:
    name = "x" * 300
    result = run(*(each.format(name) for each in command), *([] if "@{}" in command else [name]))

    assert result.exit_code in {1, 2}
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("command", ["save", "load"])
def test_neither_is_a_snapshot(command: str) -> None:
    line = refused(run("emulator", "snapshot", command, "x" * 300, "--url", "http://127.0.0.1:1"))

    assert line.startswith("Error: ")


@pytest.mark.parametrize("pattern", ["src/**.graphql", "**graphql"])
def test_a_pattern_that_is_none_is_named_with_one_that_is(pattern: str) -> None:
    assert refused(run("check", pattern)) == f"Error: {pattern}: `**` stands alone between slashes: **/*.graphql"


def test_a_pipe_among_documents_is_called_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert refused(run("check", str(tmp_path / "pipe"))).endswith("pipe: this is neither a file nor a folder")


def test_neither_is_a_program() -> None:
    result = run("emulator", "exec", "--seed", "empty", "--", f"./{'x' * 300}")

    assert result.exit_code == 127
    assert result.stderr.startswith("Error: ./xxx")
