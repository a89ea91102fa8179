"""Writes under way: each is carried out to its end, whether or not its caller still waits for it.

Square would carry out a write whose caller hung up; dropping the connection would only lose the answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from gateway.square.errors import Ambiguous, SquareError

T = TypeVar("T")
log = logging.getLogger(__name__)


class Writes:
    """Keeps the tasks of all writes until they are done, and writes down the ends nobody saw."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    async def carry_out(self, operation: str, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, which goes on when the caller is cancelled."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                raise Ambiguous(operation) from None
            if not task.done():
                task.add_done_callback(lambda done: _report(operation, done))
            raise

    async def finished(self) -> None:
        """Wait for all of them; each ends with its own deadline."""
        while self._tasks:
            await asyncio.wait(self._tasks)


def _report(operation: str, task: asyncio.Task[Any]) -> None:
    if task.cancelled():
        log.error("%s was stopped after its caller had left; Square may have carried it out", operation)
        return
    error = task.exception()
    if error is None:
        log.info("%s was carried out after its caller had left", operation)
    else:
        # Only a SquareError is known to hold no address and no data.
        reason = str(error) if isinstance(error, SquareError) else type(error).__name__
        log.warning("%s failed after its caller had left: %s", operation, reason)
