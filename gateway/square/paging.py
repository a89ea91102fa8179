"""Following Square's cursors to the end, without trusting that there is one. Sends nothing itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from gateway.square.endpoint import Page
from gateway.square.errors import BadResponse

T = TypeVar("T")

# How many pages one walk follows at most.
MAX_PAGES = 10


async def pages(
    operation: str, read: Callable[[str | None], Awaitable[Page[T]]], *, whole: bool = True
) -> AsyncIterator[Page[T]]:
    """The pages of one query, the first for None; `read` asks for the page at a cursor.

    Ten pages at most. With `whole` everything must have been seen: `BadResponse` is raised when the
    tenth still has a cursor. Without it the walk just ends there, and what was not found has to be
    asked for in another way. A cursor that comes a second time always raises `BadResponse`.

    Ten full pages are more than there can be to see: 2000 loyalty accounts of thirty customers,
    1000 definitions of a seller (Square allows each application a hundred), 1000 attributes of a
    customer, 500 groups or segments. Of all but the accounts there may still be more, in theory:
    their loaders go without `whole` and retrieve what is left one by one.
    """
    cursor: str | None = None
    visited: set[str] = set()
    for _ in range(MAX_PAGES):
        page = await read(cursor)
        yield page
        cursor = page.cursor
        if cursor is None:
            return
        if cursor in visited:
            raise BadResponse(operation)
        visited.add(cursor)
    if whole:
        raise BadResponse(operation)
