"""What a plan reads of a variable: variables of the same shape lead to the same plan. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from typing import Any


def shape(value: Any, entities: Container[str]) -> object:
    """Numbers and switches as they are, the lengths of lists, the kinds of references, and what is there at all.

    A string is told apart only where it matters: an empty one, and one that names an entity, as a
    reference may take its `__typename` from a variable.
    """
    if isinstance(value, bool | int | float):
        return (type(value), value)
    if isinstance(value, str):
        return value if value in entities else bool(value)
    if isinstance(value, list):
        return (len(value), frozenset(Counter(kinds(value, entities)).items()))
    if isinstance(value, dict):
        return (dict, *kinds([value], entities))
    return None


def kinds(references: list[Any], entities: Container[str]) -> list[str]:
    """The type names of those references that name an entity of this graph."""
    named = [each.get("__typename") for each in references if isinstance(each, dict)]
    return [each for each in named if isinstance(each, str) and each in entities]
