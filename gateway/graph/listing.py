"""Keys of small sets: listing them is cheaper than retrieving them one by one.

A first key that comes alone is retrieved. For two or more, and for all that come later, pages of
the list are read until at most one key is left or the list ends: what a complete list lacks does
not exist, so that unknown keys cost no further calls. A list that goes on after ten pages is left
there, and the keys that it has not shown are retrieved after all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, TypeVar

from gateway.graph.loader import KeyedLoader, one_by_one
from gateway.square.endpoint import Call, Page
from gateway.square.errors import BadResponse, SquareError
from gateway.square.paging import pages

V = TypeVar("V")

# How many keys are retrieved at most when the list was too long to find them.
MAX_LEFT = 100


class ListedLoader(KeyedLoader[str, V]):
    """A loader that lists as soon as more than one key is wanted."""

    list_name: ClassVar[str] = ""
    population: ClassVar[int | None] = 50
    _asked_before = False

    @classmethod
    def calls_for(cls, keys: int, parents: int) -> Mapping[str, int]:
        """One retrieve for one key; for more, the list, which is taken to fit one page."""
        return {cls.operation_name: 1} if keys == 1 else {cls.list_name: 1}

    def list_call(self, cursor: str | None) -> Call[Page[V]]:
        """The call for one full page of the list."""
        raise NotImplementedError

    def retrieve_call(self, key: str) -> Call[V]:
        """The call for one object."""
        raise NotImplementedError

    def key_of(self, value: V) -> str:
        """The key under which a listed object is wanted."""
        return value.id  # type: ignore[attr-defined,no-any-return]

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, V | SquareError | None]:
        """List, or retrieve the one key that is wanted or left. What ten pages lack is retrieved key by key."""
        listing = len(keys) > 1 or self._asked_before
        self._asked_before = True
        found: dict[str, V | SquareError | None] = {}
        missing = list(keys)
        if listing:
            async for page in pages(self.list_name, self._page, whole=False):
                found.update((self.key_of(value), value) for value in page.items)
                missing = [key for key in keys if key not in found]
                if page.cursor is None:
                    return found
                if len(missing) <= 1:
                    break
        found.update(await one_by_one(missing[:MAX_LEFT], lambda key: self.operation.read(self.retrieve_call(key))))
        found.update((key, BadResponse(self.list_name)) for key in missing[MAX_LEFT:])
        return found

    async def _page(self, cursor: str | None) -> Page[V]:
        return await self.operation.read(self.list_call(cursor))
