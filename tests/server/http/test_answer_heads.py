"""An answer that is written in one piece has the head that any other has."""

from __future__ import annotations

import json

import pytest

from tests.server.conftest import Serve

ORIGIN = "https://shop.example"
BODIES = {"answered": {"query": "{ hello }"}, "refused": {"query": 5}, "cannot run": {"query": "{ nothing }"}}
# What differs from answer to answer.
CHANGES = ("date", "x-request-id")


def request(version: str, body: object, *more: str) -> bytes:
    content = json.dumps(body).encode()
    lines = [f"POST /graphql HTTP/{version}", "Host: localhost", "Content-Type: application/json", "Connection: close"]
    return "\r\n".join([*lines, *more, f"Content-Length: {len(content)}", "", ""]).encode() + content


def lasting(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in CHANGES}


@pytest.mark.parametrize("origin", [None, ORIGIN, "https://other.example"])
@pytest.mark.parametrize("name", BODIES)
async def test_the_headers_do_not_depend_on_how_an_answer_is_written(
    serve: Serve, name: str, origin: str | None
) -> None:
    site = await serve(gateway_cors_origins=ORIGIN)
    more = [f"Origin: {origin}"] if origin else []

    # aiohttp writes the answers to HTTP/1.0, where a connection is closed without a word.
    one_piece = await site.raw(request("1.1", BODIES[name], *more))
    aiohttps = await site.raw(request("1.0", BODIES[name], *more))

    assert one_piece.status == aiohttps.status
    assert one_piece.body == aiohttps.body
    shown = [
        {name: value for name, value in each.headers.items() if name not in CHANGES} for each in (one_piece, aiohttps)
    ]
    assert shown[0].pop("connection") == "close"
    assert shown[0] == shown[1]
    assert ("access-control-allow-origin" in one_piece.headers) == (origin == ORIGIN)


async def test_an_answer_in_one_piece_bears_the_id_of_its_request(serve: Serve) -> None:
    site = await serve()

    answers = [await site.raw(request("1.1", BODIES["answered"], "X-Request-Id: order-7")) for _ in range(2)]

    assert [each.headers["x-request-id"] for each in answers] == ["order-7", "order-7"]


async def test_a_refusal_in_one_piece_bears_its_own_headers(serve: Serve) -> None:
    site = await serve(gateway_auth="forward")

    answer = await site.raw(request("1.1", BODIES["answered"]))

    assert answer.status == 401
    assert answer.headers["www-authenticate"] == 'bearer realm="graphql"'


async def test_an_origin_that_only_looks_like_a_listed_one_is_none(serve: Serve) -> None:
    site = await serve(gateway_cors_origins="https://kiosk.example")

    # The sign for Kelvin, of which `k` is the small letter.
    answer = await site.raw(request("1.1", BODIES["answered"], "Origin: https://\u212aiosk.example"))

    assert answer.status == 200
    assert "access-control-allow-origin" not in answer.headers
