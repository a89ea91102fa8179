"""What one exchange with Square gave: a body by the rules of its endpoint's row. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast, get_args, get_origin

from gateway.square.body import Body
from gateway.square.decode_report import UNREAD, Undecodable, read_items
from gateway.square.endpoint import MAX_CURSOR, Bulk, Call, Endpoint, Nothing, Page
from gateway.square.errors import AnotherObject, BadResponse, SquareError, error_for, problems_of
from gateway.square.expected_answer import check, mismatched

T = TypeVar("T")

# More entries than any answer has, though limits are only advice: of more, none is read.
MAX_ENTRIES = 10_000


@dataclass(slots=True)
class Answer(Generic[T]):
    """A decoded result with the body it was decoded from, and how much of that it lacks."""

    value: T
    body: Body | None
    # How many of its values could not be read.
    unreadable: int = 0
    # Until when it is remembered, on this gateway's own clock; None when it is not.
    until: float | None = None
    # Whether another process had asked for it, and kept it.
    elsewhere: bool = False


def answer_to(call: Call[T], body: Body, *, again: bool = False) -> Answer[T]:
    """What a successful body answers to a call. Raises as `decode_answer`, and `AnotherObject`."""
    if body.value is not None:
        return Answer(body.value, body)
    endpoint = call.endpoint
    found = body.json(endpoint.name) or {}
    with UNREAD.told(endpoint.name, again=again) as unread:
        answer = decode_answer(endpoint, found)
    if isinstance(answer, Bulk):
        whole = {key: found[endpoint.under.partition(".")[0]][key] for key, item in answer.items.items() if _read(item)}
        answer.items.update((key, AnotherObject(endpoint.name)) for key in mismatched(call, whole))
    else:
        check(call, found)
    return Answer(answer, body, unread.count)


def _read(item: Any) -> bool:
    return item is not None and not isinstance(item, Exception)


def decode_answer(endpoint: Endpoint[T], body: Any) -> T:
    """Turn a successful body into what the endpoint returns. Raises `BadResponse`, or the error the body holds."""
    if not isinstance(body, dict):
        raise BadResponse(endpoint.name)
    failure = _failure(endpoint.name, endpoint.returns, endpoint.under, body)
    if failure is not None:
        raise failure
    try:
        return cast(T, _answer(endpoint, body))
    except Undecodable as error:
        raise BadResponse(endpoint.name) from error


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


def _answer(endpoint: Endpoint[Any], body: dict[str, Any]) -> Any:
    returns: Any = endpoint.returns
    if returns is Nothing:
        return Nothing()
    found = body.get(endpoint.under) if endpoint.under else body
    origin = get_origin(returns)
    if origin is Bulk:
        return _bulk(endpoint, get_args(returns)[0], body)
    if origin is None:
        return endpoint.reader(returns)(found)
    items = read_items(endpoint.reader(get_args(returns)[0]), _bounded(found))
    if origin is list:
        return items
    cursor = _cursor(body.get("cursor"))
    count = body.get("count")
    if count is None and not found and cursor is None:
        count = 0  # nothing is an empty object, which has no count either
    return Page(items, cursor, count if isinstance(count, int) and not isinstance(count, bool) else None)


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


def _bulk(endpoint: Endpoint[Any], kind: Any, body: dict[str, Any]) -> Bulk[Any]:
    outer, _, inner = endpoint.under.partition(".")
    entries = _bounded(body.get(outer))
    if not isinstance(entries, dict):
        raise Undecodable
    operation = endpoint.name
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
                items[key] = endpoint.reader(kind)(entry.get(inner))
            except Undecodable:
                UNREAD.item()
                items[key] = BadResponse(operation)
    return Bulk(items)
