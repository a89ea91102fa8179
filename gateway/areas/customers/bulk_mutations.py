"""Writing many customers at once: split at Square's hundred, every item answered in its place."""

import asyncio
from collections.abc import Sequence
from functools import partial
from math import ceil
from typing import Annotated, Any

import strawberry

from gateway.areas.customers.endpoints import BULK_CREATE_CUSTOMERS, BULK_DELETE_CUSTOMERS, BULK_UPDATE_CUSTOMERS
from gateway.areas.customers.inputs import BulkUpdateCustomerInput, CreateCustomerInput, changes, new_customer
from gateway.areas.customers.loaders import CustomerById
from gateway.areas.customers.payloads import (
    BulkCreateCustomersPayload,
    BulkCustomerResult,
    BulkDeleteCustomerResult,
    BulkDeleteCustomersPayload,
    BulkUpdateCustomersPayload,
)
from gateway.areas.customers.types import Customer
from gateway.graph.errors import code_of
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.idempotency_key import MAX_LENGTH, IdempotencyKey, key_errors, key_to_send
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.user_errors import ConflictError, ValidationError
from gateway.graph.writing.bulk import MAX_CALLS, Item, refuse_equal_keys, send_in_parts, size_errors
from gateway.graph.writing.write import with_current_version
from gateway.square.endpoint import Bulk, Call, Nothing
from gateway.square.errors import Ambiguous

SIZE = 100
MAX_ITEMS = SIZE * MAX_CALLS
IN_DOUBT = "UPSTREAM_AMBIGUOUS"


