"""An endpoint is a row of data, and calling it gives a typed `Call`. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, Generic, TypeVar
from urllib.parse import quote, quote_plus

import orjson

from gateway.square.expected_answer import Expected

T = TypeVar("T")
Json = dict[str, Any]

MAX_ID = 255
# Characters of a cursor of Square's; no documented one comes near.
MAX_CURSOR = 4096
# What a path segment holds as it is, but for `;`, behind which some proxies see parameters. Square's ids are letters,
# digits and some of `-._:`. None needs an escape, so that nobody on the way can undo one: `%2E%2E` is a way up.
_AS_IT_IS = "-._~!$&'()*+,=:@"
_ID = re.compile(f"[A-Za-z0-9{re.escape(_AS_IT_IS)}]{{1,{MAX_ID}}}")
# What a query holds as it is.
_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
# Words of Square's own paths, which stand where other paths have an id: no id is ever one of them.
RESERVED = frozenset(
    {
        "search",
        "groups",
        "segments",
        "bulk-create",
        "bulk-delete",
        "bulk-retrieve",
        "bulk-update",
        "custom-attributes",
        "custom-attribute-definitions",
    }
)


class Repeat(Enum):
    """Whether a request that may already have been processed may be sent again."""

    SAFE = "reads: always"
    KEYED = "carries an idempotency key: always, with the same key"
    SET_LIKE = "sets a state that a second request leaves as it is: always; a 404 on a repeated delete is a success"
    VERSIONED = "only when the body carries the version it expects"
    NEVER = "a second request could do the work twice, or undo somebody else's"


class Nothing:
    """What an endpoint returns that answers with an empty object."""


@dataclass(slots=True)
class Page(Generic[T]):
    """One page of a list or search: its items, Square's cursor to the next page, the total if asked for.

    Of a last page without items the total is 0, which says nothing about the pages before it.
    """

    items: list[T]
    cursor: str | None = None
    count: int | None = None


@dataclass(slots=True)
class Bulk(Generic[T]):
    """A bulk answer: for each key its object, None for an empty success, or the `SquareError` of that item."""

    items: dict[str, T | Exception | None]


@dataclass(frozen=True)
class Endpoint(Generic[T]):
    """One REST operation of Square.

    `name` is Square's operation name, `under` the JSON key that holds the result (empty: the
    whole body), `repeat` whether it may be sent twice, `scope` the OAuth permission it needs,
    `identity` how its answer is known to be about what was asked for, `replays` whether Square answers a used
    idempotency key with its first response whatever is sent now, as it does without a word for some.

    `cache` names the kinds of reference data of which a change makes the answer old: with a name, the answer may be
    remembered for a while. `evicts` names those that a write changes. The names are those of the events' families,
    where Square has events.
    """

    name: str
    method: str
    path: str
    returns: type[T]
    under: str
    repeat: Repeat
    scope: str
    identity: Expected | None = None
    replays: bool = False
    cache: tuple[str, ...] = ()
    evicts: tuple[str, ...] = ()

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The names in the path template."""
        return frozenset(re.findall(r"\{(\w+)\}", self.path))

    def reader(self, kind: Any) -> Callable[[Any], Any]:
        """What turns a JSON value into `kind`, the type of an object in `returns`. It raises `Undecodable`."""
        raise NotImplementedError

    def __call__(self, *, query: Mapping[str, Any] | None = None, body: Json | None = None, **path: str) -> Call[T]:
        """A call of this endpoint. Keywords fill the path template; each becomes exactly one path segment."""
        if path.keys() != self.placeholders:
            raise TypeError(f"{self.name} takes {', '.join(sorted(self.placeholders))}, not {', '.join(sorted(path))}")
        if not path:
            return Call(self, self.path, query, body)
        if all(_addresses(name, value) for name, value in path.items()):
            return Call(self, self.path.format_map(path), query, body, names=path)
        filled = self.path.format_map({name: _segment(value) for name, value in path.items()})
        return Call(self, filled, query, body, addressable=False, names=path)


@dataclass(slots=True)
class Call(Generic[T]):
    """One request to be sent: an endpoint with its path, query and body. Nothing of it changes.

    What goes on the wire is worked out when it is first wanted, and once.
    """

    endpoint: Endpoint[T]
    path: str
    query: Mapping[str, Any] | None = field(default=None)
    body: Json | None = field(default=None)
    # False when an id is none of Square's: nothing has such an id, and nothing is sent.
    addressable: bool = True
    # What fills the path, as it was given.
    names: Mapping[str, str] = field(default_factory=dict)
    _key: tuple[str, str, bytes | None] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def target(self) -> str:
        """The path with its query string, as it goes on the wire."""
        return self.key[1]

    @property
    def content(self) -> bytes | None:
        """The JSON body as bytes, None when the call has no body."""
        return self.key[2]

    @property
    def key(self) -> tuple[str, str, bytes | None]:
        """Two calls with the same key ask Square for the same thing."""
        key = self._key
        if key is None:
            target, content = self.path, None if self.body is None else orjson.dumps(self.body)
            given = [f"{name}={_word(value)}" for name, value in (self.query or {}).items() if value is not None]
            if given:
                target = f"{target}?{'&'.join(given)}"
            key = self._key = (self.endpoint.name, target, content)
        return key

    @property
    def repeatable(self) -> bool:
        """Whether this very call may be sent again after it may have been processed."""
        match self.endpoint.repeat:
            case Repeat.SAFE | Repeat.SET_LIKE:
                return True
            case Repeat.KEYED:
                return _carries_key(self.body)
            case Repeat.VERSIONED:
                return _carries_version(self.body)
            case Repeat.NEVER:
                return False


def is_id(value: str) -> bool:
    """Whether an object of Square's can have this id. One of dots alone would be a way through the path."""
    return _ID.fullmatch(value) is not None and value.strip(".") != ""


def _addresses(name: str, value: str) -> bool:
    return is_id(value) and not (name.endswith("_id") and value in RESERVED)


def _segment(value: str) -> str:
    return quote(value, safe=_AS_IT_IS, errors="replace")


def _word(value: Any) -> str:
    """A value in a query, quoted."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if _PLAIN.fullmatch(text) else quote_plus(text)


def _carries_key(body: Json | None) -> bool:
    if not body:
        return False
    if "values" in body:
        return all(item.get("idempotency_key") for item in body["values"].values())
    # In a bulk creation the keys of the map are the idempotency keys.
    return bool(body.get("idempotency_key") or body.get("customers"))


def _carries_version(body: Json | None) -> bool:
    if not body:
        return False
    if "customers" in body:
        return all(item.get("version") is not None for item in body["customers"].values())
    return body.get("version") is not None
