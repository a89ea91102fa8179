"""Listening to the emulator: what an application asks to be told, and what it was told since."""

from __future__ import annotations

from typing import Any

from tests.emulator.attributes import done

EVENTS, SUBSCRIPTIONS = "/v2/events", "/v2/webhooks/subscriptions"
NOWHERE = "http://127.0.0.1:9"
OWN, OTHER_OWN = "test-token", "other-personal-token"
OTHER_APPLICATION = "sq0idp-second-app"


async def listen(emulator: Any, token: str = OWN) -> None:
    """Enable events for the application of a personal token."""
    await done(emulator.call("PUT", f"{EVENTS}/enable", token=token))


async def issue(emulator: Any, token: str, **fields: Any) -> None:
    await done(emulator.call("POST", "/_emulator/tokens", {"token": token, **fields}, token=None))


async def listen_as_another(emulator: Any) -> None:
    """Enable events for a second application, whose personal token is `OTHER_OWN`."""
    await issue(emulator, OTHER_OWN, application=OTHER_APPLICATION, personal=True)
    await listen(emulator, OTHER_OWN)


async def told(emulator: Any, token: str = OWN, **filters: Any) -> list[dict[str, Any]]:
    """What the application of a personal token was told, the oldest first."""
    query = {"filter": filters, "sort": {"order": "ASC"}}
    found: list[dict[str, Any]] = (await done(emulator.call("POST", EVENTS, {"query": query}, token=token))).get(
        "events", []
    )
    return found


async def types(emulator: Any, token: str = OWN) -> list[str]:
    return [each["type"] for each in await told(emulator, token)]


async def subscribe(emulator: Any, *wanted: str, token: str = OWN, enabled: bool = True) -> None:
    """A webhook subscription of an application to these types, at a URL where nobody answers."""
    subscription = {"name": "Test", "notification_url": NOWHERE, "event_types": list(wanted), "enabled": enabled}
    await done(emulator.call("POST", SUBSCRIPTIONS, {"subscription": subscription}, token=token))
