"""The GraphQL documents of a client's source tree: found, cut out of their files, put together by name.

An operation may use a fragment of any other file. What is passed over is noted with its place. Reads files; checks
nothing against a schema.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    NameNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    Source,
    TypeDefinitionNode,
    Visitor,
    parse,
    print_ast,
    visit,
)
from graphql.language import TypeExtensionNode

from gateway.tools.script_documents import COMPONENTS, SCRIPTS, Cut, documents

GRAPHQL = (".graphql", ".gql", ".graphqls")
IGNORED = {"node_modules", ".git", "__generated__", "dist", "build"}
# The two forms of a field that Relay computes by itself, in the comment above its function.
_RESOLVER = re.compile(r"@RelayResolver\s+(\w+)\.(\w+)")
_OLD_RESOLVER = re.compile(r"@RelayResolver\b(?=[^/]*@onType\s+(\w+))(?=[^/]*@fieldName\s+(\w+))")


class NoDocuments(ValueError):
    """A path that leads to nothing that can be read."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, or passed over, at one place of a client's files. `place` is FILE:LINE:COLUMN, or a name."""

    place: str
    message: str


@dataclass(slots=True)
class Collected:
    """All operations and fragments of the given files, and what could not be read of them."""

    files: list[Path] = field(default_factory=list)
    operations: list[OperationDefinitionNode] = field(default_factory=list)
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    # The fields that the client's own schema adds, by their types.
    extensions: dict[str, set[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    passed_over: list[Problem] = field(default_factory=list)


def collect(patterns: Iterable[str]) -> Collected:
    """Read files, folders and glob patterns. Raises `NoDocuments`."""
    found = Collected()
    for pattern in patterns:
        for path in _files(pattern, found):
            if path not in found.files:
                found.files.append(path)
                _read(path, found, named=str(path) == str(Path(pattern)))
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


def place_of_node(node: Node) -> str:
    """Where a node is, as FILE:LINE:COLUMN."""
    return place_of(GraphQLError("", node))


def _files(pattern: str, found: Collected) -> list[Path]:
    path = Path(pattern)
    # Path's own methods raise for what this user may not look into.
    if os.path.isfile(path):
        return [path]
    if os.path.isdir(path):
        return sorted(_inside(path, found))
    if os.path.exists(path):
        raise NoDocuments(f"{pattern}: this is neither a file nor a folder")
    anchor = Path(path.anchor) if path.anchor else Path()
    relative = str(path.relative_to(path.anchor)) if path.anchor else pattern
    try:
        matches = [each for each in sorted(anchor.glob(relative)) if os.path.isfile(each)] if relative else []
    except ValueError:
        raise NoDocuments(f"{pattern}: `**` stands alone between slashes: **/*.graphql") from None
    except OSError:
        matches = []
    if not matches:
        raise NoDocuments(f"{pattern}: there is no such file or folder, and nothing matches it")
    return matches


def _inside(folder: Path, found: Collected) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        for name in sorted(IGNORED.intersection(folders)):
            found.passed_over.append(
                Problem(str(Path(place, name)), "folders of this name hold nothing of the client's own")
            )
        folders[:] = [name for name in folders if name not in IGNORED]
        for name in names:
            path = Path(place, name)
            if path.suffix in (*GRAPHQL, *SCRIPTS, *COMPONENTS) and os.path.isfile(path):
                yield path


def _read(path: Path, found: Collected, *, named: bool) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        if named:
            raise NoDocuments(f"{path}: the file cannot be read as UTF-8 text") from None
        found.passed_over.append(Problem(f"{path}:1:1", "the file cannot be read as UTF-8 text"))
        return
    if path.suffix not in (*SCRIPTS, *COMPONENTS):
        _add(Cut(Source(text, str(path))), found)
        return
    for kind, name in (*_RESOLVER.findall(text), *_OLD_RESOLVER.findall(text)):
        found.extensions.setdefault(kind, set()).add(name)
    for cut in documents(str(path), text):
        _add(cut, found)


def _add(cut: Cut, found: Collected) -> None:
    begin = cut.source.location_offset
    if cut.unknown:
        found.passed_over.append(Problem(f"{cut.source.name}:{begin.line}:{begin.column}", cut.unknown))
        return
    try:
        document = parse(cut.source)
    except GraphQLError as error:
        found.problems.append(Problem(place_of(error), error.message))
        return
    if cut.inserted:
        document = visit(document, _Filled())
        for position, shown in cut.inserted:
            place = place_of(GraphQLError("", source=cut.source, positions=[position]))
            found.passed_over.append(Problem(place, f"`{shown}` is inserted: it is not checked, nor what it costs"))
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            found.operations.append(each)
        elif isinstance(each, FragmentDefinitionNode):
            known = found.fragments.setdefault(each.name.value, each)
            if known is not each and print_ast(known) != print_ast(each):
                message = f"There is another fragment named `{each.name.value}`, and it is different."
                found.problems.append(Problem(place_of_node(each), message))
    types = [each for each in document.definitions if isinstance(each, TypeExtensionNode | TypeDefinitionNode)]
    if types:
        found.passed_over.append(Problem(place_of_node(types[0]), "definitions of types are no operations"))
    for each in types:
        if isinstance(each, TypeExtensionNode):
            fields = getattr(each, "fields", None) or ()
            found.extensions.setdefault(each.name.value, set()).update(one.name.value for one in fields)


class _Filled(Visitor):
    """Puts something where all fields of a selection are inserted."""

    def enter_selection_set(self, node: SelectionSetNode, *_: object) -> SelectionSetNode | None:
        if node.selections:
            return None
        return SelectionSetNode(selections=(FieldNode(name=NameNode(value="__typename")),), loc=node.loc)


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
