"""One case: an operation, two sets of variables, and what goes wrong, all from one number; and its two executions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Protocol

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLObjectType,
    OverlappingFieldsCanBeMergedRule,
    parse,
    validate,
)

from gateway.graph.documents.parser import Prepared
from gateway.graph.engine import Engine
from gateway.graph.execution.response import response
from gateway.graph.loading.context import Context
from gateway.graph.selection.document import read
from gateway.graph.selection.limits import measure
from gateway.graph.subgraph.core_schema import core_schema
from tests.differential.documents import Document, Writer
from tests.differential.sameness import Outcome, Requests, differences, parted
from tests.differential.values import Values


@dataclass
class Case:
    """An operation that is run with each of its variables.

    `share` is how probable it is that something goes wrong at a place.
    """

    seed: int
    document: Document | str
    variables: list[dict[str, Any]]
    share: float
    writes: bool = False

    @property
    def text(self) -> str:
        """The operation as a client sends it."""
        return self.document if isinstance(self.document, str) else self.document.text


class World(Protocol):
    """What resolvers find: the same for every execution of a case with the same variables."""

    def values(self, chance: Random) -> Values:
        """What arguments may be."""

    def script(self, case: Case, number: int) -> Any:
        """What happens to a case with its variables of this number."""

    def context(self, script: Any) -> tuple[Context, Requests]:
        """A new context, and the requests that will be made through it."""

    def told(self, script: Any) -> list[str]:
        """What went wrong, in words."""


@dataclass
class Difference:
    """A case that is not the same both ways."""

    case: Case
    variables: dict[str, Any]
    ways: tuple[str, str]
    what: list[str]
    one: Outcome
    other: Outcome
    spoilt: list[str] = field(default_factory=list)


@dataclass
class Bench:
    """Both ways to run an operation, in one world. `writing` is the share of cases that write."""

    world: World
    compiled: Engine
    core: Engine
    writing: float = 0.0
    shares: tuple[float, ...] = (0.0, 0.0, 0.15, 0.3, 0.8)
    # What cases were like, and what came of them.
    seen: Counter[str] = field(default_factory=Counter)

    def case(self, seed: int) -> Case:
        """The case of a number. The operation is valid."""
        schema = core_schema(self.core.schema)
        for attempt in range(50):
            chance = Random(f"{seed} {attempt}")
            writes = chance.random() < self.writing
            root = schema.mutation_type if writes else schema.query_type
            assert isinstance(root, GraphQLObjectType)
            writer = Writer(schema, self.world.values(chance), chance, depth=chance.choice([2, 3, 4, 5]))
            document = writer.write(root, "mutation" if writes else "query")
            if validate(schema, parse(document.text), [OverlappingFieldsCanBeMergedRule]):
                self.seen["documents that are not valid"] += 1
                continue
            given = [document.variables(chance), document.variables(chance)]
            return Case(seed, document, given, chance.choice(self.shares), writes)
        raise AssertionError(f"no valid document for {seed}")

    async def check(self, case: Case) -> Difference | None:
        """Run a case in all ways; gives the first difference."""
        mine, theirs = _prepared(case.text)
        for number, variables in enumerate(case.variables):
            script = self.world.script(case, number)
            expected = await self._run(self.core, theirs, script, variables)
            self._note(expected)
            found = await self._run(self.compiled, mine, script, variables)
            ways = ("compiled", "graphql-core")
            what = differences(found, expected)
            if not what and case.seed % 8 == 0 and not case.writes:
                # The same by nothing but graphql-core, which collects the fields by itself.
                ways, expected = ("compiled", "graphql-core's own"), await self._alone(theirs, script, variables)
                what = differences(found, _places_of_first(expected))
            if what and case.share and parted(found.requests, expected.requests):
                # They have met different Squares: once more with one that answers as it should.
                self.seen["ids parted differently"] += 1
                script = self.world.script(replace(case, share=0.0), number)
                expected = await self._run(self.core, theirs, script, variables)
                found = await self._run(self.compiled, mine, script, variables)
                ways, what = ("compiled", "graphql-core"), differences(found, expected)
            if what:
                return Difference(case, variables, ways, what, found, expected, self.world.told(script))
        return None

    async def _run(self, engine: Engine, prepared: Prepared, script: Any, variables: dict[str, Any]) -> Outcome:
        context, requests = self.world.context(script)
        return Outcome(await engine.execute(prepared, prepared.operation(None), context, variables), requests)

    async def _alone(self, prepared: Prepared, script: Any, variables: dict[str, Any]) -> Outcome:
        """What is executed by graphql-core's own executor; what is refused before is refused by the engine."""
        context, requests = self.world.context(script)
        operation = prepared.operation(None)
        try:
            planned = self.core.affordable(prepared, operation, context, variables)
        except GraphQLError:
            return await self._run(self.core, prepared, script, variables)
        executor = self.core.executor(Executor, prepared, operation, context, variables)
        if isinstance(executor, list):
            return await self._run(self.core, prepared, script, variables)
        result: Any = executor.execute_operation()
        if not isinstance(result, ExecutionResult):
            result = await result
        context.close()
        shown = response(result, self.core.limits.values - planned.values)
        shown["extensions"] = {"cost": {"estimatedCalls": planned.calls, **context.facts()}}
        if warnings := context.warned():
            shown["extensions"]["warnings"] = warnings
        return Outcome(shown, requests)

    def _note(self, outcome: Outcome) -> None:
        errors = outcome.response.get("errors", ())
        self.seen["executions"] += 1
        self.seen["with errors"] += bool(errors)
        self.seen["refused"] += bool(errors) and "extensions" not in outcome.response
        self.seen["without a call"] += not outcome.requests
        self.seen["calls"] += outcome.requests.total()
        for error in errors:
            self.seen[error["extensions"]["code"]] += 1


def _prepared(text: str) -> list[Prepared]:
    """A document as each of two engines keeps it, which leave with it what they have made.

    That it is valid is known: all rules but the one that was asked hold for all that is made up.
    """
    document = parse(text)
    blocks = read(document)
    operations = {each.name: each.node for each in blocks.operations}
    return [Prepared(document, operations, (), blocks, measure(blocks)) for _ in range(2)]


def _places_of_first(expected: Outcome) -> Outcome:
    """Errors with the first place of each field alone: graphql-core names all places that ask for it."""
    for error in expected.response.get("errors", ()):
        if error.get("path"):
            error["locations"] = error["locations"][:1]
    return expected
