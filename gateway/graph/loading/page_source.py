"""Lists that belong to an object and come in pages: which source, which key. One resolver serves them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

import strawberry
from strawberry.types.field import StrawberryField

from gateway.graph.loading.context import Context, Info
from gateway.graph.loading.pagination import After, Connection, First, Window, window
from gateway.graph.schema.cost import costs
from gateway.graph.schema.lazy import Reference, resolved
from gateway.square.endpoint import Page

T = TypeVar("T")

PAGES = "pages"


class PageSource(Generic[T]):
    """Reads the pages of one kind of list for one operation."""

    # How many items a page can hold.
    page_size: ClassVar[int]
    # The connection type that shows the pages.
    connection: ClassVar[type[Connection[Any]]]

    def __init__(self, context: Context) -> None:
        """Bind to the context, which gives access to Square."""
        self.context = context

    async def page(self, owner: str, cursor: str | None, limit: int, info: Info) -> Page[T]:
        """One page of the owner's list, at Square's cursor; for lists that a field declares with `pages`."""
        raise NotImplementedError

    async def show(self, owner: str, info: Info, first: int | None, after: str | None) -> Connection[T]:
        """The connection of the owner's first items behind `after`."""

        async def fetch(cursor: str | None, limit: int) -> Page[T]:
            return await self.page(owner, cursor, limit, info)

        bound: Sequence[Any] = (type(self).__name__, owner)
        found: Window[T] = await window(info, fetch, first=first, after=after, page_size=self.page_size, bound=bound)
        return self.connection.of(found)


@dataclass(frozen=True)
class Pages:
    """A list of an object: which source has its pages, and which attribute of the object says whose they are."""

    reference: Reference[PageSource[Any]]
    key: str

    @cached_property
    def source(self) -> type[PageSource[Any]]:
        """The class of the source."""
        return resolved(self.reference)


def pages(
    source: Reference[PageSource[Any]], operation_name: str, *, key: str, page_size: int, description: str
) -> Any:
    """A connection field whose pages come from a source of any area, for the parent's `key`.

    `first` is one full page of Square's by default, as a smaller one costs the same call.
    """
    declared = Pages(source, key)

    async def resolve(root: Any, info: Info, first: First = page_size, after: After = strawberry.UNSET) -> Any:
        owner = getattr(root, key)
        if not owner:
            return None
        return await info.context.source(declared.source).show(owner, info, first, after)

    metadata = {**costs(operation_name, page_size=page_size), PAGES: declared}
    return strawberry.field(resolver=resolve, description=description, metadata=metadata)


def pages_of(field: StrawberryField) -> Pages | None:
    """The pages that a field shows, None for any other field."""
    found = field.metadata.get(PAGES)
    return found if isinstance(found, Pages) else None
