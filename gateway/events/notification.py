"""A notification of Square's as an event: its envelope, and of what it tells only what is kept. No I/O.

The same envelope comes by webhook and from SearchEvents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import orjson

from gateway.events.event import Event, Kind
from gateway.events.family import Family, Unreadable
from gateway.square.clock import seconds_since_1970

# Sent when somebody presses "Send test event" in the Developer Console; it is about nothing.
TEST = "webhooks.test_notification"
_WORD = re.compile(r"[\x21-\x7e]{1,255}")


class NotANotification(ValueError):
    """Not JSON, or without what every notification has. The message repeats nothing of it."""


def read_envelope(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises `NotANotification`."""
    try:
        envelope = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotANotification("is not valid JSON in UTF-8") from None
    if not isinstance(envelope, dict):
        raise NotANotification("is not a JSON object")
    return envelope


class Notifications:
    """Reads notifications about these families."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families: dict[str, tuple[Family, Kind]] = {
            name: (family, kind) for family in families for name, kind in family.types.items()
        }
        # The types that a family is about.
        self.types = frozenset(self._families)

    def event(self, envelope: dict[str, Any]) -> Event:
        """What is kept of a notification. Raises `NotANotification`.

        It is of no family when its type is in none, or when it lacks what its type must have.
        """
        event_id, merchant = _word(envelope, "event_id"), _word(envelope, "merchant_id")
        name, created_at = _word(envelope, "type"), _word(envelope, "created_at")
        if not seconds_since_1970(created_at):
            raise NotANotification("has no created_at that is a time")
        known = self._families.get(name)
        if known is None:
            return Event(event_id, merchant, name, created_at)
        family, kind = known
        data = envelope.get("data")
        try:
            told = family.told(data if isinstance(data, dict) else {})
        except Unreadable:
            return Event(event_id, merchant, name, created_at)
        return Event(event_id, merchant, name, created_at, family.name, kind, told.object_id, told.version, told.facts)


def _word(envelope: dict[str, Any], name: str) -> str:
    value = envelope.get(name)
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise NotANotification(f"has no {name}")
    return value
