"""What a resolver can reach while one GraphQL operation runs: the caller's Square and the loaders.

Made new for every operation, and for every event of a subscription. Knows no area.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import strawberry

from gateway.graph.waiting import shared
from gateway.square.client import TenantSquare
from gateway.square.endpoint import Call

if TYPE_CHECKING:
    from gateway.graph.loader import KeyedLoader

T = TypeVar("T")
L = TypeVar("L", bound="KeyedLoader[Any, Any]")


class Operation:
    """One running operation: its loaders live and die with it."""

    def __init__(self, square: TenantSquare, loaders: Mapping[str, type[KeyedLoader[Any, Any]]]) -> None:
        """`loaders` is the registry of all areas, by class name."""
        self.square = square
        self._registry = loaders
        self._loaders: dict[str, KeyedLoader[Any, Any]] = {}
        self._reads: dict[object, asyncio.Task[Any]] = {}

    def loader(self, kind: type[L]) -> L:
        """The operation's one loader of this class."""
        found = self._loaders.get(kind.__name__)
        if found is None:
            found = self._loaders[kind.__name__] = kind(self)
        return found  # type: ignore[return-value]

    def loader_named(self, name: str) -> KeyedLoader[Any, Any]:
        """The operation's loader with this class name: how a relation reaches another area."""
        return self._loaders.get(name) or self.loader(self._registry[name])

    async def read(self, call: Call[T]) -> T:
        """Answer a read, asking Square once however often this operation wants it."""
        task = self._reads.get(call.key)
        if task is None:
            task = self._reads[call.key] = asyncio.create_task(self.square.send(call))
        return await shared(task)

    async def write(self, call: Call[T]) -> T:
        """Send a write. Whatever was read before is forgotten, so that later fields see the write."""
        try:
            return await shared(asyncio.create_task(self.square.send(call)))
        finally:
            self.forget()

    def forget(self) -> None:
        """Drop everything read so far."""
        self._reads.clear()
        self._loaders.clear()


Info = strawberry.Info[Operation, None]
