from __future__ import annotations

import pytest

from tests.emulator.customer_requests import AMELIA, CUSTOMERS, create, error, retrieve, update


async def test_an_update_keeps_what_is_absent_removes_nulls_and_sets_values(emulator):
    customer = await create(emulator, **AMELIA)
    emulator.clock.advance(5)

    status, body = await update(emulator, customer, note=None, family_name="Putnam", birthday="07-24")

    assert status == 200
    changed = body["customer"]
    assert "note" not in changed
    assert changed["family_name"] == "Putnam"
    assert changed["birthday"] == "0000-07-24"
    assert changed["given_name"] == "Amelia"
    assert changed["version"] == 1
    assert changed["updated_at"] > changed["created_at"] == customer["created_at"]
    assert await retrieve(emulator, customer) == changed


async def test_an_empty_string_removes_a_field(emulator):
    customer = await create(emulator, **AMELIA)

    _, body = await update(emulator, customer, note="", phone_number="", email_address="", birthday="")

    assert not {"note", "phone_number", "email_address", "birthday"} & body["customer"].keys()


async def test_an_address_merges_field_by_field(emulator):
    customer = await create(emulator, **AMELIA)

    _, body = await update(emulator, customer, address={"locality": None, "postal_code": "10003", "first_name": "A"})
    assert body["customer"]["address"] == {
        "address_line_1": "500 Electric Ave",
        "country": "US",
        "postal_code": "10003",
    }

    _, body = await update(emulator, customer, address=None)
    assert "address" not in body["customer"]


async def test_a_nested_object_that_loses_its_last_field_is_gone(emulator):
    customer = await create(emulator, given_name="Ann", tax_ids={"eu_vat": "IE1"})

    _, body = await update(emulator, customer, tax_ids={"eu_vat": None})

    assert "tax_ids" not in body["customer"]


async def test_an_update_that_changes_nothing_does_not_raise_the_version(emulator):
    customer = await create(emulator, **AMELIA)
    emulator.clock.advance(5)

    status, body = await update(emulator, customer, note="a customer", nickname=None, address={"country": "US"})

    assert (status, body["customer"]) == (200, customer)


@pytest.mark.parametrize("data", [{}, {"version": 0}, {"version": None}, {"id": "X"}])
async def test_an_update_needs_a_field(emulator, data):
    customer = await create(emulator, **AMELIA)

    status, body = await update(emulator, customer, **data)

    assert error((status, body)) == (400, "BAD_REQUEST", None)
    assert body["errors"][0]["detail"] == "At least one field must be set to update a customer."


@pytest.mark.parametrize("version", [0, 2, -1])
async def test_an_update_with_another_version_than_the_current_one_is_refused(emulator, version):
    customer = await create(emulator, **AMELIA)
    await update(emulator, customer, note="changed")

    assert error(await update(emulator, customer, note="lost", version=version)) == (400, "VERSION_MISMATCH", "version")
    assert (await retrieve(emulator, customer))["note"] == "changed"


async def test_versions_count_updates(emulator):
    customer = await create(emulator, **AMELIA)

    for version in range(3):
        status, body = await update(emulator, customer, note=str(version), version=version)
        assert (status, body["customer"]["version"]) == (200, version + 1)


async def test_a_customer_may_lose_every_public_field_and_is_then_only_retrieved(emulator):
    customer = await create(emulator, given_name="Ann", reference_id="R")

    status, _ = await update(emulator, customer, given_name=None)

    assert status == 200
    assert (await retrieve(emulator, customer))["reference_id"] == "R"
    assert await emulator.call("GET", CUSTOMERS, count=True) == (200, {"count": 0})
    assert await emulator.call("POST", f"{CUSTOMERS}/search", json={}) == (200, {})
