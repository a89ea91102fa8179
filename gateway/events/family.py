"""The events about one kind of object, as data: which webhooks tell of it, and how it is read again. No I/O."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.events.event import Event, Fact, Kind
from gateway.identity import Identity

Json = dict[str, Any]


class Unreadable(Exception):
    """A payload that lacks what its type must have. The message names Square's type and never a value."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a payload tells that is kept: the object, its version where Square counts them, and facts about it."""

    object_id: str
    version: int | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One object and what happened to it: its latest event, and what earlier ones of it add that nobody was told yet.

    `kind` is CREATED as long as its subscribers were not told of the object, `position` that of the latest event.
    """

    kind: Kind
    position: int
    event: Event


def _everybody(event: Event, identity: Identity) -> bool:
    return True


def _as_told(event: Event, identity: Identity) -> Mapping[str, Fact]:
    return event.facts


@dataclass(frozen=True, kw_only=True, eq=False)
class Family:
    """One kind of object that subscriptions are about.

    `types` are the types of Square's events, with what each says; several may tell of one change. `told` reads the
    `data` of a notification and raises `Unreadable`. `read` gives objects as they are now, by `object_id`: an object,
    None where there is none (or none that the caller may see), or the `SquareError` of that one; its first argument
    is the context of one round of reading, whose loaders batch. `version` is that of a read object, None where Square
    has none. `show` makes what the graph shows of a change, from the change, the object (or the error that kept it
    from being read) and the position as clients know it.

    `visible` tells which applications may learn of an event at all, and `facts` how they call what is in it.
    `scope` is Square's permission. With `single`, each event is an object of its own, which never changes. With
    `recreated`, a deleted object may be made again under the same id, and its versions begin again then. `updated`
    is when a read object last changed: for those whose versions do not tell what is stale. `shared_ids` may stand for
    objects of several sellers; any other id is one seller's, so that who can read its object is of that seller.
    """

    name: str
    scope: str
    types: Mapping[str, Kind]
    told: Callable[[Json], Told]
    read: Callable[[Any, Sequence[Change]], Awaitable[Mapping[str, Any]]]
    show: Callable[[Change, Any, str], Any]
    version: Callable[[Any], int | None] = lambda found: None
    visible: Callable[[Event, Identity], bool] = _everybody
    facts: Callable[[Event, Identity], Mapping[str, Fact]] = _as_told
    single: bool = False
    shared_ids: bool = False
    recreated: bool = False
    updated: Callable[[Any], str | None] = lambda found: None
