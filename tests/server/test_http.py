"""GraphQL over HTTP: what goes in by POST and GET, and what comes out."""

from __future__ import annotations

from tests.server.conftest import Site


async def test_a_query_is_answered(site: Site) -> None:
    answer = await site.post({"query": "{ hello }"})

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json["data"] == {"hello": "Hello, world"}
