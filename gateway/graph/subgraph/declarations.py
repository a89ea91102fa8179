"""Whether what the areas declare fits together: checked once, when the schema is built, before any request.

Every mistake is told with the place where it is, all of them at once. Nothing is imported from areas but what they
refer to lazily.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import TypeVar

from strawberry.federation import Schema
from strawberry.federation.schema_directives import Key
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from gateway.graph.loading.page_source import PageSource, pages_of
from gateway.graph.loading.relation import relation_of
from gateway.graph.schema.cost import calls_of
from gateway.graph.schema.lazy import Reference, resolved
from gateway.graph.subgraph.area import Area, Registry, key_of
from gateway.square.endpoint import Repeat

T = TypeVar("T")

_ROOTS = frozenset({"Query", "Mutation", "Subscription"})
# The root fields of federation, which make no calls of their own.
_FREE = frozenset({"service", "entities", "_service", "_entities"})


class DeclarationError(ValueError):
    """What the areas declare does not fit together; the message names each mistake and its place, one a line."""


def check_areas(registry: Registry) -> None:
    """Check each area by itself and that no two share a name. Raises `DeclarationError`."""
    _raise_any(_mistakes_of_areas(registry))


def check_fields(registry: Registry, schema: Schema) -> None:
    """Check what the fields of a schema refer to. Raises `DeclarationError`."""
    _raise_any(_mistakes_of_fields(registry, schema))


def _raise_any(found: Iterable[str]) -> None:
    if mistakes := list(dict.fromkeys(found)):
        raise DeclarationError("\n".join(mistakes))


def _mistakes_of_areas(registry: Registry) -> Iterator[str]:
    for what, names in (
        ("areas", [area.name for area in registry.areas]),
        ("endpoints", [row.name for row in registry.endpoints]),
        ("loaders", [loader.__name__ for loader in registry.loaders]),
        ("page sources", [source.__name__ for source in registry.sources]),
        ("entities", [kind.__name__ for area in registry.areas for kind in area.entities]),
        ("fields of the query", _root_fields(area.query for area in registry.areas)),
        ("fields of the mutation", _root_fields(area.mutation for area in registry.areas)),
        ("fields of the subscription", _root_fields(area.subscription for area in registry.areas)),
        ("families of events", [family.name for family in registry.families]),
        ("families that are told by", [name for family in registry.families for name in family.types]),
    ):
        yield from (f"two {what} are called {name}" for name, count in Counter(names).items() if count > 1)
    endpoints = {row.name for row in registry.endpoints}
    cached = {name for row in registry.endpoints for name in row.cache}
    for area in registry.areas:
        for mistake in (*_mistakes_of(area, endpoints), *_mistakes_of_rows(area, cached)):
            yield f"area {area.name}: {mistake}"


def _root_fields(parts: Iterable[type | None]) -> list[str]:
    return [
        to_camel_case(field.python_name)
        for part in parts
        if part is not None
        for field in get_object_definition(part, strict=True).fields
    ]


def _mistakes_of(area: Area, endpoints: set[str]) -> Iterator[str]:
    if area.query is None and area.mutation is None:
        yield "it has neither a query nor a mutation"
    if not area.endpoints:
        yield "it has no endpoint"
    for loader in area.loaders:
        if not loader.operation_name:
            yield f"{loader.__name__} has no operation_name"
        if getattr(loader, "list_name", None) == "":
            yield f"{loader.__name__} has no list_name"
        named = {loader.operation_name, loader.further_name, getattr(loader, "list_name", ""), *loader.once}
        yield from (f"{loader.__name__}: there is no endpoint {name}" for name in sorted(named - endpoints - {""}))
    for source in area.sources:
        for name in ("page_size", "connection"):
            if not hasattr(source, name):
                yield f"{source.__name__} has no {name}"
    for kind, loader in area.entities.items():
        if loader not in area.loaders:
            yield f"the loader {loader.__name__} of the entity {kind.__name__} is not among its loaders"
        if not key_of(kind):
            yield f"the entity {kind.__name__} has no key"
        names = {to_camel_case(each.python_name) for each in get_object_definition(kind, strict=True).fields}
        yield from (f"the entity {kind.__name__} has no field {key}" for key in key_of(kind) if key not in names)


def _mistakes_of_rows(area: Area, cached: set[str]) -> Iterator[str]:
    for row in area.endpoints:
        if row.cache and row.repeat is not Repeat.SAFE:
            yield f"{row.name} writes, and its answer cannot be remembered"
        if row.evicts and row.repeat is Repeat.SAFE:
            yield f"{row.name} reads, and makes nothing old that is remembered"
        yield from (f"{row.name}: nothing is remembered as {name}" for name in row.evicts if name not in cached)


def _mistakes_of_fields(registry: Registry, schema: Schema) -> Iterator[str]:
    for named in schema.schema_converter.type_map.values():
        definition = named.definition
        if not isinstance(definition, StrawberryObjectDefinition) or definition.is_input:
            continue
        if _is_found_here(definition) and definition.name not in registry.entities:
            yield f"{definition.name} has a key, but no area has it among its entities"
        for field in definition.fields:
            place = f"{definition.name}.{to_camel_case(field.python_name)}"
            found = [*_relation(registry, definition, field), *_pages(registry, definition, field)]
            found += _cost(registry, field)
            if definition.name in _ROOTS and field.python_name not in _FREE and not calls_of(field):
                found.append("it does not say what it costs")
            yield from (f"{place}: {mistake}" for mistake in found)


def _is_found_here(definition: StrawberryObjectDefinition) -> bool:
    keys = [each for each in definition.directives or () if isinstance(each, Key)]
    return not definition.is_interface and any(each.resolvable is not False for each in keys)


def _relation(registry: Registry, definition: StrawberryObjectDefinition, field: StrawberryField) -> Iterator[str]:
    relation = relation_of(field)
    if relation is None:
        return
    if not _has(definition, relation.key):
        yield f"{definition.name} has no {relation.key}"
    loader, mistakes = _referred(relation.reference, registry.loaders, "loader")
    yield from mistakes
    if loader is not None and relation.stub and loader.type is None:
        yield f"{loader.__name__} has no type, which a relation with a stub needs"


def _pages(registry: Registry, definition: StrawberryObjectDefinition, field: StrawberryField) -> Iterator[str]:
    pages, cost = pages_of(field), calls_of(field)
    if pages is None or cost is None:
        return
    if not _has(definition, pages.key):
        yield f"{definition.name} has no {pages.key}"
    source, mistakes = _referred(pages.reference, registry.sources, "page source")
    yield from mistakes
    if source is not None and source.page is PageSource.page:
        yield f"{source.__name__} reads no page"
    if source is not None and cost.page_size != getattr(source, "page_size", None):
        yield f"its pages hold {cost.page_size} items, those of {source.__name__} do not"


def _cost(registry: Registry, field: StrawberryField) -> Iterator[str]:
    cost = calls_of(field)
    if cost is None:
        return
    endpoints = {row.name for row in registry.endpoints}
    confirm = cost.confirm[1] if cost.confirm else None
    for operation in (cost.operation, *cost.before, cost.filtered, confirm, cost.conflict, cost.replay):
        if operation is not None and operation not in endpoints:
            yield f"there is no endpoint {operation}"
    needed = {cost.argument: True, "first": cost.page_size is not None, "filter": cost.filtered is not None}
    for name in needed.keys() - {None} - {each.python_name for each in field.arguments}:
        if needed[name]:
            yield f"its cost is by {name}, which is none of its arguments"
    if cost.page_size is None and "first" in {each.python_name for each in field.arguments}:
        yield "it takes `first`, but its cost has no page_size"
    if cost.reference is not None:
        yield from _referred(cost.reference, registry.loaders, "loader")[1]


def _referred(reference: Reference[T], registered: Iterable[type], what: str) -> tuple[type[T] | None, list[str]]:
    """The class that is referred to, None when there is none, and what is wrong with that."""
    try:
        kind = resolved(reference)
    except (ImportError, AttributeError, ValueError) as error:
        return None, [f"there is no such {what}: {error}"]
    return kind, [] if kind in registered else [f"no area has {kind.__name__} among its {what}s"]


def _has(definition: StrawberryObjectDefinition, name: str) -> bool:
    """Whether objects of a type have an attribute."""
    return hasattr(definition.origin, name) or name in {each.name for each in fields(definition.origin)}
