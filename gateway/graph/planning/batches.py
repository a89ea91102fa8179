"""How many REST calls a loader makes at most for keys that become known at different times. No I/O."""

from __future__ import annotations

from typing import Any

from gateway.graph.loading.list_loader import ListedLoader
from gateway.graph.loading.loader import KeyedLoader


def most_calls(loader: type[KeyedLoader[Any, Any]], keys: int, parents: int, answers: int) -> dict[str, int]:
    """What a loader calls for keys that become known in so many answers, each of which may come at its own time."""
    calls = dict(loader.calls_for(keys, parents))
    name = loader.operation_name
    if min(keys, answers) > 1 and name not in loader.once:
        size = loader.batch_size
        if issubclass(loader, ListedLoader):
            calls[name] = 1  # what comes first and alone, before the list is read
        elif size is not None:
            calls[name] = max(calls.get(name, 0), most_batches(keys, answers, size))
    return calls


def most_batches(keys: int, answers: int, size: int) -> int:
    """The most batches for so many keys out of so many answers, when no batch waits for another answer."""
    return min(keys, answers) + max(keys - answers, 0) // size
