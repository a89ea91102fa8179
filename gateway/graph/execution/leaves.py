"""Values that objects have themselves, looked at one by one: what is plainly right is shown as it is. No I/O."""

from __future__ import annotations

from enum import Enum
from typing import Any

from gateway.graph.execution.compiled_selection import Leaf
from gateway.graph.execution.level import Level

_NONE = object()


def show_leaf(level: Level, leaf: Leaf) -> list[tuple[int, Any]]:
    """Show a value of all objects of a level; gives those that take a further look, with the numbers of the objects."""
    name, attribute, plain, enum = leaf.field.name, leaf.attribute, leaf.plain, leaf.enum
    nullable = leaf.field.nullable[0]
    odd = []
    for number, (source, answer) in enumerate(zip(level.sources, level.answers, strict=True)):
        value = getattr(source, attribute, _NONE)
        if value.__class__ is plain or (value is None and nullable):
            answer[name] = value
        elif enum is not None and isinstance(value, Enum) and value in enum:
            answer[name] = enum[value]
        elif enum is not None and value.__class__ is str and hasattr(source, "strawberry_type"):
            answer[name] = enum.get(value, "UNKNOWN")
        else:
            odd.append((number, read(source, attribute) if value is _NONE else value))
    return odd


def read(source: Any, attribute: str) -> Any:
    """What an object has at an attribute, or why it has nothing."""
    try:
        return getattr(source, attribute)
    except Exception as error:  # a property may raise whatever it likes
        return error
