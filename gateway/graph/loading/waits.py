"""Which batches of an operation wait for what, so that each is one for all fields. Works on names only. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from gateway.graph.loading.in_flight import Awaited, Source, Waits

L = TypeVar("L", bound=type)
Leads = Mapping[Source, set[Source]]


def leads_to(asked: Iterable[tuple[tuple[Source, ...], Source]]) -> Leads:
    """What each source may bring keys to, itself or through others; `asked` are loaders with what is above them."""
    found: dict[Source, set[Source]] = defaultdict(set)
    for above, loader in asked:
        for each in above:
            found[each].add(loader)
    growing = True
    while growing:
        growing = False
        for source, reached in found.items():
            further = set[Source]().union(*(found.get(each, ()) for each in reached))
            growing = growing or not further <= reached
            found[source] = reached | further
    return found


def waits_of(loaders: Iterable[type], leads: Leads) -> Waits:
    """What the batch of each of these loaders waits for.

    It waits for whatever is in flight and may bring it keys; for a batch that waits itself only if that cannot get
    keys from it in turn.
    """
    waits = {}
    for loader in loaders:
        before = {source for source, reached in leads.items() if loader in reached}
        waits[loader] = Awaited(frozenset(before), frozenset(before - leads.get(loader, set())))
    return waits


def together(several: Iterable[Waits]) -> Waits:
    """What batches wait for while operations run side by side that share their loaders."""
    pairs = [((*awaited.calls,), loader) for each in several for loader, awaited in each.items()]
    return waits_of(dict.fromkeys(loader for _, loader in pairs), leads_to(pairs))
