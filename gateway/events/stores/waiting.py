"""Those who wait for the events of a seller, and those who are told of new ones before them. Keeps no events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from gateway.events.event import Event
from gateway.events.log import OnStored


class Waiting:
    """Who is told when events were appended."""

    def __init__(self) -> None:
        self._listeners: list[OnStored] = []
        self._missed: list[Callable[[], None]] = []
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}

    def __bool__(self) -> bool:
        """Whether anybody waits."""
        return bool(self._waiting)

    def listen(self, listener: OnStored) -> None:
        """Tell this listener first, from now on."""
        self._listeners.append(listener)

    def listen_missed(self, listener: Callable[[], None]) -> None:
        """Call this when listeners may not have been told of everything."""
        self._missed.append(listener)

    def missed(self) -> None:
        """There may be events that nobody was told of: say so, and wake all who wait."""
        for listener in self._missed:
            listener()
        self.wake()

    def stored(self, events: Sequence[Event]) -> None:
        """Tell the listeners of new events, then wake those who wait for them."""
        if not events:
            return
        for listener in self._listeners:
            listener(events)
        self.wake({event.merchant for event in events})

    def wake(self, merchants: Iterable[str] | None = None) -> None:
        """Wake those who wait for one of these sellers; everybody by default."""
        for merchant in list(self._waiting) if merchants is None else merchants:
            for woken in self._waiting.get(merchant, ()):
                if not woken.done():
                    woken.set_result(None)

    @contextmanager
    def one(self, merchant: str) -> Iterator[asyncio.Future[None]]:
        """What is done as soon as there may be new events of a seller, from the beginning of the block on."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.setdefault(merchant, set())
        waiting.add(woken)
        try:
            yield woken
        finally:
            waiting.discard(woken)
            if not waiting and self._waiting.get(merchant) is waiting:
                del self._waiting[merchant]
