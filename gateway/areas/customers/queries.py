"""Reading customers."""

from typing import Annotated, Any

import strawberry

from gateway.areas.customers.endpoints import LIST_CUSTOMERS, SEARCH_CUSTOMERS
from gateway.areas.customers.filter_rules import check_filter, is_empty
from gateway.areas.customers.filters import CustomerFilter, CustomerSort, CustomerSortField, SortOrder
from gateway.areas.customers.loaders import CustomerById
from gateway.areas.customers.types import Customer, CustomerConnection
from gateway.graph.errors import BadInput
from gateway.graph.loading.context import Info
from gateway.graph.loading.pagination import After, First
from gateway.graph.schema.cost import costs
from gateway.graph.schema.encode import encode
from gateway.graph.selection.resolver import is_given, selects
from gateway.square.endpoint import Call, Page

PAGE_SIZE = 100
MAX_IDS = 1000
EVERYBODY = "An empty filter matches every customer: give `first` to ask for them, or leave the filter out."

Filter = Annotated[
    CustomerFilter | None,
    strawberry.argument(description="Which customers to return: costs a search instead of a list. All when absent."),
]
Sort = Annotated[CustomerSort | None, strawberry.argument(description="The order. By name, ascending, when absent.")]

_FILTERS = {"query": [], "query.filter.custom_attribute.filters": ["filter", "customAttributes"]}
_SORT = {"sort_field": ["sort", "field"], "sort_order": ["sort", "order"]}


@strawberry.type
class CustomerQuery:
    @strawberry.field(
        description="One customer, null when there is none with this id. Needs CUSTOMERS_READ.",
        metadata=costs("BulkRetrieveCustomers", loader=CustomerById),
    )
    def customer(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Square's id of the customer.")]
    ) -> Customer | None:
        return info.context.loader(CustomerById).later(id)

    @strawberry.field(
        description="Customers by id, in the order asked, null where there is none. A hundred cost one call. "
        "Needs CUSTOMERS_READ.",
        metadata=costs("BulkRetrieveCustomers", loader=CustomerById, argument="ids"),
    )
    def customers_by_id(
        self,
        info: Info,
        ids: Annotated[
            list[strawberry.ID], strawberry.argument(description=f"Square's ids of customers: at most {MAX_IDS}.")
        ],
    ) -> list[Customer | None]:
        if len(ids) > MAX_IDS:
            raise BadInput(f"At most {MAX_IDS} ids can be given.", "ids")
        loader = info.context.loader(CustomerById)
        return [loader.later(each) for each in ids]

    @strawberry.field(
        description="The seller's customers that have a name, company, e-mail address or phone number. Lists and "
        "searches lag behind writes, normally by less than 30 seconds. Needs CUSTOMERS_READ.",
        metadata=costs("ListCustomers", page_size=PAGE_SIZE, filtered="SearchCustomers"),
    )
    async def customers(
        self,
        info: Info,
        first: First = PAGE_SIZE,
        after: After = strawberry.UNSET,
        filter: Filter = strawberry.UNSET,
        sort: Sort = strawberry.UNSET,
    ) -> CustomerConnection | None:
        wanted = encode(filter, nulls=False) if filter else None
        order = _order(sort) if sort else None
        if wanted is not None:
            check_filter(wanted)
            if is_empty(wanted) and not is_given(info, "first"):
                # Conditions that happen to be empty would otherwise turn a search for a few into everybody.
                raise BadInput(EVERYBODY, "filter")
        count = selects(info, "totalCount")

        def call(cursor: str | None, limit: int) -> Call[Page[Customer]]:
            if wanted is None:
                return LIST_CUSTOMERS(query=_list_query(order, cursor, limit, count))
            return SEARCH_CUSTOMERS(body=_search_body(wanted, order, cursor, limit, count))

        return await CustomerConnection.read(
            info,
            call,
            first=first,
            after=after,
            page_size=PAGE_SIZE,
            bound=["customers", wanted, order],
            renames=_SORT if wanted is None else _FILTERS,
        )


def _order(sort: CustomerSort) -> dict[str, str]:
    return {
        "field": encode(sort.field) or CustomerSortField.DEFAULT.value,
        "order": encode(sort.order or SortOrder.ASC),
    }


def _list_query(order: dict[str, str] | None, cursor: str | None, limit: int, count: bool) -> dict[str, Any]:
    query: dict[str, Any] = {"limit": limit, "cursor": cursor, "count": True if count else None}
    if order:
        query |= {"sort_field": order["field"], "sort_order": order["order"]}
    return query


def _search_body(
    wanted: dict[str, Any], order: dict[str, str] | None, cursor: str | None, limit: int, count: bool
) -> dict[str, Any]:
    query = {"filter": wanted, **({"sort": order} if order else {})}
    return {
        "query": query,
        "limit": limit,
        **({"cursor": cursor} if cursor is not None else {}),
        **({"count": True} if count else {}),
    }
