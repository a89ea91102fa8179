"""`gateway events`: what is in the event log, and what an operator does about dead letters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gateway.tools.command_error import CommandError
from gateway.tools.env_file import ENV_FILE

if TYPE_CHECKING:
    from gateway.events.stores.inspection import AnyInspection, Kept
    from gateway.settings import Settings

T = TypeVar("T")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")


@click.group()
@ENV_FILE
@click.pass_context
def events(ctx: click.Context, env_file: Path | None) -> None:
    """Look into the event log that GATEWAY_STORE names.

    EVENT is the position or the id of an event. The gateway may run meanwhile. What Square sent is not in the log, so
    nothing of a person is shown.
    """
    ctx.obj = env_file


@events.command("list")
@click.option("--dead", is_flag=True, help="Only dead letters: events that subscribers could not be told of.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Only this type of event; may be repeated.")
@click.option("--merchant", metavar="ID", help="Only events of this seller.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="The most to show.")
@AS_JSON
def list_(*, dead: bool, types: tuple[str, ...], merchant: str | None, limit: int, as_json: bool) -> None:
    """Show the latest events, the last one first."""
    found = _with(lambda log: log.latest(limit, types=types, merchant=merchant, dead=dead))
    if as_json:
        _print([_plain(each) for each in found])
        return
    from rich.console import Console  # noqa: PLC0415 - other commands need no tables
    from rich.table import Column, Table  # noqa: PLC0415

    if not found:
        click.echo("There is no such event.")
        return
    # By its position an event is asked for: where there is little room, others go on in the next line.
    names = ["Stored at", "Type", "Object", "Seller", "Event id", *(["Dead letter"] if dead else [])]
    table = Table(Column("Position", no_wrap=True, min_width=19), *(Column(each, overflow="fold") for each in names))
    for each in found:
        event = each.stored.event
        told = (str(each.stored.position), _moment(each.stored_at), event.type, event.object_id or "-")
        letter = [f"{each.reason}, {each.attempts} attempts"] if dead else []
        table.add_row(*(_visible(text) for text in (*told, event.merchant, event.event_id, *letter)))
    # What is kept is text, and no markup.
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        # Nothing is cut off in a file or a pipe.
        console.width = max(console.width, 220)
    console.print(table)


@events.command()
@click.argument("event")
@AS_JSON
def show(event: str, *, as_json: bool) -> None:
    """Show all that is kept of an event."""
    found = _plain(_with(lambda log: log.one(event)))
    if as_json:
        _print(found)
        return
    for name, value in found.items():
        shown = ", ".join(f"{key}={_text(each)}" for key, each in value.items()) if isinstance(value, dict) else value
        click.echo(f"{name:<11} {'-' if shown in (None, '') else _visible(str(shown))}")


@events.command()
@click.argument("given", metavar="EVENT...", nargs=-1, required=True)
def replay(given: tuple[str, ...]) -> None:
    """Append events once more, so that subscribers are told who were not shown that state or a newer one."""
    for each in given:
        click.echo(f"{each}: appended at position {_with(_replay(each))}")


@events.command()
@click.argument("given", metavar="EVENT...", nargs=-1, required=True)
def drop(given: tuple[str, ...]) -> None:
    """Forget events: nobody is told of them any more, even if Square sends them again."""
    for each in given:
        _with(_drop(each))
        click.echo(f"{each}: dropped")


def _replay(event: str) -> Callable[[AnyInspection], Awaitable[int]]:
    return lambda log: log.replay(event)


def _drop(event: str) -> Callable[[AnyInspection], Awaitable[None]]:
    return lambda log: log.drop(event)


def _with(work: Callable[[AnyInspection], Awaitable[T]]) -> T:
    """Do this with the log. Raises `CommandError`."""
    from gateway.events.log import NotStored  # noqa: PLC0415 - other commands need no log
    from gateway.events.stores.inspection import NotKept  # noqa: PLC0415
    from gateway.settings import SettingsError, load  # noqa: PLC0415

    try:
        open_log, name = _log(load(click.get_current_context().obj))
    except SettingsError as error:
        raise CommandError(str(error)) from None

    async def run() -> T:
        log = open_log()
        try:
            return await work(log)
        finally:
            await log.close()

    try:
        import asyncio  # noqa: PLC0415 - other commands need no event loop

        return asyncio.run(run())
    except NotKept as error:
        raise CommandError(f"there is no event {error} in the log") from None
    except NotStored as error:
        raise CommandError(f"{name} cannot be used: {error}") from None


def _log(settings: Settings) -> tuple[Callable[[], AnyInspection], str]:
    """What opens the log that the settings name, and what it is called. Raises `CommandError` and `SettingsError`."""
    from gateway.events.stores.choice import sqlite_file  # noqa: PLC0415 - as above
    from gateway.events.stores.inspection import Inspection  # noqa: PLC0415
    from gateway.settings import SettingsError  # noqa: PLC0415
    from gateway.settings.live_checks import in_redis  # noqa: PLC0415

    file = sqlite_file(settings.gateway_store)
    if file is not None:
        return lambda: Inspection(file), str(file)
    if not in_redis(settings.gateway_store):
        raise CommandError(
            "GATEWAY_STORE is memory: only the gateway itself can see its events. Set sqlite:FILE or the URL of a Redis"
        )
    import logging  # noqa: PLC0415 - as above

    from gateway.events.stores.streams.inspection import RedisInspection  # noqa: PLC0415
    from gateway.keys import Keys  # noqa: PLC0415
    from gateway.redis.connection import Redis  # noqa: PLC0415

    # What it says to an operator's log is said by the command itself.
    logging.getLogger("gateway.redis").addHandler(logging.NullHandler())
    try:
        redis = Redis(settings.gateway_store, settings.gateway_redis_prefix)
    except ValueError as error:
        raise SettingsError(f"GATEWAY_STORE: {error}") from None
    return lambda: RedisInspection(redis, Keys(settings.gateway_secret)), "The Redis of GATEWAY_STORE"


def _plain(kept: Kept) -> dict[str, Any]:
    event = kept.stored.event
    letter = None if kept.reason is None else {"reason": kept.reason, "attempts": kept.attempts}
    return {
        "position": kept.stored.position,
        "storedAt": _moment(kept.stored_at),
        "eventId": event.event_id,
        "merchant": event.merchant,
        "type": event.type,
        "createdAt": event.created_at,
        "family": event.family or None,
        "kind": None if event.kind is None else event.kind.value,
        "objectId": event.object_id or None,
        "version": event.version,
        "facts": dict(event.facts),
        "deadLetter": letter,
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: object) -> str:
    return " | ".join(value) if isinstance(value, tuple) else str(value)


def _visible(text: str) -> str:
    """What somebody else has written, for a terminal: nothing in it moves a cursor."""
    from gateway.server.observability.logging import harmless  # noqa: PLC0415 - other commands need no log

    return harmless(text)


def _print(value: object) -> None:
    import orjson  # noqa: PLC0415 - other commands need no JSON

    # A reader that has left, such as `head`, is no failure.
    with suppress(BrokenPipeError):
        click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2))
