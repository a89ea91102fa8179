"""What was shown lately, in a few bytes of a position: who goes on from there is not shown the same once more.

A read may show what later events tell of, and several types of events may tell of one change. Nothing of the object is
in a mark: a keyed digest of its id, its version or a keyed digest of the whole, and when it had changed.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Mapping

from gateway.events.rounds.memory import DIGEST, Key, Shown
from gateway.keys import Keys

# Objects of one family that a position names, at most.
MAX_MARKS = 6
_NAME = 8
_TIME = struct.Struct(">d")
_LENGTH = _NAME + 1 + DIGEST + _TIME.size
_VERSION, _DIGEST, _DELETED = range(3)

Mark = bytes


def mark(keys: Keys, key: Key) -> Mark:
    """Stands for an object."""
    return keys.digest("shown object", *key)[:_NAME]


class Recent:
    """The objects that were shown last, by family."""

    __slots__ = ("_families",)

    def __init__(self) -> None:
        """None yet."""
        self._families: dict[str, OrderedDict[Mark, Shown]] = {}

    def put(self, family: str, name: Mark, shown: Shown) -> None:
        """An object was shown."""
        recent = self._families.setdefault(family, OrderedDict())
        recent[name] = shown
        recent.move_to_end(name)
        if len(recent) > MAX_MARKS:
            recent.popitem(last=False)

    def ahead(self, family: str, told: Mark) -> int | None:
        """The first position for which something newer was shown than its event tells of, but of what is told now.

        Who joined before it was shown all of a family.
        """
        recent = self._families.get(family, OrderedDict())
        return min((each.position for name, each in recent.items() if name != told and each.ahead), default=None)

    def packed(self, family: str, told: Mark, joined: int) -> bytes:
        """Those of a family as bytes, for who is told of one of them and joined with at most this position.

        A subscriber that was past the event for which something newer was shown was not shown it, and has to be later.
        """
        recent = self._families.get(family, OrderedDict())
        return b"".join(
            _pack(name, each)
            for name, each in recent.items()
            if name == told or each.position > joined or not each.ahead
        )


def unpack(packed: bytes) -> Mapping[Mark, Shown]:
    """What `packed` gave."""
    parts = (packed[start : start + _LENGTH] for start in range(0, len(packed) - _LENGTH + 1, _LENGTH))
    return {part[:_NAME]: _shown(part[_NAME], part[_NAME + 1 : -_TIME.size], part[-_TIME.size :]) for part in parts}


def _pack(name: Mark, shown: Shown) -> bytes:
    kind, value = _VERSION, (shown.version or 0).to_bytes(DIGEST, signed=True)
    if shown.deleted:
        kind = _DELETED
    elif shown.digest:
        kind, value = _DIGEST, shown.digest
    return name + bytes((kind,)) + value + _TIME.pack(shown.updated)


def _shown(kind: int, value: bytes, time: bytes) -> Shown:
    updated = float(_TIME.unpack(time)[0])
    if kind == _DELETED:
        return Shown(0.0, deleted=True)
    if kind == _DIGEST:
        return Shown(0.0, digest=value, updated=updated)
    return Shown(0.0, version=int.from_bytes(value, signed=True), updated=updated)
