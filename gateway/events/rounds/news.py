"""What several events say of one object, and what is to be done about it: nothing, a read, or the delete is told.

Events come late, twice and out of order. In doubt the object is read: only what is there now is ever shown. No I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any

from gateway.events.event import Event, Kind, Stored
from gateway.events.family import Change, Family
from gateway.events.rounds.groups import Group
from gateway.events.rounds.memory import Key, Shown
from gateway.square.clock import seconds_since_1970
from gateway.square.errors import SquareError


class Step(Enum):
    """What is to be done about the news of an object."""

    NOTHING = auto()
    READ = auto()
    DELETE = auto()


class Stale(Exception):
    """What was read is older than what is known to be."""


@dataclass(slots=True, eq=False)
class News:
    """The events of one object that were not told yet, in order, and who wants to know."""

    family: Family
    shown: Shown | None
    # What others were shown, who are further on.
    others: Shown | None = None
    groups: dict[Group, None] = field(default_factory=dict)
    events: list[Stored] = field(default_factory=list)
    # What came of it: the object, None for a delete, or the error that kept it from being read.
    found: Any = None
    context: Any = None
    attempts: int = 0
    # Whether somebody was shown something of it that is not in `shown`.
    doubtful: bool = False
    told: bool = False
    result: Shown | None = None
    # Whether somebody who wants to know was not shown what is in `shown`, and whether only those are told.
    late: bool = False
    only_late: bool = False

    @property
    def key(self) -> Key:
        """Family and id of the object."""
        return (self.family.name, self.events[0].event.object_id)

    @property
    def was_read(self) -> bool:
        """Whether the object was read, with a token that may read it."""
        return self.found is not None and not isinstance(self.found, SquareError)

    @property
    def position(self) -> int:
        """That of the latest event."""
        return self.events[-1].position

    @property
    def _deleted(self) -> Stored | None:
        return self._newest(each for each in self.events if each.event.kind is Kind.DELETED)

    @property
    def _updated(self) -> Stored | None:
        return self._newest(each for each in self.events if each.event.kind is not Kind.DELETED)

    def _newest(self, events: Iterable[Stored]) -> Stored | None:
        """By versions, where they never begin again; then by Square's clock, then in the order of arrival."""

        def order(each: Stored) -> tuple[float, float, int]:
            version, when = each.event.version or 0, happened(each.event)
            return (when, version, each.position) if self.family.recreated else (version, when, each.position)

        return max(events, key=order, default=None)

    @property
    def created(self) -> bool:
        """Whether the object was created and nobody was told of it."""
        if self.shown is not None and not self.shown.told:
            return True
        known = self.shown is not None and not self.shown.deleted
        return not known and any(each.event.kind is Kind.CREATED for each in self.events)

    @property
    def created_at(self) -> int:
        """The position of the event that tells of the creation, 0 without one."""
        return max((each.position for each in self.events if each.event.kind is Kind.CREATED), default=0)

    def step(self) -> Step:
        """What is to be done."""
        shown, deleted, updated = self.shown, self._deleted, self._updated
        if not self.family.recreated:
            if shown is not None and shown.deleted:
                return Step.NOTHING
            if deleted is not None:
                return Step.DELETE
            new = updated is not None and (self.late or self._is_new(updated.event))
            return Step.READ if new else Step.NOTHING
        gone = shown is not None and shown.deleted
        if deleted is not None and (updated is None or happened(updated.event) < happened(deleted.event)):
            if shown is not None and gone:
                again = (shown.ahead or self._made_again) and shown.happened < happened(deleted.event)
                return Step.DELETE if self.late and again else Step.NOTHING
            # Of an earlier object with this id, perhaps.
            older = shown is not None and happened(deleted.event) < shown.happened
            return Step.READ if older or self.doubtful else Step.DELETE
        assert updated is not None
        if shown is None or deleted is not None:
            return Step.READ
        new = happened(updated.event) > shown.happened or (
            not gone and (self.late or any(self._is_new(each.event) for each in self.events))
        )
        return Step.READ if new else Step.NOTHING

    @property
    def _made_again(self) -> bool:
        """Whether an update tells that an object that was shown as deleted had been made again."""
        shown, updated = self.shown, self._updated
        if not self.family.recreated or shown is None or not shown.deleted:
            return False
        return updated is not None and happened(updated.event) > shown.happened

    def _is_new(self, event: Event) -> bool:
        shown = self.shown
        if shown is None or not shown.told:
            return True
        if self.family.single:
            return False
        return event.version is None or shown.version is None or event.version > shown.version

    def read(self, found: Any, digest: bytes, *, last: bool) -> None:
        """Take what was read, None where there is nothing. Raises `Stale` when it should be read again.

        `last` says that it will not be: a lower version is then one of an object that was made again.
        """
        deleted, updated, shown = self._deleted, self._updated, self.shown
        if found is None:
            # Without a delete nothing is told: it will come, or the caller may not see the object.
            if shown is not None and shown.deleted:
                # Somebody may have been shown what was made again, and is to be told of its delete.
                self.result = replace(shown, ahead=True) if self._made_again else None
            elif deleted is not None:
                self.delete()
            return
        latest = updated or deleted
        assert latest is not None
        version, changed = self.family.version(found), seconds_since_1970(self.family.updated(found))
        exact = version is not None and version == latest.event.version and changed <= happened(latest.event)
        result = Shown(
            max(happened(latest.event), changed),
            version,
            digest=digest,
            updated=changed,
            position=self.position,
            ahead=not (exact or self.family.single),
        )
        if version is not None and updated is not None and version < (updated.event.version or 0):
            # Made after the event, it is another one with the same id.
            another = self.family.recreated and (last or changed >= happened(updated.event))
            if not another:
                raise Stale
        if self.others is not None and not self.others.deleted and self._is_older(result, self.others) and not last:
            raise Stale
        if shown is not None and shown.told and not shown.deleted:
            again = last and self.family.recreated and result.happened > shown.happened
            if self._is_older(result, shown) and not again:
                raise Stale
            if shown.covers(result):
                if not self.late:
                    return
                self.only_late = True
        self.found, self.result, self.told = found, result, True

    def _is_older(self, found: Shown, shown: Shown) -> bool:
        by_time = self.family.recreated and found.updated != shown.updated
        if found.version is not None and shown.version is not None and not by_time:
            return found.version < shown.version
        return 0 < found.updated < shown.updated

    def delete(self) -> None:
        """Tell that the object is no more."""
        latest, updated = self._deleted, self._updated
        assert latest is not None
        versions = [each.event.version for each in self.events if each.event.version is not None]
        self.found, self.told = None, True
        self.only_late = self.shown is not None and self.shown.deleted
        # It may have been made again since, and be gone by a delete that is yet to come.
        ahead = self.family.recreated and updated is not None and happened(updated.event) >= happened(latest.event)
        self.result = Shown(
            happened(latest.event), max(versions, default=None), deleted=True, position=self.position, ahead=ahead
        )

    def fail(self, error: Exception) -> None:
        """Tell of it with the error that kept the object from being read."""
        self.found, self.told = error, True

    def change(self) -> Change:
        """What subscribers are told."""
        deleted = self.result is not None and self.result.deleted
        latest = (self._deleted if deleted else self._updated) or self.events[-1]
        kind = Kind.DELETED if deleted else Kind.CREATED if self.created else Kind.UPDATED
        return Change(kind, self.position, latest.event)

    def remembered(self) -> Shown | None:
        """What to remember of the object; of a new one that was not seen, that nobody was shown it."""
        if self.result is not None or not self.created:
            return self.result
        return Shown(happened(self.events[-1].event), told=False)


def happened(event: Event) -> float:
    """When Square says that it was, in seconds since 1970; 0 where that cannot be read."""
    return seconds_since_1970(event.created_at)


def with_id(event: Event, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """All that a subscription may ask for of an event."""
    return {**facts, "object_id": event.object_id}
