"""Who wants to know of a change: equal subscriptions as groups, found by the facts that they ask for. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping

from gateway.events.event import Fact
from gateway.events.rounds.subscriber import Subscriber
from gateway.events.rounds.tokens import Token
from gateway.events.subscription import Subscription

# A name and a value of a fact; None for those who want everything.
_Place = tuple[str, str] | None


class Group:
    """Subscribers who get the same answers."""

    __slots__ = ("members", "subscription", "tokens")

    def __init__(self, subscription: Subscription) -> None:
        """`subscription` is one of them."""
        self.subscription = subscription
        self.members: dict[Subscriber, None] = {}
        self.tokens: Counter[Token] = Counter()

    def wants(self, facts: Mapping[str, Fact]) -> bool:
        """Whether a change with these facts is one that the group asks for."""
        return all(_agrees(facts.get(name), values) for name, values in self.subscription.wanted.items())

    @property
    def places(self) -> list[_Place]:
        """Where the group is found: under the values of that fact of which it names the fewest."""
        wanted = self.subscription.wanted
        if not wanted:
            return [None]
        name = min(wanted, key=lambda each: len(wanted[each]))
        return [(name, value) for value in wanted[name]]


class Groups:
    """The groups of one feed. What a change costs does not depend on how many want other objects."""

    def __init__(self) -> None:
        """Nobody wants anything."""
        self._groups: dict[tuple[str, Hashable], Group] = {}
        # By family and place.
        self._found: dict[str, dict[_Place, dict[Group, None]]] = {}

    def __bool__(self) -> bool:
        return bool(self._groups)

    def __iter__(self) -> Iterator[Subscriber]:
        """All subscribers."""
        return (each for group in list(self._groups.values()) for each in list(group.members))

    def add(self, subscriber: Subscriber) -> None:
        """Take a subscriber in."""
        asked = subscriber.subscription
        key = (asked.family.name, asked.group)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(asked)
            found = self._found.setdefault(asked.family.name, {})
            for place in group.places:
                found.setdefault(place, {})[group] = None
        group.members[subscriber] = None
        group.tokens[subscriber.token] += 1

    def remove(self, subscriber: Subscriber) -> None:
        """Let a subscriber go, if it is here."""
        asked = subscriber.subscription
        key = (asked.family.name, asked.group)
        group = self._groups.get(key)
        if group is None or subscriber not in group.members:
            return
        del group.members[subscriber]
        group.tokens[subscriber.token] -= 1
        if not group.tokens[subscriber.token]:
            del group.tokens[subscriber.token]
        if group.members:
            return
        del self._groups[key]
        found = self._found[asked.family.name]
        for place in group.places:
            del found[place][group]
            if not found[place]:
                del found[place]
        if not found:
            del self._found[asked.family.name]

    def wants(self, family: str) -> bool:
        """Whether anybody asks for anything of a family."""
        return family in self._found

    def matching(self, family: str, facts: Mapping[str, Fact]) -> list[Group]:
        """The groups that ask for a change of an object with these facts, `object_id` among them."""
        found = self._found.get(family)
        if found is None:
            return []
        places: list[_Place] = [None]
        for name, fact in facts.items():
            places.extend((name, value) for value in ((fact,) if isinstance(fact, str) else fact))
        chosen = dict.fromkeys(group for place in places for group in found.get(place, ()))
        return [group for group in chosen if group.wants(facts)]


def _agrees(fact: Fact | None, values: frozenset[str]) -> bool:
    if fact is None:
        return False
    return fact in values if isinstance(fact, str) else not values.isdisjoint(fact)
