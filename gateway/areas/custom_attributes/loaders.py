"""What can be batched or paged about custom attributes and their definitions."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from gateway.areas.custom_attributes.endpoints import (
    LIST_ATTRIBUTES,
    LIST_DEFINITIONS,
    RETRIEVE_ATTRIBUTE,
    RETRIEVE_DEFINITION,
)
from gateway.areas.custom_attributes.types import (
    CustomAttribute,
    CustomAttributeConnection,
    CustomAttributeDefinition,
    needs_definition,
)
from gateway.graph.loader import KeyedLoader, one_by_one
from gateway.graph.operation import Info, Operation
from gateway.graph.source import PageSource
from gateway.square.endpoint import Page
from gateway.square.errors import NotFound, SquareError
from gateway.square.paging import pages

PAGE_SIZE = 100

# The first character of a page's cursor: whether it was read with definitions.
WITH, WITHOUT = "+", "-"

# The customer's id, the attribute's key, and the version that must have been reached, if any.
AttributeKey = tuple[str, str, int | None]


class CustomAttributeDefinitionByKey(KeyedLoader[str, CustomAttributeDefinition]):
    """Definitions by key: from the list, as there are few; a key that the whole list lacks is retrieved once."""

    operation_name = "RetrieveCustomerCustomAttributeDefinition"
    rounds = 2
    once = frozenset({LIST_DEFINITIONS.name})
    type = CustomAttributeDefinition

    def __init__(self, operation: Operation) -> None:
        """Begin knowing no definition."""
        super().__init__(operation)
        self._listed: dict[str, CustomAttributeDefinition] = {}
        self._complete = False

    @classmethod
    def calls_for(cls, keys: int, parents: int) -> Mapping[str, int]:
        """The list, which is taken to fit one page, and a retrieve for every key if it has none of them."""
        return {LIST_DEFINITIONS.name: 1, cls.operation_name: keys}

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, CustomAttributeDefinition | SquareError | None]:
        """List until every key is found, then retrieve what the list did not have."""
        listed = await self.from_list(keys)
        missing = [key for key in keys if key not in listed]
        retrieved = await one_by_one(missing, lambda key: self.operation.read(RETRIEVE_DEFINITION(key=key)))
        return {**listed, **retrieved}

    async def from_list(self, keys: Collection[str]) -> dict[str, CustomAttributeDefinition]:
        """Those of the definitions that the first ten pages of the list have, by key. Raises `SquareError`."""
        if self._complete or all(key in self._listed for key in keys):
            return {key: self._listed[key] for key in keys if key in self._listed}

        async def read(cursor: str | None) -> Page[CustomAttributeDefinition]:
            return await self.operation.read(LIST_DEFINITIONS(query={"limit": PAGE_SIZE, "cursor": cursor}))

        async for page in pages(self.operation_name, read, whole=False):
            self._listed.update((definition.key, definition) for definition in page.items)
            self._complete = page.cursor is None
            if all(key in self._listed for key in keys):
                break
        return {key: self._listed[key] for key in keys if key in self._listed}

    def resume(self, earlier: "CustomAttributeDefinitionByKey") -> None:
        """Go on with what an earlier loader has listed."""
        self._listed, self._complete = earlier._listed, earlier._complete

    def stub(self, key: str) -> CustomAttributeDefinition:
        """A definition of which only the key is asked."""
        instance: CustomAttributeDefinition = object.__new__(CustomAttributeDefinition)
        instance.__dict__["key"] = key
        return instance


class CustomAttributeByKey(KeyedLoader[AttributeKey, CustomAttribute]):
    """Attributes by customer, key and version.

    Several of one customer come from the customer's list, one alone or with a version is retrieved.
    """

    operation_name = "RetrieveCustomerCustomAttribute"
    type = CustomAttribute

    def __init__(self, operation: Operation) -> None:
        """Begin with no key that needs its definition."""
        super().__init__(operation)
        self._with_definition: set[AttributeKey] = set()

    async def load(self, key: AttributeKey, info: Info | None = None) -> CustomAttribute | None:
        """The attribute, None when the customer has no such value.

        `info` is that of the field that shows the attribute: without it, the definition is asked
        for as well, which costs no call.
        """
        if info is None or needs_definition(info):
            self._with_definition.add(key)
        return await super().load(key)

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
        return (await self.operation.read(call)).of(customer_id)

    async def _list(self, keys: list[AttributeKey]) -> Mapping[AttributeKey, CustomAttribute | SquareError | None]:
        customer_id = keys[0][0]
        with_definitions = not self._with_definition.isdisjoint(keys)
        found: dict[str, CustomAttribute] = {}
        complete = False

        async def read(cursor: str | None) -> Page[CustomAttribute]:
            return await attributes_of(self.operation, customer_id, cursor, PAGE_SIZE, with_definitions)

        try:
            async for page in pages("ListCustomerCustomAttributes", read, whole=False):
                found.update((attribute.key, attribute) for attribute in page.items)
                complete = page.cursor is None
                if all(key[1] in found for key in keys):
                    break
        except NotFound:
            return {}
        except SquareError as error:
            return dict.fromkeys(keys, error)
        # The list shows the caller's own attributes by their short keys, but they can be asked for by the long ones.
        left = [key for key in keys if key[1] not in found and (":" in key[1] or not complete)]
        retrieved = await one_by_one(left, self._retrieve)
        return {key: retrieved.get(key) or found.get(key[1]) for key in keys}


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
        page = await attributes_of(self.operation, owner, cursor, limit, with_definitions)
        if page.cursor is not None:
            page.cursor = (WITH if with_definitions else WITHOUT) + page.cursor
        return page


async def attributes_of(
    operation: Operation, customer_id: str, cursor: str | None, limit: int, with_definitions: bool
) -> Page[CustomAttribute]:
    """One page of a customer's attributes. Raises `SquareError`."""
    query = {"limit": limit, "cursor": cursor, "with_definitions": True if with_definitions else None}
    page = await operation.read(LIST_ATTRIBUTES(customer_id=customer_id, query=query))
    return Page([each.of(customer_id) for each in page.items], page.cursor)


LOADERS: tuple[type[Any], ...] = (CustomAttributeByKey, CustomAttributeDefinitionByKey, CustomAttributesOfCustomer)
