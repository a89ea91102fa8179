"""Requests that nobody means well with: each is refused with a status and a code, in JSON, and never with a 500."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any

import pytest

from tests.server.conftest import Answer, Serve, Site

GOOD = json.dumps({"query": "{ hello }"}).encode()
STRICT = "application/graphql-response+json"


def request(
    body: bytes = GOOD,
    method: str = "POST",
    path: str = "/graphql",
    type: str | None = "application/json",
    length: bool = True,
    **headers: str,
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    if type is not None and method == "POST":
        lines.append(f"Content-Type: {type}")
    if length and (body or method == "POST"):
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def operation(**parts: Any) -> bytes:
    return request(json.dumps(parts).encode())


def get(query: str, **headers: str) -> bytes:
    return request(b"", "GET", f"/graphql?{query}", **headers)


def asked(query: str, **headers: str) -> bytes:
    """A GET that no other website could make unasked."""
    return get(query, Apollo_Require_Preflight="true", **headers)


BODIES: dict[str, bytes] = {
    "an empty body": b"",
    "a space": b" ",
    "text": b"hello",
    "truncated JSON": b'{"query": "{ hello',
    "two values": b'{"query":"{ hello }"}{"query":"{ hello }"}',
    "a trailing NUL": GOOD + b"\x00",
    "null": b"null",
    "a number": b"5",
    "a string": b'"{ hello }"',
    "true": b"true",
    "invalid UTF-8": b'{"query":"{ hello }","x":"\xff"}',
    "an overlong encoding": b'{"query":"{ hello }","x":"\xc0\xaf"}',
    "an encoded surrogate": b'{"query":"{ hello }","x":"\xed\xa0\x80"}',
    "UTF-16": '{"query":"{ hello }"}'.encode("utf-16"),
    "UTF-32": '{"query":"{ hello }"}'.encode("utf-32"),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "a lone surrogate": b'{"query":"{ hello }","variables":{"a":"\\ud800"}}',
    "a lone low surrogate": b'{"query":"{ hello }","variables":{"a":"\\udc00"}}',
    "arrays nested 100,000 deep": b"[" * 100_000,
    "objects nested 30,000 deep": b'{"a":' * 30_000,
    "closed arrays nested 1,000 deep": b'{"query":"{ hello }","variables":{"a":' + b"[" * 1000 + b"]" * 1000 + b"}}",
    "closed arrays nested 101 deep": b'{"query":"{ hello }","variables":{"a":' + b"[" * 101 + b"]" * 101 + b"}}",
    "an integer of 5,000 digits": b'{"query":"{ hello }","variables":{"a":' + b"9" * 5000 + b"}}",
    "an infinite exponent": b'{"query":"{ hello }","variables":{"a":1e999}}',
    "NaN": b'{"query":"{ hello }","variables":{"a":NaN}}',
    "Infinity": b'{"query":"{ hello }","variables":{"a":-Infinity}}',
    "a leading zero": b'{"query":"{ hello }","variables":{"a":01}}',
    "single quotes": b"{'query':'{ hello }'}",
    "a comment": b'{"query":"{ hello }"} // hi',
    "a trailing comma": b'{"query":"{ hello }",}',
    "a raw newline in a string": b'{"query":"{ hello \n}"}',
    "query given twice": b'{"query":"{ hello }","query":"{ explode }"}',
    "query given twice, once escaped": b'{"query":"{ hello }","\\u0071uery":"{ explode }"}',
    "a variable given twice": b'{"query":"{ hello }","variables":{"a":1,"a":2}}',
    "a list of operations": b'[{"query":"{ hello }"},{"query":"{ hello }"}]',
    "an empty list": b"[]",
    "an empty object": b"{}",
    "a query of null": b'{"query":null}',
    "a query that is a number": b'{"query":5}',
    "a query that is a list": b'{"query":["{ hello }"]}',
    "a query that is an object": b'{"query":{"a":1}}',
    "a misspelt query": b'{"qeury":"{ hello }"}',
    "an operation name that is a number": b'{"query":"{ hello }","operationName":5}',
    "an operation name that is a list": b'{"query":"{ hello }","operationName":["a"]}',
    "variables that are a string": b'{"query":"{ hello }","variables":"{}"}',
    "variables that are a list": b'{"query":"{ hello }","variables":[]}',
    "variables that are false": b'{"query":"{ hello }","variables":false}',
    "extensions that are a string": b'{"query":"{ hello }","extensions":"x"}',
    "extensions that are a list": b'{"query":"{ hello }","extensions":[1]}',
}

RESOLUTION = "OPERATION_RESOLUTION_FAILURE"
PARSE = "GRAPHQL_PARSE_FAILED"
VALIDATION = "GRAPHQL_VALIDATION_FAILED"

REQUESTS: dict[str, tuple[bytes, int, str]] = {
    **{f"body: {name}": (request(body), 400, "BAD_REQUEST") for name, body in BODIES.items()},
    # What can be said before the body is read.
    "no content type": (request(type=None), 415, "UNSUPPORTED_MEDIA_TYPE"),
    "text/plain": (request(type="text/plain"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    "a form": (request(b"query={hello}", type="application/x-www-form-urlencoded"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    "multipart form": (request(type="multipart/form-data; boundary=a"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    "almost JSON": (request(type="xapplication/jsonx"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    "application/graphql": (request(b"{ hello }", type="application/graphql"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    "a list of types": (request(type="text/plain, application/json"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    "charset utf-16": (request(type="application/json; charset=utf-16"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    "charset latin-1": (request(type="application/json; charset=iso-8859-1"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    "an unknown compression": (request(Content_Encoding="zstd"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    "brotli": (request(Content_Encoding="br"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    "compressed twice": (
        request(gzip.compress(gzip.compress(GOOD)), Content_Encoding="gzip, gzip"),
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    ),
    "HTML wanted": (request(Accept="text/html"), 406, "NOT_ACCEPTABLE"),
    "JSON ruled out": (request(Accept="application/json;q=0"), 406, "NOT_ACCEPTABLE"),
    "everything ruled out": (request(Accept="*/*;q=0"), 406, "NOT_ACCEPTABLE"),
    "JSON in UTF-16 wanted": (request(Accept="application/json; charset=utf-16"), 406, "NOT_ACCEPTABLE"),
    "an Accept that is no list of types": (request(Accept="\x01;;;=,,/"), 400, "BAD_REQUEST"),
    "an Accept of commas": (request(Accept="," * 4000), 406, "NOT_ACCEPTABLE"),
    "PUT": (request(method="PUT"), 405, "METHOD_NOT_ALLOWED"),
    "DELETE": (request(b"", "DELETE"), 405, "METHOD_NOT_ALLOWED"),
    "PATCH": (request(method="PATCH"), 405, "METHOD_NOT_ALLOWED"),
    "TRACE": (request(b"", "TRACE"), 405, "METHOD_NOT_ALLOWED"),
    "a method nobody knows": (request(b"", "BREW"), 400, "BAD_REQUEST"),
    "another path": (request(path="/graphql/../etc/passwd"), 404, "NOT_FOUND"),
    "a body too large by its length": (request(b"x" * 300_000), 413, "PAYLOAD_TOO_LARGE"),
    "a gzip bomb": (request(gzip.compress(b"0" * 100_000_000), Content_Encoding="gzip"), 413, "PAYLOAD_TOO_LARGE"),
    "a deflate bomb": (request(zlib.compress(b"0" * 10_000_000), Content_Encoding="deflate"), 413, "PAYLOAD_TOO_LARGE"),
    "broken gzip": (request(b"\x1f\x8b\x08\x00nonsense", Content_Encoding="gzip"), 400, "BAD_REQUEST"),
    "truncated gzip": (request(gzip.compress(GOOD)[:-12], Content_Encoding="gzip"), 400, "BAD_REQUEST"),
    "gzip that is not": (request(GOOD, Content_Encoding="gzip"), 400, "BAD_REQUEST"),
    "a URL of 9 KiB": (get("query=" + "a" * 9000), 414, "URI_TOO_LONG"),
    "a URL of 100 KiB": (get("query=" + "a" * 100_000), 414, "URI_TOO_LONG"),
    "a long URL on another path": (request(b"", "GET", "/livez?" + "a" * 9000), 414, "URI_TOO_LONG"),
    "a header of 20 KiB": (request(X_Long="a" * 20_000), 431, "REQUEST_HEADERS_TOO_LARGE"),
    "500 headers": (request(**{f"X-{number}": "a" for number in range(500)}), 400, "BAD_REQUEST"),
    "an expectation nobody meets": (request(Expect="200-ok"), 417, "EXPECTATION_FAILED"),
    # The document.
    "an empty document": (operation(query=""), 400, RESOLUTION),
    "a document of commas": (operation(query=" ,,\n,"), 400, RESOLUTION),
    "a document of comments": (operation(query="# hello\n# there"), 400, RESOLUTION),
    "a document of fragments": (operation(query="fragment A on Query { hello }"), 200, VALIDATION),
    "two operations and no name": (operation(query="query A { hello } query B { hello }"), 400, RESOLUTION),
    "a name that is not there": (operation(query="query A { hello }", operationName="B"), 400, RESOLUTION),
    "an empty name": (operation(query="query A { hello }", operationName=""), 400, RESOLUTION),
    "a subscription that cannot stream": (operation(query="subscription { live }"), 400, "BAD_REQUEST"),
    "two fields in a subscription": (operation(query="subscription { live breaks }"), 200, VALIDATION),
    # GET.
    "GET with nothing": (asked("", Accept="application/json"), 400, "BAD_REQUEST"),
    "GET with a mutation": (
        asked("query=mutation{note(text:%22a%22)}", Accept="application/json"),
        405,
        "METHOD_NOT_ALLOWED",
    ),
    "GET with a subscription": (
        asked("query=subscription{live}", Accept="application/json"),
        405,
        "METHOD_NOT_ALLOWED",
    ),
    "GET with two queries": (asked("query={hello}&query={hello}", Accept="application/json"), 400, "BAD_REQUEST"),
    "GET with variables that are no JSON": (asked("query={hello}&variables={a", Accept=STRICT), 400, "BAD_REQUEST"),
    "GET with variables that are a list": (asked("query={hello}&variables=[]", Accept=STRICT), 400, "BAD_REQUEST"),
    "GET with variables given twice": (
        asked("query={hello}&variables={%22a%22:1,%22a%22:2}", Accept=STRICT),
        400,
        "BAD_REQUEST",
    ),
    "GET with bytes that are no text": (asked("query=%ff%fe", Accept=STRICT), 400, PARSE),
    # HTTP itself.
    "two lengths": (
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345",
        400,
        "BAD_REQUEST",
    ),
    "a length and chunks": (
        b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
        "BAD_REQUEST",
    ),
    "a negative length": (request(length=False, Content_Length="-5"), 400, "BAD_REQUEST"),
    "a length in hex": (request(length=False, Content_Length="0x10"), 400, "BAD_REQUEST"),
    "an unknown transfer coding": (request(length=False, Transfer_Encoding="xchunked"), 400, "BAD_REQUEST"),
    "a chunk with a broken size": (
        request(b"zz\r\nhello\r\n0\r\n\r\n", length=False, Transfer_Encoding="chunked"),
        400,
        "BAD_REQUEST",
    ),
    "a space in a header's name": (request(**{"Bad Name": "a"}), 400, "BAD_REQUEST"),
    "a bare line feed in a header": (request(X_Id="a\nX-Other: b\x00"), 400, "BAD_REQUEST"),
    "a NUL in a header": (request(X_Request_Id="a\x00b"), 400, "BAD_REQUEST"),
    "a folded header": (request(X_Id="a\r\n folded"), 400, "BAD_REQUEST"),
    "not HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 32 + b"\r\n\r\n", 400, "BAD_REQUEST"),
    "another HTTP": (b"GET /graphql HTTP/2.0\r\nHost: localhost\r\n\r\n", 400, "BAD_REQUEST"),
    "HTTP of the future": (b"GET /graphql HTTP/9.9\r\nHost: localhost\r\n\r\n", 400, "BAD_REQUEST"),
    "a URL with a space": (b"GET /graphql?query={ hello } HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "BAD_REQUEST"),
}


@pytest.mark.parametrize("name", REQUESTS)
async def test_it_is_refused_with_a_code(site: Site, name: str) -> None:
    sent, status, code = REQUESTS[name]

    answer = await site.raw(sent)

    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["content-type"].partition(";")[0] in {"application/json", STRICT}
    assert "server" not in answer.headers
    assert set(answer.json) == {"errors"}
    assert site.stage.streams == 0


def test_there_are_more_than_eighty_two_of_them() -> None:
    assert len(REQUESTS) > 82


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", PARSE),
        ('{ hello(name: "\\ud800") }', PARSE),
        ("{ hello", PARSE),
        ("{" * 50_000, "OPERATION_TOO_LARGE"),
        ("{ nope }", VALIDATION),
        ("fragment A on Query { hello }", VALIDATION),
        ("{ ...A } fragment A on Query { ...A }", VALIDATION),
        ("query($a: Int!) { big(size: $a) }", "BAD_USER_INPUT"),
    ],
)
async def test_a_document_that_cannot_run_gets_400_where_the_media_type_allows_it(
    site: Site, query: str, code: str
) -> None:
    strict = await site.post({"query": query}, Accept=STRICT)
    plain = await site.post({"query": query})

    assert (strict.status, strict.code) == (400, code)
    assert (plain.status, plain.code) == (200, code)
    assert "data" not in strict.json
    assert "data" not in plain.json


REJECTED_TOKENS: dict[str, dict[str, str]] = {
    "none": {},
    "blank": {"Authorization": ""},
    "a scheme without a token": {"Authorization": "Bearer"},
    "another scheme": {"Authorization": "Basic dGVzdDp0ZXN0"},
    "two tokens in one": {"Authorization": "Bearer a b"},
    "beyond ASCII": {"Authorization": "Bearer caf\xe9"},
    "too long": {"Authorization": "Bearer " + "a" * 4000},
    "in a cookie": {"Cookie": "Authorization=Bearer%20good; token=good"},
    "in a header of another name": {"X-Access-Token": "good"},
}


@pytest.mark.parametrize("name", REJECTED_TOKENS)
async def test_without_a_proper_token_nothing_is_read(serve: Serve, name: str) -> None:
    site = await serve(gateway_auth="forward")

    answer = await site.raw(request(b"not json", type="text/plain", **REJECTED_TOKENS[name]))

    _unauthenticated(answer)


async def test_two_tokens_are_one_too_many(serve: Serve) -> None:
    site = await serve(gateway_auth="forward")
    sent = request(Authorization="Bearer good").replace(b"\r\n\r\n", b"\r\nAuthorization: Bearer other\r\n\r\n", 1)

    _unauthenticated(await site.raw(sent))


def _unauthenticated(answer: Answer) -> None:
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"].startswith("bearer")
