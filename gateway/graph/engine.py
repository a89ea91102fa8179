"""Running GraphQL: a document is parsed and checked once, then executed as often as it is asked.

Takes text and variables, gives the response as plain data. Knows no HTTP and no area.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Literal

import strawberry
from graphql import (
    Executor,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
)

from gateway.fairness.fair_share import Holder
from gateway.graph.decoding.decoders import SelectedDecoders
from gateway.graph.documents.cache import ANYBODY, Documents
from gateway.graph.documents.parser import CACHED_SELECTIONS, Checker, Prepared
from gateway.graph.errors import present, present_all
from gateway.graph.execution.response import response
from gateway.graph.execution.running import RunningOperation
from gateway.graph.federated_trace import FederatedTrace
from gateway.graph.loading.context import Context
from gateway.graph.planning.plan import Plan, refusal, shape
from gateway.graph.planning.planner import plan
from gateway.graph.selection.document import OperationBlock
from gateway.graph.selection.limits import Limits
from gateway.graph.selection.operation import SelectedOperation, selected, switches
from gateway.graph.subgraph.area import Registry
from gateway.graph.subgraph.core_schema import core_schema
from gateway.tracing.shown import shown as shown_trace

# The root fields that are answered by the schema itself.
_OF_SCHEMA = frozenset({"__typename", "__schema", "__type", "_service"})


class Engine:
    """A schema that executes documents."""

    def __init__(
        self,
        schema: strawberry.Schema,
        registry: Registry,
        *,
        limits: Limits | None = None,
        introspection: bool = True,
        suggestions: bool = True,
        execution: Literal["compiled", "graphql-core"] = "compiled",
    ) -> None:
        """`registry` holds the loaders of all areas; `suggestions` allows "Did you mean" in errors.

        `execution` is how operations run; the answers are the same.
        """
        self.schema = schema
        self.limits = limits or Limits()
        self._core = core_schema(schema)
        self._registry = registry
        self._suggestions = suggestions
        self._compiled = execution == "compiled"
        # How many operations graphql-core has run, as the compiled way does not cover them.
        self.fallbacks = 0
        checker = Checker(self._core, self.limits, introspection=introspection, suggestions=suggestions)
        self._documents = Documents(checker)
        # What routers send is remembered apart from what others send: they may read the schema.
        self._routers = self._documents
        if not introspection:
            self._routers = Documents(Checker(self._core, self.limits, introspection=True, suggestions=suggestions))

    def prepare(self, query: str) -> Prepared:
        """The checked document."""
        return self._documents.prepare(query)

    @property
    def caches(self) -> set[Documents]:
        """The documents that are remembered: all together, or those of routers apart."""
        return {self._documents, self._routers}

    @property
    def refused_documents(self) -> int:
        """How many documents were not checked because too many waited."""
        return sum(each.refused for each in self.caches)

    async def prepare_aside(self, query: str, caller: Holder = ANYBODY, *, router: bool = False) -> Prepared:
        """The checked document; a new one waits for its turn among those of all callers.

        A `router` may read the schema. Raises `TooManyDocuments` when too many wait already.
        """
        return await (self._routers if router else self._documents).prepare_aside(query, caller)

    async def close(self) -> None:
        """Let go of what checks documents."""
        await self._documents.close()
        await self._routers.close()

    def plan(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any] | None = None,
        caller: Holder = ANYBODY,
    ) -> Plan:
        """The REST calls that an operation can make at most with these variables.

        Raises `GraphQLError` for a condition that is null.
        """
        return self._planned(prepared, operation, variables or {}, caller)[0]

    def _planned(
        self, prepared: Prepared, operation: OperationDefinitionNode, variables: Mapping[str, Any], caller: Holder
    ) -> tuple[Plan, SelectedOperation]:
        """The plan of an operation with these variables, and what it selects."""
        block = prepared.blocks.block(operation)
        chosen = self._selected(prepared, block, variables, caller)
        # What else a request sends as variables is read by nobody, and must not be kept.
        given = [
            (each, shape(variables[each], self._registry.entities)) for each in block.variables if each in variables
        ]
        key = (block.name, tuple(given))
        found = prepared.plans.get(key, caller)
        if found is None:
            found = plan(self._registry, chosen, variables, max_values=self.limits.values)
            prepared.plans.put(key, found, caller)
        kept = key in prepared.plans and (block.name,) in prepared.selections
        if kept and not block.variables and len(prepared.settled) < CACHED_SELECTIONS:
            prepared.settled[block.name] = found, chosen
        return found, chosen

    def _selected(
        self, prepared: Prepared, block: OperationBlock, variables: Mapping[str, Any], caller: Holder
    ) -> SelectedOperation:
        values = switches(block, variables)
        key = (block.name, *values.items())
        found = prepared.selections.get(key, caller)
        if found is None:
            found = selected(self._core, block, values)
            prepared.selections.put(key, found, caller)
            # What is not kept is not worth more than to be run. What a write has done is compared in full.
            if self._compiled and found.kind is OperationType.QUERY and key in prepared.selections:
                found.made[SelectedDecoders] = SelectedDecoders(found)
        return found

    def reads_only_schema(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any] | None = None,
        caller: Holder = ANYBODY,
    ) -> bool:
        """Whether nothing but the schema answers an operation with these variables, so that anybody gets the same."""
        if is_subscription(operation):
            return False
        try:
            chosen = self._selected(prepared, prepared.blocks.block(operation), variables or {}, caller)
        except GraphQLError:
            return False
        return all(each.name in _OF_SCHEMA for each in chosen.selection.of(chosen.root_type).fields)

    async def execute(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        context: Context,
        variables: Mapping[str, Any] | None = None,
        *,
        federated: bool = False,
    ) -> dict[str, Any]:
        """Run one query or mutation of a checked document and give the response object.

        What is `federated` comes with its trace for Apollo's router.
        """
        try:
            planned = self.affordable(prepared, operation, context, variables or {})
        except GraphQLError as refused:
            return {"errors": [present(refused)]}
        trace = FederatedTrace(self.schema) if federated else None
        return await self.carry_out(prepared, operation, context, variables or {}, planned, federated=trace)

    def affordable(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        context: Context,
        variables: Mapping[str, Any],
    ) -> Plan:
        """The plan of an operation that may run, in whose context it is put. Raises `GraphQLError` for any other."""
        trace = context.square.usage.trace
        began = 0.0 if trace is None else time.perf_counter()
        found = prepared.settled.get(operation.name.value if operation.name else None)
        planned, chosen = found or self._planned(prepared, operation, variables, context.square.holder)
        if refused := refusal(planned, self.limits, variables):
            raise refused
        context.selected = chosen.selection
        context.square.decoders = chosen.made.get(SelectedDecoders)
        # A mutation checks and changes what is there now, and an event is about something that has changed.
        context.square.fresh |= operation.operation is not OperationType.QUERY
        context.plan(planned.waits, planned.serial, planned.calls - planned.further, planned.further)
        if trace is not None:
            trace.plans(planned, began)
        return planned

    async def carry_out(
        self,
        prepared: Prepared,
        operation: OperationDefinitionNode,
        context: Context,
        variables: Mapping[str, Any],
        planned: Plan,
        *,
        event: object = None,
        federated: FederatedTrace | None = None,
    ) -> dict[str, Any]:
        """Execute what is `affordable`, of a subscription for one event, and give the response object."""
        running = self._running(prepared, operation, context, event)
        try:
            if federated is not None:
                self.fallbacks += self._compiled
                with federated.recording():
                    result = await running.by_core(variables, federated.middleware)
            elif self._compiled and not operation.directives:
                result = await running.compiled(variables)
            else:
                self.fallbacks += self._compiled
                result = await running.by_core(variables)
        finally:
            context.end()
        shown = response(result, self.limits.values - planned.values)
        shown["extensions"] = {"cost": {"estimatedCalls": planned.calls, **context.facts()}}
        if warnings := context.warned():
            shown["extensions"]["warnings"] = warnings
        if (trace := context.square.usage.trace) is not None and trace.shown:
            shown["extensions"]["trace"] = shown_trace(trace, planned)
        if federated is not None:
            shown["extensions"].update(federated.shown())
        return shown

    def executor(
        self,
        kind: type[Executor[Any]],
        prepared: Prepared,
        operation: OperationDefinitionNode,
        context: Context,
        variables: Mapping[str, Any],
    ) -> Executor[Any] | list[GraphQLError]:
        """An executor of graphql-core's of this kind, or what is wrong with the variables."""
        return self._running(prepared, operation, context, None).executor(kind, variables)

    def _running(
        self, prepared: Prepared, operation: OperationDefinitionNode, context: Context, event: object
    ) -> RunningOperation:
        assert prepared.document is not None
        return RunningOperation(
            self._core, prepared.document, operation, prepared.blocks.fragments, context, event, self._suggestions
        )

    async def run(
        self,
        query: str,
        context: Context,
        variables: Mapping[str, Any] | None = None,
        operation_name: str | None = None,
    ) -> dict[str, Any]:
        """Prepare and execute in one go."""
        prepared = self.prepare(query)
        if prepared.errors:
            return {"errors": present_all(prepared.errors)}
        try:
            operation = prepared.operation(operation_name)
        except GraphQLError as error:
            return {"errors": [present(error)]}
        return await self.execute(prepared, operation, context, variables)


def is_subscription(operation: OperationDefinitionNode) -> bool:
    """Whether this operation gives a stream of results."""
    return operation.operation is OperationType.SUBSCRIPTION


def is_mutation(operation: OperationDefinitionNode) -> bool:
    """Whether this operation may write."""
    return operation.operation is OperationType.MUTATION
