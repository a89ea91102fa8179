"""The text of a document, in which the place of every error is found without reading it from its beginning again."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from functools import cached_property

from graphql import Source, SourceLocation

_LINE_END = re.compile(r"\r\n|[\n\r]")


class DocumentText(Source):
    """A source whose lines are looked up: thousands of fields can fail in a document of thousands of lines."""

    @cached_property
    def _starts(self) -> array[int]:
        return array("I", (0, *(found.end() for found in _LINE_END.finditer(self.body))))

    def get_location(self, position: int) -> SourceLocation:
        """The line and the column of an offset, both counted from 1."""
        line = bisect_right(self._starts, position)
        return SourceLocation(line, position + 1 - self._starts[line - 1])
