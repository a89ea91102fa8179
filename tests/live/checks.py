"""What must hold of all that subscribers saw: nothing older after something newer, and the last state reached."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence, Set

from gateway.events.position import Positions
from tests.live.objects import GONE, Watched
from tests.live.subscribers import Subscriber


def behind(subscriber: Subscriber, objects: Mapping[str, Watched]) -> Iterator[str]:
    """The objects of which a subscriber has not seen the last state yet."""
    for id, watched in objects.items():
        if subscriber.wants(id) and _number(watched, (subscriber.seen.get(id) or [None])[-1]) != watched.last:
            yield id


def check(subscriber: Subscriber, objects: Mapping[str, Watched], *, again: bool = False) -> Iterator[str]:
    """What is wrong with what one subscriber saw of objects that have states.

    With `again` the last state of one connection may be told once more over the next.
    """
    name = f"subscriber {subscriber.number}"
    for id in subscriber.seen:
        if not subscriber.wants(id):
            yield f"{name}: {id} is none of those that were asked for"
    for id, seen in subscriber.seen.items():
        if (watched := objects.get(id)) is None:
            continue
        shown = without_repeats(subscriber, id) if again else seen
        told = list(zip(seen, subscriber.connections.get(id, ()), strict=False))[-12:]
        yield from (
            f"{name}: {watched.kind} {id} {wrong}, of (state, connection) {told}" for wrong in _order(watched, shown)
        )
    for id in behind(subscriber, objects):
        watched, seen = objects[id], subscriber.seen.get(id, [])
        last = "it was deleted" if watched.gone else f"state {watched.last}"
        yield f"{name}: {watched.kind} {id}: its end was never shown ({last}), but {seen[-3:]} at last"


def repeated_after_resume(subscriber: Subscriber, id: str) -> Set[int]:
    """The places at which an object was shown as it had been shown last over an earlier connection."""
    seen, connections = subscriber.seen[id], subscriber.connections[id]
    return {
        place
        for place in range(1, len(seen))
        if seen[place] == seen[place - 1] and connections[place] > connections[place - 1]
    }


def without_repeats(subscriber: Subscriber, id: str) -> list[int]:
    """What an object was shown as, without the last state of one connection told once more over the next."""
    repeated = repeated_after_resume(subscriber, id)
    return [carried for place, carried in enumerate(subscriber.seen[id]) if place not in repeated]


def check_positions(subscriber: Subscriber, positions: Positions) -> Iterator[str]:
    """What is wrong with the order in which one subscriber was told."""
    numbers = [found.number for each in subscriber.positions if (found := positions.read(each)) is not None]
    if len(numbers) < len(subscriber.positions):
        yield f"subscriber {subscriber.number}: a position is of another log"
    for earlier, later in itertools.pairwise(numbers):
        if later <= earlier:
            yield f"subscriber {subscriber.number}: position {later} came after {earlier}"


def check_ledger(subscriber: Subscriber, wanted: Set[str], before: Set[str]) -> Iterator[str]:
    """What is wrong with what one subscriber saw of events that come once; it may lack those of `before`."""
    name = f"subscriber {subscriber.number}"
    for id in wanted - before - subscriber.seen.keys():
        yield f"{name}: ledger event {id} was never shown"
    for id, seen in subscriber.seen.items():
        if len(seen) > 1:
            yield f"{name}: ledger event {id} was shown {len(seen)} times"
        if id not in wanted:
            yield f"{name}: ledger event {id} is none of those that were asked for"


def _order(watched: Watched, seen: Sequence[int]) -> Iterator[str]:
    latest = -1
    for place, carried in enumerate(seen):
        if carried == GONE:
            if watched.kind == "customer" and place < len(seen) - 1:
                yield f"went on after it was deleted: {seen[place : place + 3]}"
            continue
        number = _number(watched, carried)
        if number is None:
            yield f"was shown as {carried}, which it never was"
        elif number < latest:
            yield f"went back from {latest} to {number}"
        elif number == latest:
            yield f"was shown twice at {number}"
        latest = latest if number is None else max(latest, number)


def _number(watched: Watched, carried: int | None) -> int | None:
    return GONE if carried == GONE else watched.numbers.get(carried)
