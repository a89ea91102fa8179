"""JSON as RFC 8259 means it, with nothing that two readers could understand differently. Knows no GraphQL.

Refused are invalid UTF-8, a byte order mark, NaN and infinities, a name given twice in one object,
a lone surrogate, and nesting or numbers that only serve to wear out a reader.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

MAX_DEPTH = 100


class NotJSON(ValueError):
    """Not JSON, or not JSON that is accepted here. The message repeats nothing of the text."""


def loads(text: bytes) -> Any:
    """The value of a JSON text. Raises `NotJSON`."""
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        raise NotJSON("is not valid JSON in UTF-8") from None
    if text.count(b"{") + text.count(b"[") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise NotJSON("is nested too deeply")
    # orjson keeps the last of two equal names and rounds large integers; the standard library does neither here.
    try:
        return _DECODER.decode(text.decode())
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, NotJSON) else NotJSON("holds a number that is too large") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJSON("gives a name twice in one object")
    return found


def _depth(text: bytes) -> int:
    """How deeply a valid JSON text is nested."""
    deepest = depth = 0
    outside = text.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2]
    for part in outside:
        for byte in part:
            if byte in b"[{":
                depth += 1
                deepest = max(deepest, depth)
            elif byte in b"]}":
                depth -= 1
    return deepest


_DECODER = json.JSONDecoder(object_pairs_hook=_unique)
