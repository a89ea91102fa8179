"""In which shape objects of a type are read: with which of their attributes, for what an operation wants of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from gateway.graph.decoding.columns import Column, columns_of
from gateway.graph.decoding.wanted import Wanted
from gateway.graph.schema.decode import Variants


class Shape(NamedTuple):
    """A type with the attributes that are read, in its own order; each with the shape of its objects, if it has any.

    Of an interface they are those of its variants, `by` the text that each has on the wire at the first of two names.
    """

    kind: type
    attributes: tuple[tuple[str, Shape | None], ...]
    tag: tuple[str, str] | None = None
    variants: tuple[Shape, ...] = ()

    @property
    def columns(self) -> list[tuple[Column, Shape | None]]:
        """The columns of the attributes, with the shapes of their objects."""
        columns = columns_of(self.kind) or {}
        return [(columns[name], below) for name, below in self.attributes]

    def attribute_at(self, wire: str) -> str | None:
        """The attribute that holds what these objects have under this key on the wire; None when none does."""
        if self.variants:
            found = {each.attribute_at(wire) for each in self.variants}
            return found.pop() if len(found) == 1 else None
        return next((each.name for each, _ in self.columns if each.wire == wire and not each.within), None)


def shape_of(kind: type, wanted: Wanted, around: tuple[type, ...] = ()) -> Shape | None:
    """The shape in which objects of a type are read; None when they have to be read in full.

    `around` are the types in whose objects these are.
    """
    variants: Any = getattr(kind, "variants", None)
    columns = columns_of(kind)
    if columns is None and isinstance(variants, Variants):
        return _of_variants(kind, variants, wanted)
    names = wanted.get(kind, frozenset())
    if names is None or columns is None or kind in around or not names <= columns.keys():
        return None
    attributes: list[tuple[str, Shape | None]] = []
    for column in columns.values():
        if not column.always and column.name not in names:
            continue
        below = None if column.nested is None else shape_of(column.nested, wanted, (*around, kind))
        if column.nested is not None and below is None:
            return None
        attributes.append((column.name, below))
    return Shape(kind, tuple(attributes))


def _of_variants(kind: type, variants: Variants, wanted: Wanted) -> Shape | None:
    """The shape of an interface: its variants' own ones. What is none of them has to be read in full."""
    found: list[Shape] = []
    for text, each in variants.kinds.items():
        shape = shape_of(each, wanted)
        if shape is None:
            return None
        found.append(Shape(shape.kind, shape.attributes, (variants.key, text), shape.variants))
    return Shape(kind, (), variants=tuple(found))
