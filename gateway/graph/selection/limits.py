"""How large a document may be, worked out in one walk before it is validated.

Every fragment is measured once however often it is spread, so that a document of nested spreads
costs no more to measure than to read. Knows no schema.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from graphql import GraphQLError

from gateway.graph.selection.document import Block, Document, Field, Fragment, Spread

# The most errors that are told about one document.
MAX_ERRORS = 5
# The most objects that one operation may name by their ids, as one list of them may.
MAX_NAMED = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest document that is executed.

    `lists` is how many lists may be inside each other where the schema is read: the query that tools
    send has three, the types with their fields with their arguments. `calls` and `values` are the
    most REST calls that one operation may make, and values that its answer may hold, `named` the objects
    that it may name by their ids: even those that no call is made for take their time.
    """

    characters: int = 15_000
    tokens: int = 1_000
    depth: int = 10
    aliases: int = 30
    # Characters of one: it stands in the answer as often as there are objects, and in the path of every error.
    alias: int = 128
    directives: int = 50
    directives_each: int = 3
    root_fields: int = 30
    fields: int = 5_000
    lists: int = 3
    calls: int = 200
    values: int = 250_000
    named: int = MAX_NAMED


# The lists of the schema when it is read, by the names that they have there.
SCHEMA_LISTS = frozenset(
    {"types", "directives", "fields", "inputFields", "args", "interfaces", "possibleTypes", "enumValues", "locations"}
)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a selection is with all its fragments in place."""

    fields: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    # Fields of the topmost level.
    roots: int = 0
    # Names of lists of the schema inside each other, and how many of them there are below a field that reads it.
    lists: int = 0
    read_lists: int = 0

    def beside(self, other: Size) -> Size:
        """Both selections, one next to the other."""
        return Size(
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
            max(self.depth, other.depth),
            self.roots + other.roots,
            max(self.lists, other.lists),
            max(self.read_lists, other.read_lists),
        )


@dataclass(frozen=True, slots=True)
class DocumentSize:
    """How large each operation of a document is, with the number of its own directives, and the extremes of all."""

    operations: tuple[tuple[Size, int], ...] = ()
    max_alias_length: int = 0
    max_directives: int = 0

    @property
    def fields(self) -> int:
        """The fields of all operations, with every fragment in its place."""
        return sum(size.fields for size, _ in self.operations)


def measure(document: Document) -> DocumentSize:
    """Measure a document, valid or not."""
    measuring = _Measure()
    sizes = tuple((measuring.block(each.block), len(each.node.directives or ())) for each in document.operations)
    return DocumentSize(sizes, measuring.max_alias_length, measuring.max_directives)


def too_large(document: DocumentSize, limits: Limits) -> list[GraphQLError]:
    """What is too large about a document, operation by operation, at most `MAX_ERRORS`; nothing if it is not."""
    errors: list[GraphQLError] = []
    for size, directives in document.operations:
        found = (
            ("fields", size.fields, limits.fields),
            ("aliases", size.aliases, limits.aliases),
            ("directives", size.directives + directives, limits.directives),
            ("levels of depth", size.depth, limits.depth),
            ("root fields", size.roots, limits.root_fields),
            ("lists inside lists of the schema", size.read_lists, limits.lists),
        )
        errors += [_refused(what, limit) for what, count, limit in found if count > limit]
        if len(errors) >= MAX_ERRORS:
            return errors[:MAX_ERRORS]
    if document.max_alias_length > limits.alias:
        errors.append(_refused("characters in an alias", limits.alias))
    if document.max_directives > limits.directives_each:
        errors.append(_refused("directives on one field", limits.directives_each))
    return errors[:MAX_ERRORS]


def _refused(what: str, limit: int) -> GraphQLError:
    message = f"The operation has too many {what}: at most {limit} are allowed."
    return GraphQLError(message, extensions={"code": "OPERATION_TOO_LARGE"})


class _Measure:
    def __init__(self) -> None:
        self.known: dict[Fragment, Size] = {}
        self.open: set[Fragment] = set()
        self.max_directives = 0
        self.max_alias_length = 0

    def block(self, block: Block) -> Size:
        total = Size()
        for part in block:
            self.max_directives = max(self.max_directives, part.directives)
            total = total.beside(self.field(part) if isinstance(part, Field) else self.spread(part))
        return total

    def spread(self, spread: Spread) -> Size:
        inner = Size() if spread.fragment is None else self.fragment(spread.fragment)
        return replace(inner, directives=inner.directives + spread.directives)

    def field(self, field: Field) -> Size:
        inner = self.block(field.block or ())
        aliased = field.node.alias is not None
        if aliased:
            self.max_alias_length = max(self.max_alias_length, len(field.key))
        reads = field.name.startswith("__")
        return Size(
            inner.fields + 1,
            inner.aliases + aliased,
            inner.directives + field.directives,
            # Reading the schema is deep by nature, and graphql-core limits that on its own.
            1 if reads else inner.depth + 1,
            1,
            inner.lists + (field.name in SCHEMA_LISTS),
            max(inner.read_lists, inner.lists if reads else 0),
        )

    def fragment(self, fragment: Fragment) -> Size:
        found = self.known.get(fragment)
        if found is not None:
            return found
        if fragment in self.open:
            return Size()  # circular: validation says so
        self.open.add(fragment)
        size = self.known[fragment] = self.block(fragment.block)
        self.open.discard(fragment)
        return size
