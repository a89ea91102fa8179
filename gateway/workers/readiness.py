"""Whether the workers of one gateway are ready, known to all of them at once: shared memory, made before the fork.

One that starts, or ends for another to take its place, changes nothing as long as others are ready.
"""

from __future__ import annotations

import mmap


class Readiness:
    """A byte for each lane, written by its process, and one for the end, written by the parent."""

    def __init__(self, lanes: int) -> None:
        """None is ready. A process that writes has first to set its `lane`."""
        self._memory = mmap.mmap(-1, lanes + 1)
        self._none = bytes(lanes)
        self.lane = 0

    def __bool__(self) -> bool:
        """Whether the gateway is ready: some worker is, and it does not end."""
        lanes = len(self._none)
        return not self._memory[lanes] and self._memory[:lanes] != self._none

    def set(self, ready: bool) -> None:
        """Say whether this process is ready."""
        self._memory[self.lane] = ready

    def gone(self, lane: int) -> None:
        """The process of a lane has ended, however it did."""
        self._memory[lane] = 0

    def end(self) -> None:
        """The gateway as a whole is going to end: it is ready no more."""
        self._memory[len(self._none)] = 1
