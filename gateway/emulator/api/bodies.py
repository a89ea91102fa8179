"""From bytes to JSON, and back, without surprises. Knows no operation.

Python's reader is used, not orjson's, because duplicate keys must be seen.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

from gateway.emulator.errors import SquareFault

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("duplicate key")
    return result


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("number out of range")
    return number


def decode(raw: bytes) -> Any:
    """The JSON value in `raw`.

    Raises 400 EXPECTED_JSON_BODY for anything that is not strict JSON in UTF-8, for duplicate
    keys, for numbers beyond 64 bits and for nesting beyond `MAX_DEPTH`; 400 INVALID_VALUE for text
    that no database column can hold faithfully (NUL and unpaired surrogates).
    """
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_finite)
        _measure(value, 1)
    except (ValueError, RecursionError) as error:
        raise expected_json() from error
    return value


def expected_json() -> SquareFault:
    """400 EXPECTED_JSON_BODY."""
    return SquareFault(400, "EXPECTED_JSON_BODY", "The request body must be valid JSON.")


def _measure(value: Any, depth: int) -> None:
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            raise ValueError("nested too deeply")
        if isinstance(value, dict):
            for key in value:
                check_text(key)
        for each in value.values() if isinstance(value, dict) else value:
            _measure(each, depth + 1)
    elif isinstance(value, int) and not -(2**63) <= value < 2**64:
        raise ValueError("number out of range")


def check_text(text: str) -> None:
    """Raise 400 INVALID_VALUE for text with NUL or an unpaired surrogate."""
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise SquareFault(400, "INVALID_VALUE", "Text must not contain unpaired surrogates.") from error
    if "\0" in text:
        raise SquareFault(400, "INVALID_VALUE", "Text must not contain the NUL character.")


def encode(value: Any) -> bytes:
    """A JSON value as UTF-8 bytes."""
    return orjson.dumps(value)
