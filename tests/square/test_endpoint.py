"""Rows become requests: paths that cannot be escaped from, query words, bodies, and what may be repeated."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from yarl import URL

from gateway.square.endpoint import Endpoint, Nothing, Repeat
from gateway.square.errors import NotFound
from tests.square.conftest import Client
from tests.square.fault_server import FaultServer

GET = Endpoint("RetrieveThing", "GET", "/v2/things/{thing_id}/parts/{part_id}", Nothing, "", Repeat.SAFE, "THINGS_READ")

ODD = [
    "a/b",
    "../../v2/customers",
    "..",
    ".",
    "...",
    "a?b=c",
    "a#b",
    "a%2fb",
    "%2e%2e",
    "a b+c",
    "\\..\\",
    "ключ",
    "日本",
    "😀",
    "a;b=c",
    "a&b",
    "square:size",
    "x" * 255,
]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_an_id_fills_exactly_one_path_segment(odd: str) -> None:
    path = urlsplit(GET(thing_id=odd, part_id="P1").target).path

    assert [unquote(part) for part in path.split("/")] == ["", "v2", "things", odd, "parts", "P1"]
    assert path.isascii()


@pytest.mark.parametrize("odd", ODD, ids=ascii)
async def test_an_odd_id_arrives_as_it_was_written(client: Client, faults: FaultServer, odd: str) -> None:
    await client.send(GET(thing_id=odd, part_id="P1"))

    (request,) = faults.requests
    assert [unquote(part) for part in request.target.split("/")] == ["", "v2", "things", odd, "parts", "P1"]
    assert "x-evil" not in request.headers


@pytest.mark.parametrize("odd", ["a\r\nX-Evil: 1", "a\x00b", "\u202eabc", "a\ud800", "", "x" * 10_000], ids=ascii)
async def test_an_id_that_nothing_has_is_not_sent(client: Client, faults: FaultServer, odd: str) -> None:
    with pytest.raises(NotFound):
        await client.send(GET(thing_id=odd, part_id="P1"))

    assert not faults.requests


def test_no_url_library_takes_dots_for_directions() -> None:
    target = GET(thing_id="..", part_id=".").target

    assert URL(f"http://square.example{target}", encoded=True).raw_path == "/v2/things/%2E%2E/parts/%2E"


def test_braces_in_an_id_are_no_template() -> None:
    assert unquote(GET(thing_id="{part_id}", part_id="P1").path) == "/v2/things/{part_id}/parts/P1"


def test_a_missing_id_is_a_mistake_in_the_program() -> None:
    with pytest.raises(KeyError):
        GET(thing_id="T1")


@pytest.mark.parametrize(
    ("value", "addressable"), [("", False), ("x", True), ("é" * 255, True), ("x" * 256, False), ("\ud83d", False)]
)
def test_only_ids_that_can_be_are_addressable(value: str, addressable: bool) -> None:
    assert GET(thing_id=value, part_id="P1").addressable is addressable


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
