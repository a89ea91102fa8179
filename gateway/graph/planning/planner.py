"""What an operation costs before it runs: the most REST calls it can make, stage by stage.

The walk follows the document along the relations and costs that the areas declare, and takes
every list as long as the client allows it to be. Nothing is sent. `gateway explain` shows the
plan; the engine refuses operations whose plan is above the limit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
    value_from_ast_untyped,
)

from gateway.graph.loading.loader import KeyedLoader
from gateway.graph.loading.pagination import MAX_PAGES
from gateway.graph.loading.relation import Relation
from gateway.graph.planning.batches import most_batches, most_calls
from gateway.graph.planning.plan import Plan, Step
from gateway.graph.planning.plan_cache_key import kinds
from gateway.graph.schema.area import Registry
from gateway.graph.schema.cost import Calls
from gateway.graph.selection.introspection import Introspection
from gateway.graph.selection.limits import MAX_NAMED
from gateway.graph.selection.reading import CURRENT_VERSION
from gateway.graph.selection.selection import Selected, Selections

# How many keys a list of ids on an object can hold, where nothing limits it.
ASSUMED_KEYS = 10


def plan(
    schema: GraphQLSchema,
    registry: Registry,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
    *,
    enough: int = 1_000_000,
) -> Plan:
    """Work out the plan of a validated operation. `variables` are the values given by the client.

    Values of the schema are counted no further than `enough`.
    """
    root = schema.get_root_type(operation.operation)
    assert root is not None
    defaults = {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for each in operation.variable_definitions or ()
        if each.default_value is not None
    }
    selections = Selections(schema, fragments, {**defaults, **variables})
    introspection = Introspection(schema, selections, enough)
    found = Plan()
    fields, names = selections.of(root, [operation.selection_set])
    further: dict[str, Step] = {}
    if operation.operation is OperationType.MUTATION:
        # Its fields run one after the other, and each reads anew: none finds what another has loaded.
        for each in fields:
            before = found.usual
            _Walk(registry, selections, introspection, found, further).run([each])
            added = found.usual - before
            found.serial[each.name] = (added.total(), added[each.cost.operation] if each.cost is not None else 0)
    else:
        _Walk(registry, selections, introspection, found, further).run(fields)
    for step in further.values():
        found.add(step)
    found.values += names + introspection.values
    found.steps.sort(key=lambda step: step.stage)
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """So many objects, known once a stage has begun, out of the field at `origin`.

    They come in so many `answers`, which arrive at their own times: what is loaded for the objects
    of different answers, or of different origins, need not share a batch. In the answer to the client
    they stand `shown` times, each with lists of `length` items if that is known; they are `crowded`
    when a list of ids led to them.
    """

    count: int = 1
    stage: int = 1
    answers: int = 1
    origin: str = ""
    shown: int = 1
    length: int | None = None
    crowded: bool = False


class _Walk:
    """Adds to a plan what fields cost that share their loaders."""

    def __init__(
        self,
        registry: Registry,
        selections: Selections,
        introspection: Introspection,
        plan: Plan,
        further: dict[str, Step],
    ) -> None:
        """`further` holds the further calls of the whole operation, the most that any of its parts may need."""
        self.schema = selections.schema
        self.registry = registry
        self.selections = selections
        self.introspection = introspection
        self.plan = plan
        self.allowances = further
        self.loads: list[tuple[Step, _Place]] = []
        # The operations that are counted once, however many fields may need them.
        self.counted: set[str] = set()

    def run(self, fields: list[Selected]) -> None:
        """Walk fields of the root."""
        for each in fields:
            self.field(each, _Place(), each.name)
        self.finish()

    def selection(self, parent: GraphQLNamedType, sets: Iterable[SelectionSetNode], at: _Place, path: str) -> None:
        """Walk what is selected on the objects of a type that are at a place."""
        fields, names = self.selections.of(parent, sets)
        self.plan.values += at.shown * names
        for each in fields:
            self.field(each, at, f"{path}.{each.name}" if path else each.name)

    def field(self, selected: Selected, at: _Place, path: str) -> None:
        nodes, kind = selected.nodes, selected.definition.type
        if nodes[0].name.value == "_entities":
            self.entities(nodes, at, path)
            return
        if nodes[0].name.value in {"__schema", "__type"}:
            self.introspection.read(nodes)
            return
        begins_here = selected.relation is not None or (selected.cost is not None and not selected.cost.once)
        if selected.relation is not None:
            at = self.relation(selected.relation, nodes, at, path)
        elif selected.cost is not None and selected.cost.once:
            self.once(selected.cost, at, path)
        elif selected.cost is not None:
            at = self.cost(selected.cost, selected.definition, nodes, at, path)
        if is_list_type(get_nullable_type(kind)):
            length = ASSUMED_KEYS if at.length is None else at.length
            at = replace(at, shown=at.shown * length, length=None)
        elif not begins_here:
            at = replace(at, length=None)
        sets = [node.selection_set for node in nodes if node.selection_set]
        if sets:
            self.selection(get_named_type(kind), sets, at, path)
        elif is_list_type(get_nullable_type(kind)):
            self.plan.values += at.shown

    def relation(self, relation: Relation, nodes: list[FieldNode], at: _Place, path: str) -> _Place:
        loader = relation.loader
        most = (loader.population or ASSUMED_KEYS) if relation.many else 1
        keys = min(at.count * most, loader.population or at.count * most)
        if relation.stub and self.selections.ids_only(nodes):
            found = replace(at, count=keys)
        else:
            found = self.load(loader, keys, at, path)
        if not relation.many:
            return replace(found, length=None)
        # Hardly any object refers to all there are; lists inside such lists are taken at their longest all the same.
        return replace(found, length=most if at.crowded else min(most, ASSUMED_KEYS), crowded=True)

    def entities(self, nodes: list[FieldNode], at: _Place, path: str) -> None:
        """References from other subgraphs: each type's through its loader, with what is selected on that type."""
        given = self.selections.arguments(nodes[0]).get("representations")
        listed = given if isinstance(given, list) else [given]  # one reference may stand for a list of one
        known = self.registry.entities
        self.name(len(listed))
        for kind, count in Counter(kinds(listed, known)).items():
            place = replace(at, count=count, shown=at.shown * count)
            found = self.load(known[kind].loader, count, place, path)
            sets = [node.selection_set for node in nodes if node.selection_set]
            self.selection(self.schema.type_map[kind], sets, replace(found, origin=f"{path}.{kind}"), path)

    def load(self, loader: type[KeyedLoader[Any, Any]], keys: int, at: _Place, path: str) -> _Place:
        step = Step(path, at.stage, "", 0, loader, keys, at.count)
        self.loads.append((step, at))
        size = loader.batch_size
        answers = at.answers if size is None else most_batches(keys, at.answers, size)
        return _Place(loader.objects_for(keys), at.stage + loader.rounds, answers, path, at.shown, None, at.crowded)

    def once(self, cost: Calls, at: _Place, path: str) -> None:
        """A list that is read once for all objects at all places, if it is needed at all."""
        if at.count:
            pages = cost.further + (cost.operation not in self.counted)
            self.allow(Step(path, at.stage, cost.operation, pages, further=True))

    def allow(self, step: Step) -> None:
        """Let the whole operation make so many further calls of one kind."""
        known = self.allowances.get(step.operation)
        if step.calls and (known is None or known.calls < step.calls):
            self.allowances[step.operation] = step

    def cost(self, cost: Calls, definition: GraphQLField, nodes: list[FieldNode], at: _Place, path: str) -> _Place:
        count, begins = at.count, at.stage
        given = self.selections.arguments(nodes[0])
        inner, length = count, None
        for operation in cost.before:
            # What a mutation read before it wrote is read again, unless it is kept.
            if cost.kept:
                self.counted.add(operation)
            self.plan.add(Step(path, begins, operation, 1))
            self.allow(Step(path, begins, operation, cost.further, further=True))
            begins += 1
        if cost.loader is not None:
            listed = given.get(cost.argument) if cost.argument else None
            length = len(listed) if isinstance(listed, list) else 1
            self.name(length)
            inner = count * length
            place = replace(at, stage=begins, length=length)
            if not inner:
                return replace(place, count=0)
            return replace(self.load(cost.loader, inner, place, path), length=length)
        if cost.page_size is not None:
            first = given.get("first")
            if not isinstance(first, int | float):  # a variable that is absent leaves the default in place
                first = definition.args["first"].default_value
            # More than the window allows is refused by the field itself, with the path of the argument.
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
        if cost.conflict and self.selections.mentions(nodes, CURRENT_VERSION):
            self.plan.add(Step(path, begins + 1, cost.conflict, calls))
        return _Place(inner, begins + 1, count, path, at.shown, length, at.crowded)

    def name(self, count: int) -> None:
        """Count objects that are named by their ids; a list that is too long by itself is refused by its field."""
        self.plan.named += count if count <= MAX_NAMED else 0

    def finish(self) -> None:
        """Put together what one loader is asked at one time, as it batches it."""
        together: dict[tuple[int, type[KeyedLoader[Any, Any]], str], list[tuple[Step, _Place]]] = defaultdict(list)
        for step, at in self.loads:
            assert step.loader is not None
            together[at.stage, step.loader, at.origin].append((step, at))
        for (stage, loader, _), found in sorted(together.items(), key=lambda item: item[0][0]):
            keys = sum(step.keys for step, _ in found)
            parents = max(step.parents for step, _ in found)
            answers = max(at.answers for _, at in found)
            calls = most_calls(loader, min(keys, loader.population or keys), parents, answers)
            for operation, count in calls.items():
                if operation in loader.once and operation in self.counted:
                    continue
                self.counted.add(operation)
                paths = ", ".join(step.path for step, _ in found)
                self.plan.add(Step(paths, stage, operation, count, loader, keys, parents))
        self.further()

    def further(self) -> None:
        """Add what each loader may need beyond that, in all: further pages of lists that Square gives no bound."""
        asked: dict[type[KeyedLoader[Any, Any]], list[Step]] = defaultdict(list)
        for step, _ in self.loads:
            assert step.loader is not None
            asked[step.loader].append(step)
        for loader, steps in asked.items():
            calls = loader.further_calls(sum(step.keys for step in steps), max(step.parents for step in steps))
            paths = ", ".join(dict.fromkeys(step.path for step in steps))
            self.allow(Step(paths, steps[0].stage, loader.further_name, calls, further=True))
