"""Every mistake in what an area declares is told when the schema is built, with its place; none waits for a request."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import strawberry
from strawberry.federation import type as entity

from gateway.graph.loading.context import Info
from gateway.graph.loading.list_loader import ListedLoader
from gateway.graph.loading.loader import KeyedLoader
from gateway.graph.loading.page_source import PageSource, pages
from gateway.graph.loading.relation import relation
from gateway.graph.schema.cost import costs
from gateway.graph.schema.lazy import Lazy
from gateway.graph.subgraph.area import Area, Registry
from gateway.graph.subgraph.build import build
from gateway.graph.subgraph.declarations import DeclarationError
from gateway.square.endpoint import Repeat
from tests.graph.subgraph import shops
from tests.graph.subgraph.shops import (
    LIST_SHOPS,
    RETRIEVE_SHOP,
    Plain,
    Shop,
    ShopById,
    ShopConnection,
    ShopsNearby,
    Unread,
    Untyped,
    area,
)
from tests.patience import PATIENCE


def mistakes(*areas: Area) -> list[str]:
    with pytest.raises(DeclarationError) as caught:
        build(Registry(areas))
    return str(caught.value).splitlines()


def test_an_area_without_mistakes_becomes_a_schema() -> None:
    near = pages(ShopsNearby, "ListShops", key="id", page_size=10, description="")
    next_one = relation(Lazy(f"{shops.__name__}:ShopById"), key="id", stub=True, description="")

    sdl = build(Registry([area(near, ShopConnection | None, on="Street"), area_named("others", next_one)])).sdl

    assert "): ShopConnection" in sdl
    assert "  extra: Shop\n" in sdl
    assert 'type Shop @key(fields: "id")' in sdl


def area_named(name: str, field: Any) -> Area:
    """A second area beside the one of shops, with a row and a query of its own."""
    other = replace(RETRIEVE_SHOP, name="RetrieveOther")
    made = area(field, on="Road", name=name, endpoints=(other,), entities={}, loaders=(), sources=())

    @strawberry.type
    class OtherQuery:
        @strawberry.field(metadata=costs("RetrieveOther"))
        def other(self) -> Plain | None:
            return None

    return replace(made, query=OtherQuery)


AREAS: dict[str, tuple[Callable[[], Sequence[Area]], str]] = {
    "a name given twice": (lambda: [area(), area_named("shops", None)], "two areas are called shops"),
    "an endpoint given twice": (
        lambda: [area(endpoints=(RETRIEVE_SHOP, RETRIEVE_SHOP, LIST_SHOPS))],
        "two endpoints are called RetrieveShop",
    ),
    "a loader given twice": (lambda: [area(loaders=(ShopById, ShopById))], "two loaders are called ShopById"),
    "a source given twice": (
        lambda: [area(sources=(ShopsNearby, ShopsNearby))],
        "two page sources are called ShopsNearby",
    ),
    "no root field": (lambda: [area(query=None)], "area shops: it has neither a query nor a mutation"),
    "no endpoint": (lambda: [area(), replace(area_named("b", None), endpoints=())], "area b: it has no endpoint"),
    "a loader without its operation": (
        lambda: [area(loaders=(ShopById, type("Mute", (KeyedLoader,), {})))],
        "area shops: Mute has no operation_name",
    ),
    "a loader of no endpoint": (
        lambda: [area(loaders=(ShopById, type("Far", (ShopById,), {"further_name": "ListStreets"})))],
        "area shops: Far: there is no endpoint ListStreets",
    ),
    "a source without its page size": (
        lambda: [area(sources=(type("Bare", (PageSource,), {"connection": ShopConnection}),))],
        "area shops: Bare has no page_size",
    ),
    "an entity without a key": (
        lambda: [area(entities={Shop: ShopById, Plain: ShopById})],
        "area shops: the entity Plain has no key",
    ),
    "an entity whose loader is not declared": (
        lambda: [area(entities={Shop: Untyped})],
        "area shops: the loader Untyped of the entity Shop is not among its loaders",
    ),
    "an entity whose key is no field": (
        lambda: [area(entities={Shop: ShopById, entity(keys=["code"])(type("Odd", (Plain,), {})): ShopById})],
        "area shops: the entity Odd has no field code",
    ),
    "a write whose answer is remembered": (
        lambda: [area(endpoints=(RETRIEVE_SHOP, replace(LIST_SHOPS, repeat=Repeat.NEVER, cache=("shops",))))],
        "area shops: ListShops writes, and its answer cannot be remembered",
    ),
    "a read that evicts": (
        lambda: [area(endpoints=(replace(RETRIEVE_SHOP, cache=("shops",)), replace(LIST_SHOPS, evicts=("shops",))))],
        "area shops: ListShops reads, and makes nothing old that is remembered",
    ),
    "a write that evicts what is not remembered": (
        lambda: [area(endpoints=(RETRIEVE_SHOP, replace(LIST_SHOPS, repeat=Repeat.NEVER, evicts=("streets",))))],
        "area shops: ListShops: nothing is remembered as streets",
    ),
    "a key that nobody finds": (lambda: [area(entities={})], "Shop has a key, but no area has it among its entities"),
}


@pytest.mark.parametrize("mistake", AREAS)
def test_a_mistake_of_an_area_is_told(mistake: str) -> None:
    areas, told = AREAS[mistake]

    assert told in mistakes(*areas())


def plain(**cost: Any) -> Any:
    """A field that costs what is given."""

    def extra(self: Any) -> Shop | None:
        return None

    return strawberry.field(resolver=extra, metadata=costs(**cost) if cost else {})


FIELDS: dict[str, tuple[Callable[[], Any], str]] = {
    "a relation to a loader of no module": (
        lambda: relation(Lazy("nowhere.at_all:ShopById"), key="id", description=""),
        "there is no such loader: No module named 'nowhere'",
    ),
    "a relation to a loader of another name": (
        lambda: relation(Lazy(f"{shops.__name__}:ShopByName"), key="id", description=""),
        f"there is no such loader: module '{shops.__name__}' has no attribute 'ShopByName'",
    ),
    "a relation to an undeclared loader": (
        lambda: relation(Untyped, key="id", description=""),
        "no area has Untyped among its loaders",
    ),
    "a relation by no attribute": (lambda: relation(ShopById, key="town", description=""), "Street has no town"),
    "pages of a source of no module": (
        lambda: pages(Lazy("nowhere.at_all:Shops"), "ListShops", key="id", page_size=10, description=""),
        "there is no such page source: No module named 'nowhere'",
    ),
    "pages of an undeclared source": (
        lambda: pages(type("Hidden", (ShopsNearby,), {}), "ListShops", key="id", page_size=10, description=""),
        "no area has Hidden among its page sources",
    ),
    "pages by no attribute": (
        lambda: pages(ShopsNearby, "ListShops", key="town", page_size=10, description=""),
        "Street has no town",
    ),
    "pages that nobody reads": (
        lambda: pages(Unread, "ListShops", key="id", page_size=10, description=""),
        "Unread reads no page",
    ),
    "pages of another size": (
        lambda: pages(ShopsNearby, "ListShops", key="id", page_size=30, description=""),
        "its pages hold 30 items, those of ShopsNearby do not",
    ),
    "a cost of no endpoint": (lambda: plain(operation="BuyShop"), "there is no endpoint BuyShop"),
    "a cost before it of no endpoint": (
        lambda: plain(operation="ListShops", before=("OpenDoor",)),
        "there is no endpoint OpenDoor",
    ),
    "a cost on a conflict of no endpoint": (
        lambda: plain(operation="ListShops", conflict="CloseDoor"),
        "there is no endpoint CloseDoor",
    ),
    "a cost on a used key of no endpoint": (
        lambda: plain(operation="ListShops", replay="LockDoor"),
        "there is no endpoint LockDoor",
    ),
    "a cost by an undeclared loader": (
        lambda: plain(operation="ListShops", loader=Untyped),
        "no area has Untyped among its loaders",
    ),
    "a cost by a loader of no module": (
        lambda: plain(operation="ListShops", loader=Lazy("nowhere:ShopById")),
        "there is no such loader: No module named 'nowhere'",
    ),
    "a cost by an argument that is not there": (
        lambda: plain(operation="ListShops", batch=5, argument="shops"),
        "its cost is by shops, which is none of its arguments",
    ),
    "a page without first": (
        lambda: plain(operation="ListShops", page_size=5),
        "its cost is by first, which is none of its arguments",
    ),
    "a search without a filter": (
        lambda: plain(operation="ListShops", filtered="ListShops"),
        "its cost is by filter, which is none of its arguments",
    ),
}


@pytest.mark.parametrize("mistake", FIELDS)
def test_a_mistake_of_a_field_is_told_with_its_place(mistake: str) -> None:
    field, told = FIELDS[mistake]
    annotation = ShopConnection | None if mistake.startswith("pages") else Shop | None

    assert f"Street.extra: {told}" in mistakes(area(field(), annotation, on="Street"))


def test_a_relation_with_a_stub_needs_the_type_of_its_loader() -> None:
    made = area(relation(Untyped, key="id", stub=True, description=""), on="Street", loaders=(ShopById, Untyped))

    assert mistakes(made) == ["Street.extra: Untyped has no type, which a relation with a stub needs"]


def test_a_root_field_says_what_it_costs() -> None:
    assert mistakes(area(plain())) == ["Query.extra: it does not say what it costs"]


def test_a_field_with_first_has_the_size_of_a_page_in_its_cost() -> None:
    @strawberry.field(metadata=costs("ListShops"))
    async def shops(info: Info, first: int = 10) -> Shop | None:
        return None

    assert mistakes(area(shops)) == ["Query.extra: it takes `first`, but its cost has no page_size"]


def test_a_loader_that_lists_says_by_which_endpoint() -> None:
    class ShopListed(ListedLoader[Shop]):
        operation_name = "RetrieveShop"

    assert mistakes(area(loaders=(ShopById, ShopListed))) == ["area shops: ShopListed has no list_name"]


def test_no_two_areas_have_a_root_field_of_one_name() -> None:
    other = replace(area(), name="others", endpoints=(replace(RETRIEVE_SHOP, name="RetrieveOther"),), entities={})

    assert "two fields of the query are called shop" in mistakes(area(), replace(other, loaders=(), sources=()))


def test_all_mistakes_are_told_at_once() -> None:
    found = mistakes(area(relation(Untyped, key="town", description=""), on="Street"))

    assert found == ["Street.extra: Street has no town", "Street.extra: no area has Untyped among its loaders"]


def test_a_gateway_with_a_mistake_does_not_start() -> None:
    broken = "from gateway import context, schema; context.REGISTRY.loaders = (); schema.build_schema()"

    done = subprocess.run([sys.executable, "-c", broken], capture_output=True, text=True, check=False, timeout=PATIENCE)

    assert done.returncode == 1
    assert "Customer.groups: no area has GroupById among its loaders" in done.stderr
