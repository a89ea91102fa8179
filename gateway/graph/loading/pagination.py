"""The only pagination: forward connections over Square's cursors.

As many pages are asked for as full ones would be needed. When they are short, fewer items are given and there is a
next page: a short page is never taken for the end, and extra items of a long one are kept for the next cursor.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Any, Generic, Self, TypeVar

import strawberry
from strawberry.federation.schema_directives import Shareable

from gateway.graph.errors import BadInput, refused_as_input
from gateway.graph.loading.context import Info
from gateway.graph.loading.in_flight import source_of
from gateway.graph.loading.places import Places
from gateway.graph.schema.cursor import CursorKey, Position
from gateway.graph.selection.resolver import selects
from gateway.graph.square_messages import Renames
from gateway.square.endpoint import Call, Page
from gateway.square.errors import BadResponse, Rejected

T = TypeVar("T")

MAX_PAGES = 10
# Where a connection shows cursors (GraphQL names).
_CURSORS = (("edges", "cursor"), ("pageInfo", "endCursor"), ("pageInfo", "startCursor"))
_ARGUMENTS = {"limit": ["first"], "cursor": ["after"]}

Fetch = Callable[[str | None, int], Awaitable[Page[T]]]


First = Annotated[
    int | None,
    strawberry.argument(
        description="How many items to return at most: at least 1, at most ten of Square's pages. One page by default, "
        "or when null."
    ),
]
After = Annotated[
    str | None,
    strawberry.argument(
        description="A cursor of this list: items after it are returned. From the start when absent or empty."
    ),
]


@strawberry.type(description="Where a page of a connection begins and ends.", directives=[Shareable()])
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there are items after this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether items came before this page: true when `after` was given."
    )
    start_cursor: str | None = strawberry.field(description="The cursor of the first item of this page.")
    end_cursor: str | None = strawberry.field(
        description="The cursor of the last item of this page: pass it as `after` to continue."
    )


@strawberry.type(description="One item of a connection with the cursor to continue after it.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Pass this as `after` to continue after this item.")
    node: T = strawberry.field(description="The item.")


@strawberry.type(description="One page of a list. Ask for `first` items, and for more with `after`.")
class Connection(Generic[T]):
    nodes: list[T] = strawberry.field(description="The items of this page.")
    window: strawberry.Private[Any] = None

    @strawberry.field(description="The items of this page, each with its cursor.")
    def edges(self) -> list[Edge[T]]:
        return [Edge(cursor=self.window.cursor(index), node=node) for index, node in enumerate(self.nodes)]

    @strawberry.field(description="Where this page begins and ends.")
    def page_info(self) -> PageInfo:
        return PageInfo(
            has_next_page=self.window.more,
            has_previous_page=self.window.after,
            start_cursor=self.window.cursor(0) if self.nodes else None,
            end_cursor=self.window.end_cursor,
        )

    @classmethod
    async def read(
        cls,
        info: Info,
        call: Callable[[str | None, int], Call[Page[T]]],
        *,
        first: int | None,
        after: str | None,
        page_size: int,
        bound: Sequence[Any],
        renames: Renames | None = None,
        shown: Callable[[Page[T]], Page[T]] | None = None,
    ) -> Self:
        """The connection of `first` items behind `after`, read by the calls for single pages; see `window`.

        `call` makes the call for the page at Square's cursor (None: the first) with a limit of at most `page_size`.
        `bound` is whatever selects or orders the items. `renames` leads from Square's field names to the arguments
        that filled them. `shown` sees every page, and may leave items out. Raises `BadInput` for a bad argument.
        """

        async def fetch(cursor: str | None, limit: int) -> Page[T]:
            with refused_as_input(renames or {}):
                page = await info.context.read(call(cursor, limit))
            return page if shown is None else shown(page)

        return cls.of(await window(info, fetch, first=first, after=after, page_size=page_size, bound=bound))

    @classmethod
    def of(cls, window: "Window[T]") -> Self:
        """The connection that shows a window."""
        return cls(nodes=window.items, window=window)


@dataclass(slots=True)
class Window(Generic[T]):
    """The items of one answer, and what is needed to write their cursors."""

    shown: Places
    key: CursorKey
    more: bool
    after: bool
    count: int | None
    # Where the next page begins, when everything of the pages read was shown or left out as a repetition.
    rest: Position | None = None

    @property
    def items(self) -> list[T]:
        """The items."""
        return self.shown.items

    def cursor(self, index: int) -> str:
        """The cursor to go on behind the item at `index`."""
        return self.key.write(self.shown.position(index))

    @property
    def end_cursor(self) -> str | None:
        """The cursor to go on behind everything that was read."""
        place = self.rest or (self.shown.position(len(self.items) - 1) if self.items else None)
        return self.key.write(place) if place else None


def refused_first(first: int, page_size: int) -> BadInput | None:
    """Why no list can be read this far, None if it can."""
    if 1 <= first <= MAX_PAGES * page_size:
        return None
    return BadInput(f"`first` must be between 1 and {MAX_PAGES * page_size}.", "first")


def refused_status(status: object, *path: str) -> BadInput | None:
    """Why no list is of this status alone; `path` leads to the argument."""
    if status != "UNKNOWN":
        return None
    return BadInput("UNKNOWN is not a status that Square can look for.", *path)


def status_rule(given: Mapping[str, Any]) -> BadInput | None:
    """The rule of a field with the argument `status`."""
    return refused_status(given.get("status"), "status")


async def window(
    info: Info,
    fetch: Fetch[T],
    *,
    first: int | None,
    after: str | None,
    page_size: int,
    bound: Sequence[Any],
) -> Window[T]:
    """Collect `first` items behind `after`: one page when it is None, and from the start without an `after`.

    `fetch` takes Square's cursor (None for the first page) and a limit of at most `page_size`;
    `bound` is whatever selects or orders the items. No more pages are read than the plan counts: where pages are
    short, or items left out, fewer than `first` may be there, and more behind them.
    Raises `BadInput` for a bad argument.
    """
    first = page_size if first is None else first
    if refused := refused_first(first, page_size):
        raise refused
    key = CursorKey(info.context.square, bound)
    # Whatever this takes is waited for: what belongs to the items is asked for when it is over.
    with info.context.calling(source_of(info.path.typename, info.path.key)):
        # What clients send for none: nothing, null, or the empty text that they keep before they have read a page.
        place = await key.read(after) if after else None
        found = await _collect(fetch, first, place, page_size, key)
        if not key.identified and any(selects(info, *path) for path in _CURSORS):
            await key.identify()
    return found


async def _collect(fetch: Fetch[T], first: int, place: Position | None, page_size: int, key: CursorKey) -> Window[T]:
    behind = place is not None
    place = place or Position()
    shown = Places()
    visited = {place.cursor}
    count: int | None = None
    cursor, skip = place.cursor, place.skip
    limit = place.limit if skip else min(first, page_size)
    for _ in range(ceil(first / page_size) + behind):
        try:
            with refused_as_input(_ARGUMENTS):
                page = await fetch(cursor, limit)
        except Rejected as error:
            if error.code != "INVALID_CURSOR" or cursor is None:
                raise
            raise BadInput("This cursor can no longer be used. Start again without one.", "after") from error
        # An empty last page says 0, which is the total only where nothing came before it.
        if count is None and (page.count or not (place.cursor or shown.items)):
            count = page.count
        if shown.take(page, cursor, limit, skip, first):
            return Window(shown, key, True, behind, count)
        if page.cursor is None or len(shown.items) == first:
            rest = Position(page.cursor, 0, 0) if page.cursor is not None else None
            return Window(shown, key, page.cursor is not None, behind, count, rest)
        if page.cursor in visited:
            raise BadResponse("pagination")
        visited.add(page.cursor)
        # A page that is shorter than it was leaves some to be skipped on the next.
        cursor, skip, limit = page.cursor, max(0, skip - len(page.items)), min(first, page_size)
    return Window(shown, key, True, behind, count, Position(cursor, 0, 0))
