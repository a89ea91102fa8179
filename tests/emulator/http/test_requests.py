from __future__ import annotations

import json
import logging
import re

import pytest

from gateway.emulator.operations import ROUTES

HEADERS = {"Authorization": "Bearer test-token", "Content-Type": "application/json"}


def errors(body):
    return [(error["category"], error["code"], error.get("field")) for error in body["errors"]]


async def post(emulator, raw, path="/v2/customers", headers=()):
    response = await emulator.send("POST", path, data=raw, headers={**HEADERS, **dict(headers)})
    assert response.content_type == "application/json"
    return response.status, await response.json()


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"hello",
        b'{"given_name": "Ann",}',
        b"{'given_name': 'Ann'}",
        b'{"given_name": "\xff"}',
        b'\xef\xbb\xbf{"given_name": "Ann"}',
        '{"given_name": "Ann"}'.encode("utf-16"),
        b'{"given_name": NaN}',
        b'{"version": Infinity}',
        b'{"version": 1e999}',
        b'{"version": ' + b"9" * 5000 + b"}",
        b'{"version": ' + b"9" * 30 + b"}",
        b'{"given_name": "Ann", "given_name": "Bob"}',
        b'{"address": {"country": "US", "country": "GB"}}',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 70 + b"1" + b"}" * 70,
    ],
    ids=lambda raw: f"{len(raw)} bytes {raw[:12]!r}",
)
async def test_a_body_that_is_not_strict_json_is_refused(emulator, raw):
    status, body = await post(emulator, raw)

    assert status == 400
    assert errors(body) == [("INVALID_REQUEST_ERROR", "EXPECTED_JSON_BODY", None)]


@pytest.mark.parametrize("text", [r"\ud800", r"\udc00x", r"a\u0000b"])
@pytest.mark.parametrize("template", ['{"given_name": "%s"}', '{"%s": 1}', '{"address": {"locality": ["%s"]}}'])
async def test_text_that_cannot_be_kept_faithfully_is_refused(emulator, text, template):
    status, body = await post(emulator, (template % text).encode())

    assert status == 400
    assert errors(body) == [("INVALID_REQUEST_ERROR", "INVALID_VALUE", None)]


@pytest.mark.parametrize("text", ["\U0001f600", "\u202eabc", "e\u0301", "tab\tnew\nline", "\\ud800"])
async def test_unusual_text_comes_back_as_it_was_sent(emulator, text):
    _, created = await emulator.call("POST", "/v2/customers", {"given_name": "Ann", "note": text})
    _, found = await emulator.call("GET", f"/v2/customers/{created['customer']['id']}")

    assert found["customer"]["note"] == text


@pytest.mark.parametrize("raw", [b"null", b"5", b'"hi"', b"[]", b"true"])
async def test_a_body_that_is_no_object_is_refused(emulator, raw):
    status, body = await post(emulator, raw)

    assert status == 400
    assert errors(body) == [("INVALID_REQUEST_ERROR", "EXPECTED_OBJECT", "")]


PHONE_FILTER = {"query": {"filter": {"phone_number": {"exakt": "1"}}}}
UNKNOWN = {
    "CreateCustomer": [({"given_name": "Ann", "shoe_size": 38}, "shoe_size"), ({"address": {"x": 1}}, "address.x")],
    "SearchCustomers": [({"x": 1}, "x"), (PHONE_FILTER, "query.filter.phone_number.exakt")],
    "CreateCustomerGroup": [({"group": {"name": "a"}, "x": 1}, "x"), ({"group": {"name": "a", "x": 1}}, "group.x")],
    "UpdateCustomerGroup": [({"group": {"name": "a"}, "x": 1}, "x"), ({"group": {"name": "a", "x": 1}}, "group.x")],
}


@pytest.mark.parametrize(
    ("operation", "body", "field"), [(name, *each) for name, several in UNKNOWN.items() for each in several]
)
async def test_four_operations_refuse_fields_that_they_do_not_know(emulator, operation, body, field):
    route = next(each for each in ROUTES if each.operation == operation)

    status, answer = await emulator.call(route.method, route.path.format(group_id="G"), body)

    assert status == 400
    assert errors(answer) == [("INVALID_REQUEST_ERROR", "UNKNOWN_BODY_PARAMETER", field)]


@pytest.mark.parametrize("route", [each for each in ROUTES if each.operation not in UNKNOWN], ids=lambda r: r.operation)
async def test_all_others_pass_over_fields_that_they_do_not_know(emulator, route):
    path = re.sub(r"{\w+}", "X", route.path)

    without = await emulator.call(route.method, path, {})
    with_them = await emulator.call(route.method, path, {"shoe_size": 38, "sizes": [{"left": None}]})

    assert with_them == without


async def test_a_field_of_the_wrong_type_is_named(emulator):
    status, body = await emulator.call("POST", "/v2/customers", {"given_name": 5})

    assert status == 400
    assert errors(body) == [("INVALID_REQUEST_ERROR", "EXPECTED_STRING", "given_name")]


async def test_a_missing_field_is_named(emulator):
    status, body = await emulator.call("POST", "/v2/customers/groups", {})

    assert status == 400
    assert errors(body) == [("INVALID_REQUEST_ERROR", "MISSING_REQUIRED_PARAMETER", "group")]


