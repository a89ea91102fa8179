"""The customer operations through Square's official client."""

from __future__ import annotations

import pytest
from square import AsyncSquare
from square.core.api_error import ApiError

from gateway.emulator.rules.groups import segments
from tests.emulator.conftest import Emulator


async def create(square: AsyncSquare, **data: object) -> str:
    created = await square.customers.create(**{"given_name": "Amelia", **data})
    assert created.customer is not None
    assert created.customer.id
    return created.customer.id


async def test_create_get_update_and_delete_a_customer(square: AsyncSquare) -> None:
    id = await create(square, family_name="Earhart", address={"address_line1": "500 Electric Ave", "country": "US"})

    got = (await square.customers.get(customer_id=id)).customer
    updated = (await square.customers.update(customer_id=id, note="flies", family_name=None, version=0)).customer
    deleted = await square.customers.delete(customer_id=id, version=1)
    with pytest.raises(ApiError) as gone:
        await square.customers.get(customer_id=id)

    assert got.family_name == "Earhart"
    assert got.address.address_line1 == "500 Electric Ave"
    assert (updated.note, updated.family_name, updated.version) == ("flies", None, 1)
    assert deleted.errors is None
    assert gone.value.status_code == 404


async def test_list_pages_through_all_customers(square: AsyncSquare) -> None:
    ids = {await create(square, reference_id=str(number)) for number in range(5)}

    listed = [customer.id async for customer in await square.customers.list(limit=2, sort_field="CREATED_AT")]

    assert len(listed) == 5
    assert set(listed) == ids


async def test_search_by_fuzzy_email(square: AsyncSquare) -> None:
    id = await create(square, email_address="amelia@example.com")
    await create(square, email_address="marie@example.com")

    found = await square.customers.search(
        query={"filter": {"email_address": {"fuzzy": "amelia"}}, "sort": {"field": "CREATED_AT", "order": "ASC"}},
        limit=10,
        count=True,
    )

    assert [customer.id for customer in found.customers] == [id]
    assert found.count == 1


async def test_an_empty_search_answers_no_list_at_all(square: AsyncSquare) -> None:
    found = await square.customers.search(query={"filter": {"reference_id": {"exact": "nobody"}}})

    assert found.customers is None


async def test_bulk_create_retrieve_update_and_delete(square: AsyncSquare) -> None:
    made = await square.customers.batch_create(
        customers={"key-1": {"given_name": "Amelia"}, "key-2": {"phone_number": "+1-212-444-4240"}, "key-3": {}}
    )
    ids = [made.responses[key].customer.id for key in ("key-1", "key-2")]
    got = await square.customers.bulk_retrieve_customers(customer_ids=[*ids, "NOBODY"])
    changed = await square.customers.bulk_update_customers(customers={ids[0]: {"note": "x", "version": 0}})
    gone = await square.customers.bulk_delete_customers(customer_ids=ids)

    assert made.responses["key-3"].errors
    assert [got.responses[id].customer.id for id in ids] == ids
    assert got.responses["NOBODY"].errors[0].code == "NOT_FOUND"
    assert changed.responses[ids[0]].customer.note == "x"
    assert all(gone.responses[id].errors is None for id in ids)


async def test_groups_and_their_members(square: AsyncSquare) -> None:
    id = await create(square)
    group = (await square.customers.groups.create(group={"name": "Loyal"}, idempotency_key="g-1")).group

    await square.customers.groups.add(customer_id=id, group_id=group.id)
    inside = (await square.customers.get(customer_id=id)).customer.group_ids
    await square.customers.groups.remove(customer_id=id, group_id=group.id)
    outside = (await square.customers.get(customer_id=id)).customer.group_ids

    assert inside == [group.id]
    assert outside is None


async def test_create_get_list_update_and_delete_a_group(square: AsyncSquare) -> None:
    made = (await square.customers.groups.create(group={"name": "Loyal"})).group
    got = (await square.customers.groups.get(group_id=made.id)).group
    renamed = (await square.customers.groups.update(group_id=made.id, group={"name": "Very loyal"})).group
    listed = [group.name async for group in await square.customers.groups.list()]
    await square.customers.groups.delete(group_id=made.id)
    left = [group.name async for group in await square.customers.groups.list()]

    assert got == made
    assert renamed.name == "Very loyal"
    assert listed == ["Very loyal"]
    assert left == []


async def test_an_empty_group_name_is_refused(square: AsyncSquare) -> None:
    with pytest.raises(ApiError) as refused:
        await square.customers.groups.create(group={"name": ""})

    assert refused.value.status_code == 400


async def test_list_and_get_segments(square: AsyncSquare, emulator: Emulator) -> None:
    segment = {
        "id": "ML.REACHABLE",
        "name": "Reachable",
        "created_at": "2020-01-09T19:33:24.469Z",
        "updated_at": "2020-01-09T19:33:24.486Z",
    }
    segments.insert(emulator.store.db, emulator.seller, [segment])

    listed = [each.id async for each in await square.customers.segments.list()]
    got = (await square.customers.segments.get(segment_id="ML.REACHABLE")).segment

    assert listed == ["ML.REACHABLE"]
    assert got.name == "Reachable"
