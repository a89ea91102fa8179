"""Which of the processes that share a log does what one of them should: the first, until it ends or is not heard of.

The others pass on to it what they notice. A log that cannot be used changes nothing: who held it goes on. Two may hold
it for a moment, when one was held up for long; what they do must bear that.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress

from gateway.events.log import EventLog, NotStored

# Seconds for which it is taken, and after which it is taken again.
HELD, AGAIN = 30.0, 10.0


class Lease:
    """One task, as one process sees it."""

    def __init__(self, log: EventLog, task: str, hint: asyncio.Event) -> None:
        """`hint` is set where there is something to do. Another process that holds the task sets its own then."""
        self._log = log
        self._task = task
        self._note = f"noticed for {task}"
        self._holder = secrets.token_hex(8)
        self._hint = hint
        self._noticed: str | None = None
        # Set while it is held here.
        self.held = asyncio.Event()

    async def keep(self) -> None:
        """Take and keep it until cancelled, and let go of it then."""
        try:
            while True:
                with suppress(NotStored):
                    await self._once()
                await asyncio.sleep(AGAIN)
        finally:
            with suppress(NotStored):
                await self._log.hold(self._task, self._holder, 0)

    async def _once(self) -> None:
        if await self._log.hold(self._task, self._holder, HELD):
            noticed = await self._log.note(self._note)
            if self.held.is_set() and noticed != self._noticed:
                self._hint.set()
            self._noticed = noticed
            self.held.set()
            return
        self.held.clear()
        if self._hint.is_set():
            await self._log.set_note(self._note, secrets.token_hex(8))
            self._hint.clear()
