"""A contract as routers make it: the schema without what has a tag, and the leaves that a schema has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Visitor,
    build_ast_schema,
    get_named_type,
    is_leaf_type,
    parse,
    validate_schema,
    visit,
)

# What only routers read.
FEDERATION = {"_Any", "_Entity", "_Service", "_entities", "_service"}


def has_tag(node: Any, tag: str) -> bool:
    return any(
        each.name.value == "tag" and any(given.value.value == tag for given in each.arguments)
        for each in getattr(node, "directives", None) or ()
    )


class _WithoutTag(Visitor):
    def __init__(self, tag: str) -> None:
        super().__init__()
        self.tag = tag

    def enter(self, node: Any, *_: Any) -> Any:
        name = getattr(node, "name", None)
        if has_tag(node, self.tag) or (name is not None and name.value in FEDERATION and node.kind != "name"):
            return REMOVE
        if node.kind == "schema_definition":
            return REMOVE  # it holds the links of federation, and names the roots as they are called anyway
        return replace(node, directives=()) if getattr(node, "directives", None) else None


def contract(sdl: str, tag: str = "") -> GraphQLSchema:
    """The schema that clients see when everything with a tag is left out. Raises when it is none."""
    document = visit(parse(sdl), _WithoutTag(tag))
    assert isinstance(document, DocumentNode)
    # An unknown type is what refers to something that was left out.
    schema = build_ast_schema(document, assume_valid_sdl=False)
    assert validate_schema(schema) == []
    return schema


def leaves(schema: GraphQLSchema) -> set[str]:
    """The coordinates of all fields, arguments and input fields that hold a scalar or an enum."""
    found = set()
    for kind in schema.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLInputObjectType):
            values = (name for name, each in kind.fields.items() if is_leaf_type(get_named_type(each.type)))
            found |= {f"{kind.name}.{name}" for name in values}
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in kind.fields.items():
                if is_leaf_type(get_named_type(field.type)):
                    found.add(f"{kind.name}.{name}")
                found |= {
                    f"{kind.name}.{name}({key}:)"
                    for key, argument in field.args.items()
                    if is_leaf_type(get_named_type(argument.type))
                }
    return found
