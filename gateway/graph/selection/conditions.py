"""`@skip` and `@include`: whether a part of a document takes part in an operation. No I/O.

Whoever plans an operation and whoever runs it ask here, so that both see the same fields.
"""

from __future__ import annotations

from typing import Any

from graphql import SelectionNode, value_from_ast_untyped

# The value of `if` with which each directive leaves out what it stands on.
_LEAVES_OUT = {"skip": True, "include": False}


def left_out(node: SelectionNode, variables: dict[str, Any]) -> bool:
    """Whether a field or fragment is left out, with these values of the variables."""
    for directive in node.directives or ():
        value = _LEAVES_OUT.get(directive.name.value)
        if value is None or not directive.arguments:
            continue
        if value_from_ast_untyped(directive.arguments[0].value, variables) is value:
            return True
    return False
