"""A place in the event log, with those who were told all that lies before it. No I/O."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.events.event import Stored
from gateway.events.family import Family
from gateway.events.rounds.groups import Groups
from gateway.events.rounds.marks import Recent
from gateway.events.rounds.memory import Memory
from gateway.events.rounds.news import News, with_id
from gateway.events.rounds.subscriber import Subscriber
from gateway.identity import Identity


class Line:
    """Subscribers who are at the same place. Those in front are told what happens, others what they have missed.

    `position` is where they are, `reached` where they will be after the round that is under way. `joined` is how
    far those who came had been told, at most.
    """

    def __init__(self, position: int, memory: Memory, others: Memory | None = None) -> None:
        """Nobody stands here. `others` is what those in front were shown: nothing that is older is shown here."""
        self.position = position
        self.reached = position
        self.memory = memory
        self._others = others
        self.recent = Recent()
        self.groups = Groups()
        self._families: dict[str, Family] = {}
        self.joined = position

    @property
    def in_front(self) -> bool:
        """Whether those who stand here are told what happens now."""
        return self._others is None

    def add(self, subscriber: Subscriber) -> None:
        """Take a subscriber in, who was told everything up to its `since`."""
        subscriber.line = self
        self.joined = max(self.joined, subscriber.since)
        family = subscriber.subscription.family
        self._families[family.name] = family
        self.groups.add(subscriber)

    def gather(self, events: Sequence[Stored], identity: Identity, *, known: bool, limit: int) -> list[News]:
        """The news of up to `limit` objects, that an application may learn of and somebody here wants to know.

        `reached` says afterwards up to which event. Where the application is not `known`, what it may not be allowed
        to see is gathered too, unless it is a delete: reading will tell.
        """
        found: dict[tuple[str, str], News] = {}
        for stored in events:
            event = stored.event
            family = self._families.get(event.family)
            if family is not None and event.kind is not None and self.groups.wants(family.name):
                visible = family.visible(event, identity) or (not known and event.kind is not event.kind.DELETED)
                groups = self.groups.matching(family.name, with_id(event, family.facts(event, identity)))
                key = (family.name, event.object_id)
                if visible and groups:
                    news = found.get(key)
                    if news is None:
                        if len(found) >= limit:
                            break
                        news = found[key] = News(
                            family,
                            self.memory.get(key),
                            None if self._others is None else self._others.get(key),
                        )
                    news.events.append(stored)
                    news.groups.update(dict.fromkeys(groups))
            self.reached = stored.position
        for news in found.values():
            shown = news.shown
            if shown is None or shown.position > self.joined:
                continue
            # What was deleted may have been made again elsewhere before they came.
            if shown.ahead or (shown.deleted and news.family.recreated):
                news.late = any(shown.position <= each.since for group in news.groups for each in group.members)
        return list(found.values())
