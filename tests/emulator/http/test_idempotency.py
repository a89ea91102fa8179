from __future__ import annotations

import pytest

from gateway.emulator.api.idempotency import idempotent
from gateway.emulator.api.routes import Caller, Replay, Request
from gateway.emulator.errors import bad_request
from gateway.emulator.store.store import Store

ANN = {"idempotency_key": "one", "given_name": "Ann"}
STRING = {"$ref": "https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common.String"}


async def test_the_same_key_and_data_answer_the_first_response(emulator):
    first = await emulator.call("POST", "/v2/customers", ANN)
    second = await emulator.call("POST", "/v2/customers", ANN)

    assert first == second
    assert len((await emulator.call("GET", "/v2/customers"))[1]["customers"]) == 1


async def test_a_replay_answers_the_original_even_when_it_is_stale(emulator):
    first = await emulator.call("POST", "/v2/customers", ANN)
    path = f"/v2/customers/{first[1]['customer']['id']}"
    await emulator.call("PUT", path, {"given_name": "Bea"})
    renamed = await emulator.call("POST", "/v2/customers", ANN)
    await emulator.call("DELETE", path)
    deleted = await emulator.call("POST", "/v2/customers", ANN)

    assert first == renamed == deleted
    assert (await emulator.call("GET", path))[0] == 404


async def test_other_data_under_a_used_key_is_refused(emulator):
    await emulator.call("POST", "/v2/customers", ANN)

    status, body = await emulator.call("POST", "/v2/customers", {**ANN, "given_name": "Bea"})

    assert status == 400
    assert body["errors"] == [
        {
            "category": "INVALID_REQUEST_ERROR",
            "code": "IDEMPOTENCY_KEY_REUSED",
            "detail": "The idempotency key can only be retried with the same request data.",
            "field": "idempotency_key",
        }
    ]


async def test_the_order_of_fields_does_not_make_other_data(emulator):
    first = await emulator.call("POST", "/v2/customers", {"idempotency_key": "k", "given_name": "A", "note": "n"})
    second = await emulator.call("POST", "/v2/customers", {"note": "n", "given_name": "A", "idempotency_key": "k"})

    assert first == second


async def test_a_key_is_free_again_after_a_refused_request(emulator):
    refused, _ = await emulator.call("POST", "/v2/customers", {"idempotency_key": "one"})
    status, _ = await emulator.call("POST", "/v2/customers", ANN)

    assert (refused, status) == (400, 200)


async def test_a_key_belongs_to_one_seller_and_one_operation(emulator):
    _, first = await emulator.call("POST", "/v2/customers", ANN)
    _, elsewhere = await emulator.call("POST", "/v2/customers", ANN, token="second-seller-token")
    status, _ = await emulator.call(
        "POST", "/v2/customers/groups", {"idempotency_key": "one", "group": {"name": "Regulars"}}
    )

    assert first["customer"]["id"] != elsewhere["customer"]["id"]
    assert status == 200


async def test_a_key_belongs_to_one_application(emulator):
    _, first = await emulator.call("POST", "/v2/customers", ANN)
    _, elsewhere = await emulator.call("POST", "/v2/customers", {**ANN, "note": "new"}, token="second-app-token")
    _, bulk = await emulator.call("POST", "/v2/customers/bulk-create", {"customers": {"k": {"given_name": "Bea"}}})
    _, other = await emulator.call(
        "POST", "/v2/customers/bulk-create", {"customers": {"k": {"given_name": "Cy"}}}, token="second-app-token"
    )

    assert first["customer"]["id"] != elsewhere["customer"]["id"]
    assert bulk["responses"]["k"]["customer"]["id"] != other["responses"]["k"]["customer"]["id"]


async def test_a_key_does_not_show_another_application_a_hidden_value(emulator):
    await emulator.call(
        "POST",
        "/v2/customers/custom-attribute-definitions",
        {"custom_attribute_definition": {"key": "secret", "schema": STRING, "visibility": "VISIBILITY_HIDDEN"}},
    )
    _, made = await emulator.call("POST", "/v2/customers", ANN)
    customer_id = made["customer"]["id"]
    one = f"/v2/customers/{customer_id}/custom-attributes/secret"
    body = {"idempotency_key": "k", "custom_attribute": {"value": "private"}}
    item = {"customer_id": customer_id, "idempotency_key": "k", "custom_attribute": {"key": "secret", "value": "own"}}
    bulk = "/v2/customers/custom-attributes/bulk-upsert"
    assert (await emulator.call("POST", one, body))[0] == 200
    assert "errors" not in (await emulator.call("POST", bulk, {"values": {"a": item}}))[1]["values"]["a"]

    alone, _ = await emulator.call("POST", one, body, token="second-app-token")
    _, in_bulk = await emulator.call("POST", bulk, {"values": {"a": item}}, token="second-app-token")

    assert alone == 404
    assert in_bulk["values"]["a"]["errors"][0]["code"] == "NOT_FOUND"


@pytest.mark.parametrize("key", [{}, {"idempotency_key": ""}, {"idempotency_key": None}])
async def test_without_a_key_every_request_counts(emulator, key):
    for _ in range(2):
        await emulator.call("POST", "/v2/customers", {"given_name": "Ann", **key})

    assert len((await emulator.call("GET", "/v2/customers"))[1]["customers"]) == 2


async def test_a_key_never_ages(emulator):
    first = await emulator.call("POST", "/v2/customers", ANN)
    emulator.clock.advance(10 * 365 * 24 * 3600)

    assert await emulator.call("POST", "/v2/customers", ANN) == first


@pytest.fixture
def request_of_a_seller():
    store = Store()
    with store.transaction() as db:
        yield Request(Caller("t", "seller", "application", frozenset()), {}, {}, {}, db, None)
    store.close()


def test_a_loose_replay_ignores_what_has_changed(request_of_a_seller):
    answers = [
        idempotent(request_of_a_seller, "Op", "key", data, Replay.LOOSE, lambda data=data: {"data": data})
        for data in (1, 2)
    ]

    assert answers == [{"data": 1}, {"data": 1}]


def test_an_operation_without_keys_never_replays(request_of_a_seller):
    answers = [
        idempotent(request_of_a_seller, "Op", "key", 0, Replay.NONE, lambda number=number: {"number": number})
        for number in (1, 2)
    ]

    assert answers == [{"number": 1}, {"number": 2}]


def test_one_failed_item_of_a_bulk_leaves_its_key_free(request_of_a_seller):
    def fails():
        raise bad_request("no")

    def run(rule):
        return request_of_a_seller.item(lambda: idempotent(request_of_a_seller, "Op", "key", 0, Replay.STRICT, rule))

    assert "errors" in run(fails)
    assert run(lambda: {"done": True}) == {"done": True}
    assert run(fails) == {"done": True}
