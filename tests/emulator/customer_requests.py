"""Requests and answers that several tests of customers, groups and segments share."""

from __future__ import annotations

from typing import Any

CUSTOMERS = "/v2/customers"
GROUPS = "/v2/customers/groups"
AMELIA = {
    "given_name": "Amelia",
    "family_name": "Earhart",
    "email_address": "Amelia.Earhart@example.com",
    "phone_number": "+1-212-555-4240",
    "reference_id": "YOUR_REFERENCE_ID",
    "note": "a customer",
    "address": {"address_line_1": "500 Electric Ave", "locality": "New York", "country": "US"},
}


async def create(emulator: Any, **data: Any) -> dict[str, Any]:
    status, body = await emulator.call("POST", CUSTOMERS, json=data)
    assert status == 200, body
    customer: dict[str, Any] = body["customer"]
    return customer


async def retrieve(emulator: Any, customer: dict[str, Any]) -> dict[str, Any]:
    status, body = await emulator.call("GET", f"{CUSTOMERS}/{customer['id']}")
    assert status == 200, body
    found: dict[str, Any] = body["customer"]
    return found


async def update(emulator: Any, customer: dict[str, Any], **data: Any) -> tuple[int, Any]:
    answer: tuple[int, Any] = await emulator.call("PUT", f"{CUSTOMERS}/{customer['id']}", json=data)
    return answer


async def group(emulator: Any, name: str, *members: dict[str, Any]) -> str:
    status, body = await emulator.call("POST", GROUPS, json={"group": {"name": name}})
    assert status == 200, body
    group_id: str = body["group"]["id"]
    for member in members:
        status, body = await emulator.call("PUT", f"{CUSTOMERS}/{member['id']}/groups/{group_id}")
        assert (status, body) == (200, {})
    return group_id


async def search(emulator: Any, *, query: Any = None, **body: Any) -> dict[str, Any]:
    status, answer = await emulator.call("POST", f"{CUSTOMERS}/search", json={**body, "query": query or {}})
    assert status == 200, answer
    found: dict[str, Any] = answer
    return found


def names(answer: dict[str, Any]) -> list[str]:
    return [customer["given_name"] for customer in answer.get("customers", [])]


def error(answer: tuple[int, Any]) -> tuple[int, str, str | None]:
    """The status of an answer with the code and the field of its one error."""
    status, body = answer
    assert list(body) == ["errors"]
    (only,) = body["errors"]
    return status, only["code"], only.get("field")
