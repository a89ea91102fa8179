"""From the text of a request to typed, declared parameters. Does nothing with them.

Which code answers which mistake is documented by Square only as the meaning of the codes:
https://developer.squareup.com/reference/square/enums/ErrorCode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from gateway.emulator.api.bodies import check_text, decode, expected_json
from gateway.emulator.api.routes import Json, Route
from gateway.emulator.errors import SquareFault, bad_request
from gateway.emulator.validation.shapes import Boolean, Integer, Object, Shape

NO_FIELDS = Object({})
_INTEGER = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True, slots=True)
class Sent:
    """A decoded body: its value, or nothing at all, or the fault that it is not JSON; and its size in bytes."""

    value: Any = None
    empty: bool = False
    fault: SquareFault | None = None
    size: int = 0


def query(route: Route, raw: str) -> Json:
    """The query parameters of a raw query string, each of its declared type.

    Raises 400 for an unknown, repeated or mistyped parameter.
    """
    if not raw:
        return (route.query or NO_FIELDS).check({}, "")
    fields = (route.query or NO_FIELDS).fields
    found: Json = {}
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise bad_request("The query string is not valid.") from error
    for name, text in pairs:
        check_text(text)
        if name not in fields:
            raise SquareFault(400, "UNKNOWN_QUERY_PARAMETER", "Unknown query parameter.", name)
        if name in found:
            raise bad_request("Query parameters must not be repeated.", name)
        found[name] = _typed(fields[name], text)
    return (route.query or NO_FIELDS).check(found, "")


def _typed(shape: Shape, text: str) -> Any:
    if isinstance(shape, Integer) and _INTEGER.fullmatch(text):
        return int(text)
    if isinstance(shape, Boolean) and text in ("true", "false"):
        return text == "true"
    return text


def read(raw: bytes) -> Sent:
    """What a request carries as its body; a mistake in it is kept until it is its turn."""
    if not raw.strip():
        return Sent(empty=True)
    try:
        return Sent(decode(raw), size=len(raw))
    except SquareFault as fault:
        return Sent(fault=fault)


def body(route: Route, sent: Sent) -> Json:
    """The body, checked against its shape.

    A request without a body is the empty object wherever nothing is required. Operations that
    declare no body take none, or an empty object; a GET's is not looked at.
    """
    shape = route.body or NO_FIELDS
    if route.method == "GET" or (sent.empty and not (route.body_required and shape.required)):
        return shape.check({}, "")
    if sent.fault is not None:
        raise sent.fault
    if sent.empty:
        raise expected_json()
    return shape.check(sent.value, "")
