"""Long texts made of what a pattern half matches, and every place where a client can put one.

Each text is as long as its place takes, so that whatever is worse than linear in it shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Bytes of a body, of a header or URL, and characters of a document that are still read.
BODY, HEADER, DOCUMENT = 261_000, 8_000, 14_500

UNITS = {
    "heads of JSON Web Tokens": "-eyJ",
    "heads of JSON Web Tokens with a dot": "eyJaaaaa.",
    "heads of Square's tokens": "EAAA",
    "ids of Square's applications": "sq0idp-",
    "snake case": "a_",
    "dotted names": "a.",
    "opening brackets": "[",
    "opening parentheses": "(",
    "places of a list": "a[0]",
    "country codes": "+1 ",
    "e-mail addresses": "a@a.",
    "one letter": "a",
    "two spaces": "  ",
    "backticks": "`",
    "quotation marks": '"',
    "escapes": "\\",
    "control characters": "\x01",
    "NUL": "\x00",
    "accents out of order": "a\u0315\u0300",
    "four bytes a letter": "\U0001f600",
    "digits": "9",
    "minus signs": "-",
    "semicolons": ";a",
    "commas": ",",
    "equals signs": "a=",
    "percent signs": "%",
    "repeated words": "bearer ",
}


def filled(unit: str, size: int, encode: Callable[[str], str] = lambda text: text) -> str:
    """The unit repeated for as long as the text, written down by `encode`, stays within so many bytes."""
    return unit * max(1, size // len(encode(unit * 8).encode()) * 8)


def _in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


@dataclass(frozen=True)
class Request:
    """A request over HTTP."""

    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    target: str = "/graphql"
    method: str = "POST"

    def encoded(self, host: str) -> bytes:
        """The bytes to send; the answer ends with the connection."""
        content = b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()
        given = {name.lower() for name, _ in self.headers}
        usual = (
            ("Host", host),
            ("Content-Type", "application/json"),
            ("Authorization", "Bearer test-token"),
            ("Content-Length", str(len(content))),
            ("Connection", "close"),
        )
        lines = [f"{self.method} {self.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in (*self.headers, *(each for each in usual if each[0].lower() not in given))]
        return "\r\n".join([*lines, "", ""]).encode() + content


Place = Callable[[str], Request]


def _variable(query: str, wrap: Callable[[str], Any] = lambda text: text) -> Place:
    def ask(unit: str) -> Request:
        text = filled(unit, BODY - len(query) - 300, _in_json)
        return Request({"query": query, "variables": {"v": wrap(text)}})

    return ask


def _literal(query: str) -> Place:
    def ask(unit: str) -> Request:
        text = filled(unit, DOCUMENT - len(query), lambda text: _in_json(text)).replace("\\", "\\\\")
        text = text[: DOCUMENT - len(query)].replace('"', "'").replace("\x00", "?").replace("\x01", "?")
        return Request({"query": query.replace("TEXT", text)})

    return ask


def _part(make: Callable[[str], dict[str, Any]]) -> Place:
    def ask(unit: str) -> Request:
        return Request(make(filled(unit, BODY - 400, _in_json)))

    return ask


def _header(*names: str, before: str = "", **request: Any) -> Place:
    def ask(unit: str) -> Request:
        text = "".join(each if each.isprintable() and each.isascii() else "?" for each in filled(unit, HEADER))
        value = (before + text).strip() or "x"
        asked = {"body": {"query": "{ __typename }"}, **request}
        return Request(headers=(*((name, value) for name in names), *asked.pop("headers", ())), **asked)

    return ask


def _url(before: str) -> Place:
    def ask(unit: str) -> Request:
        text = "".join(f"%{each:02X}" if each < 33 or each > 126 or each in b'#"<>\\`' else chr(each) for each in filled(unit, 8000 // 3 if unit.strip() != unit or not unit.isascii() else 7000).encode())
        return Request(method="GET", target=(before + text)[:8100], headers=(("Accept", "application/json"),))

    return ask


_CUSTOMERS = "{ nodes { id } }"
_UPGRADE = (("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"))
_KEY = (("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),)

VARIABLES: dict[str, Place] = {
    "an Int": _variable(f"query ($v: Int!) {{ customers(first: $v) {_CUSTOMERS} }}"),
    "a Boolean": _variable(f"query ($v: Boolean!) {{ customers @include(if: $v) {_CUSTOMERS} }}"),
    "an enum": _variable(f"query ($v: SortOrder!) {{ customers(sort: {{order: $v}}) {_CUSTOMERS} }}"),
    "a list of enums": _variable(
        f"query ($v: [SortOrder!]!) {{ customers(sort: {{order: $v}}) {_CUSTOMERS} }}", lambda text: [text]
    ),
    "a DateTime": _variable(f"query ($v: DateTime) {{ customers(filter: {{createdAt: {{startAt: $v}}}}) {_CUSTOMERS} }}"),
    "a Birthday": _variable(
        "mutation ($v: Birthday) { createCustomer(input: {givenName: \"A\", birthday: $v}) { userErrors { message field } } }"
    ),
    "a Long": _variable('query ($v: Long) { customAttribute(customerId: "C", key: "k", version: $v) { key } }'),
    "an input type": _variable(f"query ($v: CustomerFilter) {{ customers(filter: $v) {_CUSTOMERS} }}"),
    "an unknown input field": _variable(
        f"query ($v: CustomerFilter) {{ customers(filter: $v) {_CUSTOMERS} }}", lambda text: {text: 1}
    ),
    "an input field inside an unknown one": _variable(
        f"query ($v: CustomerFilter) {{ customers(filter: $v) {_CUSTOMERS} }}", lambda text: {"createdAt": {text: {text[:9]: 1}}}
    ),
    "an id": _variable("query ($v: ID!) { customer(id: $v) { id } }"),
    "an id of a list": _variable("query ($v: [ID!]!) { customersById(ids: $v) { id } }", lambda text: [text]),
    "the id of what is deleted": _variable("mutation ($v: ID!) { deleteCustomerGroup(id: $v) { userErrors { message field } } }"),
    "the key of a custom attribute": _variable('query ($v: String!) { customAttribute(customerId: "C", key: $v) { key } }'),
    "an idempotency key": _variable(
        'mutation ($v: String) { createCustomer(idempotencyKey: $v, input: {givenName: "A"}) { userErrors { message field } } }'
    ),
    "a cursor": _variable(f"query ($v: String) {{ customers(after: $v) {_CUSTOMERS} }}"),
    "a name": _variable("mutation ($v: String) { createCustomer(input: {givenName: $v}) { userErrors { message field } } }"),
    "a phone number": _variable(
        "mutation ($v: String) { createCustomer(input: {phoneNumber: $v}) { userErrors { message field } } }"
    ),
    "a phone number that begins well": _variable(
        "mutation ($v: String) { createCustomer(input: {phoneNumber: $v}) { userErrors { message field } } }", lambda text: "+14155550123" + text
    ),
    "a phone number that is looked for": _variable(
        f"query ($v: String) {{ customers(filter: {{phoneNumber: {{fuzzy: $v}}}}) {_CUSTOMERS} }}"
    ),
    "an e-mail address": _variable(
        "mutation ($v: String) { createCustomer(input: {emailAddress: $v}) { userErrors { message field } } }"
    ),
    "an e-mail address that is looked for": _variable(
        f"query ($v: String) {{ customers(filter: {{emailAddress: {{fuzzy: $v}}}}) {_CUSTOMERS} }}"
    ),
    "a reference that is looked for": _variable(
        f"query ($v: String) {{ customers(filter: {{referenceId: {{exact: $v}}}}) {_CUSTOMERS} }}"
    ),
    "a note": _variable("mutation ($v: String) { createCustomer(input: {note: $v}) { userErrors { message field } } }"),
    "a country": _variable("mutation ($v: String) { createCustomer(input: {address: {country: $v}}) { userErrors { message field } } }"),
    "JSON": _variable(
        'mutation ($v: JSON!) { upsertCustomAttribute(customerId: "C", key: "k", input: {value: $v}) { userErrors { message field } } }'
    ),
    "a name in JSON": _variable(
        'mutation ($v: JSON!) { upsertCustomAttribute(customerId: "C", key: "k", input: {value: $v}) { userErrors { message field } } }',
        lambda text: {text: 1},
    ),
    "the __typename of a reference": _variable(
        "query ($v: [_Any!]!) { _entities(representations: $v) { __typename } }", lambda text: [{"__typename": text, "id": "C"}]
    ),
    "the key of a reference": _variable(
        "query ($v: [_Any!]!) { _entities(representations: $v) { __typename } }", lambda text: [{"__typename": "Customer", "id": text}]
    ),
    "a name in a reference": _variable(
        "query ($v: [_Any!]!) { _entities(representations: $v) { __typename } }", lambda text: [{"__typename": "Customer", text: "C"}]
    ),
}  # fmt: skip

DOCUMENTS: dict[str, Place] = {
    "a document": _literal("TEXT"),
    "a field": _literal("{ TEXT }"),
    "a string for an Int": _literal('{ customers(first: "TEXT") { nodes { id } } }'),
    "a string for an input type": _literal('{ customers(filter: "TEXT") { nodes { id } } }'),
    "a string for an id": _literal('{ customer(id: "TEXT") { id } }'),
    "a comment": _literal("{ __typename } # TEXT"),
    "only a comment": _literal("# TEXT"),
    "an alias": _literal("{ TEXT: __typename }"),
    "an operation": _literal("query TEXT { __typename }"),
    "a type": _literal("query ($v: TEXT) { __typename }"),
    "a variable": _literal("query ($TEXT: Int = 99999999999) { __typename }"),
    "a fragment": _literal("{ ...TEXT }"),
    "a directive": _literal("{ __typename @TEXT }"),
    "an argument": _literal("{ customers(TEXT: 1) { nodes { id } } }"),
    "an enum value": _literal("{ customers(sort: {order: TEXT}) { nodes { id } } }"),
    "an input field": _literal("{ customers(filter: {TEXT: 1}) { nodes { id } } }"),
    "a number": _literal("{ customers(first: 1TEXT) { nodes { id } } }"),
    "a block string": _literal('{ customers(first: """TEXT""") { nodes { id } } }'),
}

PARTS: dict[str, Place] = {
    "a query that is too long": _part(lambda text: {"query": text}),
    "an operation name": _part(lambda text: {"query": "{ __typename }", "operationName": text}),
    "a document id": _part(lambda text: {"documentId": text}),
    "the hash of a query": _part(
        lambda text: {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": text}}}
    ),
    "the hash beside a query": _part(
        lambda text: {"query": "{ __typename }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": text}}}
    ),
    "a name in the body": _part(lambda text: {"query": "{ __typename }", text: 1}),
    "the name of a variable": _part(lambda text: {"query": "{ __typename }", "variables": {text: 1}}),
    "variables": _part(lambda text: {"query": "{ __typename }", "variables": text}),
    "extensions": _part(lambda text: {"query": "{ __typename }", "extensions": {text: text[:9]}}),
}

_SOCKET = {"method": "GET", "body": None}
HEADERS: dict[str, Place] = {
    **{
        name: _header(name)
        for name in (
            "Accept", "Accept-Encoding", "Authorization", "Content-Type", "Content-Encoding", "Cookie", "Host", "Origin",
            "Router-Authorization", "X-Request-Id", "Traceparent", "User-Agent", "Connection", "Expect", "Upgrade",
            "Referer", "If-None-Match", "If-Modified-Since", "Range", "Forwarded", "Transfer-Encoding", "Content-Length",
            "Content-Disposition",
        )
    },
    "Authorization: Bearer": _header("Authorization", before="Bearer "),
    "Content-Type: application/json": _header("Content-Type", before="application/json"),
    "Content-Type: application/json;": _header("Content-Type", before="application/json;"),
    "Accept many times": _header(*["Accept"] * 30),
    "Origin on a GET": _header("Origin", target="/graphql?query=%7B__typename%7D", **_SOCKET),
    "Content-Type on a GET": _header("Content-Type", target="/graphql?query=%7B__typename%7D", **_SOCKET),
    "Sec-WebSocket-Protocol": _header("Sec-WebSocket-Protocol", headers=(*_UPGRADE, *_KEY), **_SOCKET),
    "Sec-WebSocket-Extensions": _header("Sec-WebSocket-Extensions", headers=(*_UPGRADE, *_KEY), **_SOCKET),
    "Sec-WebSocket-Extensions: permessage-deflate": _header(
        "Sec-WebSocket-Extensions", before="permessage-deflate; client_max_window_bits=", headers=(*_UPGRADE, *_KEY), **_SOCKET
    ),
    "Sec-WebSocket-Key": _header("Sec-WebSocket-Key", headers=_UPGRADE, **_SOCKET),
}  # fmt: skip

URLS: dict[str, Place] = {
    "a path": _url("/"),
    "a query string": _url("/graphql?"),
    "a query in a URL": _url("/graphql?query="),
    "variables in a URL": _url("/graphql?query=%7B__typename%7D&variables="),
    "extensions in a URL": _url("/graphql?query=%7B__typename%7D&extensions="),
    "an operation name in a URL": _url("/graphql?query=%7B__typename%7D&operationName="),
}

PLACES: dict[str, Place] = {**VARIABLES, **DOCUMENTS, **PARTS, **HEADERS, **URLS}
