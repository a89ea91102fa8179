"""KeyedLoader: batching on aiodataloader, where a batch answers with a mapping and never by position."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from math import ceil
from typing import Any, ClassVar, Generic, TypeVar, cast

from aiodataloader import DataLoader

from gateway.graph.loading.context import Context
from gateway.graph.loading.in_flight import InFlight
from gateway.graph.loading.shared_task import observe, shared
from gateway.square.errors import CallsUsedUp, NotFound, SquareError, TooLate, UpstreamTimeout

K = TypeVar("K")
V = TypeVar("V")


class KeyedLoader(Generic[K, V]):
    """Loads values by key for one operation: each key once, as many keys a call as `batch_size` allows.

    A subclass says how in `fetch`. A key that the answer lacks is None; an error among the values
    is that key's alone; an error raised by `fetch` is every key's of that batch.
    """

    # How many keys one REST call takes (None: any number).
    batch_size: ClassVar[int | None] = None
    # Whether keys that come together take fewer calls, so that a batch waits for those that may still come.
    gathers: ClassVar[bool] = True
    # The REST operation that a batch costs.
    operation_name: ClassVar[str] = ""
    # How many different objects there can be, where that is few; how many waits one after the other a load takes;
    # the REST operations that are made once at most, however many keys are wanted at however many places.
    population: ClassVar[int | None] = None
    rounds: ClassVar[int] = 1
    once: ClassVar[frozenset[str]] = frozenset()
    # The REST operation of the calls that `further_calls` counts.
    further_name: ClassVar[str] = ""
    # The Strawberry type that stands for a key of which nothing but the id is asked.
    type: ClassVar[type | None] = None

    def __init__(self, context: Context) -> None:
        """Begin empty; the operation gives access to Square and to other loaders."""
        self.context = context
        self._loader: DataLoader[K, V | None] = DataLoader(self._load_batch, max_batch_size=self.batch_size)
        # What was begun stays known for the life of the operation, its failures included.
        self._begun: dict[K, asyncio.Future[V | None]] = {}
        # The keys of the batch that waits, and which of its calls answers for each once they are made.
        self._gathered: list[K] = []
        self._gathering: asyncio.Task[dict[K, asyncio.Task[Mapping[K, Any]]]] | None = None

    @classmethod
    def calls_for(cls, keys: int, parents: int) -> Mapping[str, int]:
        """The most REST calls that loading so many keys for so many parents makes, by operation."""
        return {cls.operation_name: ceil(keys / (cls.batch_size or 1))}

    @classmethod
    def further_calls(cls, keys: int, parents: int) -> int:
        """How many calls beyond `calls_for` all batches of one operation together may make for so many keys.

        Square gives many lists no bound, and any page may be short: this is how far they are followed. What goes
        beyond it is `CallsUsedUp`.
        """
        return 0

    @classmethod
    def objects_for(cls, keys: int) -> int:
        """How many objects are planned for so many keys: more than one each where a key stands for a list."""
        return keys

    async def fetch(self, keys: Sequence[K]) -> Mapping[K, V | SquareError | None]:
        """Ask Square for these distinct keys."""
        raise NotImplementedError

    def begin(self, key: K) -> asyncio.Future[V | None]:
        """Have a key loaded with the next batch. The future is shared: wait for it with `shared`, never cancel it."""
        future = self._begun.get(key)
        if future is None:
            future = self._begun[key] = self._loader.load(key)
            # Those that wanted it may be gone when it fails.
            future.add_done_callback(observe)
        return future

    async def load(self, key: K) -> V | None:
        """The value of a key, None when there is none. Raises the key's `SquareError`."""
        return await _settled(self.begin(key))

    async def load_many(self, keys: Iterable[K]) -> list[V]:
        """The values of those keys that have one, in the order of the keys."""
        futures = [self.begin(key) for key in keys]
        found: list[V] = []
        failure: Exception | None = None
        for future in futures:
            try:
                value = await _settled(future)
            except (SquareError, TimeoutError) as error:
                failure = failure or error
            else:
                if value is not None:
                    found.append(value)
        if failure is not None:
            raise failure
        return found

    def prime(self, key: K, value: V) -> None:
        """Keep a value that came with another answer, unless the key is known already."""
        self._loader.prime(key, value)

    def stub(self, key: K) -> V:
        """An object that knows only its id, for when nothing else is asked."""
        assert self.type is not None, f"{self.__class__.__name__} declares no type"
        instance: Any = object.__new__(self.type)
        instance.__dict__["id"] = key
        return cast(V, instance)

    async def _load_batch(self, keys: list[K]) -> list[V | None]:
        in_flight, kind = self.context.in_flight, type(self)
        try:
            if in_flight is None:
                found: Mapping[K, Any] = await self.fetch(keys)
            elif in_flight.waits(kind):
                found = await self._gather(keys, in_flight)
            else:
                with in_flight.calling(kind):
                    found = await self.fetch(keys)
        except asyncio.CancelledError as error:
            # aiodataloader would leave the waiters of a cancelled batch hanging.
            raise TimeoutError from error
        return [found.get(key) for key in keys]

    async def _gather(self, keys: list[K], in_flight: InFlight) -> dict[K, Any]:
        """Load keys with all others that come before the batch begins; what other calls take is not waited for."""
        self._gathered += keys
        if self._gathering is None:
            self._gathering = asyncio.create_task(self._fetch_gathered(in_flight))
        calls = await shared(self._gathering)
        found: dict[K, Any] = {}
        part: Mapping[K, Any]
        for call in {calls[key] for key in keys}:
            part = await shared(call)
            found.update(part)
        return found

    async def _fetch_gathered(self, in_flight: InFlight) -> dict[K, asyncio.Task[Mapping[K, Any]]]:
        try:
            await in_flight.turn(type(self))
        finally:
            keys, self._gathered, self._gathering = self._gathered, [], None
        calls: dict[K, asyncio.Task[Mapping[K, Any]]] = {}
        size = self.batch_size or len(keys)
        for start in range(0, len(keys), size):
            part = keys[start : start + size]
            calls.update(dict.fromkeys(part, asyncio.create_task(self._fetch_part(part, in_flight))))
        made = asyncio.gather(*calls.values(), return_exceptions=True)
        made.add_done_callback(lambda _: in_flight.end_turn(type(self)))
        return calls

    async def _fetch_part(self, keys: Sequence[K], in_flight: InFlight) -> Mapping[K, Any]:
        found: Mapping[K, Any]
        try:
            found = await self.fetch(keys)
        except Exception as error:
            found = dict.fromkeys(keys, error)
        if not in_flight.parted(type(self)):
            return found
        # What is planned was spent on the keys that came in time.
        late = TooLate(self.operation_name)
        return {key: late if isinstance(value, CallsUsedUp) else value for key, value in found.items()}


async def _settled(future: asyncio.Future[V]) -> V:
    return future.result() if future.done() and not future.cancelled() else await shared(future)


async def one_by_one(keys: Sequence[K], load: Callable[[K], Awaitable[V]]) -> dict[K, V | SquareError | None]:
    """Load keys that Square takes only one a call, side by side. An unknown key is None, a failed one its error."""

    async def attempt(key: K) -> V | SquareError | None:
        try:
            return await load(key)
        except NotFound:
            return None
        except SquareError as error:
            return error

    return dict(zip(keys, await asyncio.gather(*map(attempt, keys)), strict=True))


async def each_of(loader: KeyedLoader[K, V], keys: Sequence[K]) -> dict[K, V | SquareError | None]:
    """What a loader has for each key, in one batch: its value, None, or the error of that key."""

    async def attempt(key: K) -> V | SquareError | None:
        try:
            return await loader.load(key)
        except SquareError as error:
            return error
        except TimeoutError:
            return UpstreamTimeout(loader.operation_name)

    return dict(zip(keys, await asyncio.gather(*map(attempt, keys)), strict=True))
