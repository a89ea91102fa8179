"""The versions of Square's API: which one an answer names, and which are refused."""

from __future__ import annotations

import pytest

from tests.emulator.http.test_requests import HEADERS, errors

STATUS = "/oauth2/token/status"


@pytest.mark.parametrize(
    "version",
    [
        *("2018-07-12", "2022-05-12", "2024-01-18"),
        *("2025-08-20", "2025-09-24", "2025-10-16", "2026-01-22", "2026-04-21", "2026-05-20", "2026-07-15"),
        *("2026-08-19", "2026-09-16"),
    ],
)
async def test_an_answer_names_the_version_that_was_asked_for(emulator, version):
    for method, path in (("GET", "/v2/customers"), ("POST", "/v2/loyalty/accounts/search"), ("POST", STATUS)):
        response = await emulator.send(method, path, headers={**HEADERS, "Square-Version": version})

        assert (response.status, response.headers["Square-Version"]) == (200, version)


async def test_a_request_without_a_version_is_answered_with_the_newest(emulator):
    for method, path in (("GET", "/v2/customers"), ("POST", STATUS)):
        response = await emulator.send(method, path)

        assert (response.status, response.headers["Square-Version"]) == (200, "2026-09-16")


async def test_a_refusal_names_its_version_as_well(emulator):
    asked = {**HEADERS, "Square-Version": "2024-01-18"}
    for method, path in (
        ("GET", "/v2/customers/NOBODY"),
        ("POST", "/v2/customers"),
        ("POST", "/v2/webhooks/subscriptions/NONE/test"),
    ):
        response = await emulator.send(method, path, headers=asked)

        assert (response.status in {400, 404}, response.headers["Square-Version"]) == (True, "2024-01-18")


@pytest.mark.parametrize("version", ["2025-08-21", "2026-09-17", "2018-07-11", "1999-01-01", "2030-01-01"])
async def test_a_version_that_does_not_exist_is_refused(emulator, version):
    for method, path in (("GET", "/v2/customers"), ("POST", "/v2/loyalty/accounts/search"), ("POST", STATUS)):
        response = await emulator.send(method, path, headers={**HEADERS, "Square-Version": version})

        assert response.status == 400
        assert errors(await response.json()) == [("INVALID_REQUEST_ERROR", "API_VERSION_INCOMPATIBLE", None)]
        assert "Square-Version" not in response.headers


@pytest.mark.parametrize("version", ["", "latest", "2025-13-01", "20250820", "2025-8-20", "2025-W01-1"])
async def test_anything_else_is_no_square_version(emulator, version):
    response = await emulator.send("GET", "/v2/customers", headers={**HEADERS, "Square-Version": version})

    assert response.status == 400
    assert errors(await response.json()) == [("INVALID_REQUEST_ERROR", "INVALID_SQUARE_VERSION_FORMAT", None)]


@pytest.mark.parametrize(
    ("path", "version", "status"),
    [
        ("/v2/customers/custom-attribute-definitions", "2022-04-20", 400),
        ("/v2/customers/custom-attribute-definitions", "2022-05-12", 200),
        ("/v2/customers/A/custom-attributes", "2021-01-21", 400),
        ("/v2/customers/groups", "2021-01-21", 200),
    ],
)
async def test_custom_attributes_need_the_version_they_came_with(emulator, path, version, status):
    response = await emulator.send("GET", path, headers={**HEADERS, "Square-Version": version})

    assert response.status == status
    if status == 400:
        assert errors(await response.json()) == [("INVALID_REQUEST_ERROR", "API_VERSION_INCOMPATIBLE", None)]
