"""Relations as data: which loader, which key. One resolver serves them all.

`Relation` is kept on the Strawberry field, where the cost of an operation, `gateway explain` and
the tests read it, and where execution can be made faster without touching an area.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField

from gateway.graph.loading.context import Context, Info
from gateway.graph.loading.loader import KeyedLoader
from gateway.graph.schema.lazy import Reference, resolved

RELATION = "relation"


@dataclass(frozen=True)
class Relation:
    """An edge of the graph: `key` is the attribute of the parent whose value (or values) the loader takes.

    With `many`, the attribute holds a list of keys and the field a list of objects. With `stub`,
    an object of which only the id is asked costs no call.
    """

    reference: Reference[KeyedLoader[Any, Any]]
    key: str
    many: bool = False
    stub: bool = False

    @cached_property
    def loader(self) -> type[KeyedLoader[Any, Any]]:
        """The class of the loader."""
        return resolved(self.reference)


def relation(
    loader: Reference[KeyedLoader[Any, Any]],
    *,
    key: str,
    description: str,
    many: bool = False,
    stub: bool = False,
    directives: Sequence[object] = (),
) -> Any:
    """A field that follows a `Relation`. `loader` is a loader of this area, or a lazy reference to any.

    With `stub` (only where the key cannot dangle), asking for nothing but the id costs no call.
    """
    declared = Relation(loader, key, many, stub)

    def resolve(root: Any, info: Info) -> Any:
        return follow(declared, root, info)

    return strawberry.field(
        resolver=resolve, description=description, directives=directives, metadata={RELATION: declared}
    )


def follow(relation: Relation, root: Any, info: Info) -> Any:
    """What a relation of `root` leads to: at once where nothing has to be asked, otherwise an awaitable."""
    context: Context = info.context
    (keys,) = keys_of(relation, (root,))
    if not keys:
        return [] if relation.many else None
    source = context.loader(relation.loader)
    below = context.selected.at(info.path).below if relation.stub else None
    if below is not None and below.only_ids:
        return [source.stub(each) for each in keys] if relation.many else source.stub(keys)
    return _all(source, keys) if relation.many else source.load(keys)


def keys_of(relation: Relation, objects: Iterable[Any]) -> list[Any]:
    """The key that a relation of each object follows; of many the list of them, each once."""
    found = map(attrgetter(relation.key), objects)
    return [_each_once(keys) for keys in found] if relation.many else list(found)


def _each_once(keys: Any) -> Any:
    return keys if not keys or len(keys) == len(set(keys)) else list(dict.fromkeys(keys))


async def _all(source: KeyedLoader[Any, Any], keys: list[Any]) -> list[Any]:
    requests = source.want(keys)
    found = [await source.answer(requests, key) for key in keys]
    return [value for value in found if value is not None]


def relation_of(field: StrawberryField) -> Relation | None:
    """The relation that a field follows, None for any other field."""
    found = field.metadata.get(RELATION)
    return found if isinstance(found, Relation) else None
