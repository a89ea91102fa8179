"""How a command that serves runs: in an event loop, not ended with its terminal, with one line for what is refused."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

from gateway.tools.command_error import CommandError
from gateway.tools.standard_streams import unwritten


class one_line:  # noqa: N801 - reads as a phrase at its place of use
    """Turns what the operating system refuses into one line that says what to do next."""

    def __init__(self, host: str, port: int, db: Path | None = None) -> None:
        self.host, self.port, self.db = host, port, db

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        import sqlite3  # noqa: PLC0415 - only for the name of its errors

        if isinstance(error, sqlite3.Error):
            raise CommandError(f"cannot use {self.db} as a database: {error}") from None
        if isinstance(error, UnicodeError):
            from gateway.settings.checks import is_host  # noqa: PLC0415 - when something is wrong only

            if not is_host(self.host):
                raise CommandError("--host must be an address of this machine, or the name of one") from None
        if isinstance(error, OSError) and not unwritten(error):
            from gateway.server.connections.listener import why_not  # noqa: PLC0415 - when something is wrong only

            raise CommandError(
                f"cannot listen on {self.host}:{self.port}: {why_not(error)}. Choose another with --host and --port."
            ) from None


def ignore_hangup() -> None:
    """Let SIGHUP end nothing from now on: what runs does not depend on the terminal that it was started from."""
    if sys.platform != "win32":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


def say(text: str) -> None:
    """Write this to standard output. Where that is full, or nobody reads it any more, what serves goes on without."""
    try:
        click.echo(text)
    except OSError:
        # What waits to be written there would fail again, with every fork and at the end.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def loop(work: Any) -> None:
    """Run this in an event loop to its end; after Ctrl-C end the process with 130."""
    try:
        if sys.platform == "win32":
            import asyncio  # noqa: PLC0415 - only what serves needs it

            asyncio.run(work)
        else:
            import uvloop  # noqa: PLC0415 - not there on Windows

            uvloop.run(work)
    except KeyboardInterrupt:
        sys.exit(130)
