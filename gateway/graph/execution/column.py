"""What one field has given for the objects of a level: sorted into answers, errors, and the objects of levels below.

The rules are those of the specification for completing values; nothing is resolved or waited for here.
https://spec.graphql.org/draft/#sec-Value-Completion
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from graphql import GraphQLError, GraphQLObjectType, Undefined, is_leaf_type
from graphql.pyutils import inspect, is_awaitable, is_iterable
from strawberry.types.base import StrawberryObjectDefinition

from gateway.graph.execution.compiled_selection import CompiledField
from gateway.graph.execution.errors import Errors
from gateway.graph.execution.level import Level, Places
from gateway.graph.execution.object_type import OfType, TypeOf
from gateway.graph.loading.deferred import Deferred

# A value that is still to come, and where it stands.
Later = tuple[int, Places, Awaitable[Any]]
# A key that a loader is to be asked for, and where its value stands.
Wanted = tuple[int, Places, Deferred]


class _Objects:
    """Objects of one type among the values of a column."""

    def __init__(self) -> None:
        self.sources: list[Any] = []
        self.owners: list[int] = []
        self.places: list[Places] = []


class Column:
    """The values of one field, one for each of some objects of a level."""

    def __init__(self, errors: Errors, level: Level, field: CompiledField, type_of: TypeOf) -> None:
        """`type_of` tells of which type an object is, for what is said of several types."""
        self._errors = errors
        self.level = level
        self.field = field
        self._type_of = type_of
        self._leaf = is_leaf_type(field.kind)
        self._found: dict[GraphQLObjectType, _Objects] = {}
        # Levels of whole lists.
        self._lists: list[Level] = []
        self.later: list[Later] = []
        self.wanted: list[Wanted] = []

    def take(self, numbers: Sequence[int], values: Sequence[Any]) -> None:
        """Sort the values for these objects."""
        plain = isinstance(self.field.kind, GraphQLObjectType) and self.field.kind.is_type_of is None
        if plain and self.field.depth == 1:
            numbers, values = self._take_lists(numbers, values)
        for number, value in zip(numbers, values, strict=True):
            self.value(number, (), value)

    def take_at(self, values: Iterable[tuple[int, Places, Any]]) -> None:
        """Sort values of which each has a place of its own: that of the field, or one in its list."""
        whole: tuple[list[int], list[Any]] = ([], [])
        for number, places, value in values:
            if places:
                self.value(number, places, value)
            else:
                whole[0].append(number)
                whole[1].append(value)
        self.take(*whole)

    def levels(self) -> list[Level]:
        """The levels below that these values make."""
        below = self._lists
        for kind, objects in self._found.items():
            level = Level(self.field.below(kind), objects.sources, self.level, self.field)
            level.stand(objects.owners, objects.places)
            below.append(level)
        return below

    def _take_lists(self, numbers: Sequence[int], values: Sequence[Any]) -> tuple[list[int], list[Any]]:
        """Take the lists that have nothing but objects of the graph; gives what is left."""
        kind = self.field.kind
        assert isinstance(kind, GraphQLObjectType)
        left: tuple[list[int], list[Any]] = ([], [])
        if set(map(type, values)) != {list} or not _are_of_graph(chain.from_iterable(values)):
            whole: tuple[list[int], list[Any]] = ([], [])
            for number, value in zip(numbers, values, strict=True):
                to = whole if value.__class__ is list and _are_of_graph(value) else left
                to[0].append(number)
                to[1].append(value)
            numbers, values = whole
        if values:
            sources: list[Any] = []
            spans: list[tuple[int, int, int]] = []
            for number, value in zip(numbers, values, strict=True):
                start = len(sources)
                sources += value
                spans.append((number, start, len(sources)))
            level = Level(self.field.below(kind), sources, self.level, self.field)
            level.stand_in_lists(spans)
            self._lists.append(level)
        return left

    def value(self, number: int, places: Places, value: Any) -> None:
        """Sort one value, of a field or of an item in its list."""
        field = self.field
        if isinstance(value, Exception):
            self.failed(number, places, value)
        elif value is None or value is Undefined:
            self._null(number, places)
        elif value.__class__ is Deferred:
            self.wanted.append((number, places, value))
        elif is_awaitable(value):
            self.later.append((number, places, value))
        elif len(places) < field.depth:
            self._list(number, places, value)
        elif self._leaf:
            self._show(number, places, value)
        else:
            self._object(number, places, value)

    def failed(self, number: int, places: Places, error: Exception) -> None:
        """Note that a value could not be had."""
        self._errors.add(self.level, number, self.field, places, error)

    def _null(self, number: int, places: Places) -> None:
        if self.field.nullable[len(places)]:
            self.level.put(number, self.field, places, None)
            return
        name = f"{self.level.selection.typename}.{self.field.occurrences.field.name}"
        self.failed(number, places, TypeError(f"Cannot return null for non-nullable field {name}."))

    def _list(self, number: int, places: Places, value: Any) -> None:
        if isinstance(value, AsyncIterable):
            self.later.append((number, places, _collected(value)))
            return
        if not is_iterable(value):
            name = f"{self.level.selection.typename}.{self.field.occurrences.field.name}"
            self.failed(number, places, GraphQLError(f"Expected Iterable, but did not find one for field '{name}'."))
            return
        try:
            items = list(value)
        except Exception as error:  # whatever an iterator raises
            self.failed(number, places, error)
            return
        # Each has its place before any is shown, as null may come to stand for all of them.
        self.level.put(number, self.field, places, [None] * len(items))
        for place, item in enumerate(items):
            self.value(number, (*places, place), item)

    def _show(self, number: int, places: Places, value: Any) -> None:
        kind: Any = self.field.kind
        try:
            shown = kind.coerce_output_value(value)
            if shown is None or shown is Undefined:
                raise TypeError(f"Expected `{kind}` to show a value, and it gave {inspect(shown)}.")
        except Exception as error:  # whatever a scalar raises
            self.failed(number, places, error)
            return
        self.level.put(number, self.field, places, shown)

    def _object(self, number: int, places: Places, value: Any) -> None:
        try:
            found = self._type_of(self.level, self.field, number, value)
        except Exception as error:  # whatever a type's own check raises
            self.failed(number, places, error)
            return
        if not isinstance(found, OfType):
            self.later.append((number, places, found))
            return
        objects = self._found.get(found.kind)
        if objects is None:
            objects = self._found[found.kind] = _Objects()
        objects.sources.append(found.value)
        objects.owners.append(number)
        objects.places.append(places)


def _are_of_graph(values: Iterable[Any]) -> bool:
    """Whether all of these are objects of the graph."""
    return all(map(_is_of_graph, set(map(type, values))))


@lru_cache(1024)
def _is_of_graph(kind: type) -> bool:
    """Whether objects of a Python class stand for objects of the graph."""
    definition = getattr(kind, "__strawberry_definition__", None)
    return isinstance(definition, StrawberryObjectDefinition) or hasattr(kind, "strawberry_type")


async def _collected(values: AsyncIterable[Any]) -> list[Any]:
    return [each async for each in values]
