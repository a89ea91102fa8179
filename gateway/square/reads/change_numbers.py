"""The number of the last change of each kind of data of each seller, as this process knows it. Sends nothing.

With a board, what other workers of the same gateway change counts as well, as soon as it is asked for: no worker tells
another. The numbers of changes that are forgotten are no longer told apart, so that all is old that is older than they.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from typing import Protocol

# Changes of which the number is known.
MAX_CHANGES = 20_000
# Under this key the board counts the changes of everything.
_ANYTHING = b"anything"


class Board(Protocol):
    """Counts of changes that several processes see at once."""

    def changed(self, key: bytes, /) -> None:
        """Count a change."""

    def number(self, key: bytes, /) -> int:
        """Another number than before once there was a change."""


class ChangeNumbers:
    """Numbers that only grow: of two changes the later one has the higher number."""

    def __init__(self, board: Board | None = None) -> None:
        """`board` is what workers of one gateway share."""
        self._count = 0
        self._changes: OrderedDict[Hashable, int] = OrderedDict()
        # The number of the latest change that was forgotten.
        self._forgotten = 0
        self._board = board
        # What the board last said of each key that was looked at, and of anything; and the number that has since then.
        self._seen: dict[Hashable, int] = {}
        self._anything = 0
        self._moved = 0

    @property
    def count(self) -> int:
        """The number of the last change of anything."""
        if self._board is not None:
            self._look(self._board)
        return self._count

    def last(self, keys: Iterable[Hashable]) -> int:
        """The highest number of these."""
        number = self._forgotten
        for key in keys:
            if self._board is not None:
                self._look_at(self._board, key)
            number = max(number, self._changes.get(key, 0))
        return number

    def changed(self, key: Hashable) -> None:
        """Give the next number to the data with this key."""
        self._count += 1
        self._number(key, self._count)
        if self._board is not None:
            name = _name(key)
            self._board.changed(name)
            self._board.changed(_ANYTHING)
            self._saw(key, self._board.number(name))

    def all_changed(self) -> None:
        """Give the next number to everything: nobody knows what has changed."""
        self._count += 1
        self._forgotten = self._count
        self._changes.clear()

    def _number(self, key: Hashable, number: int) -> None:
        self._changes[key] = number
        self._changes.move_to_end(key)
        if len(self._changes) > MAX_CHANGES:
            self._forgotten = max(self._forgotten, self._changes.popitem(last=False)[1])

    def _look(self, board: Board) -> None:
        """Whatever another worker has changed since the last look has the next number."""
        anything = board.number(_ANYTHING)
        if anything != self._anything:
            self._anything = anything
            self._count += 1
            self._moved = self._count

    def _look_at(self, board: Board, key: Hashable) -> None:
        self._look(board)
        found, seen = board.number(_name(key)), self._seen.get(key)
        if found == (seen or 0):
            return
        self._saw(key, found)
        if seen is None:
            # It may have changed long ago, but not after anything has last changed.
            self._number(key, max(self._moved, self._changes.get(key, 0)))
            return
        self._count += 1
        self._number(key, self._count)

    def _saw(self, key: Hashable, number: int) -> None:
        if len(self._seen) >= MAX_CHANGES:
            self._seen.clear()
        self._seen[key] = number


def _name(key: Hashable) -> bytes:
    return repr(key).encode("utf-8", "surrogatepass")
