from __future__ import annotations

import pytest


def errors(body):
    return [(error["category"], error["code"], error.get("field")) for error in body["errors"]]


@pytest.mark.parametrize(
    "path",
    ["/v2", "/v2/", "/v2/payments", "/v2/customers/", "/v1/customers", "/v2/customers/A/B", "//", "/%7B%7D"],
)
async def test_an_unknown_path_is_not_found(emulator, path):
    response = await emulator.send("GET", path)

    assert response.status == 404
    assert response.content_type == "application/json"
    assert errors(await response.json()) == [("INVALID_REQUEST_ERROR", "NOT_FOUND", None)]


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PATCH", "/v2/customers", "GET, POST"),
        ("DELETE", "/v2/customers/search", "POST"),
        ("GET", "/v2/customers/bulk-create", "POST"),
        ("PUT", "/v2/customers/groups", "GET, POST"),
        ("OPTIONS", "/v2/customers/ABC", "DELETE, GET, PUT"),
        ("MKCOL", "/v2/loyalty/accounts/search", "POST"),
    ],
)
async def test_a_wrong_method_is_answered_with_the_right_ones(emulator, method, path, allow):
    response = await emulator.send(method, path)

    assert response.status == 405
    assert response.headers["Allow"] == allow
    assert errors(await response.json()) == [("INVALID_REQUEST_ERROR", "METHOD_NOT_ALLOWED", None)]


async def test_a_wrong_method_at_the_switches_is_answered_likewise(emulator):
    response = await emulator.send("PATCH", "/_emulator/faults")

    assert response.status == 405
    assert response.headers["Allow"] == "DELETE, GET, PUT"
    assert errors(await response.json()) == [("INVALID_REQUEST_ERROR", "METHOD_NOT_ALLOWED", None)]


@pytest.mark.parametrize(
    "segment", ["a%2Fb", "..%2F..%2Fgroups", "%2e%2e", "a%20b", "a%3Fb", "a%00b", "%F0%9F%98%80", "x" * 3000]
)
async def test_an_id_is_one_path_segment_whatever_it_holds(emulator, segment):
    response = await emulator.send("GET", f"/v2/customers/{segment}")

    assert response.status == 404
    assert list(emulator.calls) == ["RetrieveCustomer"]


@pytest.mark.parametrize("colon", [":", "%3A", "%3a"])
async def test_a_qualified_key_may_carry_its_colon_raw_or_encoded(emulator, colon):
    definition = {
        "key": "size",
        "name": "Size",
        "description": "Of shoes",
        "visibility": "VISIBILITY_READ_WRITE_VALUES",
        "schema": {
            "$ref": "https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common.String"
        },
    }
    await emulator.call(
        "POST", "/v2/customers/custom-attribute-definitions", {"custom_attribute_definition": definition}
    )

    response = await emulator.send(
        "GET",
        f"/v2/customers/custom-attribute-definitions/sq0idp-demo-app{colon}size",
        headers={"Authorization": "Bearer second-app-token"},
    )

    assert response.status == 200
    assert (await response.json())["custom_attribute_definition"]["key"] == "sq0idp-demo-app:size"
