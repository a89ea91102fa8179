"""The body of a successful answer, and how it may be read in one go into what an operation wants. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import orjson

from gateway.square.endpoint import Call
from gateway.square.errors import BadResponse


class Decoders(Protocol):
    """What one operation wants of Square's answers."""

    def of(self, call: Call[Any]) -> Callable[[bytes], Any] | None:
        """What reads the bytes of an answer into the value that the call returns; None where there is nothing faster.

        It raises `ValueError` for bytes that have to be read field by field: something in them is not as expected.
        """


class Body:
    """The bytes of an answer, with the value that a decoder has read from them or else their JSON."""

    __slots__ = ("_json", "content", "value")

    def __init__(
        self,
        operation: str,
        content: bytes,
        decode: Callable[[bytes], Any] | None = None,
        *,
        known: dict[str, Any] | None = None,
    ) -> None:
        """Read what answers `operation`; `known` is its JSON, where that has been read. Raises `BadResponse`.

        That is for bytes that are no JSON object.
        """
        self.content = content
        self.value: Any = None
        self._json = known
        if decode is not None:
            try:
                self.value = decode(content)
            except ValueError:
                self.value = None
        if self.value is None and self.json(operation) is None:
            raise BadResponse(operation, status=200)

    def again(self, operation: str, decode: Callable[[bytes], Any] | None) -> Body:
        """The same bytes for another operation, which wants something else of them."""
        return Body(operation, self.content, decode, known=self._json)

    def json(self, operation: str) -> dict[str, Any] | None:
        """The JSON object, read when it is first wanted; None if it is no object."""
        if self._json is None:
            try:
                found = orjson.loads(self.content)
            except orjson.JSONDecodeError:
                return None
            self._json = found if isinstance(found, dict) else None
        return self._json
