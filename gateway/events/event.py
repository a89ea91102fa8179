"""One notification of Square's, as it is kept: ids, versions and times, nothing that is personal. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

# One value, or the several names under which a subscription may ask for it.
Fact = str | tuple[str, ...]


class Kind(Enum):
    """What happened to an object."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True)
class Event:
    """One notification. `family`, `kind` and `object_id` are empty for a type that no subscription is about.

    `facts` are what subscriptions filter by and show beside the object, by name. `created_at` is Square's, RFC 3339.
    """

    event_id: str
    merchant: str
    type: str
    created_at: str
    family: str = ""
    kind: Kind | None = None
    object_id: str = ""
    version: int | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    # The span in which it came, as a `traceparent`, if that was traced.
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """An event in the log; a later one of the same log has a higher position."""

    position: int
    event: Event
