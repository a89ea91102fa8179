"""What a client of the graph sees of each way Square can fail: the documented code on one field, the others served."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from tests.square import fault_server as fault
from tests.square.conftest import TOKEN, Client
from tests.square.fault_server import Exchange, FaultServer, Reply, answer, refusal

QUERY = '{ group(id: "G1") { name } customer(id: "C1") { givenName } segments { nodes { name } } }'
RENAME = 'updateCustomerGroup(id: "G1", input: { name: "New" }) { group { name } userErrors { message } }'
WRITES = f'mutation {{ {RENAME} deleteCustomerGroup(id: "G2") {{ userErrors {{ message }} }} }}'
ENGINE = Engine(build_schema(), REGISTRY)

READS: dict[str, tuple[Reply, str]] = {
    "closed": (fault.close, "UPSTREAM_UNAVAILABLE"),
    "reset before": (fault.reset(processed=False), "UPSTREAM_UNAVAILABLE"),
    "reset after": (fault.reset(processed=True), "UPSTREAM_UNAVAILABLE"),
    "reset in the body": (fault.reset_in_body, "UPSTREAM_BAD_RESPONSE"),
    "silence": (fault.stall, "UPSTREAM_TIMEOUT"),
    "silence in the body": (fault.stall_in_body, "UPSTREAM_TIMEOUT"),
    "one byte at a time": (fault.drip, "UPSTREAM_TIMEOUT"),
    "truncated": (fault.TRUNCATED, "UPSTREAM_BAD_RESPONSE"),
    "a bad chunk": (fault.BAD_CHUNK, "UPSTREAM_BAD_RESPONSE"),
    "cut chunks": (fault.CUT_CHUNKS, "UPSTREAM_BAD_RESPONSE"),
    "a short length": (fault.TOO_SHORT_LENGTH, "UPSTREAM_BAD_RESPONSE"),
    "a huge header": (fault.HUGE_HEADER, "UPSTREAM_BAD_RESPONSE"),
    "a bad status line": (fault.BAD_STATUS_LINE, "UPSTREAM_BAD_RESPONSE"),
    "not HTTP": (fault.NOT_HTTP, "UPSTREAM_BAD_RESPONSE"),
    "HTML": (fault.HTML, "UPSTREAM_BAD_RESPONSE"),
    "nothing": (fault.EMPTY, "UPSTREAM_BAD_RESPONSE"),
    "no content": (fault.NO_CONTENT, "UPSTREAM_BAD_RESPONSE"),
    "no UTF-8": (fault.BAD_UTF8, "UPSTREAM_BAD_RESPONSE"),
    "cut JSON": (fault.CUT_JSON, "UPSTREAM_BAD_RESPONSE"),
    "a list": (fault.NOT_AN_OBJECT, "UPSTREAM_BAD_RESPONSE"),
    "broken gzip": (fault.BAD_GZIP, "UPSTREAM_BAD_RESPONSE"),
    "a gzip bomb": (fault.gzip_bomb(20), "UPSTREAM_BAD_RESPONSE"),
    "elsewhere": (answer(b"", 302, Location="http://127.0.0.1:9/"), "UPSTREAM_BAD_RESPONSE"),
    "500": (refusal(500), "UPSTREAM_UNAVAILABLE"),
    "502": (refusal(502), "UPSTREAM_UNAVAILABLE"),
    "503": (refusal(503), "UPSTREAM_UNAVAILABLE"),
    "504": (refusal(504), "UPSTREAM_UNAVAILABLE"),
    "an error page": (answer(b"<html>", 503, Content_Type="text/html"), "UPSTREAM_UNAVAILABLE"),
    "429": (refusal(429, "RATE_LIMITED", "RATE_LIMIT_ERROR"), "RATE_LIMITED"),
    "429 for an hour": (refusal(429, "RATE_LIMITED", "RATE_LIMIT_ERROR", Retry_After=3600), "RATE_LIMITED"),
    "401": (refusal(401, "UNAUTHORIZED", "AUTHENTICATION_ERROR"), "UNAUTHENTICATED"),
    "403": (refusal(403, "INSUFFICIENT_SCOPES", "AUTHENTICATION_ERROR"), "FORBIDDEN"),
    "400": (refusal(400, "BAD_REQUEST", "INVALID_REQUEST_ERROR"), "BAD_USER_INPUT"),
    "400 with a new code": (refusal(400, "INVENTED_TOMORROW", "INVALID_REQUEST_ERROR"), "BAD_USER_INPUT"),
    "400 of Square's own": (refusal(400, "BAD_REQUEST", "API_ERROR"), "UPSTREAM_ERROR"),
    "400 of a new category": (refusal(400, "BAD_REQUEST", "INVENTED_TOMORROW"), "UPSTREAM_ERROR"),
    "200 with a new error": (refusal(200, "INVENTED_TOMORROW", "INVENTED_TOMORROW"), "UPSTREAM_ERROR"),
    "200 with errors of a wrong form": (answer({"errors": "no"}), "UPSTREAM_ERROR"),
}
# To a write without a key these mean that it may have been carried out.
UNKNOWN = {"UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT", "UPSTREAM_BAD_RESPONSE"}


def only_for(path: str, method: str, reply: Reply) -> Reply:
    """This reply to requests of one method for one path, and what is right to all others."""
    others = {
        "/v2/customers/bulk-retrieve": {"responses": {"C1": {"customer": {"id": "C1", "given_name": "Ada"}}}},
        "/v2/customers/segments": {"segments": [{"id": "S1", "name": "Loyal"}]},
    }

    async def choose(exchange: Exchange) -> None:
        target = exchange.request.target.partition("?")[0]
        chosen = reply if (target, exchange.request.method) == (path, method) else answer(others.get(target, {}))
        await chosen(exchange)

    return choose


async def run(client: Client, query: str) -> dict[str, Any]:
    return await ENGINE.run(query, Context(client.operation(), REGISTRY))


@pytest.mark.parametrize("name", READS)
async def test_a_failing_read_costs_its_field_and_says_its_code(client: Client, faults: FaultServer, name: str) -> None:
    reply, code = READS[name]
    faults.otherwise = only_for("/v2/customers/groups/G1", "GET", reply)

    found = await run(client, QUERY)

    assert found["data"] == {
        "group": None,
        "customer": {"givenName": "Ada"},
        "segments": {"nodes": [{"name": "Loyal"}]},
    }
    (error,) = found["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["group"], code)
    assert error["extensions"]["operation"] == "RetrieveCustomerGroup"
    assert TOKEN not in str(found)
    assert faults.url not in str(found)


@pytest.mark.parametrize("name", [name for name, (_, code) in READS.items() if code in UNKNOWN])
async def test_a_write_that_may_have_happened_is_sent_once_and_the_next_write_runs(
    client: Client, faults: FaultServer, name: str
) -> None:
    reply, _ = READS[name]
    faults.otherwise = only_for("/v2/customers/groups/G1", "PUT", reply)

    found = await run(client, WRITES)

    (error,) = found["errors"]
    assert error["path"] == ["updateCustomerGroup"]
    assert (error["extensions"]["code"], error["extensions"]["retryable"]) == ("UPSTREAM_AMBIGUOUS", False)
    # Between the two, the group is read to see whether it was renamed.
    assert [request.method for request in faults.requests if request.method != "GET"] == ["PUT", "DELETE"]


async def test_an_error_nobody_knows_is_shown_by_squares_own_code(client: Client, faults: FaultServer) -> None:
    faults.otherwise = only_for("/v2/customers/groups/G1", "PUT", refusal(400, "NEW_CODE", "NEW_CATEGORY"))

    (error,) = (await run(client, f"mutation {{ {RENAME} }}"))["errors"]

    assert error["message"] == "Square answered with an error that this gateway does not know."
    assert error["extensions"] == {
        "code": "UPSTREAM_ERROR",
        "operation": "UpdateCustomerGroup",
        "squareErrors": [{"category": "NEW_CATEGORY", "code": "NEW_CODE"}],
    }


@pytest.mark.parametrize("category", ["API_ERROR", "NEW_CATEGORY"])
async def test_a_write_without_key_that_ends_in_an_unknown_error_in_a_200_is_in_doubt(
    client: Client, faults: FaultServer, category: str
) -> None:
    faults.otherwise = only_for("/v2/customers/groups/G1", "PUT", refusal(200, "NEW_CODE", category))

    (error,) = (await run(client, f"mutation {{ {RENAME} }}"))["errors"]

    assert (error["extensions"]["code"], error["extensions"]["retryable"]) == ("UPSTREAM_AMBIGUOUS", False)
    assert error["extensions"]["squareErrors"] == [{"category": category, "code": "NEW_CODE"}]
    assert [request.method for request in faults.requests].count("PUT") == 1


async def test_a_keyed_write_that_ends_in_an_unknown_error_in_a_200_may_be_sent_again(
    client: Client, faults: FaultServer
) -> None:
    faults.otherwise = refusal(200, "NEW_CODE", "API_ERROR")
    create = 'createCustomerGroup(input: { name: "New" }, idempotencyKey: "k") { group { name } }'

    (error,) = (await run(client, f"mutation {{ {create} }}"))["errors"]

    shown = error["extensions"]
    assert (shown["code"], shown["retryable"], shown["idempotencyKey"]) == ("UPSTREAM_ERROR", True, "k")
    assert len(faults.requests) == 1


async def test_what_square_does_not_have_is_null_without_an_error(client: Client, faults: FaultServer) -> None:
    faults.otherwise = only_for("/v2/customers/groups/G1", "GET", refusal(404, "NOT_FOUND", "INVALID_REQUEST_ERROR"))

    found = await run(client, QUERY)

    assert "errors" not in found
    assert found["data"]["group"] is None


async def test_a_square_that_is_not_there_costs_every_field_and_nothing_else(client: Client) -> None:
    client.faults.url = "http://127.0.0.1:1"

    found = await run(client.with_budget(), QUERY)

    assert set(found["data"].values()) == {None}
    assert {error["extensions"]["code"] for error in found["errors"]} == {"UPSTREAM_UNAVAILABLE"}


async def test_a_write_that_was_done_is_told_even_when_a_later_one_fails(client: Client, faults: FaultServer) -> None:
    faults.otherwise = only_for("/v2/customers/groups/G1", "PUT", refusal(503))

    found = await run(client, f'mutation {{ deleteCustomerGroup(id: "G2") {{ deletedId }} {RENAME} }}')

    assert found["data"] == {"deleteCustomerGroup": {"deletedId": "G2"}, "updateCustomerGroup": None}
