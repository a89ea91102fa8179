"""Relations as data: which loader, which key. One resolver serves them all.

`Relation` is kept on the Strawberry field, where the cost of an operation, `gateway explain` and
the tests read it, and where execution can be made faster without touching an area.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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
    """What a relation of `root` leads to: at once where it is known already, otherwise an awaitable."""
    context: Context = info.context
    below = context.selected.at(info.path).below if relation.stub else None
    stub = below is not None and below.only_ids
    found = known(relation, stub, root, context, _UNKNOWN)
    if found is not _UNKNOWN:
        return found
    source, keys = context.loader(relation.loader), _keys(relation, root)
    return source.load_many(keys) if relation.many else source.load(keys)


_UNKNOWN = object()


def _keys(relation: Relation, root: Any) -> Any:
    """The key that a relation of `root` follows; of many the list of them, each once."""
    keys = getattr(root, relation.key)
    return list(dict.fromkeys(keys)) if relation.many and keys else keys


def known(relation: Relation, stub: bool, root: Any, context: Context, otherwise: Any) -> Any:
    """What a relation of `root` leads to when it is known without waiting, `otherwise` when not or when it failed.

    What is not known yet has been begun when this returns.
    """
    keys = _keys(relation, root)
    if not keys:
        return [] if relation.many else None
    source = context.loader(relation.loader)
    if stub:
        return [source.stub(each) for each in keys] if relation.many else source.stub(keys)
    if not relation.many:
        future = source.begin(keys)
        return future.result() if settled(future) and future.exception() is None else otherwise
    # All of them are begun before any is looked at, so that they share a batch.
    futures = [source.begin(key) for key in keys]
    if not all(settled(future) and future.exception() is None for future in futures):
        return otherwise
    return [value for future in futures if (value := future.result()) is not None]


def begin(relation: Relation, root: Any, context: Context) -> list[asyncio.Future[Any]]:
    """Have everything loaded that a relation of `root` leads to; gives what is still to be waited for."""
    keys = _keys(relation, root)
    if not keys:
        return []
    source = context.loader(relation.loader)
    futures = map(source.begin, keys) if relation.many else [source.begin(keys)]
    return [future for future in futures if not future.done()]


def settled(future: asyncio.Future[Any]) -> bool:
    """Whether a shared future has its value or failure; a cancelled one has neither."""
    return future.done() and not future.cancelled()


def relation_of(field: StrawberryField) -> Relation | None:
    """The relation that a field follows, None for any other field."""
    found = field.metadata.get(RELATION)
    return found if isinstance(found, Relation) else None
