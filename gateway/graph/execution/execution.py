"""Running an operation level by level: every field once for all objects of a level, whatever their number.

What objects have themselves is shown at once. The keys of a relation are gathered from all objects of its level and
loaded by one request; its values are placed call by call, as one that is late must not keep the others. Resolvers are
called for each object. What comes together is shown together, so that what follows is asked for together as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from time import perf_counter
from typing import Any

from graphql import ExecutionResult

from gateway.graph.execution.awaiting import Awaiting, Loading, Resolving
from gateway.graph.execution.column import Column, Wanted
from gateway.graph.execution.compiled_selection import CompiledField, CompiledSelection
from gateway.graph.execution.errors import Errors
from gateway.graph.execution.leaves import read, show_leaf
from gateway.graph.execution.level import Level
from gateway.graph.execution.object_type import ObjectTypes
from gateway.graph.execution.related import Unplaced, many, shown_once, stubs
from gateway.graph.execution.resolving import ExecutionRequest
from gateway.graph.loading.loader import KeyedLoader
from gateway.graph.loading.relation import keys_of

# Seconds after which others have their turn in the event loop.
MAX_SECONDS = 0.005


class Execution:
    """One operation while it runs."""

    def __init__(self, request: ExecutionRequest, selection: CompiledSelection) -> None:
        """`selection` is what the operation selects at its root."""
        self._request = request
        self._context = request.context
        self._errors = Errors()
        self._types = ObjectTypes(request)
        self._awaiting = Awaiting(self._context.in_flight)
        self._root = Level(selection, [request.root_value])
        # When others had their turn last.
        self._since = perf_counter()

    def run(self) -> ExecutionResult | None:
        """Show what is there at once; None if something has to be waited for, see `finish`."""
        self._show(self._root)
        return None if self._awaiting else self._result()

    async def finish(self) -> ExecutionResult:
        """Wait for whatever is to come, and show it."""
        try:
            while self._awaiting:
                await self._take(await self._awaiting.next())
        finally:
            self._awaiting.close()
        return self._result()

    async def run_serially(self) -> ExecutionResult:
        """Run the fields of the root one after the other, each with all that is below it."""
        self._root.show([self._root.selection.blank.copy()])
        for field in self._root.selection.further:
            if self._errors.no_data:
                break
            self._context.begins(field.name)
            self._awaiting = Awaiting(self._context.in_flight)
            self._field(self._root, field)
            await self.finish()
        return self._result()

    def _result(self) -> ExecutionResult:
        data = None if self._errors.no_data else self._root.answers[0]
        return ExecutionResult(data, self._errors.found or None)

    async def _take(self, came: list[Resolving | Loading]) -> None:
        """Show what has come, of each field all together."""
        self._since = perf_counter()
        columns: dict[tuple[Level, CompiledField], list[Resolving]] = {}
        for each in came:
            if isinstance(each, Loading):
                each.go_on()
                await self._give_way()
            else:
                columns.setdefault((each.level, each.field), []).append(each)
        for place, resolved in columns.items():
            column = Column(self._errors, *place, self._types.of)
            column.take_at([(each.number, each.places, each.value) for each in resolved])
            self._finish_column(column)
            await self._give_way()
        for one in came:
            self._awaiting.release(one)

    async def _give_way(self) -> None:
        """Let others have their turn when this has taken long enough."""
        if perf_counter() - self._since > MAX_SECONDS:
            await asyncio.sleep(0)
            self._since = perf_counter()

    def _show(self, level: Level) -> None:
        """Show the objects of a level, and begin with what more they take."""
        selection, sources = level.selection, level.sources
        kinds = set(map(type, sources))
        projection = selection.projections.of(kinds.pop()) if len(kinds) == 1 else None
        if projection is not None:
            level.show(projection.show(sources))
            further: Iterable[CompiledField] = projection.further
        else:
            level.show([selection.blank.copy() for _ in sources])
            for leaf in selection.leaves:
                if odd := show_leaf(level, leaf):
                    self._complete(level, leaf.field, [number for number, _ in odd], [value for _, value in odd])
            further = selection.further
        for field in further:
            self._field(level, field)

    def _field(self, level: Level, field: CompiledField) -> None:
        """Begin with a field of all objects that takes more than a look at them."""
        numbers: Sequence[int] = range(len(level.sources))
        if self._errors.any_gone:
            numbers = [number for number in numbers if not level.is_gone(number)]
        if field.relation is not None:
            self._relation(level, field, numbers)
        elif field.attribute is not None:
            self._complete(level, field, numbers, [read(level.sources[number], field.attribute) for number in numbers])
        else:
            self._resolve(level, field, numbers)

    def _resolve(self, level: Level, field: CompiledField, numbers: Sequence[int]) -> None:
        """Call the resolver of a field for all objects."""
        request = self._request
        try:
            arguments = request.arguments(field)
        except Exception as error:  # values of variables, which no validation has seen
            self._complete(level, field, numbers, [error for _ in numbers])
        else:
            self._complete(level, field, numbers, [request.call(level, field, number, arguments) for number in numbers])

    def _relation(self, level: Level, field: CompiledField, numbers: Sequence[int]) -> None:
        """Ask for what a relation of all objects leads to, in one request."""
        relation = field.relation
        assert relation is not None
        loader = self._context.loader(relation.loader)
        keys = keys_of(relation, map(level.sources.__getitem__, numbers))
        if field.stub:
            known = stubs(loader, keys, many=relation.many)
            self._place(level, field, Unplaced(numbers, keys, known, many=relation.many), True)
            return
        wanted = chain.from_iterable(filter(None, keys)) if relation.many else filter(None, keys)
        unplaced = Unplaced(numbers, keys, loader.known, many=relation.many)
        self._load(loader, wanted, partial(self._place, level, field, unplaced))

    def _place(self, level: Level, field: CompiledField, unplaced: Unplaced[int], whole: bool) -> None:
        """Show what relations have led to: of all objects that wait, or only where it is known."""
        assert field.relation is not None
        (numbers, keys), known = unplaced.take(whole), unplaced.known
        if not field.relation.many:
            self._complete(level, field, numbers, [known.get(each) if each else None for each in keys])
        elif (shown := shown_once(field, keys, known)) is not None:
            for number, each in zip(numbers, keys, strict=True):
                level.answers[number][field.name] = [shown[key] for key in each or ()]
        else:
            self._complete(level, field, numbers, [many(each, known) for each in keys])

    def _complete(self, level: Level, field: CompiledField, numbers: Sequence[int], values: Sequence[Any]) -> None:
        """Show the values that a field has for these objects."""
        column = Column(self._errors, level, field, self._types.of)
        column.take(numbers, values)
        self._finish_column(column)

    def _finish_column(self, column: Column) -> None:
        """Show the objects among values, and wait for those that are still to come."""
        level, field = column.level, column.field
        for below in column.levels():
            self._show(below)
        for number, places, awaitable in column.later:
            self._awaiting.resolve(Resolving(level, field, number, places, awaitable))
        wanted: dict[KeyedLoader[Any, Any], list[Wanted]] = {}
        for each in column.wanted:
            wanted.setdefault(each[2].loader, []).append(each)
        for loader, group in wanted.items():
            keys = [deferred.key for _, _, deferred in group]
            unplaced = Unplaced(group, keys, loader.known, many=False)
            self._load(loader, keys, partial(self._place_wanted, level, field, unplaced))

    def _load(self, loader: KeyedLoader[Any, Any], keys: Iterable[Any], then: Callable[[bool], None]) -> None:
        """Do something when all of these keys are known: at once if they are. Of many calls, also after each."""
        if requests := loader.want(keys):
            self._awaiting.load(type(loader), requests, then)
        else:
            then(True)

    def _place_wanted(self, level: Level, field: CompiledField, unplaced: Unplaced[Wanted], whole: bool) -> None:
        wanted, _ = unplaced.take(whole)
        column = Column(self._errors, level, field, self._types.of)
        column.take_at([(number, places, unplaced.known.get(each.key)) for number, places, each in wanted])
        self._finish_column(column)
