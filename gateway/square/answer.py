"""What one exchange with Square gave: a body by the rules of its endpoint's row. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast, get_args, get_origin

from gateway.square.endpoint import Bulk, Nothing, Page
from gateway.square.errors import BadResponse, error_for, problems_of
from gateway.square.wire import Undecodable, decode, decode_list

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A decoded result with the JSON body it was decoded from."""

    value: T
    body: Any


def decode_answer(operation: str, returns: type[T], under: str, body: Any) -> T:
    """Turn a successful body into what the endpoint returns. Raises `BadResponse`, or the error the body holds."""
    if not isinstance(body, dict):
        raise BadResponse(operation)
    if body.get("errors") and not (under and body.get(under)):
        raise error_for(operation, 200, problems_of(body["errors"]))
    try:
        return cast(T, _answer(operation, returns, under, body))
    except Undecodable as error:
        raise BadResponse(operation) from error


def _answer(operation: str, returns: Any, under: str, body: dict[str, Any]) -> Any:
    if returns is Nothing:
        return Nothing()
    origin = get_origin(returns)
    if origin is Page:
        count = body.get("count")
        cursor = body.get("cursor")
        return Page(
            items=decode_list(get_args(returns)[0], body.get(under)),
            cursor=cursor if isinstance(cursor, str) and cursor else None,
            count=count if isinstance(count, int) else None,
        )
    if origin is Bulk:
        return _bulk(operation, get_args(returns)[0], under, body)
    if origin is list:
        return decode_list(get_args(returns)[0], body.get(under))
    return decode(returns, body.get(under) if under else body)


def _bulk(operation: str, kind: Any, under: str, body: dict[str, Any]) -> Bulk[Any]:
    outer, _, inner = under.partition(".")
    entries = body.get(outer)
    items: dict[str, Any] = {}
    for key, entry in (entries if isinstance(entries, dict) else {}).items():
        if not isinstance(entry, dict):
            items[key] = BadResponse(operation)
        elif entry.get("errors"):
            items[key] = error_for(operation, None, problems_of(entry["errors"]))
        elif kind is Nothing:
            items[key] = None
        else:
            try:
                items[key] = decode(kind, entry.get(inner))
            except Undecodable:
                items[key] = BadResponse(operation)
    return Bulk(items)
