"""Rows become requests: paths that cannot be escaped from, query words, bodies, and what may be repeated."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from gateway.square.endpoint import Endpoint, Nothing, Repeat
from gateway.square.errors import NotFound
from tests.square.conftest import Client
from tests.square.fault_server import FaultServer

GET = Endpoint("RetrieveThing", "GET", "/v2/things/{thing_id}/parts/{part_id}", Nothing, "", Repeat.SAFE, "THINGS_READ")

REAL = [
    "JDKYHBWT1D4F8MFH63DBMEN8Y4",
    "79b807d2-d786-46a9-933b-918028d7a8c5",
    "gv2:KF92J19VXN5FK30GX2E8HSGQ20",
    "GMNXRZVEXNQDF.CHURN_RISK",
    "square:a0f1505a-2aa1-490d-91a8-8d31ff181808",
    "sq0ids-0evKIskIGaY45fCyNL66aw:backupemail",
    "app:..a",
    "favorite.drink_",
    "bm90IFNxdWFyZSdz+A==",
    "~!$&'()*,@",
    "x" * 255,
]
NONE_OF_SQUARES = [
    "", ".", "..", "...", "." * 255, "%2e", "%2e%2e", "%2E.", "%252e%252e", "..;", "..;a=b", "a;b=c", "a/b", "/",
    "a%2fb", "..%2fcustomers", "../../v2/customers", "\\..\\", "a\\b", "a%5cb", "a?b=c", "a#b", "a b", "a\tb", "a\n",
    "{part_id}", "ключ", "日本", "😀", "\uff0e\uff0e", "\u2024\u2024", "a\r\nX-Evil: 1", "a\x00b", "\u202eabc",
    "a\ud800", "x" * 256, "x" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("id", REAL)
async def test_an_id_arrives_as_it_is_without_an_escape(client: Client, faults: FaultServer, id: str) -> None:
    await client.send(GET(thing_id=id, part_id="P1"))

    (request,) = faults.requests
    assert request.target == f"/v2/things/{id}/parts/P1"


@pytest.mark.parametrize("odd", NONE_OF_SQUARES, ids=lambda odd: ascii(odd[:20]))
async def test_an_id_that_nothing_has_is_not_sent(client: Client, faults: FaultServer, odd: str) -> None:
    for names in ({"thing_id": odd, "part_id": "P1"}, {"thing_id": "T1", "part_id": odd}):
        with pytest.raises(NotFound):
            await client.send(GET(**names))

    assert (faults.requests, faults.connections) == ([], 0)


def test_braces_in_an_id_are_no_template() -> None:
    assert unquote(GET(thing_id="{part_id}", part_id="P1").path) == "/v2/things/{part_id}/parts/P1"


def test_a_missing_id_is_a_mistake_in_the_program() -> None:
    with pytest.raises(TypeError, match="RetrieveThing takes part_id, thing_id, not thing_id"):
        GET(thing_id="T1")


@pytest.mark.parametrize(
    ("query", "written"),
    [
        (None, ""),
        ({}, ""),
        ({"cursor": None}, ""),
        ({"limit": 100, "cursor": None}, "?limit=100"),
        ({"count": True, "deep": False}, "?count=true&deep=false"),
        ({"cursor": "a&b=c d/é"}, "?cursor=a%26b%3Dc+d%2F%C3%A9"),
        ({"limit": 0, "cursor": ""}, "?limit=0&cursor="),
    ],
)
def test_query_words_are_written_as_square_reads_them(query: Any, written: str) -> None:
    assert GET(query=query, thing_id="T", part_id="P").target == f"/v2/things/T/parts/P{written}"


def test_a_body_is_compact_json_and_absent_when_there_is_none() -> None:
    assert GET(thing_id="T", part_id="P").content is None
    assert GET(body={}, thing_id="T", part_id="P").content == b"{}"
    assert (
        GET(body={"name": "Ærø", "none": None}, thing_id="T", part_id="P").content
        == '{"name":"Ærø","none":null}'.encode()
    )


def test_calls_that_ask_the_same_have_the_same_key() -> None:
    def key(**given: Any) -> object:
        return GET(**{"thing_id": "T", "part_id": "P", **given}).key

    assert key(query={"limit": 1}) == key(query={"limit": 1, "cursor": None})
    assert (
        len({key(), key(query={"limit": 1}), key(body={}), key(part_id="Q"), key(thing_id="T/parts", part_id="P")}) == 5
    )


@pytest.mark.parametrize(
    ("repeat", "body", "repeatable"),
    [
        (Repeat.SAFE, None, True),
        (Repeat.SAFE, {"query": {}}, True),
        (Repeat.SET_LIKE, None, True),
        (Repeat.NEVER, {"idempotency_key": "k", "version": 1}, False),
        (Repeat.KEYED, {"idempotency_key": "k"}, True),
        (Repeat.KEYED, {"idempotency_key": ""}, False),
        (Repeat.KEYED, {"idempotency_key": None}, False),
        (Repeat.KEYED, {"group": {}}, False),
        (Repeat.KEYED, {}, False),
        (Repeat.KEYED, None, False),
        (Repeat.KEYED, {"customers": {"k": {}}}, True),
        (Repeat.KEYED, {"values": {"a": {"idempotency_key": "k"}}}, True),
        (Repeat.KEYED, {"values": {"a": {"idempotency_key": "k"}, "b": {}}}, False),
        (Repeat.VERSIONED, {"version": 0}, True),
        (Repeat.VERSIONED, {"version": None}, False),
        (Repeat.VERSIONED, {"note": "x"}, False),
        (Repeat.VERSIONED, {}, False),
        (Repeat.VERSIONED, None, False),
        (Repeat.VERSIONED, {"customers": {"C1": {"version": 1}, "C2": {"version": 0}}}, True),
        (Repeat.VERSIONED, {"customers": {"C1": {"version": 1}, "C2": {}}}, False),
    ],
)
def test_only_what_square_can_recognise_may_be_repeated(repeat: Repeat, body: Any, repeatable: bool) -> None:
    row = Endpoint("X", "POST", "/v2/x", Nothing, "", repeat, "S")

    assert row(body=body).repeatable is repeatable
