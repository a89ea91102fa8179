"""Executing faster what is only data, with the same answers as graphql-core's own executor.

A plain value goes into the answer directly, and so do objects and lists of objects that are there
already. The relations of all objects of a list are begun together and waited for once, instead of
once for each object. Whatever is not plainly right (a wrong type, a failure, null where there must
be a value) is left to graphql-core, which says it in its own way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from enum import Enum
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLUnionType,
)
from graphql.pyutils import Path, gather_with_cancel

from gateway.graph.execution.compiled_selection import CompiledField, CompiledSelection, compile_selection
from gateway.graph.execution.core_executor import CoreExecutor
from gateway.graph.loading.relation import Relation, begin, known
from gateway.graph.selection.tree import SelectedFields

_SLOW = object()


class SwiftExecutor(CoreExecutor):
    """graphql-core's executor with shortcuts for attributes and relations."""

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        selected: Any,
        position_context: Any,
    ) -> Any:
        """The answer for one object: what is data directly, all else as graphql-core has it."""
        results: dict[str, Any] = {}
        waiting: list[str] = []
        try:
            for field in compiled(parent_type, selected).fields:
                name = field.name
                if field.attribute is not None:
                    value = getattr(source_value, field.attribute, self)
                    if value.__class__ is field.plain or (value is None and field.nullable):
                        results[name] = value
                        continue
                    if field.enum is not None and isinstance(value, Enum) and value in field.enum:
                        results[name] = field.enum[value]
                        continue
                    result = self._show(field, value, path, parent_type, position_context)
                elif field.relation is not None:
                    value = known(field.relation, field.stub, source_value, self.context_value, _SLOW)
                    result = self._show(field, value, path, parent_type, position_context)
                elif field.typename:
                    results[name] = parent_type.name
                    continue
                else:
                    result = _SLOW
                if result is _SLOW:
                    place = Path(path, name, parent_type.name)
                    result = self.execute_field(parent_type, source_value, field.details, place, position_context)
                results[name] = result
                if result.__class__ is not dict and self.is_awaitable(result):
                    waiting.append(name)
        except Exception:
            if waiting:
                self.settle_in_background([results[name] for name in waiting])
            raise
        return self._gather(results, waiting) if waiting else results

    def _show(
        self, field: CompiledField, value: Any, path: Path | None, parent: GraphQLObjectType, position: Any
    ) -> Any:
        """An object or a list of objects that is there already, or `_SLOW`."""
        if value is None and field.nullable:
            return None
        if field.kind is None or not _is_data(value, field.item is not None):
            return _SLOW
        assert field.declared is not None
        below = compiled(field.kind, _below(field.details, field.kind))
        if below.plain and (plain := _plain(below, value)) is not _SLOW:
            return plain
        place = Path(path, field.name, parent.name)
        try:
            if field.item is not None:
                shown = self._list(field.kind, field.item, field.details, place, value, position)
            else:
                shown = self.execute_fields(field.kind, value, place, _below(field.details, field.kind), position)
        except Exception as error:
            self.handle_field_error(error, field.declared, field.details, place)
            return None
        ready = isinstance(shown, dict | list)
        return shown if ready else self._guarded(shown, field.declared, field.details, place)

    def _list(  # noqa: PLR0917 - what graphql-core hands from method to method
        self,
        kind: GraphQLObjectType,
        item: GraphQLOutputType,
        details: Any,
        path: Path,
        items: list[Any],
        position: Any,
    ) -> Any:
        """A list of objects: the relations of all of them are begun together, then they are shown."""
        relations = compiled(kind, _below(details, kind)).relations or ()
        pending = {
            future for relation in relations for each in items for future in begin(relation, each, self.context_value)
        }
        if not pending or not self._come_together(relations):
            return self._objects(kind, item, details, path, items, position)

        async def later() -> list[Any]:
            await asyncio.wait(pending)
            shown = self._objects(kind, item, details, path, items, position)
            return shown if shown.__class__ is list else await shown

        return later()

    def _come_together(self, relations: Iterable[Relation]) -> bool:
        """Whether objects can wait for all of their relations.

        Where batches wait for others, one must not begin without the keys that an answer has brought, only because
        these objects wait for another loader's as well.
        """
        return self.context_value.in_flight is None or len({each.loader for each in relations}) == 1

    def _objects(  # noqa: PLR0917 - what graphql-core hands from method to method
        self,
        kind: GraphQLObjectType,
        item: GraphQLOutputType,
        details: Any,
        path: Path,
        items: list[Any],
        position: Any,
    ) -> Any:
        selected = _below(details, kind)
        results: list[Any] = []
        waiting: list[int] = []
        try:
            for index, each in enumerate(items):
                place = path.add_key(index, None)
                try:
                    shown = self.execute_fields(kind, each, place, selected, position)
                except Exception as error:
                    self.handle_field_error(error, item, details, place)
                    shown = None
                else:
                    if shown.__class__ is not dict:
                        shown = self._guarded(shown, item, details, place)
                        waiting.append(index)
                results.append(shown)
        except Exception:
            if waiting:
                self.settle_in_background([results[index] for index in waiting])
            raise
        return self._gather(results, waiting) if waiting else results

    async def _guarded(self, shown: Awaitable[Any], kind: GraphQLOutputType, details: Any, place: Path) -> Any:
        try:
            return await shown
        except Exception as error:
            self.handle_field_error(error, kind, details, place)
            return None

    async def _gather(self, results: Any, waiting: list[Any]) -> Any:
        if len(waiting) == 1:
            results[waiting[0]] = await results[waiting[0]]
        else:
            found = await gather_with_cancel(*(results[place] for place in waiting))
            for place, value in zip(waiting, found, strict=True):
                results[place] = value
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
        """A list that a resolver gave: objects that are plainly right go the short way as well."""
        kind = item_type.of_type if isinstance(item_type, GraphQLNonNull) else item_type
        if isinstance(kind, GraphQLObjectType) and kind.is_type_of is None and _is_data(items, True):
            return self._list(kind, item_type, field_details_list, path, list(items), position_context)
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType) and _is_data(items, True):
            pending = self._begin_mixed(field_details_list, list(items))
            if pending:
                return self._later(pending, item_type, field_details_list, info, path, items, position_context)
        return super().complete_iterable_value(item_type, field_details_list, info, path, items, position_context)

    def _begin_mixed(self, details: Any, items: list[Any]) -> set[asyncio.Future[Any]]:
        """Begin the relations of objects of several types, each by its own type's selection; gives what to wait for."""
        pending, relations = set(), set()
        for each in items:
            kind = self.schema.get_type(each.__class__.__strawberry_definition__.name)
            if isinstance(kind, GraphQLObjectType):
                for relation in compiled(kind, _below(details, kind)).relations or ():
                    relations.add(relation)
                    pending.update(begin(relation, each, self.context_value))
        return pending if self._come_together(relations) else set()

    async def _later(self, pending: set[asyncio.Future[Any]], *rest: Any) -> Any:
        await asyncio.wait(pending)
        shown = super().complete_iterable_value(*rest)
        return await shown if self.is_awaitable(shown) else shown


