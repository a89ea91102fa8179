"""What the plan of an operation may hold at most. Plans nothing itself."""

from __future__ import annotations

from graphql import GraphQLError

from gateway.graph.planning.plan import Plan
from gateway.graph.selection.limits import Limits


def too_costly(planned: Plan, limits: Limits) -> GraphQLError | None:
    """Why an operation is not run, None for one that may."""
    if planned.calls > limits.calls:
        message = (
            f"This operation can make up to {planned.calls} calls to Square, more than the {limits.calls} allowed. "
            "Ask for fewer items with `first`, or for fewer levels."
        )
        told = {"code": "COST_LIMIT_EXCEEDED", "estimatedCalls": planned.calls, "limit": limits.calls}
        return GraphQLError(message, extensions=told)
    if planned.named > limits.named:
        message = f"The operation names more than the {limits.named} objects allowed: ids and representations together."
        return GraphQLError(message, extensions={"code": "OPERATION_TOO_LARGE", "limit": limits.named})
    if planned.values > limits.values:
        message = (
            f"The answer to this operation can hold more than the {limits.values} values allowed. "
            "Ask for fewer items with `first`, for fewer fields of each, or for fewer lists inside lists."
        )
        return GraphQLError(message, extensions={"code": "OPERATION_TOO_LARGE", "limit": limits.values})
    return None