@strawberry.type
class BulkCustomerMutation:
    @strawberry.mutation(
        directives=PERSONAL,
        description=f"Create up to {MAX_ITEMS} customers, a hundred a call; each is created or refused on its own. "
        "Needs CUSTOMERS_WRITE.",
        metadata=costs("BulkCreateCustomers", batch=SIZE, argument="customers"),
    )
    async def bulk_create_customers(
        self,
        info: Info,
        customers: Annotated[list[CreateCustomerInput], strawberry.argument(description="The new customers.")],
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> BulkCreateCustomersPayload | None:
        key = key_to_send(idempotency_key)
        if errors := [*key.errors, *size_errors("customers", customers, MAX_ITEMS)]:
            return BulkCreateCustomersPayload(results=[], idempotency_key=key.value, user_errors=errors)
        items, own = [], []
        for index, each in enumerate(customers):
            data, own_key = new_customer(each)
            own.append(own_key is not None)
            # A key that is not given is derived, so that repeating the mutation repeats every item.
            items.append(Item[Customer](index, f"{key.value}-{index}" if own_key is None else own_key, data))

        def renames(item: Item[Any]) -> dict[str, Sequence[str]]:
            place = ["customers", str(item.index)]
            key_path = [*place, "idempotencyKey"] if own[item.index] else ["idempotencyKey"]
            return {"": place, "idempotency_key": key_path}

        for item in items:
            if own[item.index]:
                item.errors += key_errors(item.key, MAX_LENGTH, *renames(item)["idempotency_key"])
        refuse_equal_keys(items, [item.key for item in items], renames)

        def call(part: Sequence[Item[Customer]]) -> Call[Bulk[Customer]]:
            return BULK_CREATE_CUSTOMERS(body={"customers": {item.key: item.data for item in part}})

        await send_in_parts(info.context, items, call, size=SIZE, renames=renames, key=key.value)
        return BulkCreateCustomersPayload(results=_results(items), idempotency_key=key.value, user_errors=[])

    @strawberry.mutation(
        directives=PERSONAL,
        description=f"Change up to {MAX_ITEMS} customers, a hundred a call; each is changed or refused on its own. "
        "Needs CUSTOMERS_WRITE.",
        metadata=costs("BulkUpdateCustomers", batch=SIZE, argument="customers", conflict="BulkRetrieveCustomers"),
    )
    async def bulk_update_customers(
        self,
        info: Info,
        customers: Annotated[
            list[BulkUpdateCustomerInput], strawberry.argument(description="The changes, each customer once.")
        ],
    ) -> BulkUpdateCustomersPayload | None:
        if errors := size_errors("customers", customers, MAX_ITEMS):
            return BulkUpdateCustomersPayload(results=[], user_errors=errors)
        items = []
        for index, each in enumerate(customers):
            data = changes(each)
            items.append(Item[Customer](index, data.pop("id"), data))
        _refuse_repeats(items, "customers", "id")

        def call(part: Sequence[Item[Customer]]) -> Call[Bulk[Customer]]:
            return BULK_UPDATE_CUSTOMERS(body={"customers": {item.key: item.data for item in part}})

        await send_in_parts(info.context, items, call, size=SIZE, renames=_place("customers"))
        await _add_current_versions(info, items)
        return BulkUpdateCustomersPayload(results=_results(items), user_errors=[])

    @strawberry.mutation(
        description=f"Delete up to {MAX_ITEMS} customers for good, a hundred a call; each on its own. "
        "Needs CUSTOMERS_WRITE.",
        metadata=costs("BulkDeleteCustomers", batch=SIZE, argument="ids"),
    )
    async def bulk_delete_customers(
        self,
        info: Info,
        ids: Annotated[list[strawberry.ID], strawberry.argument(description="Square's ids, each once.")],
    ) -> BulkDeleteCustomersPayload | None:
        if errors := size_errors("ids", ids, MAX_ITEMS):
            return BulkDeleteCustomersPayload(results=[], user_errors=errors)
        items = [Item[Nothing](index, each) for index, each in enumerate(ids)]
        _refuse_repeats(items, "ids")

        def call(part: Sequence[Item[Nothing]]) -> Call[Bulk[Nothing]]:
            return BULK_DELETE_CUSTOMERS(body={"customer_ids": [item.key for item in part]})

        try:
            await send_in_parts(info.context, items, call, size=SIZE, renames=_place("ids"))
        except Ambiguous as error:
            # A deletion is not sent again. Which customers are gone tells what it did.
            doubt = ValidationError(message=code_of(error)[1], code=IN_DOUBT, field=["ids"])
            for item in items:
                item.errors = item.errors or [doubt]
            if not await _forgive_the_gone(info, items):
                raise
        else:
            await _forgive_the_gone(info, items)
        results = [
            BulkDeleteCustomerResult(
                index=item.index,
                key=strawberry.ID(item.key),
                deleted_id=None if item.errors else strawberry.ID(item.key),
                user_errors=item.errors,
            )
            for item in items
        ]
        return BulkDeleteCustomersPayload(results=results, user_errors=[])


def _results(items: Sequence[Item[Customer]]) -> list[BulkCustomerResult]:
    return [
        BulkCustomerResult(index=item.index, key=strawberry.ID(item.key), customer=item.value, user_errors=item.errors)
        for item in items
    ]


async def _forgive_the_gone(info: Info, items: Sequence[Item[Nothing]]) -> bool:
    """Take the doubt from those whose customer is not there any more. Whether there was any such."""
    loader = info.context.loader(CustomerById)
    doubtful = [item for item in items if any(error.code == IN_DOUBT for error in item.errors)]
    info.context.square.plan_more(ceil(len(doubtful) / SIZE))
    found = await asyncio.gather(*(loader.load(item.key) for item in doubtful), return_exceptions=True)
    gone = [item for item, customer in zip(doubtful, found, strict=True) if customer is None]
    for item in gone:
        item.errors.clear()
    return bool(gone)


async def _add_current_versions(info: Info, items: Sequence[Item[Customer]]) -> None:
    """Read the customers that have changed in the meantime, so that their conflicts say which version they have."""
    loader = info.context.loader(CustomerById)
    stale = [item for item in items if any(isinstance(error, ConflictError) for error in item.errors)]
    await asyncio.gather(*(with_current_version(info, item.errors, partial(loader.load, item.key)) for item in stale))


def _place(argument: str) -> Any:
    """Where Square's field names lead: into one item of a list argument."""

    def renames(item: Item[Any]) -> dict[str, Sequence[str]]:
        return {"": [argument, str(item.index)]}

    return renames


def _refuse_repeats(items: Sequence[Item[Any]], *path: str) -> None:
    seen: set[str] = set()
    for item in items:
        if item.key in seen:
            place = [path[0], str(item.index), *path[1:]]
            message = "This customer is in the list more than once; only its first place counts."
            item.errors.append(ValidationError(message=message, code="DUPLICATE_ID", field=place))
        seen.add(item.key)
