"""Which media type an answer gets, for every way of asking."""

from __future__ import annotations

import pytest

from gateway.server.http.negotiation import EVENT_STREAM, GRAPHQL_JSON, JSON, MULTIPART, coding, negotiate
from tests.server.conftest import Site

URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
)
APOLLO = (
    "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9"
)

ACCEPTS: list[tuple[str | None, str | None, str | None]] = [
    (None, JSON, None),
    ("", JSON, None),
    ("*/*", JSON, None),
    ("application/*", JSON, None),
    ("APPLICATION/JSON", JSON, None),
    (JSON, JSON, None),
    (GRAPHQL_JSON, GRAPHQL_JSON, None),
    (f"{JSON}; charset=utf-8", JSON, None),
    (f'{JSON}; charset="UTF-8"', JSON, None),
    (f"{JSON}; charset=utf-16", None, None),
    (f"{GRAPHQL_JSON}, {JSON}", GRAPHQL_JSON, None),
    (f"{JSON}, {GRAPHQL_JSON}", JSON, None),
    (f"{GRAPHQL_JSON}, {JSON};q=0.9", GRAPHQL_JSON, None),
    (f"{GRAPHQL_JSON};q=0.4, {JSON};q=0.5", JSON, None),
    (f"{JSON};q=0", None, None),
    (f"{JSON};q=0, */*", GRAPHQL_JSON, None),
    (f"{JSON};q=0.0, {GRAPHQL_JSON};q=0.001", GRAPHQL_JSON, None),
    (f"*/*, {GRAPHQL_JSON}", GRAPHQL_JSON, None),
    (f"*/*;q=0, {JSON}", JSON, None),
    (f"application/*;q=0.2, {JSON};q=0.1", GRAPHQL_JSON, None),
    (f"{JSON};q=2", None, None),
    (f"{JSON};q=nan", None, None),
    ("text/html", None, None),
    ("text/html, */*;q=0.8", JSON, None),
    ("json", None, None),
    (EVENT_STREAM, None, EVENT_STREAM),
    (f"{EVENT_STREAM};q=0, {JSON}", JSON, None),
    ("text/*", None, None),
    (MULTIPART, None, None),
    (f'{MULTIPART};subscriptionSpec="1.0"', None, MULTIPART),
    (f"{MULTIPART};deferSpec=20220824, {JSON}", JSON, None),
    (f"{EVENT_STREAM}, {MULTIPART}", None, EVENT_STREAM),
    (URQL, GRAPHQL_JSON, EVENT_STREAM),
    (APOLLO, GRAPHQL_JSON, MULTIPART),
]


@pytest.mark.parametrize(("accept", "result", "stream"), ACCEPTS)
def test_the_best_type_that_is_accepted_is_chosen(accept: str | None, result: str | None, stream: str | None) -> None:
    answers = negotiate(accept)

    assert (answers.result, answers.stream) == (result, stream)


@pytest.mark.parametrize("accept", [accept for accept, result, stream in ACCEPTS if result is not None])
async def test_the_answer_has_the_type_that_was_chosen(site: Site, accept: str | None) -> None:
    answer = await site.post({"query": "{ hello }"}, **({} if accept is None else {"Accept": accept}))

    assert answer.status == 200
    assert answer.headers["content-type"] == f"{negotiate(accept).result}; charset=utf-8"
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("accept", [accept for accept, result, stream in ACCEPTS if result is stream is None])
async def test_nothing_runs_for_a_client_that_accepts_no_answer(site: Site, accept: str) -> None:
    answer = await site.post({"query": 'mutation { note(text: "a") }'}, Accept=accept)

    assert (answer.status, answer.code) == (406, "NOT_ACCEPTABLE")
    assert not site.stage.entered.is_set()


@pytest.mark.parametrize(
    ("lines", "status", "type"),
    [
        (["text/html", JSON], 200, JSON),
        ([JSON, "text/html"], 200, JSON),
        (["text/html", GRAPHQL_JSON, JSON], 200, GRAPHQL_JSON),
        ([f"{JSON};q=0.5", f"{GRAPHQL_JSON};q=0.6"], 200, GRAPHQL_JSON),
        (["text/html, image/png", f"text/plain, {JSON}"], 200, JSON),
        (["", GRAPHQL_JSON], 200, GRAPHQL_JSON),
        (["", ""], 200, JSON),
        (["text/html", f"{JSON};q=0"], 406, JSON),
        (["text/html", "image/png"], 406, JSON),
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_several_lines_are_one_list(site: Site, lines: list[str], status: int, type: str, method: str) -> None:
    headers = [("Content-Type", "application/json"), *(("Accept", line) for line in lines)]
    asked = {"params": {"query": "{ hello }"}} if method == "GET" else {"json": {"query": "{ hello }"}}

    answer = await site.send(method, headers=headers, **asked)

    assert answer.status == status
    assert answer.headers["content-type"] == f"{type}; charset=utf-8"


@pytest.mark.parametrize(("first", "second"), [("text/html", EVENT_STREAM), (EVENT_STREAM, "text/html")])
async def test_a_stream_may_be_asked_for_on_any_line(site: Site, first: str, second: str) -> None:
    query = "subscription { count(to: 1) { number } }"

    headers = [("Content-Type", "application/json"), ("Accept", first), ("Accept", second)]

    answer = await site.send("POST", json={"query": query}, headers=headers)

    assert answer.headers["content-type"] == f"{EVENT_STREAM}; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, None),
        ("", None),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("deflate, gzip", "gzip"),
        ("deflate", "deflate"),
        ("gzip;q=0, deflate", "deflate"),
        ("*", "gzip"),
        ("*;q=0", None),
        ("identity", None),
        ("br, zstd", None),
        ("xgzip", None),
    ],
)
def test_compression_follows_what_is_accepted(accept: str | None, chosen: str | None) -> None:
    assert coding(accept) == chosen
