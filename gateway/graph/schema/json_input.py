"""JSON given as input: whatever can be sent exactly as it was written, and nothing else. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any

from graphql import (
    FloatValueNode,
    GraphQLError,
    IntValueNode,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    value_from_ast_untyped,
)

from gateway.exact_numbers import read_number
from gateway.graph.schema.decode import INT64

MAX_JSON_DEPTH = 32
# The longest whole number of 64 bits has this many characters; longer ones are not even read.
_MAX_DIGITS = len(str(-INT64))

_DEEP = f"at most {MAX_JSON_DEPTH} levels of nesting"
_WHOLE = "whole numbers of at most 64 bits"
_FINITE = "numbers that are finite"
_EXACT = "numbers that a double holds exactly, others as text"
_TEXT = "text without half a surrogate pair"
_KNOWN = "objects, lists, texts, numbers, booleans and null"


def parse_json(value: Any) -> Any:
    """The value of a variable as it is. Raises `GraphQLError` for what cannot be sent unaltered."""
    _check(value, 0)
    return value


def parse_json_literal(node: ValueNode, variables: Mapping[str, Any] | None = None) -> Any:
    """The value of a literal, in which variables may stand. Raises `GraphQLError` as `parse_json` does.

    A variable without a value is left out of an object, and is null in a list.
    """
    try:
        return _read(node, variables or {}, 0)
    except GraphQLError as error:
        raise GraphQLError(error.message, node) from None


def _read(node: ValueNode, variables: Mapping[str, Any], depth: int) -> Any:
    if isinstance(node, ListValueNode):
        _measure(depth)
        return [_read(each, variables, depth + 1) for each in node.values]
    if isinstance(node, ObjectValueNode):
        _measure(depth)
        return {
            each.name.value: _read(each.value, variables, depth + 1)
            for each in node.fields
            if not isinstance(each.value, VariableNode) or each.value.name.value in variables
        }
    if isinstance(node, IntValueNode) and len(node.value) > _MAX_DIGITS:
        raise _refused(_WHOLE)
    value = _value(node, variables)
    _check(value, depth)
    return value


def _value(node: ValueNode, variables: Mapping[str, Any]) -> Any:
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if isinstance(node, FloatValueNode):
        try:
            return read_number(node.value)
        except ValueError:
            raise _refused(_FINITE) from None
    return value_from_ast_untyped(node)


def _check(value: Any, depth: int) -> None:
    if isinstance(value, dict):
        _measure(depth)
        for name, each in value.items():
            _check(name, depth)
            _check(each, depth + 1)
    elif isinstance(value, list):
        _measure(depth)
        for each in value:
            _check(each, depth + 1)
    elif isinstance(value, str):
        # Half a surrogate pair is a Python string that no encoding can write.
        if not value.isascii() and value.encode(errors="ignore").decode() != value:
            raise _refused(_TEXT)
    elif isinstance(value, float):
        if not isfinite(value):
            raise _refused(_FINITE)
    elif isinstance(value, int):
        if not -INT64 <= value < INT64:
            raise _refused(_WHOLE)
    elif isinstance(value, Decimal):
        raise _refused(_EXACT)
    elif value is not None:
        raise _refused(_KNOWN)


def _measure(depth: int) -> None:
    if depth >= MAX_JSON_DEPTH:
        raise _refused(_DEEP)


def _refused(expected: str) -> GraphQLError:
    # An error of GraphQL's own is shown as it is: no other kind leaves out the value, which may be long or private.
    return GraphQLError(f"Expected JSON: {expected}.")
