"""What an operation costs before it runs: the most REST calls it can make, stage by stage.

The walk follows the document along the relations and costs that the areas declare, and takes
every list as long as the client allows it to be. Nothing is sent. `gateway explain` shows the
plan; the engine refuses operations whose plan is above the limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    GraphQLError,
    GraphQLNamedType,
    GraphQLSchema,
    OperationType,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from gateway.graph.loading.in_flight import Waits, source_of
from gateway.graph.loading.pagination import MAX_PAGES, refused_first
from gateway.graph.loading.relation import Relation
from gateway.graph.planning.loads import Loads, Objects
from gateway.graph.planning.plan import Plan, Step, kinds
from gateway.graph.planning.planned_field import PlannedField, merged
from gateway.graph.schema.cost import Calls
from gateway.graph.selection.introspection import schema_values
from gateway.graph.selection.limits import MAX_NAMED
from gateway.graph.selection.operation import SelectedOperation
from gateway.graph.selection.resolver import CURRENT_VERSION
from gateway.graph.selection.tree import Selection
from gateway.graph.subgraph.area import Registry

# How many keys a list of ids on an object can hold, where nothing limits it.
ASSUMED_KEYS = 10


def plan(
    registry: Registry,
    operation: SelectedOperation,
    variables: Mapping[str, Any],
    *,
    max_values: int = 1_000_000,
) -> Plan:
    """Work out the plan of a validated operation. `variables` are the values given by the client.

    Values of the schema are counted no further than `max_values`.
    """
    given = {**operation.defaults, **variables}
    root = operation.selection
    found = Plan(defaults=operation.defaults)
    fields, names = merged(root, operation.root_type)
    further: dict[str, Step] = {}

    def walk(walked: list[PlannedField], name: str | None = None) -> None:
        found.waits[name] = _Walk(
            registry=registry,
            schema=root.schema,
            variables=given,
            max_values=max_values,
            plan=found,
            further=further,
        ).run(walked)

    if operation.kind is OperationType.MUTATION:
        # Its fields run one after the other, and each reads again: none finds what another has loaded.
        for each in fields:
            before = found.usual
            walk([each], each.name)
            added = found.usual - before
            found.serial[each.name] = (added.total(), added[each.cost.operation] if each.cost is not None else 0)
    else:
        walk(fields)
    for step in further.values():
        found.add(step)
    found.values += names
    found.steps.sort(key=lambda step: step.stage)
    return found


class _Walk:
    """Adds to a plan what fields cost that share their loaders."""

    def __init__(
        self,
        *,
        registry: Registry,
        schema: GraphQLSchema,
        variables: dict[str, Any],
        max_values: int,
        plan: Plan,
        further: dict[str, Step],
    ) -> None:
        """`further` holds the further calls of the whole operation, the most that any of its parts may need."""
        self.schema = schema
        self.registry = registry
        self.variables = variables
        self.max_values = max_values
        self.plan = plan
        self.loads = Loads(plan, further)

    def run(self, fields: list[PlannedField]) -> Waits:
        """Walk fields of the root; gives what batches wait for."""
        for each in fields:
            self.field(each, Objects(), each.name)
        return self.loads.finish()

    def selection(self, kind: GraphQLNamedType, selection: Selection, at: Objects, path: str) -> None:
        """Walk what is selected on the objects of a type that are at a place."""
        fields, names = merged(selection, kind)
        self.plan.values += at.shown * names
        for each in fields:
            self.field(each, at, f"{path}.{each.name}" if path else each.name)

    def field(self, field: PlannedField, at: Objects, path: str) -> None:
        kind = field.definition.type
        if field.field.name == "_entities":
            self.entities(field, at, path)
            return
        if field.field.name in {"__schema", "__type"}:
            self.plan.values += schema_values(field.field, self.schema, self.max_values - self.plan.values)
            return
        begins_here = field.relation is not None or (field.cost is not None and not field.cost.once)
        if field.relation is not None:
            at = self.relation(field.relation, field.below, at, path)
        elif field.cost is not None and field.cost.once:
            self.once(field.cost, at, path)
        elif field.cost is not None:
            at = self.cost(field.cost, field, at, path)
        if is_list_type(get_nullable_type(kind)):
            length = ASSUMED_KEYS if at.length is None else at.length
            at = replace(at, shown=at.shown * length, length=None)
        elif not begins_here:
            at = replace(at, length=None)
        if field.below is not None:
            self.selection(get_named_type(kind), field.below, at, path)
        elif is_list_type(get_nullable_type(kind)):
            self.plan.values += at.shown

    def relation(self, relation: Relation, below: Selection | None, at: Objects, path: str) -> Objects:
        loader = relation.loader
        most = (loader.population or ASSUMED_KEYS) if relation.many else 1
        keys = min(at.count * most, loader.population or at.count * most)
        stub = relation.stub and below is not None and below.only_ids
        found = replace(at, count=keys) if stub else self.loads.add(loader, keys, at, path)
        if not relation.many:
            return replace(found, length=None)
        # Hardly any object refers to all there are; lists inside such lists are taken at their longest all the same.
        return replace(found, length=most if at.from_list else min(most, ASSUMED_KEYS), from_list=True)

    def entities(self, field: PlannedField, at: Objects, path: str) -> None:
        """References from other subgraphs: each type's through its loader, with what is selected on that type."""
        given = field.field.arguments(self.variables).get("representations")
        listed = given if isinstance(given, list) else [given]  # one reference may stand for a list of one
        known = self.registry.entities
        self.name(len(listed))
        for kind, count in Counter(kinds(listed, known)).items():
            place = replace(at, shown=at.shown * count)
            found = self.loads.add(known[kind].loader, count, place, path, named=count)
            found = replace(found, origin=f"{path}.{kind}")
            assert field.below is not None
            self.selection(self.schema.type_map[kind], field.below, found, path)

    def once(self, cost: Calls, at: Objects, path: str) -> None:
        """A list that is read once for all objects at all places, if it is needed at all."""
        if at.count:
            pages = cost.further + (cost.operation not in self.loads.counted)
            self.loads.allow(Step(path, at.stage, cost.operation, pages, further=True))

    def cost(self, cost: Calls, field: PlannedField, at: Objects, path: str) -> Objects:
        count, begins = at.count, at.stage
        given = field.field.arguments(self.variables)
        inner, length = count, None
        for operation in cost.before:
            # What a mutation read before it wrote is read again, unless it is kept.
            if cost.kept:
                self.loads.counted.add(operation)
            self.plan.add(Step(path, begins, operation, 1))
            self.loads.allow(Step(path, begins, operation, cost.further, further=True))
            begins += 1
        if cost.loader is not None:
            listed = given.get(cost.argument) if cost.argument else None
            length = len(listed) if isinstance(listed, list) else 1
            self.name(length)
            inner = count * length
            place = replace(at, stage=begins, length=length)
            if cost.before:
                place = replace(place, origin=path, apart=True)
            if not inner:
                return replace(place, count=0)
            named = inner if listed is not None else 0
            return replace(self.loads.add(cost.loader, inner, place, path, named=named), length=length)
        if cost.rule is not None:
            self.plan.rules[path] = field.field, cost.rule
        if cost.page_size is not None:
            first = given.get("first")
            if not isinstance(first, int | float):  # a variable that is absent leaves the default in place
                first = field.definition.args["first"].default_value
            self.bounds(field, int(first), cost.page_size, path)
            first = min(max(int(first), 0), MAX_PAGES * cost.page_size)
            inner, length = count * first, first
            # A cursor may point into the middle of a page, of which the items behind it are only a part.
            calls = count * (ceil(first / cost.page_size) + bool(given.get("after")))
        elif cost.batch is not None:
            listed = given.get(cost.argument or "")
            inner = length = len(listed) if isinstance(listed, list) else 1
            calls = ceil(inner / cost.batch)
        else:
            calls = count
        operation = cost.filtered if cost.filtered and given.get("filter") is not None else cost.operation
        self.plan.add(Step(path, begins, operation, calls))
        if cost.confirm is not None and _gives(given.get("filter"), cost.confirm[0]):
            self.plan.add(Step(path, begins + 1, cost.confirm[1], count))
        # After a conflict nothing was written that could be a replay.
        replay = cost.replay if given.get("idempotencyKey") is not None else None
        conflict = cost.conflict if field.below is not None and field.below.mentions(CURRENT_VERSION) else None
        if reread := conflict or replay:
            self.plan.add(Step(path, begins + 1, reread, calls))
        above = (*at.above, source_of(field.field.owner.name, field.field.key))
        return Objects(inner, begins + 1, above, path, at.apart or count > 1, at.shown, length, at.from_list)

    def bounds(self, field: PlannedField, first: int, page_size: int, path: str) -> None:
        """Note a number that the field refuses. What is no Int is refused when variables are read."""
        wrong = refused_first(first, page_size) if GRAPHQL_MIN_INT <= first <= GRAPHQL_MAX_INT else None
        if wrong is not None:
            error = GraphQLError(wrong.message, field.field.nodes[0], extensions=wrong.extensions)
            self.plan.refused.setdefault(path, error)

    def name(self, count: int) -> None:
        """Count objects that are named by their ids; a list that is too long by itself is refused by its field."""
        self.plan.named += count if count <= MAX_NAMED else 0


def _gives(filter: object, field: str) -> bool:
    return isinstance(filter, Mapping) and filter.get(field) is not None
