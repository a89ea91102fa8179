"""The emulator as a command, where it is about notifications and its file."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli import main

URL = "http://127.0.0.1:9/hook"


def test_notifications_go_where_the_options_say_signed_with_the_key_that_they_name() -> None:
    command = [sys.executable, "-u", "-m", "gateway", "emulator", "--port", "0", "--seed", "empty"]
    options = ["--webhook-url", URL, "--webhook-key", "agreed", "--webhook-time-scale", "0.5"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            base = process.stdout.readline().split(" at ")[1].split()[0] + "/_emulator/webhooks"
            assert process.stdout.readline() == f"Notifications go to {URL} (signature key: agreed)\n"
            with urllib.request.urlopen(f"{base}/subscriptions") as answer:
                [made] = json.load(answer)["subscriptions"]
            with urllib.request.urlopen(base) as answer:
                assert json.load(answer)["time_scale"] == 0.5
        finally:
            process.kill()
    assert (made["notification_url"], made["signature_key"], made["event_types"]) == (URL, "agreed", [])


@pytest.mark.parametrize(
    "given", [["--webhook-url", "nonsense"], ["--webhook-time-scale", "-1"], ["--webhook-time-scale", "nan"]]
)
def test_a_wrong_option_costs_one_line(given: list[str]) -> None:
    result = CliRunner().invoke(main, ["emulator", "--port", "0", *given])

    assert (result.exit_code, result.stdout) == (2, "")
    [line] = result.stderr.splitlines()
    assert given[0] in line


def test_a_database_of_something_else_is_not_touched(tmp_path: Path) -> None:
    books = tmp_path / "books.db"
    with closing(sqlite3.connect(books)) as db:
        db.execute("CREATE TABLE customers (id TEXT, name TEXT)")
        db.commit()
    before = books.read_bytes()
    result = CliRunner().invoke(main, ["emulator", "--db", str(books), "--seed", "empty", "--port", "0"])

    assert (result.exit_code, result.stdout) == (2, "")
    why = "it holds something else already, and stays as it is"
    assert result.stderr == f"Error: cannot use {books} as a database: {why}\n"
    assert [books.read_bytes(), *os.listdir(tmp_path)] == [before, "books.db"]
