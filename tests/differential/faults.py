"""How answers of Square's are spoilt, by a source of chance. Sends nothing."""

from __future__ import annotations

import copy
from enum import Enum
from random import Random
from typing import Any

import orjson


class Broken(Enum):
    """How an exchange ends without an answer."""

    NOT_SENT = "no connection"
    RESET = "the connection breaks"
    SILENT = "no answer in time"


ERRORS = [
    (400, "INVALID_REQUEST_ERROR", "BAD_REQUEST"),
    (400, "INVALID_REQUEST_ERROR", "INVALID_CURSOR"),
    (400, "INVALID_REQUEST_ERROR", "EXPECTED_INTEGER"),
    (401, "AUTHENTICATION_ERROR", "UNAUTHORIZED"),
    (403, "AUTHENTICATION_ERROR", "INSUFFICIENT_SCOPES"),
    (404, "INVALID_REQUEST_ERROR", "NOT_FOUND"),
    (409, "INVALID_REQUEST_ERROR", "CONFLICT"),
    (400, "INVALID_REQUEST_ERROR", "VERSION_MISMATCH"),
    (429, "RATE_LIMIT_ERROR", "RATE_LIMITED"),
    (500, "API_ERROR", "INTERNAL_SERVER_ERROR"),
    (502, "API_ERROR", "BAD_GATEWAY"),
    (503, "API_ERROR", "SERVICE_UNAVAILABLE"),
    (418, "A_CATEGORY_OF_TOMORROW", "A_CODE_OF_TOMORROW"),
]
# Stands in for any value.
_LONG = 2**62
STRANGE: list[Any] = [
    None, True, False, 0, 1, -1, 1.0, 0.5, -0.0, 1e308, _LONG, 2**63, 2**64 - 1, -(2**63), "", "x", "0", "1",
    "true", "null",
    "2016-03-23T20:21:54.859Z", "2016-03-23T20:21:54.859+02:00", "2016-13-45", "1998-09-21", "09-21", "0000-02-29",
    "UNKNOWN", "A_VALUE_OF_TOMORROW", "active", "ACTIVE", "THIRD_PARTY", "é\u0000\U0001f600", [], {}, [None],
    [[]], [{}],
    {"id": None}, {"id": "x"}, ["x", "x"], [1], {"x": {"y": []}}, "a" * 300,
]  # fmt: skip


def spoil(chance: Random, under: str, status: int, content: bytes) -> tuple[int, bytes, Broken | None, str]:
    """Something else than this answer, and what was done. `under` is the name of the result in the body."""
    kind = chance.random()
    if kind < 0.12:
        number, category, code = chance.choice(ERRORS)
        problem = {
            "category": category,
            "code": code,
            "detail": "A sentence.",
            "field": chance.choice(["cursor", "x.y"]),
        }
        body: Any = {"errors": [problem] * chance.choice([1, 1, 2])}
        return number, orjson.dumps(body), None, f"{number} {code}"
    if kind < 0.18:
        broken = chance.choice(list(Broken))
        return 0, b"", broken, broken.value
    if kind < 0.26:
        return _bytes(chance, content)
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return _bytes(chance, content)
    if kind < 0.32:
        problem = {"category": "API_ERROR", "code": "INTERNAL_SERVER_ERROR", "detail": "A sentence."}
        body["errors"] = chance.choice([[problem], [], {}, "x", None, [None], [problem, 3]])
        if chance.random() < 0.4:
            body.pop(under.partition(".")[0], None)
        return status, orjson.dumps(body), None, f"errors beside the result: {body.get('errors')}"
    told = [_change(chance, body) for _ in range(chance.choice([1, 1, 1, 2, 3, 8]))]
    return status, orjson.dumps(body), None, "; ".join(told)


def _bytes(chance: Random, content: bytes) -> tuple[int, bytes, None, str]:
    name, made = chance.choice(
        [
            ("truncated", content[: chance.randrange(len(content) + 1)]),
            ("empty", b""),
            ("no JSON", b"<html>502</html>"),
            ("a list", b"[" + content + b"]"),
            ("null", b"null"),
            ("nothing in it", b"{}"),
            ("something behind", content + b" x"),
            ("space around", b" \n" + content + b"\n "),
            ("a byte order mark", b"\xef\xbb\xbf" + content),
            ("no UTF-8", content.replace(b"a", b"\xff", 1)),
            ("half a surrogate", content.replace(b'":"', b'":"\\ud800', 1)),
            ("a name twice", content.replace(b"{", b'{"id":"FIRST","errors":null,"cursor":"c",', 1)),
            ("a name twice inside", content.replace(b'{"id":', b'{"id":null,"name":7,"id":', 1)),
            ("a number too long", content.replace(b'"version":', b'"version":123456789012345678901234567890,"v":', 1)),
            ("no number", content.replace(b'"version":', b'"version":NaN,"v":', 1)),
        ]
    )
    return 200, made, None, name


def _places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inside:
        found.append((value, key))
        _places(below, found)
    return found


def _change(chance: Random, body: Any) -> str:
    """Change one place of a JSON value; gives what was done."""
    places = _places(body, [])
    if not places:
        return "nothing to change"
    # Half of the changes are near the top, where lists, cursors and counts are.
    near = [each for each in places if each[0] is body or len(places) < 8]
    holder, key = chance.choice(near if near and chance.random() < 0.15 else places)
    before = holder[key]
    kind = chance.random()
    if kind < 0.5:
        holder[key] = copy.deepcopy(chance.choice(STRANGE))
        return f"{key}: {_short(before)} -> {_short(holder[key])}"
    if kind < 0.65:
        del holder[key]
        return f"{key} left out"
    if kind < 0.75:
        other, place = chance.choice(places)
        holder[key] = copy.deepcopy(other[place]) if place in other or isinstance(other, list) else None
        return f"{key}: {_short(before)} -> {_short(holder[key])}"
    if isinstance(before, list):
        extra = chance.choice([None, *before, *before, {}, 3])
        before.insert(chance.randrange(len(before) + 1), copy.deepcopy(extra))
        return f"{key} has {_short(extra)} too"
    if isinstance(before, dict):
        before[chance.choice(["a_name_of_tomorrow", "id", "type", "errors"])] = copy.deepcopy(chance.choice(STRANGE))
        return f"{key} has a name more"
    if isinstance(before, str):
        holder[key] = before + "?"
        return f"{key}: another text"
    holder[key] = str(before)
    return f"{key}: {_short(before)} as text"


def _short(value: Any) -> str:
    return repr(value)[:40]
