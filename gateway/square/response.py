"""What one exchange with Square gave: a body by the rules of its endpoint's row. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast, get_args, get_origin

from gateway.square.decode import Undecodable, decode, decode_list
from gateway.square.decode_report import UNREAD
from gateway.square.endpoint import MAX_CURSOR, Bulk, Call, Nothing, Page
from gateway.square.errors import BadResponse, SquareError, error_for, problems_of
from gateway.square.expected_answer import check, mismatched

T = TypeVar("T")

# More entries than any answer has, though limits are only advice: of more, none is read.
MAX_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A decoded result with the JSON body it was decoded from."""

    value: T
    body: Any


def answer_to(call: Call[T], body: Any, *, again: bool = False) -> T:
    """What a successful body answers to a call. Raises as `decode_answer`, and `BadResponse` for what was not asked."""
    endpoint = call.endpoint
    answer = decode_answer(endpoint.name, endpoint.returns, endpoint.under, body, again=again)
    if isinstance(answer, Bulk):
        whole = {key: body[endpoint.under.partition(".")[0]][key] for key, item in answer.items.items() if _read(item)}
        answer.items.update((key, BadResponse(endpoint.name)) for key in mismatched(call, whole))
    else:
        check(call, body)
    return answer


def _read(item: Any) -> bool:
    return item is not None and not isinstance(item, Exception)


def decode_answer(operation: str, returns: type[T], under: str, body: Any, *, again: bool = False) -> T:
    """Turn a successful body into what the endpoint returns. Raises `BadResponse`, or the error the body holds.

    What cannot be read of it is logged, unless the body is read `again`.
    """
    if not isinstance(body, dict):
        raise BadResponse(operation)
    failure = _failure(operation, returns, under, body)
    if failure is not None:
        raise failure
    try:
        with UNREAD.told(operation, again=again):
            return cast(T, _answer(operation, returns, under, body))
    except Undecodable as error:
        raise BadResponse(operation) from error


def _failure(operation: str, returns: Any, under: str, body: dict[str, Any]) -> SquareError | None:
    """The error that the body stands for, None when it has none or its result can be used all the same.

    An object and the items of a bulk answer are what they are beside any errors. A list is not: it may lack some.
    """
    if not body.get("errors"):
        return None
    problems = problems_of(body["errors"])
    result = body.get(under.partition(".")[0]) if under else None
    if result and get_origin(returns) is list:
        # Lists that are no pages are what a write has done: it is not refused, but what else it did is not known.
        return BadResponse(operation, problems, status=200)
    if result and get_origin(returns) is not Page:
        return None
    return error_for(operation, 200, problems)


def _answer(operation: str, returns: Any, under: str, body: dict[str, Any]) -> Any:
    if returns is Nothing:
        return Nothing()
    origin = get_origin(returns)
    if origin is Page:
        count = body.get("count")
        return Page(
            items=decode_list(get_args(returns)[0], _bounded(body.get(under))),
            cursor=_cursor(body.get("cursor")),
            count=count if isinstance(count, int) else None,
        )
    if origin is Bulk:
        return _bulk(operation, get_args(returns)[0], under, body)
    if origin is list:
        return decode_list(get_args(returns)[0], _bounded(body.get(under)))
    return decode(returns, body.get(under) if under else body)


def _cursor(found: Any) -> str | None:
    if not isinstance(found, str) or not found:
        return None
    # One that the graph's own cursors cannot hold could not be gone on from.
    if len(found) > MAX_CURSOR:
        raise Undecodable
    return found


def _bounded(entries: Any) -> Any:
    if isinstance(entries, list | dict) and len(entries) > MAX_ENTRIES:
        raise Undecodable
    return entries


def _bulk(operation: str, kind: Any, under: str, body: dict[str, Any]) -> Bulk[Any]:
    outer, _, inner = under.partition(".")
    entries = _bounded(body.get(outer))
    if not isinstance(entries, dict):
        raise Undecodable
    items: dict[str, Any] = {}
    for key, entry in entries.items():
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
                UNREAD.item()
                items[key] = BadResponse(operation)
    return Bulk(items)
