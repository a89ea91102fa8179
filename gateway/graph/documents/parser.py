"""One document: parsed, measured and validated. Remembers nothing and executes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
)

from gateway.fairness.fair_cache import FairCache
from gateway.graph.documents.source_text import DocumentText
from gateway.graph.documents.validation import check
from gateway.graph.planning.plan import Plan
from gateway.graph.selection.document import Document, read
from gateway.graph.selection.limits import DocumentSize, Limits, measure, too_large
from gateway.graph.selection.operation import SelectedOperation

# For variables of so many shapes the plan of one document is remembered.
CACHED_PLANS = 32
# For so many values of its conditions, what the operations of one document select is remembered, at most.
CACHED_SELECTIONS = 8
# The fields of all these together: of larger documents fewer are remembered, or none. What they select is worked out
# for each request.
MAX_CACHED_FIELDS = 500


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was parsed and checked: its operations by name, or the errors found."""

    document: DocumentNode | None
    operations: Mapping[str | None, OperationDefinitionNode] = field(default_factory=dict)
    errors: tuple[GraphQLError, ...] = ()
    blocks: Document = field(default_factory=Document)
    size: DocumentSize = field(default_factory=DocumentSize)
    plans: FairCache[Plan] = field(default_factory=partial(FairCache, CACHED_PLANS))
    selections: FairCache[SelectedOperation] = field(default_factory=partial(FairCache, CACHED_SELECTIONS))
    # Both of them, of operations without variables: there is one of each, and it is kept as long as the document.
    settled: dict[str | None, tuple[Plan, SelectedOperation]] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises `GraphQLError` when the name does not settle it."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name)
        if found is None:
            if not self.operations:
                what = "in this document"
            elif name is None:
                what = "to run: give `operationName`, as the document has several"
            elif not name:
                what = "with an empty name: leave `operationName` out, or give the name of one"
            else:
                what = f"named `{name[:60]}`"
            raise GraphQLError(f"There is no operation {what}.", extensions={"code": "OPERATION_RESOLUTION_FAILURE"})
        return found


class Checker:
    """Parses and checks documents of one schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, *, introspection: bool, suggestions: bool) -> None:
        """`introspection` allows reading the schema, `suggestions` "Did you mean" in errors."""
        self.limits = limits
        self.introspection = introspection
        self.suggestions = suggestions
        self._schema = schema

    def check(self, query: str) -> Prepared:
        """The document, or what is wrong with it."""
        prepared = self._read(query)
        if prepared.document is None:
            return prepared
        if errors := too_large(prepared.size, self.limits):
            return Prepared(None, errors=tuple(errors))
        found = check(self._schema, prepared.document, introspection=self.introspection, suggestions=self.suggestions)
        return replace(prepared, errors=found) if found else prepared

    def _read(self, query: str) -> Prepared:
        if len(query) > self.limits.characters:
            message = f"The document has too many characters: at most {self.limits.characters} are allowed."
            return refused(message, "OPERATION_TOO_LARGE")
        try:
            document = parse(DocumentText(query), max_tokens=self.limits.tokens)
            blocks = read(document)
            size = measure(blocks)
        except GraphQLError as error:
            error.extensions = {**(error.extensions or {}), "code": "GRAPHQL_PARSE_FAILED"}
            return Prepared(None, errors=(error,))
        except RecursionError:
            return refused("The document is nested too deeply.", "GRAPHQL_PARSE_FAILED")
        selections = FairCache[SelectedOperation](min(CACHED_SELECTIONS, MAX_CACHED_FIELDS // max(1, size.fields)))
        operations = {each.name: each.node for each in blocks.operations}
        return Prepared(document, operations, (), blocks, size, selections=selections)


def refused(message: str, code: str) -> Prepared:
    """A document that cannot be run, with one error."""
    return Prepared(None, errors=(GraphQLError(message, extensions={"code": code}),))
