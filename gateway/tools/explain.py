"""`gateway explain`: the REST calls of an operation, stage by stage. Runs nothing and asks Square nothing.

The calls of a stage are sent together; a stage begins once the one before it is answered. A batch for several fields
stands where the last of them comes, as it waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)
from graphql.execution import get_variable_values
from rich.text import Text
from rich.tree import Tree

from gateway.context import REGISTRY
from gateway.graph.documents.validation import SPECIFIED_RULES
from gateway.graph.planning.plan import Plan, Step
from gateway.graph.planning.planner import plan
from gateway.graph.selection.document import OperationBlock, read
from gateway.graph.selection.limits import Limits
from gateway.graph.selection.operation import selected, switches
from gateway.graph.subgraph.core_schema import core_schema
from gateway.schema import build_schema
from gateway.tools.check import beyond


class NotExplained(ValueError):
    """A query that cannot be planned; the message says why in one line."""


def explain(query: str, variables: Mapping[str, Any], limits: Limits) -> list[dict[str, Any]]:
    """The plan of every operation in the document, as plain data. Raises `NotExplained`."""
    core = core_schema(build_schema())
    try:
        document = parse(query)
    except GraphQLError as error:
        raise NotExplained(_line(error)) from None
    if errors := validate(core, document, SPECIFIED_RULES):
        raise NotExplained(_line(errors[0]))
    for each in beyond(query, document, limits):
        raise NotExplained(f"the gateway would refuse the query: {each.message}")
    operations = read(document).operations
    for operation in operations:
        _check_variables(core, operation.node, variables)
    try:
        return [_explained(core, operation, variables, limits) for operation in operations]
    except GraphQLError as error:
        raise NotExplained(_line(error)) from None


def tree(explained: Mapping[str, Any]) -> Tree:
    """One operation's plan to look at."""
    calls, limit = explained["calls"], explained["limit"]
    each = " for each event" if explained["kind"] == OperationType.SUBSCRIPTION.value else ""
    name = (explained["operation"] or explained["kind"], "bold")
    title = Text.assemble(name, f"  at most {_count(calls)} to Square{each}")
    if explained["usual"] < calls:
        title.append(f", usually {explained['usual']} or fewer")
    if calls > limit:
        title.append(f", more than the {limit} allowed: refused", "bold red")
    root = Tree(title)
    for stage in explained["stages"]:
        branch = root.add(Text(f"Stage {stage['stage']}: {_count(stage['calls'])}", "cyan"))
        for step in stage["steps"]:
            leaf = branch.add(Text.assemble((step["operation"], "bold green"), f"  {_count(step['calls'])}"))
            leaf.add(Text(_reason(step), "dim", overflow="fold"))
    return root


def _check_variables(core: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> None:
    """Raise `NotExplained` for a value that the operation cannot take. One that is not given may be any."""
    given = [each for each in operation.variable_definitions or () if each.variable.name.value in variables]
    values = get_variable_values(core, given, dict(variables))
    if isinstance(values, list):
        raise NotExplained(f"--variables: {values[0].message}")


def _explained(
    core: GraphQLSchema, operation: OperationBlock, variables: Mapping[str, Any], limits: Limits
) -> dict[str, Any]:
    chosen = selected(core, operation, switches(operation, variables))
    found = plan(REGISTRY, chosen, variables)
    for wrong in found.wrong(variables).values():
        raise wrong
    return _described(operation.node, found, limits.calls)


def _described(operation: OperationDefinitionNode, found: Plan, limit: int) -> dict[str, Any]:
    return {
        "operation": operation.name.value if operation.name else None,
        "kind": operation.operation.value,
        "calls": found.calls,
        "usual": found.usual.total(),
        "limit": limit,
        "stages": [
            {"stage": stage, "calls": found.stages[stage].total(), "steps": list(_steps(found, stage))}
            for stage in sorted(found.stages)
            if found.stages[stage].total()
        ],
    }


def _steps(found: Plan, stage: int) -> Iterator[dict[str, Any]]:
    for step in found.steps:
        if step.stage == stage and step.calls:
            yield _step(step)


def _step(step: Step) -> dict[str, Any]:
    shown: dict[str, Any] = {"operation": step.operation, "calls": step.calls, "fields": step.path.split(", ")}
    if step.loader is not None:
        shown["keys"] = step.keys
    if step.further:
        shown["further"] = True
    return shown


def _reason(step: Mapping[str, Any]) -> str:
    fields = ", ".join(step["fields"])
    if step.get("further"):
        return f"{fields} (only for what Square does not give at once)"
    return f"{fields} (up to {step['keys']} keys, batched)" if "keys" in step else fields


def _count(calls: int) -> str:
    return f"{calls} call" if calls == 1 else f"{calls} calls"


def _line(error: GraphQLError) -> str:
    where = f" (line {error.locations[0].line}, column {error.locations[0].column})" if error.locations else ""
    return f"the query is not valid: {error.message}{where}"
