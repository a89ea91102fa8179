"""What one GraphQL subscription asks of the events of its caller, and the ways in which it ends. No I/O."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.events.family import Family
from gateway.tenant import Tenant


@dataclass(frozen=True, slots=True, eq=False)
class Subscription:
    """One subscriber.

    `wanted` holds, by the name of a fact (or `object_id`), the values of which a change must have one; every name
    must agree, and nothing wanted is everything. `after` is the position to go on from, None for what comes from now
    on. Subscriptions of one identity with the same `group` get the same answers: `answer` is called for one of them,
    with the context of the round and what the family shows of a change, and gives the response. `group` does not say
    who the caller is. `begun` is called when it follows: whatever happens from then on is told.
    """

    tenant: Tenant
    family: Family
    group: Hashable
    answer: Callable[[Any, Any], Awaitable[dict[str, Any]]]
    wanted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    after: str | None = None
    begun: Callable[[], None] = lambda: None


class Expired:
    """Comes once in the place of answers that are lost: their events are kept no longer."""


class BadPosition(Exception):
    """A position that this gateway has not made for this caller."""


class SellerUnknown(Exception):
    """Square does not tell whose token it is, so that nothing can be told to its bearer."""


class NotPermitted(Exception):
    """The token lacks the permission that the family needs; the message is its name."""


class TokenEnded(Exception):
    """Square does not take the token any more."""


class SlowSubscriber(Exception):
    """More answers wait than a subscriber may leave unread."""
