"""Reading what a notification of Square's holds, strictly. Keeps nothing of it by itself.

Fields: https://developer.squareup.com/docs/webhooks/overview
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gateway.events.family import Json, Unreadable
from gateway.square.endpoint import MAX_ID

# Characters of what else is kept: words, times and lists of ids.
MAX_TEXT = 1024
# Square counts versions from 0, in 64 bits.
MAX_VERSION = 2**63 - 1


def part(data: Json, *path: str) -> Json:
    """The object at a path. Raises `Unreadable` when there is none."""
    found: Any = data
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, dict):
        raise Unreadable(f"a notification without {'.'.join(path)}")
    return found


def required(data: Json, name: str) -> str:
    """An id that must be there. Raises `Unreadable`."""
    found = text(data, name, MAX_ID)
    if not found:
        raise Unreadable(f"a notification without {name}")
    return found


def text(data: Json, name: str, most: int = MAX_TEXT) -> str:
    """A short text, empty when there is none."""
    found = data.get(name)
    return found if isinstance(found, str) and len(found) <= most else ""


def moment(found: str | None) -> datetime | None:
    """A moment of RFC 3339, None for what is none."""
    try:
        read = datetime.fromisoformat(found or "")
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


def version(data: Json) -> int | None:
    """The version of an object, None when it has none that Square could have counted."""
    found = data.get("version")
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= MAX_VERSION else None


def facts(data: Json, *names: str) -> dict[str, str]:
    """Those of these texts that are there."""
    return {name: found for name in names if (found := text(data, name))}
