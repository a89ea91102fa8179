"""The commands: what they print, and that whatever is wrong costs one clear line and exit code 2."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway import __version__
from gateway.cli import main
from gateway.settings import Settings
from gateway.tools.sdl import federated_sdl, public_sdl
from tests.environment import without_settings
from tests.patience import PATIENCE


def run(*given: str, env: dict[str, str] | None = None, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, list(given), env=env, input=stdin)


def refused(result: Result) -> str:
    """The one line with which a command gave up."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("Error: ")
    return lines[0]


@contextmanager
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"GATEWAY_PORT": "many"}, "GATEWAY_PORT"),
        ({"GATEWAY_AUTH": "sometimes"}, "GATEWAY_AUTH"),
        ({"GATEWAY_CALLER_SHARE": "2"}, "GATEWAY_CALLER_SHARE"),
        ({"GATEWAY_METRICS_PORT": "8000"}, "GATEWAY_METRICS_PORT"),
        ({"GATEWAY_AUTH": "key"}, "GATEWAY_API_KEYS"),
        ({"SQUARE_ENVIRONMENT": "moon"}, "SQUARE_ENVIRONMENT"),
        ({"SQUARE_BASE_URL": "ftp://square"}, "SQUARE_BASE_URL"),
        ({"SQUARE_VERSION": "latest"}, "SQUARE_VERSION"),
        ({"SQUARE_ENVIRONMENT": "sandbox", "GATEWAY_AUTH": "none"}, "SQUARE_ACCESS_TOKEN"),
        ({"GATEWAY_TRUSTED_DOCUMENTS": "/there/is/none.json"}, "GATEWAY_TRUSTED_DOCUMENTS"),
    ],
)
def test_a_bad_setting_is_named_and_its_value_is_not_shown(env: dict[str, str], name: str) -> None:
    line = refused(run("serve", env=env))
    assert name in line
    assert "many" not in line
    assert "/there/is" not in line


def test_a_token_is_never_shown() -> None:
    assert "EAAA-secret" not in refused(run("serve", env={"SQUARE_ACCESS_TOKEN": "EAAA-secret"}))


@pytest.mark.parametrize(
    "given",
    [
        ["nonsense"],
        ["--nonsense"],
        ["serve", "--port", "many"],
        ["serve", "--port", "70000"],
        ["emulator", "--seed", "weeds"],
        ["check"],
        ["check", "/there/is/nothing"],
        ["explain"],
        ["explain", "{ nothing }"],
        ["explain", "{ unfinished"],
        ["explain", "{ __typename }", "--variables", "[1]"],
        ["explain", "{ __typename }", "--variables", "{"],
        ["explain", "@/there/is/nothing"],
    ],
)
def test_what_cannot_be_understood_costs_one_line(given: list[str]) -> None:
    refused(run(*given))


def test_a_busy_port_is_named_with_what_to_do() -> None:
    with busy_port() as port:
        for command in ("serve", "emulator"):
            line = refused(run(command, "--port", str(port)))
            assert f"127.0.0.1:{port}: address already in use" in line
            assert "--port" in line


@pytest.mark.parametrize("command", ["serve", "emulator"])
def test_an_address_that_there_is_not_is_named(command: str) -> None:
    line = refused(run(command, "--host", "nowhere.invalid", "--port", "0"))

    assert "nowhere.invalid:0: there is no such address on this machine" in line


def test_a_port_for_figures_that_is_taken_is_named_and_nothing_is_served() -> None:
    with busy_port() as port:
        line = refused(run("serve", "--port", "0", env={"GATEWAY_METRICS_PORT": str(port)}))

    assert "GATEWAY_METRICS_PORT" in line
    assert "already in use" in line


@pytest.mark.parametrize("place", ["/there/is/no/folder/square.db", "/"])
def test_a_database_that_cannot_be_opened_is_named(place: str) -> None:
    assert place in refused(run("emulator", "--db", place, "--port", "0"))


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader, " * 100)
    assert str(letter) in refused(run("emulator", "--db", str(letter), "--port", "0"))
    assert letter.read_text() == "Dear reader, " * 100


