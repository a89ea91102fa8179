"""Which bodies are read, by what `Content-Type` says of them."""

from __future__ import annotations

import pytest

from tests.server.conftest import Site

QUERY = {"query": "{ hello }"}


@pytest.mark.parametrize(
    "given",
    [
        "application/json",
        "Application/JSON",
        " application/json ",
        "application/json;charset=utf-8",
        'application/json; charset="UTF-8"',
        "application/json ; Charset = utf8",
        "application/json; profile=x; charset=utf-8",
        "application/json;",
    ],
)
async def test_json_in_utf_8_is_read(site: Site, given: str) -> None:
    answer = await site.post(QUERY, Content_Type=given)

    assert answer.json["data"] == {"hello": "Hello, world"}


@pytest.mark.parametrize(
    "given",
    [
        "",
        "text/plain",
        "text/plain; application/json",
        "application/json, text/plain",
        "text/plain, application/json",
        "application/jsonx",
        "application/json; charset=utf-16",
        "application/json; charset=utf-8; charset=utf-16",
        "application/json; x=" + "a" * 300,
        "(" * 8000,
        "application/json" + ";a" * 3900,
    ],
)
async def test_all_else_is_refused(site: Site, given: str) -> None:
    answer = await site.post(QUERY, Content_Type=given)

    assert (answer.status, answer.code) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert answer.headers["accept-post"] == "application/json"
