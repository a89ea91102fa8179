"""What a resolver gives for an object that a loader has: a key, to be asked for with all of its level."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gateway.graph.loading.loader import KeyedLoader


class Deferred:
    """The value of a key of a loader. By itself it can be awaited as well."""

    __slots__ = ("key", "loader")

    def __init__(self, loader: KeyedLoader[Any, Any], key: Any) -> None:
        """Nothing is asked for before it is awaited or its key is wanted."""
        self.loader = loader
        self.key = key

    def __await__(self) -> Generator[Any, None, Any]:
        return self.loader.load(self.key).__await__()
