"""Documents: parsed and checked once, remembered, and checked in turn when they are new.

Takes text, gives a `Prepared` document. Executes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
)

from gateway.graph.limits import Limits, too_large
from gateway.graph.plan import Plan
from gateway.graph.share import Share
from gateway.graph.validation import check

CACHED_DOCUMENTS = 1000
# Characters of a document that is checked at once, in a few milliseconds at most.
SHORT_DOCUMENT = 300
# The share of one processor that checking new documents may take, and the seconds that may be taken at once: some
# thirty ordinary documents. More documents than `MOST_WAITING` are turned away instead of waiting.
CHECKING_SHARE = 0.1
CHECKING_CREDIT = 0.1
MOST_WAITING = 50
BRIEF_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was parsed and checked: its operations by name, or the errors found."""

    document: DocumentNode | None
    operations: Mapping[str | None, OperationDefinitionNode] = field(default_factory=dict)
    errors: tuple[GraphQLError, ...] = ()
    fragments: Mapping[str, FragmentDefinitionNode] = field(default_factory=dict)
    plans: dict[object, Plan] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises `GraphQLError` when the name does not settle it."""
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name)
        if found is None:
            what = f"named `{name[:60]}`" if name else "to run: give `operationName`, as the document has several"
            if not self.operations:
                what = "in this document"
            raise GraphQLError(f"There is no operation {what}.", extensions={"code": "OPERATION_RESOLUTION_FAILURE"})
        return found


class Documents:
    """The documents of one schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits, *, introspection: bool, suggestions: bool) -> None:
        """`introspection` allows reading the schema, `suggestions` "Did you mean" in errors."""
        self.limits = limits
        self._core = schema
        self._introspection = introspection
        self._suggestions = suggestions
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()
        self._aside = ThreadPoolExecutor(1, "documents")
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._share = Share(CHECKING_SHARE, CHECKING_CREDIT)

    def prepare(self, query: str) -> Prepared:
        """Parse and check a document; the last `CACHED_DOCUMENTS` good ones are remembered."""
        found = self._prepared.get(query)
        if found is not None:
            self._prepared.move_to_end(query)
            return found
        return self._remember(query, self._check(query))

    async def prepare_aside(self, query: str) -> Prepared:
        """As `prepare`, but a document that is not remembered waits for its turn to be checked.

        One at a time, a long one beside the event loop, and all together no more than a share of the
        processor: whoever sends documents to wear out the gateway waits, known documents do not.
        """
        if query in self._prepared or len(query) > self.limits.characters:
            return self.prepare(query)
        if self._waiting >= MOST_WAITING:
            return Prepared(None, errors=(_failed("Too many new documents wait to be checked.", "OVERLOADED"),))
        self._waiting += 1
        try:
            async with self._turn:
                return await self._check_in_turn(query)
        finally:
            self._waiting -= 1

    async def _check_in_turn(self, query: str) -> Prepared:
        if query in self._prepared:
            return self.prepare(query)
        # Who sends one new document after the other hardly notices; a crowd of them gets no more than the share.
        pause = self._share.pause()
        if pause:
            await asyncio.sleep(pause if self._waiting > 1 else min(pause, BRIEF_PAUSE))
        if len(query) <= SHORT_DOCUMENT:
            prepared, spent = self._timed_check(query)
        else:
            loop = asyncio.get_running_loop()
            prepared, spent = await loop.run_in_executor(self._aside, self._timed_check, query)
        self._share.spend(spent)
        return self._remember(query, prepared)

    def _timed_check(self, query: str) -> tuple[Prepared, float]:
        began = time.thread_time()
        return self._check(query), time.thread_time() - began

    def _remember(self, query: str, prepared: Prepared) -> Prepared:
        if not prepared.errors:
            self._prepared[query] = prepared
            if len(self._prepared) > CACHED_DOCUMENTS:
                self._prepared.popitem(last=False)
        return prepared

    def _check(self, query: str) -> Prepared:
        if len(query) > self.limits.characters:
            message = f"The document has too many characters: at most {self.limits.characters} are allowed."
            return Prepared(None, errors=(_failed(message, "OPERATION_TOO_LARGE"),))
        try:
            document = parse(query, max_tokens=self.limits.tokens)
        except GraphQLError as error:
            return Prepared(None, errors=(_coded(error, "GRAPHQL_PARSE_FAILED"),))
        except RecursionError:
            return Prepared(None, errors=(_failed("The document is nested too deeply.", "GRAPHQL_PARSE_FAILED"),))
        if errors := too_large(document, self.limits):
            return Prepared(None, errors=tuple(errors))
        found = check(self._core, document, introspection=self._introspection, suggestions=self._suggestions)
        operations: dict[str | None, OperationDefinitionNode] = {
            node.name.value if node.name else None: node
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        return Prepared(document, operations, found, fragments)


def _coded(error: GraphQLError, code: str) -> GraphQLError:
    error.extensions = {**(error.extensions or {}), "code": code}
    return error


def _failed(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
