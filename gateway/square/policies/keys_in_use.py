"""The idempotency keys of writes under way: whether two of them have the same one. Sends nothing.

Of two such writes Square carries out one, and answers both with it. Knows the writes of this process only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(eq=False, slots=True)
class KeyUse:
    """One write with a key; `alone` as long as no other write had the key at the same time."""

    alone: bool = True


class KeysInUse:
    """The uses of each key, by the caller, the operation and the key."""

    def __init__(self) -> None:
        """No key is in use."""
        self._uses: dict[tuple[str, str, str], list[KeyUse]] = {}

    @contextmanager
    def use(self, caller: str, operation: str, key: str) -> Iterator[KeyUse]:
        """While a write with this key is carried out."""
        place = (caller, operation, key)
        use = KeyUse()
        uses = self._uses.setdefault(place, [])
        uses.append(use)
        if uses[1:]:
            for each in uses:
                each.alone = False
        try:
            yield use
        finally:
            uses.remove(use)
            if not uses:
                del self._uses[place]
