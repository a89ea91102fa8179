"""`gateway emulator trigger TYPE`: make an event of a type happen, and say to whom it was sent and how that went."""

from __future__ import annotations

import click

from gateway.emulator.tools.client import TOKEN, Emulator, Json, emulator

_WEBHOOKS = "/_emulator/webhooks"


async def trigger(url: str, event_type: str, token: str = TOKEN) -> None:
    """Do something at Square that leads to such an event, or tell a sample where nothing does. Raises `NotDone`."""
    async with emulator(url, token) as square:
        before = {each["id"] for each in await _deliveries(square)}
        done = (await square.send("POST", f"{_WEBHOOKS}/trigger", {"type": event_type}))["done"]
        click.echo(f"{event_type}: {done or 'nothing here leads to it, so a sample was made'}")
        await square.send("POST", f"{_WEBHOOKS}/idle")
        found = (await square.send("GET", f"{_WEBHOOKS}/subscriptions"))["subscriptions"]
        urls = {each["id"]: each["notification_url"] for each in found}
        sent = [each for each in await _deliveries(square) if each["id"] not in before]
        for each in reversed(sent):
            click.echo(f"  {each['type']}  {urls.get(each['subscription_id'], 'gone')}  {_state(each)}")
        if not any(each["type"] == event_type for each in sent):
            click.echo("  No subscription is told of it: `gateway emulator listen --forward-to URL` makes one.")


async def _deliveries(square: Emulator) -> list[Json]:
    found: list[Json] = (await square.send("GET", f"{_WEBHOOKS}/deliveries"))["deliveries"]
    return found


def _state(delivery: Json) -> str:
    answer = delivery.get("status") or delivery.get("reason")
    return delivery["state"] if answer is None else f"{delivery['state']}: {answer}"
