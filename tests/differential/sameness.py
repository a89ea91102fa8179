"""When two executions of one operation are the same: the one place that says so. Runs nothing.

Everything is compared to the letter: `data` with the order of its names, every error with its path, code, message and
places, the calls and the warnings of `extensions`, and every request that was sent.

The sentence about an object whose abstract type is none of the schema's is each executor's own: it is for the author of
a schema, and no client can cause it.

Of Square's answers the compiled execution reads what is selected alone, so it does not see, and does not count, what
cannot be read of other fields: it may count fewer in the warning about that, never more.

What of `cost` is compared is the calls. How often something was known already depends on which of two waits ends first.

Which ids share a request is not compared where there are more of them than one request takes: that each was asked for
once is, and how many requests that took. Answers are spoilt by the request that they answer, so that two executions
that have parted ids differently have met different Squares: see `parted`.

What a list has brought need not be asked for by its id, if the list came first: of two answers either may.

One thing the specification leaves open. A value that must not be null takes the object around it with it, and what else
was under way below that object may be abandoned, so an error there is told or not, and a request is sent or not
(https://spec.graphql.org/draft/#sec-Handling-Execution-Errors). So of all errors below one place that null has taken,
both sides have to have at least one, whichever; and where null has taken anything, what was sent is not compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

Requests = Counter[tuple[str, str, bytes | None]]
_UNREAD = "VALUES_NOT_READABLE"
_ABSTRACT = ("Abstract type ", "Runtime Object type ")
Place = tuple[str | int, ...]


@dataclass
class Outcome:
    """What one execution gave: the response object, and the requests that it sent."""

    response: dict[str, Any]
    requests: Requests = field(default_factory=Counter)


def differences(one: Outcome, other: Outcome) -> list[str]:
    """In what two executions differ, in words; empty when they are the same."""
    found = []
    if list(one.response) != list(other.response):
        found.append(f"members: {list(one.response)} / {list(other.response)}")
    mine, theirs = one.response.get("data"), other.response.get("data")
    if orjson.dumps(mine) != orjson.dumps(theirs):
        place = _first(mine, theirs, ())
        found.append(f"data at {place}")
    (errors, taken), (their_errors, also_taken) = _errors(one.response), _errors(other.response)
    if errors != their_errors:
        found.append(f"errors: only one {sorted(errors - their_errors)}, only other {sorted(their_errors - errors)}")
    if taken != also_taken:
        found.append(f"errors of what null has taken at {sorted(map(str, taken ^ also_taken))}")
    if not taken and not also_taken:
        extensions, expected = (_extensions(each.response, other.response) for each in (one, other))
        listed = _listed(one.requests, other.requests)
        if extensions != expected and not listed:
            found.append(f"extensions: {extensions} / {expected}")
        if not listed and one.requests != other.requests and _asked(one.requests) != _asked(other.requests):
            sent, expected = one.requests - other.requests, other.requests - one.requests
            found.append(f"requests: only one {sent}, only other {expected}")
    return found


def parted(one: Requests, other: Requests) -> bool:
    """Whether the same ids were asked for in requests that share them differently."""
    mine, theirs = _batches(one), _batches(other)
    return any(
        mine[name] != theirs[name] and _together(mine[name]) == _together(theirs[name]) for name in mine.keys() & theirs
    )


def _batches(requests: Requests) -> dict[str, set[tuple[str, ...]]]:
    """The ids that were asked for together, by endpoint, on first pages."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for name, _, body in requests:
        asked = orjson.loads(body) if body else {}
        ids = asked.get("customer_ids") or asked.get("query", {}).get("customer_ids")
        if ids and "cursor" not in asked:
            found.setdefault(name, set()).add(tuple(ids))
    return found


def _together(batches: set[tuple[str, ...]]) -> set[str]:
    return {each for batch in batches for each in batch}


# What objects are read by, one at a time, and the lists that bring them as well.
_LISTS = {"RetrieveLoyaltyAccount": "SearchLoyaltyAccounts", "RetrieveLoyaltyReward": "SearchLoyaltyRewards"}


def _listed(one: Requests, other: Requests) -> bool:
    """Whether all that only one has sent is for what lists of both have brought."""
    more = (one - other) + (other - one)
    names = {name for name, _, _ in one}
    return bool(more) and all(name in _LISTS and _LISTS[name] in names for name, _, _ in more)


def _asked(requests: Requests) -> tuple[Counter[tuple[str, str]], Counter[str]]:
    """How often each endpoint was asked, and for which ids and all else, however these were parted."""
    asked: Counter[str] = Counter()
    for (name, _, body), times in requests.items():
        for value in _values(orjson.loads(body)) if body else ():
            asked[f"{name} {value}"] += times
    often: Counter[tuple[str, str]] = Counter()
    for (name, target, _), times in requests.items():
        often[name, target] += times
    return often, asked


def _values(body: Any) -> Iterator[Any]:
    """All values of a body that are no lists or objects themselves."""
    if isinstance(body, dict | list):
        for each in body.values() if isinstance(body, dict) else body:
            yield from _values(each)
    else:
        yield body


def _extensions(response: dict[str, Any], expected: dict[str, Any]) -> Any:
    """The extensions of a response, with as many unreadable values as expected where it has found fewer."""
    found = dict(response.get("extensions") or {})
    # How much is left at that moment is no part of an answer.
    found["cost"] = {**found.get("cost", {}), "cacheHits": None, "throttleStatus": None}
    warnings = {each["code"]: each for each in found.pop("warnings", ())}
    unread = {each["code"]: each for each in (expected.get("extensions") or {}).get("warnings", ())}.get(_UNREAD)
    if unread is not None and warnings.get(_UNREAD, unread)["count"] <= unread["count"]:
        warnings[_UNREAD] = unread
    return found, warnings


def _errors(response: dict[str, Any]) -> tuple[Counter[str], set[Place]]:
    """The errors to be compared as they are, and the places above others' that null has taken."""
    plain: Counter[str] = Counter()
    taken: set[Place] = set()
    for error in response.get("errors", ()):
        abstract = error["message"].startswith(_ABSTRACT)
        told = {**error, "message": "An abstract type.", "locations": error["locations"][:1]} if abstract else error
        place = _taken(response.get("data"), error.get("path") or ())
        if place is None:
            plain[orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()] += 1
        else:
            taken.add(place)
    return plain, taken


def _taken(data: Any, path: Any) -> Place | None:
    """The place above the end of a path where the data is null, None if there is none."""
    for depth, step in enumerate(path):
        if data is None:
            return tuple(path[:depth])
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return None


def _first(one: Any, other: Any, path: Place) -> str:
    """The first place where two values differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            return f"{path}: names {list(one)} / {list(other)}"
        for key, below in one.items():
            if orjson.dumps(below) != orjson.dumps(other[key]):
                return _first(below, other[key], (*path, key))
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (below, also) in enumerate(zip(one, other, strict=True)):
            if orjson.dumps(below) != orjson.dumps(also):
                return _first(below, also, (*path, index))
    return f"{path}: {str(one)[:200]} / {str(other)[:200]}"
