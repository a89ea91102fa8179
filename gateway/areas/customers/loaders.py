"""What can be batched or paged about customers."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.areas.customers.endpoints import BULK_RETRIEVE_CUSTOMERS, SEARCH_CUSTOMERS
from gateway.areas.customers.types import Customer, CustomerConnection
from gateway.graph.loading.context import Info
from gateway.graph.loading.loader import KeyedLoader
from gateway.graph.loading.page_source import PageSource
from gateway.graph.loading.warning import Warned
from gateway.graph.selection.resolver import selects
from gateway.square.endpoint import Page, is_id
from gateway.square.errors import BadResponse, NotFound, SquareError


class CustomerById(KeyedLoader[str, Customer]):
    """Customers by id, a hundred a call; unlike lists and searches, this read does not lag behind writes."""

    operation_name = "BulkRetrieveCustomers"
    batch_size = 100
    type = Customer

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Customer | SquareError | None]:
        # An id that cannot be one would have Square refuse all the others of its call.
        ids = [key for key in keys if is_id(key)]
        if not ids:
            return {}
        answer = await self.context.read(BULK_RETRIEVE_CUSTOMERS(body={"customer_ids": ids}))
        # Square says of every id what it found. An id that it says nothing about is not known to be nobody's.
        silent = BadResponse(self.operation_name)
        found = {key: answer.items.get(key, silent) for key in ids}
        self.context.warnings.add(Warned.ITEMS_NOT_ASKED_FOR, len(answer.items.keys() - found.keys()))
        return {key: None if isinstance(each, NotFound) else each for key, each in found.items()}  # type: ignore[misc]


class CustomersOfSet(PageSource[Customer]):
    """The members of a group or segment, found by a search on one id."""

    page_size = 100
    connection = CustomerConnection
    filter_name: str

    async def page(self, owner: str, cursor: str | None, limit: int, info: Info) -> Page[Customer]:
        # By creation, as the default order moves when a name changes.
        body: dict[str, Any] = {
            "query": {
                "filter": {self.filter_name: {"all": [owner]}},
                "sort": {"field": "CREATED_AT", "order": "ASC"},
            },
            "limit": limit,
        }
        if cursor is not None:
            body["cursor"] = cursor
        if selects(info, "totalCount"):
            body["count"] = True
        return await self.context.read(SEARCH_CUSTOMERS(body=body))


class CustomersOfGroup(CustomersOfSet):
    """The members of a group."""

    filter_name = "group_ids"


class CustomersOfSegment(CustomersOfSet):
    """The members of a segment."""

    filter_name = "segment_ids"