@pytest.mark.parametrize("command", [["serve"], ["emulator", "--db", "/"]])
def test_sighup_ends_no_server_that_is_about_to_start(command: list[str]) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        # Both are refused before they serve anything.
        assert refused(run(*command, env={"GATEWAY_XYZZY": "1"}))
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("command", [["serve", "--port", "0"], ["emulator", "--port", "0", "--customers", "10"]])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_a_server_cleanly(command: list[str], number: signal.Signals) -> None:
    environment = without_settings()
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "gateway", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment, "GATEWAY_SHUTDOWN_DELAY": "0"},
    )
    try:
        assert process.stdout
        assert any("Ctrl-C" in line for line in iter(process.stdout.readline, ""))
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    assert not any(word in errors for word in ("Traceback", "ERROR", "WARNING")), errors


def test_the_emulator_starts_with_the_switches_that_its_options_name() -> None:
    command = [sys.executable, "-u", "-m", "gateway", "emulator", "--port", "0", "--seed", "empty"]
    options = ["--page", "3", "--without-definitions"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            first = process.stdout.readline()
            with urllib.request.urlopen(first.split(" at ")[1].split()[0] + "/_emulator/faults") as answer:
                assert json.load(answer) == {"lag": 0.0, "page": 3, "definitions": False, "faults": []}
        finally:
            process.kill()


def test_the_sdl_is_printed_with_and_without_federation() -> None:
    assert run("schema").stdout == federated_sdl()
    assert run("schema", "--public").stdout == public_sdl()
    for name in ("_Entity", "_Any", "_Service", "_FieldSet", "link__", "@key", "@shareable", "@tag"):
        assert name not in public_sdl()


def test_schema_is_written_to_a_file(tmp_path: Path) -> None:
    written = run("schema", "--write", str(tmp_path / "public.graphql"), "--public")

    assert (written.exit_code, written.stdout) == (0, "")
    assert (tmp_path / "public.graphql").read_text() == public_sdl()


def test_a_schema_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    refused = run("schema", "--write", str(tmp_path / "nowhere" / "schema.graphql"))

    assert refused.exit_code == 2
    assert "no such file or directory" in refused.stderr


def test_the_version_and_every_command_are_told() -> None:
    told = run("--version").stdout
    assert told.startswith(f"gateway {__version__} (Python {sys.version.split()[0]}, aiohttp ")
    help_text = run("--help").stdout
    assert all(name in help_text for name in ("serve", "emulator", "schema", "check", "explain"))


def test_the_limit_is_that_of_the_settings(tmp_path: Path) -> None:
    query = "query Two { customers(first: 200) { nodes { id } } }"
    (tmp_path / "a.graphql").write_text(query)
    strict = {"GATEWAY_MAX_CALLS": "1"}
    assert "the limit is 1." in run("check", str(tmp_path), env=strict).stderr
    assert json.loads(run("explain", query, "--json", env=strict).stdout)[0]["limit"] == 1


@pytest.mark.parametrize("limit", ["GATEWAY_MAX_TOKENS", "GATEWAY_MAX_CHARACTERS", "GATEWAY_MAX_DEPTH"])
def test_a_document_that_the_gateway_would_not_read_is_a_problem(tmp_path: Path, limit: str) -> None:
    least = {"GATEWAY_MAX_TOKENS": "10", "GATEWAY_MAX_CHARACTERS": "100", "GATEWAY_MAX_DEPTH": "2"}[limit]
    (tmp_path / "a.graphql").write_text(
        "query A { customers(first: 1) { nodes { ...F } } } fragment F on Customer { id givenName familyName nickname }"
    )

    assert run("check", str(tmp_path)).exit_code == 0
    refused = run("check", str(tmp_path), env={limit: least})
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"{tmp_path}/a.graphql:1:1  ")


def test_check_refuses_documents_without_an_operation(tmp_path: Path) -> None:
    (tmp_path / "empty.graphql").write_text("fragment Name on Customer { givenName }")
    assert run("check", str(tmp_path)).exit_code == 2


def test_settings_can_be_made_from_an_empty_environment() -> None:
    assert Settings(_env_file=None).environment == "emulator"
