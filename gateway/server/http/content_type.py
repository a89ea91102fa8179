"""What a request says about its body in `Content-Type` (RFC 9110, section 8.3). Reads no body.

aiohttp leaves that to the parser for e-mail, which takes half a second for some values of 8 KB and fails on others.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.server.http.negotiation import JSON

# No media type with its parameters is longer, and nothing that is longer is read.
MAX_LENGTH = 256
_UTF8 = frozenset({"utf-8", "utf8"})


def media_type(headers: Mapping[str, str]) -> str:
    """The media type without its parameters, in lower case; empty when there is none that can be read."""
    return _parts(headers)[0].lower()


def is_json(headers: Mapping[str, str]) -> bool:
    """Whether the body is said to be application/json in UTF-8."""
    kind, *parameters = _parts(headers)
    pairs = (each.partition("=") for each in parameters)
    charsets = [value.strip().strip('"').lower() for name, _, value in pairs if name.strip().lower() == "charset"]
    return kind.lower() == JSON and all(each in _UTF8 for each in charsets)


def _parts(headers: Mapping[str, str]) -> list[str]:
    given = headers.get("Content-Type", "")
    return [each.strip() for each in given.split(";")] if len(given) <= MAX_LENGTH else [""]
