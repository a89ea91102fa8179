"""What relations of a level lead to: the values of keys that were gathered from all of its objects. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, compress
from operator import not_
from typing import Any, Generic, TypeVar

from graphql import GraphQLObjectType

from gateway.graph.execution.compiled_selection import CompiledField, CompiledSelection
from gateway.graph.loading.loader import KeyedLoader

T = TypeVar("T")


class Unplaced(Generic[T]):
    """Objects of a level that wait for the values of their keys, which may become known in parts."""

    __slots__ = ("_keys", "_many", "_objects", "known")

    def __init__(self, objects: Sequence[T], keys: Sequence[Any], known: Mapping[Any, Any], *, many: bool) -> None:
        """Each object has a key, or with `many` several; the loader's values are `known` as they come."""
        self._objects, self._keys, self.known, self._many = objects, keys, known, many

    def take(self, whole: bool) -> tuple[Sequence[T], Sequence[Any]]:
        """All objects that are left, with their keys; or those of which all keys are known, if not the `whole` is."""
        objects, keys, known = self._objects, self._keys, self.known
        self._objects = self._keys = ()
        if whole:
            return objects, keys
        ready = [all(map(known.__contains__, each or ())) if self._many else not each or each in known for each in keys]
        late = list(map(not_, ready))
        self._objects, self._keys = list(compress(objects, late)), list(compress(keys, late))
        return list(compress(objects, ready)), list(compress(keys, ready))


def stubs(loader: KeyedLoader[Any, Any], keys: Sequence[Any], *, many: bool) -> dict[Any, Any]:
    """The objects that know their ids alone, each once, by their keys."""
    given = filter(None, keys)
    return {key: loader.stub(key) for key in dict.fromkeys(chain.from_iterable(given) if many else given)}


def many(keys: Sequence[Any] | None, known: Mapping[Any, Any]) -> Any:
    """The values of those keys that have one, or the first failure."""
    found = [known.get(key) for key in keys or ()]
    failed = next((each for each in found if isinstance(each, Exception)), None)
    return failed if failed is not None else [each for each in found if each is not None]


def shown_once(
    field: CompiledField, keys: Sequence[Any], known: Mapping[Any, Any]
) -> Mapping[Any, dict[str, Any]] | None:
    """The answers of the objects that many refer to, each made once; None if more than a projection is needed."""
    if not isinstance(field.kind, GraphQLObjectType) or field.kind.is_type_of is not None:
        return None
    different = dict.fromkeys(chain.from_iterable(filter(None, keys)))
    objects = [known.get(key) for key in different]
    kinds = set(map(type, objects))
    if len(kinds) != 1:
        return None
    selection = field.below(field.kind)
    projection = selection.projections.of(kinds.pop())
    if projection is not None:
        return None if projection.further else dict(zip(different, projection.show(objects), strict=True))
    return (
        dict(zip(different, shown, strict=True)) if field.stub and (shown := _shown_stubs(selection, objects)) else None
    )


def _shown_stubs(selection: CompiledSelection, objects: list[Any]) -> list[dict[str, Any]] | None:
    """The answers of objects that know their ids alone; None if anything else is asked of them."""
    if selection.further:
        return None
    answers = []
    for each in objects:
        answer = selection.blank.copy()
        for leaf in selection.leaves:
            value = answer[leaf.field.name] = getattr(each, leaf.attribute, None)
            if value.__class__ is not leaf.plain:
                return None
        answers.append(answer)
    return answers
