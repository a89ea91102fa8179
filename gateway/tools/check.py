"""`gateway check`: a client's documents against the public schema, and what each operation costs at most.

Runs nothing and asks Square nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    NoUnusedFragmentsRule,
    OperationDefinitionNode,
    TypeNode,
    parse,
    print_ast,
    validate,
)

from gateway.context import REGISTRY
from gateway.graph.documents.validation import SPECIFIED_RULES
from gateway.graph.planning.planner import plan
from gateway.graph.selection.document import read
from gateway.graph.selection.limits import Limits, measure, too_large
from gateway.graph.selection.operation import selected, switches
from gateway.tools.client_documents import Problem, collect, place_of, place_of_node
from gateway.tools.sdl import public_schema
from gateway.tools.sent_documents import SentOperation, grouped, sent_documents

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
    # Whether the gateway is asked anything at all.
    sends: bool = True


@dataclass(slots=True)
class Report:
    """The result for all documents."""

    files: int = 0
    limit: int = 0
    operations: list[Checked] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    passed_over: list[Problem] = field(default_factory=list)


def check(patterns: Iterable[str], limits: Limits) -> Report:
    """Check files, folders and glob patterns. Raises `NoDocuments` for one that leads nowhere."""
    found = collect(patterns)
    client = sent_documents(found, public_schema())
    report = Report(len(found.files), limits.calls, problems=list(found.problems))
    for operation in client.operations:
        if operation.node is None:
            report.operations.append(_checked(operation, 0, sends=False))
            continue
        document, wrong = client.document(operation)
        errors = [*wrong, *_errors(document, limits)]
        report.problems += [Problem(place_of(error), error.message) for error in errors]
        if not errors:
            _price(operation, document, report)
    if unused := client.unused():
        rules = [rule for rule in SPECIFIED_RULES if rule is not NoUnusedFragmentsRule]
        errors = [*unused[1], *validate(public_schema(), unused[0], rules)]
        report.problems += [Problem(place_of(error), error.message) for error in errors]
    # A fragment is checked with every operation that uses it.
    report.problems = list(dict.fromkeys(report.problems))
    report.passed_over = grouped([*found.passed_over, *client.passed_over])
    return report


def _errors(document: DocumentNode, limits: Limits) -> Iterator[GraphQLError]:
    yield from validate(public_schema(), document, SPECIFIED_RULES)
    for error in beyond(print_ast(document), document, limits):
        yield GraphQLError(error.message, document.definitions[0])


def beyond(text: str, document: DocumentNode, limits: Limits) -> Iterator[GraphQLError]:
    """What is larger in a document than the gateway takes, by its text and by what is in it."""
    yield from _too_long(text, limits)
    yield from too_large(measure(read(document)), limits)


def _too_long(text: str, limits: Limits) -> Iterator[GraphQLError]:
    """What the gateway says of a text with more characters or tokens than it reads."""
    if len(text) > limits.characters:
        yield GraphQLError(f"The document has too many characters: at most {limits.characters} are allowed.")
        return
    try:
        parse(text, no_location=True, max_tokens=limits.tokens)
    except GraphQLError as error:
        yield error


def _price(operation: SentOperation, document: DocumentNode, report: Report) -> None:
    node = document.definitions[0]
    assert isinstance(node, OperationDefinitionNode)
    assumed = dict(_assumed(node))
    block = read(document).block(node)
    chosen = selected(public_schema(), block, switches(block, assumed))
    refused = plan(REGISTRY, chosen, {}).wrong({}).values()
    report.problems += [Problem(place_of(error), error.message) for error in refused]
    calls = plan(REGISTRY, chosen, assumed).calls
    checked = _checked(operation, calls, assumed=bool(assumed))
    report.operations.append(checked)
    if calls > report.limit:
        message = f"`{checked.name}` can make up to {calls} calls to Square: the limit is {report.limit}."
        report.problems.append(Problem(checked.place, message))


def _checked(operation: SentOperation, calls: int, *, assumed: bool = False, sends: bool = True) -> Checked:
    node = operation.original
    name = node.name.value if node.name else "(anonymous)"
    return Checked(place_of_node(node), node.operation.value, name, calls, assumed, sends)


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
