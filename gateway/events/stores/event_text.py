"""An event as the text that a store keeps of it, and back. JSON, with short names as there are many."""

from __future__ import annotations

import logging
from typing import Any

import orjson

from gateway.events.event import Event, Kind

log = logging.getLogger(__name__)


def text_of(event: Event) -> str:
    """Everything that an event says."""
    kind = None if event.kind is None else event.kind.value
    told = (event.event_id, event.merchant, event.type, event.created_at)
    # Last and not in all: texts were written before there was any.
    trace = (event.trace,) if event.trace else ()
    about = (event.family, kind, event.object_id, event.version, dict(event.facts))
    return orjson.dumps([*told, *about, *trace]).decode()


def read_event(text: str | bytes) -> Event:
    """The event of a text."""
    return event_of(orjson.loads(text))


def readable(text: str | bytes | None) -> Event | None:
    """The same where others write too, perhaps in a way of their own: what is no event of ours is said and left out."""
    try:
        return read_event(text or b"")
    except (ValueError, TypeError, AttributeError):
        log.error("An event that is kept cannot be read, and is left out")
        return None


def event_of(values: list[Any]) -> Event:
    """The event of a text that was read as JSON already."""
    event_id, merchant, name, created_at, family, kind, object_id, version, facts, *trace = values
    return Event(
        event_id,
        merchant,
        name,
        created_at,
        family,
        None if kind is None else Kind(kind),
        object_id,
        version,
        {name: tuple(each) if isinstance(each, list) else each for name, each in facts.items()},
        *trace,
    )
