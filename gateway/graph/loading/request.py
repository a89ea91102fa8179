"""What one field wants of a loader: some keys, waited for together. No I/O."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Request(Generic[K]):
    """Keys that are wanted at the same time. `answered` is done when all of them are known to the loader.

    It is `loose` when nobody knows at what time the one who waits will ask for what follows from the answer. Keys that
    take several calls become known in parts: who is among the `listeners` is told of each part but the last.
    """

    __slots__ = ("_left", "answered", "keys", "listeners", "loose")

    def __init__(self, keys: list[K]) -> None:
        """`keys` are different ones. Needs a running event loop."""
        self.keys = keys
        self.loose = False
        self.listeners: list[Callable[[], None]] = []
        self.answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._left = len(keys)

    def count_down(self) -> None:
        """One more of the keys is known."""
        self._left -= 1
        if not self._left and not self.answered.done():
            self.answered.set_result(None)

    def tell(self) -> None:
        """A call has made some of the keys known."""
        if self._left:
            for each in self.listeners:
                each()
