"""`gateway emulator exec`: a program beside an emulator and a gateway, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from gateway.cli import main
from tests.patience import PATIENCE

ASKING = """
import json, os, sys, time, urllib.request
headers = {"Authorization": f"Bearer {os.environ['SQUARE_ACCESS_TOKEN']}", "Content-Type": "application/json"}
body = json.dumps({"query": "{ customers(first: 1) { nodes { id } } }"}).encode()
with urllib.request.urlopen(urllib.request.Request(os.environ["GATEWAY_URL"], body, headers)) as answer:
    found = json.load(answer)
names = ("GATEWAY_URL", "SQUARE_BASE_URL", "SQUARE_ENVIRONMENT", "SQUARE_TOKEN")
told = {name: os.environ[name] for name in names}
told["others"] = [name for name, value in os.environ.items() if "of-the-shop" in value]
print(json.dumps({**told, "found": found, "pid": os.getpid()}), flush=True)
"""
# Leaves behind a request that is under way at an emulator which takes an hour to answer.
LEAVING = """
import json, os, subprocess, sys, urllib.request
def ask(method, path, body=None):
    url, sent = os.environ["SQUARE_BASE_URL"] + path, body and json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, sent, method=method)) as answer:
        return json.load(answer)
ask("PUT", "/_emulator/faults", {"faults": [{"kind": "latency", "milliseconds": 3600000}]})
subprocess.Popen([sys.executable, "-c", os.environ["ASKING"]])
while not ask("GET", "/_emulator/calls")["count"]:
    pass
"""
OTHERS = {
    "SQUARE_BASE_URL": "https://square.example",
    "SQUARE_ACCESS_TOKEN": "EAAA-of-the-shop",
    "SQUARE_TOKEN": "EAAA-of-the-shop",
    "SQUARE_APPLICATION_TOKEN": "EAAA-of-the-shop",
    "SQUARE_ACCESS_TOKEN_FILE": "/run/secrets/of-the-shop",
    "SQUARE_ENVIRONMENT": "production",
    "SQUARE_WEBHOOK_URL": "https://gateway.example/webhooks/square",
    "GATEWAY_AUTH": "none",
    # Nobody is there.
    "HTTP_PROXY": "http://127.0.0.1:9",
    "NO_PROXY": "example.com",
}


def begun(*command: str) -> subprocess.Popen[str]:
    gateway = [sys.executable, "-m", "gateway", "emulator", "exec", "--customers", "3", "--"]
    return subprocess.Popen([*gateway, *command], env={**os.environ, **OTHERS}, stdout=subprocess.PIPE, text=True)


def test_a_program_has_both_whatever_the_environment_says_and_they_end_when_a_signal_ends_it() -> None:
    running = begun(sys.executable, "-c", ASKING + "os.kill(os.getpid(), 15)")
    told = json.loads(running.communicate(timeout=PATIENCE)[0])

    assert running.returncode == 128 + signal.SIGTERM
    assert len(told["found"]["data"]["customers"]["nodes"]) == 1
    assert (told["SQUARE_ENVIRONMENT"], told["SQUARE_TOKEN"]) == ("emulator", "test-token")
    assert told["others"] == []
    for name in ("GATEWAY_URL", "SQUARE_BASE_URL"):
        place = urlsplit(told[name])
        with socket.socket() as nobody:
            assert nobody.connect_ex((place.hostname, place.port)) != 0, name


def test_a_program_that_ends_at_once_is_all_that_is_heard_of() -> None:
    gateway = [sys.executable, "-m", "gateway", "emulator", "exec", "--seed", "empty", "--"]
    done = subprocess.run([*gateway, "true"], capture_output=True, text=True, check=True)

    assert (done.stdout, done.stderr) == ("", "")


def test_a_signal_goes_to_the_program_whose_exit_code_is_kept() -> None:
    blocked = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n"
    running = begun(sys.executable, "-c", blocked + ASKING + "signal.sigwait([signal.SIGTERM]); sys.exit(3)")
    assert running.stdout is not None
    pid = json.loads(running.stdout.readline())["pid"]
    running.terminate()
    running.communicate(timeout=PATIENCE)

    assert running.returncode == 3
    assert not Path(f"/proc/{pid}").exists()


def test_a_request_that_is_left_behind_is_told_that_square_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKING", ASKING)
    running = begun(sys.executable, "-c", LEAVING)
    # The request has the same standard output, and ends after the program.
    told = json.loads(running.communicate(timeout=PATIENCE)[0])

    assert running.returncode == 0
    assert told["found"]["errors"][0]["extensions"]["code"] == "UPSTREAM_UNAVAILABLE"


def test_a_program_started_with_nohup_outlives_its_terminal() -> None:
    blocked = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n"
    nohup = (
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN); os.execv(sys.executable, sys.argv[1:])"
    )
    program = blocked + ASKING + "signal.sigwait([signal.SIGTERM]); sys.exit(3)"
    gateway = [sys.executable, "-m", "gateway", "emulator", "exec", "--customers", "3", "--"]
    command = [sys.executable, "-c", nohup, *gateway, sys.executable, "-c", program]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    running.stdout.readline()
    running.send_signal(signal.SIGHUP)
    running.terminate()
    running.communicate(timeout=PATIENCE)

    assert running.returncode == 3


@pytest.mark.parametrize(
    ("command", "code", "line"),
    [
        (["--", "no-such-program"], 127, "Error: no-such-program: there is no such program"),
        (["--", "/"], 126, "Error: /: this is no program that can be run"),
        (["--"], 2, "Error: Missing argument '-- CMD [ARG...]'."),
        (["--customers", "0", "--", "true"], 2, "Error: Invalid value for '--customers'"),
    ],
)
def test_what_cannot_be_run_costs_one_line(command: list[str], code: int, line: str) -> None:
    result = CliRunner().invoke(main, ["emulator", "exec", *command])

    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(line)
    assert len(result.stderr.splitlines()) == 1
