from __future__ import annotations

import re

import pytest

from tests.emulator.customer_requests import CUSTOMERS, GROUPS, create, error, group, retrieve


async def test_a_group_is_retrieved_as_created(emulator):
    status, body = await emulator.call("POST", GROUPS, json={"group": {"name": "Loyal Customers ♥"}})

    created = body["group"]
    assert status == 200
    assert list(created) == ["id", "name", "created_at", "updated_at"]
    assert created["name"] == "Loyal Customers ♥"
    assert re.fullmatch("[0-9A-Z]{26}", created["id"])
    assert created["created_at"] == created["updated_at"]
    assert await emulator.call("GET", f"{GROUPS}/{created['id']}") == (200, {"group": created})


async def test_a_group_can_be_renamed(emulator):
    group_id = await group(emulator, "Old")
    emulator.clock.advance(1)

    status, body = await emulator.call("PUT", f"{GROUPS}/{group_id}", json={"group": {"name": "New", "id": "X"}})

    renamed = body["group"]
    assert (status, renamed["name"], renamed["id"]) == (200, "New", group_id)
    assert renamed["updated_at"] > renamed["created_at"]
    assert await emulator.call("GET", f"{GROUPS}/{group_id}") == (200, {"group": renamed})
    assert (await emulator.call("PUT", f"{GROUPS}/{group_id}", json={"group": {"name": "New"}}))[0] == 200


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "MISSING_REQUIRED_PARAMETER", "group"),
        ({"group": {}}, "MISSING_REQUIRED_PARAMETER", "group.name"),
        ({"group": {"name": None}}, "MISSING_REQUIRED_PARAMETER", "group.name"),
        ({"group": {"name": ""}}, "VALUE_EMPTY", "group.name"),
        ({"group": {"name": " \t"}}, "VALUE_EMPTY", "group.name"),
        ({"group": {"name": 7}}, "EXPECTED_STRING", "group.name"),
        ({"group": {"name": "Taken"}}, "BAD_REQUEST", "group.name"),
        ({"group": {"name": "x", "colour": "red"}}, "UNKNOWN_BODY_PARAMETER", "group.colour"),
    ],
)
async def test_a_wrong_name_is_refused(emulator, body, code, field):
    await group(emulator, "Taken")
    other = await group(emulator, "Other")

    assert error(await emulator.call("POST", GROUPS, json=body)) == (400, code, field)
    assert error(await emulator.call("PUT", f"{GROUPS}/{other}", json=body)) == (400, code, field)


async def test_another_seller_may_use_the_same_name(emulator):
    group_id = await group(emulator, "Friends")
    other = "second-seller-token"

    status, _ = await emulator.call("POST", GROUPS, json={"group": {"name": "Friends"}}, token=other)

    assert status == 200
    assert error(await emulator.call("GET", f"{GROUPS}/{group_id}", token=other)) == (404, "NOT_FOUND", None)


@pytest.mark.parametrize("name", ["Friends", "Foes", ""])
async def test_a_used_idempotency_key_answers_the_first_group_whatever_is_asked(emulator, name):
    first = await emulator.call("POST", GROUPS, json={"idempotency_key": "key", "group": {"name": "Friends"}})

    again = await emulator.call("POST", GROUPS, json={"idempotency_key": "key", "group": {"name": name}})

    assert again == first
    assert (await emulator.call("GET", GROUPS))[1]["groups"] == [first[1]["group"]]


