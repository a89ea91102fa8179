"""GraphQL over HTTP: what goes in by POST and GET, and what comes out."""

from __future__ import annotations

import gzip
import json
import logging
import zlib
from typing import Any

import pytest

from tests.server.conftest import Serve, Site

STRICT = "application/graphql-response+json"
HELLO = json.dumps({"query": "{ hello }"}).encode()


async def test_a_query_is_answered(site: Site) -> None:
    answer = await site.post({"query": "{ hello }"})

    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.json["data"] == {"hello": "Hello, world"}


async def test_the_named_operation_runs_with_its_variables(site: Site) -> None:
    document = "query A { hello } query B($name: String!) { hello(name: $name) }"

    answer = await site.post({"query": document, "operationName": "B", "variables": {"name": "Ada 🏊"}})

    assert answer.json["data"] == {"hello": "Hello, Ada 🏊"}


async def test_a_mutation_runs(site: Site) -> None:
    site.stage.gate.set()

    answer = await site.post({"query": 'mutation { note(text: "a") }'})

    assert answer.json["data"] == {"note": "a"}
    assert site.stage.notes == ["a"]


async def test_large_integers_and_deep_variables_reach_the_schema_unharmed(site: Site) -> None:
    deep: Any = "a"
    for _ in range(90):
        deep = [deep]

    answer = await site.post({"query": "{ hello }", "variables": {"a": deep, "b": 2**64 + 1}})

    assert answer.json["data"] == {"hello": "Hello, world"}


@pytest.mark.parametrize("accept", ["application/json", STRICT])
async def test_a_failing_field_leaves_the_status_at_200_and_the_reason_inside(site: Site, accept: str) -> None:
    answer = await site.post({"query": "{ explode }"}, Accept=accept)

    assert answer.status == 200
    assert answer.json["data"] is None
    assert answer.code == "INTERNAL_SERVER_ERROR"
    assert b"secret" not in answer.body


async def test_a_failure_of_the_server_itself_is_a_500_that_tells_and_logs_nothing(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = await site.post({"query": '{ unserializable hello(name: "personal") }'}, X_Request_Id="known")

    assert (answer.status, answer.code) == (500, "INTERNAL_SERVER_ERROR")
    assert "known" in caplog.text
    assert "personal" not in caplog.text + answer.body.decode()


async def test_a_kept_connection_serves_on_after_refusals(site: Site) -> None:
    good = (
        b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
        % len(HELLO)
    )
    bad = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx"

    answer = await site.raw(bad + bad + good + b"Connection: close\r\n\r\n" + HELLO)

    assert answer.body.count(b"HTTP/1.1 415") + answer.body.count(b"HTTP/1.1 200") == 2
    assert b'"hello":"Hello, world"' in answer.body


async def test_get_can_be_switched_off(serve: Serve) -> None:
    site = await serve(gateway_allow_get=False)

    answer = await site.send("GET", "/graphql?query={hello}", headers={"Accept": STRICT})

    assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "POST, OPTIONS"


async def test_get_is_off_in_production_unless_switched_on(serve: Serve) -> None:
    production = await serve(square_environment="production", gateway_auth="forward")

    answer = await production.send(
        "GET", "/graphql?query={hello}", headers={"Accept": STRICT, "Authorization": "Bearer a"}
    )

    assert answer.status == 405


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD"])
async def test_other_methods_are_told_what_is_allowed(site: Site, method: str) -> None:
    answer = await site.send(method)

    assert answer.status == 405
    assert answer.headers["allow"] == "GET, POST, OPTIONS"
    assert (answer.body == b"") == (method == "HEAD")


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ({"gateway_allow_get": False}, "POST, OPTIONS"),
        ({"square_environment": "production"}, "POST, OPTIONS"),
        ({"square_environment": "production", "gateway_allow_get": True}, "GET, POST, OPTIONS"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS"])
async def test_get_is_named_among_the_methods_only_where_it_is_switched_on(
    serve: Serve, method: str, settings: dict[str, Any], allowed: str
) -> None:
    site = await serve(gateway_auth="forward", **settings)

    answer = await site.send(method)

    assert answer.status == (204 if method == "OPTIONS" else 405)
    assert answer.headers["allow"] == allowed
    assert b"GET" not in answer.body or allowed.startswith("GET")


async def test_no_website_is_let_in_by_default(site: Site) -> None:
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}

    preflight = await site.send("OPTIONS", headers=headers)
    answer = await site.post({"query": "{ hello }"}, Origin="https://shop.example")

    assert (preflight.status, preflight.headers["allow"]) == (204, "GET, POST, OPTIONS")
    for each in (preflight, answer):
        assert not [name for name in each.headers if name.startswith("access-control")]


async def test_a_listed_website_is_let_in_and_no_other(serve: Serve) -> None:
    site = await serve(gateway_cors_origins="https://shop.example, https://other.example")
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}

    preflight = await site.send("OPTIONS", headers=headers)
    answer = await site.post({"query": "{ hello }"}, Origin="https://shop.example")
    refused = await site.send("PUT", headers={"Origin": "https://shop.example"})
    stranger = await site.post({"query": "{ hello }"}, Origin="https://shop.example.evil.test")

    assert "Authorization" in preflight.headers["access-control-allow-headers"]
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for each in (preflight, answer, refused):
        assert each.headers["access-control-allow-origin"] == "https://shop.example"
        assert "access-control-allow-credentials" not in each.headers
        assert "Origin" in each.headers["vary"]
    assert "access-control-allow-origin" not in stranger.headers


