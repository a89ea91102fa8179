"""The GraphQL documents of a client's source tree: found, cut out of their files, put together by name.

An operation may use a fragment of any other file. Reads files; checks nothing against a schema.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graphql import (
    DefinitionNode,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    Node,
    OperationDefinitionNode,
    Source,
    SourceLocation,
    Visitor,
    parse,
    print_ast,
    visit,
)

GRAPHQL = (".graphql", ".gql", ".graphqls")
SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".mts")
_IGNORED = {"node_modules", ".git", "__generated__", "dist", "build"}
# gql`...`, graphql`...`, graphql(`...`) and /* GraphQL */ `...`
_TAGGED = re.compile(
    r"(?:\b(?:gql|graphql)\s*\(?\s*(?:/\*\s*GraphQL\s*\*/\s*)?|/\*\s*GraphQL\s*\*/\s*)`((?:[^`\\]|\\.)*)`"
)
_INSERTED = re.compile(r"\$\{[^}]*\}")


class NoDocuments(ValueError):
    """A path that leads to nothing that can be read."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of a client's files. `place` is FILE:LINE:COLUMN, or a name."""

    place: str
    message: str


@dataclass(slots=True)
class Collected:
    """All operations and fragments of the given files, and what could not be read of them."""

    files: list[Path] = field(default_factory=list)
    operations: list[OperationDefinitionNode] = field(default_factory=list)
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def document(self, *definitions: DefinitionNode) -> DocumentNode:
        """These definitions with all fragments they use, directly or through others."""
        return DocumentNode(definitions=(*definitions, *used(definitions, self.fragments).values()))


def collect(patterns: Iterable[str]) -> Collected:
    """Read files, folders and glob patterns. Raises `NoDocuments`."""
    found = Collected()
    for pattern in patterns:
        for path in _files(pattern):
            if path not in found.files:
                found.files.append(path)
                _read(path, found)
    return found


def used(
    definitions: Iterable[Node], fragments: Mapping[str, FragmentDefinitionNode]
) -> dict[str, FragmentDefinitionNode]:
    """The fragments that these definitions spread, at any depth, other than the definitions themselves."""
    named = {each.name.value for each in definitions if isinstance(each, FragmentDefinitionNode)}
    result: dict[str, FragmentDefinitionNode] = {}
    waiting = list(definitions)
    while waiting:
        for name in _spreads(waiting.pop()):
            fragment = fragments.get(name)
            if fragment is not None and name not in result and name not in named:
                result[name] = fragment
                waiting.append(fragment)
    return result


def place_of(error: GraphQLError) -> str:
    """Where an error is, as FILE:LINE:COLUMN."""
    source = error.source
    if source is None or not error.locations:
        return ""
    line, column = error.locations[0].line, error.locations[0].column
    begin = source.location_offset
    return f"{source.name}:{line + begin.line - 1}:{column + (begin.column - 1 if line == 1 else 0)}"


def _files(pattern: str) -> list[Path]:
    path = Path(pattern)
    if path.is_file():
        return [path]
    if path.is_dir():
        inside = (each for each in sorted(path.rglob("*")) if not _IGNORED.intersection(each.relative_to(path).parts))
        return [each for each in inside if each.suffix in (*GRAPHQL, *SCRIPTS) and each.is_file()]
    anchor = Path(path.anchor) if path.anchor else Path()
    relative = str(path.relative_to(path.anchor)) if path.anchor else pattern
    matches = [each for each in sorted(anchor.glob(relative)) if each.is_file()] if relative else []
    if not matches:
        raise NoDocuments(f"{pattern}: there is no such file or folder, and nothing matches it")
    return matches


def _read(path: Path, found: Collected) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise NoDocuments(f"{path}: the file cannot be read as UTF-8 text") from None
    for source in _sources(path, text):
        try:
            document = parse(source)
        except GraphQLError as error:
            found.problems.append(Problem(place_of(error), error.message))
            continue
        for each in document.definitions:
            if isinstance(each, OperationDefinitionNode):
                found.operations.append(each)
            elif isinstance(each, FragmentDefinitionNode):
                known = found.fragments.setdefault(each.name.value, each)
                if known is not each and print_ast(known) != print_ast(each):
                    message = f"There is another fragment named `{each.name.value}`, and it is different."
                    found.problems.append(Problem(place_of(GraphQLError("", each)), message))


def _sources(path: Path, text: str) -> Iterator[Source]:
    if path.suffix not in SCRIPTS:
        yield Source(text, str(path))
        return
    for match in _TAGGED.finditer(text):
        before = text[: match.start(1)]
        begin = SourceLocation(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        # What a script inserts is a fragment, which is found by its name wherever it is.
        body = _INSERTED.sub(lambda found: " " * len(found.group()), match.group(1))
        if body.strip():
            yield Source(body, str(path), begin)


class _Spreads(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.names.append(node.name.value)


def _spreads(node: Node) -> list[str]:
    visitor = _Spreads()
    visit(node, visitor)
    return visitor.names
