"""Where the items of one answer are on Square's pages: worked out for those of which the cursor is asked. No I/O."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from gateway.graph.schema.cursor import Position
from gateway.square.endpoint import Page

_ID = attrgetter("id")


class _Shown(NamedTuple):
    """What is shown of one page: its cursor and limit, the next cursor, its size, and the items' places on it."""

    cursor: str | None
    limit: int
    next: str | None
    size: int
    places: Sequence[int]


class Places:
    """The items of an answer, in order, and where each of them is."""

    def __init__(self) -> None:
        """Nothing is shown yet."""
        self.items: list[Any] = []
        self._pages: list[_Shown] = []
        # The number of the first item of each of these.
        self._starts: list[int] = []
        self._seen: set[Any] = set()

    def take(self, page: Page[Any], cursor: str | None, limit: int, skip: int, first: int) -> bool:
        """Show the items of a page from `skip` on that were not shown before, up to `first` in all.

        Gives whether there were more of them. The page was asked for at Square's `cursor` with this `limit`.
        """
        size, start = len(page.items), len(self.items)
        identities = _identities(page.items[skip:] if skip else page.items)
        different = set(identities)
        more = False
        places: Sequence[int]
        if (
            len(different) == len(identities) <= first - start
            and None not in different
            and (not self._seen or self._seen.isdisjoint(different))
        ):
            self.items += page.items[skip:] if skip else page.items
            self._seen |= different
            places = range(skip, size)
        else:
            places, more = self._one_by_one(page.items, identities, skip, first)
        if places:
            self._pages.append(_Shown(cursor, limit, page.cursor, size, places))
            self._starts.append(start)
        return more

    def _one_by_one(self, items: list[Any], identities: list[Any], skip: int, first: int) -> tuple[list[int], bool]:
        places: list[int] = []
        for place, identity in enumerate(identities, skip):
            if len(self.items) == first:
                return places, True
            if identity is not None:
                if identity in self._seen:
                    continue
                self._seen.add(identity)
            self.items.append(items[place])
            places.append(place)
        return places, False

    def position(self, index: int) -> Position:
        """Where to go on behind the item with this number."""
        which = bisect_right(self._starts, index) - 1
        shown = self._pages[which]
        place = shown.places[index - self._starts[which]]
        if place == shown.size - 1 and shown.next is not None:
            return Position(shown.next, 0, 0)
        return Position(shown.cursor, shown.limit, place + 1)


def _identities(items: list[Any]) -> list[Any]:
    """What tells each item from the others: its id or its key, None for one that has neither."""
    try:
        found = list(map(_ID, items))
    except AttributeError:
        found = [None] * len(items)
    if all(found):
        return found
    return [getattr(item, "id", None) or getattr(item, "key", None) for item in items]