async def test_no_body_is_an_empty_object_where_nothing_is_required(emulator):
    assert await post(emulator, b"", "/v2/customers/search") == (200, {})
    assert await post(emulator, b" \n", "/v2/customers/search") == (200, {})


async def test_no_body_is_refused_where_something_is_required(emulator):
    status, body = await post(emulator, b"", "/v2/customers/groups")

    assert status == 400
    assert errors(body) == [("INVALID_REQUEST_ERROR", "EXPECTED_JSON_BODY", None)]


@pytest.mark.parametrize("raw", [None, b"", b"{}"])
async def test_an_operation_without_a_body_takes_none_or_an_empty_one(emulator, raw):
    _, customer = await emulator.call("POST", "/v2/customers", {"given_name": "Ann"})
    _, group = await emulator.call("POST", "/v2/customers/groups", {"group": {"name": "Regulars"}})
    path = f"/v2/customers/{customer['customer']['id']}/groups/{group['group']['id']}"

    response = await emulator.send("PUT", path, data=raw, headers={"Authorization": "Bearer test-token"})

    assert (response.status, await response.json()) == (200, {})


async def test_the_body_of_a_get_is_not_looked_at(emulator):
    response = await emulator.send("GET", "/v2/customers", data=b"{")

    assert response.status == 200


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("limit=0", "VALUE_TOO_LOW", "limit"),
        ("limit=-1", "VALUE_TOO_LOW", "limit"),
        ("limit=101", "VALUE_TOO_HIGH", "limit"),
        ("limit=9223372036854775807", "VALUE_TOO_HIGH", "limit"),
        ("limit=9223372036854775808", "EXPECTED_INTEGER", "limit"),
        ("limit=99999999999999999999999", "EXPECTED_INTEGER", "limit"),
        ("limit=1.5", "EXPECTED_INTEGER", "limit"),
        ("limit=ten", "EXPECTED_INTEGER", "limit"),
        ("limit=", "EXPECTED_INTEGER", "limit"),
        ("limit=%D9%A1", "EXPECTED_INTEGER", "limit"),
        ("count=yes", "EXPECTED_BOOLEAN", "count"),
        ("count=True", "EXPECTED_BOOLEAN", "count"),
        ("count=1", "EXPECTED_BOOLEAN", "count"),
        ("sort_field=SHOE_SIZE", "INVALID_ENUM_VALUE", "sort_field"),
        ("colour=blue", "UNKNOWN_QUERY_PARAMETER", "colour"),
        ("colour", "UNKNOWN_QUERY_PARAMETER", "colour"),
        ("limit=5&limit=6", "BAD_REQUEST", "limit"),
        ("cursor=%FF", "BAD_REQUEST", None),
        ("cursor=a%00b", "INVALID_VALUE", None),
        ("cursor=nonsense", "INVALID_CURSOR", "cursor"),
    ],
)
async def test_a_wrong_query_parameter_is_named(emulator, query, code, field):
    response = await emulator.send("GET", f"/v2/customers?{query}")

    assert response.status == 400
    assert errors(await response.json()) == [("INVALID_REQUEST_ERROR", code, field)]


@pytest.mark.parametrize(
    "query", ["", "limit=1", "limit=100", "count=false", "count=true", "cursor=", "sort_order=ASC"]
)
async def test_a_right_query_parameter_is_taken(emulator, query):
    response = await emulator.send("GET", f"/v2/customers?{query}")

    assert response.status == 200


async def test_an_operation_without_query_parameters_takes_none(emulator):
    response = await emulator.send("GET", "/v2/customers/groups/ABC?limit=5")

    assert response.status == 400
    assert errors(await response.json()) == [("INVALID_REQUEST_ERROR", "UNKNOWN_QUERY_PARAMETER", "limit")]


async def test_a_body_of_almost_a_mebibyte_is_read(emulator):
    status, body = await post(emulator, json.dumps({"note": "x" * 1_000_000}).encode())

    assert status == 400
    assert errors(body)[0][1] != "REQUEST_ENTITY_TOO_LARGE"


async def test_a_body_of_more_than_a_mebibyte_is_too_large(emulator):
    status, body = await post(emulator, json.dumps({"note": "x" * 1_100_000}).encode())

    assert status == 413
    assert errors(body) == [("INVALID_REQUEST_ERROR", "REQUEST_ENTITY_TOO_LARGE", None)]


async def test_a_body_that_is_not_the_gzip_it_claims_to_be_is_refused(emulator):
    status, body = await post(emulator, b"not gzip", headers={"Content-Encoding": "gzip"})

    assert status == 400
    assert errors(body) == [("INVALID_REQUEST_ERROR", "BAD_REQUEST", None)]


async def test_a_failure_of_the_emulator_is_an_envelope_and_a_log_line_without_data(emulator, caplog):
    emulator.store.db.execute("DROP TABLE tokens")

    with caplog.at_level(logging.ERROR):
        response = await emulator.send("GET", "/v2/customers/secret-id")

    assert response.status == 500
    assert errors(await response.json()) == [("API_ERROR", "INTERNAL_SERVER_ERROR", None)]
    assert "OperationalError" in caplog.text
    assert "secret-id" not in caplog.text
    assert "test-token" not in caplog.text
