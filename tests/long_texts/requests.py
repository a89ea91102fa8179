"""The places of a request over HTTP, except the values of variables."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tests.long_texts import filled

# Bytes of a body, of a header and of a URL, and characters of a document, that are still read.
BODY, HEADER, URL, DOCUMENT = 261_500, 8_100, 8_100, 14_900
TYPENAME = "{ __typename }"

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """A request over HTTP. With `body` None it has none."""

    body: Any = None
    headers: Headers = ()
    target: str = "/graphql"
    method: str = "POST"

    def encoded(self, host: str) -> bytes:
        """The bytes to send; the connection ends with the answer."""
        content = b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()
        usual = {
            "Host": host,
            "Content-Type": "application/json",
            "Authorization": "Bearer test-token",
            "Content-Length": str(len(content)),
            "Connection": "close",
        }
        given = {name for name, _ in self.headers}
        headers = [*self.headers, *(each for each in usual.items() if each[0] not in given)]
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
        return "\r\n".join(lines).encode() + content


Place = Callable[[str], Request]


def in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _part(make: Callable[[str], dict[str, Any]]) -> Place:
    return lambda unit: Request(make(filled(unit, BODY, in_json)))


def _document(query: str) -> Place:
    def ask(unit: str) -> Request:
        text = filled(unit, DOCUMENT - len(query), in_json)
        # In a string it has to be one; elsewhere it stands as it is.
        return Request({"query": query.replace("TEXT", in_json(text) if '"' in query else text)})

    return ask


def _header(*names: str, before: str = "", beside: Headers = (), get: str | None = None) -> Place:
    def ask(unit: str) -> Request:
        text = "".join(each if " " <= each <= "~" else "?" for each in filled(unit, HEADER))
        headers = (*((name, (before + text)[:HEADER]) for name in names), *beside)
        return Request({"query": TYPENAME}, headers) if get is None else Request(None, headers, get, "GET")

    return ask


def _url(before: str) -> Place:
    return lambda unit: Request(None, (), (before + quote(unit) * URL)[:URL], "GET")


DOCUMENTS: dict[str, Place] = {
    "a document": _document("TEXT"),
    "a field": _document("{ TEXT }"),
    "a string for an Int": _document('{ customers(first: "TEXT") { nodes { id } } }'),
    "a string for an input type": _document('{ customers(filter: "TEXT") { nodes { id } } }'),
    "a string for an id": _document('{ customer(id: "TEXT") { id } }'),
    "a string for a DateTime": _document('{ customers(filter: {createdAt: {startAt: "TEXT"}}) { nodes { id } } }'),
    "a block string": _document('{ customers(first: """TEXT""") { nodes { id } } }'),
    "a comment": _document("{ __typename } # TEXT"),
    "only a comment": _document("# TEXT"),
    "an alias": _document("{ TEXT: __typename }"),
    "an operation": _document("query TEXT { __typename }"),
    "a type": _document("query ($v: TEXT) { __typename }"),
    "a variable": _document("query ($TEXT: Int = 99999999999) { __typename }"),
    "a fragment": _document("{ ...TEXT }"),
    "a directive": _document("{ __typename @TEXT }"),
    "an argument": _document("{ customers(TEXT: 1) { nodes { id } } }"),
    "an enum value": _document("{ customers(sort: {order: TEXT}) { nodes { id } } }"),
    "an input field": _document("{ customers(filter: {TEXT: 1}) { nodes { id } } }"),
    "a number": _document("{ customers(first: 1TEXT) { nodes { id } } }"),
}

PARTS: dict[str, Place] = {
    "a query that is too long": _part(lambda text: {"query": text}),
    "an operation name": _part(lambda text: {"query": TYPENAME, "operationName": text}),
    "a document id": _part(lambda text: {"documentId": text}),
    "the hash of a query": _part(lambda text: {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": text}}}),
    "the hash beside a query": _part(
        lambda text: {"query": TYPENAME, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": text}}}
    ),
    "a name in the body": _part(lambda text: {"query": TYPENAME, text: 1}),
    "the name of a variable": _part(lambda text: {"query": TYPENAME, "variables": {text: 1}}),
    "variables": _part(lambda text: {"query": TYPENAME, "variables": text}),
    "extensions": _part(lambda text: {"query": TYPENAME, "extensions": {text: 1}}),
}

_READ = f"/graphql?query={quote(TYPENAME)}"
_UPGRADE = (("Connection", "close, Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"))
_KEY = ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")

HEADERS: dict[str, Place] = {
    **{
        name: _header(name)
        for name in (
            "Accept",
            "Accept-Encoding",
            "Authorization",
            "Content-Disposition",
            "Content-Encoding",
            "Content-Length",
            "Content-Type",
            "Cookie",
            "Expect",
            "Forwarded",
            "Host",
            "If-Modified-Since",
            "If-None-Match",
            "Origin",
            "Range",
            "Referer",
            "Router-Authorization",
            "Traceparent",
            "Transfer-Encoding",
            "Upgrade",
            "User-Agent",
            "X-Request-Id",
        )
    },
    "Accept of many lines": _header(*["Accept"] * 30),
    "Authorization: Bearer": _header("Authorization", before="Bearer "),
    "Connection": _header("Connection", before="close, "),
    "Content-Type behind application/json": _header("Content-Type", before="application/json"),
    "Content-Type with parameters": _header("Content-Type", before="application/json;"),
    "Content-Type of a GET": _header("Content-Type", get=_READ),
    "Origin of a GET": _header("Origin", get=_READ),
    "Sec-WebSocket-Extensions": _header("Sec-WebSocket-Extensions", beside=(*_UPGRADE, _KEY), get="/graphql"),
    "Sec-WebSocket-Extensions with a size of its window": _header(
        "Sec-WebSocket-Extensions",
        before="permessage-deflate; client_max_window_bits=",
        beside=(*_UPGRADE, _KEY),
        get="/graphql",
    ),
    "Sec-WebSocket-Key": _header("Sec-WebSocket-Key", beside=_UPGRADE, get="/graphql"),
    "Sec-WebSocket-Protocol": _header("Sec-WebSocket-Protocol", beside=(*_UPGRADE, _KEY), get="/graphql"),
}

URLS: dict[str, Place] = {
    "a path": _url("/"),
    "a query string": _url("/graphql?"),
    "a query in a URL": _url("/graphql?query="),
    "variables in a URL": _url(f"{_READ}&variables="),
    "extensions in a URL": _url(f"{_READ}&extensions="),
    "an operation name in a URL": _url(f"{_READ}&operationName="),
}
