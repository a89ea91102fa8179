"""Functions that turn decoded objects into what is selected of them: written once for a class of objects, then run.

Only objects of classes that hold exactly what their fields promise are shown so, as those are that the typed decoding
gives: their class names the Strawberry type that it stands for. No I/O.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import GraphQLEnumType, GraphQLObjectType

if TYPE_CHECKING:
    from gateway.graph.execution.compiled_selection import CompiledField, CompiledSelection

# The classes of objects that one selection shows: those of one operation, hardly ever more than one.
MAX_CLASSES = 4
_SCALARS = frozenset({"String", "ID", "DateTime", "Date", "Birthday", "Decimal", "Boolean", "Long", "Int", "Float"})


class Projection(NamedTuple):
    """What shows the objects of one class, and the fields for which it leaves room."""

    show: Callable[[list[Any]], list[dict[str, Any]]]
    further: tuple[CompiledField, ...]


class Projections:
    """The projections of one selection, by the class of the objects."""

    __slots__ = ("_known", "_selection")

    def __init__(self, selection: CompiledSelection) -> None:
        """None is written before it is wanted."""
        self._selection = selection
        self._known: dict[type, Projection | None] = {}

    def of(self, kind: type) -> Projection | None:
        """What shows a list of objects of this class; None when they have to be looked at value by value."""
        try:
            return self._known[kind]
        except KeyError:
            found = None
            if hasattr(kind, "strawberry_type") and len(self._known) < MAX_CLASSES:
                found = _Writer().projection(self._selection, kind)
            self._known[kind] = found
            return found


class _Names(dict[Any, Any]):
    """The names of an enum's values by Square's texts; what is not known is the one that stands for that."""

    def __missing__(self, _: object) -> Any:
        return "UNKNOWN"


class _Writer:
    """Writes one function. Names of the answer stand in it as Python itself writes texts."""

    def __init__(self) -> None:
        self._enums: dict[str, Any] = {}
        self._objects_shown = 0

    def projection(self, selection: CompiledSelection, kind: type) -> Projection | None:
        further: list[CompiledField] = []
        text = self._answer(selection, "each", kind, further)
        if text is None:
            return None
        names: dict[str, Any] = {"__builtins__": {}, **self._enums}
        show = eval(f"lambda objects: [{text} for each in objects]", names)  # noqa: S307 - written here
        return Projection(show, tuple(further))

    def _answer(
        self, selection: CompiledSelection, source: str, kind: type, further: list[CompiledField]
    ) -> str | None:
        """The expression for one object, named `source`; what is left to be shown is added to `further`."""
        parts: dict[str, str] = {name: repr(value) for name, value in selection.blank.items()}
        for leaf in selection.leaves:
            shown = self._leaf(leaf.field, f"{source}.{leaf.attribute}") if _has(kind, leaf.attribute) else None
            if shown is None:
                return None
            parts[leaf.field.name] = shown
        for field in selection.further:
            shown = self._objects(field, source, kind)
            if shown is None:
                further.append(field)
            else:
                parts[field.name] = shown
        return "{" + ", ".join(f"{name!r}: {shown}" for name, shown in parts.items()) + "}"

    def _leaf(self, field: CompiledField, value: str) -> str | None:
        kind = field.kind
        if isinstance(kind, GraphQLEnumType):
            if field.depth or "UNKNOWN" not in kind.values:
                return None
            name = f"enum_{len(self._enums)}"
            self._enums[name] = _Names({each.value: key for key, each in kind.values.items()})
            self._enums[name][None] = None
            return f"{name}[{value}]"
        return value if kind.name in _SCALARS else None

    def _objects(self, field: CompiledField, source: str, kind: type) -> str | None:
        """The expression for an object, or a list of objects, that is there and of which only values are selected."""
        attribute, below = field.attribute, field.kind
        if attribute is None or not isinstance(below, GraphQLObjectType) or field.depth > 1:
            return None
        inner = getattr(kind, "strawberry_objects", {}).get(attribute)
        if inner is None or not _has(kind, attribute):
            return None
        self._objects_shown += 1
        name = f"object_{self._objects_shown}"
        left: list[CompiledField] = []
        shown = self._answer(field.below(below), name, inner, left)
        if shown is None or left:
            return None
        if field.depth:
            return f"[{shown} for {name} in {source}.{attribute}]"
        return f"None if ({name} := {source}.{attribute}) is None else {shown}"


def _has(kind: type, attribute: str) -> bool:
    return attribute.isidentifier() and not keyword.iskeyword(attribute) and hasattr(kind, attribute)
