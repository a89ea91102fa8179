"""A small area of shops, right in all that it declares, for tests that make it wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import strawberry
from strawberry.federation import type as entity

from gateway.graph.loading.context import Info
from gateway.graph.loading.loader import KeyedLoader
from gateway.graph.loading.page_source import PageSource
from gateway.graph.loading.pagination import Connection
from gateway.graph.schema.cost import costs
from gateway.graph.subgraph.area import Area
from gateway.square.endpoint import Endpoint, Page, Repeat
from gateway.square.expected_answer import Same


@strawberry.type
class Plain:
    id: strawberry.ID


@entity(keys=["id"])
class Shop:
    id: strawberry.ID


@strawberry.type
class ShopConnection(Connection[Shop]):
    pass


RETRIEVE_SHOP = Endpoint(
    "RetrieveShop", "GET", "/v2/shops/{id}", Shop, "shop", Repeat.SAFE, "X_READ", (Same("id", "path.id"),)
)
LIST_SHOPS = replace(RETRIEVE_SHOP, name="ListShops", path="/v2/shops")


class ShopById(KeyedLoader[str, Shop]):
    operation_name = "RetrieveShop"
    type = Shop


class Untyped(KeyedLoader[str, Shop]):
    operation_name = "RetrieveShop"


class ShopsNearby(PageSource[Shop]):
    page_size = 10
    connection = ShopConnection

    async def page(self, owner: str, cursor: str | None, limit: int, info: Info) -> Page[Shop]:
        return Page([])


class Unread(PageSource[Shop]):
    page_size = 10
    connection = ShopConnection


def area(field: Any = None, annotation: Any = Shop | None, *, on: str = "Query", **changes: Any) -> Area:
    """An area of shops; `field` is added to its query, or to a type of its own."""
    cost = costs("RetrieveShop", loader=ShopById)
    namespace: dict[str, Any] = {"__annotations__": {}}

    @strawberry.field(metadata=cost)
    async def shop(info: Info, id: strawberry.ID) -> Shop | None:
        return None

    namespace["shop"] = shop
    types: list[type] = []
    if field is not None and on == "Query":
        namespace["extra"] = field
        namespace["__annotations__"]["extra"] = annotation
    elif field is not None:
        own = {"id": strawberry.ID, "extra": annotation}
        types.append(strawberry.type(type(on, (), {"__annotations__": own, "extra": field})))
    given: dict[str, Any] = {
        "name": "shops",
        "query": strawberry.type(type("ShopQuery", (), namespace)),
        "endpoints": (RETRIEVE_SHOP, LIST_SHOPS),
        "entities": {Shop: ShopById},
        "loaders": (ShopById,),
        "sources": (ShopsNearby,),
        "types": tuple(types),
    }
    return Area(**{**given, **changes})
