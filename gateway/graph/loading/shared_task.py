"""Waiting for work that several fields share, so that one field's end is not the others'. No I/O."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

T = TypeVar("T")


async def shared(work: asyncio.Future[T]) -> T:
    """The result of `work`, which goes on for its other waiters when this waiter is cancelled.

    Should the work itself be cancelled, its waiters get a TimeoutError: a CancelledError would
    look like their own cancellation and end the whole response.
    """
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        if work.cancelled():
            raise TimeoutError from None
        if work.done():
            work.exception()
        else:
            work.add_done_callback(observe)
        raise


def observe(work: asyncio.Future[Any]) -> None:
    """See how work ended: a failure that nobody waits for any longer is not an unhandled one."""
    if not work.cancelled():
        work.exception()
