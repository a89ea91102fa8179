"""The commands as they are called: `gateway emulator trigger`, `listen`, and `snapshot`."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import click

from gateway.emulator.tools.client import TOKEN, NotDone
from gateway.emulator.tools.listen import listen as run_listen
from gateway.emulator.tools.snapshot import load as run_load
from gateway.emulator.tools.snapshot import save as run_save
from gateway.emulator.tools.trigger import trigger as run_trigger
from gateway.emulator.webhooks import event_types

_URL = click.option(
    "--url", default="http://127.0.0.1:8001", show_default=True, metavar="URL", help="Where the emulator answers."
)
_TOKEN = click.option(
    "--token", default=TOKEN, show_default=True, metavar="TOKEN", help="Whose shop it is: that of a fork, or the first."
)
_TYPE = click.Choice(sorted(event_types.ALL))


class _Refused(click.ClickException):
    exit_code = 2


@click.command()
@click.argument("event_type", metavar="TYPE", type=_TYPE)
@_URL
@_TOKEN
def trigger(event_type: str, url: str, token: str) -> None:
    """Make an event of a TYPE happen, such as customer.updated, on an emulator that runs.

    Something real is done where anything leads to such an event; for what no application and no seller can do, a
    sample is made. Shows to whom it was sent, and how that was answered.
    """
    _run(run_trigger(url, event_type, token))


@click.command()
@click.option("--forward-to", required=True, metavar="URL", help="Where the emulator sends the notifications.")
@click.option("--types", default="", metavar="LIST", help="Event types, with commas between.  [default: all]")
@_URL
@_TOKEN
def listen(forward_to: str, types: str, url: str, token: str) -> None:
    """Have notifications sent to a URL until Ctrl-C, and show each with its answer.

    The signature key to check them with is shown first. The notifications come from the emulator, not from this
    command: to check a signature, take the URL as it is given here.
    """
    wanted = [each.strip() for each in types.split(",") if each.strip()]
    for each in wanted:
        if each not in event_types.ALL:
            raise _Refused(f"--types: there is no event type {each[:100]!r}")
    _run(run_listen(url, forward_to, wanted, token))


@click.group()
def snapshot() -> None:
    """Save the shop of an emulator that runs to a file, or load it from one."""


@snapshot.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_URL
@_TOKEN
def save(file: Path, url: str, token: str) -> None:
    """Save everything that is stored to FILE: the shop, the tokens and the clock."""
    _run(run_save(url, file, token))


@snapshot.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_URL
@_TOKEN
def load(file: Path, url: str, token: str) -> None:
    """Load FILE in place of everything that is stored, and set the clock.

    Calls, faults and subscriptions to notifications stay as they are.
    """
    _run(run_load(url, file, token))


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except NotDone as error:
        raise _Refused(str(error)) from None


COMMANDS: dict[str, click.Command] = {"listen": listen, "snapshot": snapshot, "trigger": trigger}
