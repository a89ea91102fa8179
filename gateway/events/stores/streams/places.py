"""Positions and the ids of Redis' stream entries, which are the same numbers, and the names of a log's keys. No I/O.

An id is a time in milliseconds and a number within it: https://redis.io/docs/latest/develop/data-types/streams/
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.keys import Keys

# Bits of a position that count within one millisecond; the scripts know it as 1048576.
_BITS = 20


def position_of(place: bytes | str) -> int:
    """The position of a stream entry; one that is nowhere is 0."""
    text = place.decode() if isinstance(place, bytes) else place
    milliseconds, _, number = text.partition("-")
    return (int(milliseconds) << _BITS) + int(number)


def place_of(position: int) -> str:
    """The id of the stream entry with a position."""
    position = max(0, position)
    return f"{position >> _BITS}-{position & ((1 << _BITS) - 1)}"


def stored_at(position: int) -> float:
    """When the event with a position was stored, in seconds since 1970."""
    return (position >> _BITS) / 1000


def digest_of(keys: Keys, event_id: str) -> bytes:
    """What an event's id is known by: under another secret it is another, as is the name of its seller."""
    return keys.digest("event", event_id)[:16]


def shared_names(key: Callable[..., str]) -> list[str]:
    """The names of the log, of the order of all events, of their ids, and of the dead letters."""
    return [key("log"), *(key("log", part) for part in ("order", "ids", "dead"))]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a log's keys. Those of a seller begin with who it is, by a name that tells nobody."""

    key: Callable[..., str]
    keys: Keys
    environment: str

    @property
    def base(self) -> str:
        """What all names begin with."""
        return self.key("")

    @property
    def shared(self) -> list[str]:
        """See `shared_names`."""
        return shared_names(self.key)

    @property
    def notes(self) -> str:
        """What was noted by name."""
        return self.key("log", "notes")

    def seller(self, merchant: str) -> str:
        """The part of a key that stands for a seller."""
        return self.keys.name("seller", self.environment, merchant)

    def events(self, merchant: str) -> str:
        """The stream of a seller's events."""
        return self.key(self.seller(merchant), "events")
