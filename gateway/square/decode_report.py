"""What of Square's answers could not be read: counted, and told in one line for each answer. Reads nothing itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# Of the fields that could not be read so many are named.
MAX_NAMES = 5

log = logging.getLogger(__name__)


class Undecodable(ValueError):
    """A JSON value that cannot become the declared type."""


class Unread:
    """How many values of fields and items of lists could not be read since the process began."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.fields = 0
        self.items = 0
        self._names: list[str] = []

    @property
    def count(self) -> int:
        """Fields and items together."""
        return self.fields + self.items

    def field(self, name: str) -> None:
        """Count a value that could not be read, of the field with this name."""
        self.fields += 1
        if len(self._names) < MAX_NAMES and name not in self._names:
            self._names.append(name)

    def item(self) -> None:
        """Count an item that is left out of its list."""
        self.items += 1

    @contextmanager
    def told(self, operation: str, *, again: bool = False) -> Iterator[Unread]:
        """While an answer to `operation` is read: log once what could not be. Read `again`, it counts no more.

        Gives what could not be read of this answer, known once it has been read.
        """
        fields, items, self._names = self.fields, self.items, []
        of_this = Unread()
        try:
            yield of_this
        finally:
            of_this.fields, of_this.items = self.fields - fields, self.items - items
            if again:
                self.fields, self.items = fields, items
            elif self.count > fields + items:
                log.warning(
                    "%s: of the answer could not be read %d fields (%s) and %d items of lists",
                    operation, self.fields - fields, ", ".join(self._names) or "-", self.items - items,
                )  # fmt: skip


UNREAD = Unread()


def read_items(read: Callable[[Any], Any], value: Any) -> list[Any]:
    """The items of a JSON list, without those that cannot be read. None is an empty list. Raises `Undecodable`."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Undecodable
    items = []
    for each in value:
        try:
            if each is None:
                raise Undecodable
            items.append(read(each))
        except Undecodable:
            UNREAD.item()
    return items
