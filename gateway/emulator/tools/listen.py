"""`gateway emulator listen`: have notifications sent to a URL for as long as the command runs, and show each.

The emulator sends them itself: the URL must be one that it can reach, and is the one that the signatures are over.
Where that URL was told already, it is told what it was before when the command ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

import click
import orjson

from gateway.emulator.http.signals import stopping
from gateway.emulator.tools.client import TOKEN, Emulator, Json, emulator

_SUBSCRIPTIONS = "/_emulator/webhooks/subscriptions"


async def listen(url: str, forward_to: str, event_types: Iterable[str], token: str = TOKEN) -> None:
    """Forward until SIGINT, SIGTERM or SIGHUP. Raises `NotDone`, at once or when the emulator has gone."""
    stop = stopping()
    async with emulator(url, token) as square:
        before = {each["id"]: each for each in await _subscriptions(square)}
        wanted: Json = {"notification_url": forward_to, "event_types": list(event_types)}
        made = (await square.send("PUT", _SUBSCRIPTIONS, wanted))["subscription"]
        click.echo(f"Forwarding {', '.join(made['event_types']) or 'all events'} to {forward_to}")
        click.echo(f"Signature key: {made['signature_key']}")
        click.echo("Stop it with Ctrl-C.")
        showing = asyncio.ensure_future(_show(square, made["id"]))
        stopped = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({showing, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if showing.done():
                showing.result()
        finally:
            for task in (showing, stopped):
                task.cancel()
            if stop.is_set():
                await _end(square, made["id"], before.get(made["id"]))


async def _subscriptions(square: Emulator) -> list[Json]:
    found: list[Json] = (await square.send("GET", _SUBSCRIPTIONS))["subscriptions"]
    return found


async def _end(square: Emulator, id: str, before: Json | None) -> None:
    """Have a subscription as it was before, or not at all; it may have ended by itself."""
    if id not in {each["id"] for each in await _subscriptions(square)}:
        return
    if before is None:
        await square.send("DELETE", f"{_SUBSCRIPTIONS}/{id}")
    else:
        same = {name: before[name] for name in ("application", "notification_url", "event_types")}
        await square.send("PUT", _SUBSCRIPTIONS, same)


async def _show(square: Emulator, subscription: str) -> None:
    async for line in square.lines("/_emulator/webhooks/attempts"):
        attempted = orjson.loads(line) if line else {}
        if attempted.get("subscription_id") == subscription:
            click.echo(shown(attempted))


def shown(attempted: Json) -> str:
    """One attempt as a line: when, what, how it was answered, how long that took."""
    answer = attempted["status"] or attempted["reason"]
    retry = f"  retry {attempted['retries']}" if attempted["retries"] else ""
    now = datetime.now().astimezone().strftime("%H:%M:%S")
    milliseconds = f"{attempted['milliseconds']:.0f} ms"
    return f"{now}  {answer}  {attempted['type']}  {attempted['event_id']}  {milliseconds}{retry}"
