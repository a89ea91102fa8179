"""Executing faster what is only data, with the same answers as graphql-core's own executor.

Two shortcuts. A plain attribute whose value needs no thought goes into the answer directly. The
relations of all objects of a list are begun together and waited for once, instead of once for
each object. Whatever is not plainly right (a wrong type, a failure, null where there must be a
value) is left to graphql-core, which says it in its own way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from graphql import (
    Executor,
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    get_named_type,
    is_list_type,
)
from graphql.pyutils import Path, gather_with_cancel
from strawberry.types.field import StrawberryField

from gateway.graph.relation import Relation, begin, only_ids_below, relation_of

# The Python class whose values a scalar shows as they are. Int and Float are bounded, so they are not among them.
_AS_IS: dict[str, type] = {
    "String": str,
    "ID": str,
    "DateTime": str,
    "Date": str,
    "Birthday": str,
    "Decimal": str,
    "Boolean": bool,
    "Long": int,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One selected field: its name in the answer, graphql-core's details, and the shortcut if it has one."""

    name: str
    details: Any
    attribute: str | None = None
    plain: type | None = None
    enum: dict[Any, str] | None = None
    nullable: bool = True
    typename: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """What is selected of a type. `relations` is None when something else has to be waited for as well."""

    steps: tuple[Step, ...]
    relations: tuple[Relation, ...] | None


class SwiftExecutor(Executor[None]):
    """graphql-core's executor with shortcuts for attributes and relations."""

    def __init__(self, *given: Any, **options: Any) -> None:
        """Take what `Executor` takes."""
        super().__init__(*given, **options)
        self._programs: dict[tuple[str, int], tuple[Any, Program]] = {}

    def program(self, parent: GraphQLObjectType, grouped: Any) -> Program:
        """What a grouped field set asks of a type, worked out once for each execution."""
        key = (parent.name, id(grouped))
        found = self._programs.get(key)
        if found is None:
            # The field set is kept along, so that its id is not given to another one.
            found = self._programs[key] = (grouped, self._compile(parent, grouped))
        return found[1]

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: Any,
        position_context: Any,
    ) -> Any:
        """The answer for one object: plain values directly, all others as graphql-core has them."""
        results: dict[str, Any] = {}
        waiting: list[str] = []
        try:
            for step in self.program(parent_type, grouped_field_set).steps:
                name = step.name
                if step.attribute is not None:
                    value = getattr(source_value, step.attribute, self)
                    if value.__class__ is step.plain or (value is None and step.nullable):
                        results[name] = value
                        continue
                    if step.enum is not None and isinstance(value, Enum) and value in step.enum:
                        results[name] = step.enum[value]
                        continue
                elif step.typename:
                    results[name] = parent_type.name
                    continue
                place = Path(path, name, parent_type.name)
                result = self.execute_field(parent_type, source_value, step.details, place, position_context)
                results[name] = result
                if self.is_awaitable(result):
                    waiting.append(name)
        except Exception:
            if waiting:
                self.settle_in_background([results[name] for name in waiting])
            raise
        return self._gather(results, waiting) if waiting else results

    async def _gather(self, results: dict[str, Any], waiting: list[str]) -> dict[str, Any]:
        if len(waiting) == 1:
            results[waiting[0]] = await results[waiting[0]]
        else:
            found = await gather_with_cancel(*(results[name] for name in waiting))
            results.update(zip(waiting, found, strict=True))
        return results

    def complete_iterable_value(  # noqa: PLR0917 - the signature is graphql-core's
        self,
        item_type: GraphQLOutputType,
        field_details_list: Any,
        info: GraphQLResolveInfo[Any],
        path: Path,
        items: Iterable[Any],
        position_context: Any,
    ) -> Any:
        """A list: the relations of all its objects are begun together, then the objects are completed."""
        pending = self._begin(item_type, field_details_list, items)
        if not pending:
            return super().complete_iterable_value(item_type, field_details_list, info, path, items, position_context)
        return self._complete_later(pending, item_type, field_details_list, info, path, items, position_context)

    async def _complete_later(self, pending: set[asyncio.Future[Any]], *rest: Any) -> Any:
        await asyncio.wait(pending)
        completed = super().complete_iterable_value(*rest)
        return await completed if self.is_awaitable(completed) else completed

    def _begin(self, item_type: GraphQLOutputType, details: Any, items: Any) -> set[asyncio.Future[Any]]:
        kind = item_type.of_type if isinstance(item_type, GraphQLNonNull) else item_type
        if not isinstance(kind, GraphQLObjectType) or not isinstance(items, list):
            return set()
        relations = self.program(kind, self.collect_subfields(kind, details)[0]).relations
        operation: Any = self.context_value
        return {
            future
            for relation in relations or ()
            for item in items
            if item is not None and not isinstance(item, Exception)
            for future in begin(relation, item, operation)
        }

    def _compile(self, parent: GraphQLObjectType, grouped: Any) -> Program:
        steps, relations = [], []
        alone = True
        for name, details in grouped.items():
            node: FieldNode = details[0].node
            if node.name.value == "__typename":
                steps.append(Step(name, details, typename=True))
                continue
            field = parent.fields.get(node.name.value)
            declared = (field.extensions or {}).get("strawberry-definition") if field is not None else None
            if field is None or not isinstance(declared, StrawberryField):
                steps.append(Step(name, details))
                alone = False
                continue
            relation = relation_of(declared)
            if relation is None:
                alone = alone and declared.is_basic_field
                steps.append(_step(name, details, field, declared))
                continue
            steps.append(Step(name, details))
            nodes = [each.node for each in details]
            if not (relation.stub and only_ids_below(nodes, self.fragment_definitions)):
                relations.append(relation)
        return Program(tuple(steps), tuple(relations) if alone else None)


def _step(name: str, details: Any, field: GraphQLField, declared: StrawberryField) -> Step:
    nullable = not isinstance(field.type, GraphQLNonNull)
    inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    kind = get_named_type(field.type)
    attribute = declared.python_name if declared.is_basic_field else None
    if attribute is None or is_list_type(inner):
        # A list that is null still needs no thought.
        return Step(name, details, attribute if nullable else None)
    if isinstance(kind, GraphQLScalarType):
        return Step(name, details, attribute, _AS_IS.get(kind.name), nullable=nullable)
    if isinstance(kind, GraphQLEnumType):
        members = {value.value: key for key, value in kind.values.items()}
        return Step(name, details, attribute, enum=members, nullable=nullable)
    return Step(name, details, attribute if nullable else None)
