"""`gateway check`: a client's documents against the public schema, and what each operation costs at most.

Runs nothing and asks Square nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    TypeNode,
    specified_rules,
    validate,
)

from gateway.context import REGISTRY
from gateway.graph.planning.planner import plan
from gateway.graph.selection.document import read
from gateway.graph.selection.limits import Limits, measure, too_large
from gateway.graph.selection.operation import selected, switches
from gateway.tools.client_documents import Collected, Problem, collect, place_of, used
from gateway.tools.sdl import public_schema

# More than any argument takes: the plan counts what the argument allows.
MAX_ASSUMED = 1_000


@dataclass(frozen=True, slots=True)
class Checked:
    """A valid operation: where it is, and how many REST calls it can make at most."""

    place: str
    kind: str
    name: str
    calls: int
    # Whether some variable has no default, so that its largest value was assumed.
    assumed: bool


@dataclass(slots=True)
class Report:
    """The result for all documents."""

    files: int = 0
    limit: int = 0
    operations: list[Checked] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def check(patterns: Iterable[str], limits: Limits) -> Report:
    """Check files, folders and glob patterns. Raises `NoDocuments` for one that leads nowhere."""
    found = collect(patterns)
    report = Report(len(found.files), limits.calls, problems=list(found.problems))
    for operation in found.operations:
        errors = list(_errors(found, operation, limits))
        report.problems += [Problem(place_of(error), error.message) for error in errors]
        if not errors:
            _price(found, operation, report)
    report.problems += _unused(found)
    return report


def _errors(found: Collected, operation: OperationDefinitionNode, limits: Limits) -> Iterator[GraphQLError]:
    document = found.document(operation)
    yield from validate(public_schema(), document)
    for error in too_large(measure(read(document)), limits):
        yield GraphQLError(error.message, operation)


def _price(found: Collected, operation: OperationDefinitionNode, report: Report) -> None:
    assumed = dict(_assumed(operation))
    block = read(found.document(operation)).block(operation)
    chosen = selected(public_schema(), block, switches(block, assumed))
    calls = plan(REGISTRY, chosen, assumed).calls
    place = place_of(GraphQLError("", operation))
    name = operation.name.value if operation.name else "(anonymous)"
    report.operations.append(Checked(place, operation.operation.value, name, calls, bool(assumed)))
    if calls > report.limit:
        message = f"`{name}` can make up to {calls} calls to Square: the limit is {report.limit}."
        report.problems.append(Problem(place, message))


def _assumed(operation: OperationDefinitionNode) -> Iterator[tuple[str, Any]]:
    """The largest value of each variable that has no default and can make a difference."""
    for each in operation.variable_definitions or ():
        if each.default_value is None:
            value = _largest(each.type)
            if value is not None:
                yield each.variable.name.value, value


def _largest(kind: TypeNode) -> Any:
    if isinstance(kind, NonNullTypeNode):
        return _largest(kind.type)
    if isinstance(kind, ListTypeNode):
        return [None] * MAX_ASSUMED
    assert isinstance(kind, NamedTypeNode)
    return MAX_ASSUMED if kind.name.value == "Int" else None


def _unused(found: Collected) -> list[Problem]:
    """What is wrong with fragments that no operation uses; those in use were checked with the operations."""
    rest: Mapping[str, FragmentDefinitionNode] = {
        name: each for name, each in found.fragments.items() if name not in used(found.operations, found.fragments)
    }
    rules = [rule for rule in specified_rules if rule is not NoUnusedFragmentsRule]
    errors = validate(public_schema(), found.document(*rest.values()), rules) if rest else []
    return [Problem(place_of(error), error.message) for error in errors]
