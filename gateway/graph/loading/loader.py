"""KeyedLoader: batching on aiodataloader, where a batch answers with a mapping and never by position.

What is loaded is wanted for many objects at a time: all of their keys come in one request, and are waited for together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from math import ceil
from typing import Any, ClassVar, Generic, TypeVar, cast

from aiodataloader import DataLoader

from gateway.graph.loading.context import Context
from gateway.graph.loading.deferred import Deferred
from gateway.graph.loading.in_flight import InFlight
from gateway.graph.loading.request import Request
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
        self._requests: DataLoader[Request[K], None] | None = None
        # What was loaded stays known for the life of the operation, failures included.
        self.known: dict[K, V | Exception | None] = {}
        self._under_way: dict[K, Request[K]] = {}
        # The keys of the batch that waits for its turn.
        self._gathered: list[K] = []
        self._gathering: asyncio.Task[None] | None = None

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

    def want(self, keys: Iterable[K]) -> list[Request[K]]:
        """Have keys loaded with the next batch; gives what is still to be waited for until all of them are `known`."""
        missing: dict[K, None] = {}
        waiting: dict[Request[K], None] = {}
        for key in keys:
            if key in self.known:
                continue
            request = self._under_way.get(key)
            if request is None:
                missing[key] = None
            else:
                waiting[request] = None
        if missing:
            waiting[self._ask(list(missing))] = None
        return list(waiting)

    def end(self) -> None:
        """Nothing more is wanted: let go of what refers back to the loader."""
        self._requests = None

    def _ask(self, keys: list[K]) -> Request[K]:
        request = Request(keys)
        self._under_way.update(dict.fromkeys(keys, request))
        if self._requests is None:
            # Many loaders are only told of what others have read.
            self._requests = DataLoader(self._load_batch, cache=False)
        # The future of aiodataloader tells when the whole batch is over; a request may be answered before.
        self._requests.load(request).add_done_callback(observe)
        if (in_flight := self.context.in_flight) is not None:
            in_flight.asked(type(self))
        return request

    def later(self, key: K) -> V | None:
        """What a resolver gives for the value of a key, which is loaded with all others of its level."""
        deferred: Any = Deferred(self, key)
        return cast(V, deferred)

    async def load(self, key: K) -> V | None:
        """The value of a key, None when there is none. Raises the key's `SquareError`."""
        return await self.answer(self.want((key,)), key)

    async def answer(self, requests: Iterable[Request[K]], key: K) -> V | None:
        """The value of a key, as soon as these are answered. Raises the key's `SquareError`."""
        for request in requests:
            # Nobody knows when the one who waits here will have asked for what follows.
            request.loose = True
            await shared(request.answered)
        return self.value(key)

    def value(self, key: K) -> V | None:
        """The value of a key that is known. Raises the key's `SquareError`."""
        found = self.known.get(key)
        if isinstance(found, Exception):
            raise found.with_traceback(None)
        return found

    def prime(self, key: K, value: V) -> None:
        """Keep a value that came with another answer, unless the key is known already."""
        if key not in self._under_way:
            self.known.setdefault(key, value)

    def stub(self, key: K) -> V:
        """An object that knows only its id, for when nothing else is asked."""
        assert self.type is not None, f"{self.__class__.__name__} declares no type"
        instance: Any = object.__new__(self.type)
        instance.__dict__["id"] = key
        return cast(V, instance)

    async def _load_batch(self, requests: list[Request[K]]) -> list[None]:
        in_flight = self.context.in_flight
        keys = [key for request in requests for key in request.keys]
        if in_flight is None:
            await self._fetch_all(keys)
        elif in_flight.begins(type(self), len(requests), behind=self._gathering is not None):
            await self._fetch_in_flight(keys, in_flight)
        else:
            await self._gather(keys, in_flight)
        return [None] * len(requests)

    async def _fetch_in_flight(self, keys: Sequence[K], in_flight: InFlight) -> None:
        loose = any(self._under_way[key].loose for key in keys)
        try:
            await self._fetch_all(keys)
        finally:
            in_flight.ended(type(self), loose=loose)

    async def _fetch_all(self, keys: Sequence[K]) -> None:
        """Load keys, as many a call as there can be."""
        size = self.batch_size or len(keys)
        if len(keys) <= size:
            self._settle(keys, await self._fetch_part(keys))
            return
        await asyncio.gather(*self._parts(keys, size))

    def _parts(self, keys: Sequence[K], size: int) -> list[asyncio.Task[None]]:
        async def load(part: Sequence[K]) -> None:
            requests = {self._under_way[key] for key in part}
            self._settle(part, await self._fetch_part(part))
            for request in requests:
                request.tell()

        return [asyncio.create_task(load(keys[start : start + size])) for start in range(0, len(keys), size)]

    async def _fetch_part(self, keys: Sequence[K]) -> Mapping[K, Any]:
        found: Mapping[K, Any]
        if (batched := self.context.batched) is not None and self.operation_name:
            batched(self.operation_name, len(keys))
        try:
            found = await self.fetch(keys)
        except asyncio.CancelledError:
            # Who waits would be left hanging.
            return dict.fromkeys(keys, TimeoutError())
        except Exception as error:  # whatever it is, it is every key's
            found = dict.fromkeys(keys, error)
        in_flight = self.context.in_flight
        if in_flight is None:
            return found
        # Those who wait for one part go on before the batch has ended.
        in_flight.answers()
        if not in_flight.parted(type(self)):
            return found
        # What is planned was spent on the keys that came in time.
        late = TooLate(self.operation_name)
        return {key: late if isinstance(value, CallsUsedUp) else value for key, value in found.items()}

    def _settle(self, keys: Sequence[K], found: Mapping[K, Any]) -> None:
        for key in keys:
            self.known[key] = found.get(key)
            self._under_way.pop(key).count_down()

    async def _gather(self, keys: list[K], in_flight: InFlight) -> None:
        """Load keys with all others that come before the batch begins."""
        self._gathered += keys
        if self._gathering is None:
            self._gathering = asyncio.create_task(self._fetch_gathered(in_flight))
        await shared(self._gathering)

    async def _fetch_gathered(self, in_flight: InFlight) -> None:
        try:
            await in_flight.turn(type(self))
        except (TimeoutError, asyncio.CancelledError):
            self._settle(self._gathered, dict.fromkeys(self._gathered, TimeoutError()))
            return
        finally:
            keys, self._gathered, self._gathering = self._gathered, [], None
        await self._fetch_in_flight(keys, in_flight)


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