async def test_all_websites_can_be_let_in_but_never_with_credentials(serve: Serve) -> None:
    site = await serve(gateway_cors_origins="*")

    answer = await site.post({"query": "{ hello }"}, Origin="https://anywhere.example")

    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


EMULATOR = {"square_base_url": "http://127.0.0.1:8001"}


@pytest.mark.parametrize(
    ("settings", "let_in"),
    [
        (EMULATOR, True),
        ({"square_base_url": "http://emulator.test:8001"}, False),
        ({**EMULATOR, "square_environment": "sandbox", "square_access_token": "real", "gateway_auth": "none"}, False),
        ({**EMULATOR, "square_environment": "production"}, False),
    ],
)
async def test_pages_of_this_machine_are_let_in_with_its_emulator_alone(
    serve: Serve, settings: dict[str, str], let_in: bool
) -> None:
    site = await serve(**settings)
    for page, allowed in {
        "http://localhost:5173": let_in,
        "http://[::1]:5173": let_in,
        "http://localhost.evil.test:5173": False,
        "null": False,
    }.items():
        headers = {"Origin": page, "Access-Control-Request-Method": "POST"}
        preflight = await site.send("OPTIONS", headers=headers)
        assert preflight.headers.get("access-control-allow-origin") == (page if allowed else None)
        asked = preflight.headers.get("access-control-allow-headers", "").split(", ")
        assert ({"Sentry-Trace", "Baggage", "Traceparent", "Tracestate"} <= set(asked)) == allowed


async def test_the_headers_that_pages_may_send_are_a_setting(serve: Serve) -> None:
    site = await serve(gateway_cors_origins="https://shop.example", gateway_cors_headers="X-Datadog-Trace-Id")

    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    preflight = await site.send("OPTIONS", headers=headers)

    allowed = preflight.headers["access-control-allow-headers"].split(", ")
    assert "X-Datadog-Trace-Id" in allowed
    assert "Content-Type" in allowed
    assert "Sentry-Trace" not in allowed


async def test_a_harmless_request_id_comes_back(site: Site) -> None:
    assert (await site.post({"query": "{ hello }"}, X_Request_Id="a-1.b_2")).headers["x-request-id"] == "a-1.b_2"


@pytest.mark.parametrize("given", ["", "a b", "caf\xe9", "\x1b[31m", "x" * 129, '"><script>'])
async def test_a_harmful_request_id_is_replaced(site: Site, given: str) -> None:
    head = f"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-Id: {given}\r\n\r\n"

    answer = await site.raw(head.replace("\x1b", "").encode("latin-1"))

    assert len(answer.headers["x-request-id"]) == 32
    assert answer.headers["x-request-id"] != given


@pytest.mark.parametrize("size", [50_000, 200_000])
@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_large_answers_are_compressed_for_those_who_accept_it(site: Site, coding: str, size: int) -> None:
    headers = {"Content-Type": "application/json", "Accept-Encoding": coding}
    query = json.dumps({"query": f"{{ big(size: {size}) }}"}).encode()

    async with site.http.post(site.url, data=query, headers=headers) as response:
        assert response.headers["Content-Encoding"] == coding
        assert int(response.headers["Content-Length"]) < 1000
        assert len((await response.json())["data"]["big"]) == size


@pytest.mark.parametrize(
    ("size", "accept"), [(100, "gzip"), (50_000, "identity"), (50_000, "gzip;q=0, *;q=0"), (50_000, "br")]
)
async def test_other_answers_are_not_compressed(site: Site, size: int, accept: str) -> None:
    answer = await site.post({"query": f"{{ big(size: {size}) }}"}, Accept_Encoding=accept)

    assert "content-encoding" not in answer.headers
    assert len(answer.json["data"]["big"]) == size


@pytest.mark.parametrize(("coding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
async def test_compressed_requests_are_understood(site: Site, coding: str, compress: Any) -> None:
    answer = await site.post(data=compress(HELLO), Content_Encoding=coding)

    assert answer.json["data"] == {"hello": "Hello, world"}


async def test_every_answer_says_nothing_about_the_software(site: Site) -> None:
    for answer in [
        await site.post({"query": "{ hello }"}),
        await site.send("GET", "/nowhere"),
        await site.raw(b"nonsense\r\n\r\n"),
    ]:
        assert "server" not in answer.headers
        assert b"aiohttp" not in answer.body
