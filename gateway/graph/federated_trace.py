"""The trace of one operation by its fields, in the format of Apollo's routers (ftv1), as Strawberry's extension has it.

Traced are the fields that have a resolver of their own. Times, names and types: no arguments and no values, and of an
error what the caller is shown of it. Does not decide who may ask, and runs nothing itself.
https://www.apollographql.com/docs/graphos/routing/graphos-reporting
"""

from __future__ import annotations

from contextlib import contextmanager
from inspect import isawaitable
from types import SimpleNamespace
from typing import Any

import strawberry
from graphql import GraphQLFieldResolver, GraphQLResolveInfo, MiddlewareManager
from strawberry.extensions.tracing import ApolloFederationTracingExtension
from strawberry.resolvers import is_default_resolver
from strawberry.types.execution import ExecutionContext

from gateway.graph.errors import MAX_ERRORS, message_of
from gateway.tracing.tracer import FTV1, INCLUDE_TRACE

# All that the extension reads of a request.
_ASKING = {"request": SimpleNamespace(headers={INCLUDE_TRACE: FTV1})}


class FederatedTrace:
    """What is noted while graphql-core runs one operation with `middleware`, inside of `recording`."""

    def __init__(self, schema: strawberry.Schema) -> None:
        """`schema` is the operation's."""
        context = ExecutionContext(query=None, schema=schema, allowed_operations=(), context=_ASKING)
        self._extension = ApolloFederationTracingExtension(execution_context=context)
        self.recording = contextmanager(self._extension.on_operation)
        # The innermost first.
        self.middleware: MiddlewareManager = _OwnResolvers(_Hiding(), self._extension, _restoring)

    def shown(self) -> dict[str, Any]:
        """What stands in the answer's `extensions`, once it is no longer `recording`."""
        return self._extension.get_results()


class _OwnResolvers(MiddlewareManager):
    """Leaves alone what only reads an attribute: the extension notes nothing of it, but would make a task of each."""

    def get_field_resolver(self, field_resolver: GraphQLFieldResolver) -> GraphQLFieldResolver:
        """The resolver with what is around it."""
        if is_default_resolver(field_resolver):
            return field_resolver
        return super().get_field_resolver(field_resolver)


class _Shown(Exception):
    """An error in the words in which the caller is shown it."""

    def __init__(self, message: str, error: Exception) -> None:
        super().__init__(message)
        self.error = error


class _Hiding:
    """Keeps what an error says from the trace, and shows what the caller is told. Of very many no text is shown."""

    def __init__(self) -> None:
        self._left = MAX_ERRORS

    async def resolve(
        self, resolver: GraphQLFieldResolver, root: object, info: GraphQLResolveInfo[Any], **arguments: Any
    ) -> Any:
        """Resolve a field. Raises `_Shown` for any error."""
        try:
            found = resolver(root, info, **arguments)
            return await found if isawaitable(found) else found
        except Exception as error:
            self._left -= 1
            raise _Shown(message_of(error) if self._left >= 0 else "", error) from None


async def _restoring(
    resolver: GraphQLFieldResolver, root: object, info: GraphQLResolveInfo[Any], **arguments: Any
) -> Any:
    """Resolve a field of which the trace has been noted. Raises the error as it was."""
    try:
        return await resolver(root, info, **arguments)
    except _Shown as shown:
        error = shown.error
    raise error
