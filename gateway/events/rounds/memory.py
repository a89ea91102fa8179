"""What subscribers were shown of each object, as far as it decides what may follow. Holds nothing of the object."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Family and id.
Key = tuple[str, str]
# Bytes of a digest.
DIGEST = 8
# Objects that one feed remembers, and all of them together.
MAX_OBJECTS = 10_000
MAX_OBJECTS_IN_ALL = 200_000
_MIN_OBJECTS = 256


@dataclass(frozen=True, slots=True)
class Shown:
    """An object as it was last shown.

    `told` is false of one that was created, and could not be shown yet. `happened` is when it was as it was shown, as
    far as Square says, in seconds since 1970. `digest` stands for the whole object where there is no version, and
    `updated` is when it had changed, 0 where that is not known. `position` is that of the event it was shown for, and
    `ahead` is false when it was just as that event says: otherwise later events may tell of what was shown already.
    """

    happened: float
    version: int | None = None
    deleted: bool = False
    digest: bytes = b""
    updated: float = 0.0
    told: bool = True
    position: int = 0
    ahead: bool = True

    def covers(self, other: Shown) -> bool:
        """Whether who was shown this has nothing to learn from the other, which is as late or later."""
        if self.deleted or other.deleted:
            return self.deleted and other.deleted
        if self.digest or other.digest:
            return self.digest == other.digest
        return self.version is not None and other.version is not None and other.version <= self.version

    def is_later_than(self, other: Shown) -> bool:
        """Whether this is known to be the later of two states, neither of which is a delete."""
        return not other.deleted and 0 < other.updated < self.updated


class Memory:
    """What was shown of the objects that changed last."""

    def __init__(self, limit: Callable[[], int]) -> None:
        """`limit` tells how many objects may be remembered now."""
        self._limit = limit
        self._shown: OrderedDict[Key, Shown] = OrderedDict()

    def get(self, key: Key) -> Shown | None:
        """What was shown of an object, if that is known."""
        return self._shown.get(key)

    def put(self, key: Key, shown: Shown) -> None:
        """Remember it."""
        self._shown[key] = shown
        self._shown.move_to_end(key)
        while len(self._shown) > self._limit():
            self._shown.popitem(last=False)

    def __iter__(self) -> Iterator[tuple[Key, Shown]]:
        """What was shown."""
        return ((key, shown) for key, shown in self._shown.items() if shown.told)


def share(feeds: int) -> int:
    """How many objects each of so many feeds may remember."""
    return max(_MIN_OBJECTS, min(MAX_OBJECTS, MAX_OBJECTS_IN_ALL // max(1, feeds)))
