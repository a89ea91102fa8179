"""What was worked out about an operation before it runs: its calls, step by step. Works nothing out itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from gateway.graph.loading.in_flight import Waits
from gateway.graph.schema.cost import Rule
from gateway.graph.selection.limits import Limits
from gateway.graph.selection.tree import SelectedField

if TYPE_CHECKING:
    from gateway.graph.loading.loader import KeyedLoader


@dataclass(slots=True)
class Step:
    """One field that costs calls: where it is, at which stage it waits, what it asks for how many keys."""

    path: str
    stage: int
    operation: str
    calls: int
    loader: type[KeyedLoader[Any, Any]] | None = None
    keys: int = 0
    parents: int = 0
    # How many of the keys a client names: these may be nothing's.
    named: int = 0
    # Whether it is only needed when Square gives less at a time than usual: short pages, or lists longer than one.
    further: bool = False


@dataclass
class Plan:
    """The calls of one operation: its steps, and the calls of each stage by REST operation.

    `values` is how many values the answer can hold: names with what they stand for, and items of lists.
    `refused` is what is wrong with arguments, by the path of their field, and `rules` what else may be: that depends on
    values which plans do not tell apart.
    """

    steps: list[Step] = field(default_factory=list)
    values: int = 0
    # How many objects the client names by their ids, references from other subgraphs included.
    named: int = 0
    # Of a mutation, the calls of each of its fields and how many of these are writes, by its name in the answer;
    # without those that are further ones.
    serial: dict[str, tuple[int, int]] = field(default_factory=dict)
    # What batches wait for, by the name of a mutation's field, None for a query.
    waits: dict[str | None, Waits] = field(default_factory=dict)
    stages: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    refused: dict[str, GraphQLError] = field(default_factory=dict)
    rules: dict[str, tuple[SelectedField, Rule]] = field(default_factory=dict)
    # The values of variables that a client may leave out.
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def add(self, step: Step) -> None:
        """Plan one more step."""
        self.steps.append(step)
        self.stages[step.stage][step.operation] += step.calls

    def wrong(self, variables: Mapping[str, Any]) -> Mapping[str, GraphQLError]:
        """What is wrong with arguments when a client gives these variables, by the path of their field."""
        if not self.rules:
            return self.refused
        found, given = dict(self.refused), {**self.defaults, **variables}
        for path, (chosen, rule) in self.rules.items():
            if problem := rule(chosen.arguments(given)):
                found.setdefault(path, GraphQLError(problem.message, chosen.nodes[0], extensions=problem.extensions))
        return found

    @cached_property
    def calls(self) -> int:
        """The most REST calls the operation can make."""
        return sum(stage.total() for stage in self.stages.values())

    @cached_property
    def further(self) -> int:
        """The calls that only what Square does not give at once takes, for all fields together."""
        return sum(step.calls for step in self.steps if step.further)

    @property
    def usual(self) -> Counter[str]:
        """The calls by REST operation, as long as Square gives what it usually gives at a time."""
        calls: Counter[str] = Counter()
        for step in self.steps:
            calls[step.operation] += 0 if step.further else step.calls
        return +calls

    @property
    def operations(self) -> Counter[str]:
        """The calls by REST operation."""
        return sum(self.stages.values(), Counter())


def shape(value: Any, entities: Container[str]) -> object:
    """What a plan reads of the value of a variable: values of one shape lead to one plan.

    Numbers and switches as they are, the lengths of lists, the kinds of references, and what is there at all.

    A string is told apart only where it matters: an empty one, and one that names an entity, as a
    reference may take its `__typename` from a variable.
    """
    if isinstance(value, bool | int | float):
        return (type(value), value)
    if isinstance(value, str):
        return value if value in entities else bool(value)
    if isinstance(value, list):
        return (len(value), frozenset(Counter(kinds(value, entities)).items()))
    if isinstance(value, dict):
        return (dict, *kinds([value], entities))
    return None


def kinds(references: list[Any], entities: Container[str]) -> list[str]:
    """The type names of those references that name an entity of this graph."""
    named = [each.get("__typename") for each in references if isinstance(each, dict)]
    return [each for each in named if isinstance(each, str) and each in entities]


def refusal(planned: Plan, limits: Limits, variables: Mapping[str, Any]) -> GraphQLError | None:
    """Why an operation is not run with these variables, None for one that may."""
    # A field of the root refuses it itself, before it asks for anything, and those beside it are answered. One inside
    # another could do so only when that one has been read, or written.
    if wrong := next((error for path, error in planned.wrong(variables).items() if "." in path), None):
        # A new one, as plans are kept and an error that is raised gets a traceback.
        return GraphQLError(wrong.message, wrong.nodes, extensions=wrong.extensions)
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
