"""Running subscriptions: what a field follows, and the responses to the changes that it is told.

A subscription executes nothing by itself. What is told is read once for all that follow the same, and each that selects
the same gets the same response, see `gateway.events.subscription`. Knows no HTTP and no area.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from functools import partial
from typing import Any

from graphql import ExecutionResult, Executor, FieldNode, GraphQLError, VariableNode, create_source_event_stream

from gateway.events.subscription import Expired
from gateway.graph.documents.parser import Prepared
from gateway.graph.engine import Engine
from gateway.graph.errors import present
from gateway.graph.loading.context import Context
from gateway.graph.selection.document import OperationBlock
from gateway.graph.subgraph.core_schema import core_schema
from gateway.graph.subscribing.endings import ENDINGS, ended, expired
from gateway.graph.subscribing.following import Following
from gateway.graph.subscribing.round import Part, Round
from gateway.tracing.shown import shown as shown_trace

Variables = Mapping[str, Any]
# The argument of every field from which it goes on.
_AFTER = "after"


class Subscriptions:
    """The subscriptions of one schema."""

    def __init__(self, engine: Engine) -> None:
        """`engine` plans and executes."""
        self._engine = engine
        self._root = core_schema(engine.schema).subscription_type

    async def subscribe(
        self,
        prepared: Prepared,
        operation: OperationBlock,
        context: Context,
        variables: Variables | None = None,
        *,
        after: str | None = None,
        begun: Callable[[], None] = lambda: None,
    ) -> AsyncGenerator[dict[str, Any], None]:
        """The responses to what one subscription is told, until it is closed.

        `after` is the position that it goes on from, unless it names one itself; `begun` is called when it is told of
        whatever happens from then on. One that cannot begin or may not go on gives a last response, without `data`.
        Raises `SlowSubscriber`.
        """
        try:
            field, events = await self._follow(prepared, operation, context, variables or {}, after=after, begun=begun)
        except GraphQLError as refusal:
            yield {"errors": [present(refusal)]}
            return
        # Thousands may wait here: what only the beginning took is let go.
        del self, prepared, operation, context, variables
        try:
            async for each in events:
                yield expired(field) if isinstance(each, Expired) else each
        except ENDINGS as ending:
            yield ended(ending, field)
        finally:
            await events.aclose()

    async def _follow(
        self,
        prepared: Prepared,
        operation: OperationBlock,
        context: Context,
        variables: Variables,
        *,
        after: str | None,
        begun: Callable[[], None],
    ) -> tuple[FieldNode, AsyncGenerator[Any, None]]:
        """The field of a subscription, and what it follows. Raises `GraphQLError` for one that cannot begin."""
        assert self._root is not None
        self._engine.affordable(prepared, operation.node, context, variables)
        context.close()
        (field,) = (each.parts[0].node for each in context.selected.of(self._root).fields)
        given = {name: variables[name] for name in operation.variables if name in variables}
        trace = context.square.usage.trace
        traced = trace is not None and trace.shown
        answer = partial(self._answer, prepared, operation, given, traced=traced)
        # Where it goes on from is no difference between what it is told afterwards.
        group = _taken(given, operation.filters & _variables_of(field, _AFTER))
        context.following = Following((id(prepared), operation.name, group, traced), answer, after, begun)
        executor = self._engine.executor(Executor, prepared, operation.node, context, given)
        if isinstance(executor, list):
            raise executor[0]
        events: Any = create_source_event_stream(executor)
        if inspect.isawaitable(events):
            events = await events
        if isinstance(events, ExecutionResult):
            raise (events.errors or [GraphQLError("")])[0]
        return field, events

    async def _answer(
        self,
        prepared: Prepared,
        operation: OperationBlock,
        variables: Variables,
        round_: Round,
        shown: Any,
        *,
        traced: bool,
    ) -> dict[str, Any]:
        """The response for what is shown of a change, in the context of the round that has read it."""
        # Filters have let it through, and change nothing about the answer.
        key = (id(prepared), operation.name, _taken(variables, operation.filters), traced, id(shown))
        return await round_.once(
            key, partial(self._respond, prepared, operation, variables, round_, shown, traced=traced)
        )

    async def _respond(
        self,
        prepared: Prepared,
        operation: OperationBlock,
        variables: Variables,
        round_: Round,
        shown: Any,
        *,
        traced: bool,
    ) -> dict[str, Any]:
        part = Part(round_)
        try:
            planned = self._engine.affordable(prepared, operation.node, part, variables)
            response = await self._engine.carry_out(prepared, operation.node, part, variables, planned, event=shown)
        finally:
            part.close()
        response["extensions"]["position"] = shown.position
        if traced and (trace := round_.square.usage.trace) is not None:
            response["extensions"]["trace"] = shown_trace(trace, planned)
        return response


def _variables_of(field: FieldNode, argument: str) -> frozenset[str]:
    """The variable that an argument of a field is, if it is one."""
    values = (each.value for each in field.arguments or () if each.name.value == argument)
    return frozenset(each.name.value for each in values if isinstance(each, VariableNode))


def _taken(variables: Variables, without: frozenset[str]) -> str:
    """Variables as text: the same for the same values."""
    return json.dumps({name: value for name, value in variables.items() if name not in without}, sort_keys=True)
