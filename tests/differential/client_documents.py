"""The documents that clients really send: those of the README, of GraphiQL's tabs and of the clients of the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphql import (
    FieldNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    get_introspection_query,
    parse,
    print_ast,
    visit,
)

from gateway.tools.client_documents import collect
from gateway.tools.sdl import public_schema
from gateway.tools.sent_documents import sent_documents
from tests.readme import samples

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "gateway/server/explorer/examples"
CLIENTS = ROOT / "tests/clients"


@dataclass(frozen=True)
class ClientDocument:
    """One operation with its variables, as far as the client's files give them, and where it is from."""

    place: str
    text: str
    variables: dict[str, Any] = field(default_factory=dict)


def client_documents() -> list[ClientDocument]:
    """All queries and mutations, each with the fragments that it uses."""
    found = [ClientDocument(str(each), each.query, each.variables) for each in samples()]
    for path in sorted(EXAMPLES.glob("*.graphql")):
        given = path.with_suffix(".json")
        variables = json.loads(given.read_text()) if given.exists() else {}
        found.append(ClientDocument(path.name, path.read_text(), variables))
    sent = sent_documents(collect([str(CLIENTS)]), public_schema())
    for each in sent.operations:
        if each.node is not None:
            document, _ = sent.document(each)
            name = each.node.name.value if each.node.name else "without a name"
            found.append(ClientDocument(f"tests/clients {name}", print_ast(document)))
    found.append(ClientDocument("introspection", get_introspection_query()))
    # Apollo Client and urql ask for the type of everything.
    return found + [
        ClientDocument(f"{each.place} with types", _with_types(each.text), each.variables) for each in found
    ]


class _AddTypename(Visitor):
    """Asks for the type at the end of every selection but the operation's own."""

    def leave_selection_set(self, node: SelectionSetNode, _key: Any, parent: Any, *_: Any) -> SelectionSetNode | None:
        if isinstance(parent, OperationDefinitionNode):
            return None
        return SelectionSetNode(selections=(*node.selections, FieldNode(name=NameNode(value="__typename"))))


def _with_types(text: str) -> str:
    return print_ast(visit(parse(text, no_location=True), _AddTypename()))
