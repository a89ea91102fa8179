"""The keys of definitions as webhooks have them, and who may learn of what has one. No I/O.

A webhook always has the qualified key, `application:key`. The application itself knows it by the short one, all others
by the qualified one, and only if its visibility lets them.
"""

from collections.abc import Mapping

import strawberry

from gateway.events.event import Event, Fact
from gateway.events.family import Json
from gateway.graph.loading.context import Context
from gateway.graph.subscribing.payload import text
from gateway.identity import Identity

# The keys of fields that the seller has made in the Dashboard, which every application sees.
SELLERS = "square"
KEY, VISIBILITY = "key", "visibility"
SHOWN_TO_ALL = frozenset({"VISIBILITY_READ_ONLY", "VISIBILITY_READ_WRITE_VALUES"})


def key_facts(qualified: str, data: Json) -> dict[str, Fact]:
    """What is kept of the key and the visibility in a payload."""
    return {KEY: qualified, VISIBILITY: text(data, "visibility")}


def qualified_key(event: Event) -> str:
    """The key that an event is about, as every application can ask for it."""
    found = event.facts[KEY]
    return found if isinstance(found, str) else found[0]


def visible(event: Event, identity: Identity) -> bool:
    """Whether an application may learn of an event."""
    owner = _owner(qualified_key(event))
    return owner in {identity.application, SELLERS} or event.facts.get(VISIBILITY) in SHOWN_TO_ALL


def names(event: Event, identity: Identity) -> Mapping[str, Fact]:
    """The facts of an event, with every key by which an application may ask for it."""
    qualified = qualified_key(event)
    short = _known_as(qualified, identity)
    return event.facts if short == qualified else {**event.facts, KEY: (short, qualified)}


def shown_key(qualified: str, context: Context) -> strawberry.ID:
    """A key as the caller's application knows it."""
    return strawberry.ID(_known_as(qualified, context.square.known_identity))


def _known_as(qualified: str, identity: Identity | None) -> str:
    mine = identity is not None and _owner(qualified) == identity.application
    return qualified.partition(":")[2] if mine else qualified


def _owner(qualified: str) -> str:
    return qualified.partition(":")[0]
