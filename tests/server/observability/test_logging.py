"""What is logged: one line for each request, safe to read, and the same as JSON."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from typing import Any

import pytest

from gateway.emulator.store.faults import Kind
from gateway.server.observability.logging import Formatter
from gateway.server.observability.redaction import BLANK, Redaction
from tests.conftest import Graph
from tests.planted import EMAIL, PHONE, TOKEN
from tests.processor_time import less_than
from tests.server.conftest import Serve, Site
from tests.server.lines import logged

NAMED = "query Shoppers { customers(first: 3) { nodes { id } } }"


async def test_a_request_is_one_line_that_says_what_it_was_and_cost(graph: Graph) -> None:
    graph.emulator.faults.add(Kind.STATUS, "ListCustomers", count=1, status=503)

    with logged(gateway_log_level="info") as lines:
        await graph(NAMED, operationName="Shoppers")
        [line] = lines.requests()

    assert line.pop("ms") > 0
    assert len(line.pop("tenant")) == 8
    assert len(line.pop("requestId")) == 32
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "INFO",
        "logger": "gateway.requests",
        "message": "POST /graphql 200",
        "operation": "Shoppers",
        "type": "query",
        "status": 200,
        "calls": 1,
        "retries": 1,
        "codes": "-",
    }


async def test_the_line_and_the_answer_share_an_id(site: Site) -> None:
    with logged() as lines:
        answer = await site.post({"query": "{ hello }"}, X_Request_Id="order-17")

    assert answer.headers["x-request-id"] == "order-17"
    assert [line["requestId"] for line in lines.requests()] == ["order-17"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"query": "{ nothing }"}, 200, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{"}, 200, "GRAPHQL_PARSE_FAILED"),
        ({"query": 5}, 400, "BAD_REQUEST"),
        ({"query": "{ explode }"}, 200, "INTERNAL_SERVER_ERROR"),
        ({"query": "{ waits: search(by: {text: 5}) }"}, 200, "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_what_failed_is_in_the_line_by_its_code(site: Site, body: Any, status: int, code: str) -> None:
    with logged() as lines:
        answer = await site.post(body)

    assert answer.status == status
    assert [(line["status"], line["codes"]) for line in lines.requests()] == [(status, code)]


async def test_a_failure_nobody_expected_is_told_by_its_place_and_the_id_of_the_request(site: Site) -> None:
    with logged() as lines:
        answer = await site.post({"query": "{ explode }"}, X_Request_Id="order-18")
        [line] = [line for line in lines.json if line["level"] == "ERROR"]

    [error] = answer.json["errors"]
    assert error["message"] == "Something went wrong inside the gateway."
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": "order-18"}
    assert line["requestId"] == "order-18"
    assert "RuntimeError in" in line["message"]
    assert "explode (stage.py:" in line["message"]
    assert "secret-of-the-resolver" not in lines.text + answer.body.decode()
    assert not lines.scanner.found


async def test_what_fails_in_the_same_way_many_times_is_one_line(site: Site) -> None:
    query = "{ " + " ".join(f"e{number}: breaks" for number in range(20)) + " }"

    with logged() as lines:
        answer = await site.post({"query": query})

    assert len(answer.json["errors"]) == 20
    [line] = [line for line in lines.json if line["level"] == "ERROR"]
    assert line["message"].startswith("A resolver failed 20 times with RuntimeError in ")


async def test_an_answer_that_cannot_be_written_is_masked_and_logged_too(site: Site) -> None:
    with logged() as lines:
        answer = await site.post({"query": "{ unserializable }"})

    assert answer.status == 500
    assert answer.code == "INTERNAL_SERVER_ERROR"
    assert [line["status"] for line in lines.requests()] == [500]
    assert "server" not in answer.headers


async def test_each_operation_on_a_socket_is_a_line(site: Site) -> None:
    with logged() as lines:
        async with site.connect() as socket:
            await socket.send_json({"type": "connection_init"})
            await socket.receive_json()
            for id, query in (("1", "query A { hello }"), ("2", "subscription B { count(to: 2) { number } }")):
                await socket.send_json({"id": id, "type": "subscribe", "payload": {"query": query}})
                while (await socket.receive_json())["type"] != "complete":
                    pass
        await site.listening.close()

    kinds = [(line["message"], line["operation"], line["type"]) for line in lines.requests()]
    assert kinds == [
        ("query on a socket", "A", "query"),
        ("subscription on a socket", "B", "subscription"),
        ("GET /graphql 101", "-", "-"),
    ]


async def test_a_request_whose_client_left_is_logged_with_what_it_did(site: Site) -> None:
    with logged() as lines:
        asked = asyncio.create_task(site.post({"query": 'mutation { note(text: "x") }'}))
        await site.stage.entered.wait()
        [connection] = site.listening.runner.server.connections
        asked.cancel()
        await connection.gone()
        site.stage.gate.set()
        await site.listening.close()

    assert site.stage.notes == ["x"]
    [line] = lines.requests()
    assert line["clientLeft"] is True
    assert line["type"] == "mutation"


async def test_probes_are_not_logged(graph: Graph) -> None:
    with logged() as lines:
        for path in ("/livez", "/readyz", "/metrics"):
            async with graph.http.get(graph.gateway.url + path) as response:
                assert response.status == 200

    assert not lines.all


async def test_neither_documents_nor_variables_are_logged(site: Site) -> None:
    with logged() as lines:
        await site.post({"query": "query Q($n: String!) { hello(name: $n) }", "variables": {"n": "marker-of-a-value"}})
        await site.post({"query": '{ hello(name: "marker-of-a-value") }'})

    assert len(lines.requests()) == 2
    assert "marker-of-a-value" not in lines.text
    assert "hello" not in lines.text


async def test_names_that_clients_choose_cannot_break_a_line(serve: Serve) -> None:
    site = await serve()
    long = "N" * 300

    with logged(gateway_log_format="text") as lines:
        await site.post({"query": f"query {long} {{ hello }}"})
        await site.post({"query": "{ hello }", "operationName": "a\r\nERROR forged\x1b[31m"})
        await site.post({"query": "{ hello }"}, User_Agent="forged", X_Request_Id="forged id=1")
        await site.send("GET", "/%0aforged%1b[31m")

    assert len(lines.all) == 4
    assert "forged" not in lines.text
    assert "\x1b" not in lines.text
    assert "N" * 64 in lines.text
    assert "N" * 65 not in lines.text


def _line(message: str, *args: object, as_json: bool = False, secrets: tuple[str, ...] = (), error: Any = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("x", logging.INFO, __file__, 1, message, args, info)
    return Formatter(Redaction(secrets), as_json=as_json).format(record)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        EMAIL,
        PHONE,
        "+49 30 5550 1234",
        "(415) 555-0187",
        "415-555-0187",
        "Bearer abcdef",
        "sq0csp-ABCDEFGHIJ",
        "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl",
        "a-known-secret",
    ],
)
def test_what_looks_private_is_blanked_wherever_it_stands(secret: str, as_json: bool) -> None:
    line = _line("before %s after", secret, as_json=as_json, secrets=("a-known-secret",))

    assert secret not in line
    assert BLANK in line
    assert "before " in line


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("before", ["\n", "\t", "\x1b", '"', "\\", "access_"])
def test_an_escape_in_front_of_a_token_does_not_hide_it(before: str, as_json: bool) -> None:
    assert TOKEN[4:] not in _line("%s", before + TOKEN, as_json=as_json)


@pytest.mark.parametrize("token", [TOKEN, "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl"])
def test_no_half_of_a_token_is_left_at_the_end_of_a_long_line(token: str) -> None:
    lines = [_line("%s", "x" * (4096 - shown - 1) + " " + token * 3) for shown in range(len(token) * 2)]

    assert not any(token[:12] in line for line in lines)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("square_access_token", "planted-word-1"),
        ("gateway_api_keys", "planted-word-2,planted-word-3"),
        ("gateway_router_key", "planted-word-4"),
    ],
)
def test_the_secrets_of_the_settings_are_blanked(name: str, value: str) -> None:
    with logged(square_environment="sandbox", **{name: value}) as lines:
        for secret in value.split(","):
            logging.getLogger("gateway.x").warning("before %s after", secret)

    assert [line["message"] for line in lines.json] == [f"before {BLANK} after"] * len(value.split(","))


@pytest.mark.parametrize(
    "harmless", ["2026-11-22T06:04:31.681Z", "a13f9d61234567890123456789012345", "ms=1234567890.5", "10.0.0.1:8000"]
)
def test_what_is_not_private_is_left_alone(harmless: str) -> None:
    assert harmless in _line("%s", harmless)


@pytest.mark.parametrize("word", ["a", "a@", "+1 ", "1-", "eyJ", "bearer ", "a.", "("])
def test_no_text_takes_long_to_blank(word: str) -> None:
    redact, text = Redaction(["a-known-secret"]), word * (16_384 // len(word))

    with less_than(0.5):
        redact(text)


def test_an_exception_is_written_without_its_message() -> None:
    try:
        try:
            raise KeyError("private words")
        except KeyError as cause:
            raise ValueError("more private words") from cause
    except ValueError as error:
        line = _line("It failed", error=error)

    assert "ValueError in" in line
    assert "from KeyError in" in line
    assert "private words" not in line


def test_a_line_is_one_line() -> None:
    line = _line("a\nb\x1b[31m\u2028c\u202ed\x00")

    assert line.isprintable()
    assert json.loads(_line("a\nb\x1b", as_json=True))["message"] == "a\nb\x1b"
    assert "\n" not in _line("a\nb", as_json=True)


def test_what_cannot_be_encoded_is_logged_all_the_same() -> None:
    assert "\\ud800" in _line("\ud800")
    assert "ud800" in json.loads(_line("\ud800", as_json=True))["message"]


def test_the_level_is_a_setting() -> None:
    with logged(gateway_log_level="warning") as lines:
        logging.getLogger("gateway.x").info("quiet")
        logging.getLogger("gateway.x").warning("loud")

    assert [line["message"] for line in lines.json] == ["loud"]
    assert isinstance(lines.text, str)
    assert io.StringIO(lines.text).readline().startswith("{")
