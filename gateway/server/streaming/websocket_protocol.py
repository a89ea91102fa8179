"""The messages of graphql-transport-ws that a client may send, read strictly. Knows no socket.

The protocol is that of the graphql-ws library; see its PROTOCOL.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from gateway.server.graphql import request as graphql_request
from gateway.server.graphql.request import GraphQLRequest
from gateway.server.http import json_body
from gateway.server.http.rejection import Refused

MAX_ID = 256


class Malformed(Exception):
    """A frame that is not a message of the protocol. The text repeats nothing of it."""


@dataclass(frozen=True, slots=True)
class ConnectionInit:
    """The client introduces itself."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """The client asks for a sign of life, with `payload` in it if it can be."""

    payload: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pong:
    """The client gives a sign of life."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The client asks for an operation of any kind."""

    id: str
    request: GraphQLRequest


@dataclass(frozen=True, slots=True)
class Complete:
    """The client wants no more of an operation."""

    id: str


Message = ConnectionInit | Ping | Pong | Subscribe | Complete


def read(frame: str) -> Message:
    """The message in a text frame. Raises `Malformed`."""
    try:
        message = json_body.loads(frame.encode())
    except json_body.NotJSON as error:
        raise Malformed(f"The message {error}") from None
    except UnicodeEncodeError:
        raise Malformed("The message is not valid UTF-8") from None
    if not isinstance(message, dict):
        raise Malformed("A message is an object")
    reader = _READERS.get(message.get("type")) if isinstance(message.get("type"), str) else None
    if reader is None:
        raise Malformed("The type of the message is unknown")
    return reader(message)


def _payload(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    payload = message.get("payload")
    if not isinstance(payload, dict | None):
        raise Malformed("A payload is an object")
    return payload


def _echo(payload: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The payload of a ping as it can be sent back; none where it holds a number that would come back as another."""
    try:
        orjson.dumps(payload)
    except TypeError:
        return None
    return payload


def _id(message: Mapping[str, Any]) -> str:
    given = message.get("id")
    if not isinstance(given, str) or not 0 < len(given) <= MAX_ID:
        raise Malformed(f"An id is a string of 1 to {MAX_ID} characters")
    return given


def _subscribe(message: Mapping[str, Any]) -> Subscribe:
    try:
        return Subscribe(_id(message), graphql_request.from_json(message.get("payload")))
    except Refused:
        raise Malformed("The payload of subscribe is an object with a query") from None


_READERS: dict[Any, Callable[[Mapping[str, Any]], Message]] = {
    "connection_init": lambda message: ConnectionInit(_payload(message) or {}),
    "ping": lambda message: Ping(_echo(_payload(message))),
    "pong": lambda message: (_payload(message), Pong())[1],
    "subscribe": _subscribe,
    "complete": lambda message: Complete(_id(message)),
}
