"""The places of an answer of Square's: what is in its errors, its objects and its headers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.long_texts import filled
from tests.square.fault_server import Reply, answer

BODY, HEADER = 1_000_000, 8_000
QUERY = """
{ customers(first: 2) { nodes { id createdAt birthday creationSource givenName version } pageInfo { endCursor } } }
"""
MUTATION = """
mutation {
  createCustomer(idempotencyKey: "k", input: { givenName: "A" }) {
    customer { id createdAt birthday creationSource givenName version }
    userErrors { message code field }
  }
}
"""

Place = Callable[[str], Reply]


def _refused(status: int = 400, **given: Callable[[str], Any]) -> Place:
    entry = {"category": "INVALID_REQUEST_ERROR", "code": "BAD_REQUEST", "detail": "No.", "field": "given_name"}

    def reply(unit: str) -> Reply:
        text = filled(unit, BODY)
        return answer({"errors": [{**entry, **{name: make(text) for name, make in given.items()}}]}, status)

    return reply


def _answered(name: str, wrap: Callable[[str], Any] = lambda text: text) -> Place:
    def reply(unit: str) -> Reply:
        customer = {"id": "C1", "version": 1, name: wrap(filled(unit, BODY))}
        return answer({"customers": [customer], "customer": customer})

    return reply


def _header(name: str, status: int = 429) -> Place:
    def reply(unit: str) -> Reply:
        text = "".join(each if " " <= each <= "~" else "?" for each in filled(unit, HEADER))
        return answer({"errors": []} if status >= 400 else {"customers": []}, status, **{name: text.strip() or "?"})

    return reply


def _itself(text: str) -> str:
    return text


ANSWERS: dict[str, Place] = {
    "a category": _refused(category=_itself),
    "a code": _refused(code=_itself),
    "a detail": _refused(detail=_itself),
    "a field": _refused(field=_itself),
    "a field and a detail": _refused(field=_itself, detail=_itself),
    "a field inside a field": _refused(field=lambda text: f"given_name.{text}"),
    "a code of what is not found": _refused(404, code=_itself, detail=_itself),
    "a detail with status 500": _refused(500, code=_itself, detail=_itself, category=_itself),
    "errors in a successful answer": _refused(200, code=_itself, detail=_itself, field=_itself),
    "a thousand errors": lambda unit: answer(
        {"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "X", "detail": filled(unit, 1000)}] * 1000}, 400
    ),
    "a cursor": lambda unit: answer({"customers": [{"id": "C1"}] * 2, "cursor": filled(unit, BODY)}),
    "an enum value": _answered("creation_source"),
    "a moment": _answered("created_at"),
    "a day": _answered("birthday"),
    "a number": _answered("version"),
    "an id": _answered("id"),
    "a list instead of a name": _answered("given_name", lambda text: [text]),
    "a name": lambda unit: answer({"customers": [{"id": "C1", filled(unit, BODY): 1}], filled(unit, BODY): 1}),
    "Retry-After": _header("Retry_After"),
    "Retry-After of a failure": _header("Retry_After", 503),
    "Content-Type": _header("Content_Type", 200),
    "Set-Cookie": _header("Set_Cookie", 200),
    "Link": _header("Link", 200),
    "Location": _header("Location", 301),
    "Content-Disposition": _header("Content_Disposition", 200),
    "Keep-Alive": _header("Keep_Alive", 200),
}
