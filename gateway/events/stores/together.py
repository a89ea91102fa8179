"""Appends that come together are written together: one wait for the disk serves all of them. Knows no store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, field

from gateway.events.event import Event

# Events of one write, unless a single append has more.
MAX_TOGETHER = 500
# Seconds from one write to the next: those that come meanwhile are one. An event that comes alone does not wait.
BETWEEN_WRITES = 0.005

Positions = list[int | None]


@dataclass(slots=True, eq=False)
class _Append:
    """One call of `append`."""

    events: Sequence[Event]
    done: asyncio.Future[Positions] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Together:
    """Writes appends in the order in which they came."""

    def __init__(self, write: Callable[[Sequence[Event]], Awaitable[Positions]]) -> None:
        """`write` is called with the events of several appends, and not again before it has returned."""
        self._write = write
        self._appends: list[_Append] = []
        self._writing: asyncio.Task[None] | None = None
        self._next_write = 0.0

    async def append(self, events: Sequence[Event]) -> Positions:
        """The positions of these events once they are written; raises what `write` raises.

        A caller that stops waiting before its events are being written takes them back.
        """
        given = _Append(events)
        self._appends.append(given)
        if self._writing is None:
            # In a context of its own: it works for others too.
            self._writing = asyncio.create_task(self._write_all(), context=Context())
        try:
            return await given.done
        finally:
            if given.done.cancelled() and given in self._appends:
                self._appends.remove(given)

    async def close(self) -> None:
        """Return once everything is written that was given."""
        if self._writing is not None:
            await self._writing

    async def _write_all(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._appends:
                if (wait := self._next_write - loop.time()) > 0:
                    await asyncio.sleep(wait)
                self._next_write = loop.time() + BETWEEN_WRITES
                await self._write_some(self._taken())
        finally:
            self._writing = None

    def _taken(self) -> list[_Append]:
        size, number = 0, 0
        while number < len(self._appends) and (number == 0 or size < MAX_TOGETHER):
            size += len(self._appends[number].events)
            number += 1
        taken, self._appends = self._appends[:number], self._appends[number:]
        return taken

    async def _write_some(self, taken: Sequence[_Append]) -> None:
        if not taken:
            return
        try:
            positions = await self._write([event for each in taken for event in each.events])
        except Exception as error:  # whatever it is, those who appended are told
            for each in taken:
                if not each.done.done():
                    each.done.set_exception(error)
            return
        start = 0
        for each in taken:
            end = start + len(each.events)
            if not each.done.done():
                each.done.set_result(positions[start:end])
            start = end
