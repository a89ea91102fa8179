"""Keys of small sets: listing them is cheaper than retrieving them one by one.

What a remembered list has is known without asking. Otherwise a first key that comes alone is retrieved. For two or
more, and for all that come later, the list is read page by page until the keys are found, or retrieving those that are
left is cheaper. What a complete list lacks may have been made just now, as lists lag: it is retrieved before it is said
not to exist.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import ClassVar, Generic, TypeVar

from gateway.graph.loading.context import Context
from gateway.graph.loading.loader import KeyedLoader, one_by_one
from gateway.graph.loading.request import Request
from gateway.graph.loading.warning import Warned
from gateway.square.endpoint import Call, Page
from gateway.square.errors import BadResponse, CallsUsedUp, SquareError

V = TypeVar("V")

# How many calls one operation makes at most for what the first page of a list lacks: enough for a list of 800.
MAX_FURTHER = 15


class Listing(Generic[V]):
    """A list that is read only as far as keys of it are wanted, and no page of it twice."""

    def __init__(self, name: str, key_of: Callable[[V], str]) -> None:
        """`name` is the REST operation's."""
        self.name = name
        self.found: dict[str, V] = {}
        self.complete = False
        # The further calls that were made so far: pages behind the first, and retrievals.
        self.used = 0
        self._key_of = key_of
        self._pages = 0
        self._cursor: str | None = None
        self._visited: set[str | None] = {None}
        self._lock = asyncio.Lock()

    async def find(
        self, keys: Collection[str], allowed: int, read: Callable[[str | None], Awaitable[Page[V]]]
    ) -> list[str]:
        """Read on as long as that is worth it for these keys; gives those that have not been found.

        `read` asks for the page at a cursor, None for the first. `allowed` is how many further calls there may be in
        all. If the list is not complete afterwards, as many of the missing keys can be retrieved as are left of that.
        """
        async with self._lock:
            while (missing := [key for key in keys if key not in self.found]) and not self.complete:
                if self._pages:
                    left = allowed - self.used
                    worth = len(missing) > self._pages and len(missing) != left
                    if left <= 0 or (len(missing) <= left and not worth):
                        break
                    self.used += 1
                try:
                    self.take(await read(self._cursor))
                except CallsUsedUp:
                    # What was found so far is there all the same.
                    break
            return missing

    def take(self, page: Page[V]) -> None:
        """Go on with the next page. Raises `BadResponse` for one that leads back to another."""
        self._pages += 1
        self.found.update((self._key_of(value), value) for value in page.items)
        self._cursor = page.cursor
        self.complete = page.cursor is None
        if not self.complete:
            if page.cursor in self._visited:
                raise BadResponse(self.name)
            self._visited.add(page.cursor)

    async def retrieve(
        self, keys: Sequence[str], allowed: int, retrieve: Callable[[str], Awaitable[V]]
    ) -> dict[str, V | SquareError | None]:
        """Retrieve keys that the list has not shown, as many as are allowed; the others are `CallsUsedUp`."""
        left = max(0, allowed - self.used)
        self.used += min(left, len(keys))
        found = await one_by_one(keys[:left], retrieve)
        return {**found, **{key: CallsUsedUp(self.name) for key in keys[left:]}}


class ListedLoader(KeyedLoader[str, V]):
    """A loader that lists as soon as more than one key is wanted."""

    list_name: ClassVar[str] = ""
    population: ClassVar[int | None] = 50

    def __init__(self, context: Context) -> None:
        """Begin with nothing listed."""
        super().__init__(context)
        self._listing = Listing(self.list_name, self.key_of)
        self._asked: set[str] = set()
        self._looked = False

    def __init_subclass__(cls) -> None:
        """What is read beyond the first page is counted for the list."""
        super().__init_subclass__()
        cls.further_name = cls.list_name

    @classmethod
    def calls_for(cls, keys: int, parents: int) -> Mapping[str, int]:
        """One retrieve for one key; for more, one page of the list."""
        return {cls.operation_name: 1} if keys == 1 else {cls.list_name: 1}

    @classmethod
    def further_calls(cls, keys: int, parents: int) -> int:
        """No more than retrieving the keys would take."""
        return min(keys, MAX_FURTHER) if keys > 1 else 0

    def list_call(self, cursor: str | None) -> Call[Page[V]]:
        """The call for one full page of the list."""
        raise NotImplementedError

    def retrieve_call(self, key: str) -> Call[V]:
        """The call for one object."""
        raise NotImplementedError

    @staticmethod
    def key_of(value: V) -> str:
        """The key under which a listed object is wanted."""
        return value.id  # type: ignore[attr-defined,no-any-return]

    def want(self, keys: Iterable[str]) -> list[Request[str]]:
        """Have keys loaded, unless a list has them that is remembered."""
        wanted = list(keys)
        remembered = self._remembered()
        for key in wanted:
            if key in remembered:
                self.prime(key, remembered[key])
        return super().want(wanted)

    def _remembered(self) -> Mapping[str, V]:
        """What is known of the list, from other operations at first."""
        if not self._looked:
            self._looked = True
            page = self.context.recall(self.list_call(None))
            if page is not None:
                self._listing.take(page)
        return self._listing.found

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, V | SquareError | None]:
        """List, or retrieve the one key that is wanted at first."""
        listed = self._remembered()
        if all(key in listed for key in keys):
            return listed
        alone = not self._asked and len(keys) == 1
        self._asked.update(keys)
        if alone:
            return await one_by_one(keys, self._retrieve)
        allowed = self.further_calls(len(self._asked), 1)
        missing = await self._listing.find(keys, allowed, self._page)
        if self._listing.complete:
            confirmed = missing[: max(0, allowed - self._listing.used)]
            self.context.warnings.add(Warned.ABSENCE_NOT_CONFIRMED, len(missing) - len(confirmed))
            missing = confirmed
        retrieved = await self._listing.retrieve(missing, allowed, self._retrieve)
        return {key: retrieved.get(key, self._listing.found.get(key)) for key in keys}

    async def _page(self, cursor: str | None) -> Page[V]:
        return await self.context.read(self.list_call(cursor))

    async def _retrieve(self, key: str) -> V:
        return await self.context.read(self.retrieve_call(key))
