from __future__ import annotations

import pytest

from tests.emulator.customer_requests import AMELIA, CUSTOMERS, create, error, retrieve


async def bulk(emulator, operation, **body):
    status, answer = await emulator.call("POST", f"{CUSTOMERS}/bulk-{operation}", json=body)
    assert status == 200, answer
    return answer["responses"]


async def test_each_item_of_a_bulk_create_succeeds_or_fails_alone(emulator):
    responses = await bulk(
        emulator,
        "create",
        customers={
            "z": {"given_name": "Ann"},
            "m": {"note": "nobody"},
            "a": {"given_name": "Bob", "phone_number": "1"},
            "q": {"given_name": "Cid", "note": None},
            "n": 7,
        },
    )

    assert list(responses) == ["z", "m", "a", "q", "n"]
    assert responses["z"]["customer"]["given_name"] == "Ann"
    assert responses["q"]["customer"]["version"] == 0
    assert error((200, responses["m"])) == (200, "BAD_REQUEST", None)
    assert error((200, responses["a"])) == (200, "INVALID_PHONE_NUMBER", "phone_number")
    assert error((200, responses["n"])) == (200, "EXPECTED_OBJECT", "customers.n")
    status, body = await emulator.call("GET", CUSTOMERS, count=True)
    assert (status, body["count"]) == (200, 2)


async def test_each_key_of_a_bulk_create_is_an_idempotency_key(emulator):
    first = await bulk(emulator, "create", customers={"a": {"given_name": "Ann"}, "b": {"note": "nobody"}})
    again = await bulk(
        emulator,
        "create",
        customers={"a": {"given_name": "Ann"}, "b": {"given_name": "Bob"}, "c": {"given_name": "Cid"}},
    )
    other = await bulk(emulator, "create", customers={"a": {"given_name": "Eve"}})

    assert again["a"] == first["a"]
    assert again["b"]["customer"]["given_name"] == "Bob"
    assert again["c"]["customer"]["given_name"] == "Cid"
    assert error((200, other["a"])) == (200, "IDEMPOTENCY_KEY_REUSED", "idempotency_key")


async def test_the_keys_of_single_and_bulk_creation_are_apart(emulator):
    customer = await create(emulator, idempotency_key="a", given_name="Ann")
    responses = await bulk(emulator, "create", customers={"a": {"given_name": "Bob"}})

    assert responses["a"]["customer"]["id"] != customer["id"]


async def test_a_bulk_retrieve_answers_by_id(emulator):
    ann, bob = await create(emulator, given_name="Ann"), await create(emulator, given_name="Bob")

    responses = await bulk(emulator, "retrieve", customer_ids=[bob["id"], "NOBODY", ann["id"], bob["id"]])

    assert list(responses) == [bob["id"], "NOBODY", ann["id"]]
    assert responses[ann["id"]] == {"customer": ann}
    assert responses[bob["id"]] == {"customer": bob}
    assert responses["NOBODY"]["errors"] == [
        {
            "category": "INVALID_REQUEST_ERROR",
            "code": "NOT_FOUND",
            "detail": "Customer with ID `NOBODY` not found.",
        }
    ]


async def test_each_item_of_a_bulk_update_succeeds_or_fails_alone(emulator):
    ann, bob, cid = [await create(emulator, **{**AMELIA, "given_name": name}) for name in ("Ann", "Bob", "Cid")]

    responses = await bulk(
        emulator,
        "update",
        customers={
            cid["id"]: {"note": None, "version": 0},
            ann["id"]: {"note": "x", "version": 3},
            bob["id"]: {"birthday": "never"},
            "NOBODY": {"note": "x"},
        },
    )

    assert list(responses) == [cid["id"], ann["id"], bob["id"], "NOBODY"]
    assert responses[cid["id"]]["customer"]["version"] == 1
    assert "note" not in responses[cid["id"]]["customer"]
    assert error((200, responses[ann["id"]])) == (200, "VERSION_MISMATCH", "version")
    assert error((200, responses[bob["id"]])) == (200, "INVALID_TIME", "birthday")
    assert error((200, responses["NOBODY"])) == (200, "NOT_FOUND", None)
    assert await retrieve(emulator, ann) == ann


async def test_each_item_of_a_bulk_delete_succeeds_or_fails_alone(emulator):
    ann, bob = await create(emulator, given_name="Ann"), await create(emulator, given_name="Bob")

    responses = await bulk(emulator, "delete", customer_ids=[ann["id"], "NOBODY", ann["id"]])

    assert list(responses) == [ann["id"], "NOBODY"]
    assert responses[ann["id"]] == {}
    assert error((200, responses["NOBODY"])) == (200, "NOT_FOUND", None)
    assert await retrieve(emulator, bob) == bob


@pytest.mark.parametrize("operation", ["create", "update"])
async def test_a_bulk_write_takes_one_to_a_hundred_items(emulator, operation):
    items = {f"id{number}": {"given_name": "Ann"} for number in range(100)}

    assert len(await bulk(emulator, operation, customers=items)) == 100
    path = f"{CUSTOMERS}/bulk-{operation}"
    for wrong in ({}, {**items, "more": {}}):
        assert error(await emulator.call("POST", path, json={"customers": wrong})) == (
            400,
            "TOO_MANY_MAP_ENTRIES",
            "customers",
        )
    assert error(await emulator.call("POST", path, json={"customers": []})) == (400, "EXPECTED_MAP", "customers")
    assert error(await emulator.call("POST", path, json={})) == (400, "MISSING_REQUIRED_PARAMETER", "customers")


@pytest.mark.parametrize("operation", ["retrieve", "delete"])
async def test_a_bulk_read_or_delete_takes_one_to_a_hundred_ids(emulator, operation):
    ids = [f"id{number}" for number in range(100)]

    assert len(await bulk(emulator, operation, customer_ids=ids)) == 100
    path = f"{CUSTOMERS}/bulk-{operation}"
    for wrong, code in (([], "ARRAY_EMPTY"), ([*ids, "more"], "ARRAY_LENGTH_TOO_LONG"), ({}, "EXPECTED_ARRAY")):
        assert error(await emulator.call("POST", path, json={"customer_ids": wrong})) == (400, code, "customer_ids")
