"""The response object of an execution result. Executes nothing."""

from __future__ import annotations

from typing import Any

from graphql import ExecutionResult

from gateway.graph.errors import present_all


def response(result: ExecutionResult, room: int = 0) -> dict[str, Any]:
    """An execution result as the client gets it, with errors that hold as many values as there is room for."""
    shown: dict[str, Any] = {}
    if result.errors:
        shown["errors"] = present_all(result.errors, room)
    # An error without a path is one of the request: nothing was executed, and there is no `data` to speak of.
    if result.data is not None or any(error.path for error in result.errors or ()):
        shown["data"] = result.data
    return shown
