"""A document as data: what its operations and fragments select, read from the syntax tree once. Knows no schema.

This is the one reader of selections. Size limits are measured on it, valid or not; what is selected on the objects of
a type is in `tree`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    Visitor,
    visit,
)

# The value of `if` with which each directive leaves out what it stands on.
_LEAVES_OUT = {"skip": True, "include": False}

# What the variables of conditions are in one request. One that is not there leaves nothing out.
Switches = Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Condition:
    """One directive: it leaves out what it stands on when `if` has the value `leaves_out`."""

    leaves_out: bool
    variable: str | None
    value: bool | None

    def holds(self, switches: Switches) -> bool:
        """Whether the field or fragment takes part."""
        value = self.value if self.variable is None else switches.get(self.variable)
        return value is not self.leaves_out


def _conditions(directives: tuple[DirectiveNode, ...] | None) -> Iterator[Condition]:
    """The conditions among the directives of a field or fragment, valid or not."""
    for directive in directives or ():
        leaves_out = _LEAVES_OUT.get(directive.name.value)
        if leaves_out is None or not directive.arguments:
            continue
        given = directive.arguments[0].value
        if isinstance(given, VariableNode):
            yield Condition(leaves_out, given.name.value, None)
        elif isinstance(given, BooleanValueNode):
            yield Condition(leaves_out, None, given.value)


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field where it stands: `key` is its name in the answer, `block` what is selected below it, None for a leaf."""

    node: FieldNode
    name: str
    key: str
    directives: int
    conditions: tuple[Condition, ...]
    block: Block | None


@dataclass(slots=True, eq=False)
class Fragment:
    """A fragment, named or inline. `on` is its type condition."""

    name: str | None
    on: str | None
    block: Block = ()


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """A place where a fragment stands; `fragment` is None when the document has none of that name."""

    fragment: Fragment | None
    directives: int
    conditions: tuple[Condition, ...]


Block = tuple[Field | Spread, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OperationBlock:
    """One operation: its node, what it selects at the root, and the variables that its conditions read.

    `filters` are the variables that nothing but arguments of the root's own fields take, of a subscription: what is
    shown of an event does not depend on them.
    """

    node: OperationDefinitionNode
    block: Block
    switches: frozenset[str]
    filters: frozenset[str] = frozenset()
    # The names of its variables.
    variables: tuple[str, ...] = ()

    @property
    def name(self) -> str | None:
        """Its name, None when it has none."""
        return self.node.name.value if self.node.name else None


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """The operations of a document, and its fragments by name."""

    operations: tuple[OperationBlock, ...] = ()
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)

    def block(self, operation: OperationDefinitionNode) -> OperationBlock:
        """What one of its operations selects."""
        for each in self.operations:
            if each.node is operation:
                return each
        raise KeyError(operation.name)


def read(document: DocumentNode) -> Document:
    """Read a parsed document. A fragment is read once, however often it is spread."""
    return _Reader(document).document()


class _Reader:
    def __init__(self, document: DocumentNode) -> None:
        self._definitions = document.definitions
        nodes = [each for each in document.definitions if isinstance(each, FragmentDefinitionNode)]
        self._nodes = {each.name.value: each for each in nodes}
        self._fragments = {each.name.value: Fragment(each.name.value, each.type_condition.name.value) for each in nodes}
        for each in nodes:
            self._fragments[each.name.value].block = self._block(each.selection_set)

    def document(self) -> Document:
        nodes = [each for each in self._definitions if isinstance(each, OperationDefinitionNode)]
        return Document(tuple(self._operation(each) for each in nodes), self._nodes)

    def _operation(self, node: OperationDefinitionNode) -> OperationBlock:
        block = self._block(node.selection_set)
        names: set[str] = set()
        _add_switches(block, names, set())
        subscribes = node.operation is OperationType.SUBSCRIPTION
        filters = self._filters(node, block) if subscribes else frozenset[str]()
        variables = tuple(each.variable.name.value for each in node.variable_definitions or ())
        return OperationBlock(node, block, frozenset(names), filters, variables)

    def _filters(self, node: OperationDefinitionNode, block: Block) -> frozenset[str]:
        fragments = [each for each in self._definitions if isinstance(each, FragmentDefinitionNode)]
        # A variable counts as taken by all of a document's fragments: too many are better than too few.
        everywhere = _variables([node.selection_set, *(node.directives or ()), *fragments])
        arguments = [each for field in _fields(block, set()) for each in field.node.arguments or ()]
        return frozenset(name for name, times in _variables(arguments).items() if times == everywhere[name])

    def _block(self, selection: SelectionSetNode) -> Block:
        return tuple(self._part(each) for each in selection.selections)

    def _part(self, node: object) -> Field | Spread:
        assert isinstance(node, FieldNode | FragmentSpreadNode | InlineFragmentNode)
        found, count = tuple(_conditions(node.directives)), len(node.directives or ())
        if isinstance(node, FieldNode):
            name = node.name.value
            block = None if node.selection_set is None else self._block(node.selection_set)
            return Field(node, name, node.alias.value if node.alias else name, count, found, block)
        if isinstance(node, FragmentSpreadNode):
            return Spread(self._fragments.get(node.name.value), count, found)
        on = node.type_condition.name.value if node.type_condition else None
        return Spread(Fragment(None, on, self._block(node.selection_set)), count, found)


def _add_switches(block: Block, names: set[str], seen: set[Fragment]) -> None:
    for part in block:
        names.update(each.variable for each in part.conditions if each.variable is not None)
        if isinstance(part, Field):
            _add_switches(part.block or (), names, seen)
        elif part.fragment is not None and part.fragment not in seen:
            seen.add(part.fragment)
            _add_switches(part.fragment.block, names, seen)


def _fields(block: Block, seen: set[Fragment]) -> Iterator[Field]:
    """The fields of a selection, those of its fragments included."""
    for part in block:
        if isinstance(part, Field):
            yield part
        elif part.fragment is not None and part.fragment not in seen:
            seen.add(part.fragment)
            yield from _fields(part.fragment.block, seen)


def _variables(nodes: Iterable[Node]) -> Counter[str]:
    """How often each variable is taken in these parts of a document."""
    found: Counter[str] = Counter()

    class Names(Visitor):
        def enter_variable(self, node: VariableNode, *_: object) -> None:
            found[node.name.value] += 1

    for each in nodes:
        visit(each, Names())
    return found
