"""Counts of changes that all workers of one gateway see at once: shared memory, made before they are forked.

Who remembers something notes the number beside it, taken before it was read: once there is another number, some worker
has changed it. Nothing is sent and nobody waits. Keys that share a slot count each other's changes too, which costs a
read and is never wrong. What a key means is not known here, and nothing outlives the gateway.
"""

from __future__ import annotations

import mmap
from zlib import crc32

# Keys are told apart by these slots: a power of two.
SLOTS = 4096
_BYTES = 8


class ChangeBoard:
    """One number for each slot, kept as one count for each lane, so that no two processes write the same place."""

    def __init__(self, lanes: int = 1) -> None:
        """As many lanes as there may be processes at a time. A process that writes has first to set its `lane`."""
        self._lanes = lanes
        self._memory = mmap.mmap(-1, SLOTS * lanes * _BYTES)
        # The lanes of a slot stand side by side. An aligned count is read and written as a whole.
        self._counts = memoryview(self._memory).cast("Q")
        # That of this process: a lane is given again when its process is gone, and goes on where it was.
        self.lane = 0

    def changed(self, key: bytes) -> None:
        """Count a change: from now on `number` gives another number in every process."""
        self._counts[self._first(key) + self.lane] += 1

    def number(self, key: bytes) -> int:
        """How often anything in this key's slot has changed, by all processes together. It never goes down."""
        first = self._first(key)
        return sum(self._counts[first : first + self._lanes])

    def _first(self, key: bytes) -> int:
        return (crc32(key) & (SLOTS - 1)) * self._lanes