def compiled(kind: GraphQLObjectType, selected: SelectedFields) -> CompiledSelection:
    """What is selected on a type as the executor runs it: worked out once, and kept with the document."""
    if selected.compiled is None:
        selected.compiled = compile_selection(kind, selected)
    found: CompiledSelection = selected.compiled
    return found


def _plain(selection: CompiledSelection, value: Any) -> Any:
    """An object, or a list of objects, of which only values are selected that are plainly right; otherwise `_SLOW`."""
    if value.__class__ is not list:
        return _plain_object(selection, value)
    shown = []
    for each in value:
        one = _plain_object(selection, each)
        if one is _SLOW:
            return _SLOW
        shown.append(one)
    return shown


def _plain_object(selection: CompiledSelection, value: Any) -> Any:
    shown: dict[str, Any] = {}
    for field in selection.fields:
        found = getattr(value, field.attribute or "", _SLOW)
        if found.__class__ is field.plain or (found is None and field.nullable):
            shown[field.name] = found
        elif field.enum is not None and isinstance(found, Enum) and found in field.enum:
            shown[field.name] = field.enum[found]
        else:
            return _SLOW
    return shown


def _below(details: Any, kind: GraphQLObjectType) -> SelectedFields:
    """What is selected on the objects that a field gives: graphql-core hands a field's places through as they are."""
    found: SelectedFields = details.field.below.of(kind)
    return found


def _is_data(value: Any, many: bool) -> bool:
    """Whether a value is an object of the graph or, with `many`, a list of nothing else."""
    if many:
        return value.__class__ is list and all(hasattr(each.__class__, "__strawberry_definition__") for each in value)
    return hasattr(value.__class__, "__strawberry_definition__")
