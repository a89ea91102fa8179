"""What can be batched or paged about custom attributes and their definitions."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence

from gateway.areas.custom_attributes.endpoints import (
    LIST_ATTRIBUTES,
    RETRIEVE_ATTRIBUTE,
)
from gateway.areas.custom_attributes.types import (
    CustomAttribute,
    CustomAttributeConnection,
    needs_definition,
)
from gateway.graph.loading.context import Context, Info
from gateway.graph.loading.list_loader import Listing
from gateway.graph.loading.loader import KeyedLoader, one_by_one
from gateway.graph.loading.page_source import PageSource
from gateway.square.endpoint import Page
from gateway.square.errors import NotFound, SquareError

PAGE_SIZE = 100

# The first character of a page's cursor: whether it was read with definitions.
WITH, WITHOUT = "+", "-"

# The customer's id, the attribute's key, and the version that must have been reached, if any.
AttributeKey = tuple[str, str, int | None]


class CustomAttributeByKey(KeyedLoader[AttributeKey, CustomAttribute]):
    """Attributes by customer, key and version.

    Several of one customer come from the customer's list, one alone or with a version is retrieved.
    """

    operation_name = further_name = "RetrieveCustomerCustomAttribute"
    gathers = False
    type = CustomAttribute

    @classmethod
    def further_calls(cls, keys: int, parents: int) -> int:
        """The lists of customers of whom several attributes are wanted, if none of these is on its first page."""
        return keys // 2 if keys > parents else 0

    def __init__(self, context: Context) -> None:
        """Begin with no key that needs its definition."""
        super().__init__(context)
        self._with_definition: set[AttributeKey] = set()

    async def load(self, key: AttributeKey, info: Info | None = None) -> CustomAttribute | None:
        """The attribute, None when the customer has no such value.

        `info` is that of the field that shows the attribute: without it, the definition is asked
        for as well, which costs no call.
        """
        if info is None or needs_definition(info):
            self._with_definition.add(key)
        return await super().load(key)

    def later(self, key: AttributeKey) -> CustomAttribute | None:
        """The attribute of a key, with its definition."""
        self._with_definition.add(key)
        return super().later(key)

    async def fetch(self, keys: Sequence[AttributeKey]) -> Mapping[AttributeKey, CustomAttribute | SquareError | None]:
        """Choose between list and retrieve for each customer, side by side."""
        by_customer: dict[str, list[AttributeKey]] = defaultdict(list)
        for key in keys:
            by_customer[key[0] if key[2] is None else ""].append(key)
        single = by_customer.pop("", [])
        several = []
        for wanted in by_customer.values():
            if len(wanted) == 1:
                single += wanted
            else:
                several.append(wanted)
        answers = await asyncio.gather(one_by_one(single, self._retrieve), *map(self._list, several))
        return {key: value for answer in answers for key, value in answer.items()}

    async def _retrieve(self, key: AttributeKey) -> CustomAttribute:
        customer_id, name, version = key
        query = {"version": version, "with_definition": True if key in self._with_definition else None}
        call = RETRIEVE_ATTRIBUTE(customer_id=customer_id, key=name, query=query)
        return (await self.context.read(call)).of(customer_id)

    async def _list(self, keys: list[AttributeKey]) -> Mapping[AttributeKey, CustomAttribute | SquareError | None]:
        customer_id = keys[0][0]
        with_definitions = not self._with_definition.isdisjoint(keys)

        async def read(cursor: str | None) -> Page[CustomAttribute]:
            return await attributes_of(self.context, customer_id, cursor, PAGE_SIZE, with_definitions)

        async def retrieve(name: str) -> CustomAttribute:
            return await self._retrieve((customer_id, name, None))

        listing = Listing[CustomAttribute](LIST_ATTRIBUTES.name, lambda attribute: attribute.key)
        names = [key[1] for key in keys]
        try:
            missing = await listing.find(names, len(names), read)
        except NotFound:
            return {}
        except SquareError as error:
            return dict.fromkeys(keys, error)
        # The list shows the caller's own attributes by their short keys, but they can be asked for by the long ones.
        left = [name for name in missing if ":" in name or not listing.complete]
        retrieved = await listing.retrieve(left, len(names), retrieve)
        return {key: retrieved.get(key[1]) or listing.found.get(key[1]) for key in keys}


class CustomAttributesOfCustomer(PageSource[CustomAttribute]):
    """The attributes of one customer, with their definitions when something is asked that takes them."""

    page_size = PAGE_SIZE
    connection = CustomAttributeConnection

    async def page(self, owner: str, cursor: str | None, limit: int, info: Info) -> Page[CustomAttribute]:
        """One page of the customer's attributes; cursors remember whether definitions came along.

        Square takes a cursor only with the query it came from, so it goes on with or without
        definitions as it began, whatever is selected now.
        """
        if cursor is None:
            with_definitions = needs_definition(info, "nodes") or needs_definition(info, "edges", "node")
        else:
            with_definitions, cursor = cursor[:1] == WITH, cursor[1:]
        page = await attributes_of(self.context, owner, cursor, limit, with_definitions)
        if page.cursor is not None:
            page.cursor = (WITH if with_definitions else WITHOUT) + page.cursor
        return page


async def attributes_of(
    context: Context, customer_id: str, cursor: str | None, limit: int, with_definitions: bool
) -> Page[CustomAttribute]:
    """One page of a customer's attributes. Raises `SquareError`."""
    query = {"limit": limit, "cursor": cursor, "with_definitions": True if with_definitions else None}
    page = await context.read(LIST_ATTRIBUTES(customer_id=customer_id, query=query))
    return Page([each.of(customer_id) for each in page.items], page.cursor)
