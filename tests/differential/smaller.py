"""A different case made smaller, as long as it stays different."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from graphql import parse, print_ast, visit
from graphql.language import REMOVE, SKIP, FragmentDefinitionNode, FragmentSpreadNode, Node, VariableNode, Visitor

from tests.differential.case import Bench, Difference

_EMPTY = re.compile(r"{\s*}")
_REMOVABLE = (
    "field",
    "inline_fragment",
    "fragment_spread",
    "directive",
    "argument",
    "variable_definition",
    "object_field",
)


async def smaller(both: Bench, found: Difference) -> Difference:
    """The same difference with less around it."""
    case = found.case
    for less in (replace(case, variables=[found.variables]), replace(case, share=0.0)):
        found = await both.check(less) or found
    begin = 0
    while (parts := _parts(found.case.text)) > begin:
        text = _without(found.case.text, begin)
        prepared = both.compiled.prepare(text)
        again = None
        if not prepared.errors and not _EMPTY.search(text):
            given = [{name: each for name, each in some.items() if f"${name}" in text} for some in found.case.variables]
            again = await both.check(replace(found.case, document=text, variables=given))
        found = again or found
        # What could not be left out before may be left out once something else has been.
        begin = begin + 1 if again is None else min(begin, parts - 1)
    return found


class _Remove(Visitor):
    """Leaves out the part with one number, and counts all of them."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.count = 0

    def enter(self, node: Any, *_: Any) -> Any:
        if node.kind not in _REMOVABLE:
            return None
        self.count += 1
        return REMOVE if self.count - 1 == self.number else None


def _parts(text: str) -> int:
    counter = _Remove(-1)
    visit(parse(text), counter)
    return counter.count


def _without(text: str, number: int) -> str:
    """The document without a part, nor what only that part has used."""
    document = visit(parse(text, no_location=True), _Remove(number))
    used, before = _names(document), None
    while used != before:
        before = used
        kept = [
            each
            for each in document.definitions
            if not isinstance(each, FragmentDefinitionNode) or f"...{each.name.value}" in used
        ]
        document = replace(document, definitions=tuple(kept))
        used = _names(document)
    definitions = [
        replace(
            each,
            variable_definitions=tuple(
                one for one in each.variable_definitions or () if f"${one.variable.name.value}" in used
            ),
        )
        for each in document.definitions
    ]
    document = replace(document, definitions=tuple(definitions))
    return print_ast(document)


class _Names(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter(self, node: Any, *_: Any) -> Any:
        if node.kind == "variable_definition":
            return SKIP
        if isinstance(node, FragmentSpreadNode):
            self.found.add(f"...{node.name.value}")
        if isinstance(node, VariableNode):
            self.found.add(f"${node.name.value}")
        return None


def _names(node: Node) -> set[str]:
    names = _Names()
    visit(node, names)
    return names.found