async def test_groups_are_listed_in_the_order_of_their_creation(emulator):
    assert await emulator.call("GET", GROUPS) == (200, {})
    ids = []
    for number in range(53):
        ids.append(await group(emulator, str(number)))
        emulator.clock.advance(0.001)

    _, first = await emulator.call("GET", GROUPS)
    _, second = await emulator.call("GET", GROUPS, cursor=first["cursor"])
    assert [each["id"] for each in first["groups"]] == ids[:50]
    assert [each["id"] for each in second["groups"]] == ids[50:]
    assert list(second) == ["groups"]
    _, third = await emulator.call("GET", GROUPS, cursor=first["cursor"], limit=3)
    assert third == second


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"limit": 0}, "VALUE_TOO_LOW"),
        ({"limit": 51}, "VALUE_TOO_HIGH"),
        ({"cursor": "nonsense"}, "INVALID_CURSOR"),
        ({"count": True}, "UNKNOWN_QUERY_PARAMETER"),
    ],
)
async def test_a_wrong_list_is_refused(emulator, params, code):
    assert error(await emulator.call("GET", GROUPS, **params)) == (400, code, next(iter(params)))


async def test_members_name_their_groups(emulator):
    ann = await create(emulator, given_name="Ann")
    emulator.clock.advance(1)
    one, two = await group(emulator, "1", ann), await group(emulator, "2", ann)

    member = await retrieve(emulator, ann)

    assert member["group_ids"] == sorted([one, two])
    assert member["version"] == 2
    assert member["updated_at"] > ann["updated_at"]
    _, body = await emulator.call("PUT", f"{CUSTOMERS}/{ann['id']}", json={"note": "x"})
    assert body["customer"]["group_ids"] == member["group_ids"]


async def test_adding_and_removing_a_member_twice_is_the_same_as_once(emulator):
    ann = await create(emulator, given_name="Ann")
    path = f"{CUSTOMERS}/{ann['id']}/groups/{await group(emulator, '1')}"

    for _ in range(2):
        assert await emulator.call("PUT", path) == (200, {})
        assert (await retrieve(emulator, ann))["version"] == 1
    for _ in range(2):
        assert await emulator.call("DELETE", path) == (200, {})
        member = await retrieve(emulator, ann)
        assert member["version"] == 2
        assert "group_ids" not in member


async def test_membership_needs_a_customer_and_a_group(emulator):
    ann, group_id = await create(emulator, given_name="Ann"), await group(emulator, "1")

    for method in ("PUT", "DELETE"):
        _, body = await emulator.call(method, f"{CUSTOMERS}/NOBODY/groups/{group_id}")
        assert error((404, body)) == (404, "NOT_FOUND", None)
        assert "NOBODY" in body["errors"][0]["detail"]
        status, body = await emulator.call(method, f"{CUSTOMERS}/{ann['id']}/groups/NOTHING")
        assert error((status, body)) == (404, "NOT_FOUND", None)
        assert "NOTHING" in body["errors"][0]["detail"]


async def test_a_deleted_group_leaves_its_members(emulator):
    ann, bob = await create(emulator, given_name="Ann"), await create(emulator, given_name="Bob")
    one, two = await group(emulator, "1", ann), await group(emulator, "2", ann, bob)
    path = f"{GROUPS}/{one}"

    assert await emulator.call("DELETE", path) == (200, {})

    assert (await retrieve(emulator, ann))["group_ids"] == [two]
    assert (await retrieve(emulator, ann))["version"] == 3
    assert (await retrieve(emulator, bob))["version"] == 1
    for method in ("GET", "DELETE"):
        assert error(await emulator.call(method, path)) == (404, "NOT_FOUND", None)
    assert error(await emulator.call("PUT", path, json={"group": {"name": "x"}})) == (404, "NOT_FOUND", None)
    assert await group(emulator, "1") != one


async def test_a_reading_token_cannot_write_groups(emulator):
    group_id = await group(emulator, "1")
    path, token = f"{GROUPS}/{group_id}", "read-only-token"

    assert (await emulator.call("GET", path, token=token))[0] == 200
    assert error(await emulator.call("DELETE", path, token=token))[:2] == (403, "INSUFFICIENT_SCOPES")
    assert error(await emulator.call("PUT", f"{CUSTOMERS}/X/groups/{group_id}", token=token))[0] == 403
