"""Following Square's cursors to the end, without trusting that there is one. Sends nothing itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from gateway.square.endpoint import Page
from gateway.square.errors import BadResponse

T = TypeVar("T")


async def pages(operation: str, read: Callable[[str | None], Awaitable[Page[T]]]) -> AsyncIterator[Page[T]]:
    """The pages of one query, the first for None; `read` asks for the page at a cursor.

    How many pages there may be is for `read` to say. A cursor that comes a second time raises `BadResponse`.
    """
    cursor: str | None = None
    visited: set[str] = set()
    while True:
        page = await read(cursor)
        yield page
        cursor = page.cursor
        if cursor is None:
            return
        if cursor in visited:
            raise BadResponse(operation)
        visited.add(cursor)
